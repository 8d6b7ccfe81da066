// @ts-check
/** The same path: the pictures from A to B in both, and how evenly they change. */
import { say } from "../../core/dom.js";
import { fixed } from "../../core/language.js";
import { pathFigures } from "../../text/compare.js";
import { needlessFlips, pathBoth, pathSide } from "../../text/words.js";
import { STRIP_FRAMES } from "../../widgets/strip.js";
import { ALONG, PATH } from "../../wire/schema.js";
import { Answers, unrealCount } from "./shared.js";
import { StepChart } from "./stepchart.js";

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./side.js").Codes} Codes */
/** @typedef {import("./shared.js").Moved} Moved */
/** @typedef {import("./pairs.js").Called & import("../../text/words.js").Way & {steps: Float32Array, flips: number}} Result */

export class Path {
  controls;
  /** @type {Record<string, string>} nothing of its own */
  view = {};
  chart;
  #shared;
  #way;
  /** @type {Answers<Result>} */
  #answers;
  /** @type {Codes|null} of A and B */
  #codes = null;

  /** @param {import("./shared.js").Shared} shared @param {import("./way.js").Way} way */
  constructor(shared, way) {
    this.#shared = shared;
    this.#way = way;
    this.#answers = new Answers(shared);
    this.chart = new StepChart(shared.live);
    this.controls = way.controls;
  }

  enter() {
    this.#answers.forget();
    this.#codes = null;
    this.chart.enter();
    this.#way.enter(this, { kinds: true });
  }

  leave() {
    this.#way.leave();
    this.chart.leave();
  }

  /** @param {number} row @param {Event} event */
  pick(row, event) {
    if (!this.#way.pick(row, event)) this.#shared.row = row;
  }

  /** @param {Codes} codes @param {Moved} event */
  start(codes, event) {
    this.#codes = codes;
    this.#answers.ask(
      "path",
      PATH,
      (side) => {
        const [a, b] = codes.get(side.key) ?? [];
        return { way: this.#way.kind, frames: STRIP_FRAMES, a, b };
      },
      {
        use: (side, answer) => this.#show(side, answer),
        place: (side) => side.strip,
        event,
        done: (both) => {
          say(this.#shared.verdict, pathBoth(both));
          this.chart.show(both);
        },
      },
    );
  }

  /** @param {number} t @param {Moved} event */
  scrub(t, event) {
    if (!this.#codes) return;
    const { live, stay, sides } = this.#shared;
    for (const side of sides) {
      const [a, b] = this.#codes.get(side.key) ?? [];
      side.strip.at(t);
      live.session.ask(
        ALONG,
        { way: this.#way.kind, t, a, b },
        {
          model: side.facts.name,
          lane: `along ${side.key}`,
          signal: stay.signal,
          onReply: ({ pixels, places }) => {
            side.current.paint(pixels.data, pixels.shape);
            say(side.caption, `t = ${fixed(t, 2)}`);
            live.meter.frame(event);
            Object.assign(side.map.over, { at: [...places.row(0)] });
            side.map.redraw();
          },
          onError: (error) => {
            live.alert(error.message);
            side.current.clear();
          },
        },
      );
    }
    this.chart.mark(t);
  }

  dispose() {
    this.chart.dispose();
  }

  /** @param {Side} side @param {import("../../wire/schema.js").PathAnswered} answer */
  #show(side, { pixels, places, steps, figures, verdicts }) {
    side.strip.paint(pixels.data, pixels.shape);
    side.strip.flag(Array.from(verdicts.column("unreal"), (value) => value > 0));
    Object.assign(side.map.over, { path: places.data });
    side.map.mark("A", /** @type {any} */ ([...places.row(0)]));
    side.map.mark("B", /** @type {any} */ ([...places.row(-1)]));
    const labels = verdicts.column("label");
    const result = {
      ...side.called,
      steps: steps.data,
      length: steps.data.reduce((sum, step) => sum + step, 0),
      ratio: figures.step_max_ratio,
      gap: figures.cycle_gap,
      flips: labels[0] < 0 ? NaN : needlessFlips([...labels]),
      unreal: unrealCount(verdicts),
      frames: STRIP_FRAMES,
    };
    side.show(pathFigures(result), pathSide(result));
    return result;
  }
}
