// @ts-check
/** The card in which a caption is asked for: the field, what was made of it, examples, and a caption at random. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING, randomCaption } from "../../text/create.js";
import { Caption } from "./caption.js";
import { Vocabulary } from "./vocabulary.js";

/** @typedef {import("./studio.js").Facts} Facts */

export class Asking {
  /** @type {HTMLElement} */
  element;
  /** @type {Caption} */
  caption;
  /** @type {Vocabulary} */
  vocabulary;
  /** @type {(thrown: boolean) => void} */
  #ontake;

  /**
   * @param {import("./studio.js").Studio} studio @param {Facts} facts of the painter
   * @param {{read: (reading: import("./studio.js").Reading) => void, write: () => void, take: (thrown: boolean) => void}} hand
   *   a caption was understood; the hand is writing; an example is taken, or one at random
   */
  constructor(studio, facts, { read, write, take }) {
    this.#ontake = take;
    this.caption = new Caption(t("Caption"), studio, read, write);
    this.caption.words = wordsOf(facts);
    this.vocabulary = new Vocabulary(facts, studio.sheet, (text) => this.#take(text, true));
    const dice = { type: "button", class: "ctm-chip ctm-dice", title: MEANING.dice, onclick: () => this.#take(randomCaption(facts), true) };
    const example = (/** @type {string} */ text) =>
      h("button", { type: "button", class: "ctm-chip", onclick: () => this.#take(text) }, text);
    this.element = h(
      "section",
      { class: "ctm-card ctm-ask", "aria-label": t("Caption") },
      h("div", { class: "ctm-askrow" }, this.caption.element, this.vocabulary.button, h("button", dice, t("⚄ Surprise me"))),
      this.vocabulary.element,
      this.caption.notes,
      h("div", { class: "ctm-examples-row", role: "group", "aria-label": t("Examples") }, ...facts.examples.map(example)),
    );
  }

  dispose() {
    this.caption.dispose();
  }

  /** @param {string} text @param {boolean} [thrown] */
  #take(text, thrown = false) {
    this.#ontake(thrown);
    this.caption.set(text);
  }
}

/** All words that a caption can be completed with. @param {Facts} facts */
export const wordsOf = ({ objects, tints, backgrounds, relations }) =>
  [...new Set([...objects, ...tints, ...backgrounds, ...relations, "background"])].sort();
