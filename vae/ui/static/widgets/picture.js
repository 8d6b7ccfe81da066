// @ts-check
/** Decoded pictures on canvases. */
import { h, pen } from "../core/dom.js";

/**
 * A canvas that shows one picture, or `columns` of them side by side in rows.
 * `data-frames` counts how often it was painted.
 */
export class Picture {
  #context;
  /** @type {ImageData|null} */
  #image = null;
  #frames = 0;

  /** @param {string} name accessible name @param {string} [className] */
  constructor(name, className = "") {
    this.element = h("canvas", {
      role: "img",
      "aria-label": name,
      class: `ctm-picture ${className}`,
      width: 28,
      height: 28,
      "data-frames": 0,
      "data-blank": "",
    });
    this.#context = pen(this.element);
  }

  /** @param {string} name accessible name */
  set name(name) {
    this.element.setAttribute("aria-label", name);
  }

  /**
   * Paint pictures from one array.
   * @param {Uint8Array} pixels (N, H, W, C) @param {readonly number[]} shape
   * @param {{columns?: number, gap?: number, first?: number, count?: number}} [layout]
   */
  paint(pixels, [total, height, width, channels], { columns = 1, gap = 0, first = 0, count = total - first } = {}) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const across = columns * width + (columns - 1) * gap,
      down = rows * height + (rows - 1) * gap;
    const image = this.#sized(across, down),
      target = image.data;
    for (let n = 0; n < count; n++) {
      const left = (n % columns) * (width + gap),
        top = Math.floor(n / columns) * (height + gap);
      let source = (first + n) * height * width * channels;
      for (let y = 0; y < height; y++) {
        let at = ((top + y) * across + left) * 4;
        for (let x = 0; x < width; x++, at += 4, source += channels) {
          target[at] = pixels[source];
          target[at + 1] = pixels[source + (channels > 1 ? 1 : 0)];
          target[at + 2] = pixels[source + (channels > 2 ? 2 : 0)];
          target[at + 3] = 255;
        }
      }
    }
    this.#context.putImageData(image, 0, 0);
    delete this.element.dataset.blank;
    this.element.dataset.frames = String(++this.#frames);
  }

  /** Show that there is no picture. */
  clear() {
    this.element.dataset.blank = "";
    if (this.#image) this.#image.data.fill(0);
    this.#context.clearRect(0, 0, this.element.width, this.element.height);
  }

  /** @param {number} width @param {number} height */
  #sized(width, height) {
    if (this.#image?.width === width && this.#image.height === height) return this.#image;
    this.element.width = width;
    this.element.height = height;
    return (this.#image = this.#context.createImageData(width, height));
  }
}

/**
 * Mean squared error per pixel between two pictures of bytes, in the units of values in [0, 1].
 * @param {Uint8Array} a @param {Uint8Array} b
 */
export function squaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / (255 * 255 * a.length);
}

/** How far two pictures of bytes are apart, pixel by pixel. @param {Uint8Array} a @param {Uint8Array} b */
export const difference = (a, b) => a.map((value, i) => Math.abs(value - b[i]));
