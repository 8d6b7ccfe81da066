// @ts-check
/** Which points of a map lie within an outline. */
import { countOf, xOf, yOf } from "../core/places.js";

/**
 * Rows of the places inside a polygon, by the even-odd rule.
 * @param {Float32Array} places (N, 2) flat @param {Float32Array} outline corners, (M, 2) flat
 */
export function inside(places, outline) {
  const corners = countOf(outline);
  /** @type {number[]} */
  const rows = [];
  for (let row = 0; row < countOf(places); row++) {
    const x = xOf(places, row),
      y = yOf(places, row);
    let within = false;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [x0, y0, x1, y1] = [xOf(outline, i), yOf(outline, i), xOf(outline, j), yOf(outline, j)];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) within = !within;
    }
    if (within) rows.push(row);
  }
  return Int32Array.from(rows);
}
