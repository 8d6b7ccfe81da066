// @ts-check
/** Which models can be compared: an autoencoder and a VAE of the same data and code size. */
import { byData } from "../../core/models.js";

/** @typedef {import("../../core/models.js").ModelName} ModelName */
/** @typedef {[data: string, dim: number]} Pair */

/** @type {["ae", "vae"]} */
export const KINDS = ["ae", "vae"];

/**
 * Data sets and code sizes that both kinds exist for, in the order in which they are offered.
 * @param {ModelName[]} list
 * @returns {Pair[]}
 */
export function pairsOf(list) {
  const seen = new Map(list.map(({ data, latent_dim: dim }) => [`${data} ${dim}`, /** @type {Pair} */ ([data, dim])]));
  return [...seen.values()]
    .filter(([data, dim]) => KINDS.every((kind) => modelsOf(list, kind, [data, dim]).length))
    .sort((a, b) => byData(a[0], b[0]) || a[1] - b[1]);
}

/**
 * The pair that an address names; else one of its data, else the first.
 * @param {Pair[]} pairs @param {Record<string, string>} view
 */
export function pairFor(pairs, { data: named, dim: size = "16" }) {
  return (
    pairs.find(([data, dim]) => data === (named ?? "mnist") && dim === Number(size)) ?? pairs.find(([data]) => data === named) ?? pairs[0]
  );
}

/** Models of one kind for a pair. @param {ModelName[]} list @param {string} kind @param {Pair} pair */
export function modelsOf(list, kind, [data, dim]) {
  return list.filter((model) => model.kind === kind && model.data === data && model.latent_dim === dim);
}

/** What models of a kind are called where there is nothing special about them. @param {string} kind @param {Pair} pair */
export const usual = (kind, [data, dim]) => [`${data}-${kind}-${dim}`, `${data}-${kind}`];

/** The chosen one of some names, else the usual one, else any. @param {string[]} names @param {string} chosen @param {string[]} usual */
export const nameFor = (names, chosen, usual) => [chosen, ...usual].find((wanted) => names.includes(wanted)) ?? names[0];

/** What the partner of a model would be called. @param {string} name @param {string} kind of the partner */
export const partnerOf = (name, kind) => (/\bv?ae\b/.test(name) ? name.replace(/\bv?ae\b/, kind) : `${name}-${kind}`);
