// @ts-check
/** Pictures as grids of numbers from 0 to 1, and their change of size. */

/** @typedef {{width: number, height: number, channels: number, data: Float32Array}} Grid row by row, channels last */
/** @typedef {[left: number, top: number, right: number, bottom: number]} Box in pixels of a grid; it may reach beyond */

/** @param {number} width @param {number} height @param {number} channels @returns {Grid} of zeros */
export const blank = (width, height, channels) => ({ width, height, channels, data: new Float32Array(width * height * channels) });

/** What a canvas holds, without its transparency. @param {ImageData} image @returns {Grid} */
export function gridOf({ width, height, data }) {
  const grid = blank(width, height, 3);
  for (let from = 0, to = 0; from < data.length; from += 4) for (let c = 0; c < 3; c++) grid.data[to++] = data[from + c] / 255;
  return grid;
}

/** The same as bytes, (H, W, C). @param {Grid} grid */
export const bytesOf = ({ data }) => Uint8Array.from(data, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));

/**
 * A part of a grid in another size: the mean of what comes together where it shrinks, smooth between where it grows.
 * @param {Grid} grid @param {Box} box @param {number} width @param {number} height
 * @param {number[]|null} [fill] what lies beyond the grid, by channel; null takes the nearest pixel of it
 * @returns {Grid}
 */
export function resized(grid, [left, top, right, bottom], width, height, fill = null) {
  const { channels } = grid,
    across = shares(left, right, width, grid.width, fill === null),
    down = shares(top, bottom, height, grid.height, fill === null),
    between = blank(width, grid.height, channels),
    result = blank(width, height, channels);
  for (let y = 0; y < grid.height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const { parts, beyond } = across[x];
        let sum = beyond * (fill?.[c] ?? 0);
        for (const [i, share] of parts) sum += share * grid.data[(y * grid.width + i) * channels + c];
        between.data[(y * width + x) * channels + c] = sum;
      }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        const { parts, beyond } = down[y];
        let sum = beyond * (fill?.[c] ?? 0);
        for (const [i, share] of parts) sum += share * between.data[(i * width + x) * channels + c];
        result.data[(y * width + x) * channels + c] = sum;
      }
  return result;
}

/**
 * For each of `count` cells from `start` to `end`, the pixels of a row that it is made of, with their shares.
 * @param {number} start @param {number} end @param {number} count @param {number} size of the row
 * @param {boolean} clamp whether what lies beyond the row is its last pixel
 * @returns {{parts: [number, number][], beyond: number}[]}
 */
function shares(start, end, count, size, clamp) {
  const scale = (end - start) / count,
    reach = Math.max(1, scale);
  return Array.from({ length: count }, (_, cell) => {
    const centre = start + (cell + 0.5) * scale;
    /** @type {[number, number][]} */
    const parts = [];
    let sum = 0,
      beyond = 0;
    for (let i = Math.floor(centre - reach); i <= Math.ceil(centre + reach); i++) {
      const share = 1 - Math.abs(i + 0.5 - centre) / reach;
      if (share <= 0) continue;
      sum += share;
      if (clamp || (i >= 0 && i < size)) parts.push([Math.min(size - 1, Math.max(0, i)), share]);
      else beyond += share;
    }
    for (const part of parts) part[1] /= sum;
    return { parts, beyond: beyond / sum };
  });
}

/** The mean of the outermost pixels, by channel, and how much they differ from it. @param {Grid} grid */
export function borderOf({ width, height, channels, data }) {
  const sums = new Array(channels).fill(0),
    squares = new Array(channels).fill(0);
  let count = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x += y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1)) {
      count += 1;
      for (let c = 0; c < channels; c++) {
        const value = data[(y * width + x) * channels + c];
        sums[c] += value;
        squares[c] += value * value;
      }
    }
  const mean = sums.map((sum) => sum / count);
  const spread = Math.max(...mean.map((value, c) => Math.sqrt(Math.max(0, squares[c] / count - value * value))));
  return { mean, spread };
}
