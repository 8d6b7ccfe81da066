// @ts-check
/** The same freedom: variations of one image, moved by the same noise in units of each model's own spread of codes. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Stay } from "../../core/stay.js";
import { writeNumber } from "../../core/view.js";
import { FREEDOM } from "../../text/compare.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { DECODE, PERTURB } from "../../wire/schema.js";
import { Kept } from "./kept.js";
import { Answers } from "./shared.js";
import { codesOf } from "./side.js";

const COUNT = 24;

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./side.js").Codes} Codes */
/** @typedef {import("./shared.js").Moved} Moved */

export class Freedom {
  controls;
  #shared;
  #seed;
  /** @type {Answers<true>} */
  #answers;
  #kept;
  #radius;
  #newest = new Stay(); // of this image at this radius
  /** @type {Map<Side, number>} the image whose picture stands there */
  #shown = new Map();

  /** @param {import("./shared.js").Shared} shared @param {() => number} seed of the noise */
  constructor(shared, seed) {
    this.#shared = shared;
    this.#seed = seed;
    this.#answers = new Answers(shared);
    this.#kept = new Kept(shared);
    this.#radius = new NumberSlider(
      t("Radius"),
      { min: 0, max: 3, step: 0.05 },
      { input: (/** @type {Event} */ event) => this.#vary(event), commit: () => shared.save(), refuse: shared.live.alert },
    );
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "freedom" },
      h("h2", {}, t("The same freedom, in both")),
      h("div", { class: "ctm-line" }, t("radius"), this.#radius.number, h("span", { class: "ctm-quiet" }, t("standard deviations"))),
      this.#radius.slider,
      h("p", { class: "ctm-quiet" }, FREEDOM),
    );
  }

  /** @param {Record<string, string>} view */
  read(view) {
    this.#radius.value = Number(view.r ?? 0.5);
  }

  get view() {
    return { r: writeNumber(this.#radius.value) };
  }

  enter() {
    this.#answers.forget();
    this.#shown.clear(); // the path's picture stands where the image's stood
    this.#vary();
  }

  leave() {
    this.#newest.end();
    this.#kept.leave();
  }

  /** @param {number} row @param {Event} event */
  pick(row, event) {
    this.#shared.row = row;
    this.#vary(event);
  }

  /** @param {Moved} event */
  async #vary(event = null) {
    const { sides, view, row } = this.#shared,
      radius = this.#radius.value;
    const codes = await codesOf(sides, [row], view.signal, this.#newest.begin());
    for (const side of sides) this.#current(side, row, codes);
    const asked = (/** @type {Side} */ side) => {
      const [code] = codes.get(side.key) ?? [];
      return { seed: this.#seed(), count: COUNT, radius, code };
    };
    this.#answers.ask("freedom", PERTURB, asked, {
      use: (side, { pixels, places }) => {
        side.neighbourhood.paint(pixels.data, pixels.shape, { columns: 6, gap: 2 });
        Object.assign(side.map.over, { draws: places.data, far: null });
        return true;
      },
      place: (side) => side.neighbourhood,
      event,
    });
    this.#kept.count({ row, asked });
  }

  /** The picture of the image itself. @param {Side} side @param {number} row @param {Codes} codes */
  #current(side, row, codes) {
    side.map.over.row = row;
    if (this.#shown.get(side) === row) return;
    this.#shown.set(side, row);
    this.#shared.live.session.ask(
      DECODE,
      { codes: codes.get(side.key)?.[0] ?? [] },
      {
        model: side.facts.name,
        lane: `current ${side.key}`,
        signal: this.#shared.stay.signal,
        onReply: ({ pixels }) => side.current.paint(pixels.data, pixels.shape),
      },
    );
  }
}
