// @ts-check
/** The words about a picture of somebody's own. */
import { figure } from "../core/dom.js";

/** @type {Record<"crop"|"grey"|"invert"|"centre"|"stroke", [name: string, meaning: string]>} */
export const STEP_WORDS = {
  crop: ["crop", "The largest middle part in the model's shape; without it, the whole picture is squeezed"],
  grey: ["grey", "Brightness alone"],
  invert: ["invert", "Light for dark, where the model's images have another background than this picture"],
  centre: ["centre", "As large as what is drawn in the model's images, with its centre of mass in the middle"],
  stroke: ["stroke", "Strokes as wide as theirs"],
};
export const TRANSPARENT = "Its transparent places stand on white.";
export const LOST =
  "This address names a picture that stays in the browser where it was added, and this browser does not have it. " +
  "Its code is shown as the address has it; add the picture again, and it stands beside it.";
export const YOURS = "your picture";
/** @type {Record<string, string>} by the server's verdict */
export const WORLD_WORDS = { inside: "from its world", edge: "at the edge of its world", outside: "not from its world" };

/** How much of the model's own images have less. @param {number} share */
export const among = (share) =>
  Number.isNaN(share) ? "" : share >= 1 ? "more than all of its images" : `more than ${(100 * share).toFixed(1)} % of its images`;

/**
 * @param {{error: number, gap: number, error_share: number, gap_share: number}} figures
 * @returns {import("./compare.js").Figure[]}
 */
export const ownFigures = ({ error, gap, error_share: errorShare, gap_share: gapShare }) => [
  [
    "squared error",
    figure(error),
    `Mean over pixels of the reconstruction's squared error: ${among(errorShare) || "the model's images are not on disk"}`,
  ],
  [
    "of its images have less",
    Number.isNaN(errorShare) ? figure(NaN) : `${(100 * errorShare).toFixed(1)} %`,
    "Of the model's own images, those with a smaller squared error",
  ],
  ["cycle gap", figure(gap), `How far its code comes back from decoding and encoding, as a share of the data's spread: ${among(gapShare)}`],
];

export const OWN_HINT =
  "Add a picture or draw one: both models rebuild it. What they cannot rebuild is not from the world that they were trained on.";

/**
 * What both models' verdicts say together.
 * @typedef {{label: string, world: string, error: number}} Known label: what the model is called in a sentence
 * @param {Known[]} both
 */
export function ownBoth([one, other]) {
  const errors = `(squared error ${figure(one.error)} for ${one.label}, ${figure(other.error)} for ${other.label})`;
  if (one.world !== other.world)
    return `For ${one.label} it is ${WORLD_WORDS[one.world]}, for ${other.label} ${WORLD_WORDS[other.world]} ${errors}.`;
  /** @type {Record<string, string>} */
  const same = {
    outside: `Neither model knows this picture ${errors}: a model of this kind can rebuild only what is like its own images.`,
    edge: `For both models it is at the edge of what they know ${errors}.`,
    inside: `Both models know pictures like this one ${errors}.`,
  };
  return same[one.world];
}
