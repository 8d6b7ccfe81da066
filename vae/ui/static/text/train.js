// @ts-check
/** What the page Train says. */
import { figure } from "../core/dom.js";

export const INVITATION =
  "An autoencoder and a VAE start from the same weights and see the same pictures. Press Train and watch their maps form.";
export const TITLES = { ae: "Autoencoder", vae: "VAE" };
export const GROUND = "Behind the points: what the decoder makes of each place, at this moment.";
export const NOTHING_YET = "No training yet";

/**
 * Beside a model's name, what the curves say of the step that is shown.
 * @param {"ae" | "vae"} kind @param {import("../wire/schema.js").WatchAnswered["curves"]} curves @param {{step: number}} state
 */
export function sideFigure(kind, curves, { step }) {
  const row = curves.column("step").findLastIndex((each) => each <= step);
  if (row < 0) return "";
  const empty = Math.round(100 * curves.column(`${kind}_empty`)[row]);
  return `error ${figure(curves.column(`${kind}_error`)[row])} · ${empty} % of draws in an empty place`;
}

/** @typedef {"waiting" | "preparing" | "learning" | "paused" | "failed"} Phase */

/**
 * What is going on, in a line.
 * @param {Phase} phase @param {number} step @param {number} rate steps a second @param {number} batch pictures a step
 */
export function status(phase, step, rate, batch) {
  if (phase === "waiting") return "waiting for a core";
  if (phase === "preparing") return "reading the pictures …";
  const steps = `step ${step.toLocaleString("en")}`;
  if (phase !== "learning") return `${steps} · ${phase === "paused" ? "paused" : "stopped"}`;
  return `${steps} · ${rate.toFixed(rate < 10 ? 1 : 0)} steps and ${Math.round(rate * batch).toLocaleString("en")} pictures a second`;
}

/** @typedef {"beta"|"learning_rate"|"noise"|"l2"|"batch_size"} SliderName */
/** @typedef {{name: SliderName, label: string, whom: string, stops: number[], about: string}} SliderText */

/** @type {SliderText[]} */
export const SLIDERS = [
  {
    name: "beta",
    label: "β",
    whom: "VAE",
    stops: [0, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 2, 5, 10, 20, 50, 100],
    about: "Weight of the KL term: how strongly each image's ball of codes is drawn to N(0, I). 0 leaves the squared error alone.",
  },
  {
    name: "noise",
    label: "noise",
    whom: "AE",
    stops: [0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2],
    about: "Standard deviation of noise that is added to the autoencoder's codes, the same for all images.",
  },
  {
    name: "l2",
    label: "L2",
    whom: "AE",
    stops: [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    about: "Weight of half the squared length of the autoencoder's codes: it keeps them near the origin.",
  },
  {
    name: "learning_rate",
    label: "learning rate",
    whom: "both",
    stops: [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.03, 0.1],
    about: "How far the weights move at each step.",
  },
  {
    name: "batch_size",
    label: "batch",
    whom: "both",
    stops: [2, 8, 16, 32, 64, 128, 256, 512],
    about: "Pictures that each step looks at.",
  },
];

export const CURVES = {
  error: {
    title: "squared error",
    about: "Mean squared error per pixel of the watched images, decoded from their mean codes. Lower is better.",
  },
  rate: { title: "KL, nats", about: "How many nats the VAE's code tells of an image: KL divergence from N(0, I), on the watched images." },
  empty: {
    title: "draws in an empty place",
    about: "Share of 256 draws from N(0, I) that fall farther from every watched image's code than 99 % of these are from their nearest.",
  },
  unreal: {
    title: "unreal pictures",
    about: "Share of 64 decoded draws from N(0, I) that the judge finds farther from every real image than 99 % of unseen real ones are.",
  },
};

export const STEP = {
  title: "The last step",
  about: "Both models have looked at these pictures, and moved their weights down the gradient of their loss on them.",
};

/** @param {number} shown @param {number} size of the batch */
export const batchSays = (shown, size) =>
  shown < size ? `${shown} of the ${size} pictures of its batch` : `The ${size} pictures of its batch`;

/** @param {"ae" | "vae"} kind @param {number} norm of the gradient, NaN where nobody knows it any more */
export function gradientSays(kind, norm) {
  if (!Number.isFinite(norm)) return `${kind.toUpperCase()}: the size of its gradient is no longer known.`;
  return `${kind.toUpperCase()}: gradient of size ${figure(norm)}${norm > 1 ? ", cut to 1" : ""}.`;
}

/** How far the points of a map went in one step. @param {{middle: number, farthest: number, times: number} | null} moves */
export function movesSay(moves) {
  if (!moves) return "";
  const drawn = moves.times > 1 ? `, drawn ${moves.times} times as long` : "";
  return ` Half of the points moved by less than ${figure(moves.middle)}, the farthest by ${figure(moves.farthest)}${drawn}.`;
}

export const PALE = "Pale: the other branch.";

/**
 * Which steps of two branches are seen beside each other.
 * @param {number} here @param {number} there @param {number} newest of the other branch
 */
export function besideSays(here, there, newest) {
  const step = (/** @type {number} */ at) => `step ${at.toLocaleString("en")}`;
  if (here === there) return `Both at ${step(here)}.`;
  const why = there === newest && here > newest ? "the last that it has taken" : "the nearest that it has kept";
  return `This one at ${step(here)}, the other at ${step(there)}, ${why}.`;
}

/** @param {{label: string, here: string, there: string}[]} differences of the sliders, at the steps that are shown */
export const DIFFER = (differences) =>
  differences.length
    ? differences.map(({ label, here, there }) => `${label} ${here} here, ${there} in the other`).join("; ")
    : "At this step the sliders stand alike in both";

export const OTHER_GONE = "The branch that stood beside this one is not on this server any more.";

/** @param {string} why there is no judge */
export const UNJUDGED = (why) => `Not told here: ${why}.`;

/** @param {number} at the step that is shown @param {number} newest */
export const moment = (at, newest) => (at === newest ? "now" : `step ${at.toLocaleString("en")} of ${newest.toLocaleString("en")}`);

/** @param {string} digits of a class @param {boolean} out */
export const classTitle = (digits, out) =>
  `${digits}: ${out ? "left out; press to train on it again" : "press to leave it out of training"}`;

/** @param {string} name @param {boolean} mapped */
export const kept = (name, mapped) =>
  mapped
    ? `Kept as ${name}-ae and ${name}-vae; both are on Explore and Compare.`
    : `Kept as ${name}-ae and ${name}-vae; their maps are being made.`;
