// @ts-check
/** Predict, then see: a question, an answer that is locked, and what the training then shows. */
import { h, say, select } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { EXPERIMENTS, verdict } from "../../text/experiments.js";

/** @typedef {import("../../text/experiments.js").Outcome} Outcome */
/** @typedef {import("./follower.js").Watched} Watched */

const TRAINING_STEPS = 150; // of learning with the change, until it is looked at

export class ExperimentCard {
  #choice;
  #answers = h("div", { class: "ctm-line", role: "group", "aria-label": t("Your prediction") });
  #result = h("p", { class: "ctm-quiet", role: "status" });
  #at = 0;
  /** What was predicted, and how things stood then. @type {{outcome: Outcome, before: number, step: number} | null} */
  #locked = null;
  /** @type {Watched | null} */
  #last = null;
  #onstart;

  /** @param {(change: Partial<import("./hand.js").Hand>) => void} onstart change the sliders and learn */
  constructor(onstart) {
    this.#onstart = onstart;
    const questions = EXPERIMENTS.map(({ question }, i) => /** @type {[string, string]} */ ([String(i), question]));
    this.#choice = select(t("Question"), questions, "0", (i) => {
      this.#at = Number(i);
      this.reset();
    });
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainexperiment", "aria-label": t("Predict, then see") },
      h("h2", {}, t("Predict, then see")),
      this.#choice,
      this.#answers,
      this.#result,
    );
    this.reset();
  }

  /** Nothing is predicted. */
  reset() {
    this.#locked = null;
    const { answers } = EXPERIMENTS[this.#at];
    this.#answers.replaceChildren(
      ...Object.entries(answers).map(([outcome, words]) =>
        h("button", { type: "button", class: "ctm-chip", onclick: () => this.#lock(/** @type {Outcome} */ (outcome)) }, words),
      ),
    );
    say(this.#result, "");
  }

  /** @param {Watched} answer */
  show(answer) {
    this.#last = answer;
    if (!this.#locked) return;
    const { outcome, before, step } = this.#locked,
      experiment = EXPERIMENTS[this.#at],
      left = step + TRAINING_STEPS - answer.state.newest;
    if (left > 0) return say(this.#result, t("Locked. {left} steps to go …", { left }));
    this.#locked = null;
    for (const button of this.#answers.children) /** @type {HTMLButtonElement} */ (button).disabled = false;
    say(this.#result, verdict(experiment, outcome, before, experiment.measure(answer), TRAINING_STEPS));
  }

  /** @param {Outcome} outcome */
  #lock(outcome) {
    if (!this.#last?.state.newest) return say(this.#result, t("Let both learn for a while first, so that there is something to change."));
    const { hand, measure } = EXPERIMENTS[this.#at];
    this.#locked = { outcome, before: measure(this.#last), step: this.#last.state.newest };
    for (const button of this.#answers.children) /** @type {HTMLButtonElement} */ (button).disabled = true;
    this.#onstart(hand);
  }
}
