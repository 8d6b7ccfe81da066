// @ts-check
/** What lies between the decoded plane and the points: balloons, and the trails of a single step. */
import { classColour } from "../../map/colours.js";

const BALLOONS = 120; // that are drawn

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
  const step = Math.max(1, Math.floor(labels.length / BALLOONS));
  for (let i = 0; i < labels.length; i += step) {
    const wide = shapes[2 * i] * across,
      high = shapes[2 * i + 1] * up;
    if (wide < 1 && high < 1) continue;
    context.beginPath();
    context.ellipse(at[2 * i], at[2 * i + 1], wide, high, 0, 0, 2 * Math.PI);
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
 */
export function drawTrails(context, at, before) {
  context.lineWidth = 0.75;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (let i = 0; i < at.length; i += 2) {
    context.moveTo(before[i], before[i + 1]);
    context.lineTo(at[i], at[i + 1]);
  }
  context.stroke();
  context.globalAlpha = context.lineWidth = 1;
}
