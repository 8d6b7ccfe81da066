// @ts-check
/** A picture that may be drawn only in part: what is not is left transparent, over a quiet grey. */
import { h } from "../../core/dom.js";

/** @typedef {import("../../wire/tables.js").Tensor<Uint8Array>} Pixels */

export class Sketch {
  /** @type {HTMLCanvasElement} */
  element;
  /** @type {CanvasRenderingContext2D} */
  #context;
  /** @type {ImageData} */
  #image;
  #frames = 0;

  /** @param {string} name accessible name @param {number} side pixels */
  constructor(name, side) {
    this.element = /** @type {HTMLCanvasElement} */ (
      h("canvas", {
        role: "img",
        "aria-label": name,
        class: "ctm-picture ctm-sketch",
        width: side,
        height: side,
        "data-frames": 0,
      })
    );
    this.#context = /** @type {CanvasRenderingContext2D} */ (this.element.getContext("2d"));
    this.#image = this.#context.createImageData(side, side);
  }

  /**
   * Paint a picture; rows that it does not reach are not drawn yet.
   * @param {Pixels} picture (rows, W, 3)
   * @param {ArrayLike<number> | null} [tokens] one for each cell, −1 where nothing is drawn
   */
  paint({ data, shape: [rows] }, tokens = null) {
    const side = this.#image.width,
      target = this.#image.data,
      columns = Math.sqrt(tokens?.length ?? 1),
      cell = side / columns;
    for (let y = 0, source = 0, at = 0; y < side; y++) {
      const row = Math.floor(y / cell) * columns;
      for (let x = 0; x < side; x++, at += 4) {
        if (y >= rows) {
          target[at + 3] = 0;
          continue;
        }
        target[at] = data[source++];
        target[at + 1] = data[source++];
        target[at + 2] = data[source++];
        target[at + 3] = tokens && tokens[row + Math.floor(x / cell)] < 0 ? 0 : 255;
      }
    }
    this.#show();
  }

  /**
   * A square of a picture from (left, top), as far as it lies inside.
   * @param {Pixels} picture (H, W, 3) @param {number} left @param {number} top
   */
  crop({ data, shape: [height, width] }, left, top) {
    const size = this.#image.width,
      target = this.#image.data;
    for (let y = 0, at = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at += 4) {
        const inside = left + x >= 0 && left + x < width && top + y >= 0 && top + y < height;
        const source = 3 * ((top + y) * width + left + x);
        for (let channel = 0; channel < 3; channel++) target[at + channel] = inside ? data[source + channel] : 0;
        target[at + 3] = inside ? 255 : 0;
      }
    }
    this.#show();
  }

  clear() {
    this.#image.data.fill(0);
    this.#context.putImageData(this.#image, 0, 0);
  }

  #show() {
    this.#context.putImageData(this.#image, 0, 0);
    this.element.dataset.frames = String(++this.#frames);
  }
}
