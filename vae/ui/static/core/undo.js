// @ts-check
/** Undo and redo of what hands have done on a page: its views are entries of the browser's history, which these go through. */
import { h } from "./dom.js";
import { t } from "./language.js";

export class Undo {
  element;
  #address;
  #undo;
  #redo;
  #deepest = 0;

  /** @param {import("./address.js").Address} address @param {AbortSignal} signal ends it */
  constructor(address, signal) {
    this.#address = address;
    this.#undo = arrow(t("Undo"), t("Back to the view before (Ctrl+Z)"), "M7 4 3 8l4 4M3 8h7a4 4 0 0 1 0 8H8", () => this.#go(-1));
    this.#redo = arrow(t("Redo"), t("On to the view after (Ctrl+Shift+Z)"), "m11 4 4 4-4 4M15 8H8a4 4 0 0 0 0 8h2", () => this.#go(1));
    this.element = h("div", { class: "ctm-undo", role: "group", "aria-label": t("Views") }, this.#undo, this.#redo);
    window.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.sync();
  }

  /** The address has changed. @param {boolean} [step] whether by a view that takes the place of those after it */
  sync(step = false) {
    const { depth } = this.#address;
    this.#deepest = step ? depth : Math.max(depth, this.#deepest);
    this.#undo.disabled = depth === 0;
    this.#redo.disabled = depth >= this.#deepest;
  }

  /** @param {-1|1} way */
  #go(way) {
    if (!(way < 0 ? this.#undo : this.#redo).disabled) history.go(way);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !["z", "y"].includes(key) || writes(event.target)) return;
    event.preventDefault();
    this.#go(key === "y" || event.shiftKey ? 1 : -1);
  }
}

/** @param {string} name @param {string} title @param {string} path in a square of 18 @param {() => void} onclick */
function arrow(name, title, path, onclick) {
  const button = h("button", { type: "button", class: "ctm-chip", "aria-label": name, title, disabled: true, onclick });
  button.innerHTML = `<svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true"><path d="${path}"/></svg>`;
  return button;
}

/** Whether text is written there, which has an undo of its own. @param {EventTarget|null} target */
const writes = (target) =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !["range", "checkbox", "radio"].includes(target.type));
