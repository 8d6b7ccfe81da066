/** What the server knows of its models, fetched over HTTP once. */
import { askFrame, askJson } from "./fetching.js";

/** @typedef {{name: string, kind: "ae"|"vae", data: string, latent_dim: number, architecture: string, likelihood: string, beta: number, noise: number, l2: number, sphere: boolean, usable: boolean, sentence: string|null}} ModelName */

export class Models {
  #known = new Map(); #base;

  constructor(base) {
    this.#base = base;
  }

  /** @returns {Promise<ModelName[]>} */
  list() {
    return this.#json("/continuum/models");
  }

  /** All facts of one model with its map. @returns {Promise<any>} */
  get(name) {
    if (!this.#known.has(name)) {
      const loading = this.#mapped(`/continuum/models/${encodeURIComponent(name)}`);
      loading.catch(() => this.#known.delete(name));
      this.#known.set(name, loading);
    }
    return this.#known.get(name);
  }

  /** The names of the ladders. @returns {Promise<string[]>} */
  ladders() {
    return this.#json("/continuum/ladders");
  }

  /** One ladder with its maps. @returns {Promise<any>} */
  ladder(name) {
    return this.#mapped(`/continuum/ladders/${encodeURIComponent(name)}`);
  }

  async #mapped(address) {
    const [facts, [places, labels]] = await Promise.all([this.#json(address), askFrame(`${this.#base}${address}/map`)]);
    return { ...facts, places: places.data, labels: labels.data };
  }

  #json(address) {
    return askJson(this.#base + address);
  }
}

const DATA = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST", scenes: "Scenes", lines: "Lines" };
const ORDER = Object.keys(DATA);
/** Data sets in the order in which pages offer them. */
export const byData = (a, b) => ((ORDER.indexOf(a) + 1 || Infinity) - (ORDER.indexOf(b) + 1 || Infinity) || a.localeCompare(b));
export const dataTitle = (data) => DATA[data] ?? data.split("/").at(-1);
export const KIND = { ae: "AE", vae: "VAE" };
/** What sets a model apart from others of its kind and size. */
export const variant = ({ kind, latent_dim: dim, architecture, likelihood, beta, noise, l2, sphere }) => [
  architecture === "conv" && "convolutional", likelihood === "bernoulli" && "black or white", sphere && `codes on a ${dim === 2 ? "circle" : "sphere"}`, kind === "vae" ? `β ${beta}` : noise ? `noise ${noise}` : l2 ? `L2 ${l2}` : "",
].filter(Boolean).join(", ");
/** The same for one of `others`, with its name where that does not tell it from them. */
export const told = (model, others) => [variant(model), others.filter((other) => variant(other) === variant(model)).length > 1 ? model.name : ""].filter(Boolean).join(" · ");
export const modelColour = (kind) => `var(--ctm-${kind})`;
