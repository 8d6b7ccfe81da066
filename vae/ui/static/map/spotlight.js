// @ts-check
/** Dims a map but for some of its points. Drawn once for each window, not at every pointer event. */
import { h, pen } from "../core/dom.js";
import { placeOf } from "../core/places.js";
import { classColour } from "./colours.js";
import { pointSize } from "./points.js";
import { pixelRatio } from "./resolution.js";

const DIMMED = 0.72; // opacity of what lies over the others

export class Spotlight {
  #map;
  #canvas = h("canvas");
  /** @type {Int32Array|null} */
  #rows = null;
  /** @type {ArrayLike<number>} */
  #labels = [];
  #drawn = ""; // the window that is on the canvas
  #paint = (/** @type {CanvasRenderingContext2D} */ context) => this.#draw(context);

  /** @param {import("./map.js").LatentMap} map */
  constructor(map) {
    this.#map = map;
    map.painters.add(this.#paint);
  }

  /** Let these points stand out; null dims nothing. @param {Int32Array|null} rows @param {ArrayLike<number>} [labels] of all points */
  on(rows, labels = []) {
    this.#rows = rows;
    this.#labels = labels;
    this.#drawn = "";
    this.#map.redraw();
  }

  dispose() {
    this.#map.painters.delete(this.#paint);
  }

  /** @param {CanvasRenderingContext2D} context in pixels of the map */
  #draw(context) {
    if (!this.#rows) return;
    const { width, height } = this.#map.viewport,
      ratio = pixelRatio(),
      veil = getComputedStyle(this.#map.element).getPropertyValue("--ctm-card").trim();
    const wanted = [this.#map.window, width, height, ratio, veil].join(" ");
    if (wanted !== this.#drawn) {
      this.#drawn = wanted;
      this.#prepare(this.#rows, ratio, veil);
    }
    context.drawImage(this.#canvas, 0, 0, width, height);
  }

  /** @param {Int32Array} rows @param {number} ratio @param {string} colour */
  #prepare(rows, ratio, colour) {
    const { width, height } = this.#map.viewport,
      { places } = this.#map,
      radius = pointSize(this.#labels.length) / 2 + 0.4;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    const context = pen(this.#canvas);
    context.scale(ratio, ratio);
    context.globalAlpha = DIMMED;
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
    for (const row of rows) {
      const [x, y] = this.#map.pixel(...placeOf(places, row));
      if (!(x >= 0 && x <= width && y >= 0 && y <= height)) continue;
      context.fillStyle = classColour(this.#labels[row]);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
