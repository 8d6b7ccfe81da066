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
export const WORLD_WORDS = { inside: "from this world", edge: "at its edge", outside: "not from this world" };

/** How much of the model's own images have less. @param {number} share */
export const among = (share) =>
  Number.isNaN(share) ? "" : share >= 1 ? "more than all of its images" : `more than ${(100 * share).toFixed(1)} % of its images`;

/** @param {{error: number, gap: number, error_share: number, gap_share: number}} figures @returns {[name: string, value: string, meaning: string][]} */
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

/** Which of both models knows the picture better. @param {{ae: {world: string, share: number}, vae: {world: string, share: number}}} both */
export function ownBoth({ ae, vae }) {
  if (ae.world === vae.world)
    return {
      outside: "Neither model knows this picture: a model of this kind can rebuild only what its data were like.",
      edge: "For both it is at the edge of what they know.",
      inside: "Both know pictures like this one.",
    }[ae.world];
  const order = ["inside", "edge", "outside"],
    better = order.indexOf(ae.world) < order.indexOf(vae.world) ? "autoencoder" : "VAE";
  return `It is nearer to what the ${better} knows: ${WORLD_WORDS[ae.world]} for the autoencoder, ${WORLD_WORDS[vae.world]} for the VAE.`;
}
