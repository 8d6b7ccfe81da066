// @ts-check
/** One way in one model of the race: its strip, its band of classes, its picture at t, and what the server last said of it. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { svg } from "../../core/svg.js";
import { classColour } from "../../map/map.js";
import { LENGTH, MEANING } from "../../text/race.js";
import { Picture } from "../../widgets/picture.js";
import { Strip } from "../../widgets/strip.js";
import { Term } from "../../widgets/term.js";
import { LIMITS } from "../../wire/schema.js";
import { unrealCount } from "./shared.js";

export const LANE_FRAMES = LIMITS.geodesic_segments + 1;

/** @typedef {import("../../wire/tables.js").Table<"label" | "confidence" | "unreal" | "far", Float32Array>} Verdicts */
/** @typedef {{key: "line"|"sphere"|"geodesic", name: string, dash: string}} Drawn */

/** The three ways, in the order in which they stand on the page. @type {Drawn[]} */
export const LANES = [
  { key: "line", name: t("straight"), dash: "2 3" },
  { key: "sphere", name: t("spherical"), dash: "7 4" },
  { key: "geodesic", name: t("geodesic"), dash: "" },
];

export class Lane {
  way;
  strip;
  picture;
  element;
  /** @type {import("../../wire/schema.js").RelaxAnswered|null} */
  now = null;
  /** Unreal frames: NaN without a classifier, null while they are not judged. @type {number|null} */
  unreal = null;
  #cells;
  #length = h("span", {});

  /** @param {Drawn} way @param {(t: number) => void} onchoose a frame was clicked */
  constructor(way, onchoose) {
    this.way = way;
    this.strip = new Strip("", LANE_FRAMES, onchoose);
    this.picture = new Picture("", "ctm-own");
    this.#cells = Array.from({ length: LANE_FRAMES }, () => h("i", {}));
    const band = h("div", { class: "ctm-band", "aria-hidden": "true" }, ...this.#cells);
    const term = new Term(way.name, { meaning: MEANING[way.key], entry: way.key === "geodesic" ? "geodesic" : "" }).element,
      length = h("span", { class: "ctm-quiet" }, new Term(t("length"), { meaning: LENGTH }).element, " ", this.#length);
    const name = h("div", { class: "ctm-lane-name" }, term, sample(way.dash), length);
    this.element = h("div", { class: "ctm-lane" }, name, h("div", { class: "ctm-lane-film" }, band, this.strip.element));
  }

  /** @param {string} model as it is named */
  set name(model) {
    this.strip.name = `${model} ${this.way.name}`;
    this.picture.name = t("{model} {way} decoding", { model, way: this.way.name });
  }

  /** @param {import("../../wire/schema.js").RelaxAnswered} answer */
  show(answer) {
    this.now = answer;
    const { pixels, figures } = answer;
    this.strip.paint(pixels.data, pixels.shape, LIMITS.path_steps / LIMITS.geodesic_segments);
    say(this.#length, figure(figures.length));
    this.element.dataset.energy = String(figures.energy);
    this.judge(null, []);
  }

  /** @param {Verdicts|null} verdicts on its frames; null while there are none @param {string[]} classes */
  judge(verdicts, classes) {
    const labels = verdicts?.column("label"),
      confidence = verdicts?.column("confidence"),
      unreal = verdicts?.column("unreal");
    this.unreal = verdicts && unrealCount(verdicts);
    this.strip.flag(this.#cells.map((_, i) => Number(unreal?.[i]) > 0));
    this.#cells.forEach((cell, i) => {
      const label = labels?.[i] ?? -1;
      cell.style.background = label >= 0 ? classColour(label) : "";
      cell.title = label >= 0 ? `${classes[label]}, ${Math.round(100 * (confidence?.[i] ?? NaN))} %` : "";
    });
  }
}

/** A short piece of a line as it is drawn on maps and charts. @param {string} dash */
function sample(dash) {
  const line = svg("line", { x1: 0, x2: 26, y1: 3, y2: 3, "stroke-dasharray": dash });
  return svg("svg", { width: 26, height: 6, "aria-hidden": "true", class: "ctm-key" }, line);
}
