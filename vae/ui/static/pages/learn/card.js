// @ts-check
/** The card of one step: what the article says, a prediction, what was measured, and what to do with one's own hand. */
import { h, say } from "../../core/dom.js";
import { stepOf, WORDS } from "../../text/tour/tour.js";
import { withTerms } from "../../widgets/term.js";
import { agrees, Guess } from "./guess.js";

/** @typedef {import("./steps.js").Step} Step */
/** @typedef {import("../../text/tour/measured.js").Figures} Figures */
/**
 * @typedef {object} Hand
 * @property {(guess: number) => void} lock
 * @property {(number: number) => void} go
 * @property {() => void} leave @property {() => void} show @property {() => void} there
 * @property {(number: number) => string} alone the address of that step alone
 * @property {string} sheet its address
 */

export class Card {
  element;
  #title = h("h2", { tabindex: -1 });
  #body = h("div", { class: "ctm-tourbody" });
  #claim = h("p", { class: "ctm-claim" });
  #asked = h("div", {});
  #measured = h("div", { class: "ctm-measured", "aria-live": "polite" });
  #task = h("div", { class: "ctm-task" });
  #dots = h("ol", { class: "ctm-tourdots", "aria-label": WORDS.steps() });
  #back;
  #next;
  #fold;
  #hand;
  /** @type {Step[]} */
  #steps;
  #number = 1;

  /** @param {readonly Step[]} steps @param {Hand} hand @param {boolean} alone whether it is one step by itself */
  constructor(steps, hand, alone) {
    this.#steps = [...steps];
    this.#hand = hand;
    const chip = (/** @type {string} */ words, /** @type {() => void} */ onclick, more = {}) =>
      h("button", { type: "button", class: "ctm-chip", onclick, ...more }, words);
    this.#back = chip(WORDS.back(), () => hand.go(this.#number - 1));
    this.#next = chip(WORDS.skip(), () => hand.go(this.#number + 1));
    this.#fold = chip("▾", () => this.#turn(), { "aria-expanded": "true", "aria-label": WORDS.fold() });
    this.#fold.classList.add("ctm-fold");
    const leave = chip("✕", hand.leave, { "aria-label": WORDS.leave() });
    leave.classList.add("ctm-close");
    this.#body.append(this.#claim, this.#asked, this.#measured, this.#task, ...(alone ? [] : [this.#teachers()]));
    this.element = h(
      "section",
      { class: "ctm-card ctm-tour", role: "region", "aria-label": WORDS.tour() },
      h("header", {}, this.#title, this.#fold, !alone && leave),
      !alone && this.#dots,
      this.#body,
      !alone && h("footer", { class: "ctm-line" }, this.#back, h("span", { class: "ctm-grow" }), this.#next),
    );
  }

  /** Another step; its figures are on their way. @param {number} number @param {boolean} focus whether the keyboard comes along */
  enter(number, focus) {
    this.#number = number;
    const { telling } = this.#steps[number - 1];
    this.#title.replaceChildren(h("small", {}, stepOf(number, this.#steps.length)), " ", telling.title());
    this.#claim.replaceChildren(...withTerms(telling.claim()));
    this.#asked.replaceChildren(h("p", { class: "ctm-quiet" }, WORDS.waiting()));
    this.#measured.replaceChildren();
    this.#task.replaceChildren();
    this.#back.disabled = number === 1;
    this.#body.scrollTop = 0;
    if (focus) this.#title.focus({ preventScroll: true });
  }

  /** It cannot be told from figures. @param {string} sentence */
  fail(sentence) {
    this.#asked.replaceChildren(h("p", { role: "note" }, sentence));
  }

  /** Ask for a prediction, or show what came of it. @param {Figures} figures @param {number|undefined} locked */
  ask(figures, locked) {
    const { telling } = this.#steps[this.#number - 1];
    const truth = telling.truth(figures),
      said = telling.told(figures);
    const guess = new Guess(telling.question(figures), telling.choices?.(figures) ?? null, (value) => {
      this.#hand.lock(value);
      this.#reveal(guess, value, truth, said);
      this.#measured.scrollIntoView({ block: "nearest" });
    });
    this.#asked.replaceChildren(guess.element);
    const place = h("button", { type: "button", class: "ctm-link", onclick: () => this.#hand.show() }, WORDS.show());
    this.#task.replaceChildren(h("b", {}), h("p", {}, telling.task(figures), " ", place));
    if (locked !== undefined) this.#reveal(guess, locked, truth, said);
  }

  /** How far the step and all others are. @param {{answered: boolean[], done: boolean[]}} progress */
  tell({ answered, done }) {
    const at = this.#number - 1,
      whole = answered[at] && done[at];
    const heading = this.#task.firstElementChild;
    if (heading) say(heading, done[at] ? `✓ ${WORDS.done()}` : WORDS.todo());
    this.#task.toggleAttribute("data-done", done[at]);
    this.#task.hidden = !answered[at];
    say(this.#next, this.#number === this.#steps.length ? WORDS.end() : whole ? WORDS.next() : WORDS.skip());
    this.#next.classList.toggle("ctm-main", whole);
    this.#dots.replaceChildren(
      ...this.#steps.map(({ telling }, i) => {
        const title = `${stepOf(i + 1, this.#steps.length)}: ${telling.title()}${answered[i] && done[i] ? ` ✓` : ""}`;
        const go = () => this.#hand.go(i + 1);
        const state = answered[i] && done[i] ? "done" : answered[i] ? "answered" : "open";
        const current = i === at ? "step" : undefined;
        return h(
          "li",
          {},
          h("button", { type: "button", title, "aria-label": title, "aria-current": current, "data-state": state, onclick: go }),
        );
      }),
    );
  }

  /** @param {Guess} guess @param {number} value @param {number} truth @param {string} said */
  #reveal(guess, value, truth, said) {
    const share = this.#steps[this.#number - 1].telling.choices === null;
    guess.reveal(value, truth);
    const right = agrees(value, truth, share);
    const verdict = h("b", { "data-right": String(right) }, right ? `✓ ${WORDS.right()}` : `✗ ${WORDS.wrong()}`);
    this.#measured.replaceChildren(h("p", {}, verdict, " ", ...withTerms(said)));
  }

  #turn() {
    const folded = this.element.toggleAttribute("data-folded");
    this.#fold.setAttribute("aria-expanded", String(!folded));
    this.#fold.setAttribute("aria-label", folded ? WORDS.unfold() : WORDS.fold());
    this.#fold.textContent = folded ? "▴" : "▾";
  }

  #teachers() {
    const link = (/** @type {() => string} */ href, /** @type {string} */ words) => {
      const anchor = h(
        "a",
        { target: "_blank", onfocus: () => (anchor.href = href()), onpointerenter: () => (anchor.href = href()) },
        words,
      );
      anchor.href = "#";
      return h("li", {}, anchor);
    };
    const sheet = h("li", {}, h("a", { href: this.#hand.sheet, target: "_blank" }, WORDS.sheet()));
    const place = h("li", {}, h("button", { type: "button", class: "ctm-link", onclick: () => this.#hand.there() }, WORDS.there()));
    return h(
      "details",
      { class: "ctm-teachers" },
      h("summary", {}, WORDS.teachers()),
      h(
        "ul",
        {},
        link(() => this.#hand.alone(this.#number), WORDS.link()),
        sheet,
        place,
      ),
    );
  }
}
