// @ts-check
/** What is said of the trainings that the Models page starts. */

export const TRAIN = "Train";
export const MORE = "More settings";
export const ABOUT = "Goes on while you do other things, also when this page is closed or the server is started again.";
export const WALL = "Images for testing, how it rebuilds them, and what it draws from N(0, I)";
export const OFFLINE = "The server did not say how far the trainings are; reload the page to see.";

/** The settings that are shown at once; the others lie under `MORE`. */
export const FIRST = ["model", "latent_dim", "beta", "architecture", "epochs", "seed"];

/** Names of the settings, and what they mean. @type {Record<string, [string, string]>} */
export const FIELDS = {
  model: ["Model", "Autoencoder or variational autoencoder"],
  latent_dim: ["Numbers", "Size of the code"],
  beta: ["β", "Weight of a VAE's KL term; 1 is the plain evidence bound. Empty: 1 for a VAE, 0 for an autoencoder"],
  architecture: ["Architecture", "Fully connected, convolutional, or convolutions beside a straight line, for pictures of your own"],
  epochs: ["Epochs", "Passes over the training images"],
  seed: ["Seed", "Of every random number"],
  likelihood: ["Likelihood", "Of the pixels; bernoulli draws each black or white anew at every step"],
  noise: ["Noise", "Standard deviation of noise on an autoencoder's codes"],
  first_noise: ["First noise", "What the noise is at first, falling to it over the first half of the training"],
  l2: ["L2", "Weight of half the squared norm of an autoencoder's codes"],
  first_blur: ["First blur", "Blur of the training images at first, in pixels; it fades over the first half of the training"],
  sphere: ["On a sphere", "Put an autoencoder's codes on a sphere"],
  hidden: ["Hidden", "Widths of the encoder's layers, 512,256; for convolutions their channels, 16,32. Empty: what suits the architecture"],
  dense: ["Dense", "Width of a fully connected layer on both sides of a convolutional model's code"],
  batch_size: ["Batch", "Images a step"],
  learning_rate: ["Learning rate", "At its highest"],
  device: ["Device", "Where to compute; auto takes the best there is"],
  precision: ["Precision", "Of the arithmetic; 16-mixed needs a GPU"],
  holdout: ["Held out", "Training images kept aside, whose squared error is in the curves"],
  weights: ["Weights", "How to store them; float16 takes half the space"],
  threads: ["Threads", "On the CPU; 0 chooses as many as make a step quicker"],
  resume: ["Go on with the model of this name", "Give a finished model more epochs, in all as many as are said here"],
};

/** @type {Record<string, string>} */
export const OPTIONS = {
  ae: "autoencoder",
  vae: "VAE",
  mlp: "fully connected",
  conv: "convolutional",
  residual: "residual",
};

/** @type {Record<string, string>} */
const STATES = { waiting: "waits for its turn", pausing: "pausing", paused: "paused", failed: "stopped", ready: "trained" };

/**
 * How far a training is, in a line.
 * @param {{state: string, share: number, words: string, left: number|null}} training
 */
export function progressOf({ state, share, words, left }) {
  const done = `${Math.floor(100 * share)} %`;
  if (state === "working") return [done, words, left !== null && `about ${lasting(left)} left`].filter(Boolean).join(" · ");
  return state === "paused" || state === "pausing" ? `${done} · ${STATES[state]}` : (STATES[state] ?? state);
}

/** @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * How one parts with a training: the button that asks for it, what is said first, and the button that does it.
 * @param {{state: string, model: boolean}} training `model`: whether there is a model of its name
 * @returns {{ask: string, says: string, does: string}}
 */
export function parting({ state, model }) {
  if (state === "ready") return { ask: "Put away", says: "This takes it off the list; the model stays.", does: "Put away" };
  if (state !== "failed") return { ask: "Cancel", says: "This deletes what it has learned.", does: "Delete" };
  return model
    ? { ask: "Remove", says: "This takes it off the list; the model stays as it was before.", does: "Remove" }
    : { ask: "Remove", says: "This takes it off the list and deletes what it had learned.", does: "Delete" };
}

/** @param {string} name @param {string} state */
export const ended = (name, state) => (state === "ready" ? `${name} is trained` : `${name} has stopped`);
