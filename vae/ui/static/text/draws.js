// @ts-check
/**
 * What is said of draws: of the 64 on screen, and of the 10,000 behind a model's figures. The slide, Compare and the card of
 * the nearest unreal picture all say it from here, so that one pair of models gets one answer.
 */
import { figure, percent } from "../core/dom.js";
import { number, plural, t } from "../core/language.js";
import { against, capital, differ, isPair, list, noDifference, of, possessive, UNJUDGED } from "./telling.js";

/** @typedef {import("./telling.js").Named} Named */
/** @typedef {import("../core/models.js").Metrics} Metrics */
/** @typedef {"prior"|"fitted"|"mixture"|"learned"} Source */
/**
 * Draws of one model that are on screen.
 * @typedef {{far: number, unreal: number, classes: number, all: number, n: number}} Counts
 *   in empty places; unreal pictures, NaN without a classifier; classes they show, of all; draws
 */

/** Figures over 10,000 draws, the lower the better: key in metrics.json, name, how it is written. */
export const MEASURED = /** @type {const} */ ([
  ["frechet_c", t("Fréchet distance"), figure],
  ["off_manifold", t("unreal pictures"), percent],
  ["hole_mass", t("empty places"), percent],
]);
const LITTLE = 0.1; // of the real images, below which few unreal pictures are no praise
const HALF = 0.5; // of the draws: more unreal pictures than that nobody takes for praise
const NOT_MEASURED = t("One of these models has not been measured on 10,000 draws (python -m vae evaluate NAME).");

/**
 * Where an address says that draws are from; N(0, I) where a model has no learned prior.
 * @param {string|undefined} word @param {boolean} learned whether it has one @returns {Source}
 */
export const sourceOf = (word, learned) => (word === "fitted" || word === "mixture" || (learned && word === "learned") ? word : "prior");

/** @param {Kind} kind @param {Source} source @typedef {import("./telling.js").Kind} Kind */
function whence(kind, source) {
  if (source === "fitted") return t("where this model's own codes lie");
  if (source === "mixture") return t("where this model's own codes lie, group by group");
  if (source === "learned") return t("where a small network has learned that this model's codes lie");
  return kind === "vae" ? t("where training asked the codes to lie") : t("where nobody asked the codes to lie");
}

/** Of one model's draws on screen. @param {Counts & {kind: Kind}} side @param {Source} source */
export function diceSide({ kind, far, unreal, classes, all, n }, source) {
  const empty = plural(far, "{some} lands in empty places", "{some} land in empty places", { some: of(far, n) });
  const drawn = t("Drawn {whence}", { whence: whence(kind, source) });
  if (Number.isNaN(unreal)) return `${drawn}: ${empty}.`;
  const judged = plural(unreal, "{some} is an unreal picture", "{some} are unreal pictures", { some: of(unreal, n) }),
    fell = `${drawn}: ${judged}, ${empty}`;
  if (Number.isNaN(classes)) return `${fell}.`; // who judges them tells no classes
  const shown =
    classes < all ? t("the pictures show {classes} of {all} classes", { classes, all }) : t("the pictures show all {all} classes", { all });
  return `${fell}; ${shown}.`;
}

/**
 * Of both: which figures over 10,000 draws tell the two apart, and then what these 64 show.
 * @param {readonly [Named & Counts & {metrics: Metrics}, Named & Counts & {metrics: Metrics}]} both @param {Source} source
 */
export function diceBoth(both, source) {
  const [a, b] = both,
    known = MEASURED.filter(([key]) => both.every(({ metrics }) => Number.isFinite(metrics[`${key}_${source}`]?.value)));
  const judged = !Number.isNaN(a.unreal);
  if (!known.length) return judged ? `${NOT_MEASURED} ${onScreen(both)}` : UNJUDGED;
  const figures = known.map(([key, name, write]) => {
    const [one, other] = both.map(({ metrics }) => write(metrics[`${key}_${source}`].value));
    return t("{name} {one} and {other}", { name, one, other });
  });
  const means = t("Over 10,000 draws each, {a} first and then {b}: {figures}.", { a: a.label, b: b.label, figures: list(figures) });
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
  const figures = list(values.map(figure));
  return other < 0
    ? t("By Fréchet distance a second classifier of another architecture does not tell them apart ({figures}).", { figures })
    : t("By Fréchet distance a second classifier of another architecture has {model} ahead ({figures}).", {
        model: both[other].label,
        figures,
      });
}

/**
 * @param {readonly [Named & {metrics: Metrics}, Named & {metrics: Metrics}]} both
 * @param {(typeof MEASURED)[number][]} known @param {Source} source
 */
function ruling(both, known, source) {
  const leads = known.map(([key, name, write]) => {
    const [one, other] = both.map(({ metrics }) => write(metrics[`${key}_${source}`].value));
    return { key, name, lead: one === other ? -1 : lower(both, `${key}_${source}`) }; // what is written alike is no lead to a reader
  });
  const names = (/** @type {number} */ lead) => list(leads.filter((each) => each.lead === lead).map(({ name }) => name));
  const open = names(-1),
    ahead = [0, 1].filter((lead) => names(lead));
  if (!ahead.length) return t("None of these tells the two apart: {none}.", { none: noDifference(both) });
  const many = leads.filter(({ lead }) => lead === -1).length > 1;
  const rest = open ? `; ${many ? t("{open} leave it open", { open }) : t("{open} leaves it open", { open })}` : "";
  if (ahead.length === 2) {
    const sides = { a: both[0].label, byA: names(0), b: both[1].label, byB: names(1), rest };
    return `${capital(t("{a} is ahead by {byA}, {b} by {byB}{rest}.", sides))} ${contrary(leads)}`.trim();
  }
  const [winner] = ahead,
    all = known.length > 1 && !open ? t("all of these") : names(winner);
  const told = source !== "prior";
  const lesson =
    isPair(both) && both[winner].kind === "vae" && !(told && open)
      ? told
        ? t("Even told where its codes lie, the autoencoder draws worse.")
        : t("The VAE was trained to decode these codes; the autoencoder was not.")
      : "";
  const better = { label: both[winner].label, all, against: against(both[winner], both), rest };
  return `${capital(t("{label} draws better by {all}{against}{rest}.", better))} ${lesson}`.trim();
}

/** Why two figures may point to different models. @param {{key: string, lead: number}[]} leads */
function contrary(leads) {
  const lead = Object.fromEntries(leads.map(({ key, lead: who }) => [key, who]));
  const said = [];
  const apart = (/** @type {string} */ one, /** @type {string} */ other) => lead[one] >= 0 && lead[other] >= 0 && lead[one] !== lead[other];
  if (apart("frechet_c", "off_manifold"))
    said.push(
      t("Few unreal pictures are no praise by themselves: one thing drawn over and over keeps them few, and the distance counts the rest."),
    );
  if (apart("off_manifold", "hole_mass"))
    said.push(t("A decoder may fill an empty place with a good picture, and fail where codes are many."));
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
  const counts = { n: a.n, a: a.unreal, b: b.unreal };
  if (!differ(a.unreal, b.unreal, a.n, b.n))
    return t("The {n} draws on screen are too few to tell them apart ({a} and {b} unreal pictures).", counts);
  const { label } = a.unreal < b.unreal ? a : b;
  return t("Of the {n} draws on screen, {label} has fewer unreal pictures ({a} and {b} unreal pictures).", { label, ...counts });
}

/** What becomes of draws of N(0, I), from a model's figures; "" where it has not been measured. @param {Metrics} metrics */
export function drawsOf(metrics) {
  const [unreal, empty, recall] = ["off_manifold_prior", "hole_mass_prior", "recall_prior"].map((key) => metrics[key]?.value ?? NaN);
  const parts = [
    Number.isFinite(unreal) && t("{unreal} decode to unreal pictures", { unreal: percent(unreal) }),
    Number.isFinite(empty) && t("{empty} land in empty places", { empty: percent(empty) }),
  ].filter((part) => part !== false);
  if (!parts.length) return "";
  const n = (metrics.off_manifold_prior ?? metrics.hole_mass_prior)?.n ?? 10_000;
  const shares = { n: number(n, 15), parts: list(parts), recall: percent(recall) };
  const said = Number.isFinite(recall)
    ? t("Of {n} draws of N(0, I), {parts}; {recall} of real images lie among them (recall).", shares)
    : t("Of {n} draws of N(0, I), {parts}.", shares);
  if (!(recall < LITTLE && unreal < HALF)) return said;
  return `${said} ${t("With so little covered, few unreal pictures are no praise: one thing drawn over and over keeps them few.")}`;
}

/** The same of two models in one sentence; "" where one has not been measured. @param {readonly (Named & {metrics: Metrics})[]} both */
export function drawsOfBoth(both) {
  const shares = both.map(({ metrics }) => [metrics.off_manifold_prior?.value, metrics.hole_mass_prior?.value]);
  if (shares.flat().some((share) => !Number.isFinite(share))) return "";
  const [[unreal, empty], [otherUnreal, otherEmpty]] = shares.map((each) => each.map((share) => percent(share ?? NaN)));
  const [a, b] = both.map(possessive);
  return t(
    "Of 10,000 draws of N(0, I), {unreal} of {a} decode to unreal pictures and {otherUnreal} of {b}; " +
      "{empty} of {a} land in empty places and {otherEmpty} of {b}.",
    { unreal, a, otherUnreal, b, empty, otherEmpty },
  );
}
