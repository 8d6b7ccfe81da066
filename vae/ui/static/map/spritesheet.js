// @ts-check
/** Many small pictures of one size on one canvas, from which each is drawn by copying; the longest unused makes room for a new one. */
import { h, pen } from "../core/dom.js";

const COLUMNS = 32;

export class SpriteSheet {
  #canvas = h("canvas", { width: 1, height: 1 });
  #context = pen(this.#canvas);
  #most;
  /** @type {Map<string, number>} where each picture is, the longest unused first */
  #slots = new Map();
  /** @type {ImageData|null} as large as one picture */
  #image = null;

  /** @param {number} most pictures */
  constructor(most) {
    this.#most = most;
  }

  /** @param {string} key */
  has(key) {
    return this.#slots.has(key);
  }

  clear() {
    this.#slots.clear();
  }

  /**
   * @param {string} key @param {import("../wire/tables.js").Tensor<Uint8Array>} pixels (N, H, W, C) @param {number} index of one of them
   */
  put(key, { data, shape: [, height, width, channels] }, index) {
    if (this.#image?.width !== width || this.#image.height !== height) this.#resize(width, height);
    const image = /** @type {ImageData} */ (this.#image),
      target = image.data;
    for (let at = 0, from = index * height * width * channels; at < target.length; at += 4, from += channels) {
      target[at] = data[from];
      target[at + 1] = data[from + (channels > 1 ? 1 : 0)];
      target[at + 2] = data[from + (channels > 2 ? 2 : 0)];
      target[at + 3] = 255;
    }
    const [x, y] = this.#place(this.#room(key));
    this.#context.putImageData(image, x, y);
  }

  /**
   * Draw a picture as a square; whether there is one.
   * @param {CanvasRenderingContext2D} context @param {string} key @param {number} left @param {number} top @param {number} side
   */
  draw(context, key, left, top, side) {
    const slot = this.#slots.get(key);
    if (slot === undefined || !this.#image) return false;
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    const { width, height } = this.#image,
      [x, y] = this.#place(slot);
    context.drawImage(this.#canvas, x, y, width, height, left, top, side, side);
    return true;
  }

  /** @param {string} key */
  #room(key) {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    let slot = this.#slots.size;
    if (slot === this.#most) {
      const [[oldest, freed]] = this.#slots;
      this.#slots.delete(oldest);
      slot = freed;
    }
    this.#slots.set(key, slot);
    return slot;
  }

  /** @param {number} width @param {number} height */
  #resize(width, height) {
    this.#slots.clear();
    this.#canvas.width = COLUMNS * width;
    this.#canvas.height = Math.ceil(this.#most / COLUMNS) * height;
    this.#image = new ImageData(width, height);
  }

  /** Left and top of a slot. @param {number} slot @returns {[number, number]} */
  #place(slot) {
    const { width, height } = /** @type {ImageData} */ (this.#image);
    return [(slot % COLUMNS) * width, Math.floor(slot / COLUMNS) * height];
  }
}
