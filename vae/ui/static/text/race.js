// @ts-check
/** What is said of a race between two images: of one model, and of both together. */
import { figure } from "../core/dom.js";
import { differ } from "./words.js";

/**
 * @typedef {object} Raced
 * @property {number} ratio length of the straight line divided by that of the geodesic
 * @property {boolean} [still] the straight line has no length
 * @property {(number|null)[]} strange frames unlike anything real: straight, spherical, geodesic; NaN without a classifier
 * @property {number} frames of each path
 */

export const LENGTH =
  "Length of the path: the summed change of the picture over 64 steps, each the root of summed squared pixel differences";
export const SPEED = {
  name: "Speed of each path",
  title: "change of the picture at each of 64 steps",
  meaning:
    "How much the picture changes at each step, for all six paths: amber the autoencoder, teal the VAE; " +
    "dotted straight, dashed spherical, solid geodesic. A flat line is an even path, a peak is a jump.",
};
export const ENERGY = {
  name: "Energy of the geodesic as it falls",
  title: "energy of the geodesic as it falls",
  meaning:
    "Energy of the curve after each step of the optimisation, as a share of the straight line's. " +
    "At rest it is the squared length of the geodesic.",
};
export const MEANING = {
  line: "The straight line between the two codes",
  sphere: "The great arc about the origin, which keeps the length of the code",
  geodesic: "The path along which the picture changes least in all: shortest under the decoder's pull-back metric",
};
const NOWHERE = "A and B are one picture here: there is no way to go.";
const RATIO =
  "geodesic_ratio: length of the straight line divided by that of the geodesic, measured in the pictures; " +
  "1 means that the straight line was the shortest";

/**
 * Figures for the head of a model's card.
 * @param {Raced} raced
 * @param {{energy: number, energies: number[], rested: boolean}} geodesic its energy now, those so far with the straight line's
 *   first, and whether it has come to rest
 * @returns {import("./compare.js").Figure[]}
 */
export function raceFigures({ ratio, strange, frames }, { energy, energies, rested }) {
  const unreal =
    `Frames of ${frames} that are farther from every real image, in our own features, ` +
    "than 99 % of unseen real images are: straight, spherical, geodesic";
  return [
    ["geodesic ratio", `${figure(ratio)}${rested ? "" : " …"}`, RATIO],
    [
      "energy",
      energies[0] ? `${Math.round((100 * energy) / energies[0])} %` : "–",
      "Energy of the geodesic as a share of the straight line's",
    ],
    ["steps", String(energies.length - 1), "Steps of the optimisation so far"],
    ["unreal", strange.map((count) => (count === null ? "…" : figure(count))).join(" · "), unreal],
  ];
}

/** @param {{kind: string} & Raced} side */
export function raceSide({ kind, ratio: value, still = false, strange: [line, sphere, geodesic], frames }) {
  if (still) return NOWHERE;
  const owner = kind === "ae" ? "The autoencoder" : "The VAE";
  const said =
    value < 1.05
      ? `${owner}'s straight line was already nearly the shortest path (${figure(value)} times the geodesic).`
      : `${owner}'s straight line changes the picture ${figure(value)} times as much as its geodesic.`;
  if (Number.isNaN(line)) return said;
  if (!line && !sphere && !geodesic) return `${said} No frame of any path looks unlike a real image.`;
  return `${said} Unlike any real image: ${line} of ${frames} frames straight, ${sphere} spherical, ${geodesic} geodesic.`;
}

/** @param {{ae: Raced, vae: Raced}} both */
export function raceBoth({ ae, vae }) {
  if (ae.still && vae.still) return NOWHERE;
  return `${straightness(ae, vae)}${shortcut(ae, vae)}`;
}

/** @param {Raced} ae @param {Raced} vae */
function straightness(ae, vae) {
  const figures = `(straight ÷ geodesic: ${figure(ae.ratio)} in the autoencoder, ${figure(vae.ratio)} in the VAE)`;
  if (Math.max(ae.ratio, vae.ratio) < 1.05)
    return `The straight line was already nearly the shortest in both ${figures}: a dull race, and a finding.`;
  if (Math.abs(ae.ratio - vae.ratio) < 0.05) return `Between these two images a geodesic saves about as much in both ${figures}.`;
  if (vae.ratio < ae.ratio) return `Between these two images the VAE's straight line is closer to its shortest path ${figures}.`;
  return `Between these two images the autoencoder's straight line is closer to its shortest path, against the textbook ${figures}.`;
}

/** What the geodesics did to the pictures on the way, both models together. @param {...Raced} both */
function shortcut(...both) {
  const sum = (/** @type {(raced: Raced) => number|null} */ part) => both.reduce((total, raced) => total + Number(part(raced)), 0);
  const straight = sum(({ strange: [line] }) => line),
    short = sum(({ strange: [, , geodesic] }) => geodesic),
    frames = sum((raced) => raced.frames);
  if (!differ(straight, short, frames)) return "";
  return short > straight
    ? " Shorter is not more real: the geodesics fade one picture out and the other in, " +
        `and ${short} of their ${frames} frames look like nothing real, against ${straight} straight.`
    : ` The geodesics keep to real-looking pictures: ${short} of ${frames} frames look like nothing real, against ${straight} straight.`;
}
