// @ts-check
/** What is drawn on a plain background: where it is, where its centre of mass is, and how wide its strokes are. */
import { blank } from "./grid.js";

/** @typedef {import("./grid.js").Grid} Grid */

const DRAWN = 0.25; // of the strongest: less is the paper's grain
const LEAST = 0.3; // of a stroke's own width that thinning leaves, or it would break

/**
 * How much of something is drawn at each pixel, 0 to 1: its difference from the background, the largest being 1.
 * @param {Grid} grid @param {number[]} background by channel
 * @returns {Grid} of one channel
 */
export function inkOf({ width, height, channels, data }, background) {
  const ink = blank(width, height, 1);
  let most = 0;
  for (let i = 0; i < width * height; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += Math.abs(data[i * channels + c] - background[c]);
    ink.data[i] = sum / channels;
    most = Math.max(most, ink.data[i]);
  }
  for (let i = 0; i < ink.data.length; i++) {
    const value = most ? ink.data[i] / most : 0;
    ink.data[i] = value < DRAWN / 2 ? 0 : value;
  }
  return ink;
}

/**
 * The box around what is drawn, and its centre of mass; null where nothing is.
 * @param {Grid} ink
 * @returns {{box: import("./grid.js").Box, centre: [number, number]}|null}
 */
export function drawnIn({ width, height, data }) {
  let [left, top, right, bottom] = [width, height, 0, 0],
    mass = 0,
    sumX = 0,
    sumY = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
      if (value <= DRAWN) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  return right > left ? { box: [left, top, right, bottom], centre: [sumX / mass, sumY / mass] } : null;
}

/**
 * Mean width of the strokes in pixels, 0 where there are none: across a stroke the distance to its edge has a quarter of its
 * width as its mean.
 * @param {Grid} ink
 */
export function strokeWidth(ink) {
  const inside = distances(ink, false);
  let sum = 0,
    count = 0;
  for (const distance of inside)
    if (distance > 0) {
      sum += distance - 0.5;
      count += 1;
    }
  return count && count < inside.length ? (4 * sum) / count : 0;
}

/**
 * The same drawing with strokes of another width.
 * @param {Grid} ink @param {number} width in pixels
 * @returns {Grid}
 */
export function stroked(ink, width) {
  const own = strokeWidth(ink);
  if (!own) return ink;
  const more = (Math.max(width, LEAST * own) - own) / 2,
    inside = distances(ink, false),
    outside = distances(ink, true);
  const result = blank(ink.width, ink.height, 1);
  for (let i = 0; i < result.data.length; i++) {
    const deep = inside[i] > 0 ? inside[i] - 0.5 : 0.5 - outside[i];
    result.data[i] = Math.min(1, Math.max(0, 0.5 + deep + more));
  }
  return result;
}

/**
 * Distance of each drawn pixel to the nearest that is not, 0 elsewhere; `reversed`, of those that are not to the drawn.
 * Source: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012.
 * @param {Grid} ink @param {boolean} reversed
 */
function distances({ width, height, data }, reversed) {
  const far = width * width + height * height;
  const squares = Float64Array.from(data, (value) => (value > 0.5 === reversed ? 0 : far));
  const line = new Float64Array(Math.max(width, height));
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = squares[y * width + x];
    along(line, height).forEach((value, y) => (squares[y * width + x] = value));
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) line[x] = squares[y * width + x];
    along(line, width).forEach((value, x) => (squares[y * width + x] = value));
  }
  return squares.map(Math.sqrt);
}

/** The lower envelope of parabolas over one line. @param {Float64Array} line @param {number} length @returns {Float64Array} */
function along(line, length) {
  const roots = new Int32Array(length),
    starts = new Float64Array(length + 1),
    result = new Float64Array(length);
  let last = 0;
  starts[0] = -Infinity;
  starts[1] = Infinity;
  for (let q = 1; q < length; q++) {
    const meet = () => (line[q] + q * q - line[roots[last]] - roots[last] ** 2) / (2 * (q - roots[last]));
    let start = meet();
    while (start <= starts[last]) {
      last -= 1;
      start = meet();
    }
    last += 1;
    roots[last] = q;
    starts[last] = start;
    starts[last + 1] = Infinity;
  }
  for (let q = 0, k = 0; q < length; q++) {
    while (starts[k + 1] < q) k += 1;
    result[q] = (q - roots[k]) ** 2 + line[roots[k]];
  }
  return result;
}
