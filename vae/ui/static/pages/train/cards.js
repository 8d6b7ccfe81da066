// @ts-check
/** The cards of the page Train, and where they stand. */
import { h } from "../../core/dom.js";
import { INVITATION } from "../../text/train.js";
import { Bar } from "./bar.js";
import { Curves } from "./curves.js";
import { ExperimentCard } from "./experiment.js";
import { HandCard } from "./hand.js";
import { Side } from "./side.js";
import { Timeline } from "./timeline.js";
import { Walls } from "./walls.js";

export const KINDS = /** @type {const} */ (["ae", "vae"]);

/**
 * What the cards have the page do.
 * @typedef {object} Acts
 * @property {import("./bar.js").Does} bar
 * @property {(hand: import("./hand.js").Hand) => void} hand
 * @property {(row: number) => void} choose an image
 * @property {() => void} throwAgain
 * @property {() => void} jump to another moment
 * @property {() => void} fork
 * @property {(change: Partial<import("./hand.js").Hand>) => void} experiment
 */

export class Cards {
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
    const aside = h("div", { class: "ctm-trainaside" }, this.hand.element, this.curves.element);
    const below = [this.timeline, this.walls, this.experiment].map(({ element }) => element);
    const above = [this.bar, ...this.sides].map(({ element }) => element);
    this.element = h("div", { class: "ctm-page ctm-train" }, this.note, ...above, aside, ...below);
  }

  /** Nothing is learned yet. */
  clear() {
    this.bar.learning = false;
    this.bar.address = "";
    this.curves.other = null;
    for (const card of [this.curves, this.walls, this.timeline, ...this.sides]) card.clear();
    this.experiment.reset();
  }

  dispose() {
    for (const card of [...this.sides, this.curves, this.timeline]) card.dispose();
  }
}
