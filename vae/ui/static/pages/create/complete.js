// @ts-check
/** Complete the picture: rub out cells of a picture, and have them drawn again. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING, rubbedOut } from "../../text/create.js";
import { PAINT } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { readBits, writeBits } from "./address.js";
import { Cells } from "./cells.js";

export class Complete {
  /** @type {HTMLElement} */
  element;
  /** @type {Cells} */
  #cells;
  /** @type {HTMLButtonElement} */
  #draw;
  /** @type {HTMLElement} */
  #count;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {number} */
  #grid;
  /** @type {() => void} */
  #onrub;
  /** @type {number[]} */
  #tokens = [];
  /** @type {boolean[]} */
  #kept = [];
  /** @type {import("./sketch.js").Pixels | null} */
  #picture = null;
  #rubs = true;
  #wanted = "";

  /**
   * @param {import("./studio.js").Studio} studio @param {import("./studio.js").Facts} facts of the painter
   * @param {{draw: (given: number[]) => void, rub: () => void}} hand
   *   these cells are to be kept, the rest (−1) drawn; others are rubbed out
   */
  constructor(studio, { grid, image_shape: [, side] }, { draw, rub }) {
    this.#studio = studio;
    this.#onrub = rub;
    this.#grid = grid;
    this.#cells = new Cells(t("Picture to complete"), side, grid, (cell, first) => this.#rub(cell, first));
    const press = { type: "button", class: "ctm-chip ctm-main", onclick: () => draw(this.#given()) };
    this.#draw = /** @type {HTMLButtonElement} */ (h("button", press, t("Draw the rest")));
    this.#count = h("p", { class: "ctm-quiet", role: "status", "aria-label": t("Cells to draw") });
    const half = grid / 2,
      edge = grid / 4;
    const words = h(
      "div",
      { class: "ctm-completeside" },
      h("h2", {}, t("Rub out what shall be drawn again")),
      h("p", { class: "ctm-quiet" }, MEANING.complete),
      h(
        "div",
        { class: "ctm-line" },
        this.#keeper(t("Keep all"), () => true),
        this.#keeper(t("Keep the top half's codes"), (row) => row < half),
        this.#keeper(t("Keep the left half's codes"), (_, column) => column < half),
        this.#keeper(t("Keep the border's codes"), (row, column) => Math.min(row, column, grid - 1 - row, grid - 1 - column) < edge),
      ),
      h("div", { class: "ctm-line" }, this.#draw),
      this.#count,
    );
    this.element = h("section", { class: "ctm-complete", "aria-label": t("Complete the picture") }, this.#cells.element, words);
  }

  /** What of it the address keeps: the cells that are rubbed out. @returns {Record<string, string>} */
  get view() {
    const rub = writeBits(this.#kept.map((kept) => !kept));
    return rub ? { rub } : {};
  }

  /** @param {{rub?: string}} view of the picture that is shown next */
  set view({ rub = "" }) {
    this.#wanted = rub;
    this.#tokens = [];
  }

  /** @param {{tokens: number[]}} seen the picture to complete */
  enter({ tokens }) {
    if (String(tokens) !== String(this.#tokens)) {
      const rubbed = readBits(this.#wanted);
      this.#tokens = tokens;
      this.#kept = tokens.map((_, cell) => !rubbed[cell]);
      this.#wanted = "";
      this.#picture = null;
    }
    const onReply = (/** @type {import("../../wire/schema.js").PaintAnswered} */ { pixels }) => {
      this.#picture = nth(pixels, 0);
      this.#paint();
    };
    this.#studio.ask(PAINT, { tokens }, { lane: "complete", onReply });
  }

  leave() {}

  dispose() {
    this.#cells.dispose();
  }

  /** The codes to keep, −1 where to draw. */
  #given() {
    return this.#tokens.map((code, cell) => (this.#kept[cell] ? code : -1));
  }

  /** @param {string} words @param {(row: number, column: number) => boolean} rule which cells to keep */
  #keeper(words, rule) {
    const onclick = () => {
      this.#kept = this.#tokens.map((_, cell) => rule(Math.floor(cell / this.#grid), cell % this.#grid));
      this.#paint();
      this.#onrub();
    };
    return h("button", { type: "button", class: "ctm-chip", onclick }, words);
  }

  /** @param {number} cell @param {boolean} first whether the hand was put down there */
  #rub(cell, first) {
    if (first) this.#rubs = this.#kept[cell];
    this.#kept[cell] = !this.#rubs;
    this.#paint();
    this.#onrub();
  }

  #paint() {
    const left = this.#kept.filter((kept) => !kept).length;
    this.#draw.disabled = !left;
    say(this.#count, rubbedOut(left, this.#kept.length));
    this.#cells.each((button, cell) => button.setAttribute("aria-pressed", String(!this.#kept[cell])));
    const shown = this.#kept.map((kept) => (kept ? 0 : -1));
    if (this.#picture) this.#cells.sketch.paint(this.#picture, shown);
  }
}
