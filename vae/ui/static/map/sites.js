// @ts-check
/**
 * Where pictures may stand on a map so that none lies on another. Level n has sites at least 2^(−n/2) of the map's extent apart,
 * and every image that is not a site belongs to the nearest one. The sites of a level are also sites of all finer ones: coming
 * closer adds pictures and takes none away.
 */
import { countOf, xOf, yOf } from "../core/places.js";

export const MOST_MEMBERS = 16; // of a site's neighbourhood that are remembered
const FINEST = 48; // level
const FURTHER = 2 ** 26; // cells in a column of the grid, at most

/**
 * @typedef {object} Level
 * @property {number} side least distance of two sites, along the axis in which they are farther apart
 * @property {number[]} rows of the images that are sites, those of coarser levels first
 * @property {Int32Array} counts images of each site, itself among them
 * @property {Int32Array} members (S, 16) flat: each site's own row, then others of its neighbourhood; −1 where there are fewer
 */

export class Sites {
  /** The larger extent of all places. */
  span;
  #places;
  #order;
  #left;
  #bottom;
  /** @type {Level[]} */
  #levels = [];

  /**
   * @param {Float32Array} places (N, 2) flat
   * @param {(row: number) => boolean} shown whether an image is to be seen
   */
  constructor(places, shown) {
    this.#places = places;
    this.#order = inPriority(places, shown);
    const [left, right] = extent(places, 0), // of all, so that hiding some moves no level
      [bottom, top] = extent(places, 1);
    this.#left = left;
    this.#bottom = bottom;
    this.span = Math.max(right - left, top - bottom) || 1; // identical places have none
  }

  /** @param {number} n from 0 */
  level(n) {
    const wanted = Math.min(FINEST, Math.max(0, n));
    while (this.#levels.length <= wanted) this.#levels.push(this.#grow(this.#levels.at(-1), this.#levels.length));
    return this.#levels[wanted];
  }

  /** @param {Level|undefined} coarser @param {number} n */
  #grow(coarser, n) {
    const side = this.span / 2 ** (n / 2),
      rows = coarser ? [...coarser.rows] : [];
    /** @type {Map<number, number>} the one site in each cell of a grid: two in a cell would be too near */
    const cells = new Map();
    const own = new Set(rows);
    rows.forEach((row, site) => cells.set(this.#cell(row, side), site));
    for (const row of this.#order) {
      if (own.has(row) || this.#nearest(row, side, cells, rows) >= 0) continue;
      cells.set(this.#cell(row, side), rows.length);
      own.add(row);
      rows.push(row);
    }
    const counts = new Int32Array(rows.length).fill(1),
      members = new Int32Array(MOST_MEMBERS * rows.length).fill(-1);
    rows.forEach((row, site) => {
      members[MOST_MEMBERS * site] = row;
    });
    for (const row of this.#order) {
      if (own.has(row)) continue;
      const site = this.#nearest(row, side, cells, rows);
      if (counts[site] < MOST_MEMBERS) members[MOST_MEMBERS * site + counts[site]] = row;
      counts[site] += 1;
    }
    return { side, rows, counts, members };
  }

  /**
   * The nearest site that is less than `side` away, or −1.
   * @param {number} row @param {number} side @param {Map<number, number>} cells @param {number[]} rows of the sites
   */
  #nearest(row, side, cells, rows) {
    const places = this.#places,
      cell = this.#cell(row, side);
    let found = -1,
      least = side;
    for (let across = -FURTHER; across <= FURTHER; across += FURTHER)
      for (let up = -1; up <= 1; up++) {
        const site = cells.get(cell + across + up);
        if (site === undefined) continue;
        const other = rows[site];
        const distance = Math.max(Math.abs(xOf(places, row) - xOf(places, other)), Math.abs(yOf(places, row) - yOf(places, other)));
        if (distance < least) {
          found = site;
          least = distance;
        }
      }
    return found;
  }

  /** @param {number} row @param {number} side */
  #cell(row, side) {
    const column = Math.floor((xOf(this.#places, row) - this.#left) / side),
      line = Math.floor((yOf(this.#places, row) - this.#bottom) / side);
    return column * FURTHER + line;
  }
}

/**
 * The images that are to be seen, in an order that has nothing to do with where they are and is always the same.
 * @param {Float32Array} places @param {(row: number) => boolean} shown
 */
function inPriority(places, shown) {
  /** @type {number[]} */
  const rows = [];
  for (let row = 0; row < countOf(places); row++) if (Number.isFinite(xOf(places, row) + yOf(places, row)) && shown(row)) rows.push(row);
  const scattered = Uint32Array.from(rows, (row) => Math.imul(row + 1, 2654435761)); // no two rows have the same
  const order = rows.map((_, i) => i).sort((a, b) => scattered[a] - scattered[b]);
  return order.map((i) => rows[i]);
}

/** The least and the greatest of one coordinate. @param {Float32Array} places (N, 2) flat @param {0|1} axis */
function extent(places, axis) {
  let low = Infinity,
    high = -Infinity;
  for (let i = axis; i < places.length; i += 2) {
    if (!Number.isFinite(places[i])) continue;
    low = Math.min(low, places[i]);
    high = Math.max(high, places[i]);
  }
  return low <= high ? [low, high] : [0, 0];
}
