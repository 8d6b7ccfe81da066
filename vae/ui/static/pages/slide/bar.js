// @ts-check
/** The slider from AE to VAE, its steps, and what plays it. */
import { h, keepFocus, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { dataTitle } from "../../core/modelnames.js";
import { stepName } from "../../text/slide.js";
import { Player } from "../../widgets/strip.js";

/** @typedef {{timeStamp: number}} Moved an event, or a frame while it plays */

const SECONDS = 9; // from one end to the other when it plays

export class Bar {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLInputElement} */
  #slider;
  /** @type {HTMLElement} */
  #play;
  #stops = h("div", { class: "ctm-stops" });
  #choice = h("div", {});
  /** @type {Player} */
  #player;
  /** @type {{move: (place: number, event: Moved) => void, choose: (ladder: string) => void, save: () => void}} */
  #hand;
  /** The last step. */
  #last = 1;

  /**
   * @param {{move: (place: number, event: Moved) => void, choose: (ladder: string) => void, save: () => void}} hand
   *   it goes to a place; another ladder is asked for; it has come to rest
   */
  constructor(hand) {
    this.#hand = hand;
    this.#play = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, t("▶ Play"));
    this.#player = new Player((/** @type {number} */ t, /** @type {Moved} */ event) => hand.move(t * this.#last, event), SECONDS);
    const slide = (/** @type {Event} */ event) => {
      this.pause();
      hand.move(this.place, event);
    };
    this.#slider = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "range",
        min: 0,
        max: 1,
        step: 0.01,
        value: 0,
        "aria-label": t("From AE to VAE"),
        oninput: slide,
        onchange: () => hand.save(),
      })
    );
    const track = h("div", { class: "ctm-slidetrack" }, this.#slider, this.#stops);
    this.element = h("section", { class: "ctm-card ctm-slidebar", "aria-label": t("Ladder") }, this.#play, track, this.#choice);
  }

  /** @param {import("../../core/models.js").Ladder} ladder @param {string[]} names of all ladders */
  open({ name, steps }, names) {
    this.#last = steps.length - 1;
    /** @type {[string, string][]} */
    const sizes = names.map((each) => [
      each,
      each.replace(/^(.*)-(\d+)$/, (_, data, dim) => t("{data} · {dim} numbers", { data: dataTitle(data), dim })),
    ]);
    const { element } = segmented(t("Code size"), sizes, name, this.#hand.choose);
    const pressed = /** @type {HTMLElement | null} */ (element.firstElementChild);
    keepFocus(this.#choice, () => this.#choice.replaceChildren(element), pressed);
    this.#slider.max = String(this.#last);
    this.#stops.replaceChildren(...steps.map(({ config }, step) => this.#stop(step, stepName(config))));
  }

  /** @param {number} place */
  set place(place) {
    this.#slider.value = String(place);
  }

  get place() {
    return Number(this.#slider.value);
  }

  /** Mark a step as the one that is shown. @param {number} step @param {string} name */
  mark(step, name) {
    [...this.#stops.children].forEach((button, i) => button.setAttribute("aria-current", String(i === step)));
    this.#slider.setAttribute("aria-valuetext", name);
  }

  pause() {
    if (!this.#player.playing) return;
    this.#player.pause();
    this.#play.textContent = t("▶ Play");
    this.#hand.save();
  }

  dispose() {
    this.#player.pause();
  }

  #playPause() {
    if (this.#player.playing) return this.pause();
    this.#play.textContent = t("❚❚ Pause");
    this.#player.play(this.place / this.#last);
  }

  /** @param {number} step @param {[string, string]} names short and long */
  #stop(step, [short, title]) {
    const onclick = (/** @type {Event} */ event) => {
      this.pause();
      this.#hand.move(step, event);
      this.#hand.save();
    };
    return h("button", { type: "button", title, style: `left:${(100 * step) / this.#last}%`, onclick }, short);
  }
}
