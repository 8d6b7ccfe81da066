// @ts-check
/**
 * What is known of a floor: values in the cells of a square about all points, halved again and again. The cells of level n
 * are 2ⁿ along each side; a window is filled tile by tile from coarse levels to the finest that it needs.
 */
import { LIMITS } from "../wire/schema.js";

/** @typedef {import("./viewport.js").Window} Window */
/** @typedef {{data: Float32Array, columns: number, rows: number, window: Window}} Seen */

const CELLS = 4096; // about as many in a window, once it is finest
const QUICK = 30,
  SLOW = 120; // milliseconds there and back within which the next tile may be larger, after which it must be smaller
const SMALLEST_TILE = 4,
  FIRST_TILE = 8; // cells along its side
const KEPT = 300_000; // cells remembered

export class Lattice {
  #bounded;
  #largest;
  #left;
  #bottom;
  #side;
  /** @type {Map<number, Map<number, number>>} by level and cell */
  #cells = new Map();
  #count = 0;
  #tile = FIRST_TILE;

  /**
   * @param {Float32Array} places of all points, (N, 2) flat
   * @param {boolean} bounded whether there is nothing outside the square, as for a UMAP
   * @param {number} largest cells along the side of the largest tile
   */
  constructor(places, bounded, largest) {
    [this.#left, this.#bottom, this.#side] = square(places);
    this.#bounded = bounded;
    this.#largest = largest;
  }

  /** Whether so much is known that it is better to begin anew. */
  get full() {
    return this.#count > KEPT;
  }

  /** Cells along a tile's side, so that nobody waits long behind one. */
  get tile() {
    return Math.max(1, Math.min(this.#tile, this.#largest));
  }

  /** Halvings of the square at which a window has about CELLS cells. @param {Window} window */
  finest([x0, x1, y0, y1]) {
    return Math.max(3, Math.min(24, Math.round(Math.log2(this.#side / Math.sqrt(((x1 - x0) * (y1 - y0)) / CELLS)))));
  }

  /** The window of a square tile. @param {number} level @param {number} i @param {number} j @param {number} size @returns {Window} */
  window(level, i, j, size) {
    return this.#over(level, i, i + size, j, j + size);
  }

  /**
   * The first cells of the tiles of a level in which something visible is not known, the middle first.
   * @param {number} level @param {Window} view @param {number} size
   * @returns {[number, number][]}
   */
  missing(level, view, size) {
    const [i0, i1, j0, j1] = this.#range(level, view),
      whole = 2 ** level,
      known = this.#cells.get(level);
    /** @type {{at: [number, number], far: number}[]} */
    const tiles = [];
    for (let i = Math.floor(i0 / size) * size; i < i1; i += size)
      for (let j = Math.floor(j0 / size) * size; j < j1; j += size) {
        if (this.#bounded && (i + size <= 0 || j + size <= 0 || i >= whole || j >= whole)) continue;
        let missing = false;
        for (let a = 0; a < size && !missing; a++) for (let b = 0; b < size && !missing; b++) missing = !known?.has(key(i + a, j + b));
        if (missing) tiles.push({ at: [i, j], far: (i + size / 2 - (i0 + i1) / 2) ** 2 + (j + size / 2 - (j0 + j1) / 2) ** 2 });
      }
    return tiles.sort((a, b) => a.far - b.far).map(({ at }) => at);
  }

  /**
   * Remember a tile's values, and choose the size of the next from how long this one took.
   * @param {number} level @param {number} i @param {number} j @param {number} size
   * @param {Float32Array} values (size, size), the upper row first @param {number} took milliseconds
   */
  remember(level, i, j, size, values, took) {
    const known = this.#cells.get(level) ?? new Map();
    this.#cells.set(level, known);
    let inside = 0;
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const value = values[row * size + column];
        if (!Number.isNaN(value)) inside += 1;
        known.set(key(i + column, j + size - 1 - row), value);
      }
    this.#count += values.length;
    if (this.#count === values.length) return; // the first may have waited for what is loaded once
    if (took > SLOW) this.#tile = Math.max(SMALLEST_TILE, size / 2);
    else if (took < QUICK && 2 * inside > values.length) this.#tile = Math.min(this.#largest, 2 * size);
  }

  /** The visible cells, each from the finest level that has it. @param {Window} view @returns {Seen} */
  gather(view) {
    const level = this.finest(view),
      [i0, i1, j0, j1] = this.#range(level, view);
    const columns = i1 - i0,
      rows = j1 - j0,
      data = new Float32Array(columns * rows).fill(NaN);
    /** @type {{step: number, known: Map<number, number>}[]} */
    const levels = [];
    for (let coarser = 0; coarser <= level; coarser++) {
      const known = this.#cells.get(level - coarser);
      if (known) levels.push({ step: 2 ** coarser, known });
    }
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const i = i0 + column,
          j = j1 - 1 - row;
        for (const { step, known } of levels) {
          const value = known.get(key(Math.floor(i / step), Math.floor(j / step)));
          if (value === undefined) continue;
          data[row * columns + column] = value;
          break;
        }
      }
    return { data, columns, rows, window: this.#over(level, i0, i1, j0, j1) };
  }

  /** @param {number} level @param {number} i0 @param {number} i1 @param {number} j0 @param {number} j1 @returns {Window} */
  #over(level, i0, i1, j0, j1) {
    const cell = this.#side / 2 ** level;
    return [this.#left + i0 * cell, this.#left + i1 * cell, this.#bottom + j0 * cell, this.#bottom + j1 * cell];
  }

  /** The cells of a level that a window touches: first and one past the last, across and up. @param {number} level @param {Window} view */
  #range(level, [x0, x1, y0, y1]) {
    const cell = this.#side / 2 ** level;
    return [
      Math.floor((x0 - this.#left) / cell),
      Math.ceil((x1 - this.#left) / cell),
      Math.floor((y0 - this.#bottom) / cell),
      Math.ceil((y1 - this.#bottom) / cell),
    ];
  }
}

/** The square about all points that the lattice begins with; the server remembers what lies on it. @param {Float32Array} places */
function square(places) {
  let left = Infinity,
    right = -Infinity,
    bottom = Infinity,
    top = -Infinity;
  for (let i = 0; i < places.length; i += 2) {
    left = Math.min(left, places[i]);
    right = Math.max(right, places[i]);
    bottom = Math.min(bottom, places[i + 1]);
    top = Math.max(top, places[i + 1]);
  }
  const side = LIMITS.overview_margin * Math.max(right - left, top - bottom) || 1;
  return [(left + right - side) / 2, (bottom + top - side) / 2, side];
}

/** @param {number} i @param {number} j */
const key = (i, j) => (i + 2 ** 25) * 2 ** 26 + (j + 2 ** 25);
