// @ts-check
/**
 * What is said of draws: of the 64 on screen, and of the 10,000 behind a model's figures. The slide, Compare and the card of
 * the nearest unreal picture all say it from here, so that one pair of models gets one answer.
 */
import { figure, percent } from "../core/dom.js";
import { against, capital, differ, isPair, list, noDifference, of, possessive, UNJUDGED } from "./telling.js";

/** @typedef {import("./telling.js").Named} Named */
/** @typedef {import("../core/models.js").Metrics} Metrics */
/** @typedef {"prior"|"fitted"|"mixture"|"learned"} Source */
/**
 * Draws of one model that are on screen.
 * @typedef {{far: number, strange: number, classes: number, all: number, n: number}} Counts
 *   in empty places; unreal pictures, NaN without a classifier; classes they show, of all; draws
 */

/** Figures over 10,000 draws, the lower the better: key in metrics.json, name, how it is written. */
export const MEASURED = /** @type {const} */ ([
  ["frechet_c", "Fréchet distance", figure],
  ["off_manifold", "unreal pictures", percent],
  ["hole_mass", "empty places", percent],
]);
const LITTLE = 0.1; // of the real images, below which few unreal pictures are no praise
const HALF = 0.5; // of the draws: more unreal pictures than that nobody takes for praise
const NOT_MEASURED = "One of these models has not been measured on 10,000 draws (python -m vae evaluate NAME).";

/**
 * Where an address says that draws are from; N(0, I) where a model has no learned prior.
 * @param {string|undefined} word @param {boolean} learned whether it has one @returns {Source}
 */
export const sourceOf = (word, learned) => (word === "fitted" || word === "mixture" || (learned && word === "learned") ? word : "prior");

/** @param {Kind} kind @param {Source} source @typedef {import("./telling.js").Kind} Kind */
function whence(kind, source) {
  if (source === "fitted") return "where this model's own codes lie";
  if (source === "mixture") return "where this model's own codes lie, group by group";
  if (source === "learned") return "where a small network has learned that this model's codes lie";
  return kind === "vae" ? "where training asked the codes to lie" : "where nobody asked the codes to lie";
}

/** Of one model's draws on screen. @param {Counts & {kind: Kind}} side @param {Source} source */
export function diceSide({ kind, far, strange, classes, all, n }, source) {
  const empty = `${of(far, n)} ${far === 1 ? "lands" : "land"} in empty places`;
  if (Number.isNaN(strange)) return `Drawn ${whence(kind, source)}: ${empty}.`;
  const unreal = `${of(strange, n)} ${strange === 1 ? "is an unreal picture" : "are unreal pictures"}`,
    drawn = `Drawn ${whence(kind, source)}: ${unreal}, ${empty}`;
  if (Number.isNaN(classes)) return `${drawn}.`; // who judges them tells no classes
  return `${drawn}; the pictures show ${classes < all ? `${classes} of ${all} classes` : `all ${all} classes`}.`;
}

/**
 * Of both: which figures over 10,000 draws tell the two apart, and then what these 64 show.
 * @param {readonly [Named & Counts & {metrics: Metrics}, Named & Counts & {metrics: Metrics}]} both @param {Source} source
 */
export function diceBoth(both, source) {
  const [a, b] = both,
    known = MEASURED.filter(([key]) => both.every(({ metrics }) => Number.isFinite(metrics[`${key}_${source}`]?.value)));
  const judged = !Number.isNaN(a.strange);
  if (!known.length) return judged ? `${NOT_MEASURED} ${onScreen(both)}` : UNJUDGED;
  const figures = known.map(
    ([key, name, write]) => `${name} ${write(a.metrics[`${key}_${source}`].value)} and ${write(b.metrics[`${key}_${source}`].value)}`,
  );
  const means = `Over 10,000 draws each, ${a.label} first and then ${b.label}: ${list(figures)}.`;
  return [means, ruling(both, known, source), secondLook(both, source), judged ? onScreen(both) : UNJUDGED].filter(Boolean).join(" ");
}

/**
 * That a second classifier orders two models by their Fréchet distances otherwise; "" where it does not, or nobody asked it.
 * @param {readonly [Named & {metrics: Metrics}, Named & {metrics: Metrics}]} both @param {Source} source
 */
function secondLook(both, source) {
  const [first, second] = [`frechet_c_${source}`, `frechet_second_${source}`],
    values = both.map(({ metrics }) => metrics[second]?.value);
  if (both.some(({ metrics }) => !metrics[first]) || !values.every(Number.isFinite)) return "";
  const [lead, other] = [lower(both, first), lower(both, second)];
  if (lead === other) return "";
  const finds = other < 0 ? "does not tell them apart" : `has ${both[other].label} ahead`;
  return `By Fréchet distance a second classifier of another architecture ${finds} (${list(values.map(figure))}).`;
}

/**
 * @param {readonly [Named & {metrics: Metrics}, Named & {metrics: Metrics}]} both
 * @param {(typeof MEASURED)[number][]} known @param {Source} source
 */
function ruling(both, known, source) {
  const leads = known.map(([key, name]) => ({ key, name, lead: lower(both, `${key}_${source}`) }));
  const names = (/** @type {number} */ lead) => list(leads.filter((each) => each.lead === lead).map(({ name }) => name));
  const open = names(-1),
    ahead = [0, 1].filter((lead) => names(lead));
  if (!ahead.length) return `None of these tells the two apart: ${noDifference(both)}.`;
  const rest = open ? `; ${open} ${open.includes(" and ") ? "leave" : "leaves"} it open` : "";
  if (ahead.length === 2)
    return `${capital(both[0].label)} is ahead by ${names(0)}, ${both[1].label} by ${names(1)}${rest}. ${contrary(leads)}`.trim();
  const [winner] = ahead,
    all = known.length > 1 && !open ? "all of these" : names(winner);
  const lesson =
    isPair(both) && both[winner].kind === "vae"
      ? source !== "prior"
        ? " Even told where its codes lie, the autoencoder draws worse."
        : " The VAE was trained to decode these codes; the autoencoder was not."
      : "";
  return `${capital(both[winner].label)} draws better by ${all}${against(both[winner], both)}${rest}.${lesson}`;
}

/** Why two figures may point to different models. @param {{key: string, lead: number}[]} leads */
function contrary(leads) {
  const lead = Object.fromEntries(leads.map(({ key, lead: who }) => [key, who]));
  const said = [];
  const apart = (/** @type {string} */ one, /** @type {string} */ other) => lead[one] >= 0 && lead[other] >= 0 && lead[one] !== lead[other];
  if (apart("frechet_c", "off_manifold"))
    said.push(
      "Few unreal pictures are no praise by themselves: one thing drawn over and over keeps them few, and the distance counts the rest.",
    );
  if (apart("off_manifold", "hole_mass"))
    said.push("A decoder may fill an empty place with a good picture, and fail where codes are many.");
  return said.join(" ");
}

/** Which of two models has the lower figure beyond doubt, 0 or 1; −1 where their 95 % intervals overlap. */
/** @param {readonly {metrics: Metrics}[]} both @param {string} key */
function lower([a, b], key) {
  const [one, other] = [a.metrics[key], b.metrics[key]];
  if (one.high < other.low) return 0;
  return other.high < one.low ? 1 : -1;
}

/** @param {readonly [Named & Counts, Named & Counts]} both */
function onScreen([a, b]) {
  const counts = `${a.strange} and ${b.strange} unreal pictures`;
  if (!differ(a.strange, b.strange, a.n, b.n)) return `The ${a.n} draws on screen are too few to tell them apart (${counts}).`;
  return `Of the ${a.n} draws on screen, ${(a.strange < b.strange ? a : b).label} has fewer unreal pictures (${counts}).`;
}

/** What becomes of draws of N(0, I), from a model's figures; "" where it has not been measured. @param {Metrics} metrics */
export function drawsOf(metrics) {
  const [unreal, empty, recall] = ["off_manifold_prior", "hole_mass_prior", "recall_prior"].map((key) => metrics[key]?.value ?? NaN);
  const parts = [
    Number.isFinite(unreal) && `${percent(unreal)} decode to unreal pictures`,
    Number.isFinite(empty) && `${percent(empty)} land in empty places`,
  ].filter((part) => part !== false);
  if (!parts.length) return "";
  const n = (metrics.off_manifold_prior ?? metrics.hole_mass_prior)?.n ?? 10_000;
  const covered = Number.isFinite(recall) ? `; ${percent(recall)} of real images lie among them (recall)` : "";
  const praise =
    recall < LITTLE && unreal < HALF
      ? " With so little covered, few unreal pictures are no praise: one thing drawn over and over keeps them few."
      : "";
  return `Of ${n.toLocaleString("en")} draws of N(0, I), ${list(parts)}${covered}.${praise}`;
}

/** The same of two models in one sentence; "" where one has not been measured. @param {readonly (Named & {metrics: Metrics})[]} both */
export function drawsOfBoth(both) {
  const shares = both.map(({ metrics }) => [metrics.off_manifold_prior?.value, metrics.hole_mass_prior?.value]);
  if (shares.flat().some((share) => !Number.isFinite(share))) return "";
  const [[unreal, empty], [otherUnreal, otherEmpty]] = shares.map((each) => each.map((share) => percent(share ?? NaN)));
  const [a, b] = both.map(possessive);
  return (
    `Of 10,000 draws of N(0, I), ${unreal} of ${a} decode to unreal pictures and ${otherUnreal} of ${b}; ` +
    `${empty} of ${a} land in empty places and ${otherEmpty} of ${b}.`
  );
}
