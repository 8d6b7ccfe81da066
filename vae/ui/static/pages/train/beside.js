// @ts-check
/** Another branch of the training beside it, at the same step: its maps and its pictures, and how to go over to it. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { besideSays, DIFFER, sideFigure, SLIDERS } from "../../text/train.js";
import { differences, nearestMoment } from "./branches.js";
import { Follower } from "./follower.js";
import { PicturesOf } from "./picturesof.js";
import { Side } from "./side.js";

/** @typedef {import("./follower.js").Watched} Watched */
/** @typedef {import("./side.js").Seen} Seen */

const KINDS = /** @type {const} */ (["ae", "vae"]);
const OF = ` ${t("of the other branch")}`;

/**
 * @typedef {object} Does
 * @property {() => void} change it has come to another moment, or to another step
 * @property {() => void} swap go over to it
 * @property {() => void} close
 * @property {(row: number) => void} choose an image
 * @property {(error: Error) => void} fail
 */

export class Beside {
  /** @type {Follower} */
  #follower;
  #does;
  #step = 0;
  /** @type {string[]} */
  #classes = [];
  #words = h("p", { class: "ctm-quiet" });
  #differ = h("p", {});

  /** @param {import("../../wire/session.js").Session} session @param {import("../../core/meter.js").Meter} meter @param {Does} does */
  constructor(session, meter, does) {
    this.#does = does;
    this.sides = KINDS.map((kind) => new Side(kind, session, meter, does.choose, OF));
    this.pictures = new PicturesOf(session, OF);
    const button = (/** @type {string} */ words, /** @type {string} */ title, /** @type {() => void} */ onclick) =>
      h("button", { type: "button", class: "ctm-chip", title, onclick }, words);
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainbranch", "aria-label": t("Other branch") },
      h("h2", {}, t("Two branches")),
      this.#differ,
      this.#words,
      button(t("Go over to the other"), t("Watch and steer the other branch, with this one beside it"), () => does.swap()),
      button(t("Close"), t("Show this branch alone; the other one stays where it is"), () => does.close()),
    );
    this.#follower = new Follower(
      session,
      () => this.#moment(),
      (answer, before, moment) => this.#show(answer, before, moment),
      does.fail,
    );
  }

  /** The training that stands beside, "" for none. */
  get run() {
    return this.#follower.run;
  }

  /** What it was like last, if anything of it can be seen. */
  get last() {
    const { last } = this.#follower;
    return last?.labels.data.length ? last : null;
  }

  /** @param {string} run */
  follow(run) {
    this.#follower.follow(run);
  }

  leave() {
    this.#follower.leave();
    this.pictures.clear();
    for (const side of this.sides) side.clear();
  }

  /** @param {string[]} classes their names */
  set classes(classes) {
    this.#classes = classes;
    for (const side of this.sides) side.classes = classes.length;
  }

  /** Where its images are, by kind; nothing while that is unknown. @param {0 | 1} kind @returns {Float32Array} */
  places(kind) {
    const { last } = this;
    return last ? [last.ae_places, last.vae_places][kind].data : new Float32Array();
  }

  /** The step that is shown of this branch. @param {number} step */
  set step(step) {
    this.#step = step;
    if (this.last && this.#moment() !== this.#follower.at) this.#follower.soon();
  }

  /** Draw it as its neighbours are drawn. @param {Side[]} sides @param {Watched} here what is shown of this branch */
  draw(sides, here) {
    const { last, run } = this;
    if (!last) return;
    const { state, curves, labels } = last;
    [
      [last.ae_places, last.ae_shapes],
      [last.vae_places, last.vae_shapes],
    ].forEach(([places, shapes], i) => {
      this.sides[i].show({ places: places.data, shapes: shapes.data, labels: labels.data }, run, this.#follower.at, { like: sides[i] });
      this.sides[i].figure = sideFigure(KINDS[i], curves, state);
    });
    say(this.#words, besideSays(here.state.step, state.step, state.newest));
    const held = [here, last].map(({ then, out_then: out }) => ({ ...then, left_out: out.data }));
    say(this.#differ, held.every(({ batch_size: size }) => size) ? DIFFER(differences(held[0], held[1], SLIDERS, this.#classes)) : "");
  }

  /** @param {number} seed of the draws @param {number} row of the image */
  decode(seed, row) {
    if (!this.last) return;
    const { run, signal, at } = this.#follower;
    for (const side of this.sides) side.decode(signal);
    this.pictures.decode(run, at, seed, row, signal);
  }

  dispose() {
    this.#follower.leave();
    for (const side of this.sides) side.dispose();
  }

  /** The moment of it that is to be shown. @returns {number} */
  #moment() {
    const { last } = this.#follower;
    return last ? nearestMoment(this.#step, last.moments.data, last.state.newest) : -1;
  }

  /** @param {Watched} answer @param {Watched | null} before @param {number} moment */
  #show(answer, before, moment) {
    if (this.#moment() !== moment) this.#follower.soon(); // what is kept was not known when it was asked
    if (answer.labels.data.length && (!before?.labels.data.length || before.state.step !== answer.state.step)) this.#does.change();
  }
}
