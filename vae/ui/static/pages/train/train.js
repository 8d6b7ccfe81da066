// @ts-check
/** Train: an autoencoder and a VAE learn in lock-step before one's eyes. */
import { figure, h } from "../../core/dom.js";
import { INVITATION, kept, NOTHING_YET, status } from "../../text/train.js";
import { PHASES, WATCH } from "../../wire/schema.js";
import { Bar } from "./bar.js";
import { Curves } from "./curves.js";
import { FIRST, HandCard } from "./hand.js";
import { Side } from "./side.js";
import { Timeline } from "./timeline.js";
import { Trainings } from "./training.js";
import { Walls } from "./walls.js";

/** @typedef {import("../../wire/schema.js").WatchAnswered} Watched */
/** @typedef {import("../../core/connection.js").Live} Live */
/** @typedef {"ae" | "vae"} Kind */

const LOOK = 120; // milliseconds between two looks
const SLOW = 1000; // the same while it stands still
const PICTURES = 400; // milliseconds between two paintings of planes and walls
const ASK = 1500; // milliseconds between two questions over HTTP: why it failed, what was kept

export class Train {
  /** When what the address asks for is on the page. @type {Promise<void>} */
  ready;
  #live;
  #commit;
  #session;
  #trainings;
  #bar;
  #hand;
  #sides;
  #walls;
  #timeline;
  #curves = new Curves();
  #note;
  #page;
  #run = "";
  #against = "";
  /** @type {Watched | null} */
  #last = null;
  #painted = -Infinity;
  #asked = -Infinity;
  #keptAs = "";
  #jumped = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** The life of a run on this page. */
  #life = new AbortController();
  #seed = 0;

  /** @param {HTMLElement} root @param {Live} live @param {Record<string, string>} view @param {(view: Record<string, string>, step?: boolean) => void} commit */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#session = live.open("training").session;
    this.#trainings = new Trainings(live.base);
    this.#bar = new Bar({
      train: () => this.#try(() => this.#trainPause()),
      step: () => this.#try(() => this.#order({ do: "run", steps: 1 })),
      pace: (most) => this.#try(() => this.#order({ do: "speed", most })),
      anew: () => this.#leave(true),
      keep: (name) => this.#try(() => this.#keep(name)),
    });
    this.#hand = new HandCard((hand) => this.#try(async () => this.#run && this.#order({ do: "hand", hand })));
    this.#sides = /** @type {Kind[]} */ (["ae", "vae"]).map(
      (kind) => new Side(kind, this.#session, live.meter, (row) => this.#choose(row)),
    );
    this.#walls = new Walls(this.#session, () => this.#repaint());
    this.#timeline = new Timeline(
      () => this.#jump(),
      () => this.#try(() => this.#fork()),
    );
    this.#note = h("p", { class: "ctm-quiet ctm-trainnote" }, INVITATION);
    const side = h("div", { class: "ctm-trainaside" }, this.#hand.element, this.#curves.element);
    this.#page = h(
      "div",
      { class: "ctm-page ctm-train" },
      this.#bar.element,
      ...this.#sides.map(({ element }) => element),
      side,
      this.#timeline.element,
      this.#walls.element,
      this.#note,
    );
    root.append(this.#page);
    this.ready = this.apply(view);
  }

  /** Show what an address says. @param {Record<string, string>} view */
  async apply(view) {
    const choices = await this.#trainings.choices();
    const there = choices.filter((each) => each.there),
      data = view.data ?? there[0]?.name ?? "mnist";
    this.#seed = Number(view.seed ?? 0);
    this.#walls.seed = Number(view.dice ?? 1);
    this.#walls.row = Number(view.i ?? 0);
    this.#bar.open(choices, data, Number(view.dim ?? 2));
    this.#hand.classes = choices.find(({ name }) => name === data)?.classes ?? [];
    this.#leave(false);
    if (view.run) await this.#follow(view.run);
    else this.#save();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#life.abort();
    this.#session.close();
    for (const side of this.#sides) side.dispose();
    this.#curves.dispose();
    this.#timeline.dispose();
  }

  /** @param {() => Promise<unknown>} act what a person wants; why it cannot be is shown */
  #try(act) {
    this.#live.alert("", "training");
    act().catch((error) => this.#live.alert(error.message, "training"));
  }

  async #trainPause() {
    const learning = this.#phase === "learning";
    if (learning) return this.#order({ do: "pause" });
    this.#timeline.follow();
    if (!this.#run) await this.#begin();
    await this.#order({ do: "run" });
  }

  get #phase() {
    return this.#last ? PHASES[this.#last.state.phase] : "";
  }

  async #begin() {
    const hand = this.#hand.hand;
    const name = await this.#trainings.begin({ data: this.#bar.data, latent_dim: this.#bar.size, seed: this.#seed });
    await this.#follow(name);
    if (JSON.stringify(hand) !== JSON.stringify(FIRST)) await this.#order({ do: "hand", hand });
  }

  /** @param {{do: string, hand?: import("./hand.js").Hand, steps?: number, most?: number|null, name?: string}} order */
  async #order(order) {
    if (!this.#run) await this.#begin();
    const how = await this.#trainings.order(this.#run, order);
    if (how.sentence) this.#live.alert(how.sentence, "training");
    this.#soon();
  }

  async #fork() {
    const step = this.#timeline.step,
      other = this.#last?.curves ?? null,
      before = this.#run;
    const name = await this.#trainings.fork(this.#run, step, this.#hand.hand);
    await this.#follow(name);
    this.#curves.other = other;
    this.#against = before;
    this.#save(true);
    await this.#order({ do: "run" });
  }

  /** @param {string} name */
  async #keep(name) {
    this.#keptAs = name;
    await this.#order({ do: "keep", name });
  }

  /** @param {string} name of a run */
  async #follow(name) {
    this.#leave(false);
    const how = await this.#trainings.look(name);
    const choices = await this.#trainings.choices();
    this.#run = name;
    this.#seed = how.setup.seed;
    this.#bar.open(choices, how.setup.data, how.setup.latent_dim);
    this.#bar.recording = this.#trainings.recording(name);
    this.#hand.classes = how.classes.length ? how.classes : (choices.find(({ name: data }) => data === how.setup.data)?.classes ?? []);
    for (const side of this.#sides) side.classes = this.#hand.count;
    this.#note.hidden = true;
    this.#save();
    this.#look();
  }

  /** Nothing is followed any more. @param {boolean} save */
  #leave(save) {
    if (this.#run && this.#phase === "learning" && save) this.#trainings.order(this.#run, { do: "pause" }).catch(() => {});
    clearTimeout(this.#timer);
    this.#life.abort();
    this.#life = new AbortController();
    this.#run = this.#against = "";
    this.#last = null;
    this.#jumped = true;
    this.#bar.learning = false;
    this.#bar.recording = "";
    this.#bar.status = NOTHING_YET;
    this.#curves.other = null;
    this.#curves.clear();
    this.#walls.clear();
    this.#timeline.follow();
    this.#timeline.show(new Int32Array(), 0);
    for (const side of this.#sides) side.clear();
    this.#note.hidden = false;
    if (save) this.#save(true);
  }

  #soon(after = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), after);
  }

  #look() {
    if (!this.#run) return;
    const { signal } = this.#life,
      asked = this.#timeline.moment;
    const onReply = (/** @type {Watched} */ answer) => this.#show(answer, asked);
    const onError = (/** @type {Error} */ error) => {
      this.#live.alert(error.message, "training");
      this.#soon(SLOW);
    };
    this.#session.ask(WATCH, { moment: asked }, { model: this.#run, lane: "watch", signal, onReply, onError });
  }

  /** @param {Watched} answer @param {number} asked moment */
  #show(answer, asked) {
    this.#last = answer;
    const { state, hand, left_out: out } = answer,
      phase = PHASES[state.phase];
    this.#bar.learning = phase === "learning";
    this.#bar.status = status(phase, state.newest, state.rate, hand.batch_size);
    if (hand.batch_size) this.#hand.hand = { ...hand, left_out: [...out.data] };
    this.#timeline.show(answer.moments.data, state.newest);
    this.#curves.show(answer.curves, state.step);
    const seen = /** @type {const} */ ([
      [answer.ae_places, answer.ae_shapes],
      [answer.vae_places, answer.vae_shapes],
    ]);
    if (answer.labels.data.length) {
      this.#sides.forEach((side, i) =>
        side.show({ places: seen[i][0].data, shapes: seen[i][1].data, labels: answer.labels.data }, this.#run, asked, this.#jumped),
      );
      this.#jumped = false;
      this.#figures(answer);
      if (performance.now() - this.#painted > PICTURES) this.#repaint();
    }
    if ((phase === "failed" || phase === "waiting" || this.#keptAs) && performance.now() - this.#asked > ASK) this.#tell();
    this.#soon(phase === "learning" || phase === "preparing" ? LOOK : SLOW);
  }

  /** @param {Watched} answer */
  #figures({ curves, state }) {
    const steps = curves.column("step");
    const row = steps.findLastIndex((step) => step <= state.step);
    if (row < 0) return;
    this.#sides[0].figure = `error ${figure(curves.column("ae_error")[row])} · ${Math.round(100 * curves.column("ae_empty")[row])} % of draws in an empty place`;
    this.#sides[1].figure = `error ${figure(curves.column("vae_error")[row])} · ${Math.round(100 * curves.column("vae_empty")[row])} %`;
  }

  #repaint() {
    if (!this.#run || !this.#last?.labels.data.length) return;
    this.#painted = performance.now();
    const { signal } = this.#life,
      { moment } = this.#timeline;
    for (const side of this.#sides) side.decode(signal);
    this.#walls.decode(this.#run, moment, signal);
  }

  #jump() {
    this.#painted = -Infinity;
    this.#soon();
  }

  /** @param {number} row of a watched image */
  #choose(row) {
    this.#walls.row = row;
    this.#repaint();
    this.#save();
  }

  /** What only HTTP tells: why it failed or waits, and what was kept. */
  async #tell() {
    this.#asked = performance.now();
    const how = await this.#trainings.look(this.#run).catch(() => null);
    if (!how) return;
    if (how.sentence) this.#live.alert(how.sentence, "training");
    if (!how.kept.kept) return;
    this.#live.alert(kept(this.#keptAs, Boolean(how.kept.mapped)), "training");
    if (how.kept.mapped) this.#keptAs = "";
  }

  #save(step = false) {
    const view = {
      data: this.#bar.data,
      dim: String(this.#bar.size),
      seed: String(this.#seed),
      dice: String(this.#walls.seed),
      i: String(this.#walls.row),
    };
    this.#commit({ ...view, ...(this.#run && { run: this.#run }), ...(this.#against && { against: this.#against }) }, step);
  }
}
