// @ts-check
/** A grid of pictures: each row changes one number of the current code from one end to the other and leaves the rest as they are. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { KIND } from "../../core/modelnames.js";
import { Picture } from "../../widgets/picture.js";
import { WallKeys } from "../../widgets/wallkeys.js";
import { DECODE } from "../../wire/schema.js";

const ROWS = 16, // the most used numbers
  COLUMNS = 9;

/** @typedef {import("../../core/models.js").Dimension} Dimension */

export class Traversal {
  button;
  element;
  #live;
  #picture = new Picture("traversal", "ctm-traversed");
  #grid;
  #keys = new WallKeys("", COLUMNS, 0, () => {});
  #go;
  #labels = h("div", { class: "ctm-traversal-labels", "aria-hidden": "true" });
  #words = h("p", { class: "ctm-quiet" });
  /** @type {Dimension[]} */
  #dimensions = [];
  #model = "";
  /** @type {AbortSignal|undefined} */
  #signal;
  /** @type {Float32Array|null} */
  #code = null;

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {(code: Float32Array, event: Event) => void} go a cell was chosen: its code is to be the current one
   */
  constructor(live, go) {
    this.#live = live;
    this.#go = go;
    const title = t("Each number of the code from one end to the other, in rows");
    this.button = h(
      "button",
      { type: "button", class: "ctm-link", "aria-expanded": "false", title, onclick: () => this.#turn(this.element.hidden) },
      t("grid"),
    );
    const close = () => {
      this.#turn(false);
      this.button.focus();
    };
    this.#grid = h("div", { class: "ctm-wallgrid" }, this.#picture.element, this.#keys.element);
    this.#picture.element.addEventListener("click", (event) => this.#click(event));
    this.element = h(
      "section",
      { class: "ctm-traversal", "aria-label": t("Traversal grid"), hidden: true },
      h(
        "div",
        { class: "ctm-line" },
        h("h2", {}, t("One number at a time")),
        h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": t("Close the traversal grid"), onclick: close }, "✕"),
      ),
      this.#words,
      h("div", { class: "ctm-traversal-grid" }, this.#labels, this.#grid),
    );
  }

  /** Another model. @param {import("../../core/models.js").Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter({ name, kind, dimensions }, signal) {
    this.#model = name;
    this.#signal = signal;
    this.#code = null;
    this.#dimensions = dimensions.slice(0, ROWS);
    this.#picture.name = t("{model} traversal", { model: KIND[kind] });
    this.#picture.clear();
    this.#labels.replaceChildren(...this.#dimensions.map(({ index }) => h("span", {}, `#${index + 1}`)));
    const keys = new WallKeys(
      t("Cells to go to"),
      COLUMNS,
      this.#dimensions.length * COLUMNS,
      (cell, event) => this.#take(cell, event),
      t("cell"),
    );
    keys.name(
      (cell) =>
        `: ${t("number {n} of the code at {value}", {
          n: this.#dimensions[Math.floor(cell / COLUMNS)].index + 1,
          value: figure(this.#value(cell)),
        })}`,
    );
    this.#keys.element.replaceWith(keys.element);
    this.#keys = keys;
    const which = dimensions.length > ROWS ? t("The {rows} most used numbers", { rows: ROWS }) : t("Every number");
    say(
      this.#words,
      t("{which} of the code, from its slider's left end to its right; the others stay as they are. A click takes you there.", { which }),
    );
  }

  /** The current code. @param {ArrayLike<number>} code */
  show(code) {
    this.#code = Float32Array.from(code);
    if (!this.element.hidden) this.#ask();
  }

  /** @param {boolean} open */
  #turn(open) {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.#ask();
    else this.#live.session.drop("traversal");
  }

  /** What a cell sets the number of its row to. @param {number} cell */
  #value(cell) {
    const { low, high } = this.#dimensions[Math.floor(cell / COLUMNS)];
    return low + ((high - low) * (cell % COLUMNS)) / (COLUMNS - 1);
  }

  /** @param {number} cell @param {Float32Array} code the current one */
  #codeOf(cell, code) {
    const changed = code.slice();
    changed[this.#dimensions[Math.floor(cell / COLUMNS)].index] = this.#value(cell);
    return changed;
  }

  /** @param {number} cell @param {Event} event */
  #take(cell, event) {
    if (this.#code) this.#go(this.#codeOf(cell, this.#code), event);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const { left, top, width, height } = this.#picture.element.getBoundingClientRect();
    const at = (/** @type {number} */ share, /** @type {number} */ count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    const row = at((event.clientY - top) / height, this.#dimensions.length);
    this.#take(row * COLUMNS + at((event.clientX - left) / width, COLUMNS), event);
  }

  #ask() {
    const code = this.#code;
    if (!code) return;
    const codes = new Float32Array(this.#dimensions.length * COLUMNS * code.length);
    for (let cell = 0; cell < this.#dimensions.length * COLUMNS; cell++) codes.set(this.#codeOf(cell, code), cell * code.length);
    this.#live.session.ask(
      DECODE,
      { codes },
      {
        model: this.#model,
        lane: "traversal",
        signal: this.#signal,
        onReply: ({ pixels }) => this.#picture.paint(pixels.data, pixels.shape, { columns: COLUMNS, gap: 1 }),
        onError: ({ message }) => this.#live.alert(message),
      },
    );
  }
}
