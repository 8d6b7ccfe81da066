// @ts-check
/** What is said of a hole of the map: a card with the nearest real image, a sentence, and the way back. */
import { figure, h, say } from "../core/dom.js";
import { Picture } from "../widgets/picture.js";

/** @typedef {import("../wire/tables.js").Tensor<Uint8Array>} Pixels */

const RULE = {
  judged:
    "decodes to a picture that is unlike any real image: farther from all of them, in our own features, " + "than 99 % of unseen ones",
  unjudged: "lies farther from every image's code than 99 % of codes do from theirs",
};

export class HoleCard {
  #nearest;
  #caption;
  #words;
  #back;
  #pictures;

  /**
   * @param {string} name what sets it apart from another one @param {Picture|null} picture of the current code, to be shown here
   * @param {{climb: () => void, close: () => void}} hand
   */
  constructor(name, picture, { climb, close }) {
    this.#nearest = new Picture(`${name}nearest real image`, "");
    this.#caption = h("figcaption", {});
    this.#words = h("p", {});
    this.#back = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "Follow the gradient of the log-density of codes uphill, until it rises no more",
        onclick: climb,
      },
      "Back to safety",
    );
    this.#pictures = h(
      "div",
      {},
      picture && h("figure", {}, picture.element, h("figcaption", {}, "decoded here")),
      h("figure", {}, this.#nearest.element, this.#caption),
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-holecard", "aria-label": `${name}${name ? "n" : "The n"}earest hole`, hidden: true },
      h(
        "div",
        { class: "ctm-line" },
        h("h2", {}, "The nearest hole"),
        h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": `Close the ${name}nearest hole`, onclick: close }, "✕"),
      ),
      h("div", { class: "ctm-holebody" }, this.#pictures, this.#words),
      this.#back,
    );
  }

  /** What was found. @param {import("../wire/schema.js").HoleAnswered} found */
  tell({ figures: { share, distance, cycle_gap: gap, judged }, nearest: { row } }) {
    const rule = judged ? RULE.judged : RULE.unjudged;
    this.element.hidden = false;
    this.#back.hidden = row < 0;
    this.#pictures.hidden = row < 0;
    if (row < 0) return say(this.#words, `This map has no hole: of 64 × 64 places on it, none ${rule}.`);
    const most = `the nearest code drawn for an image is ${figure(distance)} times as far as 99 % of codes are at most.`;
    const emptiness = !Number.isFinite(distance)
      ? "all images have one and the same code."
      : distance < 1
        ? `yet its code is no emptier a place than most: ${most}`
        : most;
    say(
      this.#words,
      `This place ${rule}. Its code comes back from decoding and encoding ${figure(100 * gap)} % of the spread away; ` +
        `${emptiness} ${figure(100 * share)} % of this map is like that.`,
    );
  }

  /**
   * The image whose code is nearest.
   * @param {Pixels} reconstruction @param {Pixels} original none if not on disk @param {string} name of its class
   */
  show(reconstruction, original, name) {
    const known = original.shape[0] > 0,
      { data, shape } = known ? original : reconstruction;
    this.#nearest.paint(data, shape);
    say(this.#caption, known ? `nearest image: ${name}` : `nearest image's reconstruction: ${name} (data set not on disk)`);
  }

  /** The way back has ended among the data, or has been as long as this many steps. @param {{first: number, last: number} | number} way */
  arrived(way) {
    const ended = typeof way !== "number";
    say(
      this.#words,
      ended
        ? "Back among the data: each step followed the gradient of the log-density of codes, which rose from " +
            `${figure(way.first)} to ${figure(way.last)} nats and rises no more from here.`
        : `${way} steps up the gradient of the log-density were not enough to reach the data; press again to go on.`,
    );
    this.#back.hidden = ended;
  }
}
