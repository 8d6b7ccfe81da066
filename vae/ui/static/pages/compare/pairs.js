// @ts-check
/** Which models can be compared, any two of one data set, and what the two are called beside each other. */
import { t } from "../../core/language.js";
import { byData, KIND, variant } from "../../core/modelnames.js";

/** @typedef {import("../../core/models.js").ModelName} ModelName */
/** @typedef {import("../../core/models.js").Kind} Kind */
/** @typedef {[data: string, dim: number]} Pair a data set and the code size of the two models that are offered first */
/** @typedef {"left"|"right"} Key of a side */

/** @type {[Kind, Kind]} */
export const KINDS = ["ae", "vae"];
/** The sides, and which kind stands there unless another model is chosen. @type {Record<Key, Kind>} */
export const SIDES = { left: "ae", right: "vae" };

/**
 * Data sets and code sizes that both kinds exist for, in the order in which they are offered; a data set without such a pair is
 * there with the size of its smallest model, if it has two.
 * @param {ModelName[]} list
 * @returns {Pair[]}
 */
export function pairsOf(list) {
  const sorted = [...list].sort((a, b) => byData(a.data, b.data) || a.latent_dim - b.latent_dim);
  const seen = new Map(sorted.map(({ data, latent_dim: dim }) => [`${data} ${dim}`, /** @type {Pair} */ ([data, dim])]));
  const both = (/** @type {Pair} */ pair) => KINDS.every((kind) => modelsOf(list, kind, pair).length);
  return [...seen.values()].filter((pair, i, all) => {
    const alike = all.filter(([data]) => data === pair[0]);
    return both(pair) || (!alike.some(both) && alike[0] === pair && list.filter(({ data }) => data === pair[0]).length > 1);
  });
}

/**
 * The pair that an address names; else one of its data, else the first. A model that it names tells data set and size, too.
 * @param {Pair[]} pairs @param {Record<string, string>} view @param {ModelName[]} [list]
 */
export function pairFor(pairs, { data: named, dim: size, left, right }, list = []) {
  const one = list.find(({ name }) => name === left) ?? list.find(({ name }) => name === right);
  const meant = named ?? one?.data,
    wanted = Number(size ?? one?.latent_dim ?? 16);
  return pairs.find(([data, dim]) => data === (meant ?? "mnist") && dim === wanted) ?? pairs.find(([data]) => data === meant) ?? pairs[0];
}

/** Models of one kind for a pair. @param {ModelName[]} list @param {string} kind @param {Pair} pair */
export function modelsOf(list, kind, [data, dim]) {
  return list.filter((model) => model.kind === kind && model.data === data && model.latent_dim === dim);
}

/** What models of a kind are called where there is nothing special about them. @param {string} kind @param {Pair} pair */
export const usual = (kind, [data, dim]) => [`${data}-${kind}-${dim}`, `${data}-${kind}`];

/** The chosen one of some names, else the usual one, else any. @param {string[]} names @param {string} chosen @param {string[]} usual */
export const nameFor = (names, chosen, usual) => [chosen, ...usual].find((wanted) => names.includes(wanted)) ?? names[0];

/**
 * The two models to show, where either may have been chosen.
 * @param {ModelName[]} models of the data set @param {Pair} pair @param {Record<Key, string>} chosen "" for the usual one
 * @returns {Record<Key, string>}
 */
export function twoOf(models, pair, chosen) {
  const names = models.map(({ name }) => name);
  const pick = (/** @type {Key} */ key, /** @type {string} */ taken) => {
    const free = names.filter((name) => name !== taken),
      alike = modelsOf(models, SIDES[key], pair).map(({ name }) => name);
    const first = nameFor(
      alike.filter((name) => name !== taken),
      "",
      usual(SIDES[key], pair),
    );
    return free.includes(chosen[key]) ? chosen[key] : (first ?? free[0]);
  };
  const left = pick("left", names.includes(chosen.right) ? chosen.right : "");
  return { left, right: pick("right", left) };
}

/** What the partner of a model would be called. @param {string} name @param {string} kind of the partner */
export const partnerOf = (name, kind) => (/\bv?ae\b/.test(name) ? name.replace(/\bv?ae\b/, kind) : `${name}-${kind}`);

/**
 * What a model is called beside the other one.
 * @typedef {object} Called
 * @property {Kind} kind
 * @property {string} short in the names of pictures: "AE"
 * @property {string} label in sentences: "the autoencoder"
 * @property {string} whose what belongs to it: "the autoencoder's"
 * @property {string} title of its card
 * @property {string} colour
 */

/** @type {Record<Kind, {label: string, whose: string, title: string}>} */
const WORDS = {
  ae: { label: t("the autoencoder"), whose: t("the autoencoder's"), title: t("Autoencoder") },
  vae: { label: t("the VAE"), whose: t("the VAE's"), title: t("Variational autoencoder") },
};

/**
 * Each by its kind where that tells the two apart; else by what does: the code size, how it was trained, or its name.
 * @param {{name: string, kind: Kind, latent_dim: number, config: import("../../core/models.js").Config}[]} both
 * @returns {Called[]}
 */
export function calledOf(both) {
  const [a, b] = both;
  const differing = (/** @type {typeof a} */ one) =>
    [
      a.latent_dim !== b.latent_dim && t("{dim} numbers", { dim: one.latent_dim }),
      variant(a.config) !== variant(b.config) && variant(one.config),
    ]
      .filter(Boolean)
      .join(", ") || one.name;
  return both.map((one, i) => {
    const { kind } = one;
    if (a.kind !== b.kind) return { kind, short: KIND[kind], ...WORDS[kind], colour: `var(--ctm-${kind})` };
    const short = `${KIND[kind]} ${differing(one)}`;
    const named = { label: t("the {short}", { short }), whose: t("the {short}'s", { short }) };
    return { kind, short, ...named, title: short, colour: i ? "var(--ctm-other)" : `var(--ctm-${kind})` };
  });
}
