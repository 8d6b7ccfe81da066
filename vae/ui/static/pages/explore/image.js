// @ts-check
/** Images of a map with their codes: asked for as soon as a model is named, before its facts are known. */
import { IMAGE } from "../../wire/schema.js";

/** @typedef {import("./figures.js").Pixels} Pixels */
/**
 * @typedef {object} Image
 * @property {Pixels} pixels of the reconstruction
 * @property {Pixels|null} original where there is one
 * @property {Float32Array} mean (D,)
 * @property {Float32Array} std (D,)
 * @property {import("../../core/types.js").Place} place
 * @property {number} error of the reconstruction; NaN without the original
 * @property {number} label class
 */

export class Images {
  #live;
  #failed;
  #life = new AbortController();

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {(error: Error) => void} failed an image that there is could not be had
   */
  constructor(live, failed) {
    this.#live = live;
    this.#failed = failed;
  }

  /** Images that were asked for are wanted no longer. */
  leave() {
    this.#life.abort();
    this.#life = new AbortController();
  }

  /** @param {string} model @param {number} row @param {(image: Image) => void} use */
  ask(model, row, use) {
    const { signal } = this.#life;
    this.#live.session.ask(
      IMAGE,
      { row },
      {
        model,
        lane: "image",
        signal,
        onReply: ({ pixels, original, mean, std, place: { x, y }, error, label }) =>
          use({
            pixels,
            original: original.shape[0] ? original : null,
            mean: mean.data.slice(),
            std: std.data.slice(),
            place: [x, y],
            error,
            label,
          }),
        onError: (error) => this.#refused(model, row, error, signal),
      },
    );
  }

  /**
   * Whether there is such an image is known with the facts, and said then.
   * @param {string} model @param {number} row @param {Error} error @param {AbortSignal} signal
   */
  async #refused(model, row, error, signal) {
    const facts = await this.#live.models.facts(model).catch(() => null);
    if (!signal.aborted && facts && row < facts.count) this.#failed(error);
  }
}

/**
 * The standard deviations of a usual code.
 * @param {{latent_dim: number, dimensions: {index: number, std: number}[]}} facts
 * @returns {Float32Array} (D,)
 */
export function usualStd({ latent_dim: dim, dimensions }) {
  const sigma = new Float32Array(dim);
  for (const { index, std } of dimensions) sigma[index] = std;
  return sigma;
}
