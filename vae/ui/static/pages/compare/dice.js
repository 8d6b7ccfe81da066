// @ts-check
/** The same dice: the same random codes through both decoders. */
import { h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { anySeed } from "../../core/seed.js";
import * as text from "../../text/compare.js";
import { diceBoth, diceSide, sourceOf } from "../../text/draws.js";
import { SAMPLE } from "../../wire/schema.js";
import { Answers, unrealCount } from "./shared.js";

const COUNT = 64;
const SOON = 300; // milliseconds in which draws of another source mostly come

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./shared.js").Moved} Moved */
/** @typedef {import("../../core/models.js").Metrics} Metrics */
/** @typedef {import("../../text/draws.js").Source} Source */
/** @typedef {import("../../text/draws.js").Counts & import("./pairs.js").Called & {metrics: Metrics}} Result */

export class Dice {
  controls;
  seed = 1; // also of the same freedom's noise
  #shared;
  /** @type {Answers<Result>} */
  #answers;
  #source;
  /** @type {string|undefined} as the address or a hand says */
  #from = "prior";
  #title = h("h2", {});
  /** Of which the draws of a source that was just chosen are still to come. @type {Set<Side>} */
  #awaited = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
    this.#answers = new Answers(shared);
    this.#source = segmented(t("Drawn from"), text.SOURCES, "prior", (/** @type {Source} */ source) => {
      this.#from = source;
      this.#awaited = new Set(shared.sides);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#clear(), SOON);
      this.#throw();
      shared.save();
    });
    const again = (/** @type {Event} */ event) => {
      this.seed = anySeed();
      this.#throw(event);
      shared.save();
    };
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "dice" },
      this.#title,
      h(
        "div",
        { class: "ctm-line" },
        this.#source.element,
        h("button", { type: "button", class: "ctm-chip", onclick: again }, t("⚄ throw again")),
      ),
      h("p", { class: "ctm-quiet" }, text.DRAWS),
    );
  }

  /** @param {Record<string, string>} view */
  read(view) {
    this.seed = Number(view.dice ?? 1);
    this.#from = view.from;
  }

  get view() {
    return { dice: String(this.seed), from: this.#whence };
  }

  /** Whether both models have a learned prior. */
  get #learned() {
    return this.#shared.sides.every((side) => side.open && side.facts.learned);
  }

  get #whence() {
    return sourceOf(this.#from, this.#learned);
  }

  enter() {
    this.#answers.forget();
    this.#source.offer("learned", this.#learned);
    this.#source.choose(this.#whence);
    const [left, right] = this.#shared.sides.map(({ facts }) => facts.latent_dim);
    say(this.#title, text.draws(COUNT, left === right));
    this.#throw();
  }

  leave() {
    clearTimeout(this.#timer);
  }

  /** @param {number} row */
  pick(row) {
    this.#shared.row = row;
  }

  /** @param {Moved} event */
  #throw(event = null) {
    const source = this.#whence;
    this.#answers.ask("dice", SAMPLE, () => ({ seed: this.seed, count: COUNT, temperature: 1, source }), {
      use: (side, answer) => this.#show(side, answer, source),
      place: (side) => side.wall,
      event,
      done: (both) => say(this.#shared.verdict, diceBoth(both, source)),
    });
  }

  /** Nothing that was drawn from one source may stand under the name of another: a mixture is fitted when it is first asked for. */
  #clear() {
    for (const side of this.#awaited) {
      side.wall.clear();
      Object.assign(side.map.over, { draws: null, far: null });
      side.map.redraw();
      side.show([], "");
    }
    if (this.#awaited.size) say(this.#shared.verdict, "");
  }

  /** @param {Side} side @param {import("../../wire/schema.js").SampleAnswered} answer @param {Source} source */
  #show(side, { pixels, places, verdicts }, source) {
    this.#awaited.delete(side);
    side.wall.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
    const far = Array.from(verdicts.column("far"), (value) => value > 0);
    Object.assign(side.map.over, { draws: places.data, far });
    const { judged, classes, metrics } = side.facts;
    const result = {
      ...side.called,
      metrics,
      classes: judged ? new Set(verdicts.column("label")).size : NaN,
      all: classes.length,
      far: far.filter(Boolean).length,
      unreal: unrealCount(verdicts),
      n: COUNT,
    };
    side.show(text.diceFigures({ ...result, frechet: metrics[`frechet_c_${source}`]?.value }), diceSide(result, source));
    return result;
  }
}
