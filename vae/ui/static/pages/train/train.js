// @ts-check
/** Train: an autoencoder and a VAE learn in lock-step before one's eyes. */
import { kept, NOTHING_YET, sideFigure, status } from "../../text/train.js";
import { Cards, KINDS } from "./cards.js";
import { Follower } from "./follower.js";
import { FIRST } from "./hand.js";
import { Trainings } from "./training.js";

/** @typedef {import("./follower.js").Watched} Watched */
/** @typedef {import("../../core/connection.js").Live} Live */
/** @typedef {import("./training.js").Order} Order */

const PICTURES = 400; // milliseconds between two paintings of planes and walls
const ASK = 1500; // milliseconds between two questions over HTTP: why it failed, what was kept

export class Train {
  /** @type {Promise<void>} */
  ready;
  #live;
  #commit;
  #session;
  #trainings;
  #follower;
  #cards;
  /** @type {import("./training.js").Choice[]} */
  #choices = [];
  #seed = 0;
  #against = ""; // the training that this one was forked from
  #painted = -Infinity;
  #asked = -Infinity;
  #keeping = ""; // the name under which a moment is being kept
  #jumped = true; // the next look is at another run or another moment
  #judged = false; // it is known whether somebody tells unreal pictures
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
        step: () => this.#try(() => this.#order({ do: "run", steps: 1 })),
        pace: (most) => this.#try(() => this.#order({ do: "speed", most })),
        anew: () => this.#try(() => this.#begin(true)),
        keep: (name) => this.#try(() => this.#keep(name)),
      },
      hand: (hand) => this.#try(() => this.#order({ do: "hand", hand })),
      choose: (row) => this.#choose(row),
      throwAgain: () => this.#choose(this.#cards.walls.row),
      jump: () => ((this.#jumped = true), this.#follower.soon()),
      fork: () => this.#try(() => this.#fork()),
      experiment: (change) => this.#try(() => this.#experimentWith(change)),
    });
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
    else
      this.#live.alert(`${this.#cards.bar.data} is not on disk; download it on the Models page, or choose another data set.`, "training");
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

  async #trainPause() {
    if (["learning", "waiting"].includes(this.#follower.phase)) return this.#order({ do: "pause" });
    this.#cards.timeline.follow();
    this.#jumped = true;
    await this.#order({ do: "run" });
  }

  /** A run that has not taken a step, of what the bar says. @param {boolean} step whether Back leads to the one before */
  async #begin(step) {
    const before = this.#follower.run;
    if (before && this.#follower.phase === "learning") this.#trainings.order(before, { do: "pause" }).catch(() => {});
    this.#clear();
    const hand = this.#cards.hand.hand;
    const name = await this.#trainings.begin({ data: this.#cards.bar.data, latent_dim: this.#cards.bar.size, seed: this.#seed });
    await this.#follow(name);
    const asBefore = { ...hand, left_out: [] }; // other data has other classes
    if (JSON.stringify(asBefore) !== JSON.stringify(FIRST)) await this.#order({ do: "hand", hand: asBefore });
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

  async #fork() {
    const curves = this.#follower.last?.curves ?? null,
      before = this.#follower.run;
    const name = await this.#trainings.fork(before, this.#cards.timeline.step, this.#cards.hand.hand);
    await this.#follow(name, before);
    this.#named = true;
    this.#cards.curves.other = curves;
    this.#save(true);
    await this.#order({ do: "run" });
  }

  /** @param {string} name */
  async #keep(name) {
    this.#keeping = name;
    await this.#order({ do: "keep", name });
  }

  /** @param {string} run @param {string} [against] the one that it was forked from */
  async #follow(run, against = "") {
    const { setup, step } = await this.#trainings.look(run);
    this.#clear();
    this.#against = against;
    this.#named = step > 0;
    this.#seed = setup.seed;
    this.#cards.bar.open(this.#choices, setup.data, setup.latent_dim);
    this.#cards.bar.address = this.#trainings.address(run);
    this.#cards.hand.classes = this.#choices.find(({ name }) => name === setup.data)?.classes ?? [];
    for (const side of this.#cards.sides) side.classes = this.#cards.hand.count;
    this.#follower.follow(run);
  }

  #clear() {
    this.#follower.leave();
    this.#against = this.#keeping = "";
    this.#jumped = true;
    this.#named = this.#judged = false;
    this.#cards.clear();
    this.#cards.bar.status = NOTHING_YET;
  }

  /** @param {Watched} answer @param {Watched | null} before @param {number} moment */
  #show(answer, before, moment) {
    const { state, hand, left_out: out, curves } = answer,
      { phase, run } = this.#follower;
    this.#cards.bar.learning = phase === "learning";
    this.#cards.bar.status = status(/** @type {import("../../text/train.js").Phase} */ (phase), state.newest, state.rate, hand.batch_size);
    this.#cards.note.hidden = state.newest > 0;
    if (hand.batch_size) this.#cards.hand.hand = { ...hand, left_out: [...out.data] };
    this.#cards.timeline.show(answer.moments.data, state.newest);
    this.#cards.experiment.show(answer);
    if (answer.labels.data.length && (phase === "learning" || this.#jumped || before?.state.step !== state.step)) {
      const how = { anew: this.#jumped, single: phase === "paused" && before?.state.step === state.step - 1 };
      const seen = [
        [answer.ae_places, answer.ae_shapes],
        [answer.vae_places, answer.vae_shapes],
      ];
      this.#cards.sides.forEach((side, i) => {
        side.show({ places: seen[i][0].data, shapes: seen[i][1].data, labels: answer.labels.data }, run, moment, how);
        side.figure = sideFigure(KINDS[i], curves, state);
      });
      this.#cards.curves.show(curves, state.step);
      if (this.#jumped || phase !== "learning" || performance.now() - this.#painted > PICTURES) this.#repaint();
      this.#jumped = false;
    }
    if (state.newest > 0 && !this.#named) this.#save();
    const wondering = this.#keeping || (!this.#judged && answer.labels.data.length);
    if ((phase === "failed" || phase === "waiting" || wondering) && performance.now() - this.#asked > ASK) this.#tell();
  }

  #repaint() {
    const { run, signal } = this.#follower;
    if (!run || !this.#follower.last?.labels.data.length) return;
    this.#painted = performance.now();
    for (const side of this.#cards.sides) side.decode(signal);
    this.#cards.walls.decode(run, this.#cards.timeline.moment, signal);
  }

  /** @param {number} row */
  #choose(row) {
    this.#cards.walls.row = row;
    this.#repaint();
    this.#save();
  }

  /** What only HTTP tells: why it failed or waits, and what was kept. */
  async #tell() {
    this.#asked = performance.now();
    const how = await this.#trainings.look(this.#follower.run).catch(() => null);
    if (!how) return;
    this.#judged = how.unjudged !== null;
    this.#cards.curves.unjudged = how.unjudged ?? "";
    if (how.sentence) this.#live.alert(how.sentence, "training");
    if (!how.kept.kept) return;
    this.#live.alert(kept(this.#keeping, Boolean(how.kept.mapped)), "kept");
    if (how.kept.mapped) this.#keeping = "";
  }

  #save(step = false) {
    this.#named ||= Boolean(this.#follower.last?.state.newest);
    const run = this.#named ? { run: this.#follower.run } : null,
      against = this.#against ? { against: this.#against } : null;
    const { seed, row } = this.#cards.walls;
    const view = {
      data: this.#cards.bar.data,
      dim: String(this.#cards.bar.size),
      seed: String(this.#seed),
      dice: String(seed),
      i: String(row),
    };
    this.#commit({ ...view, ...run, ...against }, step);
  }
}
