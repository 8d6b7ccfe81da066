// @ts-check
/** One image rebuilt by both, and the same draws from N(0, I) through both decoders; those of another branch beside them. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { PicturesOf } from "./picturesof.js";

export class Walls {
  #own;
  #rebuilt;
  #draws;
  row = 0;
  seed = 1;

  /** @param {import("../../wire/session.js").Session} session @param {() => void} onchange the image or the dice are others now */
  constructor(session, onchange) {
    this.#own = new PicturesOf(session);
    const again = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        onclick: () => {
          this.seed += 1;
          onchange();
        },
      },
      t("throw again"),
    );
    this.#rebuilt = h("div", { class: "ctm-trainrebuilt" });
    this.#draws = h("div", { class: "ctm-trainpair" });
    this.beside = null;
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainwalls", "aria-label": t("Pictures") },
      this.#rebuilt,
      h("div", { class: "ctm-traindraws" }, h("header", {}, h("h2", {}, t("The same draws from N(0, I)")), again), this.#draws),
    );
  }

  /** Those of another branch, to stand beside. @param {PicturesOf | null} other */
  set beside(other) {
    this.#rebuilt.replaceChildren(this.#own.original, ...this.#own.rebuilt, ...(other?.rebuilt ?? []));
    this.#draws.replaceChildren(...this.#own.walls, ...(other?.walls ?? []));
  }

  /** @param {string} model @param {number} moment @param {AbortSignal} signal */
  decode(model, moment, signal) {
    this.#own.decode(model, moment, this.seed, this.row, signal);
  }

  clear() {
    this.#own.clear();
  }
}
