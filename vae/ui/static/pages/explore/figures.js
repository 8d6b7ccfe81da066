// @ts-check
/** Three pictures of the current code: the image that it came from, its decoding, and variations of it. */
import { figure, h, say } from "../../core/dom.js";
import { KIND } from "../../core/models.js";
import { difference, Picture, squaredError } from "../../widgets/picture.js";
import { YOURS } from "../../text/own.js";
import { nth } from "../../wire/tables.js";

export const VARIATIONS = 16;
const COLUMNS = 4;
const NOT_ON_DISK = "data set not on disk";

/** @typedef {import("../../wire/tables.js").Tensor<Uint8Array>} Pixels (N, H, W, C) */
/** @typedef {import("../../core/models.js").Facts} Facts */

export class Figures {
  element;
  #original = new Picture("original image", "ctm-large");
  #decoding = new Picture("decoding", "ctm-large ctm-own");
  #difference = new Picture("difference", "ctm-large");
  #differs = h("figure", { hidden: true }, this.#difference.element, h("figcaption", {}, "difference"));
  #variations = new Picture(`${VARIATIONS} variations`, "ctm-large");
  #originalCaption = h("figcaption", {}, "original");
  #decodingCaption = h("figcaption", {}, "reconstruction");
  #variationCaption;
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
      this.#differs,
      h("figure", {}, this.#variations.element, this.#noVariations, this.#variationCaption),
    );
  }

  /** Another model. @param {Facts} facts */
  enter({ kind }) {
    this.#decoding.name = `${KIND[kind]} decoding`;
    this.#variations.name = `${KIND[kind]} variations`;
    const varies = kind === "vae";
    this.#variations.element.hidden = this.#variationCaption.hidden = !varies;
    this.#noVariations.hidden = varies;
  }

  /**
   * An image and its reconstruction, which stands in where there is no original.
   * @param {import("./image.js").Image} image @param {boolean} [own] whether it is somebody's own, whose difference is shown, too
   */
  image({ pixels, original }, own = false) {
    this.#differs.hidden = !own;
    this.element.classList.toggle("ctm-four", own);
    this.#decoding.paint(pixels.data, pixels.shape);
    const { data, shape } = original ?? pixels;
    this.#original.paint(data, shape);
    this.#compare(pixels, original);
  }

  /** The same in words. @param {Facts} facts @param {{original: Pixels|null, error: number, label: number}} image */
  tell({ classes, originals, originals_sentence: why }, { original, error, label }) {
    const missing = originals || why !== NOT_ON_DISK ? "no original that fits the map" : NOT_ON_DISK;
    const name = label < 0 ? YOURS : `original · ${classes[label]}`;
    say(this.#originalCaption, original ? name : `reconstruction (${missing})`);
    say(this.#decodingCaption, original ? `reconstruction · squared error ${figure(error)}` : "reconstruction");
  }

  /** The code is no image's. */
  noOriginal() {
    this.#differs.hidden = true;
    this.element.classList.remove("ctm-four");
    this.#original.clear();
    say(this.#originalCaption, "no original: a code between images");
  }

  /**
   * What the decoder makes of the code, and then of its variations.
   * @param {Pixels} pixels @param {string} word for the first @param {Pixels|null} original
   */
  decoded(pixels, word, original) {
    this.#decoding.paint(pixels.data, pixels.shape, { count: 1 });
    this.#compare(pixels, original);
    if (pixels.shape[0] > 1) this.#variations.paint(pixels.data, pixels.shape, { first: 1, columns: COLUMNS, gap: 2 });
    const error = original && squaredError(original.data, nth(pixels, 0).data);
    say(this.#decodingCaption, error === null ? word : `${word} · squared error ${figure(error)}`);
  }

  /** Show how far the first of `pixels` is from the original. @param {Pixels} pixels @param {Pixels|null} original */
  #compare(pixels, original) {
    if (original && !this.#differs.hidden) this.#difference.paint(difference(original.data, nth(pixels, 0).data), original.shape);
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
