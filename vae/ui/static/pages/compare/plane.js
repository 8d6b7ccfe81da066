// @ts-check
/** The same plane: what both decoders make of every place of their code planes. The floor of the maps paints the pictures. */
import { h, keepFocus, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import * as text from "../../text/compare.js";
import { planeBoth, planeSide } from "../../text/words.js";
import { VERDICTS } from "../../wire/schema.js";
import { Answers } from "./shared.js";

const JUDGED = 16; // places along each side of a plane that are judged
const REST = 100; // milliseconds that a window stays where it is before its plane is judged

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./pairs.js").Called & import("../../text/words.js").Plane} Result */

/**
 * The middles of so many cells along each side of a window, column by column.
 * @param {number[]} window [x0, x1, y0, y1] @param {number} side
 * @returns {number[]} (side², 2) flat
 */
export function middles([x0, x1, y0, y1], side) {
  const at = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ cell) =>
    from + ((cell + 0.5) / side) * (to - from);
  const cells = Array.from({ length: side }, (_, cell) => cell);
  return cells.flatMap((column) => cells.flatMap((row) => [at(x0, x1, column), at(y0, y1, row)]));
}

/**
 * Of the places of a window that are not empty: how many there are, and at how many the picture is unreal. So it does not
 * count how much emptiness there is in the window beside the codes.
 * @param {import("../../wire/schema.js").VerdictsAnswered["verdicts"]} verdicts
 */
export function unrealWhereCodesLie(verdicts) {
  const far = verdicts.column("far"),
    unreal = verdicts.column("unreal"),
    judged = verdicts.column("label")[0] >= 0;
  let n = 0,
    count = 0;
  for (let i = 0; i < far.length; i++) {
    if (far[i] > 0) continue;
    n += 1;
    if (unreal[i] > 0) count += 1;
  }
  return { n, unreal: judged ? count : NaN };
}

export class Plane {
  controls;
  /** @type {Record<string, string>} nothing of its own */
  view = {};
  #shared;
  #choice;
  /** @type {Answers<Result>} */
  #answers;
  #button;
  #words = h("p", { class: "ctm-quiet" });
  #here = false;
  #focus;
  /** @type {Map<Side, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /**
   * @param {import("./shared.js").Shared} shared @param {import("./choice.js").Choice} choice
   * @param {() => HTMLElement|null} focus where the keyboard goes when the button does
   */
  constructor(shared, choice, focus) {
    this.#shared = shared;
    this.#choice = choice;
    this.#answers = new Answers(shared);
    this.#focus = focus;
    this.#button = h("button", { type: "button", class: "ctm-chip", onclick: () => choice.resize(2) }, t("Switch to code size 2"));
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "plane" },
      h("h2", {}, t("The whole code plane, decoded")),
      this.#words,
      this.#button,
    );
    for (const side of shared.sides) side.map.watchers.add(() => this.#judgeLater(side));
  }

  /** What the maps stand on. */
  get floor() {
    return this.#there ? "pictures" : null;
  }

  /** Whether both maps are code planes. */
  get #there() {
    return this.#shared.sides.every(({ facts }) => facts.identity);
  }

  enter() {
    this.#here = true;
    this.#answers.forget();
    const there = this.#there,
      none = !this.#choice.sizes.includes(2);
    const hide = () => {
      this.#button.hidden = there || none;
    };
    keepFocus(this.controls, hide, this.#focus());
    say(this.#words, there ? text.PLANE : text.noPlane(none));
    for (const side of this.#shared.sides) this.#judgeLater(side);
  }

  leave() {
    this.#here = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** @param {number} row */
  pick(row) {
    this.#shared.row = row;
  }

  /** Judge a plane once its window has come to rest: sixteen rows of verdicts would hold up the pictures. @param {Side} side */
  #judgeLater(side) {
    if (!this.#here || !this.#there) return;
    clearTimeout(this.#timers.get(side));
    this.#timers.set(
      side,
      setTimeout(() => this.#judge(side), REST),
    );
  }

  /** @param {Side} side */
  #judge(side) {
    const { live, stay, verdict } = this.#shared,
      { window } = side.map;
    if (!window) return;
    live.session.ask(
      VERDICTS,
      { codes: middles(window, JUDGED) },
      {
        model: side.facts.name,
        lane: `judge ${side.key}`,
        signal: stay.signal,
        onReply: ({ verdicts }) => {
          const result = { ...side.called, ...unrealWhereCodesLie(verdicts), part: Boolean(side.map.closeup) };
          this.#answers.keep(side, result);
          side.show(text.planeFigures(result), planeSide(result));
          const { both } = this.#answers;
          if (both) say(verdict, planeBoth(both));
        },
      },
    );
  }
}
