// @ts-check
/** The line above the pictures: which view is open, how far the drawing is, and what else can be drawn. */
import { h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING, VIEWS } from "../../text/create.js";

export class Head {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLElement} */
  bar = h("div", { class: "ctm-progress", "aria-hidden": "true" });
  /** @type {HTMLButtonElement} */
  others;
  /** @type {HTMLButtonElement} */
  #afresh;
  /** @type {{element: HTMLElement, choose: (view: import("./parts.js").View) => void}} */
  #tabs;
  /** @type {HTMLElement} */
  #state = h("span", { class: "ctm-quiet", role: "status", "aria-label": t("Progress") });

  /**
   * @param {{show: (view: import("./parts.js").View) => void, others: () => void, afresh: () => void}} hand
   *   a view is asked for; another seed; all of it
   */
  constructor({ show, others, afresh }) {
    this.#tabs = segmented(t("View"), VIEWS, "draw", show);
    const chip = { type: "button", class: "ctm-chip" };
    this.others = button({ ...chip, title: MEANING.others, onclick: others }, t("⚄ Draw others"));
    this.#afresh = button({ ...chip, hidden: true, title: MEANING.afresh, onclick: afresh }, t("Start afresh"));
    const space = h("span", { class: "ctm-grow" });
    this.element = h("div", { class: "ctm-line" }, this.#tabs.element, this.#state, space, this.#afresh, this.others);
  }

  /** The button of the view that is open. @returns {HTMLElement | null} */
  get pressed() {
    return this.#tabs.element.querySelector("[aria-pressed=true]");
  }

  /** @param {import("./parts.js").View} view */
  choose(view) {
    this.#tabs.choose(view);
  }

  /** How far it is. @param {string} words */
  say(words) {
    say(this.#state, words);
  }

  /** @param {{at: number, cells: number}} progress of a drawing */
  set share({ at, cells }) {
    this.bar.style.setProperty("--share", String(at / cells));
  }

  /** Whether there is something to forget. @param {boolean} given */
  offerAfresh(given) {
    this.#afresh.hidden = !given;
  }
}

/** @param {Record<string, any>} properties @param {string} words */
const button = (properties, words) => /** @type {HTMLButtonElement} */ (h("button", properties, words));
