// @ts-check
/**
 * The sentences under what is on screen, but for draws (`draws.js`) and the race (`race.js`). Each is written from the figures
 * beside it, whichever way they go; a difference that chance alone would make of so few pictures is called none. Where no
 * classifier has judged the pictures, `strange`, the number of unreal ones, is NaN and nothing is said of them.
 */
import { figure, percent } from "../core/dom.js";
import { drawsOf, drawsOfBoth } from "./draws.js";
import { against, capital, differ, noDifference, of, possessive, UNJUDGED } from "./telling.js";

/** @typedef {import("./telling.js").Named} Named */
/** @typedef {import("../core/models.js").Metrics} Metrics */

const JUMP = 3; // largest step ÷ mean step from which a path is said to jump
const EVENER = 1.15; // times: largest steps that differ by less are about the same
const APART = 1.25; // times: lengths and cycle gaps that differ by less are about the same

/** @param {Named & {ratio: number, gap: number, flips: number, strange: number, frames: number}} side */
export function pathSide({ label, ratio, gap, flips, strange, frames }) {
  const detour = flips > 0 ? `, passing through ${flips} needless class ${flips === 1 ? "change" : "changes"}` : "";
  const unreal = Number.isNaN(strange) ? "" : `${of(strange, frames)} frames ${strange === 1 ? "is" : "are"} unreal, and `;
  return (
    `${capital(label)}'s largest step is ${figure(ratio)} times the mean${ratio > JUMP ? ": a jump" : ""}${detour}; ` +
    `${unreal}codes come back ${percent(gap)} of the data's spread away from where they were.`
  );
}

/** @typedef {Named & {ratio: number, length: number, gap: number, strange: number, frames: number}} Way one model's path */
/** @param {readonly [Way, Way]} both length: how much the picture changes on the whole way */
export function pathBoth(both) {
  const [a, b] = both,
    said = [];
  const lower = (/** @type {"ratio"|"gap"|"strange"} */ key) => (a[key] < b[key] ? a : b);
  if (Math.abs(Math.log(a.ratio / b.ratio)) < Math.log(EVENER))
    said.push(
      `Between these two images both change about equally evenly, the largest step beside the mean: ${noDifference(both)}, ` +
        "in this pair of images.",
    );
  else
    said.push(
      `Between these two images ${lower("ratio").label} changes more evenly${against(lower("ratio"), both)} ` +
        `(its largest step is ${figure(Math.min(a.ratio, b.ratio))} against ${figure(Math.max(a.ratio, b.ratio))} times the mean).`,
    );
  const [more, less] = a.length > b.length ? [a, b] : [b, a];
  if (more.length > APART * less.length)
    said.push(`On its way ${possessive(more)} picture changes ${figure(more.length / less.length)} times as much as the other's.`);
  if (differ(a.strange, b.strange, a.frames, b.frames))
    said.push(`${capital(lower("strange").label)} has fewer unreal frames (${lower("strange").strange} of ${a.frames}).`);
  if (Math.abs(Math.log(a.gap / b.gap)) > Math.log(APART))
    said.push(`Decoded and encoded again, codes of ${lower("gap").label} return closer to where they were.`);
  return said.join(" ");
}

/** @param {Named & {kept: number, n: number, radius: number, name: string}} side */
export function freedomSide({ label, kept, n, radius, name }) {
  if (radius === 0) return `At radius 0 every variation is the image itself. Move the slider.`;
  return (
    `${capital(label)} decodes ${of(Math.round(kept * n), n)} variations as ${name}, with codes moved by about ` +
    `${radius.toFixed(2)} standard deviations of its own codes.`
  );
}

/**
 * Of the shares that keep the class around one image, and of what holds over many.
 * @param {readonly [Named & {share: number, metrics: Metrics}, Named & {share: number, metrics: Metrics}]} both
 * @param {{n: number, radius: number}} asked
 */
export function freedomBoth(both, { n, radius }) {
  const [a, b] = both;
  if (Number.isNaN(a.share)) return UNJUDGED;
  if (radius === 0)
    return (
      "The article says that a whole neighbourhood of a VAE's code belongs to the same class. Open the radius and see for " +
      "whom that holds."
    );
  const winner = a.share > b.share ? a : b,
    here = differ(a.share * n, b.share * n, n)
      ? `Around this image ${winner.label} keeps the class more often${against(winner, both)}.`
      : `Around this image both keep the class about as often, differing by no more than chance would make of ${n} pictures.`;
  return `${here}${overMany(both, radius)}`;
}

/**
 * One image is no rule: what many kept at the measured radius nearest to this one.
 * @param {readonly (Named & {metrics: Metrics})[]} both @param {number} radius
 */
function overMany(both, radius) {
  const curves = both.map(({ metrics }) => /** @type {Record<string, number>} */ (metrics.retention_curve ?? {}));
  const [nearest] = Object.keys(curves[0])
    .filter((key) => key in curves[1])
    .sort((one, other) => Math.abs(Number(one) - radius) - Math.abs(Number(other) - radius));
  if (nearest === undefined) return " One image is no rule.";
  const count = (both[0].metrics.retention_auc?.n ?? 2000).toLocaleString("en");
  const [one, other] = both.map((side, i) => `${percent(curves[i][nearest])} of ${possessive(side)}`);
  return ` One image is no rule: of ${count} test images moved by ${nearest} standard deviations, ${one} keep their class and ${other}.`;
}

/** @typedef {{strange: number, n: number, part?: boolean}} Plane unreal pictures of n places that are not empty; whether a part is seen */
/** @param {Named & Plane} side */
export function planeSide({ label, strange, n }) {
  if (Number.isNaN(strange)) return "";
  return `${capital(label)}: of ${n} places where codes lie, ${strange} decode to unreal pictures. Empty places are not counted.`;
}

/** @param {readonly [Named & Plane, Named & Plane]} both */
export function planeBoth(both) {
  const [a, b] = both;
  if (Number.isNaN(a.strange)) return UNJUDGED;
  if (a.part || b.part)
    return "A part of one plane has no counterpart in the other, so parts are not compared: press show all on both maps.";
  if (!a.n || !b.n || !differ(a.strange, b.strange, a.n, b.n))
    return `Where their codes lie, both planes are decoded about equally well: ${noDifference(both)}.`;
  const winner = a.strange / a.n < b.strange / b.n ? a : b;
  return (
    `Where their codes lie, ${possessive(winner)} plane has fewer unreal pictures${against(winner, both)} ` +
    `(${percent(a.strange / a.n)} of ${possessive(a)}, ${percent(b.strange / b.n)} of ${possessive(b)}).`
  );
}

/**
 * What a step of the ladder between AE and VAE does, beside the first one.
 * @param {{config: any, metrics: Metrics, first: Metrics}} step
 */
export function slideStep({ config, metrics, first }) {
  const error = metrics.recon_mse?.value ?? NaN,
    plain = first.recon_mse?.value ?? NaN;
  if (!Number.isFinite(error)) return "This model has not been measured: python -m vae evaluate NAME.";
  const said = [];
  const ratio = error / plain;
  if (config.kind === "ae" && !config.noise && !config.l2)
    said.push(`The plain autoencoder: its squared error on the test images is ${figure(error)}.`);
  else
    said.push(
      Math.abs(Math.log(ratio)) < Math.log(1.02)
        ? `It rebuilds the test images as well as the plain autoencoder (squared error ${figure(error)}).`
        : `Its squared error on the test images is ${figure(error)}, ${figure(ratio)} times the plain autoencoder's.`,
    );
  said.push(drawsOf(metrics));
  if (config.kind === "vae" && Number.isFinite(metrics.kl) && Number.isFinite(metrics.active_units))
    said.push(
      `Its code says ${figure(metrics.kl ?? NaN)} nats about an image and uses ${metrics.active_units} of ${config.latent_dim} dimensions.`,
    );
  else if (config.noise) said.push("Nothing keeps its codes from spreading until the noise is small beside them.");
  else if (config.l2) said.push("Its codes are short, but nothing asks the space between them to mean anything.");
  return said.filter(Boolean).join(" ");
}

/** Class changes along a path beyond the one that different ends require. @param {number[]} classes */
export function needlessFlips(classes) {
  let flips = 0;
  for (let i = 1; i < classes.length; i++) if (classes[i] !== classes[i - 1]) flips += 1;
  return Math.max(0, flips - (classes[0] !== classes.at(-1) ? 1 : 0));
}

/**
 * Of the shares of each map's places that decode to unreal pictures or, without a classifier, are empty. Maps differ in where
 * they spread their codes, so that the shares are told and not compared; of draws, the two can be.
 * @param {readonly (Named & {share: number, judged: boolean, metrics: Metrics})[]} both
 */
export function groundBoth(both) {
  const [a, b] = both,
    what = a.judged ? "decode to unreal pictures" : "are empty";
  const draws = drawsOfBoth(both);
  return (
    `Of 64 × 64 places on each map, ${percent(a.share)} of ${possessive(a)} and ${percent(b.share)} of ${possessive(b)} ${what}. ` +
    "A map gives every place the same weight, however few codes lie there, so these two shares say little of each other." +
    (draws ? ` Draws can be compared. ${draws}` : "")
  );
}
