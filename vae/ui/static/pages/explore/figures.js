// @ts-check
/** From an image through its code to its reconstruction; below, how they differ, and variations. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { KIND } from "../../core/modelnames.js";
import { CodeBars } from "../../widgets/codebars.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { absoluteDifference, Picture, squaredError } from "../../widgets/picture.js";
import { Term } from "../../widgets/term.js";
import { YOURS } from "../../text/own.js";
import { NOT_ON_DISK } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { DownloadButton } from "./originals.js";
import { Traversal } from "./traversal.js";

export const VARIATIONS = 16;
const COLUMNS = 8;
const MOST_SPREAD = 10; // times σ

/** @typedef {import("../../wire/tables.js").Tensor<Uint8Array>} Pixels (N, H, W, C) */
/** @typedef {import("../../core/models.js").Facts} Facts */

export class Figures {
  element;
  #original = new Picture(t("original image"), "ctm-large");
  #decoding = new Picture("decoding", "ctm-large ctm-own");
  #difference = new Picture(t("difference between original and decoding"), "ctm-large");
  #bars = new CodeBars();
  #download;
  #traversal;
  #scale;
  #variations = new Picture(t("{variations} variations", { variations: VARIATIONS }), "ctm-variations");
  #originalCaption = h("figcaption", {}, t("original"));
  #decodingCaption = h("figcaption", {}, t("reconstruction"));
  #codeCaption = h("span", {}, t("code"));
  #differenceFigure;
  #variationCaption;
  #error = h("span", {});
  #linear = h("span", {});
  #bar = h(
    "p",
    { class: "ctm-quiet ctm-beside" },
    t("all test images:"),
    " ",
    new Term(t("squared error"), { entry: "squared error" }).element,
    " ",
    this.#error,
    " · ",
    new Term("PCA").element,
    " ",
    this.#linear,
  );
  #noVariations = h("p", { class: "ctm-empty" }, t("An autoencoder's code is one point: there is nothing to vary."));

  /**
   * @param {import("../../core/connection.js").Live} live @param {() => void} there originals that were missing have come
   * @param {(event: Event, fresh: boolean) => void} again vary again, with fresh dice or the same
   * @param {(code: Float32Array, event: Event) => void} go another code is to be the current one
   */
  constructor(live, there, again, go) {
    this.#download = new DownloadButton(live, there);
    this.#traversal = new Traversal(live, go);
    const fresh = (/** @type {Event} */ event) => again(event, true);
    const button = h("button", { type: "button", class: "ctm-link", onclick: fresh }, t("draw again"));
    const range = { min: 0, max: MOST_SPREAD, step: 0.1, value: 1 };
    this.#scale = new NumberSlider(t("scale of σ"), range, {
      input: (event) => again(event, false),
      home: (event) => {
        this.#scale.value = 1;
        again(event, false);
      },
      refuse: live.alert,
    });
    this.#scale.slider.title = t("How many times σ the codes of these variations are drawn with: at 1 as the encoder says");
    const scale = h("span", { class: "ctm-scaled" }, "σ ×", this.#scale.number, this.#scale.slider);
    this.#variationCaption = h("figcaption", { class: "ctm-varying" }, h("span", {}, "z = μ + σ⊙ε"), scale, button);
    const title = t("|x − x̂|: black where the reconstruction is exact, bright where it is not");
    this.#differenceFigure = h(
      "figure",
      { class: "ctm-differing", title, hidden: true },
      this.#difference.element,
      h("figcaption", {}, t("difference")),
    );
    const arrow = () => h("span", { class: "ctm-arrow", "aria-hidden": "true" }, "→");
    const between = h("div", { class: "ctm-chained" }, arrow(), this.#bars.element, arrow());
    const variations = h("figure", { class: "ctm-varied" }, this.#variations.element, this.#noVariations, this.#variationCaption);
    this.element = h(
      "div",
      { class: "ctm-figures" },
      h(
        "div",
        { class: "ctm-figuregrid" },
        h(
          "div",
          { class: "ctm-chain" },
          h("figure", {}, this.#original.element, this.#originalCaption, this.#download.element),
          h("figure", {}, between, h("figcaption", {}, this.#codeCaption, " · ", this.#traversal.button)),
          h("figure", {}, this.#decoding.element, this.#decodingCaption),
        ),
        this.#differenceFigure,
        variations,
      ),
      this.#bar,
      this.#traversal.element,
    );
  }

  /** Another model. @param {Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter(facts, signal) {
    this.#download.enter(facts, signal);
    const { kind, latent_dim: dim } = facts;
    this.#bars.enter(facts);
    this.#traversal.enter(facts, signal);
    const [error, linear] = [facts.metrics.recon_mse, facts.metrics.pca_mse].map((measured) => measured?.value ?? NaN);
    this.#bar.hidden = !(Number.isFinite(error) && Number.isFinite(linear));
    say(this.#error, figure(error));
    say(this.#linear, figure(linear));
    say(this.#codeCaption, t("code · {dim} numbers", { dim }));
    this.#decoding.name = t("{model} decoding", { model: KIND[kind] });
    this.#variations.name = t("{model} variations", { model: KIND[kind] });
    const varies = kind === "vae";
    this.#variations.element.hidden = this.#variationCaption.hidden = !varies;
    this.#noVariations.hidden = varies;
  }

  /** The current code. @param {ArrayLike<number>} code */
  code(code) {
    this.#bars.show(code);
    this.#traversal.show(code);
  }

  /** The standard deviations that variations are drawn with. @param {Float32Array} sigma of the code */
  spread(sigma) {
    return sigma.map((value) => value * this.#scale.value);
  }

  /** An image and its reconstruction, which stands in where there is no original. @param {import("./image.js").Image} image */
  image({ pixels, original }) {
    this.#decoding.paint(pixels.data, pixels.shape);
    const { data, shape } = original ?? pixels;
    this.#original.paint(data, shape);
    this.#differ(original, pixels);
  }

  /** The same in words. @param {Facts} facts @param {import("./image.js").Image} image */
  tell({ classes, originals, originals_sentence: why }, { mean, original, error, label }) {
    this.code(mean);
    const missing = originals || why !== NOT_ON_DISK ? t("no original that fits the map") : t("data set not on disk");
    const name = label < 0 ? YOURS : t("original · {name}", { name: classes[label] });
    say(this.#originalCaption, original ? name : t("reconstruction ({missing})", { missing }));
    say(this.#decodingCaption, original ? t("reconstruction · squared error {error}", { error: figure(error) }) : t("reconstruction"));
  }

  /** The code is no image's. */
  noOriginal() {
    this.#original.clear();
    this.#differ(null, null);
    say(this.#originalCaption, t("no original: no image was encoded to this code"));
  }

  /**
   * What the decoder makes of the code; while a hand moves it, it may be smaller than the original.
   * @param {Pixels} pixels @param {string} word for the first @param {Pixels|null} original
   */
  decoded(pixels, word, original) {
    this.#decoding.paint(pixels.data, pixels.shape, { count: 1 });
    if (original && original.shape[1] !== pixels.shape[1]) return say(this.#decodingCaption, word);
    this.#differ(original, pixels);
    const error = original && squaredError(original.data, nth(pixels, 0).data);
    say(this.#decodingCaption, error === null ? word : t("{word} · squared error {error}", { word, error: figure(error) }));
  }

  /** What it makes of the variations, which come after the code itself, if they do. @param {Pixels} pixels */
  varied(pixels) {
    if (pixels.shape[0] > 1) this.#variations.paint(pixels.data, pixels.shape, { first: 1, columns: COLUMNS, gap: 2 });
  }

  /** There is nothing to be seen, not even of the image. */
  clear() {
    this.#original.clear();
    this.clearDecoded();
  }

  /** @param {Pixels|null} original @param {Pixels|null} pixels of the decoding, the first of them */
  #differ(original, pixels) {
    this.#differenceFigure.hidden = !original || !pixels;
    if (original && pixels) this.#difference.paint(absoluteDifference(original.data, nth(pixels, 0).data), original.shape);
  }

  /** There is nothing to be seen of the code. */
  clearDecoded() {
    this.#differ(null, null);
    this.#decoding.clear();
    this.#variations.clear();
  }
}
