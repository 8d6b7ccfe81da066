// @ts-check
/** What one training makes of an image, and of draws from N(0, I), through both decoders. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Picture } from "../../widgets/picture.js";
import { REBUILD, WALL } from "../../wire/schema.js";

const COUNT = 24; // draws
const COLUMNS = 8;
const KINDS = /** @type {const} */ (["ae", "vae"]);

export class PicturesOf {
  #session;
  #original = new Picture(t("Original"));
  #rebuilt;
  #errors = { ae: h("span", {}), vae: h("span", {}) };
  #walls;
  #lanes = { wall: Symbol("wall"), rebuild: Symbol("rebuild") };
  /** Of which training, moment, dice and image they are: a moment gone by never changes. */
  #of = "";

  /** @param {import("../../wire/session.js").Session} session @param {string} [whose] after their names */
  constructor(session, whose = "") {
    this.#session = session;
    this.#rebuilt = { ae: new Picture(t("AE reconstruction") + whose), vae: new Picture(t("VAE reconstruction") + whose) };
    this.#walls = { ae: new Picture(t("AE draws") + whose, "ctm-trainwall"), vae: new Picture(t("VAE draws") + whose, "ctm-trainwall") };
    this.original = h("figure", {}, this.#original.element, h("figcaption", {}, t("original")));
    const note = whose && ` · ${t("other")}`;
    this.rebuilt = KINDS.map((kind) =>
      h("figure", {}, this.#rebuilt[kind].element, h("figcaption", {}, kind.toUpperCase() + note, " ", this.#errors[kind])),
    );
    this.walls = KINDS.map((kind) =>
      h("figure", { class: `ctm-${kind}` }, this.#walls[kind].element, h("figcaption", {}, kind.toUpperCase() + note)),
    );
  }

  /**
   * @param {string} model @param {number} moment @param {number} seed of the draws @param {number} row of the image
   * @param {AbortSignal} signal
   */
  decode(model, moment, seed, row, signal) {
    const of = [model, moment, seed, row].join();
    if (moment >= 0 && of === this.#of) return;
    this.#of = "";
    this.#session.ask(
      WALL,
      { moment, seed, count: COUNT },
      {
        model,
        signal,
        lane: this.#lanes.wall,
        onReply: (answer) => {
          for (const kind of KINDS) this.#walls[kind].paint(answer[kind].data, [...answer[kind].shape], { columns: COLUMNS, gap: 1 });
        },
      },
    );
    this.#session.ask(
      REBUILD,
      { moment, row },
      {
        model,
        signal,
        lane: this.#lanes.rebuild,
        onReply: ({ original, errors, ...rebuilt }) => {
          this.#of = of;
          this.#original.paint(original.data, [...original.shape]);
          for (const kind of KINDS) {
            this.#rebuilt[kind].paint(rebuilt[kind].data, [...rebuilt[kind].shape]);
            say(this.#errors[kind], figure(errors[kind]));
          }
        },
      },
    );
  }

  clear() {
    this.#of = "";
    for (const picture of [this.#original, ...Object.values(this.#rebuilt), ...Object.values(this.#walls)]) picture.clear();
    for (const kind of KINDS) say(this.#errors[kind], "");
  }
}
