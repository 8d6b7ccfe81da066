// @ts-check
/** What the tour measures on the live models, since no file has it: garments in a digits' model, neighbours on the map, balloons. */
import { askJson } from "../../core/fetching.js";
import { placeOf, xOf, yOf } from "../../core/places.js";
import { BALLOONS, ENCODE, LIMITS, PAINTER, PICTURES, WORLDS } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";

/**
 * @typedef {object} Live
 * @property {import("../../wire/session.js").Session} session of the live channel
 * @property {import("../../core/models.js").Models} models
 * @property {string} base path before all addresses
 * @property {AbortSignal} signal
 */

const GARMENTS = 8;
const COMPARED = 1000; // images whose nearest neighbours are looked for

/**
 * Pictures of another model's data, encoded and rebuilt: their mean squared error, and how many are told to be outside.
 * @param {string} model @param {string} other
 */
export const garments =
  (model, other) =>
  async (/** @type {Live} */ { session, signal }) => {
    const rows = Array.from({ length: GARMENTS }, (_, row) => row);
    const { pixels, originals } = await session.ask(PICTURES, { rows }, { model: other, signal });
    const read = rows.map((row) => session.ask(ENCODE, { pixels: nth(pixels, row).data }, { model, signal }));
    const answers = await Promise.all(read);
    return {
      garments: GARMENTS,
      originals,
      foreign: mean(answers.map(({ figures }) => figures.error)),
      outside: answers.filter(({ world }) => WORLDS[world] === "outside").length,
    };
  };

/** Of how many images the nearest one on the map has the same class, and how many it would be by chance. @param {string} model */
export const neighbours =
  (model) =>
  async (/** @type {Live} */ { models }) => {
    const { places, labels } = await models.get(model);
    const compared = Math.min(COMPARED, labels.length);
    let alike = 0;
    for (let row = 0; row < compared; row++) if (labels[nearest(places, row)] === labels[row]) alike += 1;
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    const chance = [...counts.values()].reduce((sum, count) => sum + (count / labels.length) ** 2, 0);
    return { compared, alike: alike / compared, chance };
  };

/** How many balloons reach beyond the nearest other image. @param {string} model */
export const reaching =
  (model) =>
  async (/** @type {Live} */ { session, signal }) => {
    const rows = Array.from({ length: LIMITS.most_balloons }, (_, row) => row);
    const { shapes } = await session.ask(BALLOONS, { rows }, { model, signal });
    return { balloons: rows.length, reaching: shapes.column("reach").filter((reach) => reach > 1).length };
  };

/** How many cells a drawing has, and how many symbols each can be. @param {Live} live */
export async function painter({ base }) {
  const { grid, codebook_size: symbols } = await askJson(`${base}/continuum/painters/${PAINTER}`);
  return { cells: grid * grid, symbols };
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The row of the point nearest to that of `row`. @param {Float32Array} places (N, 2) flat @param {number} row */
function nearest(places, row) {
  const [x, y] = placeOf(places, row);
  let best = -1,
    least = Infinity;
  for (let other = 0; 2 * other < places.length; other++) {
    const away = (xOf(places, other) - x) ** 2 + (yOf(places, other) - y) ** 2;
    if (away < least && other !== row) [best, least] = [other, away];
  }
  return best;
}
