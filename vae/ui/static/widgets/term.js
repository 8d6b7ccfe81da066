// @ts-check
/** A term with a dotted line under it: a click, a touch or Enter opens what it means, Escape or a click elsewhere closes it. */
import { h } from "../core/dom.js";
import { t, translated } from "../core/language.js";
import { GLOSSARY } from "../text/glossary.js";

const MARGIN = 8; // pixels that the explanation keeps from the window's edges and from its term

/** The glossary by its headings in small letters: a sentence may write them otherwise. @type {Record<string, string>} */
const ENTRIES = Object.fromEntries(Object.entries(GLOSSARY).map(([name, words]) => [name.toLowerCase(), words]));
let count = 0;

export class Term {
  element;
  #button;
  #card;

  /**
   * @param {string} word as it stands on the page
   * @param {{meaning?: string, entry?: string}} [told] what it is here; the glossary's entry, by default that of the word itself
   * @throws {RangeError} where the glossary lacks the entry and nothing else is told
   */
  constructor(word, { meaning = "", entry = meaning ? "" : word } = {}) {
    const definition = entry ? ENTRIES[entry.toLowerCase()] : "";
    if (definition === undefined) throw new RangeError(`the glossary has no entry ${entry}`);
    const id = `ctm-term-${++count}`;
    this.#card = h(
      "span",
      { id, popover: "auto", class: "ctm-termcard", role: "note", "aria-label": t("What is meant by {word}", { word }) },
      meaning && h("span", {}, meaning),
      definition &&
        h("span", {}, entry.toLowerCase() !== word.toLowerCase() && h("b", {}, `${translated(entry)}: `), translated(definition)),
    );
    this.#button = h("button", { type: "button", class: "ctm-term", popovertarget: id }, word);
    this.#card.addEventListener("toggle", () => this.#place());
    this.element = h("span", { class: "ctm-termbox" }, this.#button, this.#card);
  }

  /** Below its term, or above it where there is no room, and within the window. */
  #place() {
    const { left, top, bottom } = this.#button.getBoundingClientRect(),
      { width, height } = this.#card.getBoundingClientRect();
    const x = Math.max(MARGIN, Math.min(left, window.innerWidth - width - MARGIN)),
      below = bottom + MARGIN + height < window.innerHeight;
    Object.assign(this.#card.style, { left: `${x}px`, top: `${below ? bottom + MARGIN : Math.max(MARGIN, top - height - MARGIN)}px` });
  }
}

/**
 * Words in which `[[term]]` and `[[term|as written]]` stand for terms of the glossary.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function withTerms(text) {
  return text.split(/\[\[(.+?)\]\]/).map((part, i) => {
    if (i % 2 === 0) return part;
    const [entry, word = entry] = part.split("|");
    return new Term(word, { entry }).element;
  });
}
