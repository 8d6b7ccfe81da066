// @ts-check
/** The floor under the points of a map: a picture that covers a part of it. */
import { h, pen } from "../core/dom.js";

export class Underlay {
  /** @type {{canvas: HTMLCanvasElement, window: readonly number[], smooth: boolean}|null} */
  #picture = null;

  constructor() {
    this.element = h("canvas", { class: "ctm-layer ctm-floor", "aria-hidden": "true", "data-frames": 0, hidden: true });
  }

  /**
   * @param {HTMLCanvasElement|null} canvas null for none @param {readonly number[]} window [x0, x1, y0, y1] of it
   * @param {boolean} smooth
   */
  lay(canvas, window, smooth) {
    this.#picture = canvas && { canvas, window, smooth };
    this.element.hidden = !canvas;
    this.element.dataset.frames = String(Number(this.element.dataset.frames) + 1);
  }

  /** @param {(x: number, y: number) => [number, number]} pixel of a place @param {number} ratio pixels of the screen in one of these */
  draw(pixel, ratio) {
    const context = pen(this.element);
    context.clearRect(0, 0, this.element.width, this.element.height);
    if (!this.#picture) return;
    const {
      canvas,
      window: [x0, x1, y0, y1],
      smooth,
    } = this.#picture;
    const [left, bottom] = pixel(x0, y0),
      [right, top] = pixel(x1, y1);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(canvas, left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
  }
}
