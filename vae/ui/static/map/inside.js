// @ts-check
/** Which points of a map lie within an outline. */

/**
 * Rows of the places inside a polygon, by the even-odd rule.
 * @param {Float32Array} places (N, 2) flat @param {Float32Array} outline corners, (M, 2) flat
 */
export function inside(places, outline) {
  const corners = outline.length / 2;
  /** @type {number[]} */
  const rows = [];
  for (let row = 0; row < places.length / 2; row++) {
    const x = places[2 * row],
      y = places[2 * row + 1];
    let within = false;
    for (let i = 0, j = corners - 1; i < corners; j = i++) {
      const [x0, y0, x1, y1] = [outline[2 * i], outline[2 * i + 1], outline[2 * j], outline[2 * j + 1]];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) within = !within;
    }
    if (within) rows.push(row);
  }
  return Int32Array.from(rows);
}
