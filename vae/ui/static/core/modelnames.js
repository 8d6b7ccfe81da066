// @ts-check
/** How models and data sets are called: titles, what sets one apart from others, and its colour. */
import { number, t, translated } from "./language.js";
import { DATA_SETS } from "../wire/schema.js";

/** @typedef {import("./models.js").ModelName} ModelName */

const ORDER = Object.keys(DATA_SETS);
/** Data sets in the order in which pages offer them. @param {string} a @param {string} b */
export const byData = (a, b) => (ORDER.indexOf(a) + 1 || Infinity) - (ORDER.indexOf(b) + 1 || Infinity) || a.localeCompare(b);
/** @param {string} data */
export const dataTitle = (data) => (DATA_SETS[data] && translated(DATA_SETS[data])) ?? data.split("/").at(-1) ?? data;
export const KIND = { ae: "AE", vae: "VAE" };
/** Any other is a library's that others' models come from. @type {Record<string, string>} */
const LAYERS = { mlp: "", conv: t("convolutional"), residual: t("residual"), spatial: t("spatial code") };
/** What sets a model apart from others of its kind and size. @param {ModelName|import("./models.js").Config} model */
export const variant = ({ kind, latent_dim: dim, architecture, likelihood, beta, noise, l2, sphere }) =>
  [
    LAYERS[architecture] ?? (architecture === "module" ? t("from a module") : t("from {architecture}", { architecture })),
    likelihood === "bernoulli" && t("black or white"),
    sphere && (dim === 2 ? t("codes on a circle") : t("codes on a sphere")),
    kind === "vae" ? beta > 0 && `β ${number(beta)}` : noise ? t("noise {noise}", { noise: number(noise) }) : l2 ? `L2 ${number(l2)}` : "",
  ]
    .filter(Boolean)
    .join(", ");
/**
 * The same for one of `others`, with its name where that does not tell it from them.
 * @param {ModelName} model @param {ModelName[]} others
 */
export const told = (model, others) =>
  [variant(model), others.filter((other) => variant(other) === variant(model)).length > 1 ? model.name : ""].filter(Boolean).join(" · ");
/** @param {import("./models.js").Kind} kind */
export const modelColour = (kind) => `var(--ctm-${kind})`;
