// @ts-check
/** The words of Compare that are the same whatever the figures are; `words.js` and `draws.js` have the sentences that follow them. */
import { figure, percent } from "../core/dom.js";

/**
 * A figure in the head of a model's card: what it is called, its value, what it is here, and the glossary's entry of it.
 * @typedef {[name: string, value: string, meaning: string, entry?: string]} Figure
 */

/** @type {[key: string, name: string, meaning: string][]} */
export const TABS = [
  ["dice", "Same dice", "The same random codes through both decoders"],
  ["plane", "Same plane", "Decoded pictures over the whole code plane"],
  ["path", "Same path", "From A to B in both"],
  ["race", "Race", "Straight, spherical and geodesic from A to B, in both"],
  ["freedom", "Same freedom", "Variations of one image at the same distance"],
  ["ground", "Same ground", "Each image's σ as a balloon, and the nearest unreal picture, on both maps"],
  ["picture", "Your picture", "A picture of your own, rebuilt by both"],
];
/** @type {[key: import("./draws.js").Source, name: string, meaning: string][]} */
export const SOURCES = [
  ["prior", "N(0, I)", "The distribution that a VAE is trained towards"],
  ["fitted", "fitted Gaussian", "A Gaussian with the mean and covariance of each model's own codes"],
  ["mixture", "mixture", "Ten Gaussians fitted together to each model's own codes"],
  ["learned", "learned prior", "What a small network has learned of where each model's own codes lie"],
];
export const DRAWS = "Each dot on the maps is a draw; hollow ones are in empty places.";
export const FREEDOM = "The same noise in both, in units of each model's own spread of codes. Click an image on a map to take it.";
export const GROUND =
  "A balloon shows where an image's code is drawn from. Click an image on a map to start from it, then fly to the nearest unreal picture.";
export const FIND = "On each map, fly from the image's code to the nearest place that decodes to an unreal picture";
/** Why a click on a map does nothing, "" where it does something. @param {string} tab @param {number} row of the image there, or −1 */
export function missed(tab, row) {
  if (tab === "picture") return "nothing to choose here: the pin shows where your picture lies";
  return row < 0 ? "no image here: click a point to take its image" : "";
}
export const PLANE = "Every picture is what the decoder makes of that place; the dots are the data. Zoom and pan: it is decoded again.";

/** What stands over the draws. @param {number} count @param {boolean} same whether both codes have as many numbers */
export const draws = (count, same) => (same ? `The same ${count} draws, in both` : `${count} draws in each, of codes of its own size`);

/** @param {boolean} none whether no pair of models of these data has a plane */
export const noPlane = (none) =>
  `Only codes of two numbers lie in a plane that can be shown whole${none ? ", and no pair of models has them for these data" : ""}.`;

const UMAP = "tears a continuous space into islands: white space on it is no empty place, and a straight path through the codes looks bent";
/** @param {boolean[]} planes of each map, whether it is the code plane itself */
export function maps(planes) {
  if (planes.every(Boolean)) return "These maps are the code planes themselves.";
  return planes.some(Boolean)
    ? `The map of two numbers is the code plane itself. The other is a UMAP, which ${UMAP}.`
    : `These maps are UMAPs. A UMAP ${UMAP}.`;
}

/** @param {number} row @param {number} rows @param {number} otherwise */
export const noImage = (row, rows, otherwise) =>
  `There is no image ${row} on these maps, which end with image ${rows}; image ${otherwise} is shown in its place.`;

const NEEDS = "Compare needs two models of the same data, such as an autoencoder and a VAE";
export const NEITHER = `${NEEDS}, and there is none. Train both, draw their maps and measure them:`;

/** @param {string} name of the model that is there @param {string} kind of its partner */
export function alone(name, kind) {
  const partner = kind === "ae" ? "an autoencoder" : "a VAE";
  return `${NEEDS}. There is no partner for ${name} yet: train ${partner} on the same data, draw its map and measure it.`;
}

/**
 * @param {{far: number, classes: number, all: number, strange: number, n: number, frechet?: number}} dice
 * @returns {Figure[]}
 */
export function diceFigures({ far, classes, all, strange, n, frechet = NaN }) {
  return [
    ["unreal", `${figure(strange)} / ${n}`, `Of these ${n} draws.`, "unreal picture"],
    ["empty", `${far} / ${n}`, `Of these ${n} draws.`, "empty place"],
    ["classes", `${figure(classes)} / ${all}`, `Different classes among the ${n} pictures, by our classifier.`],
    [
      "Fréchet distance",
      figure(frechet),
      "Over 10,000 draws: it counts both unreal pictures and missing kinds. Lower is closer.",
      "Fréchet distance",
    ],
  ];
}

/** @param {{strange: number, n: number}} plane @returns {Figure[]} */
export function planeFigures({ strange, n }) {
  const share = Number.isNaN(strange) || !n ? "–" : `${Math.round((100 * strange) / n)} %`;
  return [
    [
      "unreal where codes lie",
      share,
      `Of the ${n} places of the window that are not empty; a wider window counts no more.`,
      "unreal picture",
    ],
  ];
}

/** @param {{ratio: number, gap: number, flips: number, strange: number, frames: number}} path @returns {Figure[]} */
export function pathFigures({ ratio, gap, flips, strange, frames }) {
  return [
    ["step ratio", figure(ratio), "Of 64 steps from A to B.", "step ratio"],
    ["cycle gap", figure(gap), "Mean along this path; 0 is perfect.", "cycle gap"],
    ["needless flips", figure(flips), `Class changes along the ${frames} frames beyond the one that the two ends require.`],
    ["unreal frames", `${figure(strange)} / ${frames}`, `Of the ${frames} frames.`, "unreal picture"],
  ];
}

/** @param {{share: number, count: number}} kept @returns {Figure[]} */
export function freedomFigures({ share, count }) {
  return [
    [
      "keep the class",
      Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–",
      `Of ${count} variations, those that our classifier puts in the class of the unmoved picture.`,
    ],
  ];
}

/** @param {number} share @param {boolean} judged whether pictures were judged, or only codes @returns {Figure[]} */
export function groundFigures(share, judged) {
  const [what, entry] = judged ? ["of the map's places unreal", "unreal picture"] : ["of the map's places empty", "empty place"];
  return [[what, percent(share), "Of 64 × 64 places on the map, whether many codes lie there or none.", entry]];
}
