// @ts-check
/** What is said of a race between two images: of one model, and of both together. */
import { figure } from "../core/dom.js";
import { t } from "../core/language.js";
import { against, capital, differ, possessive } from "./telling.js";

/** @typedef {import("./telling.js").Named} Named */
/**
 * @typedef {object} Raced
 * @property {number} ratio length of the straight line divided by that of the geodesic
 * @property {boolean} [still] the straight line has no length
 * @property {(number|null)[]} unreal unreal frames: straight, spherical, geodesic; NaN without a classifier
 * @property {number} frames of each path
 */

export const LENGTH = t(
  "Length of the path: the summed change of the picture over 64 steps, each the root of summed squared pixel differences",
);
export const SPEED = {
  name: t("Speed of each path"),
  title: t("change of the picture at each of 64 steps"),
  meaning: t(
    "How much the picture changes at each step, for all six paths, each in its model's colour; " +
      "dotted straight, dashed spherical, solid geodesic. A flat line is an even path, a peak is a jump.",
  ),
};
export const ENERGY = {
  name: t("Energy of the geodesic as it falls"),
  title: t("energy of the geodesic as it falls"),
  meaning: t(
    "Energy of the curve after each step of the optimisation, as a share of the straight line's. " +
      "At rest it is the squared length of the geodesic.",
  ),
};
export const MEANING = {
  line: t("The straight line between the two codes"),
  sphere: t("The great arc about the origin, which keeps the length of the code"),
  geodesic: t("Shortest under the decoder's pull-back metric"),
};
const DULL = 1.05; // times the geodesic: a straight line no longer than that is nearly the shortest
const CLOSE = 0.05; // two ratios that differ by less are about the same
const NOWHERE = t("A and B are one picture here: there is no way to go.");
const RATIO = t(
  "geodesic_ratio: length of the straight line divided by that of the geodesic, measured in the pictures; " +
    "1 means that the straight line was the shortest",
);

/**
 * Figures for the head of a model's card.
 * @param {Raced} raced
 * @param {{energy: number, energies: number[], rested: boolean}} geodesic its energy now, those so far with the straight line's
 *   first, and whether it has come to rest
 * @returns {import("./compare.js").Figure[]}
 */
export function raceFigures({ ratio, unreal, frames }, { energy, energies, rested }) {
  return [
    [t("straight ÷ geodesic"), `${figure(ratio)}${rested ? "" : " …"}`, RATIO, "geodesic"],
    [
      t("energy"),
      energies[0] ? `${Math.round((100 * energy) / energies[0])} %` : "–",
      t("Energy of the geodesic as a share of the straight line's"),
      "geodesic",
    ],
    [t("steps"), String(energies.length - 1), t("Steps of the optimisation so far")],
    [
      t("unreal frames: straight · spherical · geodesic"),
      unreal.map((count) => (count === null ? "…" : figure(count))).join(" · "),
      t("Frames of {frames} on each path that are unreal pictures.", { frames }),
      "unreal picture",
    ],
  ];
}

/** @param {Named & Raced} side */
export function raceSide({ ratio: value, still = false, unreal: [line, sphere, geodesic], frames, ...model }) {
  if (still) return NOWHERE;
  const figures = { whose: possessive(model), value: figure(value) };
  const said = capital(
    value < DULL
      ? t("{whose} straight line was already nearly the shortest path ({value} times the geodesic).", figures)
      : t("{whose} straight line changes the picture {value} times as much as its geodesic.", figures),
  );
  if (Number.isNaN(line)) return said;
  if (!line && !sphere && !geodesic) return `${said} ${t("No frame of any path is unreal.")}`;
  const counts = { line: Number(line), sphere: Number(sphere), geodesic: Number(geodesic), frames };
  return `${said} ${t("Unreal: {line} of {frames} frames straight, {sphere} spherical, {geodesic} geodesic.", counts)}`;
}

/** @param {readonly [Named & Raced, Named & Raced]} both */
export function raceBoth(both) {
  if (both.every(({ still }) => still)) return NOWHERE;
  return `${straightness(both)} ${shortcut(both)}`.trim();
}

/** @param {readonly [Named & Raced, Named & Raced]} both */
function straightness(both) {
  const [a, b] = both,
    ratios = { ratioA: figure(a.ratio), a: a.label, ratioB: figure(b.ratio), b: b.label },
    figures = t("(straight ÷ geodesic: {ratioA} in {a}, {ratioB} in {b})", ratios);
  if (Math.max(a.ratio, b.ratio) < DULL)
    return t("The straight line was already nearly the shortest in both {figures}: a dull race, and a finding.", { figures });
  if (Math.abs(a.ratio - b.ratio) < CLOSE)
    return t("Between these two images a geodesic saves about as much in both {figures}.", { figures });
  const winner = a.ratio < b.ratio ? a : b;
  return t("Between these two images {whose} straight line is closer to its shortest path{against} {figures}.", {
    whose: possessive(winner),
    against: against(winner, both),
    figures,
  });
}

/** What the geodesics did to the pictures on the way, both models together. @param {readonly Raced[]} both */
function shortcut(both) {
  const sum = (/** @type {(raced: Raced) => number|null} */ part) => both.reduce((total, raced) => total + Number(part(raced)), 0);
  const straight = sum(({ unreal: [line] }) => line),
    short = sum(({ unreal: [, , geodesic] }) => geodesic),
    frames = sum((raced) => raced.frames);
  if (!differ(straight, short, frames)) return "";
  const counts = { short, frames, straight };
  return short > straight
    ? t("Shorter is not more real: {short} of the geodesics' {frames} frames are unreal, against {straight} on the straight lines.", counts)
    : t(
        "The geodesics keep to real-looking pictures: {short} of {frames} frames are unreal, against {straight} on the straight lines.",
        counts,
      );
}
