/** Complete the picture: rub out cells of a picture, and have them drawn again. */
import { Cells } from "./cells.js";
import { STUDIO } from "./studio.js";
import { h, say } from "../../core/dom.js";

export class Complete {
  #studio;
  #tokens = [];
  #kept = [];
  #pixels = null;
  #rubs = true;
  #grid;
  #wanted = "";
  #onrub;

  /**
   * @param {import("./studio.js").Studio} studio @param {any} facts of the painter
   * @param {(given: number[]) => void} ondraw these cells are to be kept, the rest (−1) drawn
   * @param {() => void} onrub other cells are rubbed out @param {(message: string) => void} alert
   */
  constructor(studio, facts, ondraw, onrub, alert) {
    this.#studio = studio;
    this.#onrub = onrub;
    this.#grid = facts.grid;
    this.alert = alert;
    this.cells = new Cells("Picture to complete", facts.image_shape[1], facts.grid, (cell, first) => {
      if (first) this.#rubs = this.#kept[cell];
      this.#kept[cell] = !this.#rubs;
      this.#paint();
      this.#onrub();
    });
    const keep = (words, rule) =>
      h(
        "button",
        {
          type: "button",
          class: "ctm-chip",
          onclick: () => {
            this.#kept = this.#tokens.map((_, cell) => rule(Math.floor(cell / this.#grid), cell % this.#grid));
            this.#paint();
            this.#onrub();
          },
        },
        words,
      );
    const half = this.#grid / 2,
      edge = this.#grid / 4;
    this.draw = h(
      "button",
      {
        type: "button",
        class: "ctm-chip ctm-main",
        onclick: () => ondraw(this.#tokens.map((code, cell) => (this.#kept[cell] ? code : -1))),
      },
      "Draw the rest",
    );
    this.count = h("p", { class: "ctm-quiet", role: "status", "aria-label": "Cells to draw" });
    const side = h(
      "div",
      { class: "ctm-completeside" },
      h("h2", {}, "Rub out what shall be drawn again"),
      h(
        "p",
        { class: "ctm-quiet" },
        "Drag over the picture, and over grey cells to bring them back. The caption may change, too. The transformer draws row by row: it sees what you keep above a missing cell, not what lies below.",
      ),
      h(
        "div",
        { class: "ctm-line" },
        keep("Keep all", () => true),
        keep("Keep the top half", (row) => row < half),
        keep("Keep the left half", (_, column) => column < half),
        keep("Keep the border", (row, column) => Math.min(row, column, this.#grid - 1 - row, this.#grid - 1 - column) < edge),
      ),
      h("div", { class: "ctm-line" }, this.draw),
      this.count,
    );
    this.element = h("section", { class: "ctm-complete", "aria-label": "Complete the picture" }, this.cells.element, side);
  }

  /** The cells that are rubbed out, for the address: a bit for each, the first the highest, as hexadecimal digits; "" for none. */
  get rubbed() {
    const bits = this.#kept.map((kept) => (kept ? "0" : "1")).join("");
    return bits.includes("1") ? (bits.match(/.{4}/g) ?? []).map((four) => parseInt(four, 2).toString(16)).join("") : "";
  }

  /** Of the picture that is shown next. */
  set rubbed(text) {
    this.#wanted = text;
    this.#tokens = [];
  }

  /** @param {number[]} tokens of the picture to complete */
  show(tokens) {
    if (String(tokens) !== String(this.#tokens)) {
      this.#tokens = tokens;
      const bits = [...this.#wanted].map((digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
      this.#kept = tokens.map((_, cell) => bits[cell] !== "1");
      this.#wanted = "";
      this.#pixels = null;
    }
    this.#studio.ask(
      "complete",
      STUDIO.paint,
      tokens,
      ([pixels]) => {
        this.#pixels = pixels;
        this.#paint();
      },
      (error) => this.alert(error.message),
    );
  }

  dispose() {
    this.cells.dispose();
  }

  #paint() {
    const left = this.#kept.filter((kept) => !kept).length;
    this.draw.disabled = !left;
    say(this.count, left ? `${left} of ${this.#kept.length} cells will be drawn again` : "nothing is rubbed out yet");
    this.cells.each((button, cell) => button.setAttribute("aria-pressed", String(!this.#kept[cell])));
    if (this.#pixels)
      this.cells.sketch.paint(
        this.#pixels,
        0,
        this.#kept.map((kept) => (kept ? 0 : -1)),
        0,
        this.#kept.length,
      );
  }
}
