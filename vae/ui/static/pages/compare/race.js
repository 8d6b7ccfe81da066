// @ts-check
/** The race: straight, spherical and geodesic between the same two images, in both models. */
import { h, say } from "../../core/dom.js";
import { Stay } from "../../core/stay.js";
import { raceBoth, raceFigures, raceSide } from "../../text/race.js";
import { LIMITS, RELAX, VERDICTS } from "../../wire/schema.js";
import { Geodesic } from "./geodesic.js";
import { Lane, LANE_FRAMES, LANES } from "./lane.js";
import { RaceCharts } from "./racecharts.js";

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./side.js").Codes} Codes */
/** @typedef {import("./shared.js").Moved} Moved */
/** @typedef {import("../../wire/schema.js").RelaxAsked} RelaxAsked */
/** @typedef {"line"|"sphere"|"geodesic"} Key */
/**
 * @typedef {object} Runner one model
 * @property {Side} side
 * @property {Record<Key, Lane>} lane
 * @property {Lane[]} lanes the same in their order
 * @property {Geodesic|null} geodesic
 * @property {import("../../text/race.js").Raced|null} result
 */

export class Race {
  controls;
  /** @type {Record<string, string>} nothing of its own */
  view = {};
  charts = new RaceCharts();
  #shared;
  #way;
  /** @type {Runner[]} */
  #runners;
  /** @type {Runner[]} whose turn it is to relax a geodesic */
  #order;
  /** @type {HTMLElement[]} what is on the page for the race alone */
  #parts;
  #run = new Stay(); // between two ends
  #relaxing = false; // a geodesic is under way
  #t = 0.5;

  /** @param {import("./shared.js").Shared} shared @param {import("./way.js").Way} way */
  constructor(shared, way) {
    this.#shared = shared;
    this.#way = way;
    this.controls = way.controls;
    this.#parts = [this.charts.element];
    this.#runners = shared.sides.map((side) => this.#runner(side));
    this.#order = [...this.#runners];
    this.#show(false);
  }

  enter() {
    this.#show(true);
    this.#way.enter(this, { kinds: false });
  }

  /** Forget what is under way, and take the paths off the maps. */
  leave() {
    this.#way.leave();
    this.#run.end();
    for (const { side } of this.#runners) side.map.over.others = null;
    this.#show(false);
  }

  /** @param {number} row @param {Event} event */
  pick(row, event) {
    if (!this.#way.pick(row, event)) this.#shared.row = row;
  }

  /** Start between other ends. @param {Codes} codes of A and B in each model @param {Moved} event */
  start(codes, event) {
    this.#run.begin();
    this.#relaxing = false;
    say(this.#shared.verdict, "");
    for (const runner of this.#runners) {
      const [a, b] = codes.get(runner.side.key) ?? [],
        last = runner.geodesic;
      runner.geodesic = new Geodesic(runner.side.facts.name, [a, b]);
      runner.result = null;
      for (const key of /** @type {["line", "sphere"]} */ (["line", "sphere"])) {
        this.#ask(runner, key, { start: key, segments: LIMITS.geodesic_segments, iterations: 0, a, b }, (answer) => {
          this.#shared.live.meter.frame(event);
          if (key === "line") this.#begin(runner, answer, last);
          this.#judge(runner, key, answer);
        });
      }
    }
  }

  /** Show place `t` of all paths; all pictures are there already. @param {number} t @param {Moved} event */
  scrub(t, event) {
    this.#t = t;
    for (const runner of this.#runners) this.#place(runner);
    this.charts.mark(t);
    this.#shared.live.meter.frame(event);
  }

  /** @param {boolean} here */
  #show(here) {
    for (const part of this.#parts) part.hidden = !here;
  }

  /** @param {Side} side @returns {Runner} */
  #runner(side) {
    const lanes = LANES.map((way) => new Lane(way, (t) => this.#way.jump(t)));
    side.renamed.add((short) => lanes.forEach((lane) => (lane.name = short)));
    const [line, sphere, geodesic] = lanes;
    const films = h("div", { class: "ctm-lanes" }, ...lanes.map((lane) => lane.element));
    const figures = lanes.map((lane) => h("figure", {}, lane.picture.element, h("figcaption", {}, lane.way.name)));
    const stage = h("div", { class: "ctm-racestage" }, ...figures);
    side.body.append(stage);
    side.sentence.before(films);
    this.#parts.push(films, stage);
    return { side, lane: { line, sphere, geodesic }, lanes, geodesic: null, result: null };
  }

  /**
   * The straight line is there: its geodesic can start.
   * @param {Runner} runner @param {import("../../wire/schema.js").RelaxAnswered} line @param {Geodesic|null} last
   */
  #begin({ side, geodesic }, { curve, places, figures }, last) {
    side.map.mark("A", /** @type {any} */ ([...places.row(0)]));
    side.map.mark("B", /** @type {any} */ ([...places.row(-1)]));
    geodesic?.begin(curve.data, figures.energy, last);
    this.#relax();
  }

  /**
   * @param {Runner} runner @param {Key} key @param {RelaxAsked} asked
   * @param {(answer: import("../../wire/schema.js").RelaxAnswered) => void} then
   */
  #ask(runner, key, asked, then) {
    this.#shared.live.session.ask(RELAX, asked, {
      model: runner.side.facts.name,
      lane: `race ${key} ${runner.side.key}`,
      signal: this.#run.signal,
      onReply: (answer) => {
        runner.lane[key].show(answer);
        then(answer);
        this.#place(runner);
        this.charts.draw(
          this.#runners.map(({ side: { called }, lanes, geodesic: run }) => ({
            colour: called.colour,
            lanes,
            energies: run?.energies ?? [],
          })),
        );
      },
    });
  }

  /**
   * One step of a geodesic, and the next as long as its energy falls: of the two models in turn, never both at once, so
   * that the engine has time for a moving hand in between.
   */
  #relax() {
    const runner = this.#order.find(({ geodesic }) => geodesic?.waits);
    if (this.#relaxing || !runner?.geodesic) return;
    const { geodesic } = runner;
    this.#relaxing = true;
    this.#order.reverse();
    const asked = {
      start: /** @type {"curve"} */ ("curve"),
      segments: LIMITS.geodesic_segments,
      iterations: 1,
      curve: geodesic.take() ?? [],
    };
    this.#ask(runner, "geodesic", asked, (answer) => {
      this.#relaxing = false;
      if (geodesic.took(answer.curve.data, answer.figures.energy)) {
        this.#figures(runner);
        if (geodesic.rested) this.#judge(runner, "geodesic", answer);
      }
      this.#relax();
    });
  }

  /** @param {Runner} runner @param {Key} key @param {import("../../wire/schema.js").RelaxAnswered} answer */
  #judge(runner, key, { curve }) {
    const { facts } = runner.side;
    this.#shared.live.session.ask(
      VERDICTS,
      { codes: curve.data },
      {
        model: facts.name,
        lane: `judge ${key} ${runner.side.key}`,
        signal: this.#run.signal,
        onReply: ({ verdicts }) => {
          runner.lane[key].judge(verdicts, facts.classes);
          this.#figures(runner);
        },
      },
    );
  }

  /** Figures and sentences; those of the end are said once the geodesic rests. @param {Runner} runner */
  #figures(runner) {
    const { side, lane, lanes, geodesic } = runner,
      line = lane.line.now?.figures,
      shortest = lane.geodesic.now?.figures;
    if (!line || !shortest || !geodesic?.curve) return;
    const unreal = lanes.map((each) => each.unreal),
      ratio = shortest.length > 0 ? line.length / shortest.length : 1; // between equal ends
    runner.result = { ratio, still: line.length === 0, unreal, frames: LANE_FRAMES };
    const { energies, rested } = geodesic;
    side.show(
      raceFigures(runner.result, { energy: shortest.energy, energies, rested }),
      done(runner) ? raceSide({ ...side.called, ...runner.result }) : "",
    );
    const [a, b] = this.#runners;
    if (done(a) && done(b) && a.result && b.result)
      say(
        this.#shared.verdict,
        raceBoth([
          { ...a.side.called, ...a.result },
          { ...b.side.called, ...b.result },
        ]),
      );
  }

  /** @param {Runner} runner */
  #place({ side, lanes }) {
    const at = Math.round(this.#t * LIMITS.path_steps);
    const paths = [];
    for (const { now, strip, picture, way } of lanes) {
      strip.at(this.#t);
      if (!now) continue;
      picture.paint(now.pixels.data, now.pixels.shape, { first: at, count: 1 });
      const dash = way.dash ? way.dash.split(" ").map(Number) : [];
      paths.push({ places: now.places.data, dash, at: [...now.places.row(at)] });
    }
    side.map.over.others = /** @type {any} */ (paths);
    side.map.redraw();
  }
}

/** Whether all is known of a model's race. @param {Runner} runner */
const done = ({ geodesic, result }) => Boolean(geodesic?.rested && result && !result.unreal.includes(null));
