// @ts-check
/** A code as bars, one for each of its numbers, most used first. Drawn by hand, since they change at every pointer event. */
import { t } from "../core/language.js";
import { svg } from "../core/svg.js";

const HALF = 50; // of its width, in its own units
const THICK = 0.72; // of a bar, as a share of its row
const MOST = 256; // bars, of the most used: more would be thinner than a pixel

export class CodeBars {
  element = svg("svg", { class: "ctm-codebars", preserveAspectRatio: "none", role: "img" });
  #bars = svg("path");
  /** @type {number[]} places in the code, from top to bottom */
  #order = [];
  #reach = 1;

  constructor() {
    const axis = svg("line", { x1: HALF, x2: HALF, y1: 0, y2: "100%", "vector-effect": "non-scaling-stroke" });
    this.element.append(axis, this.#bars);
  }

  /** Another model. @param {import("../core/models.js").Facts} facts */
  enter({ dimensions: all }) {
    const dimensions = all.slice(0, MOST);
    this.#order = dimensions.map(({ index }) => index);
    this.#reach = Math.max(...dimensions.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
    this.element.setAttribute("viewBox", `0 0 ${2 * HALF} ${dimensions.length}`);
    this.element.setAttribute("aria-label", t("code of {n} numbers", { n: all.length }));
    this.clear();
  }

  /** @param {ArrayLike<number>} code */
  show(code) {
    const bars = this.#order.map((index, row) => {
      const share = Math.max(-1, Math.min(1, code[index] / this.#reach));
      return `M${HALF} ${row + (1 - THICK) / 2}h${(HALF * share).toFixed(2)}v${THICK}H${HALF}z`;
    });
    this.#bars.setAttribute("d", bars.join(""));
  }

  clear() {
    this.#bars.setAttribute("d", "");
  }
}
