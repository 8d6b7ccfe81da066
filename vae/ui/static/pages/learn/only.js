// @ts-check
/** Leaves of a page what one step needs, and hides the rest. */

const LEFT_OUT = "data-left-out";

export class Only {
  #root;
  /** @type {string} */
  #needs = "";
  #watch = new MutationObserver(() => this.#hide());

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {string[]} needs selectors of what stays */
  on(needs) {
    this.off();
    this.#needs = needs.join(", ");
    this.#hide();
    this.#watch.observe(this.#root, { childList: true, subtree: true });
  }

  off() {
    this.#watch.disconnect();
    for (const element of this.#root.querySelectorAll(`[${LEFT_OUT}]`)) element.removeAttribute(LEFT_OUT);
  }

  #hide() {
    const page = this.#root.querySelector(".ctm-page");
    if (page?.querySelector(this.#needs)) this.#thin(page);
  }

  /** @param {Element} element which holds something that is needed */
  #thin(element) {
    for (const child of element.children) {
      if (child.matches(this.#needs)) continue;
      const holds = child.querySelector(this.#needs) !== null;
      child.toggleAttribute(LEFT_OUT, !holds);
      if (holds) this.#thin(child);
    }
  }
}
