// @ts-check
/**
 * The language of the page. A sentence is written in English where it is needed, and looked up in the catalogue of the language
 * that the document is in, `text/languages/<code>.json`; what a catalogue lacks is shown in English.
 *
 * This module has read the catalogue by the time it is imported, so that whatever imports it may call `t` at once.
 */
import { LANGUAGE_COOKIE } from "../wire/schema.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Entry a sentence, or one for each number that grammar tells apart */
/** @typedef {Record<string, string | number>} Values what stands in a sentence for {name} */
/** @typedef {[pattern: string, replacement: string]} Contraction what two words become beside each other, as "il 8" becomes "l'8" */

const SOURCE = "en";

let spoken = SOURCE;
/** @type {Record<string, Entry>} */
let sentences = {};
/** @type {[RegExp, string][]} */
let contractions = [];

/** The code of the language, as in `it`. */
export const language = () => spoken;

/**
 * Speak another language from now on.
 * @param {string} code @param {Record<string, Entry>} catalogue @param {Contraction[]} [contracted]
 */
export function speak(code, catalogue, contracted = []) {
  [spoken, sentences] = [code, catalogue];
  contractions = contracted.map(([pattern, replacement]) => [new RegExp(pattern, "gu"), replacement]);
}

/** A sentence in the page's language. @param {string} sentence in English @param {Values} [values] */
export function t(sentence, values = {}) {
  const known = sentences[sentence];
  return filled(typeof known === "string" ? known : sentence, values);
}

/** Words that stand elsewhere, such as a definition of the glossary, in the page's language. @param {string} words in English */
export const translated = (words) => {
  const known = sentences[words];
  return typeof known === "string" ? known : words;
};

/**
 * The same for a sentence that depends on a number, which stands in it for {n}. The catalogue knows it by its second form.
 * @param {number} n @param {string} one in English, of one thing @param {string} other of any other number @param {Values} [values]
 */
export function plural(n, one, other, values = {}) {
  const known = sentences[other],
    form = new Intl.PluralRules(spoken).select(n);
  const english = new Intl.PluralRules(SOURCE).select(n) === "one" ? one : other;
  const found = typeof known === "object" ? (known[form] ?? known.other ?? english) : (known ?? english);
  return filled(found, { n: number(n, 15), ...values });
}

/** A number as the language writes it. @param {number} value @param {number} [digits] significant ones, at most */
export const number = (value, digits = 3) =>
  new Intl.NumberFormat(spoken, { maximumSignificantDigits: Math.abs(value) < 1000 ? digits : 15, maximumFractionDigits: 20 }).format(
    value,
  );

/** A number with so many digits behind the point, as the language writes it. @param {number} value @param {number} digits */
export const fixed = (value, digits) =>
  new Intl.NumberFormat(spoken, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false }).format(value);

/** What the language writes between the whole of a number and the rest. */
export const decimalMark = () => new Intl.NumberFormat(spoken).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";

/** Digits with a point, for the eye. @param {string} digits */
export const marked = (digits) => digits.replace(".", decimalMark());

/** What a person wrote as digits with a point: where the language writes a comma, either is taken. @param {string} text */
export const unmarked = (text) => text.replace(decimalMark(), ".");

/** A share of 1 in per cent. @param {number} share */
export const percent = (share) => `${number(100 * share)} %`;

/** Open this address in another language, and remember it. @param {string} code */
export function choose(code) {
  remember(code);
  const url = new URL(location.href);
  url.searchParams.set("lang", code);
  location.assign(url);
}

/** Let pages that name no language be in this one. @param {string} code */
export function remember(code) {
  document.cookie = `${LANGUAGE_COOKIE}=${code}; path=/; max-age=31536000; SameSite=Lax`;
}

/** @param {string} sentence @param {Values} values */
function filled(sentence, values) {
  const whole = sentence.replaceAll(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
  if (whole === sentence) return whole;
  return contractions.reduce((said, [pattern, replacement]) => said.replaceAll(pattern, replacement), whole);
}

/** @param {string} code @returns {Promise<void>} */
async function read(code) {
  spoken = code;
  if (code === SOURCE) return;
  const answer = await fetch(new URL(`../text/languages/${code}.json`, import.meta.url)).catch(() => null);
  if (!answer?.ok) return;
  const { sentences, contractions } = await answer.json();
  speak(code, sentences, contractions);
}

if (globalThis.document) await read(document.documentElement.lang || SOURCE);
