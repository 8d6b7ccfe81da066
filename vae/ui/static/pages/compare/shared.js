// @ts-check
/** What the tabs of Compare have in common, and how they ask both models the same. */

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("../../core/types.js").Moved|null} Moved */

/**
 * @typedef {object} Shared
 * @property {import("../../core/connection.js").Live} live
 * @property {Side[]} sides left and right
 * @property {import("../../core/stay.js").Stay} view how long these two models are shown
 * @property {import("../../core/stay.js").Stay} stay how long this tab of theirs is
 * @property {HTMLElement} verdict where the sentence about both stands
 * @property {number} row of the image that a hand has chosen
 * @property {() => void} save write the view into the address
 */

/**
 * @typedef {object} Tab
 * @property {HTMLElement|null} controls
 * @property {() => void} enter it is shown, or other models are
 * @property {() => void} leave
 * @property {(row: number, event: Event) => void} pick an image of a map was clicked
 * @property {Record<string, string>} view its part of the address
 */

/**
 * What both models answered to one question, the newest of each.
 * @template Result
 */
export class Answers {
  #shared;
  /** @type {Map<Side, Result>} */
  #results = new Map();

  /** @param {Shared} shared */
  constructor(shared) {
    this.#shared = shared;
  }

  /** @returns {[Result, Result]|null} left and right, once both have answered */
  get both() {
    const [left, right] = this.#shared.sides.map((side) => this.#results.get(side));
    return left && right ? [left, right] : null;
  }

  forget() {
    this.#results.clear();
  }

  /** @param {Side} side @param {Result} result */
  keep(side, result) {
    this.#results.set(side, result);
  }

  /**
   * Ask both; `done` is called with what each made of it once both have answered.
   * @template Asked, Answered
   * @param {string} lane
   * @param {import("../../wire/schema.js").Operation<Asked, Answered>} operation
   * @param {(side: Side) => Asked} asked
   * @param {{use: (side: Side, answer: Answered) => Result, place: (side: Side) => {clear: () => void}, event: Moved,
   *   done?: (both: [Result, Result]) => void}} hand
   *   what a model made of its answer, which it has painted; where it is painted; what the hand did
   */
  ask(lane, operation, asked, { use, place, event, done }) {
    const { live, sides, stay } = this.#shared;
    for (const side of sides) {
      live.session.ask(operation, asked(side), {
        model: side.facts.name,
        lane: `${lane} ${side.key}`,
        signal: stay.signal,
        onReply: (answer) => {
          this.keep(side, use(side, answer));
          live.meter.frame(event);
          side.map.redraw();
          const { both } = this;
          if (both) done?.(both);
        },
        onError: (error) => {
          live.alert(error.message);
          place(side).clear();
        },
      });
    }
  }
}

/**
 * How many of the judged pictures are unreal; NaN where there is no classifier to say so.
 * @param {import("../../wire/tables.js").Table<"label" | "confidence" | "unreal" | "far", Float32Array>} verdicts
 */
export function unrealCount(verdicts) {
  const unreal = verdicts.column("unreal");
  return Number.isNaN(unreal[0]) ? NaN : unreal.reduce((count, each) => count + Number(each > 0), 0);
}
