// @ts-check
/** What is said of the nearest unreal picture of a map, of how empty its place is, and of the way back. */
import { figure, percent } from "../core/dom.js";
import { t } from "../core/language.js";
import { drawsOf } from "./draws.js";

export const NEAREST = t("◌ Nearest unreal picture");
export const BACK = t("Back to safety");
export const BACK_MEANING = t("Follow the gradient of the log-density of codes uphill, until it rises no more");

/** What the card is about. @param {boolean} judged whether a classifier has judged pictures, or only how far codes are */
export const title = (judged) => (judged ? t("The nearest unreal picture") : t("The nearest empty place"));
export const ARRIVED = t("Back among the data");

/**
 * Of what was found.
 * @param {{share: number, distance: number, cycle_gap: number, judged: number}} figures distance to the nearest drawn code ÷ the one
 *   beyond which a place is empty, NaN where all images have one code
 * @param {import("../core/models.js").Metrics} metrics of the model
 */
export function found({ share, distance, cycle_gap: gap, judged }, metrics) {
  const here = judged
    ? t("The decoder makes an unreal picture here. {place}", { place: place(distance) })
    : t("No image's code is near this place. Nobody here judges pictures of these data, so only you can.");
  const often = t("{share} of the places of this map are like that.", { share: percent(share) });
  return [
    here,
    t("Decoded and encoded again, the code comes back {gap} of the codes' spread away.", { gap: percent(gap) }),
    often,
    drawsOf(metrics),
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param {number} distance as above */
function place(distance) {
  if (!Number.isFinite(distance)) return t("All images have one and the same code, so nothing can be said of how empty the place is.");
  return distance > 1
    ? t("It is an empty place as well, {distance} times as far from the nearest code as empty begins: both together are a hole.", {
        distance: figure(distance),
      })
    : t("Yet it is no empty place: codes are near, and so it is no hole.");
}

/** Where there is nothing to find. @param {boolean} judged */
export const nothing = (judged) =>
  judged
    ? t("None of 64 × 64 places on this map decodes to an unreal picture.")
    : t("None of 64 × 64 places on this map is empty, and there is no classifier to judge its pictures.");

/**
 * Of the way back.
 * @param {{first: number, last: number}|number} way its log-densities at both ends once it has ended, or how many steps were not enough
 */
export const arrived = (way) =>
  typeof way === "number"
    ? t("{way} steps up the gradient of the log-density were not enough to reach the data; press again to go on.", { way })
    : t(
        "Each step followed the gradient of the log-density of codes, which rose from " +
          "{first} to {last} nats and rises no more from here.",
        { first: figure(way.first), last: figure(way.last) },
      );

/** Under the image whose code is nearest. @param {string} name of its class @param {boolean} original whether it is the image itself */
export const nearestImage = (name, original) =>
  original ? t("nearest image: {name}", { name }) : t("nearest image's reconstruction: {name} (data set not on disk)", { name });
