// @ts-check
/**
 * The sentences under what is on screen. Each is written from the figures beside it, whichever way they go; a difference
 * that chance alone would make of so few pictures is called none. Where nobody has judged the pictures, `strange`
 * is NaN and nothing is said of them.
 */
import { figure } from "../core/dom.js";

export const UNJUDGED = "Nobody here judges pictures of these data, so only you can.";
/** @type {Record<string, string>} */
const NAME = { ae: "The autoencoder", vae: "The VAE" };

/**
 * Whether two counts out of n differ by more than two standard errors of their difference.
 * @param {number} a @param {number} b @param {number} n
 */
export function differ(a, b, n) {
  const share = (a + b) / (2 * n);
  return Math.abs(a - b) > 2 * Math.sqrt(Math.max(2 * n * share * (1 - share), 1));
}

/** @param {number} count @param {number} n */
const of = (count, n) => (count === 0 ? `none of ${n}` : count === n ? `all ${n}` : `${count} of ${n}`);

/**
 * @param {{kind: string, far: number, strange: number, classes: number, all: number, n: number, fitted: boolean}} side
 */
export function diceSide({ kind, far, strange, classes, all, n, fitted }) {
  const where = fitted
    ? "where this model's own codes lie"
    : kind === "vae"
      ? "where training asked the codes to lie"
      : "where nobody asked the codes to lie";
  const kinds = classes < all ? `the pictures show ${classes} of ${all} classes` : `the pictures show all ${all} classes`;
  const drawn = `Drawn ${where}: ${of(far, n)} ${far === 1 ? "is" : "are"} far from every image's code`;
  if (Number.isNaN(strange)) return `${drawn}.`;
  const unreal = `${of(strange, n)} ${strange === 1 ? "looks" : "look"} unlike anything real`;
  return Number.isNaN(classes) ? `${drawn}, and ${unreal}.` : `${drawn}; ${kinds}, and ${unreal}.`;
}

/**
 * The Fréchet distance decides, since it counts unreal pictures and missing kinds alike; what is on screen says why.
 * @typedef {{far: number, strange: number, classes: number, all: number, n: number, frechet?: number}} Dice
 * @param {{ae: Dice, vae: Dice, fitted: boolean}} both
 */
export function diceBoth({ ae, vae, fitted }) {
  const distances = { ae: ae.frechet ?? NaN, vae: vae.frechet ?? NaN };
  const known = Number.isFinite(distances.ae) && Number.isFinite(distances.vae);
  if (!known)
    return Number.isNaN(ae.strange)
      ? UNJUDGED
      : "One of these models has not been measured on 10,000 draws (python -m vae evaluate NAME); 64 pictures are too few for a verdict.";
  if (Math.abs(Math.log(distances.ae / distances.vae)) < Math.log(1.2))
    return (
      `With these dice the two do about equally well (Fréchet distance ${figure(distances.ae)} for the autoencoder, ` +
      `${figure(distances.vae)} for the VAE): here the textbook difference does not show.`
    );
  const vaeWins = distances.vae < distances.ae;
  const [loser, other] = vaeWins ? [ae, vae] : [vae, ae];
  const name = vaeWins ? "autoencoder" : "VAE";
  const reasons = [];
  if (differ(loser.strange, other.strange, loser.n) && loser.strange > other.strange)
    reasons.push(`${of(loser.strange, loser.n)} pictures are unlike anything real`);
  if (loser.classes < other.classes - 1) reasons.push(`they show only ${loser.classes} of ${loser.all} classes`);
  const distance =
    `The Fréchet distance over 10,000 draws is ${figure(distances.ae)} for the autoencoder, ` + `${figure(distances.vae)} for the VAE. `;
  const lesson = !vaeWins
    ? "Here the autoencoder does better, against the textbook."
    : fitted
      ? "Even told where its codes lie, the autoencoder draws worse than the VAE."
      : "The VAE was trained to decode these codes; the autoencoder was not, and its decoder has no idea what to do with them.";
  const paradox =
    loser.far < other.far && differ(loser.far, other.far, loser.n)
      ? ` Distance does not explain it: fewer of the ${name}'s draws (${of(loser.far, loser.n)}, against ` +
        `${of(other.far, other.n)}) are far from every image's code.`
      : "";
  return `${distance}${lesson}${reasons.length ? ` For the ${name}, ${reasons.join(", and ")}.` : ""}${paradox}`;
}

/** @param {{kind: string, ratio: number, gap: number, flips: number, strange: number, frames: number}} side */
export function pathSide({ kind, ratio, gap, flips, strange, frames }) {
  const detour = flips > 0 ? `, passing through ${flips} needless class ${flips === 1 ? "change" : "changes"}` : "";
  const unreal = Number.isNaN(strange)
    ? ""
    : `${of(strange, frames)} frames ${strange === 1 ? "looks" : "look"} unlike any real image, and `;
  return (
    `${NAME[kind]}'s largest step is ${figure(ratio)} times the mean${ratio > 3 ? ": a jump" : ""}${detour}; ` +
    `${unreal}codes come back ${figure(100 * gap)} % of the data's spread away from where they were.`
  );
}

/** @typedef {{ratio: number, length: number, gap: number, strange: number, frames: number}} Way */
/** @param {{ae: Way, vae: Way}} both length: how much the picture changes on the whole way */
export function pathBoth({ ae, vae }) {
  const said = [];
  const close = Math.abs(Math.log(ae.ratio / vae.ratio)) < Math.log(1.15);
  said.push(
    close
      ? "Between these two images both change about equally evenly, the largest step beside the mean: here this textbook " +
          "difference does not show."
      : `Between these two images the ${ae.ratio < vae.ratio ? "autoencoder, against the textbook," : "VAE"} changes more ` +
          `evenly (its largest step is ${figure(Math.min(ae.ratio, vae.ratio))} against ${figure(Math.max(ae.ratio, vae.ratio))} ` +
          "times the mean).",
  );
  const [more, less] = ae.length > vae.length ? [ae, vae] : [vae, ae];
  if (more.length > 1.25 * less.length)
    said.push(
      `On its way the ${more === ae ? "autoencoder" : "VAE"}'s picture changes ${figure(more.length / less.length)} times as ` +
        "much as the other's.",
    );
  if (differ(ae.strange, vae.strange, ae.frames))
    said.push(`The ${ae.strange < vae.strange ? "autoencoder" : "VAE"} stays closer to real images on the way.`);
  if (Math.abs(Math.log(ae.gap / vae.gap)) > Math.log(1.25))
    said.push(`Decoded and encoded again, codes of the ${ae.gap < vae.gap ? "autoencoder" : "VAE"} return closer to where they were.`);
  return said.join(" ");
}

/** @param {{kind: string, kept: number, n: number, radius: number, name: string}} side */
export function freedomSide({ kind, kept, n, radius, name }) {
  if (radius === 0) return `At radius 0 every variation is the image itself. Move the slider.`;
  return (
    `${NAME[kind]} decodes ${of(Math.round(kept * n), n)} variations as ${name}, with codes moved by about ` +
    `${radius.toFixed(2)} standard deviations of its own codes.`
  );
}

/** @param {{ae: number, vae: number, n: number, radius: number}} both shares kept */
export function freedomBoth({ ae, vae, n, radius }) {
  if (radius === 0)
    return (
      "The article says that a whole neighbourhood of a VAE's code belongs to the same class. Open the radius and see for " +
      "whom that holds."
    );
  if (!differ(ae * n, vae * n, n))
    return (
      `Around this image both keep the class about as often, differing by no more than chance would make of ${n} pictures: ` +
      "the textbook difference does not show."
    );
  return vae > ae
    ? "Around this image the VAE keeps the class of its picture more often: its decoder has been trained on whole neighbourhoods."
    : "Around this image the autoencoder keeps the class more often, against the textbook.";
}

/** @param {{kind: string, strange: number, n: number}} side */
export function planeSide({ kind, strange, n }) {
  if (Number.isNaN(strange)) return "";
  return `${NAME[kind]}: ${of(strange, n)} places of this window decode to something unlike any real image.`;
}

/** @typedef {{strange: number, n: number, part?: boolean}} Plane how many of n places are strange; whether a part of it is seen */
/** @param {{ae: Plane, vae: Plane}} both */
export function planeBoth({ ae, vae }) {
  if (Number.isNaN(ae.strange)) return UNJUDGED;
  if (ae.part || vae.part)
    return "A part of one plane has no counterpart in the other, so parts are not compared: press show all on both maps.";
  if (!differ(ae.strange, vae.strange, ae.n)) return "In these two windows both planes are decoded about equally well.";
  return ae.strange < vae.strange
    ? "In these two windows the autoencoder's plane holds more real-looking pictures, against the textbook."
    : "In these two windows more places of the VAE's plane are real-looking pictures; more of the autoencoder's is rubble.";
}

/**
 * What a step of the ladder between AE and VAE does, beside the first one.
 * @param {{config: any, metrics: any, first: any}} step
 */
export function slideStep({ config, metrics, first }) {
  const error = metrics.recon_mse?.value,
    plain = first.recon_mse?.value;
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
  const holes = metrics.hole_mass_prior?.value,
    unreal = metrics.off_manifold_prior?.value;
  if (Number.isFinite(holes))
    said.push(
      `Of 10,000 draws of N(0, I), ${figure(100 * holes)} % fall in holes between its ` +
        `codes${Number.isFinite(unreal) ? ` and ${figure(100 * unreal)} % decode to something unlike any real image` : ""}.`,
    );
  if (config.kind === "vae" && Number.isFinite(metrics.kl) && Number.isFinite(metrics.active_units))
    said.push(
      `Its code says ${figure(metrics.kl)} nats about an image and uses ${metrics.active_units} of ${config.latent_dim} dimensions.`,
    );
  else if (config.noise) said.push("Nothing keeps its codes from spreading until the noise is small beside them.");
  else if (config.l2) said.push("Its codes are short, but nothing asks the space between them to mean anything.");
  return said.join(" ");
}

/** Class changes along a path beyond the one that different ends require. @param {number[]} classes */
export function needlessFlips(classes) {
  let flips = 0;
  for (let i = 1; i < classes.length; i++) if (classes[i] !== classes[i - 1]) flips += 1;
  return Math.max(0, flips - (classes[0] !== classes.at(-1) ? 1 : 0));
}

const FEW = 0.01; // of a map: shares smaller than this are not told apart

/**
 * @param {{ae: number, vae: number, judged?: boolean}} both shares of each map's places that are holes, and whether their pictures
 *   were judged or only their codes
 */
export function groundBoth({ ae, vae, judged = true }) {
  const share = (/** @type {number} */ part) => `${(100 * part).toFixed(1)} %`;
  if (ae === vae || Math.abs(Math.log((ae + FEW) / (vae + FEW))) < Math.log(1.2))
    return (
      `Both maps have about equally much hole, ${share(ae)} of the autoencoder's places and ${share(vae)} of the VAE's: here ` +
      "the textbook difference does not show."
    );
  const [first, second] = judged
    ? [
        "the VAE's decoder answers with something like a real image",
        "the autoencoder's decoder answers with something like a real image in more places",
      ]
    : ["of the VAE's an image's code is near", "in more places of the autoencoder's an image's code is near"];
  if (ae > vae) return `Of the autoencoder's map ${share(ae)} is hole, of the VAE's ${share(vae)}: in more places ${first}.`;
  return `Of the VAE's map ${share(vae)} is hole, of the autoencoder's ${share(ae)}: against the textbook, ${second}.`;
}
