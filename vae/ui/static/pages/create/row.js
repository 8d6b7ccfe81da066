// @ts-check
/** A strip of pictures, and how far the picture moves at each step. Drawn by hand, since each bar stands under its gap of the strip. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { evenness, MEANING, SAME_PICTURE } from "../../text/create.js";
import { Sketch } from "./sketch.js";

export const ROW_FRAMES = 9;

export class Row {
  /** @type {HTMLElement} */
  element;
  /** Pixels of a picture. @type {number} */
  side;
  /** How far the picture moves at each step; empty until all pictures are there. @type {number[]} */
  steps = [];
  /** @type {Sketch[]} */
  #sketches;
  /** Whole pictures. @type {Map<number, Uint8Array>} */
  #pictures = new Map();
  /** @type {HTMLElement} */
  #bars;
  #words = h("span", { class: "ctm-quiet" });
  /** @type {HTMLElement} */
  #strip;
  #refusal = h("p", { class: "ctm-refused", hidden: true });
  /** @type {string} */
  #colour;
  /** @type {() => void} */
  #onmeasured;

  /**
   * @param {{name: string, title: string, meaning: string, side: number, colour: string}} row
   * @param {() => void} onmeasured its steps are known
   */
  constructor({ name, title, meaning, side, colour }, onmeasured) {
    this.side = side;
    this.#colour = colour;
    this.#onmeasured = onmeasured;
    this.#sketches = Array.from(
      { length: ROW_FRAMES },
      (_, i) => new Sketch(t("{name} {n} of {count}", { name, n: i + 1, count: ROW_FRAMES }), side),
    );
    this.#bars = h("div", {
      class: "ctm-steps",
      role: "img",
      "aria-label": t("{name}: change at each step", { name }),
      title: MEANING.steps,
    });
    this.#strip = h("div", { class: "ctm-strip" }, ...this.canvases);
    const head = h("div", { class: "ctm-line" }, h("h2", { title: meaning }, title), this.#words);
    this.element = h("div", { class: "ctm-betweenrow" }, head, this.#refusal, this.#strip, this.#bars);
  }

  get canvases() {
    return this.#sketches.map(({ element }) => element);
  }

  clear() {
    this.#pictures.clear();
    this.steps = [];
    this.#bars.replaceChildren();
    say(this.#words, "");
    this.#refuses(false);
    for (const sketch of this.#sketches) sketch.clear();
  }

  /** Say why there are no pictures. @param {string} sentence */
  refuse(sentence) {
    this.#refuses(true);
    say(this.#refusal, sentence);
  }

  /**
   * @param {number} frame @param {import("./sketch.js").Pixels} picture
   * @param {Int32Array | null} [tokens] where it may be drawn only in part
   */
  paint(frame, picture, tokens = null) {
    const [rows, columns] = picture.shape;
    this.#sketches[frame].paint(picture, tokens);
    if (rows === columns && !tokens?.includes(-1)) this.#pictures.set(frame, picture.data.slice());
    if (this.#pictures.size < ROW_FRAMES) return;
    const pictures = Array.from({ length: ROW_FRAMES }, (_, i) => this.#pictures.get(i) ?? new Uint8Array());
    this.steps = pictures.slice(1).map((after, i) => distance(pictures[i], after));
    this.#onmeasured();
  }

  /** Draw the steps as bars. @param {number} highest of all bars that are compared */
  chart(highest) {
    if (!this.steps.length) return;
    const most = Math.max(...this.steps),
      mean = this.steps.reduce((sum, step) => sum + step, 0) / this.steps.length;
    const bar = (/** @type {number} */ step) => {
      const style = `--share:${step / Math.max(highest, 1e-9)};background:${this.#colour}`;
      return h("div", {}, h("i", { style }), h("span", {}, figure(step)));
    };
    this.#bars.replaceChildren(...this.steps.map(bar));
    say(this.#words, mean > 0 ? evenness(figure(most / mean)) : SAME_PICTURE);
  }

  /** @param {boolean} refuses */
  #refuses(refuses) {
    this.#refusal.hidden = !refuses;
    this.#strip.hidden = this.#bars.hidden = refuses;
  }
}

/**
 * Root of the summed squared differences of two pictures of bytes, in the units of values in [0, 1].
 * @param {Uint8Array} a @param {Uint8Array} b
 */
export function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] - b[i]) / 255) ** 2;
  return Math.sqrt(sum);
}
