// @ts-check
/** What is said of the nearest unreal picture of a map, of how empty its place is, and of the way back. */
import { figure, percent } from "../core/dom.js";
import { drawsOf } from "./draws.js";

export const NEAREST = "◌ Nearest unreal picture";
export const BACK = "Back to safety";
export const BACK_MEANING = "Follow the gradient of the log-density of codes uphill, until it rises no more";

/** What the card is about. @param {boolean} judged whether a classifier has judged pictures, or only how far codes are */
export const title = (judged) => (judged ? "The nearest unreal picture" : "The nearest empty place");
export const ARRIVED = "Back among the data";
export const NAME = "nearest unreal picture"; // of the card, for those who hear it

/**
 * Of what was found.
 * @param {{share: number, distance: number, cycle_gap: number, judged: number}} figures distance to the nearest drawn code ÷ the one
 *   beyond which a place is empty, NaN where all images have one code
 * @param {import("../core/models.js").Metrics} metrics of the model
 */
export function found({ share, distance, cycle_gap: gap, judged }, metrics) {
  const here = judged
    ? `The decoder makes an unreal picture here. ${place(distance)}`
    : `No image's code is near this place. Nobody here judges pictures of these data, so only you can.`;
  const often = `${percent(share)} of the places of this map are like that.`;
  return [here, `Decoded and encoded again, the code comes back ${percent(gap)} of the codes' spread away.`, often, drawsOf(metrics)]
    .filter(Boolean)
    .join(" ");
}

/** @param {number} distance as above */
function place(distance) {
  if (!Number.isFinite(distance)) return "All images have one and the same code, so nothing can be said of how empty the place is.";
  return distance > 1
    ? `It is an empty place as well, ${figure(distance)} times as far from the nearest code as empty begins: both together are a hole.`
    : "Yet it is no empty place: codes are near, and so it is no hole.";
}

/** Where there is nothing to find. @param {boolean} judged */
export const nothing = (judged) =>
  judged
    ? "None of 64 × 64 places on this map decodes to an unreal picture."
    : "None of 64 × 64 places on this map is empty, and there is no classifier to judge its pictures.";

/**
 * Of the way back.
 * @param {{first: number, last: number}|number} way its log-densities at both ends once it has ended, or how many steps were not enough
 */
export const arrived = (way) =>
  typeof way === "number"
    ? `${way} steps up the gradient of the log-density were not enough to reach the data; press again to go on.`
    : "Each step followed the gradient of the log-density of codes, which rose from " +
      `${figure(way.first)} to ${figure(way.last)} nats and rises no more from here.`;

/** Under the image whose code is nearest. @param {string} name of its class @param {boolean} original whether it is the image itself */
export const nearestImage = (name, original) =>
  original ? `nearest image: ${name}` : `nearest image's reconstruction: ${name} (data set not on disk)`;
