// @ts-check
/** What the page From AE to VAE says. */
import { number, t } from "../core/language.js";

const NO_LADDER = t("There is no ladder of models yet: two or more of the same data and code size, from an autoencoder to a VAE.");
export const TRAIN_SOME = `${NO_LADDER} ${t("Train some, then lay their maps on each other:")}`;
export const MAKE_ONE = `${NO_LADDER} ${t("Make one of those that are here:")}`;
export const SAME_DRAWS = t("The same 64 draws of N(0, I), decoded by the model on the slider.");
export const PATH = t("from one image to another, by the same model; dashed frames are unreal pictures");
/** Names of the curves over the ladder, by what they are of. */
export const CURVES = { unreal: t("unreal pictures"), empty: t("empty places"), recall: t("recall") };
export const STEP_AXIS = t("model; a number is its β");
export const NO_IMAGE = t("no image here");

export const MEANING = {
  rate: t(
    "KL says how many nats a code tells of its image; squared error is what is lost of the picture. " +
      "A model without a KL term has no rate: its error is a hollow dot at the right edge.",
  ),
  unreal: t(
    "Of 10,000 draws of N(0, I). Few are no praise by themselves: a model that draws one thing over and over has few, too; " +
      "recall, the share of real images that lie among the draws, tells.",
  ),
  draws: t("Of 10,000 draws of N(0, I)."),
};

/**
 * What a step of the ladder is called on the slider, and in full.
 * @param {{kind: string, beta: number, noise: number, l2: number}} config
 * @returns {[string, string]}
 */
export function stepName({ kind, beta, noise, l2 }) {
  if (kind === "vae") return [`β ${number(beta)}`, t("VAE, β = {beta}", { beta: number(beta) })];
  if (noise) return [t("noise"), t("autoencoder with noise of size {noise} on its codes", { noise: number(noise) })];
  if (l2) return ["L2", t("autoencoder with short codes (L2)")];
  return ["AE", t("plain autoencoder")];
}

/** The same under a chart, where there is little room. @param {Parameters<typeof stepName>[0]} config */
export function tickName(config) {
  const name = stepName(config)[0].replace("β ", "");
  return name.length > 5 ? `${name.slice(0, 3)}.` : name;
}

/** What the map shows. @param {number} images @param {boolean} plane whether it is each model's own plane */
export function mapNote(images, plane) {
  const count = number(images, 15);
  return plane
    ? t("{count} images on each model's own code plane, turned and scaled to match its neighbours; those far out stand at the edge.", {
        count,
      })
    : t("{count} images. These UMAPs were fitted together so that points travel; white space on them is no empty place.", { count });
}

/** @param {number} row @param {string} name of its class */
export const imageAt = (row, name) => t("image {row}, class {name}", { row, name });

/** @param {number} row @param {string} name of its class */
export const reconstructionOf = (row, name) => t("reconstruction of image {row}: {name}", { row, name });
