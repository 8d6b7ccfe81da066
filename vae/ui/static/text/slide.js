// @ts-check
/** What the page From AE to VAE says. */

export const NO_LADDER = "There is no ladder of models yet: two or more of the same data and code size, from an autoencoder to a VAE.";
export const TRAIN_SOME = `${NO_LADDER} Train some, then lay their maps on each other:`;
export const MAKE_ONE = `${NO_LADDER} Make one of those that are here:`;
export const SAME_DRAWS = "The same 64 draws of N(0, I), decoded by the model on the slider.";
export const PATH = "from one image to another, by the same model; dashed frames look unlike anything real";
export const NO_IMAGE = "no image here";

export const MEANING = {
  rate:
    "KL says how many nats a code tells of its image; squared error is what is lost of the picture. " +
    "A model without a KL term has no rate: its error is a hollow dot at the right edge.",
  misses:
    "Of 10,000 draws of N(0, I): how many fall farther from every image's code than codes lie from each other, and how many decode to " +
    "something farther from every real image, in our own features, than 99 % of unseen real images are.",
};

/**
 * What a step of the ladder is called on the slider, and in full.
 * @param {{kind: string, beta: number, noise: number, l2: number}} config
 * @returns {[string, string]}
 */
export function stepName({ kind, beta, noise, l2 }) {
  if (kind === "vae") return [`β ${beta}`, `VAE, β = ${beta}`];
  if (noise) return ["noise", `autoencoder with noise of size ${noise} on its codes`];
  if (l2) return ["L2", "autoencoder with short codes (L2)"];
  return ["AE", "plain autoencoder"];
}

/** What the map shows. @param {number} images @param {boolean} plane whether it is each model's own plane */
export function mapNote(images, plane) {
  const count = images.toLocaleString("en");
  return plane
    ? `${count} images on each model's own code plane, turned and scaled to match its neighbours; those far out stand at the edge.`
    : `${count} images. These UMAPs were fitted together so that points travel; white space on them is not a hole.`;
}

/** @param {number} row @param {string} name of its class */
export const imageAt = (row, name) => `image ${row}, class ${name}`;

/** @param {number} row @param {string} name of its class */
export const reconstructionOf = (row, name) => `reconstruction of image ${row}: ${name}`;
