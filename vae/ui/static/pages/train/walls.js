// @ts-check
/** One image rebuilt by both, and the same draws from N(0, I) through both decoders. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Picture } from "../../widgets/picture.js";
import { REBUILD, WALL } from "../../wire/schema.js";

/** @typedef {"ae" | "vae"} Kind */

const COUNT = 24; // draws
const COLUMNS = 8;
/** @type {Kind[]} */
const KINDS = ["ae", "vae"];

export class Walls {
  #session;
  #original = new Picture(t("Original"));
  #rebuilt = { ae: new Picture(t("AE reconstruction")), vae: new Picture(t("VAE reconstruction")) };
  #errors = { ae: h("span", {}), vae: h("span", {}) };
  #walls = { ae: new Picture(t("AE draws"), "ctm-trainwall"), vae: new Picture(t("VAE draws"), "ctm-trainwall") };
  #row = 0;
  seed = 1;

  /** @param {import("../../wire/session.js").Session} session @param {() => void} onchange the image or the dice are others now */
  constructor(session, onchange) {
    this.#session = session;
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
    const rebuilt = KINDS.map((kind) =>
      h("figure", {}, this.#rebuilt[kind].element, h("figcaption", {}, `${kind.toUpperCase()} `, this.#errors[kind])),
    );
    const walls = KINDS.map((kind) =>
      h("figure", { class: `ctm-${kind}` }, this.#walls[kind].element, h("figcaption", {}, kind.toUpperCase())),
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainwalls", "aria-label": t("Pictures") },
      h("div", { class: "ctm-trainrebuilt" }, h("figure", {}, this.#original.element, h("figcaption", {}, t("original"))), ...rebuilt),
      h(
        "div",
        { class: "ctm-traindraws" },
        h("header", {}, h("h2", {}, t("The same draws from N(0, I)")), again),
        h("div", { class: "ctm-trainpair" }, ...walls),
      ),
    );
  }

  get row() {
    return this.#row;
  }

  set row(row) {
    this.#row = row;
  }

  /** @param {string} model @param {number} moment @param {AbortSignal} signal */
  decode(model, moment, signal) {
    this.#session.ask(
      WALL,
      { moment, seed: this.seed, count: COUNT },
      {
        model,
        signal,
        lane: "wall",
        onReply: (answer) => {
          for (const kind of KINDS) this.#walls[kind].paint(answer[kind].data, [...answer[kind].shape], { columns: COLUMNS, gap: 1 });
        },
      },
    );
    this.#session.ask(
      REBUILD,
      { moment, row: this.#row },
      {
        model,
        signal,
        lane: "rebuild",
        onReply: ({ original, ae, vae, errors }) => {
          this.#original.paint(original.data, [...original.shape]);
          for (const [kind, { data, shape }] of /** @type {const} */ ([
            ["ae", ae],
            ["vae", vae],
          ])) {
            this.#rebuilt[kind].paint(data, [...shape]);
            say(this.#errors[kind], figure(errors[kind]));
          }
        },
      },
    );
  }

  clear() {
    for (const picture of [this.#original, ...Object.values(this.#rebuilt), ...Object.values(this.#walls)]) picture.clear();
    for (const kind of KINDS) say(this.#errors[kind], "");
  }
}
