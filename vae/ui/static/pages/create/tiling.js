// @ts-check
/** Where equal squares stand in a box. */

export const GAP = 8;
const LARGE = 4;
const NARROW = 640; // pixels: less than this is a phone, on which the others go below the best
const BEST = 0.62; // of the width, at most, for the large ones

/** @typedef {{x: number, y: number, side: number}} Square */

/** How `count` squares fill a box best. @param {number} count @param {number} width @param {number} height */
export function tiling(count, width, height) {
  let best = { side: 0, columns: 1, rows: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const side = Math.max(1, Math.floor(Math.min((width - (columns - 1) * GAP) / columns, (height - (rows - 1) * GAP) / rows)));
    if (side > best.side) best = { side, columns, rows };
  }
  return { ...best, across: best.columns * (best.side + GAP) - GAP, down: best.rows * (best.side + GAP) - GAP };
}

/**
 * @param {number} count @param {{left: number, top: number, width: number, height: number}} box
 * @param {number} middle 0 for its upper left corner, 0.5 for its middle
 * @returns {Square[]}
 */
function place(count, { left, top, width, height }, middle) {
  const { side, columns, across, down } = tiling(count, width, height);
  const [x, y] = [left + (width - across) * middle, top + (height - down) * middle];
  return Array.from({ length: count }, (_, i) => ({
    x: x + (i % columns) * (side + GAP),
    y: y + Math.floor(i / columns) * (side + GAP),
    side,
  }));
}

/**
 * The squares of a wall: all equal, or the best four large, beside the others or, on a phone, above them.
 * @param {{count: number, ranked: boolean, width: number, height: number}} wall
 * @returns {{height: number | null, squares: Square[]}} with the height that the wall needs, null where it fills its box
 */
export function layOut({ count, ranked, width, height }) {
  const [large, small] = [Math.min(LARGE, count), Math.max(0, count - LARGE)],
    narrow = width < NARROW;
  const needed = count === 1 ? width : width + (small ? GAP + tiling(small, width, width * BEST).down : 0);
  const tall = narrow ? needed : height,
    kept = narrow ? needed : null;
  if (!ranked || !small) return { height: kept, squares: place(count, { left: 0, top: 0, width, height: tall }, 0.5) };
  const block = narrow ? width : Math.min(tall, width * BEST);
  const best = place(large, { left: 0, top: 0, width: block, height: block }, 0);
  const rest = narrow
    ? { left: 0, top: block + GAP, width, height: tall - block - GAP }
    : { left: block + 2 * GAP, top: 0, width: width - block - 2 * GAP, height: tall };
  return { height: kept, squares: [...best, ...place(small, rest, 0.5)] };
}
