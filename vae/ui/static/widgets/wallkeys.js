// @ts-check
/**
 * A wall of pictures on one canvas, by keyboard: a button for each, of which the arrow keys reach the next. The pointer goes
 * through to the canvas.
 */
import { h } from "../core/dom.js";
import { t } from "../core/language.js";

export class WallKeys {
  #buttons;
  #columns;
  #each;

  /**
   * @param {string} name of the group @param {number} columns @param {number} count
   * @param {(index: number, event: Event) => void} ontake a picture was chosen, counting from 0
   * @param {string} [each] what one of the pictures is called
   */
  constructor(name, columns, count, ontake, each = t("draw")) {
    this.#each = each;
    this.#columns = columns;
    this.#buttons = Array.from({ length: count }, (_, index) =>
      h("button", { type: "button", tabindex: index ? -1 : 0, onclick: (/** @type {Event} */ event) => ontake(index, event) }),
    );
    this.element = h(
      "div",
      {
        class: "ctm-wallkeys",
        role: "group",
        "aria-label": name,
        "aria-description": t("Arrow keys move, Enter takes one."),
        style: `grid-template-columns:repeat(${columns},1fr)`,
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event),
      },
      ...this.#buttons,
    );
    this.name(() => "");
  }

  /** What is to be said of each picture after its place. @param {(index: number) => string} words */
  name(words) {
    this.#buttons.forEach((button, index) => {
      const [row, column] = [Math.floor(index / this.#columns) + 1, (index % this.#columns) + 1];
      const place = t("{n} of {buttons}, row {row}, column {column}", { n: index + 1, buttons: this.#buttons.length, row, column });
      button.setAttribute("aria-label", `${this.#each} ${place}${words(index)}`);
    });
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const from = this.#buttons.findIndex((button) => button === document.activeElement),
      column = from % this.#columns,
      last = this.#buttons.length - 1;
    /** @type {Record<string, number>} */
    const ways = {
      ArrowLeft: column ? from - 1 : from,
      ArrowRight: column < this.#columns - 1 ? from + 1 : from,
      ArrowUp: from - this.#columns,
      ArrowDown: from + this.#columns,
      Home: 0,
      End: last,
    };
    const to = ways[event.key];
    if (from < 0 || to === undefined) return;
    event.preventDefault();
    if (to < 0 || to > last) return;
    this.#buttons[from].tabIndex = -1;
    this.#buttons[to].tabIndex = 0;
    this.#buttons[to].focus();
  }
}
