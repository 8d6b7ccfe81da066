// @ts-check
/** How much a cell looked at each word of the caption. Drawn by hand, since it changes with the cell under the pointer. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING, percent, SECOND_EMPTY } from "../../text/create.js";
import { SLOTS } from "../../wire/schema.js";

/** @typedef {{word: string, slot: string, share: number, faint: boolean}} Look */

/**
 * The shares of the words; the three places of a second thing are one where there is none.
 * @param {string[]} words six, in the order of SLOTS @param {ArrayLike<number>} attention
 * @returns {Look[]}
 */
export function looksAt(words, attention) {
  const all = Array.from(attention).reduce((sum, share) => sum + share, 0) || 1;
  const looks = words.map((word, i) => ({ word, slot: String(SLOTS[i]), share: attention[i] / all, faint: word === "any" }));
  const first = SLOTS.indexOf("relation");
  if (words[first] !== "nothing") return looks;
  const share = looks.splice(first, 3).reduce((sum, look) => sum + look.share, 0);
  return [...looks, { word: t("no more"), slot: SECOND_EMPTY, share, faint: true }];
}

export class Attention {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLElement} */
  #rows = h("div", { class: "ctm-attention", role: "group", "aria-label": t("Attention to the words") });

  constructor() {
    this.element = h("div", {}, h("h3", { title: MEANING.attention }, t("looked at")), this.#rows);
  }

  /** @param {string[]} words @param {ArrayLike<number>} attention */
  show(words, attention) {
    this.#rows.replaceChildren(
      ...looksAt(words, attention).map(({ word, slot, share, faint }) =>
        h(
          "div",
          { class: faint ? "ctm-faint" : "", title: slot },
          h("span", {}, word),
          h("i", { style: `--share:${share}` }),
          h("span", { class: "ctm-quiet" }, percent(share)),
        ),
      ),
    );
  }
}
