// @ts-check
/** Token X-ray: what the transformer expected at every cell, which words it looked at, and what another code would paint. */
import { figure, h, keepFocus, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { codeRange, MEANING, OVERLAYS, percent, pipeline } from "../../text/create.js";
import { INSPECT, PAINT } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { Attention } from "./attention.js";
import { Cells } from "./cells.js";
import { Codebook } from "./codebook.js";
import { dot, shades } from "./dots.js";
import { Guesses } from "./guesses.js";

/** @typedef {import("../../wire/schema.js").InspectAnswered} Seen */

export class Inside {
  /** @type {HTMLElement} */
  element;
  /** @type {Cells} */
  #cells;
  /** @type {HTMLElement} */
  #scale = h("span", { class: "ctm-quiet" });
  /** @type {HTMLElement} */
  #title = h("h2", { "aria-live": "polite" }, "");
  /** @type {HTMLElement} */
  #own = h("span", { class: "ctm-quiet" });
  /** @type {HTMLButtonElement} */
  #undoButton;
  /** @type {HTMLButtonElement} */
  #onButton;
  /** @type {HTMLElement} what holds both */
  #buttons;
  /** @type {HTMLInputElement} */
  #code;
  /** @type {Guesses} */
  #guesses;
  /** @type {Attention} */
  #attention = new Attention();
  /** @type {Codebook} */
  #codebook;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {import("./studio.js").Facts} */
  #facts;
  /** @type {{edit: (given: number[]) => void, cell: () => void, alert: (message: string) => void}} */
  #hand;
  /** The cell that is looked at; −1 for the one with most to see. */
  #cell = -1;
  /** @type {number[] | null} */
  #tokens = null;
  /** @type {number[]} of the caption's words */
  #ids = [];
  /** @type {string[]} */
  #words = [];
  /** @type {Seen | null} */
  #seen = null;
  #overlay = "none";
  /** What Undo brings back. @type {number[][]} */
  #past = [];
  /** Whether the picture that comes next goes on from this one. */
  #goeson = false;
  /** The life of what is asked about the picture. */
  #asking = new AbortController();

  /**
   * @param {import("./studio.js").Studio} studio @param {import("./studio.js").Facts} facts of the painter
   * @param {{edit: (given: number[]) => void, cell: () => void, alert: (message: string) => void}} hand
   *   these cells are to be kept, the rest (−1) drawn; another cell was chosen
   */
  constructor(studio, facts, hand) {
    this.#studio = studio;
    this.#facts = facts;
    this.#hand = hand;
    const pick = (/** @type {number} */ code) => this.#swap(code);
    this.#cells = new Cells(t("Picture under the X-ray"), facts.image_shape[1], facts.grid, (cell) => {
      this.#choose(cell);
      hand.cell();
    });
    const overlay = segmented(t("Overlay"), OVERLAYS, "none", (/** @type {string} */ kind) => {
      this.#overlay = kind;
      this.#shade();
    });
    const chip = { type: "button", class: "ctm-chip" };
    this.#undoButton = button({ ...chip, disabled: true, onclick: () => this.#undo() }, t("Undo"));
    this.#onButton = button({ ...chip, title: MEANING.redraw, onclick: () => this.#drawOn() }, t("Draw on from here"));
    this.#code = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "number",
        class: "ctm-number",
        min: 0,
        max: facts.codebook_size - 1,
        step: 1,
        "aria-label": t("Code of the cell"),
        onchange: () => this.#swap(Number(this.#code.value)),
      })
    );
    this.#guesses = new Guesses(studio, facts.grid, pick);
    this.#codebook = new Codebook(studio, { pick, alert: hand.alert });
    this.#buttons = h("div", { class: "ctm-line" }, this.#title, h("span", { class: "ctm-grow" }), this.#undoButton, this.#onButton);
    this.element = h(
      "section",
      { class: "ctm-xray", "aria-label": t("Token X-ray") },
      h("div", { class: "ctm-xleft" }, this.#cells.element, h("div", { class: "ctm-line" }, overlay.element, this.#scale)),
      h(
        "div",
        { class: "ctm-xright" },
        h("p", { class: "ctm-quiet" }, pipeline(facts)),
        this.#buttons,
        h("div", { class: "ctm-line" }, h("label", { class: "ctm-quiet" }, t("code"), " ", this.#code), this.#own),
        this.#guesses.element,
        h("div", { class: "ctm-xfoot" }, this.#attention.element, this.#codebook.element),
      ),
    );
  }

  /** What of it the address keeps. @returns {Record<string, string>} */
  get view() {
    return this.#cell < 0 ? {} : { cell: String(this.#cell) };
  }

  /** @param {{cell?: string}} view */
  set view({ cell }) {
    this.#cell = cell && Number(cell) < this.#facts.grid ** 2 ? Number(cell) : -1;
    this.#tokens = null;
    this.#forget();
  }

  /**
   * Look into a picture.
   * @param {{tokens: number[], reading: import("./studio.js").Reading}} seen it, and the caption that it was drawn to
   */
  enter({ tokens, reading: { ids, words } }) {
    if (!this.#goeson) {
      if (String(tokens) === String(this.#tokens) && String(ids) === String(this.#ids)) return;
      this.#past = [];
    }
    this.#goeson = false;
    this.#ids = ids;
    this.#words = words;
    this.#look(tokens);
  }

  leave() {}

  /** @param {import("./studio.js").Drawing} drawing under way, of which the first is shown */
  grow({ tokens, pixels }) {
    this.#cells.sketch.paint(nth(pixels, 0), nth(tokens, 0).data);
    this.#cells.each((cell) => dot(cell, 0));
  }

  dispose() {
    this.#forget();
    this.#cells.dispose();
    this.#codebook.dispose();
  }

  /** What is asked about the picture no longer counts. */
  #forget() {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#guesses.forget();
  }

  /** @param {number[]} tokens */
  #look(tokens) {
    this.#forget();
    this.#tokens = tokens;
    const allow = () => {
      this.#undoButton.disabled = !this.#past.length;
    };
    keepFocus(this.#buttons, allow, this.#onButton);
    const paint = (/** @type {import("../../wire/schema.js").PaintAnswered} */ { pixels }) => this.#cells.sketch.paint(nth(pixels, 0));
    this.#studio.ask(PAINT, { tokens }, { lane: "inside picture", onReply: paint });
    const onReply = (/** @type {Seen} */ seen) => {
      this.#seen = seen;
      const { data } = seen.entropy;
      this.#choose(this.#cell < 0 ? data.indexOf(Math.max(...data)) : this.#cell);
    };
    this.#studio.ask(INSPECT, { words: this.#ids, tokens }, { lane: "inside", signal: this.#asking.signal, onReply });
    this.#codebook.load();
  }

  /** @param {number} cell */
  #choose(cell) {
    this.#cell = cell;
    this.#shade();
    this.#tell();
    if (this.#tokens) this.#codebook.show(this.#tokens[cell]);
  }

  /** Put another code in the cell. @param {number} code */
  #swap(code) {
    if (!this.#tokens || !Number.isInteger(code) || code < 0 || code >= this.#facts.codebook_size) {
      this.#hand.alert(codeRange(this.#facts.codebook_size));
      return;
    }
    if (code === this.#tokens[this.#cell]) return;
    this.#past.push(this.#tokens);
    this.#codebook.release();
    this.#edit(this.#tokens.with(this.#cell, code));
  }

  #drawOn() {
    if (!this.#tokens) return;
    this.#past.push(this.#tokens);
    this.#goeson = true;
    this.#hand.edit(this.#tokens.map((code, cell) => (cell <= this.#cell ? code : -1)));
  }

  #undo() {
    const before = this.#past.pop();
    if (before) this.#edit(before);
  }

  /** @param {number[]} tokens */
  #edit(tokens) {
    this.#look(tokens);
    this.#hand.edit(tokens);
  }

  #shade() {
    const values = this.#seen && shades(this.#overlay, this.#seen),
      most = values ? Math.max(...values, 1e-6) : 1;
    say(this.#scale, values ? t("largest dot: {most} nats", { most: figure(most) }) : "");
    this.#cells.each((button, cell) => {
      dot(button, values && cell !== this.#cell ? values[cell] / most : 0);
      button.setAttribute("aria-pressed", String(cell === this.#cell));
    });
  }

  #tell() {
    const cell = this.#cell,
      { grid } = this.#facts;
    if (!this.#seen || !this.#tokens) return;
    const { codes, probabilities, own, entropy, attention } = this.#seen;
    say(this.#title, t("row {row}, column {column}", { row: Math.floor(cell / grid) + 1, column: (cell % grid) + 1 }));
    this.#code.value = String(this.#tokens[cell]);
    say(this.#own, t("had {share} · doubt {doubt} nats", { share: percent(own.data[cell]), doubt: figure(entropy.data[cell]) }));
    this.#guesses.show({ tokens: this.#tokens, cell }, nth(codes, cell).data, nth(probabilities, cell).data);
    this.#attention.show(this.#words, attention.row(cell));
  }
}

/** @param {Record<string, any>} properties @param {string} words */
const button = (properties, words) => /** @type {HTMLButtonElement} */ (h("button", properties, words));
