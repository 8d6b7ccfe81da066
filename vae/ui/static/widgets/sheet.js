// @ts-check
/** Controls that stand side by side where there is room; on a narrow screen a button opens them as a sheet at its lower edge. */
import { h } from "../core/dom.js";

export class Sheet {
  button;
  #element;
  #gone = new AbortController();

  /** @param {string} words on the button @param {HTMLElement} element what holds the controls */
  constructor(words, element) {
    this.#element = element;
    element.classList.add("ctm-sheet");
    this.button = h(
      "button",
      { type: "button", class: "ctm-chip ctm-sheetbutton", "aria-expanded": "false", onclick: () => this.#turn(!this.#open) },
      words,
    );
    const { signal } = this.#gone;
    document.addEventListener("pointerdown", ({ target }) => this.#elsewhere(target), { capture: true, signal });
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  dispose() {
    this.#gone.abort();
  }

  get #open() {
    return this.#element.hasAttribute("data-open");
  }

  /** @param {boolean} open */
  #turn(open) {
    this.#element.toggleAttribute("data-open", open);
    this.button.setAttribute("aria-expanded", String(open));
  }

  /** @param {EventTarget|null} target */
  #elsewhere(target) {
    if (this.#open && target instanceof Node && !this.#element.contains(target) && !this.button.contains(target)) this.#turn(false);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key !== "Escape" || !this.#open) return;
    this.#turn(false);
    this.button.focus();
  }
}
