// @ts-check
/** A grid of pictures: each row changes one number of the current code from one end to the other and leaves the rest as they are. */
import { h, say } from "../../core/dom.js";
import { KIND } from "../../core/models.js";
import { Picture } from "../../widgets/picture.js";
import { DECODE } from "../../wire/schema.js";

const ROWS = 16, // the most used numbers
  COLUMNS = 9;

/** @typedef {import("../../core/models.js").Dimension} Dimension */

export class Traversal {
  button;
  element;
  #live;
  #picture = new Picture("traversal", "ctm-traversed");
  #labels = h("div", { class: "ctm-traversal-labels", "aria-hidden": "true" });
  #words = h("p", { class: "ctm-quiet" });
  /** @type {Dimension[]} */
  #dimensions = [];
  #model = "";
  /** @type {AbortSignal|undefined} */
  #signal;
  /** @type {Float32Array|null} */
  #code = null;

  /** @param {import("../../core/connection.js").Live} live */
  constructor(live) {
    this.#live = live;
    const title = "Each number of the code from one end to the other, in rows";
    this.button = h(
      "button",
      { type: "button", class: "ctm-link", "aria-expanded": "false", title, onclick: () => this.#turn(this.element.hidden) },
      "grid",
    );
    const close = () => {
      this.#turn(false);
      this.button.focus();
    };
    this.element = h(
      "section",
      { class: "ctm-traversal", "aria-label": "Traversal grid", hidden: true },
      h(
        "div",
        { class: "ctm-line" },
        h("h2", {}, "One number at a time"),
        h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": "Close the traversal grid", onclick: close }, "✕"),
      ),
      this.#words,
      h("div", { class: "ctm-traversal-grid" }, this.#labels, this.#picture.element),
    );
  }

  /** Another model. @param {import("../../core/models.js").Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter({ name, kind, dimensions }, signal) {
    this.#model = name;
    this.#signal = signal;
    this.#code = null;
    this.#dimensions = dimensions.slice(0, ROWS);
    this.#picture.name = `${KIND[kind]} traversal`;
    this.#picture.clear();
    this.#labels.replaceChildren(...this.#dimensions.map(({ index }) => h("span", {}, `#${index + 1}`)));
    const which = dimensions.length > ROWS ? `The ${ROWS} most used numbers` : "Every number";
    say(this.#words, `${which} of the code, from its slider's left end to its right; the others stay as they are.`);
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

  #ask() {
    const code = this.#code;
    if (!code) return;
    const codes = new Float32Array(this.#dimensions.length * COLUMNS * code.length);
    this.#dimensions.forEach(({ index, low, high }, row) => {
      for (let column = 0; column < COLUMNS; column++) {
        const at = (row * COLUMNS + column) * code.length;
        codes.set(code, at);
        codes[at + index] = low + ((high - low) * column) / (COLUMNS - 1);
      }
    });
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
