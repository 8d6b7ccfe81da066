// @ts-check
/** The codes of the codebook on their map: where each stands, and which is meant. */

/** @typedef {[number, number]} Place in pixels */
/** @typedef {import("../../wire/tables.js").Table<"x" | "y", Float32Array>} Places */

/**
 * Where the codes stand on a canvas, as far from its edge as `edge`.
 * @param {Places} places @param {{width: number, height: number, edge: number}} canvas in its pixels
 * @returns {Place[]}
 */
export function layOut(places, { width, height, edge }) {
  const across = spread(places.column("x"), width - 2 * edge),
    up = spread(places.column("y"), height - 2 * edge);
  return Array.from(across, (x, code) => [edge + x, height - edge - up[code]]);
}

/** Values moved and scaled to reach from 0 to `length`. @param {Float32Array} values @param {number} length */
function spread(values, length) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from(values, (value) => ((value - low) / (high - low || 1)) * length);
}

/** The code nearest to a place. @param {Place[]} at @param {Place} place */
export function nearest(at, [px, py]) {
  const distances = at.map(([x, y]) => Math.hypot(x - px, y - py));
  return distances.indexOf(Math.min(...distances));
}

/**
 * The next code from one of them on in a direction; −1 if there is none.
 * @param {Place[]} at @param {number} from @param {readonly [number, number]} way
 */
export function nextCode(at, from, way) {
  const [x, y] = at[from];
  let best = Infinity,
    found = -1;
  at.forEach((place, code) => {
    const [dx, dy] = [place[0] - x, place[1] - y];
    const along = dx * way[0] + dy * way[1],
      across = Math.abs(dx * way[1] + dy * way[0]);
    if (code === from || along <= 0 || across > along || along + across >= best) return;
    [best, found] = [along + across, code];
  });
  return found;
}
