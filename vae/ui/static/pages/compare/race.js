/**
 * The race on Compare: straight, spherical and geodesic between the same two images, in both models. The geodesic is
 * relaxed by the server a step at a time for as long as its energy falls; each step is asked with the curve of the one
 * before, so that it can be dropped at any moment and none holds up the pictures of a moving hand.
 */
import { figure, h, say } from "../../core/dom.js";
import { Lines } from "../../widgets/lines.js";
import { classColour } from "../../map/map.js";
import { modelColour } from "../../core/models.js";
import { Picture } from "../../widgets/picture.js";
import { OPERATION } from "../../wire/protocol.js";
import { Strip } from "../../widgets/strip.js";
import { differ } from "../../text/words.js";

const SEGMENTS = 16;
const STEPS = 64;
const FRAMES = SEGMENTS + 1;
const SETTLED = 5e-4; // share of the energy; a step that gains less is the last
const MOST = 60; // steps
const NEAR = 0.5; // of the way from A to B: ends that move less start from the last curve

/** The three ways, in the order in which they stand on the page. */
export const WAYS = [
  { key: "line", name: "straight", kind: 0, dash: "2 3", meaning: "The straight line between the two codes" },
  { key: "sphere", name: "spherical", kind: 1, dash: "7 4", meaning: "The great arc about the origin, which keeps the length of the code" },
  {
    key: "geodesic",
    name: "geodesic",
    kind: 2,
    dash: "",
    meaning: "The path along which the picture changes least in all: shortest under the decoder's pull-back metric",
  },
];
const NAME = { ae: "autoencoder", vae: "VAE" };

/** One way in one model: its strip, its band of classes, its picture at t, and what the server last said of it. */
class Lane {
  constructor(model, way, onchoose) {
    this.way = way;
    this.strip = new Strip(`${model} ${way.name}`, FRAMES, onchoose);
    this.picture = new Picture(`${model} ${way.name} decoding`, "ctm-own");
    this.cells = Array.from({ length: FRAMES }, () => h("i", {}));
    this.band = h("div", { class: "ctm-band", "aria-hidden": "true" }, ...this.cells);
    this.length = h("span", {
      class: "ctm-quiet",
      title: "Length of the path: the summed change of the picture over 64 steps, each the root of summed squared pixel differences",
    });
    this.element = h(
      "div",
      { class: "ctm-lane" },
      h("div", { class: "ctm-lane-name", title: way.meaning }, h("span", {}, way.name), key(way.dash), this.length),
      h("div", { class: "ctm-lane-film" }, this.band, this.strip.element),
    );
    this.clear();
  }

  clear() {
    this.now = null;
    this.strange = null;
  }

  /** @param {import("../../wire/protocol.js").Tensor[]} reply of `relax` */
  show([curve, pixels, places, steps, figures]) {
    this.now = { curve: curve.data, pixels, places: places.data, steps: steps.data, energy: figures.data[0], length: figures.data[1] };
    this.strip.paint(pixels.data, pixels.shape, STEPS / SEGMENTS);
    say(this.length, figure(this.now.length));
    this.element.dataset.energy = String(this.now.energy);
    this.judge(null, []);
  }

  /** @param {Float32Array|null} verdicts (17, 4) flat; null while there are none */
  judge(verdicts, classes) {
    const flags = Array.from({ length: FRAMES }, (_, i) => (verdicts ? verdicts[4 * i + 2] > 0 : false));
    this.strange = verdicts ? (verdicts[0] < 0 ? NaN : flags.filter(Boolean).length) : null;
    this.strip.flag(flags);
    this.cells.forEach((cell, i) => {
      const label = verdicts ? verdicts[4 * i] : -1;
      cell.style.background = label >= 0 ? classColour(label) : "";
      cell.title = label >= 0 ? `${classes[label]}, ${Math.round(100 * verdicts[4 * i + 1])} %` : "";
    });
  }
}

/** A short piece of a line as it is drawn on maps and charts. */
function key(dash) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of Object.entries({ width: 26, height: 6, "aria-hidden": "true", class: "ctm-key" }))
    svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ x1: 0, x2: 26, y1: 3, y2: 3, "stroke-dasharray": dash })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

export class Race {
  #live;
  #sides;
  #lanes = {};
  #runs = {};
  #verdict;
  #run = 0;
  #t = 0.5;

  /**
   * @param {{channel: import("../../wire/oldchannel.js").Channel, meter: import("../../core/meter.js").Meter, alert: (text: string) => void}} live
   * @param {{kind: string, element: HTMLElement, map: import("../../map/map.js").LatentMap, facts: any, sentence: HTMLElement, show: Function}[]} sides
   * @param {HTMLElement} verdict where the sentence on both stands
   * @param {(t: number) => void} onchoose a frame was clicked
   */
  constructor(live, sides, verdict, onchoose) {
    this.#live = live;
    this.#sides = sides;
    this.#order = [...sides];
    this.#verdict = verdict;
    this.parts = [];
    for (const side of sides) {
      const lanes = WAYS.map((way) => new Lane(NAME[side.kind] === "VAE" ? "VAE" : "AE", way, onchoose));
      this.#lanes[side.kind] = Object.fromEntries(lanes.map((lane) => [lane.way.key, lane]));
      const films = h("div", { class: "ctm-lanes" }, ...lanes.map((lane) => lane.element));
      const stage = h(
        "div",
        { class: "ctm-racestage" },
        ...lanes.map((lane) => h("figure", {}, lane.picture.element, h("figcaption", {}, lane.way.name))),
      );
      side.element.querySelector(".ctm-body").append(stage);
      side.sentence.before(films);
      this.parts.push(films, stage);
    }
    this.speed = new Lines(
      "Speed of each path",
      "change of the picture at each of 64 steps",
      "How much the picture changes at each step, for all six paths: amber the autoencoder, teal the VAE; dotted straight, dashed spherical, solid geodesic. A flat line is an even path, a peak is a jump.",
      ["A", "B"],
    );
    this.energy = new Lines(
      "Energy of the geodesic as it falls",
      "energy of the geodesic as it falls",
      "Energy of the curve after each step of the optimisation, as a share of the straight line's. At rest it is the squared length of the geodesic.",
      ["straight line", ""],
    );
    this.charts = h("div", { class: "ctm-charts" }, this.speed.element, this.energy.element);
    this.parts.push(this.charts);
    this.hidden = true;
  }

  set hidden(hidden) {
    for (const part of this.parts) part.hidden = hidden;
  }

  /** Forget what is under way, and take the paths off the maps. */
  stop() {
    this.#run += 1;
    for (const side of this.#sides) {
      side.map.over.others = null;
      for (const { key } of WAYS) for (const lane of ["race", "judge"]) this.#live.channel.drop(`${lane} ${key} ${side.kind}`);
    }
  }

  /** Start between other ends. @param {Map<string, [Float32Array, Float32Array]>} codes of A and B in each model */
  start(codes, event) {
    const run = ++this.#run;
    say(this.#verdict, "");
    for (const side of this.#sides) {
      const ends = codes.get(side.kind),
        lanes = this.#lanes[side.kind];
      const last = this.#runs[side.kind];
      const state = (this.#runs[side.kind] = {
        model: side.facts.name,
        ends,
        energies: [],
        rested: false,
        curve: null,
        next: null,
        warm: false,
      });
      for (const { key, kind } of WAYS.slice(0, 2)) {
        this.#ask(side, key, run, [kind, SEGMENTS, 0, ...ends[0], ...ends[1]], () => {
          this.#live.meter.frame(event);
          if (key === "line") {
            const { places } = lanes.line.now;
            side.map.mark("A", [...places.subarray(0, 2)]);
            side.map.mark("B", [...places.subarray(-2)]);
            state.energies = [lanes.line.now.energy];
            const warm = last?.curve && last.model === state.model ? follow(last, ends) : null;
            state.warm = Boolean(warm);
            state.next = warm ?? lanes.line.now.curve;
            this.#relax(run);
          }
          this.#judge(side, key, run);
        });
      }
    }
  }

  #ask(side, key, run, payload, then) {
    this.#live.channel.ask(
      `race ${key} ${side.kind}`,
      OPERATION.relax,
      side.facts.name,
      payload,
      (reply) => {
        if (run !== this.#run) return;
        const lane = this.#lanes[side.kind][key];
        lane.show(reply);
        then(lane);
        this.#place(side);
        this.#draw();
      },
      (error) => {
        if (run === this.#run) this.#live.alert(error.message);
      },
    );
  }

  #relaxing = -1; // the run whose geodesic is under way
  #order; // whose turn it is

  /**
   * One step of a geodesic, and the next as long as its energy falls: of the two models in turn, never both at once, so
   * that the engine has time for a moving hand in between.
   */
  #relax(run) {
    const side = this.#order.find(({ kind }) => this.#runs[kind].next);
    if (this.#relaxing === run || !side) return;
    this.#relaxing = run;
    const state = this.#runs[side.kind],
      { next } = state;
    state.next = null;
    this.#order.reverse();
    this.#ask(side, "geodesic", run, [2, SEGMENTS, 1, ...next], ({ now }) => {
      this.#relaxing = -1;
      const fell = state.energies.at(-1) - now.energy;
      if (state.warm && now.energy > state.energies[0])
        state.next = this.#lanes[side.kind].line.now.curve; // no good start
      else {
        state.energies.push(now.energy);
        state.curve = now.curve;
        if ((state.warm || fell > SETTLED * now.energy) && state.energies.length <= MOST) state.next = now.curve;
        else state.rested = true;
        this.#figures(side, state);
        if (state.rested) this.#judge(side, "geodesic", run);
      }
      state.warm = false;
      this.#relax(run);
    });
  }

  #judge(side, key, run) {
    const lane = this.#lanes[side.kind][key];
    this.#live.channel.ask(
      `judge ${key} ${side.kind}`,
      OPERATION.verdicts,
      side.facts.name,
      lane.now.curve,
      ([verdicts]) => {
        if (run !== this.#run) return;
        lane.judge(verdicts.data, side.facts.classes);
        this.#figures(side, this.#runs[side.kind]);
      },
      (error) => {
        if (run === this.#run) this.#live.alert(error.message);
      },
    );
  }

  /** Figures and sentences; those of the end are said once the geodesic rests. */
  #figures(side, state) {
    const { line, geodesic } = this.#lanes[side.kind];
    if (!geodesic.now || !state.curve) return;
    const counts = WAYS.map(({ key }) => this.#lanes[side.kind][key].strange);
    state.result = {
      kind: side.kind,
      ratio: ratio(line.now.length, geodesic.now.length),
      still: line.now.length === 0,
      strange: counts,
      frames: FRAMES,
    };
    side.show(
      [
        [
          "geodesic ratio",
          `${figure(state.result.ratio)}${state.rested ? "" : " …"}`,
          "geodesic_ratio: length of the straight line divided by that of the geodesic, measured in the pictures; 1 means that the straight line was the shortest",
        ],
        [
          "energy",
          state.energies[0] ? `${Math.round((100 * geodesic.now.energy) / state.energies[0])} %` : "–",
          "Energy of the geodesic as a share of the straight line's",
        ],
        ["steps", String(state.energies.length - 1), "Steps of the optimisation so far"],
        [
          "unreal",
          counts.map((count) => (count === null ? "…" : figure(count))).join(" · "),
          `Frames of ${FRAMES} that are farther from every real image, in the features of our classifier, than 99 % of unseen real images are: straight, spherical, geodesic`,
        ],
      ],
      state.rested && !counts.includes(null) ? raceSide(state.result) : "",
    );
    const both = this.#sides.map(({ kind }) => this.#runs[kind]);
    if (both.every(({ rested, result }) => rested && result && !result.strange.includes(null)))
      say(this.#verdict, raceBoth(Object.fromEntries(both.map(({ result }) => [result.kind, result]))));
  }

  /** Show place `t` of all paths; all pictures are there already. */
  scrub(t) {
    this.#t = t;
    for (const side of this.#sides) this.#place(side);
    this.speed.mark(t);
  }

  #place(side) {
    const at = Math.round(this.#t * STEPS);
    const paths = [];
    for (const { key, dash } of WAYS) {
      const { now, strip, picture } = this.#lanes[side.kind][key];
      strip.at(this.#t);
      if (!now) continue;
      picture.paint(now.pixels.data, now.pixels.shape, { first: at, count: 1 });
      paths.push({ places: now.places, dash: dash ? dash.split(" ").map(Number) : [], at: [...now.places.subarray(2 * at, 2 * at + 2)] });
    }
    side.map.over.others = paths;
    side.map.redraw();
  }

  #draw() {
    const lines = [],
      energies = [];
    for (const { kind } of this.#sides) {
      const colour = modelColour(kind),
        state = this.#runs[kind];
      for (const { key, dash } of WAYS) {
        const { now } = this.#lanes[kind][key];
        if (now) lines.push({ values: now.steps, colour, dash });
      }
      energies.push({ values: state?.energies.map((energy) => energy / (state.energies[0] || 1)) ?? [], colour });
    }
    const longest = Math.max(2, ...energies.map(({ values }) => values.length));
    this.speed.draw(lines);
    this.energy.draw(
      energies.map((line) => ({ ...line, count: longest })),
      1,
    );
    say(this.energy.ends[1], longest === 2 ? "1 step" : `${longest - 1} steps`);
  }
}

/** The curve of a run moved along with its ends; null if they moved far. */
function follow({ curve, ends: [a, b] }, [nextA, nextB]) {
  const size = a.length;
  if (nextA.length !== size) return null;
  const distance = (from, to) => Math.hypot(...from.map((value, i) => to[i] - value));
  if (distance(a, nextA) + distance(b, nextB) > NEAR * distance(nextA, nextB)) return null;
  return Float32Array.from(curve, (value, i) => {
    const t = Math.floor(i / size) / SEGMENTS,
      j = i % size;
    if (t === 0 || t === 1) return t ? nextB[j] : nextA[j];
    return value + (1 - t) * (nextA[j] - a[j]) + t * (nextB[j] - b[j]);
  });
}

/** Straight ÷ shortest; 1 between equal ends. */
const ratio = (straight, shortest) => (shortest > 0 ? straight / shortest : 1);

const NOWHERE = "A and B are one picture here: there is no way to go.";

/** @param {{kind: string, ratio: number, still?: boolean, strange: (number|null)[], frames: number}} side `still`: the straight line has no length */
export function raceSide({ kind, ratio: value, still = false, strange: [line, sphere, geodesic], frames }) {
  if (still) return NOWHERE;
  const owner = kind === "ae" ? "The autoencoder" : "The VAE";
  const said =
    value < 1.05
      ? `${owner}'s straight line was already nearly the shortest path (${figure(value)} times the geodesic).`
      : `${owner}'s straight line changes the picture ${figure(value)} times as much as its geodesic.`;
  if (Number.isNaN(line)) return said;
  if (!line && !sphere && !geodesic) return `${said} No frame of any path looks unlike a real image.`;
  return `${said} Unlike any real image: ${line} of ${frames} frames straight, ${sphere} spherical, ${geodesic} geodesic.`;
}

/** @typedef {{ratio: number, still?: boolean, strange: (number|null)[], frames: number}} Raced */
/** @param {{ae: Raced, vae: Raced}} both */
export function raceBoth({ ae, vae }) {
  if (ae.still && vae.still) return NOWHERE;
  return `${straightness(ae, vae)}${shortcut(ae, vae)}`;
}

function straightness(ae, vae) {
  const figures = `(straight ÷ geodesic: ${figure(ae.ratio)} in the autoencoder, ${figure(vae.ratio)} in the VAE)`;
  if (Math.max(ae.ratio, vae.ratio) < 1.05)
    return `The straight line was already nearly the shortest in both ${figures}: a dull race, and a finding.`;
  if (Math.abs(ae.ratio - vae.ratio) < 0.05) return `Between these two images a geodesic saves about as much in both ${figures}.`;
  if (vae.ratio < ae.ratio) return `Between these two images the VAE's straight line is closer to its shortest path ${figures}.`;
  return `Between these two images the autoencoder's straight line is closer to its shortest path, against the textbook ${figures}.`;
}

/** What the geodesics did to the pictures on the way, both models together. */
function shortcut(...both) {
  const straight = both.reduce((sum, { strange }) => sum + strange[0], 0),
    short = both.reduce((sum, { strange }) => sum + strange[2], 0);
  const frames = both.reduce((sum, side) => sum + side.frames, 0);
  if (!differ(straight, short, frames)) return "";
  return short > straight
    ? ` Shorter is not more real: the geodesics fade one picture out and the other in, and ${short} of their ${frames} frames look like nothing real, against ${straight} straight.`
    : ` The geodesics keep to real-looking pictures: ${short} of ${frames} frames look like nothing real, against ${straight} straight.`;
}
