// @ts-check
/** One place for the controls of analysis: measures of the ground, holes, σ, directions. They are one click away. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";

export class Analysis {
  /** @type {HTMLElement[]} */
  #own = [];
  #open = false;

  constructor() {
    const title = t(
      "Other projections, measures of every place, the nearest unreal picture, σ of every image, and directions to move the code in",
    );
    this.button = h(
      "button",
      { type: "button", class: "ctm-chip", "aria-expanded": "false", title, onclick: () => this.turn(!this.#open) },
      t("Analysis"),
    );
  }

  /** Keep these folded until it is opened. @param {HTMLElement[]} elements */
  fold(...elements) {
    this.#own.push(...elements);
    this.turn(this.#open);
  }

  /** Open where an address uses what is in it. @param {import("../../core/types.js").View} view */
  enter({ floor = "none", by = "dimensions", proj = "" }) {
    if (!["none", "pictures"].includes(floor) || by !== "dimensions" || proj) this.turn(true);
  }

  /** @param {boolean} open */
  turn(open) {
    this.#open = open;
    this.button.setAttribute("aria-expanded", String(open));
    for (const element of this.#own) element.classList.toggle("ctm-folded", !open);
  }
}
