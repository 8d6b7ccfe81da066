// @ts-check
/** What lies over the points of a map and moves with the hand: cursor, path, draws. */
import { countOf, placeOf } from "../core/places.js";

/**
 * @typedef {{context: CanvasRenderingContext2D, pixel: (x: number, y: number) => [number, number],
 *   colour: string, ink: string, paper: string}} Brush
 */

/** @typedef {import("./viewport.js").Place} Place */
/**
 * A path over the points, drawn with its own dashes, and where one is on it.
 * @typedef {{places: ArrayLike<number>, dash: number[], at: Place|null}} Way
 */
/**
 * What lies over the points.
 * @typedef {object} Over
 * @property {Place|null} cursor
 * @property {ArrayLike<number>|null} path places, flat
 * @property {Place|null} at
 * @property {ArrayLike<number>|null} spread places, flat
 * @property {ArrayLike<number>|null} draws places, flat
 * @property {ArrayLike<number|boolean>|null} far which of the draws are
 * @property {number} row of an image, or -1
 * @property {Way[]|null} others
 * @property {[Place, Place]|null} thread from a place that has no code to the one that stands in for it
 */
/**
 * What to draw over a map with.
 * @param {CanvasRenderingContext2D} context @param {HTMLElement} element the map @param {string} colour CSS colour
 * @param {Brush["pixel"]} pixel
 * @returns {Brush}
 */
export function brushFor(context, element, colour, pixel) {
  const style = getComputedStyle(element),
    value = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const named = /^var\((.+)\)$/.exec(colour); // a canvas knows no variables
  return { context, pixel, colour: named ? value(named[1]) : colour, ink: value("--ctm-text"), paper: value("--ctm-card") };
}

/**
 * A disc of `radius` pixels around a place.
 * @param {Brush} brush @param {readonly [number, number]} place @param {number} radius
 * @param {string|null} fill @param {string|null} edge
 */
export function dot({ context, pixel }, [x, y], radius, fill, edge) {
  const [px, py] = pixel(x, y);
  context.beginPath();
  context.arc(px, py, radius, 0, 2 * Math.PI);
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  if (edge) {
    context.strokeStyle = edge;
    context.stroke();
  }
}

/**
 * A line through places, with a pale seam so that it stands out from the points.
 * @param {Brush} brush @param {ArrayLike<number>} places flat
 * @param {{width: number, seam: number, opacity: number, dash?: number[]}} look
 */
function line({ context, pixel, colour, paper }, places, { width, seam, opacity, dash = [] }) {
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) context.lineTo(...pixel(places[i], places[i + 1]));
  context.lineWidth = seam;
  context.strokeStyle = paper;
  context.globalAlpha = opacity;
  context.stroke();
  context.globalAlpha = 1;
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {Brush} brush
 * @param {Over} over
 * @param {Float32Array} places of the points
 */
export function drawOver(brush, { cursor, path, at, spread, draws, far, row, others, thread }, places) {
  const { context, colour, ink, paper } = brush;
  context.lineWidth = 1.5;
  if (spread) for (let i = 0; i < spread.length; i += 2) dot(brush, [spread[i], spread[i + 1]], 3.5, colour, paper);
  if (draws)
    for (let i = 0; i < countOf(draws); i++) {
      const hollow = far?.[i];
      dot(brush, placeOf(draws, i), 4, hollow ? paper : colour, hollow ? colour : paper);
    }
  // Several paths at once, each with its own dashes and a dot where it is now; the last one lies on top.
  for (const { places: way, dash, at: here } of others ?? []) {
    line(brush, way, { width: dash.length ? 1.8 : 2.4, seam: 4, opacity: 0.6, dash });
    if (here) dot(brush, here, dash.length ? 4 : 6, dash.length ? paper : colour, dash.length ? colour : ink);
  }
  if (path) line(brush, path, { width: 2.2, seam: 5, opacity: 0.7 });
  context.lineWidth = 2;
  if (at) dot(brush, at, 6, colour, ink);
  if (row >= 0) dot(brush, placeOf(places, row), 7, null, ink);
  if (thread) {
    line(brush, thread.flat(), { width: 1.5, seam: 4, opacity: 0.7, dash: [3, 4] });
    dot(brush, thread[1], 5, colour, paper);
  }
  if (cursor) {
    dot(brush, cursor, 5, ink, paper);
    context.lineWidth = 1.5;
    dot(brush, cursor, 10, null, ink);
  }
}
