// @ts-check
/** Where the images of a ladder are between two of its steps, and where on the screen. */
import { axisOf, xOf, yOf } from "../../core/places.js";

const MARGIN = 0.07; // of the map's width, left free around its points

/** @typedef {[number, number, number, number]} Window x0, x1, y0, y1 in map coordinates */
/** @typedef {[number, number]} Size of the map in CSS pixels */

/**
 * The smallest window that holds the places, with a margin.
 * @param {Float32Array} places flat x, y @param {number} outside share of them that may lie beyond each side
 * @returns {Window}
 */
export function frameOf(places, outside) {
  const ends = (/** @type {0 | 1} */ axis) => {
    const values = axisOf(places, axis).sort(); // numbers, as a typed array's are
    const skipped = Math.floor(outside * values.length),
      low = values[skipped],
      high = values[values.length - 1 - skipped];
    return [low - MARGIN * (high - low), high + MARGIN * (high - low)];
  };
  const [[x0, x1], [y0, y1]] = [ends(0), ends(1)];
  return [x0, x1, y0, y1];
}

/**
 * A value between those of two steps. @param {number} place on the ladder @param {(step: number) => number} value
 */
export function between(place, value) {
  const low = Math.floor(place),
    here = value(low);
  return here + (place - low) * (value(Math.ceil(place)) - here);
}

/**
 * CSS pixels of all images: between two steps each is on its way from one place to the other; those far out stand at the edge.
 * @param {Float32Array} places (S, N, 2) flat @param {number} place on the ladder
 * @param {{frame: Window, size: Size}} window @param {Float32Array} out (N, 2) flat
 */
export function project(places, place, { frame: [x0, x1, y0, y1], size: [width, height] }, out) {
  const low = Math.floor(place),
    share = place - low;
  const here = places.subarray(out.length * low),
    there = places.subarray(out.length * Math.ceil(place));
  const scale = Math.min(width / (x1 - x0), height / (y1 - y0));
  for (let i = 0; i < out.length; i += 2) {
    const x = here[i] + share * (there[i] - here[i]),
      y = here[i + 1] + share * (there[i + 1] - here[i + 1]);
    out[i] = Math.min(width, Math.max(0, width / 2 + scale * (x - (x0 + x1) / 2)));
    out[i + 1] = Math.min(height, Math.max(0, height / 2 - scale * (y - (y0 + y1) / 2)));
  }
}

/**
 * The row nearest to a pixel, if it is nearer than `reach`; else −1.
 * @param {Float32Array} at flat x, y @param {Size} pixel @param {number} reach
 */
export function nearest(at, [px, py], reach) {
  let best = reach,
    found = -1;
  for (let row = 0; 2 * row < at.length; row++) {
    const distance = Math.hypot(xOf(at, row) - px, yOf(at, row) - py);
    if (distance < best) [best, found] = [distance, row];
  }
  return found;
}
