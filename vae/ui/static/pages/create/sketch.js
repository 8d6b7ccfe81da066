/** A picture that may be drawn only in part: what is not is left transparent, over a quiet grey. */
import { h } from "../../core/dom.js";

export class Sketch {
  #context;
  #image;
  #frames = 0;

  /** @param {string} name accessible name @param {number} side pixels @param {string} [className] */
  constructor(name, side, className = "") {
    this.element = h("canvas", {
      role: "img",
      "aria-label": name,
      class: `ctm-picture ctm-sketch ${className}`,
      width: side,
      height: side,
      "data-frames": 0,
    });
    this.#context = this.element.getContext("2d");
    this.#image = this.#context.createImageData(side, side);
  }

  /**
   * Paint picture `index` of an array; rows that the array does not reach are not drawn yet.
   * @param {{data: Uint8Array, shape: number[]}} pixels (N, rows, W, 3)
   * @param {ArrayLike<number>} [tokens] one for each cell, −1 where nothing is drawn @param {number} [first] where this picture's begin
   */
  paint({ data, shape: [, rows, width] }, index, tokens = null, first = 0, cells = 0) {
    const side = this.#image.width,
      target = this.#image.data,
      columns = Math.sqrt(cells),
      cell = side / columns;
    let source = index * rows * width * 3;
    for (let y = 0, at = 0; y < side; y++) {
      const row = first + Math.floor(y / cell) * columns;
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
    this.#context.putImageData(this.#image, 0, 0);
    this.element.dataset.frames = ++this.#frames;
  }

  /** A square of a picture: `size` pixels from (left, top), as far as they lie inside. */
  crop(pixels, index, left, top) {
    const size = this.#image.width,
      [, height, width] = pixels.shape;
    for (let y = 0, at = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at += 4) {
        const inside = left + x >= 0 && left + x < width && top + y >= 0 && top + y < height;
        const source = ((index * height + top + y) * width + left + x) * 3;
        for (let channel = 0; channel < 3; channel++) this.#image.data[at + channel] = inside ? pixels.data[source + channel] : 0;
        this.#image.data[at + 3] = inside ? 255 : 0;
      }
    }
    this.#context.putImageData(this.#image, 0, 0);
    this.element.dataset.frames = ++this.#frames;
  }

  clear() {
    this.#image.data.fill(0);
    this.#context.putImageData(this.#image, 0, 0);
  }
}
