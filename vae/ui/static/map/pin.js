// @ts-check
/** A picture pinned to a place of a map. */
import { Picture } from "../widgets/picture.js";

const SIDE = 38; // pixels of the screen
const ABOVE = 12; // its lower edge over the place

/** @typedef {import("./viewport.js").Place} Place */

export class Pin {
  #map;
  #picture;
  /** @type {Place|null} */
  #place = null;
  #paint = (/** @type {CanvasRenderingContext2D} */ context) => this.#draw(context);

  /** @param {import("./map.js").LatentMap} map @param {string} name of what is pinned */
  constructor(map, name) {
    this.#map = map;
    this.#picture = new Picture(name);
    map.painters.add(this.#paint);
  }

  /** @param {Place|null} place null takes it away @param {{shape: readonly number[], data: Uint8Array}|null} pixels (1, H, W, C) */
  put(place, pixels) {
    this.#place = place;
    if (pixels) this.#picture.paint(pixels.data, pixels.shape);
    if (place) this.#map.element.dataset.pinned = place.join(" ");
    else delete this.#map.element.dataset.pinned;
    this.#map.redraw();
  }

  dispose() {
    this.#map.painters.delete(this.#paint);
  }

  /** @param {CanvasRenderingContext2D} context */
  #draw(context) {
    if (!this.#place) return;
    const [x, y] = this.#map.pixel(...this.#place),
      left = x - SIDE / 2,
      top = y - ABOVE - SIDE,
      style = getComputedStyle(this.#map.element);
    context.save();
    context.strokeStyle = style.getPropertyValue("--ctm-text");
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, y - ABOVE);
    context.stroke();
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#picture.element, left, top, SIDE, SIDE);
    context.strokeRect(left, top, SIDE, SIDE);
    context.restore();
  }
}
