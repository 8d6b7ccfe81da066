// @ts-check
/** Small line charts. Drawn by hand, since a mark on them follows the pointer; for a few dozen points. */
import { number } from "../core/language.js";
import { svg } from "../core/svg.js";

/** @typedef {[number, number]} Point x, y in the chart's own units */

/**
 * Round values that divide low..high in about `count` parts.
 * @param {number} low @param {number} high @param {number} [count]
 */
function ticks(low, high, count = 4) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= raw) ?? raw;
  const found = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step)
    found.push(Math.abs(value) < step * 1e-9 ? 0 : value);
  return found;
}

/**
 * @typedef {Object} Line
 * @property {string} colour CSS colour
 * @property {Point[]} points in the order in which they are joined
 * @property {boolean} [apart] points that are not joined
 * @property {boolean} [bare] the line alone, without its points
 * @property {string} [name] stands at the end of the line
 * @property {boolean} [dashed]
 */
export class Chart {
  #width = 0;
  #height = 0;
  /** @type {Point} what the axis reaches from and to */
  #x = [0, 1];
  /** @type {Point} */
  #y = [0, 1];
  /** @type {Line[]} */
  #lines = [];
  /** @type {{place: Point, colour: string}[]} */
  #marks = [];
  #markers = svg("g");
  #labels;
  #resizes;
  #left;
  static LEFT = 58; // less what a title of the y axis takes, where there is none
  static TITLE = 14;
  static RIGHT = 12;
  static TOP = 10;
  static BOTTOM = 34;

  /** Words under the whole numbers of the x axis, in the place of numbers. @type {string[]} */
  #steps = [];

  /** @param {string} name accessible name @param {{x: string, y: string, format?: (value: number) => string}} labels */
  constructor(name, labels) {
    this.#labels = { format: String, ...labels };
    this.#left = Chart.LEFT - (labels.y ? 0 : Chart.TITLE);
    this.svg = svg("svg", { role: "img", "aria-label": name });
    this.element = document.createElement("div");
    this.element.className = "ctm-smallchart";
    this.element.append(this.svg);
    this.#resizes = new ResizeObserver(() => this.#draw());
    this.#resizes.observe(this.element);
  }

  /**
   * @param {Line[]} lines @param {{x: [number, number], y: [number, number]}} ranges what the axes reach from and to
   * @param {string[]} [steps] words under 0, 1, … of the x axis, in the place of numbers
   */
  show(lines, { x, y }, steps = []) {
    this.#steps = steps;
    this.#lines = lines;
    this.#x = x;
    this.#y = y;
    this.#draw();
  }

  /** Put a marker on each of these places. @param {{place: Point, colour: string}[]} marks */
  mark(marks) {
    this.#marks = marks;
    this.#drawMarks();
  }

  dispose() {
    this.#resizes.disconnect();
  }

  /** @param {number} value */
  #px(value) {
    return this.#left + ((value - this.#x[0]) / (this.#x[1] - this.#x[0])) * (this.#width - this.#left - Chart.RIGHT);
  }

  /** @param {number} value */
  #py(value) {
    return this.#height - Chart.BOTTOM - ((value - this.#y[0]) / (this.#y[1] - this.#y[0])) * (this.#height - Chart.TOP - Chart.BOTTOM);
  }

  #draw() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    this.#width = width;
    this.#height = height;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const parts = [];
    for (const value of ticks(...this.#y, 3)) {
      parts.push(svg("line", { class: "ctm-gridline", x1: this.#left, x2: width - Chart.RIGHT, y1: this.#py(value), y2: this.#py(value) }));
      parts.push(text(this.#labels.format(value), { x: this.#left - 10, y: this.#py(value) + 4, "text-anchor": "end" }));
    }
    const below = this.#steps.length
      ? this.#steps.map((word, i) => /** @type {const} */ ([i, word]))
      : ticks(...this.#x, 4).map((value) => /** @type {const} */ ([value, number(+value.toPrecision(6), 6)]));
    const narrow = this.#steps.length ? { class: "ctm-steptick" } : {};
    for (const [value, word] of below)
      parts.push(text(word, { x: this.#px(value), y: height - Chart.BOTTOM + 15, "text-anchor": "middle", ...narrow }));
    const middle = (Chart.TOP + height - Chart.BOTTOM) / 2;
    parts.push(text(this.#labels.y, { x: 0, y: 0, "text-anchor": "middle", transform: `translate(10 ${middle}) rotate(-90)` }));
    parts.push(text(this.#labels.x, { x: (this.#left + width - Chart.RIGHT) / 2, y: height - 4, "text-anchor": "middle" }));
    for (const { points, colour, apart, bare, dashed, name } of this.#lines) {
      const at = points.map(([x, y]) => [this.#px(x), this.#py(y)]);
      if (!apart)
        parts.push(
          svg("polyline", {
            points: at.map((place) => place.join()).join(" "),
            fill: "none",
            stroke: colour,
            "stroke-width": 2,
            "stroke-dasharray": dashed ? "4 3" : "none",
          }),
        );
      for (const [x, y] of bare ? [] : at)
        parts.push(
          svg("circle", { cx: x, cy: y, r: apart ? 3.5 : 2.5, fill: apart ? "none" : colour, stroke: colour, "stroke-width": 1.5 }),
        );
      const end = at.at(-1);
      if (name && end) parts.push(text(name, { x: end[0] + 4, y: end[1] - 6, "text-anchor": "end", fill: colour, class: "ctm-linename" }));
    }
    this.svg.replaceChildren(...parts, this.#markers);
    this.#drawMarks();
  }

  #drawMarks() {
    this.#markers.replaceChildren(
      ...this.#marks.map(({ place: [x, y], colour }) =>
        svg("circle", { class: "ctm-mark", cx: this.#px(x), cy: this.#py(y), r: 6, stroke: colour }),
      ),
    );
  }
}

/** @param {string} words @param {Record<string, any>} properties */
function text(words, properties) {
  const element = svg("text", properties);
  element.textContent = words;
  return element;
}
