// @ts-check
/** Points at one control of the page, and finds it again when the page is drawn anew. */

export class Pointer {
  #root;
  #selector = "";
  /** @type {HTMLElement|null} */
  #found = null;
  #watch = new MutationObserver(() => this.#find());

  /** @param {HTMLElement} root in which it is */
  constructor(root) {
    this.#root = root;
  }

  /** @param {string} selector */
  at(selector) {
    this.off();
    this.#selector = selector;
    this.#find();
    this.#watch.observe(this.#root, { childList: true, subtree: true });
  }

  /** Bring it into sight, with the keyboard on it. */
  show() {
    this.#find();
    this.#found?.scrollIntoView({ block: "center", behavior: "smooth" });
    const able = "button, input, select, a, [tabindex]";
    const target = this.#found?.matches(able) ? this.#found : this.#found?.querySelector(able);
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }

  off() {
    this.#watch.disconnect();
    this.#found?.removeAttribute("data-pointed");
    this.#found = null;
  }

  #find() {
    const found = /** @type {HTMLElement|null} */ (this.#root.querySelector(`.ctm-page ${this.#selector}`));
    if (found === this.#found) return;
    this.#found?.removeAttribute("data-pointed");
    found?.setAttribute("data-pointed", "");
    this.#found = found;
  }
}
