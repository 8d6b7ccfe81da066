// @ts-check
/** Places that lie one after the other, x and y in turn: those of a map's images, of draws, of an outline's corners. */

/** @typedef {ArrayLike<number>} Places (N, 2) flat */

/** How many there are. @param {Places} places */
export const countOf = (places) => places.length / 2;

/** @param {Places} places @param {number} row */
export const xOf = (places, row) => places[2 * row];

/** @param {Places} places @param {number} row */
export const yOf = (places, row) => places[2 * row + 1];

/** One coordinate of all, x or y. @param {Places} places @param {0 | 1} axis */
export const axisOf = (places, axis) => Float32Array.from({ length: countOf(places) }, (_, row) => places[2 * row + axis]);

/** @param {Places} places @param {number} row @returns {[number, number]} */
export const placeOf = (places, row) => [xOf(places, row), yOf(places, row)];
