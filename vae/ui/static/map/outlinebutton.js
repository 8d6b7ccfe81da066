// @ts-check
/** A button that has one outline drawn on a map; pressed again, it gives that up. */
import { h } from "../core/dom.js";
import { lasso } from "./lasso.js";

/**
 * @typedef {object} Hand
 * @property {import("./map.js").LatentMap} map where it is drawn
 * @property {(place: [number, number], event: Event) => void} look the keyboard's cursor is at a place
 * @property {(outline: Float32Array) => void} done one was drawn: corners as x, y in map coordinates
 */

export class OutlineButton {
  element;
  #map;
  #look;
  #ondone;
  #giveUp = () => {};

  /**
   * @param {string} words on it @param {string} title
   * @param {Hand} hand
   */
  constructor(words, title, { map, look, done }) {
    this.#map = map;
    this.#look = look;
    this.#ondone = done;
    const onclick = () => this.#press();
    this.element = h("button", { type: "button", class: "ctm-chip", "aria-pressed": "false", title, onclick }, words);
  }

  /** Give up an outline that is being drawn. */
  leave() {
    this.#giveUp();
  }

  #press() {
    if (this.element.getAttribute("aria-pressed") === "true") return this.#giveUp();
    this.element.setAttribute("aria-pressed", "true");
    const done = (/** @type {Float32Array|null} */ outline) => {
      this.#giveUp = () => {};
      this.element.setAttribute("aria-pressed", "false");
      if (outline) this.#ondone(outline);
    };
    this.#giveUp = lasso(this.#map, done, this.#look);
  }
}
