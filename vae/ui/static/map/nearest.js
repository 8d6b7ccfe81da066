// @ts-check
/** Finds the point nearest to a place in constant time: the points lie in the cells of a square grid, in one row of numbers. */
import { countOf, xOf, yOf } from "../core/places.js";

const SIDE = 128; // cells along the longer side

export class Nearest {
  #places;
  #cell;
  #columns;
  #rows;
  /** @type {Int32Array} where each cell begins in the order */
  #starts;
  /** @type {Int32Array} rows of the points, cell by cell */
  #order;

  /** @param {Float32Array} places (N, 2) flat; what is no number is found nowhere */
  constructor(places) {
    this.#places = places;
    let left = Infinity,
      right = -Infinity,
      bottom = Infinity,
      top = -Infinity;
    for (let i = 0; i < places.length; i += 2) {
      if (!Number.isFinite(places[i] + places[i + 1])) continue;
      left = Math.min(left, places[i]);
      right = Math.max(right, places[i]);
      bottom = Math.min(bottom, places[i + 1]);
      top = Math.max(top, places[i + 1]);
    }
    /** [left, right, bottom, top] of all points. */
    this.bounds = left <= right ? [left, right, bottom, top] : [0, 0, 0, 0];
    const [x0, x1, y0, y1] = this.bounds;
    this.#cell = Math.max(x1 - x0, y1 - y0) / SIDE || 1; // identical places share one cell
    this.#columns = this.#column(x1) + 1;
    this.#rows = this.#line(y1) + 1;
    [this.#starts, this.#order] = this.#sort();
  }

  /** Counting sort: the rows of cell c stand at starts[c] … starts[c + 1] of the order. @returns {[Int32Array, Int32Array]} */
  #sort() {
    const places = this.#places,
      count = countOf(places),
      cells = new Int32Array(count);
    const starts = new Int32Array(this.#columns * this.#rows + 1);
    for (let row = 0; row < count; row++) {
      const column = this.#column(xOf(places, row)),
        line = this.#line(yOf(places, row));
      cells[row] = Number.isFinite(column + line) ? line * this.#columns + column : -1;
      if (cells[row] >= 0) starts[cells[row] + 1] += 1;
    }
    for (let cell = 1; cell < starts.length; cell++) starts[cell] += starts[cell - 1];
    const next = starts.slice();
    const order = new Int32Array(starts[starts.length - 1]);
    for (let row = 0; row < count; row++) if (cells[row] >= 0) order[next[cells[row]]++] = row;
    return [starts, order];
  }

  /**
   * Row of the point nearest to (x, y) within `reach`, of those that are `allowed`, or -1.
   * @param {number} x @param {number} y @param {number} reach @param {(row: number) => boolean} allowed
   */
  find(x, y, reach, allowed) {
    const within = (/** @type {number} */ value, /** @type {number} */ last) => Math.min(last, Math.max(0, value));
    const [i0, i1] = [x - reach, x + reach].map((edge) => within(this.#column(edge), this.#columns - 1));
    const [j0, j1] = [y - reach, y + reach].map((edge) => within(this.#line(edge), this.#rows - 1));
    let best = reach * reach,
      found = -1;
    for (let j = j0; j <= j1; j++)
      for (let i = i0; i <= i1; i++) {
        const cell = j * this.#columns + i;
        for (let at = this.#starts[cell]; at < this.#starts[cell + 1]; at++) {
          const row = this.#order[at];
          const distance = (xOf(this.#places, row) - x) ** 2 + (yOf(this.#places, row) - y) ** 2;
          if (distance <= best && allowed(row)) {
            best = distance;
            found = row;
          }
        }
      }
    return found;
  }

  /** @param {number} x */
  #column(x) {
    return Math.floor((x - this.bounds[0]) / this.#cell);
  }

  /** @param {number} y */
  #line(y) {
    return Math.floor((y - this.bounds[2]) / this.#cell);
  }
}
