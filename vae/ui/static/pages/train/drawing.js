// @ts-check
/** What lies between the decoded plane and the points: balloons, and the trails of a single step. */
import { countOf, xOf, yOf } from "../../core/places.js";
import { classColour } from "../../map/colours.js";

const BALLOONS = 120; // that are drawn
const LONG = 0.06; // of a map's width: a trail of that length is seen

/**
 * How far points went: the middle of all and the farthest, in units of the code; how many times as long their trails are
 * drawn, to be seen.
 * @typedef {{middle: number, farthest: number, times: number}} Moves
 */

/** @param {Float32Array} places (N, 2) flat @param {Float32Array} before the same @param {number} width of the map @returns {Moves} */
export function movesOf(places, before, width) {
  const far = new Float32Array(countOf(places)).map((_, i) => Math.hypot(xOf(places, i) - xOf(before, i), yOf(places, i) - yOf(before, i)));
  far.sort();
  const [middle, farthest] = [far[far.length >> 1] ?? 0, far.at(-1) ?? 0];
  return { middle, farthest, times: [100, 30, 10, 3].find((times) => times * middle <= LONG * width) ?? 1 };
}

/**
 * Where places are in an element.
 * @param {Float32Array} places (N, 2) flat @param {[number, number]} corner the upper left place that is in sight
 * @param {[number, number]} scale pixels for a unit, across and up
 */
export function pixelsOf(places, [x0, y1], [across, up]) {
  return places.map((value, i) => (i % 2 ? (y1 - value) * up : (value - x0) * across));
}

/**
 * @param {CanvasRenderingContext2D} context @param {Float32Array} at (N, 2) flat, pixels
 * @param {Float32Array} shapes (N, 2) flat, half axes
 * @param {Int32Array} labels @param {[number, number]} scale pixels for a unit, across and up
 */
export function drawBalloons(context, at, shapes, labels, [across, up]) {
  const step = Math.max(1, Math.floor(labels.length / BALLOONS)),
    largest = Math.hypot(context.canvas.width, context.canvas.height); // of one beyond that only a tint would be seen
  for (let i = 0; i < labels.length; i += step) {
    const wide = xOf(shapes, i) * across,
      high = yOf(shapes, i) * up;
    if ((wide < 1 && high < 1) || Math.min(wide, high) > largest) continue;
    context.beginPath();
    context.ellipse(xOf(at, i), yOf(at, i), wide, high, 0, 0, 2 * Math.PI);
    context.strokeStyle = context.fillStyle = classColour(labels[i]);
    context.globalAlpha = 0.15;
    context.fill();
    context.globalAlpha = 0.9;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * From where each image was to where it is.
 * @param {CanvasRenderingContext2D} context @param {Float32Array} at (N, 2) flat, pixels @param {Float32Array} before the same
 * @param {number} times how many times as long as they are
 */
export function drawTrails(context, at, before, times) {
  context.lineWidth = 0.75;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (let i = 0; i < at.length; i += 2) {
    context.moveTo(at[i] + times * (before[i] - at[i]), at[i + 1] + times * (before[i + 1] - at[i + 1]));
    context.lineTo(at[i], at[i + 1]);
  }
  context.stroke();
  context.globalAlpha = context.lineWidth = 1;
}
