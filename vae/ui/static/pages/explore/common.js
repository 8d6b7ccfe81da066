// @ts-check
/** What the pictures of a selection have in common: how many of each class, their mean, and how they vary about it. */
import { h, say } from "../../core/dom.js";
import { askAnswer } from "../../core/fetching.js";
import { number, t } from "../../core/language.js";
import { classColour } from "../../map/map.js";
import { Picture } from "../../widgets/picture.js";
import { MEAN } from "../../wire/schema.js";

const NOTHING = t("Nothing is selected.");

export class Common {
  element;
  #live;
  #counts = h("ul", { class: "ctm-counts", "aria-label": t("Pictures by class"), tabindex: 0 });
  #mean = new Picture(t("decoded mean code of the selection"), "ctm-large ctm-own");
  #average = new Picture(t("mean picture of the selection"), "ctm-large");
  #averageFigure;
  #traversal = new Picture(t("traversal of the selection"));
  #traversalFigure;
  #direction;
  #words = h("p", { class: "ctm-quiet" });
  /** @type {Float32Array|null} from the mean code of all others to the selection's */
  #way = null;
  #asking = new AbortController();

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {{only: (name: string) => void, direct: (direction: Float32Array, words: string) => void}} hand
   *   one class was chosen; the selection is to be a direction
   */
  constructor(live, hand) {
    this.#live = live;
    const onclick = () => {
      if (this.#way) hand.direct(this.#way, t("the selection"));
    };
    const title = t("A slider from the mean code of all other pictures to that of the selection, among the handles of the code");
    this.#direction = h("button", { type: "button", class: "ctm-chip", title, onclick }, t("Use as a direction"));
    this.#averageFigure = h("figure", {}, this.#average.element, h("figcaption", {}, t("mean of the pictures")));
    this.#traversalFigure = h(
      "figure",
      { class: "ctm-moving" },
      this.#traversal.element,
      h("figcaption", {}, t("mean code moved along the selection's own main axes, −2 to +2 standard deviations")),
    );
    this.#counts.addEventListener("click", ({ target }) => {
      const entry = target instanceof Element ? target.closest("button") : null;
      if (entry) hand.only(entry.value);
    });
    this.element = h(
      "div",
      { class: "ctm-common" },
      this.#counts,
      h(
        "div",
        { class: "ctm-means" },
        h("figure", {}, this.#mean.element, h("figcaption", {}, t("decoded mean code"))),
        this.#averageFigure,
        this.#traversalFigure,
      ),
      h("div", { class: "ctm-line" }, this.#direction, this.#words),
    );
  }

  /** How many there are of each class. @param {Int32Array} rows @param {ArrayLike<number>} labels of all rows @param {string[]} classes */
  count(rows, labels, classes) {
    const counts = new Uint32Array(classes.length);
    for (const row of rows) counts[labels[row]]++;
    const most = Math.max(1, ...counts);
    const order = [...counts.keys()].filter((label) => counts[label]).sort((a, b) => counts[b] - counts[a] || a - b);
    const entries = order.map((label) => {
      const title = t("Only {name}", { name: classes[label] });
      const bar = h("i", { style: `width:${(100 * counts[label]) / most}%;background:${classColour(label)}` });
      const words = [h("span", {}, classes[label]), h("b", {}, number(counts[label], 15)), bar];
      return h("li", {}, h("button", { type: "button", value: classes[label], title }, ...words));
    });
    this.#counts.replaceChildren(...entries);
  }

  /** Their mean. @param {string} model @param {Int32Array} rows @param {AbortSignal} signal aborted once the model is left */
  async of(model, rows, signal) {
    this.forget();
    if (!rows.length) return say(this.#words, NOTHING);
    const asking = AbortSignal.any([signal, this.#asking.signal]);
    const address = `${this.#live.base}/continuum/models/${encodeURIComponent(model)}/mean`;
    try {
      this.#show(await askAnswer(MEAN, address, { method: "POST", body: rows.slice(), signal: asking }));
    } catch (error) {
      if (!asking.aborted && error instanceof Error) this.#live.alert(error.message, "selection");
    }
  }

  /** Nothing is known of the selection. */
  forget() {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#way = null;
    this.#direction.disabled = true;
    for (const picture of [this.#mean, this.#average, this.#traversal]) picture.clear();
    say(this.#words, "");
  }

  /** @param {import("../../wire/schema.js").MeanAnswered} answer */
  #show({ direction, pixels, average, traversal, spread }) {
    this.#mean.paint(pixels.data, pixels.shape);
    this.#averageFigure.hidden = !average.shape[0];
    if (average.shape[0]) this.#average.paint(average.data, average.shape);
    this.#traversalFigure.hidden = !spread.shape[0];
    if (spread.shape[0])
      this.#traversal.paint(traversal.data, traversal.shape, {
        columns: traversal.shape[0] / spread.shape[0],
        gap: Math.max(1, Math.round(traversal.shape[2] / 14)),
      });
    this.#way = direction.data.every(Number.isFinite) ? direction.data.slice() : null;
    this.#direction.disabled = !this.#way;
    say(this.#words, this.#way ? "" : t("All pictures are selected: there are no others to point away from."));
  }
}
