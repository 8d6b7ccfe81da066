// @ts-check
/** Three pictures of the current code: the image that it came from, its decoding, and variations of it. */
import { figure, h, say } from "../../core/dom.js";
import { KIND } from "../../core/models.js";
import { Picture, squaredError } from "../../widgets/picture.js";
import { nth } from "../../wire/tables.js";

export const VARIATIONS = 16;
const COLUMNS = 4;
const BAR =
  "The mean squared error per pixel on the test images, beside that of the best linear autoencoder: " +
  "as many principal components of the training images as the code has numbers.";
const NOT_ON_DISK = "data set not on disk";

/** @typedef {import("../../wire/tables.js").Tensor<Uint8Array>} Pixels (N, H, W, C) */
/** @typedef {import("../../core/models.js").Facts} Facts */

export class Figures {
  element;
  #original = new Picture("original image", "ctm-large");
  #decoding = new Picture("decoding", "ctm-large ctm-own");
  #variations = new Picture(`${VARIATIONS} variations`, "ctm-large");
  #originalCaption = h("figcaption", {}, "original");
  #decodingCaption = h("figcaption", {}, "reconstruction");
  #variationCaption;
  #bar = h("p", { class: "ctm-quiet ctm-bar", title: BAR });
  #noVariations = h("p", { class: "ctm-empty" }, "An autoencoder's code is one point: there is nothing to vary.");

  /** @param {(event: Event) => void} again draw other variations */
  constructor(again) {
    const button = h("button", { type: "button", class: "ctm-link", onclick: again }, "draw again");
    this.#variationCaption = h("figcaption", {}, "z = μ + σ⊙ε · ", button);
    this.element = h(
      "div",
      { class: "ctm-three" },
      h("figure", {}, this.#original.element, this.#originalCaption),
      h("figure", {}, this.#decoding.element, this.#decodingCaption),
      h("figure", {}, this.#variations.element, this.#noVariations, this.#variationCaption),
      this.#bar,
    );
  }

  /** Another model. @param {Facts} facts */
  enter({ kind, latent_dim: numbers, metrics }) {
    const [error, linear] = [metrics.recon_mse, metrics.pca_mse].map((measured) => measured?.value ?? NaN);
    this.#bar.hidden = !(Number.isFinite(error) && Number.isFinite(linear));
    if (!this.#bar.hidden)
      say(this.#bar, `all test images: squared error ${figure(error)} · PCA with ${numbers} numbers ${figure(linear)}`);
    this.#decoding.name = `${KIND[kind]} decoding`;
    this.#variations.name = `${KIND[kind]} variations`;
    const varies = kind === "vae";
    this.#variations.element.hidden = this.#variationCaption.hidden = !varies;
    this.#noVariations.hidden = varies;
  }

  /** An image and its reconstruction, which stands in where there is no original. @param {import("./image.js").Image} image */
  image({ pixels, original }) {
    this.#decoding.paint(pixels.data, pixels.shape);
    const { data, shape } = original ?? pixels;
    this.#original.paint(data, shape);
  }

  /** The same in words. @param {Facts} facts @param {{original: Pixels|null, error: number, label: number}} image */
  tell({ classes, originals, originals_sentence: why }, { original, error, label }) {
    const missing = originals || why !== NOT_ON_DISK ? "no original that fits the map" : NOT_ON_DISK;
    say(this.#originalCaption, original ? `original · ${classes[label]}` : `reconstruction (${missing})`);
    say(this.#decodingCaption, original ? `reconstruction · squared error ${figure(error)}` : "reconstruction");
  }

  /** The code is no image's. */
  noOriginal() {
    this.#original.clear();
    say(this.#originalCaption, "no original: a code between images");
  }

  /**
   * What the decoder makes of the code, and then of its variations.
   * @param {Pixels} pixels @param {string} word for the first @param {Pixels|null} original
   */
  decoded(pixels, word, original) {
    this.#decoding.paint(pixels.data, pixels.shape, { count: 1 });
    if (pixels.shape[0] > 1) this.#variations.paint(pixels.data, pixels.shape, { first: 1, columns: COLUMNS, gap: 2 });
    const error = original && squaredError(original.data, nth(pixels, 0).data);
    say(this.#decodingCaption, error === null ? word : `${word} · squared error ${figure(error)}`);
  }

  /** There is nothing to be seen, not even of the image. */
  clear() {
    this.#original.clear();
    this.clearDecoded();
  }

  /** There is nothing to be seen of the code. */
  clearDecoded() {
    this.#decoding.clear();
    this.#variations.clear();
  }
}
