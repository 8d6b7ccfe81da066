// @ts-check
/** The words of Compare that are the same whatever the figures are; `words.js` has the sentences that follow them. */
import { figure } from "../core/dom.js";

/** @typedef {[name: string, value: string, meaning: string]} Figure in the head of a model's card */

/** @type {[key: string, name: string, meaning: string][]} */
export const TABS = [
  ["dice", "Same dice", "The same random codes through both decoders"],
  ["plane", "Same plane", "Decoded pictures over the whole code plane"],
  ["path", "Same path", "From A to B in both"],
  ["race", "Race", "Straight, spherical and geodesic from A to B, in both"],
  ["freedom", "Same freedom", "Variations of one image at the same distance"],
  ["ground", "Same ground", "Each image's σ as a balloon, and the nearest hole, on both maps"],
];
/** @type {Record<string, [title: string, says: string]>} */
export const SIDES = { ae: ["Autoencoder", "a code"], vae: ["Variational autoencoder", "μ and σ"] };
/** @type {[key: string, name: string, meaning: string][]} */
export const SOURCES = [
  ["prior", "N(0, I)", "The distribution that a VAE is trained towards"],
  ["fitted", "fitted Gaussian", "A Gaussian with the mean and covariance of each model's own codes"],
];
export const DRAWS = "Each dot on the maps is a draw; hollow ones are far from every image's code.";
export const FREEDOM = "The same noise in both, in units of each model's own spread of codes. Click an image on a map to take it.";
export const GROUND =
  "A balloon shows where an image's code is drawn from. Click an image on a map to start from it, then fly to the nearest hole.";
export const FIND = "On each map, fly from the image's code to the nearest place whose decoding is unlike any real image";
export const OUTSIDE = "outside the map: no codes around this place";
export const PLANE = "Every picture is what the decoder makes of that place; the dots are the data. Zoom and pan: it is decoded again.";

/** @param {boolean} none whether no pair of models of these data has a plane */
export const noPlane = (none) =>
  `Only codes of two numbers lie in a plane that can be shown whole${none ? ", and no pair of models has them for these data" : ""}.`;

/** @param {boolean} plane whether the maps are the code planes themselves */
export const maps = (plane) =>
  plane
    ? "These maps are the code planes themselves."
    : "These maps are UMAPs, which tear continuous spaces into islands: white space on them is not a hole.";

/** @param {number} row @param {number} rows @param {number} otherwise */
export const noImage = (row, rows, otherwise) =>
  `There is no image ${row} on these maps, which end with image ${rows}; image ${otherwise} is shown in its place.`;

const NEEDS = "Compare needs an autoencoder and a VAE of the same data and code size";
export const NEITHER = `${NEEDS}, and there is neither. Train both, draw their maps and measure them:`;

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
    ["far from codes", `${far} / ${n}`, "Draws farther from the nearest image's code than 99 % of codes are from their nearest neighbour"],
    ["classes", `${figure(classes)} / ${all}`, `Different classes among the ${n} pictures, by our classifier`],
    [
      "unreal",
      `${figure(strange)} / ${n}`,
      "Pictures farther from every real one, in our own features, than 99 % of unseen real images are",
    ],
    [
      "Fréchet distance",
      figure(frechet),
      "Between Gaussians fitted to our own features of 10,000 draws and of real images: " +
        "it counts both unreal pictures and missing kinds. Lower is closer. Not FID.",
    ],
  ];
}

/** @param {{strange: number, n: number}} plane @returns {Figure[]} */
export function planeFigures({ strange, n }) {
  const share = Number.isNaN(strange) ? "–" : `${Math.round((100 * strange) / n)} %`;
  const meaning =
    `Of ${n} places in the visible window, those whose picture is farther from every real one ` + "than 99 % of unseen real images are";
  return [["of this window unreal", share, meaning]];
}

/** @param {{ratio: number, gap: number, flips: number, strange: number, frames: number}} path @returns {Figure[]} */
export function pathFigures({ ratio, gap, flips, strange, frames }) {
  return [
    [
      "step ratio",
      figure(ratio),
      "step_max_ratio: the largest change of the picture in one of 64 steps, divided by the mean change; 1 is perfectly even",
    ],
    [
      "cycle gap",
      figure(gap),
      "cycle_gap: how far codes of the path come back from decoding and encoding, as a share of the data's spread; 0 is perfect",
    ],
    ["needless flips", figure(flips), `Class changes along the ${frames} frames beyond the one that the two ends require`],
    [
      "unreal frames",
      `${figure(strange)} / ${frames}`,
      "Frames farther from every real image, in our own features, than 99 % of unseen real images are",
    ],
  ];
}

/** @param {{share: number, count: number}} kept @returns {Figure[]} */
export function freedomFigures({ share, count }) {
  return [
    [
      "keep the class",
      Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–",
      `Of ${count} variations, those that our classifier puts in the class of the unmoved picture`,
    ],
  ];
}

/** @param {number} share @param {boolean} judged whether pictures were judged, or only codes @returns {Figure[]} */
export function groundFigures(share, judged) {
  const those = judged
    ? "those whose picture is farther from every real one, in our own features, than 99 % of unseen real images are"
    : "those whose code is farther from every image's code than 99 % of codes are from theirs";
  return [["of this map is hole", `${(100 * share).toFixed(1)} %`, `Of 64 × 64 places on the map, ${those}`]];
}
