// @ts-check
/**
 * The sentences under what is on screen, but for draws (`draws.js`) and the race (`race.js`). Each is written from the figures
 * beside it, whichever way they go; a difference that chance alone would make of so few pictures is called none. Where no
 * classifier has judged the pictures, `unreal`, the number of unreal ones, is NaN and nothing is said of them.
 */
import { figure, percent } from "../core/dom.js";
import { fixed, number, plural, t } from "../core/language.js";
import { LIMITS } from "../core/limits.js";
import { drawsOf, drawsOfBoth } from "./draws.js";
import { against, capital, differ, noDifference, of, possessive, UNJUDGED } from "./telling.js";

/** @typedef {import("./telling.js").Named} Named */
/** @typedef {import("../core/models.js").Metrics} Metrics */

const EVENER = 1.15; // times: largest steps that differ by less are about the same
const APART = 1.25; // times: lengths and cycle gaps that differ by less are about the same

/** @param {Named & {ratio: number, gap: number, flips: number, unreal: number, frames: number}} side */
export function pathSide({ ratio, gap, flips, unreal, frames, ...model }) {
  const figures = { whose: possessive(model), ratio: figure(ratio) };
  const step =
    ratio > LIMITS.jump
      ? t("{whose} largest step is {ratio} times the mean: a jump", figures)
      : t("{whose} largest step is {ratio} times the mean", figures);
  const detour = flips > 0 && plural(flips, "passing through {n} needless class change", "passing through {n} needless class changes");
  const judged =
    !Number.isNaN(unreal) && plural(unreal, "{some} frames is unreal", "{some} frames are unreal", { some: of(unreal, frames) });
  const back = t("codes come back {gap} of the data's spread away from where they were.", { gap: percent(gap) });
  return `${capital([step, detour].filter(Boolean).join(", "))}; ${judged ? t("{unreal}, and {back}", { unreal: judged, back }) : back}`;
}

/** @typedef {Named & {ratio: number, length: number, gap: number, unreal: number, frames: number}} Way one model's path */
/** @param {readonly [Way, Way]} both length: how much the picture changes on the whole way */
export function pathBoth(both) {
  const [a, b] = both,
    said = [];
  const lower = (/** @type {"ratio"|"gap"|"unreal"} */ key) => (a[key] < b[key] ? a : b);
  if (Math.abs(Math.log(a.ratio / b.ratio)) < Math.log(EVENER))
    said.push(
      t("Between these two images both change about equally evenly, the largest step beside the mean: {none}, in this pair of images.", {
        none: noDifference(both),
      }),
    );
  else
    said.push(
      t("Between these two images {label} changes more evenly{against} (its largest step is {low} against {high} times the mean).", {
        label: lower("ratio").label,
        against: against(lower("ratio"), both),
        low: figure(Math.min(a.ratio, b.ratio)),
        high: figure(Math.max(a.ratio, b.ratio)),
      }),
    );
  const [more, less] = a.length > b.length ? [a, b] : [b, a];
  if (more.length > APART * less.length)
    said.push(
      t("On its way {whose} picture changes {times} times as much as the other's.", {
        whose: possessive(more),
        times: figure(more.length / less.length),
      }),
    );
  if (differ(a.unreal, b.unreal, a.frames, b.frames))
    said.push(
      capital(
        t("{label} has fewer unreal frames ({unreal} of {frames}).", {
          label: lower("unreal").label,
          unreal: lower("unreal").unreal,
          frames: a.frames,
        }),
      ),
    );
  if (Math.abs(Math.log(a.gap / b.gap)) > Math.log(APART))
    said.push(t("Decoded and encoded again, codes of {label} return closer to where they were.", { label: lower("gap").label }));
  return said.join(" ");
}

/** @param {Named & {kept: number, n: number, radius: number, name: string}} side */
export function freedomSide({ label, kept, n, radius, name }) {
  if (radius === 0) return t("At radius 0 every variation is the image itself. Move the slider.");
  return capital(
    t("{label} decodes {kept} variations as {name}, with codes moved by about {radius} standard deviations of its own codes.", {
      label,
      kept: of(Math.round(kept * n), n),
      name,
      radius: fixed(radius, 2),
    }),
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
    return t(
      "The article says that a whole neighbourhood of a VAE's code belongs to the same class. Open the radius and see for " +
        "whom that holds.",
    );
  const winner = a.share > b.share ? a : b,
    here = differ(a.share * n, b.share * n, n)
      ? t("Around this image {label} keeps the class more often{against}.", { label: winner.label, against: against(winner, both) })
      : t("Around this image both keep the class about as often, differing by no more than chance would make of {n} pictures.", { n });
  return `${here} ${overMany(both, radius)}`;
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
  if (nearest === undefined) return t("One image is no rule.");
  const [a, b] = both;
  return t(
    "One image is no rule: of {count} test images moved by {moved} standard deviations, {one} of {a} keep their class and {other} of {b}.",
    {
      count: number(a.metrics.retention_auc?.n ?? 2000, 15),
      moved: number(Number(nearest)),
      one: percent(curves[0][nearest]),
      a: possessive(a),
      other: percent(curves[1][nearest]),
      b: possessive(b),
    },
  );
}

/** @typedef {{unreal: number, n: number, part?: boolean}} Plane unreal pictures of n places that are not empty; whether a part is seen */
/** @param {Named & Plane} side */
export function planeSide({ label, unreal, n }) {
  if (Number.isNaN(unreal)) return "";
  return capital(
    t("{label}: of {n} places where codes lie, {unreal} decode to unreal pictures. Empty places are not counted.", { label, n, unreal }),
  );
}

/** @param {readonly [Named & Plane, Named & Plane]} both */
export function planeBoth(both) {
  const [a, b] = both;
  if (Number.isNaN(a.unreal)) return UNJUDGED;
  if (a.part || b.part)
    return t("A part of one plane has no counterpart in the other, so parts are not compared: press show all on both maps.");
  if (!a.n || !b.n || !differ(a.unreal, b.unreal, a.n, b.n))
    return t("Where their codes lie, both planes are decoded about equally well: {none}.", { none: noDifference(both) });
  const winner = a.unreal / a.n < b.unreal / b.n ? a : b;
  return t("Where their codes lie, {whose} plane has fewer unreal pictures{against} ({shareA} of {a}, {shareB} of {b}).", {
    whose: possessive(winner),
    against: against(winner, both),
    shareA: percent(a.unreal / a.n),
    a: possessive(a),
    shareB: percent(b.unreal / b.n),
    b: possessive(b),
  });
}

/**
 * What a step of the ladder between AE and VAE does, beside the first one.
 * @param {{config: any, metrics: Metrics, first: Metrics}} step
 */
export function slideStep({ config, metrics, first }) {
  const error = metrics.recon_mse?.value ?? NaN,
    plain = first.recon_mse?.value ?? NaN;
  if (!Number.isFinite(error)) return t("This model has not been measured: python -m vae evaluate NAME.");
  const said = [];
  const ratio = error / plain;
  if (config.kind === "ae" && !config.noise && !config.l2)
    said.push(t("The plain autoencoder: its squared error on the test images is {error}.", { error: figure(error) }));
  else
    said.push(
      Math.abs(Math.log(ratio)) < Math.log(1.02)
        ? t("It rebuilds the test images as well as the plain autoencoder (squared error {error}).", { error: figure(error) })
        : t("Its squared error on the test images is {error}, {ratio} times the plain autoencoder's.", {
            error: figure(error),
            ratio: figure(ratio),
          }),
    );
  said.push(drawsOf(metrics));
  if (config.kind === "vae" && Number.isFinite(metrics.kl) && Number.isFinite(metrics.active_units))
    said.push(
      t("Its code says {kl} nats about an image and uses {used} of {dim} dimensions.", {
        kl: figure(metrics.kl ?? NaN),
        used: metrics.active_units ?? NaN,
        dim: config.latent_dim,
      }),
    );
  else if (config.noise) said.push(t("Nothing keeps its codes from spreading until the noise is small beside them."));
  else if (config.l2) said.push(t("Its codes are short, but nothing asks the space between them to mean anything."));
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
  const [a, b] = both;
  const shares = { shareA: percent(a.share), a: possessive(a), shareB: percent(b.share), b: possessive(b) };
  const draws = drawsOfBoth(both);
  return [
    a.judged
      ? t("Of 64 × 64 places on each map, {shareA} of {a} and {shareB} of {b} decode to unreal pictures.", shares)
      : t("Of 64 × 64 places on each map, {shareA} of {a} and {shareB} of {b} are empty.", shares),
    t("A map gives every place the same weight, however few codes lie there, so these two shares say little of each other."),
    draws && t("Draws can be compared. {draws}", { draws }),
  ]
    .filter(Boolean)
    .join(" ");
}
