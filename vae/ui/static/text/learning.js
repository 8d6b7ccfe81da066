// @ts-check
/** What is said of the trainings that the Models page starts. */
import { fixed, t } from "../core/language.js";

export const TRAIN = t("Train");
export const MORE = t("More settings");
export const ABOUT = t("Goes on while you do other things, also when this page is closed or the server is started again.");
export const WALL = t("Images for testing, how it rebuilds them, and what it draws from N(0, I)");
export const OFFLINE = t("The server did not say how far the trainings are; reload the page to see.");

/** The settings that are shown at once; the others lie under `MORE`. */
export const FIRST = ["model", "latent_dim", "beta", "architecture", "epochs", "seed"];

/** Names of the settings, and what they mean. @type {Record<string, [string, string]>} */
export const FIELDS = {
  model: [t("Model"), t("Autoencoder or variational autoencoder")],
  latent_dim: [t("Numbers"), t("Size of the code")],
  beta: ["β", t("Weight of a VAE's KL term; 1 is the plain evidence bound. Empty: 1 for a VAE, 0 for an autoencoder")],
  architecture: [
    t("Architecture"),
    t("Fully connected, convolutional, convolutions beside a straight line, for pictures of your own, or a few numbers for each cell"),
  ],
  epochs: [t("Epochs"), t("Passes over the training images")],
  seed: [t("Seed"), t("Of every random number")],
  likelihood: [t("Likelihood"), t("Of the pixels; bernoulli draws each black or white anew at every step")],
  noise: [t("Noise"), t("Standard deviation of noise on an autoencoder's codes")],
  first_noise: [t("First noise"), t("What the noise is at first, falling to it over the first half of the training")],
  l2: ["L2", t("Weight of half the squared norm of an autoencoder's codes")],
  first_blur: [t("First blur"), t("Blur of the training images at first, in pixels; it fades over the first half of the training")],
  flip: [t("Mirrored"), t("Mirror half of the training images, others at every step")],
  sphere: [t("On a sphere"), t("Put an autoencoder's codes on a sphere")],
  hidden: [
    t("Hidden"),
    t("Widths of the encoder's layers, 512,256; for convolutions their channels, 16,32. Empty: what suits the architecture"),
  ],
  dense: [t("Dense"), t("Width of a fully connected layer on both sides of a convolutional model's code")],
  batch_size: [t("Batch"), t("Images a step")],
  learning_rate: [t("Learning rate"), t("At its highest")],
  optimizer: [t("Optimizer"), t("muon steps the matrices inside the nets, and adamw the rest, half as fast")],
  device: [t("Device"), t("Where to compute; auto takes the best there is")],
  precision: [t("Precision"), t("Of the arithmetic; 16-mixed needs a GPU")],
  holdout: [t("Held out"), t("Training images kept aside, whose squared error is in the curves")],
  patience: [
    t("Patience"),
    t("With images held out: stop after so many epochs without a smaller loss on them, and keep the weights that did best; 0 for neither"),
  ],
  weights: [t("Weights"), t("How to store them; float16 takes half the space")],
  threads: [t("Threads"), t("On the CPU; 0 chooses as many as make a step quicker")],
  resume: [t("Go on with the model of this name"), t("Give a finished model more epochs, in all as many as are said here")],
};

/** @type {Record<string, string>} */
export const OPTIONS = {
  ae: t("autoencoder"),
  vae: "VAE",
  mlp: t("fully connected"),
  conv: t("convolutional"),
  residual: t("residual"),
  spatial: t("spatial code"),
};

/** @type {Record<string, string>} */
const STATES = { waiting: t("waits for its turn"), pausing: t("pausing"), paused: t("paused"), failed: t("stopped"), ready: t("trained") };

/**
 * How far a training is, in a line.
 * @param {{state: string, share: number, words: string, left: number|null}} training
 */
export function progressOf({ state, share, words, left }) {
  const done = `${Math.floor(100 * share)} %`;
  if (state === "working")
    return [done, words, left !== null && t("about {left} left", { left: lasting(left) })].filter(Boolean).join(" · ");
  return state === "paused" || state === "pausing" ? `${done} · ${STATES[state]}` : (STATES[state] ?? state);
}

/** @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${fixed(seconds / 3600, 1)} h`;
}

/**
 * How one parts with a training: the button that asks for it, what is said first, and the button that does it.
 * @param {{state: string, model: boolean}} training `model`: whether there is a model of its name
 * @returns {{ask: string, says: string, does: string}}
 */
export function parting({ state, model }) {
  if (state === "ready") return { ask: t("Put away"), says: t("This takes it off the list; the model stays."), does: t("Put away") };
  if (state !== "failed") return { ask: t("Cancel"), says: t("This deletes what it has learned."), does: t("Delete") };
  return model
    ? { ask: t("Remove"), says: t("This takes it off the list; the model stays as it was before."), does: t("Remove") }
    : { ask: t("Remove"), says: t("This takes it off the list and deletes what it had learned."), does: t("Delete") };
}

/** @param {string} name @param {string} state */
export const ended = (name, state) => (state === "ready" ? t("{name} is trained", { name }) : t("{name} has stopped", { name }));
