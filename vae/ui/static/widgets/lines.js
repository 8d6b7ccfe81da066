// @ts-check
/** A small chart of lines. Drawn by hand, since it changes many times a second. */
import { figure, h } from "../core/dom.js";
import { svg } from "../core/svg.js";

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
    this.#svg = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
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
        const x = (/** @type {number} */ i) => (count > 1 ? (100 * i) / (count - 1) : 50),
          y = (/** @type {number} */ value) => 98 - (96 * Math.min(value, most)) / (most || 1);
        const points = Array.from(values, (value, i) => `${x(i).toFixed(2)},${y(value).toFixed(2)}`).join(" ");
        const line = svg("polyline", { points, "stroke-dasharray": dash });
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
