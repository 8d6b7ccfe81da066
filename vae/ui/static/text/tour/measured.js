// @ts-check
/** How the tour's sentences take measured figures: what is missing is said, and figures whose intervals overlap do not differ. */
import { number, t } from "../../core/language.js";

/** @typedef {{value: number, low?: number, high?: number, n?: number}} Figure */
/** @typedef {{name: string, config: any, metrics: Record<string, any>}} Model a model, or a painter without a config */
/**
 * What a step's sentences are written from: models by their part in the step, and what was measured on the live models just now.
 * @typedef {{models: Record<string, Model>, live: Record<string, number>}} Figures
 */
/**
 * One step of the tour in words, all of them functions of the figures. What is guessed is one of `choices`, by its place, or a share
 * of 1 where there are none.
 * @typedef {object} Telling
 * @property {() => string} title
 * @property {() => string} claim what the article says
 * @property {(figures: Figures) => string} question
 * @property {((figures: Figures) => string[])|null} choices
 * @property {(figures: Figures) => number} truth the place of the choice that the figures bear out, or the share
 * @property {(figures: Figures) => string} told what was measured
 * @property {(figures: Figures) => string} task what to do with one's own hand
 */

/** A figure that a step needs is not there. */
export class Unmeasured extends Error {}

/** A figure with its interval. @param {Model|undefined} model @param {string} key @returns {Figure} */
export function figureOf(model, key) {
  const found = key.split("/").reduce((/** @type {any} */ part, name) => part?.[name], model?.metrics);
  if (model && Number.isFinite(found?.value)) return found;
  if (model && Number.isFinite(found)) return { value: found };
  throw new Unmeasured(t("{model} has not been measured: python -m vae evaluate {model}", { model: model?.name ?? "?" }));
}

/** Its value alone. @param {Model|undefined} model @param {string} key */
export const valueOf = (model, key) => figureOf(model, key).value;

/** A figure as it stands in a sentence. @param {Model|undefined} model @param {string} key */
export const told = (model, key) => number(valueOf(model, key));

/** Which is less, beyond both intervals: 0 is the first, 1 the second, 2 neither. @param {Figure} a @param {Figure} b */
export function less(a, b) {
  const [low, high] = [(/** @type {Figure} */ f) => f.low ?? f.value, (/** @type {Figure} */ f) => f.high ?? f.value];
  if (high(a) < low(b)) return 0;
  return high(b) < low(a) ? 1 : 2;
}

/**
 * That a second classifier orders two models by a Fréchet distance otherwise, as a sentence after others; "" where it does not, or
 * nobody asked it.
 * @param {Model} a @param {Model} b @param {string} key of the distance by the first
 */
export function secondLook(a, b, key) {
  const other = key.replace("frechet_c_", "frechet_second_"),
    [one, two] = [a, b].map(({ metrics }) => metrics[other]);
  if (!Number.isFinite(one?.value) || !Number.isFinite(two?.value)) return "";
  const found = less(one, two);
  if (found === less(figureOf(a, key), figureOf(b, key))) return "";
  const values = { a: number(one.value), b: number(two.value) };
  const said =
    found === 2
      ? t("A second classifier of another architecture does not tell them apart: {a} and {b}.", values)
      : t("A second classifier of another architecture orders them otherwise: {a} and {b}.", values);
  return ` ${said}`;
}

/** In which of the stretches between `bounds` a value lies, from 0. @param {number} value @param {readonly number[]} bounds rising */
export const within = (value, bounds) => bounds.filter((bound) => value >= bound).length;

/** Choices for how many times something is. @param {readonly [number, number]} bounds */
export const times = ([low, high]) => [
  t("about the same: less than {low} times", { low: number(low) }),
  t("{low} to {high} times", { low: number(low), high: number(high) }),
  t("more than {high} times", { high: number(high) }),
];

/** Choices for who is ahead. */
export const whose = () => [t("the autoencoder"), t("the VAE"), t("neither: the measured intervals overlap")];
