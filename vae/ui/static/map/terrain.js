// @ts-check
/** What one map stands on: asked for tile by tile in the visible window, or decoded as pictures. */
import { LIMITS, PLANE, TERRAIN } from "../wire/schema.js";
import { GROUNDS } from "./grounds.js";
import { Lattice } from "./lattice.js";
import { hull, nearest } from "./reach.js";

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */
/** @typedef {import("../wire/schema.js").PlaneAnswered} PlaneAnswered */

const HALVINGS = [3, 2, 0]; // left to the finest, coarse to fine; with 1 it would take a quarter longer, for what is seen for a moment
const PICTURES = 576; // in a window
const REST = 80; // milliseconds without a move before the ground is worked out again
const HAND = 150,
  BREATH = 25; // milliseconds since a slider moved within which each tile waits, and how long
const GREYS = Uint32Array.from({ length: 256 }, (_, grey) => 0xff000000 | (grey << 16) | (grey << 8) | grey);

export class Terrain {
  /** When a slider last moved. */
  hand = 0;
  /** The visible cells, as they are known so far. @type {import("./lattice.js").Seen|null} */
  values = null;
  #live;
  #lane;
  #tell;
  /** @type {MappedFacts|null} */
  #facts = null;
  #ground = "none";
  #other = "";
  /** Outline of a UMAP. @type {Float64Array} */
  #reach = new Float64Array();
  /** @type {Lattice|null} */
  #lattice = null;
  #shown = new AbortController(); // until there is another model or ground
  #working = new AbortController(); // until the window moves
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #canvas = document.createElement("canvas");
  /** @type {ImageData|null} */
  #image = null;

  /**
   * @param {import("../core/connection.js").Live} live @param {import("./map.js").LatentMap} map @param {string} lane
   * @param {(terrain: Terrain, done: boolean) => void} tell there is something new; it is done
   */
  constructor(live, map, lane, tell) {
    this.map = map;
    this.#live = live;
    this.#lane = lane;
    this.#tell = tell;
    map.watchers.add(() => this.moved());
  }

  /**
   * Another model, another ground, or both.
   * @param {MappedFacts} facts @param {string} name key of GROUNDS @param {string} [other] the model beside it
   */
  show(facts, name, other = "") {
    this.dispose();
    this.#shown = new AbortController();
    this.#facts = facts;
    this.#ground = name;
    this.#other = other;
    this.#reach = facts.identity ? new Float64Array() : hull(facts.places);
    this.#lattice = this.#fresh(facts);
    this.values = null;
    this.map.lay(null);
    delete this.map.element.dataset.floor; // says what the map stands on, once it does
    this.moved();
  }

  /** The visible window is another one: what is known stays in its place, the rest is asked for when the hand rests. */
  moved() {
    this.#working.abort();
    clearTimeout(this.#timer);
    const facts = this.#facts,
      { map } = this;
    // Until the map shows the points of this model, its window is that of another.
    if (!facts || this.#ground === "none" || !map.window || map.places !== facts.places || !map.element.dataset.points) return;
    if (this.#ground === "pictures") return this.#decode(facts, map.window);
    if (this.values) this.gather();
    this.#working = new AbortController();
    const { signal } = this.#working;
    this.#timer = setTimeout(() => this.#work(facts, signal), this.values ? REST : 0);
  }

  dispose() {
    this.#shown.abort();
    this.#working.abort();
    clearTimeout(this.#timer);
  }

  /** Look up the visible cells. */
  gather() {
    const view = this.map.window;
    if (view && this.#lattice) this.values = this.#lattice.gather(view);
  }

  /**
   * Paint what was gathered.
   * @param {import("./scale.js").Span} span @param {Uint32Array} colours 256 of them
   */
  paint({ low, high, log }, colours) {
    if (!this.values) return;
    const { data, columns, rows, window } = this.values;
    const pixels = this.#pixels(columns, rows);
    const put = log ? Math.log : (/** @type {number} */ value) => value,
      start = put(low),
      steps = 255 / (put(high) - start || 1);
    for (let at = 0; at < data.length; at++)
      pixels[at] = Number.isNaN(data[at]) ? 0 : colours[Math.max(0, Math.min(255, Math.round((put(data[at]) - start) * steps)))];
    this.#put();
    this.map.lay(this.#canvas, window, { smooth: true, points: 0.55 });
    this.map.element.dataset.floor = this.#ground;
  }

  /** @param {MappedFacts} facts @param {AbortSignal} signal */
  async #work(facts, signal) {
    const view = this.map.window;
    if (!view || !this.#lattice) return; // another model's map is on its way
    if (this.#lattice.full) this.#lattice = this.#fresh(facts);
    const lattice = this.#lattice,
      finest = lattice.finest(view);
    for (const step of HALVINGS) {
      const level = Math.max(0, finest - step),
        size = lattice.tile;
      for (const [i, j] of lattice.missing(level, view, size)) {
        // Pictures under a hand come first.
        if (performance.now() - this.hand < HAND) await new Promise((resolve) => setTimeout(resolve, BREATH));
        if (signal.aborted) return;
        await this.#ask(facts, lattice, level, i, j, size);
        if (signal.aborted) return;
        this.#tell(this, false);
      }
    }
    this.#tell(this, true);
  }

  /**
   * Ask for one tile, which is remembered also if the window has moved meanwhile.
   * @param {MappedFacts} facts @param {Lattice} lattice @param {number} level @param {number} i @param {number} j @param {number} size
   */
  #ask(facts, lattice, level, i, j, size) {
    const { name: model } = facts;
    const [x0, x1, y0, y1] = lattice.window(level, i, j, size),
      { field = "cycle_gap" } = GROUNDS[this.#ground],
      asked = performance.now();
    if (field === "linear") return this.#between(facts, lattice, level, i, j, size);
    return this.#live.session.ask(
      TERRAIN,
      { field, x0, x1, y0, y1, columns: size, rows: size },
      {
        model,
        lane: `floor ${this.#lane}`,
        signal: this.#shown.signal,
        onReply: ({ values }) => lattice.remember(level, i, j, size, values.data, performance.now() - asked),
        onError: ({ message }) => {
          this.#live.alert(message);
          this.#tell(this, true);
        },
      },
    );
  }

  /**
   * Fill one tile with the lengths of the nearest images.
   * @param {MappedFacts} facts @param {Lattice} lattice @param {number} level @param {number} i @param {number} j @param {number} size
   */
  async #between({ name, places }, lattice, level, i, j, size) {
    const began = performance.now();
    try {
      const { lengths } = await this.#live.models.linear(name, this.#other);
      lattice.remember(
        level,
        i,
        j,
        size,
        nearest(places, lengths, this.#reach, lattice.window(level, i, j, size), size),
        performance.now() - began,
      );
    } catch (error) {
      if (!this.#shown.signal.aborted && error instanceof Error) this.#live.alert(error.message);
      this.#working.abort();
    }
  }

  /** @param {MappedFacts} facts */
  #fresh({ places, plane, latent_dim: dim }) {
    // For a Jacobian, which is as much work as a picture for each number of the code, the server takes no larger tiles.
    const jacobians = Math.min(8, 2 ** Math.floor(Math.log2(LIMITS.most_jacobians / (dim + 2)) / 2));
    return new Lattice(places, !plane, GROUNDS[this.#ground].side?.(dim) ?? jacobians);
  }

  /** @param {MappedFacts} facts @param {import("./lattice.js").Window} view */
  #decode({ name: model }, view) {
    const [x0, x1, y0, y1] = view;
    const columns = Math.min(64, Math.max(9, Math.round(Math.sqrt((PICTURES * (x1 - x0)) / (y1 - y0)))));
    this.#live.session.ask(
      PLANE,
      { x0, x1, y0, y1, columns, rows: Math.round(PICTURES / columns) },
      {
        model,
        lane: `plane ${this.#lane}`,
        signal: this.#shown.signal,
        onReply: (answer) => {
          this.#tile(answer);
          this.map.lay(this.#canvas, view);
          this.map.element.dataset.floor = "pictures";
          this.#tell(this, false);
        },
      },
    );
  }

  /** Fill the canvas with pictures; cells outside the map stay empty. @param {PlaneAnswered} answer */
  #tile({ mosaic, inside }) {
    const [height, width, channels] = mosaic.shape,
      [rows, columns] = inside.shape,
      { data } = mosaic;
    const pixels = this.#pixels(width, height),
      across = width / columns,
      down = height / rows;
    if (channels === 1) for (let at = 0; at < data.length; at++) pixels[at] = GREYS[data[at]];
    else
      for (let at = 0, from = 0; at < pixels.length; at++, from += channels)
        pixels[at] = 0xff000000 | (data[from + 2] << 16) | (data[from + 1] << 8) | data[from];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        if (inside.data[row * columns + column]) continue;
        for (let y = row * down; y < (row + 1) * down; y++) pixels.fill(0, y * width + column * across, y * width + (column + 1) * across);
      }
    this.#put();
  }

  /** @param {number} width @param {number} height */
  #pixels(width, height) {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = new ImageData(width, height);
    }
    return new Uint32Array(this.#image.data.buffer);
  }

  #put() {
    if (this.#image) this.#canvas.getContext("2d")?.putImageData(this.#image, 0, 0);
  }
}
