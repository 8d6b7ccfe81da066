// @ts-check
/** The figures of the whole ladder. Drawn by our own small charts, since a mark on each follows the slider at every pointer event. */
import { h } from "../../core/dom.js";
import { fixed, t } from "../../core/language.js";
import { CURVES, MEANING, STEP_AXIS, tickName } from "../../text/slide.js";
import { Chart } from "../../widgets/chart.js";
import { Term } from "../../widgets/term.js";
import { between } from "./places.js";

/**
 * What was measured of a step; undefined where it was not.
 * @typedef {object} Step
 * @property {number} step
 * @property {number | undefined} rate KL in nats
 * @property {number | undefined} error squared
 * @property {number | undefined} unreal share of draws
 * @property {number | undefined} empty share of draws
 * @property {number | undefined} recall share of real images
 */
/** @typedef {[number, number]} Point */
/** @typedef {"unreal" | "empty" | "recall"} Key of a curve over the ladder */

const AIR = 0.12; // of the range of errors, free above and below
const EDGE = 1.12; // of the largest rate: where a model without one stands
const END = 1.18; // of the same: where the axis ends
const TEXT = "var(--ctm-text)";
/** @type {Record<Key, string>} */
const COLOURS = { unreal: "var(--ctm-warn)", empty: TEXT, recall: "var(--ctm-soft)" };
const KEYS = /** @type {Key[]} */ (Object.keys(COLOURS));
/** Told from the others without their colour. @type {Key[]} */
const DASHED = ["recall"];

export class Figures {
  /** @type {HTMLElement} */
  element;
  #rate = new Chart(t("Rate and distortion"), {
    x: t("KL, nats"),
    y: t("squared error"),
    format: (/** @type {number} */ value) => fixed(value, 3),
  });
  #draws = new Chart(t("Draws of N(0, I)"), {
    x: STEP_AXIS,
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
      { class: "ctm-card ctm-slidecharts", "aria-label": t("Figures of the whole ladder") },
      h(
        "h2",
        {},
        t("what is lost against what the code says; ○ has no"),
        " ",
        new Term("KL", { meaning: MEANING.rate, entry: "KL term" }).element,
      ),
      this.#rate.element,
      h("h2", {}, t("draws of"), " ", new Term("N(0, I)").element, ": ", ...KEYS.flatMap(named)),
      this.#draws.element,
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
    const line = (/** @type {Key} */ key) =>
      steps.map((step) => /** @type {Point} */ ([step.step, step[key] ?? NaN])).filter(([, share]) => Number.isFinite(share));
    this.#draws.show(
      KEYS.map((key) => ({ colour: COLOURS[key], points: line(key), dashed: DASHED.includes(key) })),
      { x: [-0.3, steps.length - 0.7], y: [0, 1.05] },
      ladder.map(({ config }) => tickName(config)),
    );
  }

  /** Mark where the slider is. @param {number} place on the ladder */
  mark(place) {
    const at = (/** @type {0 | 1} */ axis) => between(place, (step) => this.#curve[step][axis]);
    const share = (/** @type {Key} */ key) => between(place, (step) => this.#steps[step][key] ?? NaN);
    /** @type {Point[][]} */
    const marks = [[[at(0), at(1)]], KEYS.map((key) => [place, share(key)])];
    [this.#rate, this.#draws].forEach((chart, i) =>
      chart.mark(marks[i].filter(([, value]) => Number.isFinite(value)).map((point) => ({ place: point, colour: TEXT }))),
    );
  }

  dispose() {
    for (const chart of [this.#rate, this.#draws]) chart.dispose();
  }
}

/** The name of a curve in its colour behind a piece of its line, with what it is. @param {Key} key @param {number} i */
function named(key, i) {
  const meaning = key === "unreal" ? MEANING.unreal : MEANING.draws,
    entry = { unreal: "unreal picture", empty: "empty place", recall: "recall" }[key];
  const term = new Term(CURVES[key], { meaning, entry }).element;
  term.style.color = COLOURS[key];
  const line = h("span", { "aria-hidden": "true", style: `color:${COLOURS[key]}` }, DASHED.includes(key) ? "╌ " : "— ");
  return i ? [" · ", line, term] : [line, term];
}

/** @param {import("../../core/models.js").LadderStep} ladder @param {number} step @returns {Step} */
function measured({ config, metrics }, step) {
  return {
    step,
    rate: config.kind === "vae" ? metrics.kl : undefined,
    error: metrics.recon_mse?.value,
    unreal: metrics.off_manifold_prior?.value,
    empty: metrics.hole_mass_prior?.value,
    recall: metrics.recall_prior?.value,
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
