// @ts-check
/** A small chart of lines, drawn anew as often as one likes. */
import { figure, h } from "../core/dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{values: ArrayLike<number>, colour: string, dash?: string, count?: number}} Line `count`: how many values fill the width */

export class Lines {
  #svg;
  #top;
  #at;

  /**
   * @param {string} name accessible name @param {string} title what stands over it @param {string} meaning one sentence
   * @param {[string, string]} ends words under its left and right end
   */
  constructor(name, title, meaning, ends) {
    this.#svg = document.createElementNS(SVG, "svg");
    this.#svg.setAttribute("viewBox", "0 0 100 100");
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#top = h("span", { class: "ctm-lines-top" });
    this.#at = h("i", { class: "ctm-lines-at", hidden: true });
    this.ends = ends.map((word) => h("span", {}, word));
    this.element = h(
      "div",
      { class: "ctm-lines", role: "img", "aria-label": name, title: meaning, tabindex: 0 },
      h("span", { class: "ctm-quiet" }, title),
      h("div", { class: "ctm-lines-plot" }, this.#svg, this.#top, this.#at),
      h("div", { class: "ctm-lines-ends" }, ...this.ends),
    );
  }

  /** @param {Line[]} lines @param {number} [most] the value at the upper edge; by default the largest */
  draw(lines, most = Math.max(0, ...lines.flatMap(({ values }) => Array.from(values)))) {
    this.#top.textContent = most > 0 ? figure(most) : "";
    this.#svg.replaceChildren(
      ...lines.map(({ values, colour, dash = "", count = values.length }) => {
        const line = document.createElementNS(SVG, "polyline");
        const x = (/** @type {number} */ i) => (count > 1 ? (100 * i) / (count - 1) : 50),
          y = (/** @type {number} */ value) => 98 - (96 * Math.min(value, most)) / (most || 1);
        line.setAttribute("points", Array.from(values, (value, i) => `${x(i).toFixed(2)},${y(value).toFixed(2)}`).join(" "));
        line.setAttribute("stroke-dasharray", dash);
        line.style.stroke = colour;
        return line;
      }),
    );
  }

  /** Mark a place from 0 to 1. @param {number} t */
  mark(t) {
    this.#at.hidden = false;
    this.#at.style.left = `${100 * t}%`;
  }
}
