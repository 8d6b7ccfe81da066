// @ts-check
/** Which moment of another branch stands beside a step of this one, and what parts the two hands. */
import { marked, t } from "../../core/language.js";

/** @typedef {import("./hand.js").Hand} Hand */
/** @typedef {Omit<Hand, "left_out"> & {left_out: ArrayLike<number>}} Held */

/**
 * The moment that lies nearest to a step, the earlier of two; −1 where nothing is nearer than the newest state.
 * @param {number} step @param {ArrayLike<number>} moments that are kept @param {number} newest
 */
export function nearestMoment(step, moments, newest) {
  let best = -1,
    away = Math.abs(newest - step);
  for (const moment of Array.from(moments))
    if (Math.abs(moment - step) < away || (best < 0 && moment === step)) [best, away] = [moment, Math.abs(moment - step)];
  return best;
}

/**
 * The sliders that stand elsewhere, with where they stand in each.
 * @param {Held} hand @param {Held} other @param {readonly {name: Exclude<keyof Hand, "left_out">, label: string}[]} sliders
 * @param {readonly string[]} classes their names
 * @returns {{label: string, here: string, there: string}[]}
 */
export function differences(hand, other, sliders, classes) {
  const found = sliders
    .filter(({ name }) => short(hand[name]) !== short(other[name]))
    .map(({ name, label }) => ({ label, here: short(hand[name]), there: short(other[name]) }));
  const [here, there] = [hand, other].map(({ left_out }) => Array.from(left_out, (label) => classes[label] ?? label).join(", "));
  return here === there ? found : [...found, { label: t("classes left out"), here: here || t("none"), there: there || t("none") }];
}

/** What float32 has made of a round number, round again. @param {number} value */
const short = (value) => marked(String(Number(value.toPrecision(3))));
