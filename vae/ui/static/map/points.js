// @ts-check
/**
 * Points as discs on a 2-D canvas. Each disc is one of 16 stamps, for the quarter pixels that its middle can fall on, blended
 * straight into the canvas' pixels: that needs no WebGL, and for tens of thousands of points less time than one path each.
 */
import { pen } from "../core/dom.js";
import { xOf, yOf } from "../core/places.js";

/** @typedef {{steps: Int32Array, opacity: Uint8Array}} Stamp the pixels of a disc as steps from its middle, and how opaque they are */

const PHASES = 4; // places of a disc's middle within a pixel, across and down
const OPACITY = 0.75;

/** Diameter in CSS pixels for this many points. @param {number} count */
export const pointSize = (count) => (count > 150_000 ? 1.6 : count > 60_000 ? 2 : count > 30_000 ? 2.6 : 3.2);

export class Points {
  #canvas;
  #context;
  #image = new ImageData(1, 1);
  #pixels = new Uint32Array(); // the canvas with a margin around it, so that no disc must be cut
  /** @type {Stamp[]} */
  #stamps = [];
  #reach = 0;
  #made = ""; // what the stamps were made for

  /** @param {HTMLCanvasElement} canvas whose width and height are in pixels of the screen */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = pen(canvas, { willReadFrequently: true }); // its pixels are made here, not by a graphics card
  }

  /**
   * Draw these points and nothing else; a later one lies on an earlier one.
   * @param {Float32Array} at (N, 2) flat, CSS pixels from the upper left corner
   * @param {ArrayLike<number>} labels (N,)
   * @param {Int32Array} colours of each label as 0x00bbggrr, or -1 to leave its points out
   * @param {number} size diameter in CSS pixels @param {number} ratio pixels of the screen in one CSS pixel
   */
  draw(at, labels, colours, size, ratio) {
    if (!this.#canvas.width || !this.#canvas.height) return;
    this.#prepare(size, ratio);
    const pixels = this.#pixels,
      reach = this.#reach,
      pad = reach + 1,
      width = this.#image.width;
    const right = width - pad,
      bottom = this.#image.height - pad;
    pixels.fill(0);
    for (let row = 0; row < labels.length; row++) {
      const colour = colours[labels[row]];
      const x = xOf(at, row) * ratio + pad,
        y = yOf(at, row) * ratio + pad;
      if (!(colour >= 0 && x >= reach && x < right && y >= reach && y < bottom)) continue; // NaN is nowhere, either
      const column = Math.floor(x),
        line = Math.floor(y);
      const phase = Math.floor((x - column) * PHASES) + PHASES * Math.floor((y - line) * PHASES);
      blend(pixels, line * width + column, this.#stamps[phase], colour);
    }
    this.#context.putImageData(this.#image, -pad, -pad);
  }

  /** @param {number} size @param {number} ratio */
  #prepare(size, ratio) {
    const { width, height } = this.#canvas;
    const wanted = `${width} ${height} ${size} ${ratio}`;
    if (wanted === this.#made) return;
    this.#made = wanted;
    const radius = (size * ratio) / 2;
    this.#reach = Math.ceil(radius + 1);
    const pad = this.#reach + 1;
    this.#image = new ImageData(width + 2 * pad, height + 2 * pad);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    this.#stamps = Array.from({ length: PHASES * PHASES }, (_, phase) => stamp(phase, radius, this.#reach, this.#image.width));
  }
}

/**
 * The pixels that a disc covers, as steps from the one of its middle, and how opaque it makes them, up to 255.
 * @param {number} phase @param {number} radius @param {number} reach @param {number} width of the picture
 * @returns {Stamp}
 */
function stamp(phase, radius, reach, width) {
  const x = ((phase % PHASES) + 0.5) / PHASES,
    y = (Math.floor(phase / PHASES) + 0.5) / PHASES;
  /** @type {number[]} */
  const steps = [];
  /** @type {number[]} */
  const opacity = [];
  for (let down = -reach; down <= reach; down++)
    for (let across = -reach; across <= reach; across++) {
      const covered = Math.min(1, radius + 0.5 - Math.hypot(across + 0.5 - x, down + 0.5 - y));
      if (covered <= 0) continue;
      steps.push(down * width + across);
      opacity.push(Math.round(255 * OPACITY * covered));
    }
  return { steps: Int32Array.from(steps), opacity: Uint8Array.from(opacity) };
}

/** Lay one disc over what is there. @param {Uint32Array} pixels @param {number} middle @param {Stamp} stamp @param {number} colour */
function blend(pixels, middle, { steps, opacity }, colour) {
  const red = colour & 255,
    green = (colour >> 8) & 255,
    blue = colour >> 16;
  for (let i = 0; i < steps.length; i++) {
    const at = middle + steps[i],
      under = pixels[at],
      alpha = opacity[i];
    if (under === 0) {
      pixels[at] = (alpha << 24) | colour;
      continue;
    }
    const before = under >>> 24,
      after = alpha + before - (((alpha * before) / 255) | 0);
    const share = before === 255 ? alpha : ((255 * alpha) / after) | 0; // of the new colour, up to 255
    const r = under & 255,
      g = (under >> 8) & 255,
      b = (under >> 16) & 255;
    const mixed = ((b + (((blue - b) * share) >> 8)) << 16) | ((g + (((green - g) * share) >> 8)) << 8) | (r + (((red - r) * share) >> 8));
    pixels[at] = (after << 24) | mixed;
  }
}
