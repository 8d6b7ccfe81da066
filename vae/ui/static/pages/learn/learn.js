// @ts-check
/** The page Learn: it leads to the step where one stopped, and shows the result after the last one. */
import { h } from "../../core/dom.js";
import { tally, WORDS, guessed } from "../../text/tour/tour.js";
import { withTerms } from "../../widgets/term.js";
import { figuresOf } from "./figures.js";
import { agrees } from "./guess.js";
import { forget, keep, recall } from "./memory.js";
import { TOUR_STEPS } from "./steps.js";
import { addressOf, asked, open, RESULT } from "./way.js";

export class Learn {
  ready;
  #live;
  #page = h("div", { class: "ctm-page ctm-learn" });
  #gone = new AbortController();

  /** @param {HTMLElement} root @param {import("../../core/connection.js").Live} live */
  constructor(root, live) {
    this.#live = live;
    root.append(this.#page);
    this.ready = this.apply();
  }

  async apply() {
    const number = asked() ?? recall().at;
    if (number !== RESULT) return open(this.#live.base, TOUR_STEPS[number - 1] ? number : 1, true);
    keep({ at: RESULT });
    const { answers } = recall();
    const rows = await Promise.all(TOUR_STEPS.map((step, i) => this.#row(step, i + 1)));
    if (this.#gone.signal.aborted) return;
    const answered = TOUR_STEPS.filter(({ id }) => id in answers).length;
    const words = tally({ right: rows.filter(({ right }) => right).length, answered, count: TOUR_STEPS.length });
    const again = () => {
      forget();
      open(this.#live.base, 1);
    };
    const heads = [WORDS.step(), WORDS.answer(), WORDS.figures()].map((head) => h("th", { scope: "col" }, head));
    this.#page.replaceChildren(
      h(
        "section",
        { class: "ctm-card ctm-result", "aria-label": WORDS.tour() },
        h("h2", {}, WORDS.result()),
        h("p", { class: "ctm-tally" }, words),
        h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows.map(({ element }) => element))),
        h(
          "div",
          { class: "ctm-line" },
          h("button", { type: "button", class: "ctm-chip", onclick: again }, WORDS.again()),
          h(
            "a",
            { class: "ctm-chip", href: `${this.#live.base}/continuum/static/pages/learn/sheet.html?lang=${document.documentElement.lang}` },
            WORDS.sheet(),
          ),
        ),
      ),
    );
  }

  dispose() {
    this.#gone.abort();
    this.#page.remove();
  }

  /** @param {import("./steps.js").Step} step @param {number} number */
  async #row(step, number) {
    const { session, models, base } = this.#live;
    const guess = recall().answers[step.id],
      { telling } = step;
    let right = false,
      answer = WORDS.unanswered(),
      said = "";
    try {
      const figures = await figuresOf(step, { session, models, base, signal: this.#gone.signal });
      const truth = telling.truth(figures),
        choices = telling.choices?.(figures);
      said = telling.told(figures);
      if (guess !== undefined) {
        right = agrees(guess, truth, !choices);
        answer = `${right ? "✓" : "✗"} ${choices ? choices[guess] : guessed(guess)}`;
      }
    } catch (error) {
      said = /** @type {Error} */ (error).message;
    }
    const link = h("a", { href: addressOf(base, number) }, `${number} · ${telling.title()}`);
    const cells = [
      h("th", { scope: "row" }, link),
      h("td", { "data-right": String(right) }, ...withTerms(answer)),
      h("td", {}, ...withTerms(said)),
    ];
    return { right, element: h("tr", {}, ...cells) };
  }
}
