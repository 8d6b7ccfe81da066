// @ts-check
/** What is said of an unreal picture of the map: a card with the nearest real image, a sentence, and the way back. */
import { h, say } from "../core/dom.js";
import { t } from "../core/language.js";
import * as text from "../text/unreal.js";
import { Picture } from "../widgets/picture.js";
import { withTerms } from "../widgets/term.js";

/** @typedef {import("../wire/tables.js").Tensor<Uint8Array>} Pixels */

export class HoleCard {
  element;
  #nearest = new Picture("", "");
  #caption = h("figcaption", {});
  #title = h("h2", {});
  #words = h("p", {});
  #terms = h(
    "p",
    { class: "ctm-quiet" },
    ...withTerms(t("What is [[unreal picture|an unreal picture]], what [[empty place|an empty place]]?")),
  );
  #back;
  #close;
  #pictures;

  /**
   * @param {Picture|null} picture of the current code, to be shown here
   * @param {{climb: () => void, close: () => void}} hand
   */
  constructor(picture, { climb, close }) {
    this.#back = h("button", { type: "button", class: "ctm-chip", title: text.BACK_MEANING, onclick: climb }, text.BACK);
    this.#close = h("button", { type: "button", class: "ctm-chip ctm-close", onclick: close }, "✕");
    this.#pictures = h(
      "div",
      {},
      picture && h("figure", {}, picture.element, h("figcaption", {}, t("decoded here"))),
      h("figure", {}, this.#nearest.element, this.#caption),
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-holecard", hidden: true },
      h("div", { class: "ctm-line" }, this.#title, this.#close),
      h("div", { class: "ctm-holebody" }, this.#pictures, h("div", {}, this.#words, this.#terms)),
      this.#back,
    );
    this.name = "";
  }

  /** @param {string} name what sets it apart from another one, "AE " */
  set name(name) {
    this.element.setAttribute(
      "aria-label",
      name ? t("{model} nearest unreal picture", { model: name.trim() }) : t("The nearest unreal picture"),
    );
    this.#close.setAttribute(
      "aria-label",
      name ? t("Close the {model} nearest unreal picture", { model: name.trim() }) : t("Close the nearest unreal picture"),
    );
    this.#nearest.name = name ? t("{model} nearest real image", { model: name.trim() }) : t("nearest real image");
  }

  /**
   * What was found.
   * @param {import("../wire/schema.js").HoleAnswered} found @param {import("../core/models.js").Metrics} metrics of the model
   */
  tell({ figures, nearest: { row } }, metrics) {
    const judged = Boolean(figures.judged);
    this.element.hidden = false;
    this.#back.hidden = this.#pictures.hidden = row < 0;
    say(this.#title, text.title(judged));
    say(this.#words, row < 0 ? text.nothing(judged) : text.found(figures, metrics));
  }

  /**
   * The image whose code is nearest.
   * @param {Pixels} reconstruction @param {Pixels} original none if not on disk @param {string} name of its class
   */
  show(reconstruction, original, name) {
    const known = original.shape[0] > 0,
      { data, shape } = known ? original : reconstruction;
    this.#nearest.paint(data, shape);
    say(this.#caption, text.nearestImage(name, known));
  }

  /** The way back has ended among the data, or has been as long as this many steps. @param {{first: number, last: number} | number} way */
  arrived(way) {
    const ended = typeof way !== "number";
    if (ended) say(this.#title, text.ARRIVED);
    say(this.#words, text.arrived(way));
    this.#back.hidden = ended;
  }
}
