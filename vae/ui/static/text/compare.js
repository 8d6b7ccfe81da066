// @ts-check
/** The words of Compare that are the same whatever the figures are; `words.js` and `draws.js` have the sentences that follow them. */
import { figure, percent } from "../core/dom.js";
import { t } from "../core/language.js";

/**
 * A figure in the head of a model's card: what it is called, its value, what it is here, and the glossary's entry of it.
 * @typedef {[name: string, value: string, meaning: string, entry?: string]} Figure
 */

/** Whether it depends on whoever judges pictures. @param {Figure} figure */
export const byJudge = ([name, , , entry = ""]) =>
  ["unreal picture", "Fréchet distance"].includes(entry) || [t("classes"), t("keep the class")].includes(name);

/** @type {[key: string, name: string, meaning: string][]} */
export const TABS = [
  ["dice", t("Same dice"), t("The same random codes through both decoders")],
  ["plane", t("Same plane"), t("Decoded pictures over the whole code plane")],
  ["path", t("Same path"), t("From A to B in both")],
  ["race", t("Race"), t("Straight, spherical and geodesic from A to B, in both")],
  ["freedom", t("Same freedom"), t("Variations of one image at the same distance")],
  ["ground", t("Same ground"), t("Each image's σ as a balloon, and the nearest unreal picture, on both maps")],
  ["picture", t("Your picture"), t("A picture of your own, rebuilt by both")],
];
/** @type {[key: import("./draws.js").Source, name: string, meaning: string][]} */
export const SOURCES = [
  ["prior", "N(0, I)", t("The distribution that a VAE is trained towards")],
  ["fitted", t("fitted Gaussian"), t("A Gaussian with the mean and covariance of each model's own codes")],
  ["mixture", t("mixture"), t("Ten Gaussians fitted together to each model's own codes")],
  ["learned", t("learned prior"), t("What a small network has learned of where each model's own codes lie")],
];
export const CHOICE = t("What to compare");
export const SETTINGS = t("Data and code size");
export const DRAWS = t("Each dot on the maps is a draw; hollow ones are in empty places.");
export const FREEDOM = t("The same noise in both, in units of each model's own spread of codes. Click an image on a map to take it.");
export const GROUND = t(
  "A balloon shows where an image's code is drawn from. Click an image on a map to start from it, then fly to the nearest unreal picture.",
);
/**
 * How nearly the codes of two models are linear maps of each other.
 * @param {{whose: string}[]} called left and right
 * @param {number} there share of the variance that is missed from left to right @param {number} back
 */
export const linearBoth = ([{ whose: left }, { whose: right }], there, back) =>
  t("A linear map from {left} codes to {right} misses {there} of their variance; back, {back}.", {
    left,
    right,
    there: percent(there),
    back: percent(back),
  });
export const FIND = t("On each map, fly from the image's code to the nearest place that decodes to an unreal picture");
/** Why a click on a map does nothing, "" where it does something. @param {string} tab @param {number} row of the image there, or −1 */
export function missed(tab, row) {
  if (tab === "picture") return t("nothing to choose here: the pin shows where your picture lies");
  return row < 0 ? t("no image here: click a point to take its image") : "";
}
export const PLANE = t("Every picture is what the decoder makes of that place; the dots are the data. Zoom and pan: it is decoded again.");

/** There is no pair of some data, which an address names. @param {string} data */
export const fewerThanTwo = (data) =>
  t("There are no two models of {data} with a map each, so others are shown. The page Models lists what is missing.", { data });

/** What stands over the draws. @param {number} count @param {boolean} same whether both codes have as many numbers */
export const draws = (count, same) =>
  same ? t("The same {count} draws, in both", { count }) : t("{count} draws in each, of codes of its own size", { count });

/** @param {boolean} none whether no pair of models of these data has a plane */
export const noPlane = (none) =>
  none
    ? t("Only codes of two numbers lie in a plane that can be shown whole, and no pair of models has them for these data.")
    : t("Only codes of two numbers lie in a plane that can be shown whole.");

/** @param {boolean[]} planes of each map, whether it is the code plane itself */
export function maps(planes) {
  if (planes.every(Boolean)) return t("These maps are the code planes themselves.");
  return planes.some(Boolean)
    ? t(
        "The map of two numbers is the code plane itself. The other is a UMAP, which tears a continuous space into islands: " +
          "white space on it is no empty place, and a straight path through the codes looks bent.",
      )
    : t(
        "These maps are UMAPs. A UMAP tears a continuous space into islands: white space on it is no empty place, and a straight " +
          "path through the codes looks bent.",
      );
}

/** @param {number} row @param {number} rows @param {number} otherwise */
export const noImage = (row, rows, otherwise) =>
  t("There is no image {row} on these maps, which end with image {rows}; image {otherwise} is shown in its place.", {
    row,
    rows,
    otherwise,
  });

export const NEITHER = t(
  "Compare needs two models of the same data, such as an autoencoder and a VAE, and there is none. " +
    "Train both, draw their maps and measure them:",
);

/** @param {string} name of the model that is there @param {string} kind of its partner */
export const alone = (name, kind) =>
  kind === "ae"
    ? t(
        "Compare needs two models of the same data, such as an autoencoder and a VAE. There is no partner for {name} yet: " +
          "train an autoencoder on the same data, draw its map and measure it.",
        { name },
      )
    : t(
        "Compare needs two models of the same data, such as an autoencoder and a VAE. There is no partner for {name} yet: " +
          "train a VAE on the same data, draw its map and measure it.",
        { name },
      );

/**
 * @param {{far: number, classes: number, all: number, unreal: number, n: number, frechet?: number}} dice
 * @returns {Figure[]}
 */
export function diceFigures({ far, classes, all, unreal, n, frechet = NaN }) {
  return [
    [t("unreal"), `${figure(unreal)} / ${n}`, t("Of these {n} draws.", { n }), "unreal picture"],
    [t("empty"), `${far} / ${n}`, t("Of these {n} draws.", { n }), "empty place"],
    [t("classes"), `${figure(classes)} / ${all}`, t("Different classes among the {n} pictures, by our classifier.", { n })],
    [
      t("Fréchet distance"),
      figure(frechet),
      t("Over 10,000 draws: it counts both unreal pictures and missing kinds. Lower is closer."),
      "Fréchet distance",
    ],
  ];
}

/** @param {{unreal: number, n: number}} plane @returns {Figure[]} */
export function planeFigures({ unreal, n }) {
  const share = Number.isNaN(unreal) || !n ? "–" : `${Math.round((100 * unreal) / n)} %`;
  return [
    [
      t("unreal where codes lie"),
      share,
      t("Of the {n} places of the window that are not empty; a wider window counts no more.", { n }),
      "unreal picture",
    ],
  ];
}

/** @param {{ratio: number, gap: number, flips: number, unreal: number, frames: number}} path @returns {Figure[]} */
export function pathFigures({ ratio, gap, flips, unreal, frames }) {
  return [
    [t("step ratio"), figure(ratio), t("Of 64 steps from A to B."), "step ratio"],
    [t("cycle gap"), figure(gap), t("Mean along this path; 0 is perfect."), "cycle gap"],
    [
      t("needless flips"),
      figure(flips),
      t("Class changes along the {frames} frames beyond the one that the two ends require.", { frames }),
    ],
    [t("unreal frames"), `${figure(unreal)} / ${frames}`, t("Of the {frames} frames.", { frames }), "unreal picture"],
  ];
}

/** @param {{share: number, count: number}} kept @returns {Figure[]} */
export function freedomFigures({ share, count }) {
  return [
    [
      t("keep the class"),
      Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–",
      t("Of {count} variations, those that our classifier puts in the class of the unmoved picture.", { count }),
    ],
  ];
}

/** @param {number} share @param {boolean} judged whether pictures were judged, or only codes @returns {Figure[]} */
export function groundFigures(share, judged) {
  const what = judged ? t("of the map's places unreal") : t("of the map's places empty");
  const meaning = t("Of 64 × 64 places on the map, whether many codes lie there or none.");
  return [[what, percent(share), meaning, judged ? "unreal picture" : "empty place"]];
}
