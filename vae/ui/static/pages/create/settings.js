// @ts-check
/** The settings of a drawing: how strongly the caption pulls, how freely codes are chosen, and the seed. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { anySeed } from "../../core/seed.js";
import { MEANING, SEED, topKRange } from "../../text/create.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { LIMITS } from "../../wire/schema.js";
import { USUAL } from "./address.js";

const LARGEST_SEED = 9_999_999;

export class Settings {
  /** @type {HTMLElement[]} */
  elements;
  /** @type {NumberSlider} */
  #guidance;
  /** @type {NumberSlider} */
  #temperature;
  /** @type {HTMLInputElement} */
  #topK;
  /** @type {HTMLInputElement} */
  #seed;
  /** @type {number} */
  #codes;

  /**
   * @param {number} codes in the codebook
   * @param {{change: () => void, refuse: (sentence: string, about: string) => void}} hand
   *   one of them was changed; a typed text was not taken
   */
  constructor(codes, { change, refuse }) {
    this.#codes = codes;
    const slider = (/** @type {string} */ name, /** @type {{min: number, max: number, step: number}} */ range) =>
      new NumberSlider(name, range, { commit: change, refuse });
    this.#guidance = slider(t("guidance"), { min: 0, max: LIMITS.largest_guidance, step: 0.5 });
    this.#temperature = slider(t("temperature"), { min: 0, max: 2, step: 0.1 });
    this.#topK = whole("top-k", { min: 1, max: codes, value: USUAL.topK, onchange: change });
    this.#seed = whole(t("seed"), { min: 0, max: LARGEST_SEED, value: USUAL.seed, onchange: change });
    const reset = () => {
      this.set(USUAL);
      change();
    };
    this.elements = [
      line(t("guidance"), MEANING.guidance, this.#guidance),
      line(t("temperature"), MEANING.temperature, this.#temperature),
      h("label", { class: "ctm-setting", title: MEANING.topK }, h("span", {}, "top-k"), this.#topK),
      h("label", { class: "ctm-setting", title: MEANING.seed }, h("span", {}, t("seed")), this.#seed),
      h("button", { type: "button", class: "ctm-link ctm-reset", onclick: reset }, t("usual settings")),
    ];
  }

  /** @returns {import("./address.js").Settings} */
  get values() {
    return {
      seed: this.#seed.valueAsNumber,
      guidance: this.#guidance.value,
      temperature: this.#temperature.value,
      topK: this.#topK.valueAsNumber,
    };
  }

  /** The same as a drawing asks for them. */
  get asked() {
    const { topK, ...others } = this.values;
    return { ...others, top_k: topK };
  }

  /** @param {import("./address.js").Settings} values */
  set({ seed, guidance, temperature, topK }) {
    this.#seed.value = String(seed);
    this.#guidance.value = guidance;
    this.#temperature.value = temperature;
    this.#topK.value = String(Math.min(topK, this.#codes));
  }

  /** Another seed, by chance. */
  throwSeed() {
    this.#seed.value = String(anySeed());
  }

  /** What is wrong with them, as a sentence; "" where nothing is. */
  get problem() {
    const { seed, topK } = this.values;
    if (!Number.isInteger(seed) || seed < 0 || seed > LARGEST_SEED) return SEED;
    return Number.isInteger(topK) && topK >= 1 && topK <= this.#codes ? "" : topKRange(this.#codes);
  }
}

/** A field for a whole number. @param {string} name @param {Record<string, any>} properties */
const whole = (name, properties) =>
  /** @type {HTMLInputElement} */ (h("input", { type: "number", class: "ctm-number", step: 1, "aria-label": name, ...properties }));

/** @param {string} name @param {string} title @param {NumberSlider} range */
const line = (name, title, { number, slider }) =>
  h("div", { class: "ctm-setting", title }, h("span", { "aria-hidden": "true" }, name), number, slider);
