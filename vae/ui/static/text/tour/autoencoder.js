// @ts-check
/** The tour's steps of what an autoencoder is: it compresses, with losses, what it was trained on, and nobody tells it what that is. */
import { number, percent, plural, t } from "../../core/language.js";
import { times, told, valueOf, within } from "./measured.js";

/** @typedef {import("./measured.js").Telling} Telling */

const LOSS = /** @type {const} */ ([1.5, 3]);
const FOREIGN = /** @type {const} */ ([1.5, 4]);

/** @param {import("./measured.js").Model} model */
const pixelsOf = ({ config }) => config.image_shape.reduce((/** @type {number} */ all, /** @type {number} */ side) => all * side, 1);

/** @param {import("./measured.js").Figures} figures */
function sizes({ models: { vae } }) {
  const dim = vae.config.latent_dim;
  return [...new Set([Math.ceil(dim / 4), dim, 8 * dim, pixelsOf(vae)])];
}

/** @type {Telling} */
export const compress = {
  title: () => t("It compresses"),
  claim: () => t("The encoder compresses an image to a code of fewer numbers; the decoder rebuilds the image from the code alone."),
  question: ({ models: { vae } }) =>
    t("An image here is {pixels} numbers, one for each pixel. How many numbers does the encoder keep?", { pixels: number(pixelsOf(vae)) }),
  choices: (figures) => sizes(figures).map((size) => number(size)),
  truth: (figures) => sizes(figures).indexOf(figures.models.vae.config.latent_dim),
  told: ({ models: { vae } }) =>
    plural(
      vae.config.latent_dim,
      "The code has {n} number, {ratio} times fewer than the image. All that the decoder draws, it draws from this.",
      "The code has {n} numbers, {ratio} times fewer than the image. All that the decoder draws, it draws from these.",
      { ratio: number(pixelsOf(vae) / vae.config.latent_dim) },
    ),
  task: () => t("Move the slider μ 1, one number of the code, and watch the whole picture follow."),
};

/** @param {import("./measured.js").Figures} figures */
const gain = ({ models: { middle, large } }) => valueOf(middle, "recon_mse") / valueOf(large, "recon_mse");

/** @type {Telling} */
export const lossy = {
  title: () => t("It loses something"),
  claim: () => t("An autoencoder is lossy: what it gives back is a degraded version of what it was given."),
  question: ({ models: { small, middle, large } }) =>
    t(
      "This VAE keeps {small} numbers of an image; others keep {middle} and {large}. With {large}, how many times smaller is the " +
        "squared error than with {middle}?",
      { small: small.config.latent_dim, middle: middle.config.latent_dim, large: large.config.latent_dim },
    ),
  choices: () => times(LOSS),
  truth: (figures) => within(gain(figures), LOSS),
  told: (figures) => {
    const { small, middle, large } = figures.models;
    const errors = [small, middle, large].map((model) => told(model, "recon_mse"));
    const measured = t("Squared error on the test images: {a} with {small} numbers, {b} with {middle}, {c} with {large}.", {
      a: errors[0],
      b: errors[1],
      c: errors[2],
      small: small.config.latent_dim,
      middle: middle.config.latent_dim,
      large: large.config.latent_dim,
    });
    const active = valueOf(large, "active_units");
    const unused = plural(
      active,
      "It uses {n} of its {all} numbers: β is a price on each, and those that are not worth it are left unused.",
      "It uses {n} of its {all} numbers: β is a price on each, and those that are not worth it are left unused.",
      { all: large.config.latent_dim },
    );
    const ratio = number(gain(figures));
    const said =
      gain(figures) < LOSS[0]
        ? t("The largest is only {ratio} times better than the middle one.", { ratio })
        : t("The largest is {ratio} times better than the middle one.", { ratio });
    return [measured, said, ...(active < large.config.latent_dim ? [unused] : [])].join(" ");
  },
  task: ({ models: { middle } }) =>
    t("In the list Model choose one with {middle} numbers, and compare what it rebuilds.", { middle: middle.config.latent_dim }),
};

/** @param {import("./measured.js").Figures} figures */
const foreign = ({ models: { vae }, live }) => live.foreign / valueOf(vae, "recon_mse");

/** @type {Telling} */
export const specific = {
  title: () => t("It knows only its own data"),
  claim: () => t("It compresses only data like those that it was trained on: one trained on digits cannot compress landscapes."),
  question: () => t("This model has seen only digits. On garments, how many times larger is its squared error than on digits?"),
  choices: () => times(FOREIGN),
  truth: (figures) => within(foreign(figures), FOREIGN),
  told: (figures) => {
    const { live, models } = figures;
    const measured = t("Measured just now: on {count} garments {a}, on digits {b}, {ratio} times as much.", {
      count: live.garments,
      a: number(live.foreign),
      b: told(models.vae, "recon_mse"),
      ratio: number(foreign(figures)),
    });
    const outside = plural(live.outside, "It finds {n} of {count} outside its world.", "It finds {n} of {count} outside its world.", {
      count: live.garments,
    });
    const stand = live.originals ? "" : t("The garments are those that their own model rebuilds, since the images are not on this disk.");
    return [measured, outside, stand].filter(Boolean).join(" ");
  },
  task: () => t("Press “Draw a picture” and draw something that is no digit. A sentence says whether it is from the model's world."),
};

/** @type {Telling} */
export const unsupervised = {
  title: () => t("Nobody tells it what is what"),
  claim: () => t("It learns from the inputs alone, without labels: it is unsupervised."),
  question: ({ live }) =>
    t(
      "Each point is an image; like the model, you are not told its digit. Of {count} images, what share has as its nearest neighbour " +
        "on the map an image of the same digit?",
      { count: number(live.compared) },
    ),
  choices: null,
  truth: ({ live }) => live.alike,
  told: ({ live }) => {
    const values = { share: percent(live.alike), count: number(live.compared), chance: percent(live.chance) };
    return live.alike > 2 * live.chance
      ? t("{share} of {count}; by chance it would be about {chance}. The model was never told the digits: they are in the images.", values)
      : t("{share} of {count}; by chance it would be about {chance}. Here the map says little about classes.", values);
  },
  task: () => t("Now the points have colours. Press a digit in the row of digits at the map to hide it, and see where it was."),
};
