// @ts-check
/** Sentences for the person, which they can put away. */
import { h } from "./dom.js";
import { t } from "./language.js";

const LONGEST = 600; // letters of a sentence

export class Alerts {
  #root;

  /** @param {HTMLElement} root of the page, in which the keyboard goes on once a sentence is put away */
  constructor(root) {
    this.#root = root;
    this.element = h("div", { class: "ctm-alerts" });
  }

  /**
   * Show a sentence; the same one is not shown twice.
   * @param {string} text empty to say that all is well @param {string} [about] what it is about: a newer one takes its place
   */
  tell(text, about = "") {
    const shown = [...this.element.children].filter((box) => box instanceof HTMLElement);
    if (about) for (const box of shown) if (box.dataset.about === about && sentence(box) !== text) box.remove();
    if (!text) return;
    if (text.length > LONGEST) text = `${text.slice(0, LONGEST - 1)}…`;
    if (shown.some((box) => box.isConnected && sentence(box) === text)) return;
    /** @type {Element|null} where the keyboard was */
    let from = null;
    const hear = (/** @type {FocusEvent} */ { relatedTarget }) => {
      if (relatedTarget instanceof Element && !this.element.contains(relatedTarget)) from = relatedTarget;
    };
    const dismiss = () => {
      box.remove();
      this.#focus(from);
    };
    const close = h(
      "button",
      { type: "button", class: "ctm-chip ctm-close", "aria-label": t("Dismiss"), onfocus: hear, onclick: dismiss },
      "✕",
    );
    const box = h("div", { role: "alert", class: "ctm-alert" }, h("span", {}, text), close);
    box.dataset.about = about;
    this.element.append(box);
  }

  /** Where the keyboard goes on: where it was, to the next sentence, or to the page. @param {Element|null} from */
  #focus(from) {
    const next = [from, this.element.querySelector("button"), this.#root.querySelector("button, select")];
    const found = next.find((element) => element?.isConnected && element.checkVisibility());
    if (found instanceof HTMLElement) found.focus();
  }
}

/** @param {HTMLElement} box */
const sentence = (box) => box.firstChild?.textContent;
