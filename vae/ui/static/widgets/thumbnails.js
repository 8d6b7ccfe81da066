// @ts-check
/**
 * Many small pictures in a box that scrolls. Only those in view are elements of the page, and only they are asked for, so that
 * a hundred thousand cost no more than a hundred.
 */
import { h } from "../core/dom.js";
import { t } from "../core/language.js";
import { Picture } from "./picture.js";

const PITCH = 54; // CSS pixels from one picture to the next
const KEPT = 4000; // pictures that are remembered

/** @typedef {{data: Uint8Array, shape: readonly number[]}} Pixels of one picture, (1, H, W, C) */
/** @typedef {{element: HTMLElement, picture: Picture, row: number, painted: boolean}} Tile */
/**
 * @typedef {object} Owner
 * @property {(rows: number[]) => void} ask for the pictures of these rows, in view and not there yet
 * @property {(row: number, event: Event) => void} open a picture was chosen
 * @property {(row: number, index: number) => string} name what a picture is called
 */

export class Thumbnails {
  element;
  #owner;
  #inner = h("div", { class: "ctm-thumbs", role: "presentation" });
  /** @type {Map<number, Tile>} by place in the selection */
  #tiles = new Map();
  /** @type {Map<number, Pixels>} by row, the one that was used last at the end */
  #known = new Map();
  /** @type {Int32Array} */
  #rows = new Int32Array();
  #active = 0;
  #scheduled = 0;
  #resizes = new ResizeObserver(() => this.#soon());

  /** @param {string} name @param {Owner} owner */
  constructor(name, owner) {
    this.#owner = owner;
    this.element = h(
      "div",
      {
        class: "ctm-thumbsbox",
        role: "listbox",
        tabindex: 0,
        "aria-label": name,
        "aria-description": t("Arrow keys move, Enter opens a picture."),
        onscroll: () => this.#soon(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event),
        onclick: (/** @type {MouseEvent} */ event) => this.#click(event),
      },
      this.#inner,
    );
    this.#resizes.observe(this.element);
  }

  /** Show these rows, from the first one on. @param {Int32Array} rows */
  show(rows) {
    this.#rows = rows;
    this.#active = 0;
    this.element.scrollTop = 0;
    this.#clear();
    this.#render();
  }

  /** The pictures are another model's. */
  forget() {
    this.#known.clear();
    this.show(new Int32Array());
  }

  /** Pictures have come. @param {number[]} rows @param {import("../wire/tables.js").Tensor<Uint8Array>} pixels (N, H, W, C) */
  take(rows, { data, shape: [, ...shape] }) {
    const size = shape.reduce((product, side) => product * side, 1);
    rows.forEach((row, i) => this.#known.set(row, { data: data.slice(i * size, (i + 1) * size), shape: [1, ...shape] }));
    for (const row of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(row);
    }
    this.#render();
  }

  dispose() {
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#scheduled);
  }

  get #columns() {
    return Math.max(1, Math.floor(this.element.clientWidth / PITCH));
  }

  #soon() {
    if (!this.#scheduled)
      this.#scheduled = requestAnimationFrame(() => {
        this.#scheduled = 0;
        this.#render();
      });
  }

  #clear() {
    for (const { element } of this.#tiles.values()) element.remove();
    this.#tiles.clear();
  }

  #render() {
    const columns = this.#columns;
    this.#inner.style.height = `${Math.ceil(this.#rows.length / columns) * PITCH}px`;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / PITCH) * columns),
      last = Math.min(this.#rows.length, Math.ceil((scrollTop + clientHeight) / PITCH) * columns);
    for (const [index, { element }] of this.#tiles) {
      if (index >= first && index < last) continue;
      element.remove();
      this.#tiles.delete(index);
    }
    /** @type {number[]} */
    const missing = [];
    for (let index = first; index < last; index++) {
      const tile = this.#tile(index);
      tile.element.style.transform = `translate(${(index % columns) * PITCH}px, ${Math.floor(index / columns) * PITCH}px)`;
      const pixels = this.#known.get(tile.row);
      if (!pixels) missing.push(tile.row);
      else if (!tile.painted) {
        tile.painted = true;
        tile.picture.paint(pixels.data, pixels.shape);
      }
    }
    this.#mark();
    if (missing.length && clientHeight) this.#owner.ask(missing);
  }

  /** The tile at a place of the selection, made if need be. @param {number} index */
  #tile(index) {
    const known = this.#tiles.get(index);
    if (known) return known;
    const row = this.#rows[index],
      name = this.#owner.name(row, index);
    const picture = new Picture(name);
    const element = h(
      "div",
      {
        class: "ctm-thumb",
        role: "option",
        id: `ctm-thumb-${index}`,
        title: name,
        "aria-label": name,
        "aria-setsize": this.#rows.length,
        "aria-posinset": index + 1,
        "data-index": index,
      },
      picture.element,
    );
    const tile = { element, picture, row, painted: false };
    this.#tiles.set(index, tile);
    this.#inner.append(element);
    return tile;
  }

  #mark() {
    for (const [index, { element }] of this.#tiles) element.setAttribute("aria-selected", String(index === this.#active));
    const active = this.#tiles.get(this.#active);
    if (active) this.element.setAttribute("aria-activedescendant", active.element.id);
    else this.element.removeAttribute("aria-activedescendant");
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const tile = event.target instanceof Element ? event.target.closest("[data-index]") : null;
    if (!(tile instanceof HTMLElement)) return;
    this.#active = Number(tile.dataset.index);
    this.#mark();
    this.#owner.open(this.#rows[this.#active], event);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    const columns = this.#columns,
      page = columns * Math.max(1, Math.floor(this.element.clientHeight / PITCH));
    /** @type {Record<string, number>} */
    const ways = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
    const way = ways[event.key],
      last = this.#rows.length - 1;
    if (last < 0 || (way === undefined && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    if (way === undefined) return this.#owner.open(this.#rows[this.#active], event);
    this.#active = Math.min(last, Math.max(0, this.#active + way));
    const top = Math.floor(this.#active / columns) * PITCH,
      { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + PITCH > scrollTop + clientHeight) this.element.scrollTop = top + PITCH - clientHeight;
    this.#render();
  }
}
