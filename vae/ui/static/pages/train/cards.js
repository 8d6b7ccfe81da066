// @ts-check
/** The cards of the page Train, where they stand, and what they show of a moment. */
import { h } from "../../core/dom.js";
import { INVITATION, sideFigure, status } from "../../text/train.js";
import { Bar } from "./bar.js";
import { Beside } from "./beside.js";
import { Curves } from "./curves.js";
import { ExperimentCard } from "./experiment.js";
import { HandCard } from "./hand.js";
import { Side } from "./side.js";
import { StepCard } from "./step.js";
import { Timeline } from "./timeline.js";
import { Walls } from "./walls.js";

/** @typedef {import("./follower.js").Watched} Watched */

const KINDS = /** @type {const} */ (["ae", "vae"]);

/**
 * What the cards have the page do.
 * @typedef {object} Acts
 * @property {import("./bar.js").Does} bar
 * @property {(hand: import("./hand.js").Hand) => void} hand
 * @property {(row: number) => void} choose an image
 * @property {() => void} throwAgain
 * @property {() => void} jump to another moment
 * @property {() => void} fork
 * @property {Omit<import("./beside.js").Does, "choose">} branch
 * @property {(change: Partial<import("./hand.js").Hand>) => void} experiment
 */

export class Cards {
  #below;

  /** @param {import("../../core/connection.js").Live} live @param {import("../../wire/session.js").Session} session @param {Acts} acts */
  constructor(live, session, acts) {
    this.note = h("p", { class: "ctm-quiet ctm-trainnote" }, INVITATION);
    this.bar = new Bar(acts.bar);
    this.sides = KINDS.map((kind) => new Side(kind, session, live.meter, acts.choose));
    this.hand = new HandCard(acts.hand);
    this.curves = new Curves();
    this.timeline = new Timeline(acts.jump, acts.fork);
    this.walls = new Walls(session, acts.throwAgain);
    this.experiment = new ExperimentCard(acts.experiment);
    this.step = new StepCard(session);
    this.beside = new Beside(session, live.meter, { ...acts.branch, choose: acts.choose });
    const aside = h("div", { class: "ctm-trainaside" }, this.hand.element, this.curves.element);
    const above = [this.bar, ...this.sides].map(({ element }) => element);
    this.#below = this.timeline.element;
    const below = [this.step, this.walls, this.experiment].map(({ element }) => element);
    this.element = h("div", { class: "ctm-page ctm-train" }, this.note, ...above, aside, this.#below, ...below);
  }

  /** @param {string[]} classes names of those that are learned */
  set classes(classes) {
    this.hand.classes = this.beside.classes = classes;
    for (const side of this.sides) side.classes = classes.length;
  }

  /** Show another branch beside this one, "" for none. @param {string} run */
  set branch(run) {
    this.beside.leave();
    this.element.classList.toggle("ctm-branched", Boolean(run));
    this.walls.beside = run ? this.beside.pictures : null;
    const cards = [this.beside, ...this.beside.sides].map(({ element }) => element);
    for (const card of cards) card.remove();
    if (!run) return;
    this.#below.after(...cards);
    this.beside.follow(run);
  }

  /** How far it is. @param {Watched} answer @param {string} phase */
  tell(answer, phase) {
    const { state, halt, hand, left_out: out } = answer;
    this.bar.act = phase === "learning" ? "pause" : phase === "waiting" && halt.ahead > 0 ? "cancel" : "start";
    this.bar.status = status(/** @type {import("../../text/train.js").Phase} */ (phase), state, halt, hand.batch_size);
    this.bar.sound = phase === "failed" ? halt.sound : -1;
    if (state.newest > 0 || phase !== "preparing") this.note.hidden = state.newest > 0;
    if (hand.batch_size) this.hand.hand = { ...hand, left_out: [...out.data] };
    this.timeline.show(answer.moments.data, state.newest);
    this.experiment.show(answer);
    this.beside.step = state.step;
  }

  /**
   * Where the images are, and how far the curves have come.
   * @param {Watched} answer @param {{run: string, moment: number, anew: boolean, single: boolean, same: boolean}} how
   *   anew: it is another run, or a jump; single: one step after what was drawn last; same: the same step once more
   */
  draw(answer, { run, moment, anew, single, same }) {
    const { state, curves, labels } = answer;
    const seen = [
      [answer.ae_places, answer.ae_shapes],
      [answer.vae_places, answer.vae_shapes],
    ];
    this.sides.forEach((side, i) => {
      const [places, shapes] = seen[i],
        also = this.beside.places(/** @type {0 | 1} */ (i));
      side.show({ places: places.data, shapes: shapes.data, labels: labels.data }, run, moment, { anew, single, same, also });
      side.figure = sideFigure(KINDS[i], curves, state);
    });
    this.beside.draw(this.sides, answer);
    const other = this.beside.last;
    this.curves.show(curves, state.step, other && { curves: other.curves, at: other.state.step });
  }

  /** How far a single step has moved the images of both maps, where that is seen. */
  get moves() {
    return this.sides.map(({ moves }) => moves);
  }

  /** @param {string} run @param {AbortSignal} signal */
  decode(run, signal) {
    for (const side of this.sides) side.decode(signal);
    this.walls.decode(run, this.timeline.moment, signal);
    this.beside.decode(this.walls.seed, this.walls.row);
  }

  /** Another training comes. @param {boolean} keep whether what is seen stays until there is something of it */
  clear(keep) {
    this.bar.act = "start";
    this.bar.sound = -1;
    this.bar.offer("");
    this.branch = "";
    for (const card of [this.timeline, this.step]) card.clear();
    if (!keep) for (const card of [this.curves, this.walls, ...this.sides]) card.clear();
    this.experiment.reset();
  }

  dispose() {
    for (const card of [...this.sides, this.curves, this.timeline, this.beside]) card.dispose();
  }
}
