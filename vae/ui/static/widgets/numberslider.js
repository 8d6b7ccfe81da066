// @ts-check
/** A slider and its number, which can be typed: two views of one value. */
import { h } from "../core/dom.js";
import { marked, number, t, unmarked } from "../core/language.js";

const FINE = 10; // of them make a step: with Shift
const COARSE = 10; // steps: Page up, Page down
const NEAR = 1e-3; // of a step: what float32 leaves of a value that stands on a step
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** @type {Record<string, number>} steps for each key */
const WAYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: COARSE, PageDown: -COARSE };

/**
 * The shortest decimal that names a float32, without an exponent: it is read back, in any language, as the same number.
 * @param {number} value
 */
export function plain(value) {
  let text = value.toFixed(0);
  for (let digits = 1; Math.fround(Number(text)) !== Math.fround(value) && digits <= 60; digits++) text = value.toFixed(digits);
  return text;
}

/** The same in four digits, for the eye. @param {number} value */
export const brief = (value) => plain(Number(value.toPrecision(4)));

/** What a person wrote as a number, also with a true minus sign; NaN if it is none. @param {string} text */
export function readNumber(text) {
  const written = text.trim().replace("−", "-");
  return NUMBER.test(written) ? Number(written) : NaN;
}

/**
 * The largest of 1, 2, 5, 10, 20 … that divides a range into at least `count` steps.
 * @param {number} range @param {number} count
 */
export function roundStep(range, count) {
  const most = range / count,
    power = 10 ** Math.floor(Math.log10(most));
  return Number((([5, 2, 1].find((factor) => factor * power <= most * (1 + 1e-9)) ?? 1) * power).toPrecision(1));
}

/** Six decimals, which an address can hold. @param {number} value */
export const toDecimals = (value) => Number(value.toFixed(6));

/**
 * `slider` and `number` are for the page to place. A drag goes by `step`; arrow keys go by a step, with Shift by a tenth of
 * one, Page keys by ten; a typed number is taken as it is from `lowest` to `highest`, where the slider may have ended before.
 * The number is written in four digits until somebody goes there to type, and then in all.
 */
export class NumberSlider {
  #name;
  #step;
  #min;
  #max;
  #lowest;
  #highest;
  #round;
  #input;
  #commit;
  #refuse;
  #home;
  #value = 0;
  #text = "";
  #held = false;

  /**
   * @param {string} name accessible name of the slider; that of the number is "NAME value"
   * @param {{min: number, max: number, step: number, value?: number, lowest?: number, highest?: number,
   *   round?: (value: number) => number}} range
   * @param {{input?: (event: Event) => void, commit?: (event: Event) => void, home?: (event: Event) => void, leave?: () => void,
   *   refuse: (sentence: string, about: string) => void}} hand the value moved; it came to rest; it goes back to where it came from
   *   (Home, double click; by default Home goes to the lower end); the focus left both; why a typed text was not taken, "" once one was
   */
  constructor(
    name,
    { min, max, step, value = min, lowest = min, highest = max, round = toDecimals },
    { input, commit, home, leave, refuse },
  ) {
    this.#name = name;
    this.#step = step;
    this.#min = min;
    this.#max = max;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#round = round;
    this.#input = input;
    this.#commit = commit;
    this.#home = home;
    this.#refuse = refuse;
    const left = (/** @type {FocusEvent} */ event) => {
      if (event.relatedTarget !== this.slider && event.relatedTarget !== this.number) leave?.();
    };
    /** @type {HTMLInputElement} */
    this.slider = h("input", {
      type: "range",
      "aria-label": name,
      min,
      max,
      step: "any",
      oninput: (/** @type {Event} */ event) =>
        this.#move(this.#held ? this.#onStep(Number(this.slider.value)) : Number(this.slider.value), event),
      onchange: (/** @type {Event} */ event) => {
        this.#held = false;
        this.#commit?.(event);
      },
      onpointerdown: () => {
        this.#held = true;
      },
      onpointerup: () => {
        this.#held = false;
      },
      ondblclick: (/** @type {Event} */ event) => this.#home?.(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      onblur: left,
    });
    /** @type {HTMLInputElement} */
    this.number = h("input", {
      type: "text",
      inputmode: "decimal",
      class: "ctm-value",
      "aria-label": t("{name} value", { name }),
      autocomplete: "off",
      spellcheck: "false",
      onchange: (/** @type {Event} */ event) => this.#typed(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") this.number.value = this.#text;
      },
      onfocus: () => {
        this.number.value = this.#text;
        this.number.select();
      },
      onblur: (/** @type {FocusEvent} */ event) => {
        this.number.value = marked(brief(this.#value));
        left(event);
      },
    });
    this.value = value;
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = this.#round(value);
    const text = plain(this.#value);
    this.slider.value = text;
    const shown = marked(text);
    if (document.activeElement !== this.number) this.number.value = marked(brief(this.#value));
    else if (this.number.value === this.#text) this.number.value = shown; // else somebody is writing there
    this.number.title = shown;
    this.#text = shown;
  }

  /** Whether there is nothing to move. @param {boolean} disabled */
  set disabled(disabled) {
    this.slider.disabled = this.number.disabled = disabled;
  }

  /** @param {number} value @param {Event} event */
  #move(value, event) {
    this.value = value;
    this.#input?.(event);
  }

  /** @param {number} value */
  #onStep(value) {
    return Math.min(this.#max, Math.max(this.#min, Number((Math.round(value / this.#step) * this.#step).toPrecision(12))));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = WAYS[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || !(way || event.key === "Home" || event.key === "End")) return;
    event.preventDefault();
    if (event.key === "Home" && this.#home) return this.#home(event);
    let target = event.key === "Home" ? this.#min : this.#max;
    if (way) {
      const step = event.shiftKey && Math.abs(way) === 1 ? this.#step / FINE : this.#step,
        at = this.#value / step;
      const next = way > 0 ? Math.floor(at + NEAR) + way : Math.ceil(at - NEAR) + way;
      target = Math.min(this.#max, Math.max(this.#min, Number((next * step).toPrecision(12))));
      if (way > 0 ? target <= this.#value : target >= this.#value) return; // at an end, or beyond it
    }
    this.slider.value = String(target);
    for (const type of ["input", "change"]) this.slider.dispatchEvent(new Event(type, { bubbles: true }));
  }

  /** @param {Event} event */
  #typed(event) {
    const text = this.number.value,
      value = readNumber(unmarked(text));
    this.number.value = this.#text;
    if (text === this.#text) return;
    const kept = { name: this.#name, text: this.#text },
      written = text.trim() ? `“${text.trim().slice(0, 40)}”` : t("An empty field");
    if (Number.isNaN(value))
      return this.#refuse(
        t("{written} is no number: {name} stays at {text}. Write one like {example}.", { written, example: number(1.25), ...kept }),
        this.#name,
      );
    if (!(value >= this.#lowest && value <= this.#highest)) {
      const [low, high] = [this.#lowest, this.#highest].map((end) => number(end, 15));
      const told = t("{written} was not taken, and {name} stays at {text}. It may be from {low} to {high}.", {
        written,
        low,
        high,
        ...kept,
      });
      return this.#refuse(told, this.#name);
    }
    this.#refuse("", this.#name);
    this.#move(value, event);
    this.#commit?.(event);
  }
}
