// @ts-check
/** Which part of the map is in view, and where its places are on the screen. */

const AIR = 1.16; // height of the window that shows all points, as a multiple of theirs
const NEAREST = 1e-6,
  FARTHEST = 100; // least and greatest height of the window, as a multiple of that

/** @typedef {[number, number]} Place in map coordinates, or a pixel */
/** @typedef {[number, number, number, number]} Window [x0, x1, y0, y1] in map coordinates */

export class Viewport {
  x = 0;
  y = 0; // the middle, in map coordinates
  tall = 1; // height in map coordinates
  width = 0;
  height = 0; // CSS pixels
  #whole = 1; // height of the window that shows all points

  /** Whether it has a size on the screen. */
  get open() {
    return this.width > 0 && this.height > 0;
  }

  /** Map coordinates per pixel. */
  get unit() {
    return this.tall / this.height;
  }

  /** The visible window in map coordinates. @returns {Window} */
  get window() {
    const across = (this.unit * this.width) / 2,
      up = this.tall / 2;
    return [this.x - across, this.x + across, this.y - up, this.y + up];
  }

  /** Pixel of a place, from the upper left corner. @param {number} x @param {number} y @returns {Place} */
  pixel(x, y) {
    return [this.width / 2 + (x - this.x) / this.unit, this.height / 2 - (y - this.y) / this.unit];
  }

  /** Place of a pixel. @param {number} px @param {number} py @returns {Place} */
  place(px, py) {
    return [this.x + (px - this.width / 2) * this.unit, this.y - (py - this.height / 2) * this.unit];
  }

  /** Pixels of many places. @param {Float32Array} places (N, 2) flat @param {Float32Array} out of the same length */
  project(places, out) {
    const scale = 1 / this.unit,
      left = this.width / 2 - this.x * scale,
      top = this.height / 2 + this.y * scale;
    for (let i = 0; i < places.length; i += 2) {
      out[i] = left + places[i] * scale;
      out[i + 1] = top - places[i + 1] * scale;
    }
  }

  /**
   * Show all that lies within [left, right, bottom, top].
   * @param {readonly number[]} bounds
   * @param {readonly [number, number]} [covered] pixels at the upper and the lower edge that something else lies over
   */
  frame([left, right, bottom, top], [above, below] = [0, 0]) {
    const free = this.open && above + below < this.height / 2 ? this.height - above - below : this.height;
    const aspect = this.open ? this.width / free : 1;
    this.#whole = AIR * Math.max((right - left) / aspect, top - bottom) || 2; // identical places have no size
    this.tall = this.open ? (this.#whole * this.height) / free : this.#whole;
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2 + (free < this.height ? ((above - below) / 2) * this.unit : 0);
  }

  /** Show a window by its middle and height. @param {number} x @param {number} y @param {number} tall */
  look(x, y, tall) {
    this.x = x;
    this.y = y;
    this.tall = Math.min(FARTHEST * this.#whole, Math.max(NEAREST * this.#whole, tall));
  }

  /** Move along with a hand that has gone this many pixels. @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.x -= dx * this.unit;
    this.y += dy * this.unit;
  }

  /**
   * Make the window `factor` times as large; the place at this pixel stays there.
   * @param {number} factor @param {number} px @param {number} py
   */
  zoom(factor, px, py) {
    const [x, y] = this.place(px, py);
    this.look(this.x, this.y, this.tall * factor);
    const [nowX, nowY] = this.place(px, py);
    this.x += x - nowX;
    this.y += y - nowY;
  }
}
