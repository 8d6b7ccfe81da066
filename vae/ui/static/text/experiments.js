// @ts-check
/** Small experiments on the page Train: a question, what is changed, and the figure that decides. */
import { figure } from "../core/dom.js";
import { t } from "../core/language.js";

/** @typedef {import("../wire/schema.js").WatchAnswered} Watched */
/** @typedef {"more" | "less" | "same"} Outcome */
/**
 * @typedef {object} Experiment
 * @property {string} question
 * @property {Partial<import("../pages/train/hand.js").Hand>} hand what is changed
 * @property {Record<Outcome, string>} answers
 * @property {string} measured what the figure is
 * @property {(answer: Watched) => number} measure
 */

/** @type {Experiment[]} */
export const EXPERIMENTS = [
  {
    question: t("β goes to 0. What happens to the VAE's balloons?"),
    hand: { beta: 0 },
    answers: { more: t("they grow"), less: t("they shrink"), same: t("they stay as they are") },
    measured: t("median radius of a balloon"),
    measure: ({ vae_shapes: shapes }) => median(Array.from(shapes.column("across"), (across, i) => (across + shapes.column("up")[i]) / 2)),
  },
  {
    question: t("β goes to 20. How much does the VAE's code still tell of an image?"),
    hand: { beta: 20 },
    answers: { more: t("more than before"), less: t("less than before"), same: t("as much as before") },
    measured: t("KL in nats"),
    measure: ({ curves }) => curves.column("rate").at(-1) ?? NaN,
  },
  {
    question: t("Noise of 0.5 falls on the autoencoder's codes. Where do its islands go?"),
    hand: { noise: 0.5 },
    answers: { more: t("farther apart"), less: t("closer together"), same: t("nowhere") },
    measured: t("spread of the codes"),
    measure: ({ ae_places: places }) => Math.hypot(spread(places.column("x")), spread(places.column("y"))),
  },
  {
    question: t("The autoencoder's codes are kept short (L2 = 3). Do more draws from N(0, I) fall in an empty place?"),
    hand: { l2: 3 },
    answers: { more: t("more"), less: t("fewer"), same: t("as many") },
    measured: t("share of draws in an empty place"),
    measure: ({ curves }) => curves.column("ae_empty").at(-1) ?? NaN,
  },
];

const SAME = 0.1; // of the figure: less than that is no change

/** @param {number} before @param {number} after @returns {Outcome} */
export function outcome(before, after) {
  if (Math.abs(after - before) <= SAME * Math.max(Math.abs(before), 1e-6)) return "same";
  return after > before ? "more" : "less";
}

/**
 * What is said when it is known.
 * @param {Experiment} experiment @param {Outcome} predicted @param {number} before @param {number} after @param {number} steps
 */
export function verdict({ answers, measured }, predicted, before, after, steps) {
  const found = outcome(before, after);
  const said = { found: answers[found], predicted: answers[predicted] };
  const right = found === predicted ? t("As you said: {found}.", said) : t("You said “{predicted}”; it came out otherwise: {found}.", said);
  const went = { measured, before: figure(before), after: figure(after), steps };
  return `${right} ${t("The {measured} went from {before} to {after} within {steps} steps.", went)}`;
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Standard deviation. @param {Float32Array} values */
function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
