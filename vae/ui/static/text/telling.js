// @ts-check
/** What all sentences written from figures have in common: how models are called, and when two counts differ. */
import { t } from "../core/language.js";

/** @typedef {"ae"|"vae"} Kind */
/**
 * A model as sentences call it: "the autoencoder", or "the VAE β 20" beside another VAE; and, where the language has no rule
 * for it, how what belongs to it is called.
 * @typedef {{label: string, kind: Kind, whose?: string}} Named
 */

export const UNJUDGED = t("Nobody here judges pictures of these data, so only you can.");

/** @param {string} words */
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Whose something is. @param {Named} model */
export const possessive = ({ label, whose }) => whose ?? `${label}'s`;

/** @param {number} count @param {number} n */
export const of = (count, n) =>
  count === 0 ? t("none of {n}", { n }) : count === n ? t("all {n}", { n }) : t("{count} of {n}", { count, n });

/** "a, b and c". @param {string[]} words */
export const list = (words) =>
  words.length > 1 ? t("{words} and {last}", { words: words.slice(0, -1).join(", "), last: words.at(-1) ?? "" }) : (words[0] ?? "");

/**
 * Whether two counts differ, as shares, by more than two standard errors of their difference.
 * @param {number} a @param {number} b @param {number} n that a is of @param {number} [m] that b is of
 */
export function differ(a, b, n, m = n) {
  const share = (a + b) / (n + m),
    error = Math.sqrt(Math.max(share * (1 - share), 1 / (n + m)) * (1 / n + 1 / m));
  return Math.abs(a / n - b / m) > 2 * error;
}

/** Whether the two are what the textbook speaks of. @param {readonly Named[]} both */
export const isPair = ([a, b]) => a.kind !== b.kind;

/** What is added where `winner` is the one that the textbook has lose. @param {Named} winner @param {readonly Named[]} both */
export const against = (winner, both) => (isPair(both) && winner.kind === "ae" ? t(", against the textbook") : "");

/** Where nothing tells the two apart. @param {readonly Named[]} both */
export const noDifference = (both) => (isPair(both) ? t("here the textbook difference does not show") : t("here they do not differ"));
