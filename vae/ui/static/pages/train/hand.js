// @ts-check
/** The sliders that act at the next step, and the classes that are trained on. */
import { h, say } from "../../core/dom.js";
import { number, t } from "../../core/language.js";
import { classColour } from "../../map/colours.js";
import { classTitle, SLIDERS } from "../../text/train.js";
import { HAND } from "../../wire/schema.js";

/** @typedef {{beta: number, learning_rate: number, noise: number, l2: number, batch_size: number, left_out: number[]}} Hand */

/** @type {Hand} */
export const FIRST_HAND = { ...HAND, left_out: [] };

const HELD = 1000; // milliseconds in which the sliders stay where a hand has put them, whatever an older answer says

/** The stop nearest to a value, by its place. @param {number[]} stops @param {number} value */
const nearest = (stops, value) => stops.reduce((best, stop, i) => (Math.abs(stop - value) < Math.abs(stops[best] - value) ? i : best), 0);

/** One slider over round values. */
class Stops {
  /** @param {import("../../text/train.js").SliderText} text @param {() => void} onmove */
  constructor({ label, whom, stops, about, name }, onmove) {
    this.name = name;
    this.stops = stops;
    this.input = /** @type {HTMLInputElement} */ (
      h("input", { type: "range", min: 0, max: stops.length - 1, step: 1, "aria-label": label, oninput: () => (this.#said(), onmove()) })
    );
    this.output = h("output", { class: "ctm-handvalue" });
    this.element = h(
      "label",
      { class: "ctm-handrow", title: about },
      h("span", { class: "ctm-handname" }, label, h("small", {}, whom)),
      this.input,
      this.output,
    );
  }

  get value() {
    return this.stops[Number(this.input.value)];
  }

  set value(value) {
    if (document.activeElement === this.input && this.input.matches(":active")) return; // a hand is on it
    this.input.value = String(nearest(this.stops, value));
    this.#said();
  }

  #said() {
    say(this.output, number(this.value));
    this.input.setAttribute("aria-valuetext", number(this.value));
  }
}

export class HandCard {
  #sliders;
  #classes = h("div", { class: "ctm-handclasses", role: "group", "aria-label": t("Classes that are trained on") });
  #names = ""; // of the classes
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** @type {Set<number>} */
  #out = new Set();
  #onmove;
  /** Until when they stay. */
  #held = 0;

  /** @param {(hand: Hand) => void} onmove */
  constructor(onmove) {
    this.#onmove = onmove;
    this.#sliders = SLIDERS.map((text) => new Stops(text, () => this.#moved()));
    this.element = h(
      "section",
      { class: "ctm-card ctm-hand", "aria-label": t("Hand") },
      h("h2", {}, t("Hands on it while it learns")),
      ...this.#sliders.map(({ element }) => element),
      this.#classes,
    );
    this.hand = FIRST_HAND;
  }

  /** @returns {Hand} */
  get hand() {
    const values = Object.fromEntries(this.#sliders.map(({ name, value }) => [name, value]));
    return /** @type {Hand} */ ({ ...values, left_out: [...this.#out].sort((a, b) => a - b) });
  }

  /** What the server says; a hand that has just moved knows better. @param {Hand} hand */
  set hand(hand) {
    if (performance.now() < this.#held) return;
    for (const slider of this.#sliders) slider.value = hand[slider.name];
    this.#out = new Set(hand.left_out);
    this.#mark();
  }

  /** Move some sliders, as a hand does. @param {Partial<Hand>} change */
  move(change) {
    this.hand = { ...this.hand, ...change };
    this.#held = performance.now() + HELD;
  }

  /** @param {string[]} classes */
  set classes(classes) {
    if (classes.join() === this.#names) return;
    this.#names = classes.join();
    this.#buttons = classes.slice(0, 40).map((name, i) => {
      const swatch = h("i", { style: `background:${classColour(i)}` });
      return h("button", { type: "button", class: "ctm-chip", onclick: () => this.#toggle(i) }, swatch, name);
    });
    this.#classes.replaceChildren(...this.#buttons);
    this.#mark();
  }

  /** @param {number} label */
  #toggle(label) {
    if (this.#out.has(label)) this.#out.delete(label);
    else if (this.#out.size + 1 < this.#buttons.length) this.#out.add(label);
    this.#mark();
    this.#moved();
  }

  #mark() {
    this.#buttons.forEach((button, i) => {
      const out = this.#out.has(i);
      button.setAttribute("aria-pressed", String(!out));
      button.title = classTitle(button.textContent ?? "", out);
    });
  }

  #moved() {
    this.#held = performance.now() + HELD;
    this.#onmove(this.hand);
  }
}
