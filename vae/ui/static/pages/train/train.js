// @ts-check
/** Train: an autoencoder and a VAE learn in lock-step before one's eyes. */
import { NOTHING_YET, notThere, OTHER_GONE } from "../../text/train.js";
import { Cards } from "./cards.js";
import { Follower } from "./follower.js";
import { FIRST_HAND } from "./hand.js";
import { News } from "./news.js";
import { Trainings } from "./training.js";

/** @typedef {import("./follower.js").Watched} Watched */
/** @typedef {import("../../core/connection.js").Live} Live */
/** @typedef {import("./training.js").Order} Order */

const PICTURES = 400; // milliseconds between two paintings of planes and walls

export class Train {
  /** @type {Promise<void>} */
  ready;
  #live;
  #commit;
  #session;
  #trainings;
  #follower;
  /** @type {Cards} */
  #cards;
  #news;
  /** @type {import("./training.js").Choice[]} */
  #choices = [];
  #seed = 0;
  #painted = -Infinity;
  #jumped = true; // the next look is at another run or another moment
  #named = false; // the address names the run: it does once a step was taken

  /**
   * @param {HTMLElement} root @param {Live} live @param {Record<string, string>} view
   * @param {(view: Record<string, string>, step?: boolean) => void} commit
   */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#session = live.open("training").session;
    this.#trainings = new Trainings(live.base);
    this.#cards = new Cards(live, this.#session, {
      bar: {
        train: () => this.#try(() => this.#trainPause()),
        step: () => this.#try(() => this.#oneStep()),
        pace: (most) => this.#try(() => this.#order({ do: "speed", most })),
        anew: () => this.#try(() => this.#begin(true)),
        keep: (name) => this.#try(() => this.#keep(name)),
        lacks: (words) => live.alert(words, "film"),
        rescue: (step) => this.#try(() => this.#fork(step)),
      },
      hand: (hand) => this.#try(() => this.#order({ do: "hand", hand })),
      choose: (row) => this.#choose(row),
      throwAgain: () => this.#choose(this.#cards.walls.row),
      jump: () => ((this.#jumped = true), this.#follower.soon()),
      fork: () => this.#try(() => this.#fork(this.#cards.timeline.step, this.#cards.hand.hand)),
      branch: {
        change: () => this.#again(),
        swap: () => this.#try(() => this.#swap()),
        close: () => ((this.#cards.branch = ""), (this.#jumped = true), this.#follower.soon(), this.#save(true)),
        fail: (error) => live.alert(error.message, "branch"),
      },
      experiment: (change) => this.#try(() => this.#experimentWith(change)),
    });
    this.#news = new News(this.#trainings, live, this.#cards.curves);
    this.#follower = new Follower(
      this.#session,
      () => this.#cards.timeline.moment,
      (answer, before, moment) => this.#show(answer, before, moment),
      (error) => live.alert(error.message, "training"),
    );
    root.append(this.#cards.element);
    this.ready = this.apply(view);
  }

  /** Show what an address says. @param {Record<string, string>} view */
  async apply(view) {
    this.#choices = await this.#trainings.choices();
    const there = this.#choices.find((each) => each.there);
    this.#seed = Number(view.seed ?? 0);
    this.#cards.walls.seed = Number(view.dice ?? 1);
    this.#cards.walls.row = Number(view.i ?? 0);
    this.#cards.bar.open(this.#choices, view.data ?? there?.name ?? "mnist", Number(view.dim ?? 2));
    if (view.run) {
      try {
        return await this.#follow(view.run, view.against);
      } catch (error) {
        this.#live.alert(/** @type {Error} */ (error).message, "training");
      }
    }
    if (this.#choices.find(({ name }) => name === this.#cards.bar.data)?.there) await this.#begin(false);
    else this.#live.alert(notThere(this.#cards.bar.data), "training");
  }

  dispose() {
    this.#follower.leave();
    this.#session.close();
    this.#cards.dispose();
  }

  /** @param {() => Promise<unknown>} act what a person wants; why it cannot be is shown */
  #try(act) {
    this.#live.alert("", "training");
    act().catch((error) => this.#live.alert(error.message, "training"));
  }

  async #oneStep() {
    this.#jumped ||= this.#cards.timeline.moment >= 0;
    this.#cards.timeline.follow();
    this.#cards.step.wanted = true;
    await this.#order({ do: "run", steps: 1 });
  }

  async #trainPause() {
    this.#cards.step.wanted = false;
    if (this.#follower.busy) return this.#order({ do: "pause" });
    this.#cards.timeline.follow();
    this.#jumped = true;
    await this.#order({ do: "run" });
  }

  /** A run that has not taken a step, of what the bar says. @param {boolean} step whether Back leads to the one before */
  async #begin(step) {
    const before = this.#follower.run;
    if (before && this.#follower.busy) this.#trainings.order(before, { do: "pause" }).catch(() => {});
    this.#clear();
    const hand = this.#cards.hand.hand;
    const name = await this.#trainings.begin({ data: this.#cards.bar.data, latent_dim: this.#cards.bar.size, seed: this.#seed });
    await this.#follow(name);
    const asBefore = { ...hand, left_out: [] }; // other data has other classes
    if (JSON.stringify(asBefore) !== JSON.stringify(FIRST_HAND)) await this.#order({ do: "hand", hand: asBefore });
    this.#save(step);
  }

  /** @param {Order} order */
  async #order(order) {
    if (!this.#follower.run) await this.ready; // a hand may be quicker than the page, which has begun one
    if (!this.#follower.run) await this.#begin(false);
    const how = await this.#trainings.order(this.#follower.run, order);
    if (how.sentence) this.#live.alert(how.sentence, "training");
    this.#follower.soon();
  }

  /** @param {Partial<import("./hand.js").Hand>} change of the sliders */
  async #experimentWith(change) {
    this.#cards.hand.move(change);
    this.#cards.timeline.follow();
    await this.#order({ do: "hand", hand: this.#cards.hand.hand });
    await this.#order({ do: "run" });
  }

  /** @param {number} step @param {import("./hand.js").Hand} [hand] the one that led there, if left out: then it stands still */
  async #fork(step, hand) {
    const before = this.#follower.run;
    const name = await this.#trainings.fork(before, step, hand);
    await this.#follow(name, before, true);
    this.#named = true;
    this.#save(true);
    if (hand) await this.#order({ do: "run" });
  }

  /** Go over to the branch that stands beside this one, which pauses. */
  async #swap() {
    const before = this.#follower.run;
    if (this.#follower.phase !== "paused") await this.#order({ do: "pause" });
    await this.#follow(this.#cards.beside.run, before, true);
    this.#save(true);
  }

  /** @param {string} name */
  async #keep(name) {
    this.#news.keeping = name;
    await this.#order({ do: "keep", name });
  }

  /** @param {string} run @param {string} [against] another branch, to stand beside it @param {boolean} [keep] what is seen until it is */
  async #follow(run, against = "", keep = false) {
    const { setup, step, no_mp4: missing } = await this.#trainings.look(run);
    const other = against && (await this.#trainings.look(against).catch(() => null));
    if (against && !other) this.#live.alert(OTHER_GONE, "branch");
    this.#clear(keep);
    this.#named = step > 0;
    this.#seed = setup.seed;
    this.#cards.bar.open(this.#choices, setup.data, setup.latent_dim);
    this.#cards.bar.offer(this.#trainings.address(run), missing);
    this.#cards.classes = this.#choices.find(({ name }) => name === setup.data)?.classes ?? [];
    this.#cards.branch = other ? against : "";
    this.#follower.follow(run);
  }

  #clear(keep = false) {
    this.#follower.leave();
    this.#news.clear();
    this.#jumped = true;
    this.#named = false;
    this.#cards.clear(keep);
    this.#cards.bar.status = NOTHING_YET;
  }

  /** @param {Watched} answer @param {Watched | null} before @param {number} moment */
  #show(answer, before, moment) {
    const { state, labels } = answer,
      { phase, run } = this.#follower;
    this.#cards.tell(answer, phase);
    const same = before?.state.step === state.step;
    // Also where it has come to rest: its last pictures may have been painted a few steps ago.
    if (labels.data.length && (phase === "learning" || this.#jumped || !same || before?.state.phase !== state.phase)) {
      const single = before?.state.step === state.step - 1;
      this.#cards.draw(answer, { run, moment, anew: this.#jumped, single, same });
      if (this.#jumped || phase !== "learning" || performance.now() - this.#painted > PICTURES) this.#repaint();
      this.#jumped = false;
    }
    this.#cards.step.show(answer, run, phase, this.#cards.moves, this.#follower.signal);
    if (state.newest > 0 && !this.#named) this.#save();
    this.#news.look(run, phase === "failed" || answer.halt.refused > 0, labels.data.length > 0);
  }

  /** Show the same once more: the branch beside it is at another moment. */
  #again() {
    const { last, at, phase } = this.#follower;
    if (!last) return;
    this.#jumped ||= phase !== "learning";
    this.#show(last, last, at);
  }

  #repaint() {
    const { run, signal, last } = this.#follower;
    if (!run || !last?.labels.data.length) return;
    this.#painted = performance.now();
    this.#cards.decode(run, signal);
  }

  /** @param {number} row */
  #choose(row) {
    this.#cards.walls.row = row;
    this.#repaint();
    this.#save();
  }

  #save(step = false) {
    this.#named ||= Boolean(this.#follower.last?.state.newest);
    const { bar, walls, beside } = this.#cards;
    const run = this.#named ? { run: this.#follower.run } : null,
      against = beside.run ? { against: beside.run } : null;
    const seen = { data: bar.data, dim: String(bar.size), seed: String(this.#seed), dice: String(walls.seed), i: String(walls.row) };
    this.#commit({ ...seen, ...run, ...against }, step);
  }
}
