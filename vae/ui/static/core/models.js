/** What the server knows of its models, fetched over HTTP once. */
import { askFrame, askJson } from "./fetching.js";

/** @typedef {{name: string, kind: "ae"|"vae", data: string, latent_dim: number, architecture: string, likelihood: string, beta: number, noise: number, l2: number, sphere: boolean, usable: boolean, sentence: string|null}} ModelName */

export class Models {
  #known = new Map();
  #facts = new Map();
  #base;

  constructor(base) {
    this.#base = base;
  }

  /** @returns {Promise<ModelName[]>} */
  list() {
    return this.#json("/continuum/models");
  }

  /** All facts of one model with its map. @returns {Promise<any>} */
  get(name) {
    return remembered(this.#known, name, () => this.#mapped(this.facts(name), address(name)));
  }

  /** The facts of one model as soon as they are known: the same object gets `places` and `labels` when the map comes. @returns {Promise<any>} */
  facts(name) {
    return remembered(this.#facts, name, () => this.#json(address(name)));
  }

  /** Where the server says how far it is with loading a model. */
  progress(name) {
    return `${this.#base}${address(name)}/progress`;
  }

  /** The names of the ladders. @returns {Promise<string[]>} */
  ladders() {
    return this.#json("/continuum/ladders");
  }

  /** One ladder with its maps. @returns {Promise<any>} */
  ladder(name) {
    const ladder = `/continuum/ladders/${encodeURIComponent(name)}`;
    return this.#mapped(this.#json(ladder), ladder);
  }

  /** Facts with the places and labels of their map. @param {Promise<any>} loading @param {string} path */
  async #mapped(loading, path) {
    const [facts, [places, labels]] = await Promise.all([loading, askFrame(`${this.#base}${path}/map`)]);
    return Object.assign(facts, { places: places.data, labels: labels.data });
  }

  #json(path) {
    return askJson(this.#base + path);
  }
}

const address = (name) => `/continuum/models/${encodeURIComponent(name)}`;

/** What was made for `key` before, or is made now; a failure is not remembered. */
function remembered(known, key, make) {
  if (!known.has(key)) {
    const making = make();
    making.catch(() => known.delete(key));
    known.set(key, making);
  }
  return known.get(key);
}

const DATA = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST", scenes: "Scenes", lines: "Lines" };
const ORDER = Object.keys(DATA);
/** Data sets in the order in which pages offer them. */
export const byData = (a, b) => (ORDER.indexOf(a) + 1 || Infinity) - (ORDER.indexOf(b) + 1 || Infinity) || a.localeCompare(b);
export const dataTitle = (data) => DATA[data] ?? data.split("/").at(-1);
export const KIND = { ae: "AE", vae: "VAE" };
/** What sets a model apart from others of its kind and size. */
export const variant = ({ kind, latent_dim: dim, architecture, likelihood, beta, noise, l2, sphere }) =>
  [
    architecture === "conv" && "convolutional",
    likelihood === "bernoulli" && "black or white",
    sphere && `codes on a ${dim === 2 ? "circle" : "sphere"}`,
    kind === "vae" ? `β ${beta}` : noise ? `noise ${noise}` : l2 ? `L2 ${l2}` : "",
  ]
    .filter(Boolean)
    .join(", ");
/** The same for one of `others`, with its name where that does not tell it from them. */
export const told = (model, others) =>
  [variant(model), others.filter((other) => variant(other) === variant(model)).length > 1 ? model.name : ""].filter(Boolean).join(" · ");
export const modelColour = (kind) => `var(--ctm-${kind})`;
