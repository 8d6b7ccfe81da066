// @ts-check
/** The figures of the whole ladder. Drawn by our own small charts, since a mark on each follows the slider at every pointer event. */
import { h } from "../../core/dom.js";
import { MEANING } from "../../text/slide.js";
import { Chart } from "../../widgets/chart.js";
import { between } from "./places.js";

/**
 * What was measured of a step; undefined where it was not.
 * @typedef {object} Step
 * @property {number} step
 * @property {number | undefined} rate KL in nats
 * @property {number | undefined} error squared
 * @property {number | undefined} holes share of draws
 * @property {number | undefined} unreal share of draws
 */
/** @typedef {[number, number]} Point */

const AIR = 0.12; // of the range of errors, free above and below
const EDGE = 1.12; // of the largest rate: where a model without one stands
const END = 1.18; // of the same: where the axis ends
const TEXT = "var(--ctm-text)";

export class Figures {
  /** @type {HTMLElement} */
  element;
  #rate = new Chart("Rate and distortion", {
    x: "KL, nats",
    y: "squared error",
    format: (/** @type {number} */ value) => value.toFixed(3),
  });
  #misses = new Chart("Draws of N(0, I) that miss", {
    x: "",
    y: "",
    format: (/** @type {number} */ value) => `${Math.round(100 * value)} %`,
  });
  /** @type {Step[]} */
  #steps = [];
  /** Where each step stands on the chart of rate and distortion. @type {Point[]} */
  #curve = [];

  constructor() {
    this.element = h(
      "section",
      { class: "ctm-card ctm-slidecharts", "aria-label": "Figures of the whole ladder" },
      h("h2", { title: MEANING.rate }, "what is kept against what is said; ○ has no KL"),
      this.#rate.element,
      h(
        "h2",
        { title: MEANING.misses },
        "draws of N(0, I): ",
        h("span", { class: "ctm-keyhole" }, "in holes"),
        " · ",
        h("span", { class: "ctm-keyunreal" }, "unreal pictures"),
      ),
      this.#misses.element,
    );
  }

  /** @param {import("../../core/models.js").LadderStep[]} ladder */
  show(ladder) {
    const steps = (this.#steps = ladder.map(measured));
    const { curve, rated, unrated, ranges } = rateAndDistortion(steps);
    this.#curve = curve;
    this.#rate.show(
      [
        { colour: "var(--ctm-vae)", points: rated },
        { colour: "var(--ctm-ae)", apart: true, points: unrated },
      ],
      ranges,
    );
    const line = (/** @type {"holes" | "unreal"} */ key) =>
      steps.map((step) => /** @type {Point} */ ([step.step, step[key] ?? NaN])).filter(([, share]) => Number.isFinite(share));
    this.#misses.show(
      [
        { colour: TEXT, points: line("holes") },
        { colour: "var(--ctm-warn)", points: line("unreal") },
      ],
      { x: [-0.3, steps.length - 0.7], y: [0, 1.05] },
    );
  }

  /** Mark where the slider is. @param {number} place on the ladder */
  mark(place) {
    const at = (/** @type {0 | 1} */ axis) => between(place, (step) => this.#curve[step][axis]);
    const share = (/** @type {"holes" | "unreal"} */ key) => between(place, (step) => this.#steps[step][key] ?? NaN);
    /** @type {Point[][]} */
    const marks = [[[at(0), at(1)]], [share("holes"), share("unreal")].map((value) => [place, value])];
    [this.#rate, this.#misses].forEach((chart, i) =>
      chart.mark(marks[i].filter(([, value]) => Number.isFinite(value)).map((point) => ({ place: point, colour: TEXT }))),
    );
  }

  dispose() {
    for (const chart of [this.#rate, this.#misses]) chart.dispose();
  }
}

/** @param {import("../../core/models.js").LadderStep} ladder @param {number} step @returns {Step} */
function measured({ config, metrics }, step) {
  return {
    step,
    rate: config.kind === "vae" ? metrics.kl : undefined,
    error: metrics.recon_mse?.value,
    holes: metrics.hole_mass_prior?.value,
    unreal: metrics.off_manifold_prior?.value,
  };
}

/**
 * Where the steps stand, those without a rate at the right edge, and what the axes reach from and to.
 * @param {Pick<Step, "rate" | "error">[]} steps
 * @returns {{curve: Point[], rated: Point[], unrated: Point[], ranges: {x: Point, y: Point}}}
 */
export function rateAndDistortion(steps) {
  const isRated = (/** @type {Pick<Step, "rate" | "error">} */ { rate }) => Number.isFinite(rate),
    isKnown = (/** @type {Point} */ [, error]) => Number.isFinite(error);
  const rates = steps.filter(({ rate, error }) => Number.isFinite(rate) && Number.isFinite(error)).map(({ rate = 0 }) => rate);
  const most = Math.max(1, ...rates);
  const curve = steps.map((step) => /** @type {Point} */ ([isRated(step) ? step.rate : EDGE * most, step.error ?? NaN]));
  const errors = curve.filter(isKnown).map(([, error]) => error);
  const [best, worst] = errors.length ? [Math.min(...errors), Math.max(...errors)] : [0, 1],
    air = AIR * (worst - best) || 0.1 * worst || 0.01;
  return {
    curve,
    rated: curve.filter((point, i) => isRated(steps[i]) && isKnown(point)),
    unrated: curve.filter((point, i) => !isRated(steps[i]) && isKnown(point)),
    ranges: { x: [0, END * most], y: [Math.max(0, best - air), worst + air] },
  };
}
