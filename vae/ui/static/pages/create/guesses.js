// @ts-check
/** What the transformer expected at a cell: its likeliest codes, each as the cell would be with it. */
import { h, keepFocus } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING, percent } from "../../text/create.js";
import { PAINT } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { Sketch } from "./sketch.js";

/** @typedef {{tokens: number[], cell: number}} Spot a cell of a picture */

const AROUND = 0.5; // of a cell, shown about the one that a guess would change

export class Guesses {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLElement} */
  #row;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {number} */
  #grid;
  /** @type {(code: number) => void} */
  #onpick;
  /** @type {Spot | null} */
  #spot = null;
  /** The life of what is asked about that cell. */
  #asking = new AbortController();

  /** @param {import("./studio.js").Studio} studio @param {number} grid cells on each side @param {(code: number) => void} onpick */
  constructor(studio, grid, onpick) {
    this.#studio = studio;
    this.#grid = grid;
    this.#onpick = onpick;
    this.#row = h("div", { class: "ctm-guesses", role: "group", "aria-label": t("What the transformer expected here") });
    this.element = h("div", {}, h("h3", { title: MEANING.expected }, t("expected here")), this.#row);
  }

  /** @param {Spot} spot @param {Int32Array} codes the likeliest first @param {Float32Array} shares their probabilities */
  show(spot, codes, shares) {
    if (spot.tokens !== this.#spot?.tokens || spot.cell !== this.#spot.cell) this.forget();
    this.#spot = spot;
    const tokens = Array.from(codes).flatMap((code) => spot.tokens.with(spot.cell, code));
    const onReply = (/** @type {import("../../wire/schema.js").PaintAnswered} */ { pixels }) => {
      const guesses = Array.from(codes, (code, i) => this.#guess(spot, code, shares[i], nth(pixels, i)));
      const pressed = guesses.find((guess) => guess.getAttribute("aria-pressed") === "true");
      keepFocus(this.#row, () => this.#row.replaceChildren(...guesses), pressed ?? guesses[0]);
    };
    this.#studio.ask(PAINT, { tokens }, { lane: "guesses", signal: this.#asking.signal, onReply });
  }

  /** What is asked about the cell no longer counts. */
  forget() {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#spot = null;
  }

  /** @param {Spot} spot @param {number} code @param {number} share @param {import("./sketch.js").Pixels} picture with it */
  #guess({ tokens, cell }, code, share, picture) {
    const size = picture.shape[0] / this.#grid,
      sketch = new Sketch(t("With code {code}", { code }), (2 * AROUND + 1) * size);
    sketch.crop(picture, ((cell % this.#grid) - AROUND) * size, (Math.floor(cell / this.#grid) - AROUND) * size);
    return h(
      "button",
      {
        type: "button",
        class: "ctm-guess",
        "aria-pressed": String(code === tokens[cell]),
        title: t("code {code}: {share}", { code, share: percent(share) }),
        "aria-label": t("code {code}, {share}", { code, share: percent(share) }),
        onclick: () => this.#onpick(code),
      },
      sketch.element,
      h("i", { style: `--share:${share}` }),
      h("span", {}, percent(share)),
    );
  }
}
