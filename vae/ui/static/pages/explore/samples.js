// @ts-check
/** The drawer of samples: a wall of draws of N(0, I), of Gaussians fitted to the codes or of a learned prior; any can be taken. */
import { h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { KIND } from "../../core/modelnames.js";
import { anySeed } from "../../core/seed.js";
import { writeNumber } from "../../core/view.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { WallKeys } from "../../widgets/wallkeys.js";
import { sourceOf } from "../../text/draws.js";
import { drawSaid, samplesSaid } from "../../text/samples.js";
import { SAMPLE } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";

const ROWS = 8;
const COLUMNS = 8;
const DRAWS = ROWS * COLUMNS;

/** @typedef {import("../../core/types.js").Moved} Moved */

export class Samples {
  button;
  element;
  #live;
  #hand;
  #picture = new Picture(t("{draws} samples", { draws: DRAWS }), "ctm-wall");
  #keys;
  #distribution;
  #temperature;
  #words = h("p", { class: "ctm-quiet" });
  #seed = 1;
  /** @type {import("../../text/draws.js").Source} */
  #source = "prior";
  /** @type {import("../../wire/tables.js").Tensor<Float32Array>|null} */
  #codes = null;
  /** @type {import("../../core/models.js").Facts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {{map: import("../../map/map.js").LatentMap, take: (code: Float32Array, event: Moved) => void, save: () => void}} hand
   *   where the draws are shown; one was taken as the current code; something was chosen
   */
  constructor(live, hand) {
    this.#live = live;
    this.#hand = hand;
    this.#picture.element.addEventListener("click", (/** @type {MouseEvent} */ event) => this.#take(this.#under(event), event));
    this.#keys = new WallKeys(t("Draws to take"), COLUMNS, DRAWS, (index, event) => this.#take(index, event));
    this.#distribution = segmented(
      t("Drawn from"),
      [
        ["prior", "N(0, I)", t("What a VAE promises to decode")],
        ["fitted", t("fitted Gaussian"), t("A Gaussian with the mean and covariance of this model's own codes")],
        ["mixture", t("mixture"), t("Ten Gaussians fitted together to this model's own codes")],
        ["learned", t("learned prior"), t("What a small network has learned of where this model's own codes lie")],
      ],
      "prior",
      (/** @type {import("../../text/draws.js").Source} */ source) => {
        this.#source = source;
        this.#draw();
        hand.save();
      },
    );
    this.#temperature = new NumberSlider(
      t("Temperature"),
      { min: 0, max: 2, step: 0.05, value: 1 },
      { input: (event) => this.#draw(event), commit: () => hand.save(), refuse: live.alert },
    );
    this.button = h("button", { type: "button", class: "ctm-chip", "aria-expanded": "false", onclick: () => this.#press() }, t("⚄ Sample"));
    this.element = this.#build();
  }

  /**
   * Another model.
   * @param {import("../../core/models.js").Facts} facts @param {import("../../core/types.js").View} view
   * @param {AbortSignal} signal aborted once it is left
   */
  enter(facts, { draws, temp, from }, signal) {
    this.#facts = facts;
    this.#signal = signal;
    this.#picture.name = t("{model} samples", { model: KIND[facts.kind] });
    this.#seed = Number(draws ?? this.#seed);
    this.#temperature.value = Number(temp ?? this.#temperature.value);
    this.#source = sourceOf(from ?? this.#source, facts.learned);
    this.#distribution.offer("learned", facts.learned);
    this.#codes = null;
    this.#distribution.choose(this.#source);
    if (this.element.hidden === Boolean(draws)) this.#toggle();
    else if (!this.element.hidden) this.#draw();
  }

  /** What the address keeps, while the drawer is open. @returns {import("../../core/types.js").View} */
  get view() {
    if (this.element.hidden) return {};
    return { draws: String(this.#seed), temp: writeNumber(this.#temperature.value), from: this.#source };
  }

  /** The map is another one: place the draws on it. */
  again() {
    if (!this.element.hidden) this.#draw();
  }

  #build() {
    const again = (/** @type {Event} */ event) => {
      this.#seed = anySeed();
      this.#draw(event);
      this.#hand.save();
    };
    const close = () => {
      this.#toggle();
      this.button.focus();
      this.#hand.save();
    };
    return h(
      "section",
      { class: "ctm-drawer", hidden: true, "aria-label": t("Samples") },
      h(
        "div",
        { class: "ctm-line" },
        this.#distribution.element,
        h("button", { type: "button", class: "ctm-chip", onclick: again }, t("draw again")),
        h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": t("Close samples"), onclick: close }, "✕"),
      ),
      h("div", { class: "ctm-wallgrid" }, this.#picture.element, this.#keys.element),
      h("div", { class: "ctm-line ctm-quiet" }, t("temperature"), this.#temperature.number, this.#temperature.slider),
      this.#words,
    );
  }

  #press() {
    this.#toggle();
    this.#hand.save();
  }

  #toggle() {
    this.element.hidden = !this.element.hidden;
    this.button.setAttribute("aria-expanded", String(!this.element.hidden));
    if (!this.element.hidden) return this.#draw();
    this.#live.session.drop("sample");
    const { map } = this.#hand;
    map.over.draws = map.over.far = null;
    map.redraw();
  }

  /** @param {Moved|null} [event] */
  #draw(event = null) {
    const asked = { seed: this.#seed, count: DRAWS, temperature: this.#temperature.value, source: this.#source };
    this.#live.session.ask(SAMPLE, asked, {
      model: this.#facts?.name,
      lane: "sample",
      signal: this.#signal,
      onReply: (answer) => this.#show(answer, event),
      onError: (error) => {
        this.#codes = null;
        this.#live.alert(error.message);
        this.#picture.clear();
      },
    });
  }

  /** @param {import("../../wire/schema.js").SampleAnswered} answer @param {Moved|null} event */
  #show({ pixels, places, codes, verdicts }, event) {
    this.#picture.paint(pixels.data, pixels.shape, { columns: COLUMNS, gap: 2 });
    this.#live.meter.frame(event);
    this.#codes = codes;
    const far = Array.from(verdicts.column("far"), Boolean);
    const labels = verdicts.column("label"),
      unreal = Array.from(verdicts.column("unreal"), (value) => value > 0);
    this.#keys.name((i) => drawSaid({ drawn: this.#facts?.classes[labels[i]], unreal: unreal[i], far: far[i] }));
    const { map } = this.#hand;
    map.over.draws = places.data;
    map.over.far = far;
    map.redraw();
    const count = (/** @type {boolean[]} */ flags) => flags.filter(Boolean).length;
    say(this.#words, samplesSaid({ unreal: labels[0] < 0 ? NaN : count(unreal), far: count(far), n: DRAWS }));
  }

  /** Which draw is under the pointer. @param {MouseEvent} event */
  #under({ clientX, clientY }) {
    const { left, top, width, height } = this.#picture.element.getBoundingClientRect();
    return cellAt((clientX - left) / width, (clientY - top) / height);
  }

  /** @param {number} index @param {Event} event */
  #take(index, event) {
    if (this.#codes) this.#hand.take(nth(this.#codes, index).data, event);
  }
}

/** The draw at a place of the wall. @param {number} across @param {number} down shares of its width and height */
export function cellAt(across, down) {
  const column = Math.min(COLUMNS - 1, Math.floor(COLUMNS * across));
  const row = Math.min(ROWS - 1, Math.floor(ROWS * down));
  return COLUMNS * row + column;
}
