// @ts-check
/** A prediction: one of several choices, or a share on a slider. Once it is locked it stays, beside what was measured. */
import { h } from "../../core/dom.js";
import { guessed, WORDS } from "../../text/tour/tour.js";
import { withTerms } from "../../widgets/term.js";

const NEAR = 0.1; // a guessed share this close to the measured one counts as right

/**
 * Whether a guess agrees with what was measured.
 * @param {number} guess @param {number} truth @param {boolean} share whether both are shares
 */
export const agrees = (guess, truth, share) => (share ? Math.abs(guess - truth) <= NEAR : guess === truth);

export class Guess {
  element;
  #inputs;
  /** @type {string[]|null} */
  #choices;
  #lock;

  /**
   * @param {string} question @param {string[]|null} choices null for a share
   * @param {(guess: number) => void} lock
   */
  constructor(question, choices, lock) {
    this.#choices = choices;
    const output = h("output", {}, guessed(0.5));
    /** @type {HTMLInputElement[]} */
    this.#inputs = choices
      ? choices.map((_, i) =>
          h("input", { type: "radio", name: "ctm-prediction", value: i, onchange: () => (this.#lock.disabled = false) }),
        )
      : [h("input", { type: "range", min: 0, max: 100, step: 1, value: 50, oninput: () => (output.value = guessed(this.value)) })];
    const told = () => lock(this.value);
    this.#lock = h("button", { type: "button", class: "ctm-chip ctm-main", disabled: choices !== null, onclick: told }, WORDS.lock());
    const answers = choices
      ? choices.map((choice, i) => h("label", { class: "ctm-choice" }, this.#inputs[i], h("span", {}, ...withTerms(choice))))
      : [h("div", { class: "ctm-line ctm-share" }, this.#inputs[0], output)];
    const legend = h("legend", {}, ...withTerms(question));
    this.element = h("fieldset", { class: "ctm-prediction" }, legend, ...answers, this.#lock);
    if (!choices) this.#inputs[0].setAttribute("aria-label", legend.firstChild?.textContent ?? question);
  }

  /** The place of the choice, or the share. */
  get value() {
    if (!this.#choices) return Number(this.#inputs[0].value) / 100;
    return this.#inputs.findIndex((input) => input.checked);
  }

  /** Show a guess that was locked, and what was measured. @param {number} guess @param {number} truth */
  reveal(guess, truth) {
    this.#lock.remove();
    for (const input of this.#inputs) input.disabled = true;
    if (!this.#choices) {
      this.#inputs[0].value = String(100 * guess);
      const marks = [`${WORDS.yours()}: ${guessed(guess)}`, `${WORDS.measured()}: ${guessed(truth)}`];
      const track = h("div", { class: "ctm-truthtrack", style: `--truth:${truth}`, "aria-hidden": "true" });
      this.#inputs[0]
        .closest(".ctm-share")
        ?.replaceChildren(h("div", { class: "ctm-sharebox" }, this.#inputs[0], track), marks.join(" · "));
      return;
    }
    this.#inputs.forEach((input, i) => {
      input.checked = i === guess;
      const marks = [i === guess && WORDS.yours(), i === truth && WORDS.measured()].filter(Boolean);
      const label = input.closest("label");
      label?.toggleAttribute("data-truth", i === truth);
      if (marks.length) label?.append(h("small", {}, marks.join(" · ")));
    });
  }
}
