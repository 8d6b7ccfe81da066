// @ts-check
/**
 * How many of the variations keep the class of their image: counted in one model after the other and always for the newest
 * radius, so that the pictures do not wait for it.
 */
import { say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { freedomFigures } from "../../text/compare.js";
import { freedomBoth, freedomSide } from "../../text/words.js";
import { KEPT } from "../../wire/schema.js";

const REST = 100; // milliseconds between two counts: figures that change faster cannot be read, and cost the pictures their time

/** @typedef {import("./side.js").Side} Side */
/** @typedef {{row: number, asked: (side: Side) => import("../../wire/schema.js").KeptAsked}} Variations of an image */

export class Kept {
  #shared;
  /** @type {Variations|null} the newest that are not counted yet */
  #next = null;
  /** @type {AbortSignal|null} ends the count under way */
  #busy = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
  }

  /** @param {Variations} newest */
  count(newest) {
    this.#next = newest;
    if (!this.#busy || this.#busy.aborted) this.#advance();
  }

  /** What is under way ends with the tab. */
  leave() {
    clearTimeout(this.#timer);
    this.#next = null;
    this.#busy = null;
  }

  #advance() {
    const variations = this.#next;
    this.#next = null;
    this.#busy = variations && this.#shared.stay.signal;
    if (variations) this.#ask(variations, this.#shared.sides, []);
  }

  /**
   * @param {Variations} variations @param {Side[]} sides that are still to be asked
   * @param {number[]} shares of those before
   */
  #ask(variations, [side, ...others], shares) {
    const { live, stay } = this.#shared,
      asked = variations.asked(side);
    const use = (/** @type {{share: number, label: number}} */ figures) => {
      if (variations.row !== this.#shared.row) return this.#advance(); // another image has been chosen
      this.#show(side, variations.row, asked, figures);
      const known = [...shares, figures.share];
      if (others.length) this.#ask(variations, others, known);
      else this.#done(known, asked);
    };
    live.session.ask(KEPT, asked, {
      model: side.facts.name,
      lane: "kept",
      signal: stay.signal,
      onReply: ({ figures }) => use(figures),
      onError: (error) => {
        live.alert(error.message);
        use({ share: NaN, label: -1 });
      },
    });
  }

  /**
   * @param {Side} side @param {number} row
   * @param {import("../../wire/schema.js").KeptAsked} asked @param {{share: number, label: number}} figures
   */
  #show(side, row, { count, radius }, { share, label }) {
    const name = side.facts.classes[label];
    say(side.caption, name ? t("image {row} · decoded as {name}", { row, name }) : t("image {row}", { row }));
    const sentence = Number.isFinite(share) ? freedomSide({ ...side.called, kept: share, n: count, radius, name }) : "";
    side.show(freedomFigures({ share, count }), sentence);
  }

  /** @param {number[]} shares @param {import("../../wire/schema.js").KeptAsked} asked */
  #done([left, right], { count, radius }) {
    const [a, b] = this.#shared.sides.map(({ called, facts }) => ({ ...called, metrics: facts.metrics }));
    say(
      this.#shared.verdict,
      freedomBoth(
        [
          { ...a, share: left },
          { ...b, share: right },
        ],
        { n: count, radius },
      ),
    );
    this.#timer = setTimeout(() => this.#advance(), REST);
  }
}
