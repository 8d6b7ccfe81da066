// @ts-check
/**
 * The two charts of the race. They are drawn by hand: they change at every step of a geodesic, many times a second, and under a
 * hand that drags t.
 */
import { h, say } from "../../core/dom.js";
import { plural, t } from "../../core/language.js";
import { ENERGY, SPEED } from "../../text/race.js";
import { Lines } from "../../widgets/lines.js";

/** @typedef {{colour: string, lanes: import("./lane.js").Lane[], energies: number[]}} Runner a model, its ways, its geodesic */

export class RaceCharts {
  element;
  #speed = new Lines(SPEED.name, SPEED.title, SPEED.meaning, ["A", "B"]);
  #energy = new Lines(ENERGY.name, ENERGY.title, ENERGY.meaning, [t("straight line"), ""]);

  constructor() {
    this.element = h("div", { class: "ctm-charts" }, this.#speed.element, this.#energy.element);
  }

  /** @param {Runner[]} runners */
  draw(runners) {
    const speeds = runners.flatMap(({ colour, lanes }) =>
      lanes.flatMap(({ now, way }) => (now ? [{ values: now.steps.data, colour, dash: way.dash }] : [])),
    );
    const longest = Math.max(2, ...runners.map(({ energies }) => energies.length));
    const shares = runners.map(({ colour, energies }) => ({
      values: energies.map((energy) => energy / (energies[0] || 1)),
      colour,
      count: longest,
    }));
    this.#speed.draw(speeds);
    this.#energy.draw(shares, 1);
    say(this.#energy.ends[1], plural(longest - 1, "{n} step", "{n} steps"));
  }

  /** Mark place `t` of the paths. @param {number} t */
  mark(t) {
    this.#speed.mark(t);
  }
}
