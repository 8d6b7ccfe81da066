// @ts-check
/** Drawings: a wall of equals while they are drawn, then in the reranker's order with the best four large. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { tileTitle } from "../../text/create.js";
import { nth } from "../../wire/tables.js";
import { Sketch } from "./sketch.js";
import { layOut } from "./tiling.js";

/** @typedef {import("./studio.js").Drawing} Drawing */

const MOVE = { duration: 700, easing: "cubic-bezier(.2,.8,.2,1)" };

export class Tiles {
  /** @type {HTMLElement} */
  element;
  /** @type {{sketch: Sketch, button: HTMLButtonElement}[]} */
  #tiles = [];
  /** @type {number} */
  #side;
  #ranked = false;
  /** @type {ResizeObserver} */
  #resizes;
  /** @type {(place: number) => void} */
  #onchoose;

  /**
   * @param {number} side of a picture, pixels
   * @param {(place: number) => void} onchoose the tile at this place was chosen, counting from 0
   */
  constructor(side, onchoose) {
    this.#side = side;
    this.#onchoose = onchoose;
    this.element = h("div", { class: "ctm-tiles", role: "group", "aria-label": t("Drawings") });
    this.#resizes = new ResizeObserver(() => this.#lay());
    this.#resizes.observe(this.element);
  }

  /** What of it the address keeps: the drawing that is chosen is the page's. */
  get view() {
    return {};
  }

  enter() {}
  leave() {}

  get count() {
    return this.#tiles.length;
  }

  /** An empty wall. @param {number} count */
  begin(count) {
    if (count !== this.#tiles.length) {
      this.#tiles = Array.from({ length: count }, (_, place) => this.#tile(place));
      this.element.replaceChildren(...this.#tiles.map(({ button }) => button));
    } else for (const { sketch } of this.#tiles) sketch.clear();
    for (const { button } of this.#tiles) {
      button.disabled = true;
      button.title = "";
    }
    this.choose(-1);
    this.#ranked = false;
    this.#lay();
  }

  /** @param {Drawing} drawing under way */
  grow({ tokens, pixels }) {
    this.#tiles.forEach(({ sketch }, place) => sketch.paint(nth(pixels, place), nth(tokens, place).data));
  }

  /**
   * The finished pictures, best first; each goes from where it was drawn to its place.
   * @param {Drawing} drawing @param {boolean} still without a movement
   */
  rank({ pixels, order, scores }, still) {
    const before = this.#layout().squares;
    this.#ranked = true;
    this.#tiles.forEach(({ sketch, button }, place) => {
      const from = order.data[place];
      sketch.paint(nth(pixels, from));
      button.disabled = false;
      button.title = tileTitle(place, scores.data[from]);
    });
    this.#lay();
    if (still || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const after = this.#layout().squares;
    this.#tiles.forEach(({ button }, place) => {
      const from = before[order.data[place]],
        to = after[place];
      button.animate(
        [
          { transformOrigin: "0 0", transform: `translate(${from.x - to.x}px, ${from.y - to.y}px) scale(${from.side / to.side})` },
          { transformOrigin: "0 0", transform: "none" },
        ],
        MOVE,
      );
    });
  }

  /** Mark a tile as the chosen one. @param {number} place */
  choose(place) {
    this.#tiles.forEach(({ button }, other) => button.setAttribute("aria-pressed", String(other === place)));
  }

  dispose() {
    this.#resizes.disconnect();
  }

  /** @param {number} place */
  #tile(place) {
    const sketch = new Sketch(t("DALL-E drawing {place}", { place: place + 1 }), this.#side);
    const press = { type: "button", class: "ctm-tile", onclick: () => this.#onchoose(place) };
    return { sketch, button: /** @type {HTMLButtonElement} */ (h("button", press, sketch.element)) };
  }

  #lay() {
    this.#layout().squares.forEach(({ x, y, side }, place) => {
      Object.assign(this.#tiles[place].button.style, { left: `${x}px`, top: `${y}px`, width: `${side}px`, height: `${side}px` });
    });
  }

  #layout() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const layout = layOut({ count: this.#tiles.length, ranked: this.#ranked, width, height });
    this.element.style.height = layout.height === null ? "" : `${layout.height}px`;
    return layout;
  }
}
