// @ts-check
/** The scale of a floor's colours: one for all maps on the page. */
import { figure, h, say } from "../core/dom.js";
import { t } from "../core/language.js";

/** @typedef {{low: number, high: number, log: boolean}} Span the ends of the scale, and whether ratios matter on it */

const TRIMMED = 0.02; // share at each end of the values that is beyond the scale of colours

export class Scale {
  /** @type {Uint32Array|null} */
  #colours = null;
  #ramp;
  #low;
  #high;

  constructor() {
    this.#ramp = h("canvas", { class: "ctm-ramp", width: 256, height: 1, "aria-hidden": "true" });
    this.#low = h("span", {});
    this.#high = h("span", {});
    this.element = h(
      "div",
      {
        class: "ctm-scale",
        title: t("One scale for all maps on the page. Values beyond an end, at least 2 % of those in view, have its colour."),
      },
      this.#low,
      this.#ramp,
      this.#high,
    );
  }

  /** Say nothing until there are values. */
  clear() {
    say(this.#low, "");
    say(this.#high, "");
  }

  /** The page has become light or dark. */
  fade() {
    this.#colours = null;
  }

  /**
   * The scale for these values, written at its ends; null while there are none.
   * @param {Float32Array} values in order @param {import("./grounds.js").Ground} ground @param {number} dim of a code
   * @returns {Span|null}
   */
  fit(values, { unit = "", log = false, deep }, dim) {
    if (!values.length) return null;
    const at = (/** @type {number} */ share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    const high = at(1 - TRIMMED);
    let low = at(TRIMMED);
    if (log) low = Math.max(low, high / 1e4);
    if (deep) low = Math.max(low, high - deep(dim));
    say(this.#low, `${values[0] < low ? "≤ " : ""}${figure(low)}`);
    say(this.#high, `${values[values.length - 1] > high ? "≥ " : ""}${figure(high)} ${unit}${log ? ` · ${t("log scale")}` : ""}`);
    return { low, high, log };
  }

  /** 256 colours in even steps of lightness, from the paper to a strong one, for points of any class colour to stand on. */
  get colours() {
    if (this.#colours) return this.#colours;
    const root = /** @type {HTMLElement|null} */ (this.element.closest(".ctm-root"));
    const [from, to] = root?.dataset.theme === "dark" ? [0.21, 0.74] : [0.985, 0.5];
    const context = /** @type {CanvasRenderingContext2D} */ (this.#ramp.getContext("2d"));
    for (let i = 0; i < 256; i++) {
      const t = i / 255;
      context.fillStyle = `oklch(${from + (to - from) * t} ${0.012 + 0.13 * t} ${285 + 40 * t})`;
      context.fillRect(i, 0, 1, 1);
    }
    return (this.#colours = new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer.slice(0)));
  }
}
