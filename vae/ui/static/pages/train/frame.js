// @ts-check
/** What a map shows while its points travel: as much as holds them, without jumping. */
import { axisOf, countOf, xOf, yOf } from "../../core/places.js";
import { LIMITS } from "../../wire/schema.js";

/** @typedef {[number, number, number, number]} Window x0, x1, y0, y1 */

const MARGIN = 0.12; // of the span, on each side
const PACE = 0.25; // of the way to what is wanted, at each look
const MORE = 0.15; // of the span, that is decoded beyond what is in sight
const SMALLEST = 0.05; // span in units of the code: untrained encoders put all images in one place

/** A window that holds nearly all places, of one map or of two. @param {Float32Array[]} maps (N, 2) flat @returns {Window} */
export function windowOf(...maps) {
  const places = new Float32Array(maps.flatMap((each) => [...each]));
  const [x0, x1] = span(places, 0),
    [y0, y1] = span(places, 1);
  return [x0, x1, y0, y1];
}

/** A step from one window to another. @param {Window} from @param {Window} to @returns {Window} */
export function grown(from, to) {
  return /** @type {Window} */ (from.map((edge, i) => edge + PACE * (to[i] - edge)));
}

/**
 * As much as fits an element of that size, at the same scale both ways.
 * @param {Window} window @param {[number, number]} size @returns {Window}
 */
export function fitted([x0, x1, y0, y1], [width, height]) {
  const scale = Math.max((x1 - x0) / width, (y1 - y0) / height), // units in a pixel
    x = (x0 + x1) / 2,
    y = (y0 + y1) / 2;
  return [x - (scale * width) / 2, x + (scale * width) / 2, y - (scale * height) / 2, y + (scale * height) / 2];
}

/** Whether one window lies within another. @param {Window} outer @param {Window} inner */
export const holds = (outer, inner) => outer.every((edge, i) => (i % 2 ? edge >= inner[i] : edge <= inner[i]));

/** Somewhat more on each side, for what is in sight a moment later. @param {Window} window @returns {Window} */
export function widened([x0, x1, y0, y1]) {
  const across = MORE * (x1 - x0),
    up = MORE * (y1 - y0);
  return [x0 - across, x1 + across, y0 - up, y1 + up];
}

/**
 * The place nearest to a pixel, by its row.
 * @param {Float32Array} places @param {Window} frame @param {[number, number]} size @param {[number, number]} pixel
 */
export function nearest(places, [x0, x1, y0, y1], [width, height], [x, y]) {
  let best = -1,
    least = Infinity;
  for (let row = 0; row < countOf(places); row++) {
    const across = ((xOf(places, row) - x0) / (x1 - x0)) * width - x,
      down = ((y1 - yOf(places, row)) / (y1 - y0)) * height - y;
    const away = Math.hypot(across, down);
    if (away < least) [best, least] = [row, away];
  }
  return best;
}

/** @param {Float32Array} places @param {0 | 1} axis @returns {[number, number]} */
function span(places, axis) {
  const values = axisOf(places, axis).sort();
  const cut = Math.floor(((1 - LIMITS.points_in_sight) / 2) * values.length),
    low = values[cut] ?? 0,
    high = values[values.length - 1 - cut] ?? 0;
  const reach = Math.max(high - low, SMALLEST) * (0.5 + MARGIN),
    middle = (low + high) / 2;
  return [middle - reach, middle + reach];
}
