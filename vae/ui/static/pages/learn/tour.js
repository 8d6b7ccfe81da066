// @ts-check
/** The guided tour beside a live page: asks before it shows, follows what a hand does there, and remembers how far one is. */
import { VISIT } from "../../core/address.js";
import { Unmeasured } from "../../text/tour/measured.js";
import { noStep } from "../../text/tour/tour.js";
import { Card } from "./card.js";
import { figuresOf } from "./figures.js";
import { keep, recall } from "./memory.js";
import { Only } from "./only.js";
import { Pointer } from "./point.js";
import { TOUR_STEPS } from "./steps.js";
import { Veil } from "./veil.js";
import { addressOf, asked, askedFor, open, RESULT, visit, without } from "./way.js";

/** @typedef {import("../../core/types.js").View} View */

let moved = false; // a hand on the card has gone to another step: the keyboard comes along to the next page

export class Tour {
  #root;
  #live;
  #page;
  /** @type {Card|null} */
  #card = null;
  #pointer;
  #only;
  #veil;
  #number = 0; // of the step that is on; 0 where there is none
  #touched = false; // whether a hand has done something on the page since
  /** @type {View} what the page showed before a hand did anything */
  #before = {};
  #on = new AbortController();
  #gone = new AbortController();

  /**
   * @param {HTMLElement} root of the page @param {import("../../core/connection.js").Live} live
   * @param {string} page its name
   */
  constructor(root, live, page) {
    this.#root = root;
    this.#live = live;
    this.#page = page;
    this.#pointer = new Pointer(root);
    this.#only = new Only(root);
    this.#veil = new Veil(root);
    const { signal } = this.#gone;
    const touch = (/** @type {Event} */ { target }) => {
      if (target instanceof Element && target.closest(".ctm-page")) this.#touched = true;
    };
    for (const type of ["pointerdown", "keydown", "wheel", "input", "change"])
      root.addEventListener(type, touch, { capture: true, passive: true, signal });
    for (const type of ["popstate", VISIT]) window.addEventListener(type, () => this.#follow(), { signal });
  }

  /**
   * The view to begin with: that of the step, where the address names nothing else of the page.
   * @param {View} named what the address says of the page @param {View} first what would be shown
   * @returns {View}
   */
  opening(named, first) {
    const number = asked(),
      step = TOUR_STEPS[(number ?? 0) - 1];
    return step?.page === this.#page && !Object.keys(named).length ? step.view : first;
  }

  /** The page is there. @param {View} named what the address says of it */
  begin(named) {
    const number = asked();
    const bare = !Object.keys(named).length;
    if (number !== null && bare && TOUR_STEPS[number - 1] && TOUR_STEPS[number - 1].page !== this.#page)
      return open(this.#live.base, number, true);
    this.#follow();
  }

  /** What the page shows now. @param {View} view */
  follow(view) {
    if (!this.#number) return;
    if (!this.#touched) {
      this.#before = view;
      return;
    }
    const { id, done } = TOUR_STEPS[this.#number - 1];
    if (recall().done.includes(id) || !done(view, this.#before)) return;
    keep({ done: [...recall().done, id] });
    this.#tell();
  }

  dispose() {
    this.#gone.abort();
    this.#off();
  }

  /** Be at the step that the address asks for. */
  #follow() {
    const number = asked();
    if (number === this.#number || (number === null && !this.#number)) return;
    this.#off();
    if (number === null || number === RESULT) return;
    if (!TOUR_STEPS[number - 1]) return this.#live.alert(noStep(askedFor(), TOUR_STEPS.length), "tour");
    this.#enter(number);
  }

  /** @param {number} number */
  async #enter(number) {
    const step = TOUR_STEPS[number - 1],
      only = new URLSearchParams(location.search).has("only");
    this.#on = new AbortController();
    const { signal } = this.#on;
    this.#number = number;
    this.#touched = false;
    this.#before = step.view; // a hand may be faster than the page's first word of what it shows
    const card = (this.#card ??= this.#make(only));
    this.#root.append(card.element);
    this.#root.toggleAttribute("data-touring", true);
    this.#root.toggleAttribute("data-only", only);
    keep({ at: number });
    card.enter(number, moved);
    moved = false;
    this.#tell();
    this.#pointer.at(step.target);
    if (only) this.#only.on(step.needs);
    window.dispatchEvent(new Event("resize")); // the page has another width
    try {
      const { session, models, base } = this.#live;
      const figures = await figuresOf(step, { session, models, base, signal });
      if (signal.aborted) return;
      card.ask(figures, recall().answers[step.id]);
      this.#tell();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Error)) throw error;
      card.fail(error.message);
      if (!(error instanceof Unmeasured)) this.#live.alert(error.message, "tour");
    }
  }

  /** Leave the page as it was without the tour. */
  #off() {
    this.#on.abort();
    this.#pointer.off();
    this.#only.off();
    this.#veil.off();
    this.#card?.element.remove();
    for (const mark of ["data-touring", "data-only", "data-grey"]) this.#root.removeAttribute(mark);
    if (this.#number) window.dispatchEvent(new Event("resize"));
    this.#number = 0;
  }

  #tell() {
    const { answers, done } = recall(),
      step = TOUR_STEPS[this.#number - 1];
    this.#card?.tell({ answered: TOUR_STEPS.map(({ id }) => id in answers), done: TOUR_STEPS.map(({ id }) => done.includes(id)) });
    const guessing = !(step.id in answers);
    this.#root.toggleAttribute("data-grey", Boolean(step.grey) && guessing);
    this.#veil.on((guessing && step.telltale) || []);
  }

  /** @param {boolean} alone */
  #make(alone) {
    const { base } = this.#live;
    return new Card(
      TOUR_STEPS,
      {
        lock: (guess) => {
          keep({ answers: { ...recall().answers, [TOUR_STEPS[this.#number - 1].id]: guess } });
          this.#tell();
        },
        go: (number) => {
          moved = true;
          open(base, number);
        },
        leave: () => {
          visit(without());
          this.#root.querySelector("button")?.focus();
        },
        show: () => this.#pointer.show(),
        there: () => open(base, this.#number),
        alone: (number) => addressOf(base, number, { only: "1" }),
        sheet: `${base}/continuum/static/pages/learn/sheet.html?lang=${document.documentElement.lang}`,
      },
      alone,
    );
  }
}
