// @ts-check
/** The balloons on one map: the ellipses z = μ + r σ of the images in view. */
import { countOf, placeOf, xOf, yOf } from "../core/places.js";
import { BALLOONS } from "../wire/schema.js";
import { classColour } from "./colours.js";

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */
/** @typedef {{across: number, up: number, reach: number}} Ellipse half axes on the map and reach for r = 1 */

const MOST = 600; // images
const AT_ONCE = 32; // in one question
const CLEAR = 28; // pixels from the middle to the edge that coming closer makes of it
const REST = 120; // milliseconds without a move before those in view are chosen anew

export class Ellipses {
  #live;
  #map;
  #lane;
  #ontell;
  /** @type {MappedFacts|null} */
  #facts = null;
  #on = false;
  #radius = 1;
  #asking = new AbortController(); // until the window moves
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {number[]} of the images that are shown */
  #rows = [];
  /** @type {Map<number, Ellipse>} by row */
  #shapes = new Map();

  /**
   * @param {import("../core/connection.js").Live} live @param {import("./map.js").LatentMap} map @param {string} lane
   * @param {() => void} ontell all in view are known
   */
  constructor(live, map, lane, ontell) {
    this.#live = live;
    this.#map = map;
    this.#lane = lane;
    this.#ontell = ontell;
    map.watchers.add(() => this.#later());
    map.painters.add((context) => this.#draw(context));
  }

  /** Another model. @param {MappedFacts} facts */
  open(facts) {
    this.#facts = facts;
    this.#rows = [];
    this.#shapes.clear();
    this.#later();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#asking.abort();
  }

  /** Show them or not. @param {boolean} on */
  turn(on) {
    this.#on = on;
    this.#later(0);
    this.#map.redraw();
  }

  /** @param {number} radius r */
  resize(radius) {
    this.#radius = radius;
    this.#map.redraw();
  }

  /**
   * What the balloons in view are like for r = 1: their reaches, the median of these, and the median of their size in pixels;
   * null where none is.
   */
  get typical() {
    const shapes = this.#on ? this.#rows.flatMap((row) => this.#shapes.get(row) ?? []) : [];
    if (!shapes.length) return null;
    const scale = this.#scale;
    const reaches = shapes.map(({ reach }) => reach);
    return {
      reaches,
      reach: median(reaches),
      size: median(shapes.map(({ across, up }) => scale * Math.max(across, up))),
    };
  }

  /** Come so close, around the image that is looked at, that balloons can be seen. */
  approach() {
    const { typical } = this,
      { row } = this.#map.over,
      at = row >= 0 ? row : this.#rows[0];
    if (!this.#facts || !typical || !(typical.size > 0)) return;
    const { places } = this.#facts;
    this.#map.approach(placeOf(places, at), (typical.size * this.#radius) / CLEAR);
  }

  /** Pixels for each unit; the same both ways. */
  get #scale() {
    return Math.abs(this.#map.pixel(1, 0)[0] - this.#map.pixel(0, 0)[0]);
  }

  #later(wait = REST) {
    this.dispose();
    const facts = this.#facts;
    if (!this.#on || !facts || facts.kind === "ae" || !this.#map.window) return;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#timer = setTimeout(() => this.#ask(facts, signal), wait);
  }

  /** Choose evenly among the images in view and ask for their ellipses. @param {MappedFacts} facts @param {AbortSignal} signal */
  async #ask({ places, name: model }, signal) {
    if (!this.#map.window) return; // another model's map is on its way
    const [x0, x1, y0, y1] = this.#map.window;
    /** @type {number[]} */
    const seen = [];
    for (let row = 0; row < countOf(places); row++)
      if (xOf(places, row) > x0 && xOf(places, row) < x1 && yOf(places, row) > y0 && yOf(places, row) < y1) seen.push(row);
    const step = Math.max(1, seen.length / MOST);
    this.#rows = Array.from({ length: Math.min(MOST, seen.length) }, (_, i) => seen[Math.floor(i * step)]);
    const missing = this.#rows.filter((row) => !this.#shapes.has(row));
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const rows = missing.slice(first, first + AT_ONCE);
      const { shapes } = await this.#live.session.ask(BALLOONS, { rows }, { model, lane: `balloons ${this.#lane}`, signal });
      const [across, up, reach] = [shapes.column("across"), shapes.column("up"), shapes.column("reach")];
      rows.forEach((row, i) => this.#shapes.set(row, { across: across[i], up: up[i], reach: reach[i] }));
      this.#map.redraw();
    }
    this.#ontell();
  }

  /** @param {CanvasRenderingContext2D} context */
  #draw(context) {
    if (!this.#on || !this.#facts) return;
    const { places, labels } = this.#facts,
      grown = this.#scale * this.#radius;
    context.save();
    context.lineWidth = 1.2;
    for (const row of this.#rows) {
      const shape = this.#shapes.get(row);
      if (!shape) continue;
      const [x, y] = this.#map.pixel(...placeOf(places, row));
      context.beginPath();
      context.ellipse(x, y, grown * shape.across, grown * shape.up, 0, 0, 2 * Math.PI);
      context.strokeStyle = context.fillStyle = classColour(labels[row]);
      context.globalAlpha = 0.22;
      context.fill();
      context.globalAlpha = 0.9;
      context.stroke();
    }
    context.restore();
  }
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
