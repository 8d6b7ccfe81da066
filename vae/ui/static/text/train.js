// @ts-check
/** What the page Train says. */
import { figure } from "../core/dom.js";
import { fixed, number, t } from "../core/language.js";

export const INVITATION = t(
  "An autoencoder and a VAE start from the same weights and see the same pictures. Press Train and watch their maps form.",
);
export const TITLES = { ae: t("Autoencoder"), vae: "VAE" };
export const GROUND = t("Behind the points: what the decoder makes of each place, at this moment.");
export const NOTHING_YET = t("No training yet");

/**
 * Beside a model's name, what the curves say of the step that is shown.
 * @param {"ae" | "vae"} kind @param {import("../wire/schema.js").WatchAnswered["curves"]} curves @param {{step: number}} state
 */
export function sideFigure(kind, curves, { step }) {
  const row = curves.column("step").findLastIndex((each) => each <= step);
  if (row < 0) return "";
  const empty = Math.round(100 * curves.column(`${kind}_empty`)[row]);
  return t("error {error} · {empty} % of draws in an empty place", { error: figure(curves.column(`${kind}_error`)[row]), empty });
}

/** @typedef {"waiting" | "preparing" | "learning" | "paused" | "failed"} Phase */

/**
 * What is going on, in a line.
 * @param {Phase} phase @param {{newest: number, rate: number}} state @param {{ahead: number, unwatched: number}} halt
 * @param {number} batch pictures a step
 */
export function status(phase, { newest, rate }, { ahead, unwatched }, batch) {
  if (phase === "waiting")
    return ahead > 0
      ? t("waiting for {ahead} before you · begins by itself", { ahead })
      : t("waiting until somebody leaves a training here");
  if (phase === "preparing") return t("reading the pictures …");
  const steps = t("step {step}", { step: number(newest, 15) });
  if (phase === "paused") return `${steps} · ${unwatched ? t("paused while nobody watched") : t("paused")}`;
  if (phase === "failed") return `${steps} · ${t("stopped")}`;
  const pace = { rate: fixed(rate, rate < 10 ? 1 : 0), pictures: number(Math.round(rate * batch), 15) };
  return `${steps} · ${t("{rate} steps and {pictures} pictures a second", pace)}`;
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
    about: t("Weight of the KL term: how strongly each image's ball of codes is drawn to N(0, I). 0 leaves the squared error alone."),
  },
  {
    name: "noise",
    label: t("noise"),
    whom: "AE",
    stops: [0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2],
    about: t("Standard deviation of noise that is added to the autoencoder's codes, the same for all images."),
  },
  {
    name: "l2",
    label: "L2",
    whom: "AE",
    stops: [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    about: t("Weight of half the squared length of the autoencoder's codes: it keeps them near the origin."),
  },
  {
    name: "learning_rate",
    label: t("learning rate"),
    whom: t("both"),
    stops: [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.03, 0.1],
    about: t("How far the weights move at each step."),
  },
  {
    name: "batch_size",
    label: t("batch"),
    whom: t("both"),
    stops: [2, 8, 16, 32, 64, 128, 256, 512],
    about: t("Pictures that each step looks at."),
  },
];

export const CURVES = {
  error: {
    title: t("squared error"),
    entry: "squared error",
    about: t("Of the watched images, decoded from their mean codes."),
  },
  rate: {
    title: t("KL, nats"),
    entry: "KL term",
    about: t("Of the VAE, on the watched images."),
  },
  empty: {
    title: t("draws in an empty place"),
    entry: "empty place",
    about: t("Share of 256 draws from N(0, I), beside the codes of the watched images."),
  },
  unreal: {
    title: t("unreal pictures"),
    entry: "unreal picture",
    about: t("Share of 64 decoded draws from N(0, I)."),
  },
};

export const STEP = {
  title: t("The last step"),
  about: t("Both models have looked at these pictures, and moved their weights down the gradient of their loss on them."),
};

/** @param {number} shown @param {number} size of the batch */
export const batchSays = (shown, size) =>
  shown < size ? t("{shown} of the {size} pictures of its batch", { shown, size }) : t("The {size} pictures of its batch", { size });

/** @param {"ae" | "vae"} kind @param {number} norm of the gradient, NaN where nobody knows it any more */
export function gradientSays(kind, norm) {
  const model = kind.toUpperCase();
  if (!Number.isFinite(norm)) return t("{model}: the size of its gradient is no longer known.", { model });
  const size = figure(norm);
  return norm > 1
    ? t("{model}: gradient of size {size}, cut to 1.", { model, size })
    : t("{model}: gradient of size {size}.", { model, size });
}

/** How far the points of a map went in one step. @param {{middle: number, farthest: number, times: number} | null} moves */
export function movesSay(moves) {
  if (!moves) return "";
  const far = { middle: figure(moves.middle), farthest: figure(moves.farthest), times: moves.times };
  const said =
    moves.times > 1
      ? t("Half of the points moved by less than {middle}, the farthest by {farthest}, drawn {times} times as long.", far)
      : t("Half of the points moved by less than {middle}, the farthest by {farthest}.", far);
  return ` ${said}`;
}

export const PALE = t("Pale: the other branch.");

/**
 * Which steps of two branches are seen beside each other.
 * @param {number} here @param {number} there @param {number} newest of the other branch
 */
export function besideSays(here, there, newest) {
  const steps = { here: number(here, 15), there: number(there, 15) };
  if (here === there) return t("Both at step {here}.", steps);
  return there === newest && here > newest
    ? t("This one at step {here}, the other at step {there}, the last that it has taken.", steps)
    : t("This one at step {here}, the other at step {there}, the nearest that it has kept.", steps);
}

/** @param {{label: string, here: string, there: string}[]} differences of the sliders, at the steps that are shown */
export const DIFFER = (differences) =>
  differences.length
    ? differences.map((each) => t("{label} {here} here, {there} in the other", each)).join("; ")
    : t("At this step the sliders stand alike in both");

export const OTHER_GONE = t("The branch that stood beside this one is not on this server any more.");

/** @param {string} why there is no judge */
export const UNJUDGED = (why) => t("Not told here: {why}.", { why });

/** @param {number} at the step that is shown @param {number} newest */
export const moment = (at, newest) =>
  at === newest ? t("now") : t("step {at} of {newest}", { at: number(at, 15), newest: number(newest, 15) });

/** @param {string} digits of a class @param {boolean} out */
export const classTitle = (digits, out) =>
  out ? t("{digits}: left out; press to train on it again", { digits }) : t("{digits}: press to leave it out of training", { digits });

/** @param {string} name @param {boolean} mapped */
export const kept = (name, mapped) =>
  mapped
    ? t("Kept as {name}-ae and {name}-vae; both are on Explore and Compare, and their figures are being measured.", { name })
    : t("Kept as {name}-ae and {name}-vae; their maps are being made.", { name });

/** @param {string} data name of a data set */
export const notThere = (data) => t("{data} is not on disk; download it on the Models page, or choose another data set.", { data });
