// @ts-check
/**
 * The views of one page in the browser's history: shows the one that the address names, writes changes back there, follows Back
 * and Forward, and remembers how each page was left for as long as the tab lives.
 */
import { Address, VISIT } from "./address.js";

/** @typedef {import("./types.js").View} View */

const FIRST = "explore"; // stands at the base path itself, the others below it by their names
/** @type {Map<string, View>} the view of each page as the hand has left it */
const left = new Map();
/** Where a page's view has the image that a hand has chosen. @type {Record<string, (view: View) => string|undefined>} */
const CHOSEN = { explore: ({ at = "" }) => /^i(\d+)$/.exec(at)?.[1], compare: ({ i }) => i };
/** The row of the image that was chosen last, on either page. @type {string|undefined} */
let row;
let started = false;

export class ViewHistory {
  /** What the address said of the view. @type {View} */
  named;
  /** The view to begin with. @type {View} */
  first;
  address;
  #page;
  /** @type {{view?: View}|null} what the page commits while a view is on its way; null while none is */
  #held = {};
  #turn = 0;
  #gone = new AbortController();

  /** @param {string} page its name @param {View} read what the server has read in the address */
  constructor(page, read) {
    this.#page = page;
    this.address = new Address(page === FIRST ? "" : page);
    // Going fast, Back may be elsewhere by the time the server has read where it was; a first address it has read just now.
    this.named = (started && this.address.written) || read;
    const kept = { ...left.get(page), ...(page === "compare" && row ? { i: row } : {}) };
    this.first = Object.keys(this.named).length ? this.named : kept;
    started = true;
  }

  /** Follow Back and Forward from now on. @param {(view: View) => void} show */
  follow(show) {
    const popped = () => {
      if (this.address.here) show(this.address.view);
    };
    for (const type of ["popstate", VISIT]) window.addEventListener(type, popped, { signal: this.#gone.signal });
  }

  /**
   * Show a view. Until it is on the page, what the page commits may still speak of the view before, and is held.
   * @param {() => Promise<unknown>} apply rejected where the view cannot be shown
   * @param {(failure: Error|null) => void} settled not called where another view is on its way by then
   * @returns {Promise<View|undefined>} what was held
   */
  async show(apply, settled) {
    const turn = ++this.#turn;
    this.#held = {};
    let failure = null;
    try {
      await apply();
    } catch (error) {
      failure = /** @type {Error} */ (error);
    }
    if (turn !== this.#turn) return;
    settled(failure);
    const committed = this.#held?.view;
    this.#held = null;
    return committed;
  }

  /**
   * What the page shows now. Returns whether it was written.
   * @param {View} view @param {boolean} step whether it is worth an entry of its own in the browser's history
   */
  commit(view, step) {
    if (this.#held) {
      this.#held = { view };
      return false;
    }
    left.set(this.#page, view);
    row = CHOSEN[this.#page]?.(view) ?? row;
    this.address.write(view, step);
    return true;
  }

  dispose() {
    this.#gone.abort();
  }
}
