// @ts-check
/** Hides what would give a step's answer away, until there is an answer. */

const VEILED = "data-veiled";

export class Veil {
  #root;
  #selectors = "";
  #watch = new MutationObserver(() => this.#hide());

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {readonly string[]} selectors of what is hidden; what of it was hidden before is shown */
  on(selectors) {
    this.off();
    this.#selectors = selectors.map((selector) => `.ctm-page ${selector}`).join(", ");
    if (!this.#selectors) return;
    this.#hide();
    this.#watch.observe(this.#root, { childList: true, subtree: true });
  }

  off() {
    this.#watch.disconnect();
    this.#selectors = "";
    for (const element of this.#root.querySelectorAll(`[${VEILED}]`)) element.removeAttribute(VEILED);
  }

  #hide() {
    for (const element of this.#root.querySelectorAll(this.#selectors)) element.setAttribute(VEILED, "");
  }
}
