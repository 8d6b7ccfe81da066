// @ts-check
/** What the curves show while it learns. Drawn by hand, since they grow all the time. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { CURVES, PALE, UNJUDGED } from "../../text/train.js";
import { Chart } from "../../widgets/chart.js";
import { Term } from "../../widgets/term.js";

/** @typedef {import("../../wire/schema.js").WatchAnswered["curves"]} Table */
/** @typedef {{curves: Table, at: number}} Branch with the step that is shown of it */
/** @typedef {"error" | "rate" | "empty" | "unreal"} Which */
/** @typedef {{column: "ae_error" | "vae_error" | "rate" | "ae_empty" | "vae_empty" | "ae_unreal" | "vae_unreal", colour: string}} Drawn */

const MOST = 80; // points of a line: more cannot be told apart at this size
const FIRST = 10; // steps that the axis reaches at least

/** @type {Which[]} */
const SHARES = ["empty", "unreal"];

/** @type {Record<Which, Drawn[]>} */
const LINES = {
  error: [
    { column: "ae_error", colour: "var(--ctm-ae)" },
    { column: "vae_error", colour: "var(--ctm-vae)" },
  ],
  rate: [{ column: "rate", colour: "var(--ctm-vae)" }],
  empty: [
    { column: "ae_empty", colour: "var(--ctm-ae)" },
    { column: "vae_empty", colour: "var(--ctm-vae)" },
  ],
  unreal: [
    { column: "ae_unreal", colour: "var(--ctm-ae)" },
    { column: "vae_unreal", colour: "var(--ctm-vae)" },
  ],
};

export class Curves {
  /** @type {Map<Which, Chart>} */
  #charts = new Map();
  #unjudged = h("p", { class: "ctm-quiet", hidden: "" });
  #shown = ""; // the rows that the charts show
  #pale = h("p", { class: "ctm-quiet", hidden: "" }, PALE);

  constructor() {
    const cards = /** @type {Which[]} */ (Object.keys(LINES)).map((which) => {
      const { title, about, entry } = CURVES[which];
      const chart = new Chart(title, { x: "", y: "", format: SHARES.includes(which) ? (value) => `${Math.round(100 * value)} %` : figure });
      this.#charts.set(which, chart);
      const says = which === "unreal" ? this.#unjudged : null;
      return h(
        "figure",
        { class: "ctm-traincurve" },
        h("figcaption", {}, new Term(title, { meaning: about, entry }).element),
        chart.element,
        says,
      );
    });
    this.element = h("section", { class: "ctm-card ctm-traincurves", "aria-label": t("Curves") }, this.#pale, ...cards);
  }

  /** Why nobody tells unreal pictures, "" where somebody does. @param {string} words */
  set unjudged(words) {
    say(this.#unjudged, words && UNJUDGED(words));
    this.#unjudged.hidden = !words;
    /** @type {Chart} */ (this.#charts.get("unreal")).element.hidden = Boolean(words);
  }

  /** @param {Table} curves @param {number} at the step that is shown @param {Branch | null} [other] that these are compared with */
  show(curves, at, other = null) {
    this.#pale.hidden = !other;
    const branches = other ? [other, { curves, at }] : [{ curves, at }];
    const shown = branches
      .flatMap((branch) => [branch.curves.column("step").length, branch.curves.column("step").at(-1), rowAt(branch)])
      .join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    const last = Math.max(FIRST, ...branches.map((branch) => branch.curves.column("step").at(-1) ?? 0));
    for (const [which, chart] of this.#charts) {
      const lines = branches.flatMap((branch) =>
        LINES[which].map(({ column, colour }) => ({
          at: branch.at,
          bare: true,
          colour: branch === other ? `color-mix(in srgb, ${colour} 35%, transparent)` : colour,
          points: pointsOf(branch.curves.column("step"), branch.curves.column(column)),
        })),
      );
      const values = lines.flatMap(({ points }) => (points.length > 1 ? points.slice(1) : points).map(([, y]) => y));
      chart.show(lines, { x: [0, last], y: [0, SHARES.includes(which) ? 1 : Math.max(1e-3, ...values)] });
      chart.mark(lines.flatMap((line) => marked(line.points, line.at, line.colour)));
    }
  }

  clear() {
    this.#shown = "";
    for (const chart of this.#charts.values()) {
      chart.show([], { x: [0, 1], y: [0, 1] });
      chart.mark([]);
    }
  }

  dispose() {
    for (const chart of this.#charts.values()) chart.dispose();
  }
}

/** The row that is marked. @param {Branch} branch */
const rowAt = ({ curves, at }) => curves.column("step").findLastIndex((step) => step <= at);

/** @param {Float32Array} steps @param {Float32Array} values @returns {[number, number][]} */
function pointsOf(steps, values) {
  const stride = Math.max(1, Math.ceil(steps.length / MOST)),
    points = /** @type {[number, number][]} */ ([]);
  for (let i = 0; i < steps.length; i += stride) points.push([steps[i], values[i]]);
  if (steps.length && points.at(-1)?.[0] !== steps[steps.length - 1]) points.push([steps[steps.length - 1], values[steps.length - 1]]);
  return points.filter(([, value]) => Number.isFinite(value));
}

/** @param {[number, number][]} points @param {number} at @param {string} colour */
function marked(points, at, colour) {
  const place = [...points].reverse().find(([step]) => step <= at);
  return place ? [{ place, colour }] : [];
}
