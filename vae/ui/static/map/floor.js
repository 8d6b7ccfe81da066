/**
 * The floor of a map: a measure of the ground as colours, or decoded pictures. It is asked for tile by tile, coarse to
 * fine, for the visible window; two maps of one control share one scale of colours.
 */
import { figure, h, say, select } from "../core/dom.js";
import { OPERATION } from "../wire/protocol.js";

const MARGIN = 1.16; // the overview's side, of the map's larger extent; ground.py remembers what lies on its lattice
const CELLS = 4096; // about as many in a window, once it is finest
const STEPS = [3, 2, 0]; // halvings left to the finest, coarse to fine; the last but one would cost a quarter more and be seen for a moment
const PICTURES = 576; // in a window
const REST = 80; // milliseconds without a move before the ground is worked out again
const BETWEEN = 150; // milliseconds between two paintings while tiles arrive
const QUICK = 30,
  SLOW = 120; // milliseconds there and back within which the next tile may be larger, after which it must be smaller
const SMALLEST_TILE = 4,
  FIRST_TILE = 8; // cells along its side
const HAND = 150,
  BREATH = 25; // milliseconds since a slider moved within which each tile waits, and how long
const JACOBIANS = 1152; // that the server takes at once, for a code of no size
const KEPT = 300_000; // cells remembered
const TRIMMED = 0.02; // share at each end of the values that is beyond the scale of colours

const UNIT = "measured in each model's own unit of code, its spread per dimension";

/**
 * @typedef {{label: string, field?: number, side?: (dim: number) => number, unit?: string, means: string, more?: string, white: string, log?: boolean, deep?: (dim: number) => number}} Ground
 * `side` is that of its largest tile, in cells, for a code size; `means` says what it is, `more` on a second look; `white` what it tells about empty places of a UMAP; `log` that ratios matter, not differences;
 * `deep` how far below the top, for a code size, everything is alike.
 * @type {Record<string, Ground>}
 */
export const GROUNDS = {
  none: { label: "none", means: "Nothing under the points.", white: "" },
  "cycle-gap": {
    label: "cycle gap",
    field: 0,
    side: () => 16,
    unit: "of the spread",
    log: true,
    means: "How far a code comes back from decoding and encoding, as a share of the data's spread.",
    white:
      "White space where the colour is faint is only the layout's: codes there come back to where they were. Where it is strong they do not.",
  },
  stretch: {
    label: "decoder stretch",
    field: 1,
    unit: "log₁₀",
    means: `How fast the picture changes with the code: log₁₀ of √det(JᵀJ).`,
    more: `It is ${UNIT}; J is the decoder's exact Jacobian.`,
    white: "White space where the colour is strong is where pictures change fast; where it is faint, only the layout left it empty.",
  },
  density: {
    label: "density of codes",
    field: 2,
    side: (dim) => (dim <= 16 ? 16 : 8),
    unit: "nats",
    deep: (dim) => 8 + 2 * dim,
    means: `How densely the codes of real images lie: the log-density of the aggregate posterior.`,
    more: `It is ${UNIT}. An autoencoder has no σ, so a kernel of the likeliest width stands for each code.`,
    white: "White space where the colour is faint is empty in code space, too; where it is strong, only the layout left it white.",
  },
  entropy: {
    label: "class entropy",
    field: 3,
    side: () => 16,
    unit: "nats",
    means: "How undecided our classifier is about the decoded picture: 0 is certain.",
    white: "White space where the colour is strong is a border between classes; where it is faint the picture is clear.",
  },
  pictures: {
    label: "decoded pictures",
    means: "What the decoder makes of every place, decoded again as you move.",
    white: "White space is full of pictures, too; only outside the outermost points there is nothing.",
  },
};

/** What one map stands on. */
class Floor {
  hand = 0; // when a slider last moved
  values = null; // of the visible cells, as they are known so far: {data, columns, rows, window}
  #live;
  #lane;
  #tell;
  #facts = null;
  #ground = null;
  #turn = 0;
  #timer = 0;
  #cells = new Map();
  #count = 0;
  #side = FIRST_TILE;
  #canvas = document.createElement("canvas");
  #image = null;

  constructor(live, map, lane, tell) {
    this.map = map;
    this.#live = live;
    this.#lane = lane;
    this.#tell = tell;
    map.watchers.add(() => this.moved());
  }

  /** Another model, another ground, or both. @param {any} facts @param {string} name key of GROUNDS */
  show(facts, name) {
    this.#turn += 1;
    clearTimeout(this.#timer);
    for (const lane of [`floor ${this.#lane}`, `plane ${this.#lane}`]) this.#live.channel.drop(lane);
    this.#facts = facts;
    this.#ground = name;
    this.#forget();
    this.values = null;
    this.map.lay(null);
    delete this.map.element.dataset.floor; // says what the map stands on, once it does
    this.moved();
  }

  /** The visible window is another one: what is known stays in its place, the rest is asked for when the hand rests. */
  moved() {
    this.#turn += 1;
    clearTimeout(this.#timer);
    // Until the map shows the points of this model, its window is that of another.
    if (
      !this.#facts ||
      this.#ground === "none" ||
      !this.map.window ||
      this.map.places !== this.#facts.places ||
      !this.map.element.dataset.points
    )
      return;
    if (this.#ground === "pictures") return this.#decode();
    if (this.values) this.gather();
    this.#timer = setTimeout(
      () =>
        this.#work(this.#turn).catch((error) => {
          this.#live.alert(error.message);
          this.#tell(this, true);
        }),
      this.values ? REST : 0,
    );
  }

  dispose() {
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  // --- terrain ---------------------------------------------------------------------------------------------

  /** The square about all points that the lattice of cells begins with: [left, bottom, side]. */
  get #square() {
    let left = Infinity,
      right = -Infinity,
      bottom = Infinity,
      top = -Infinity;
    const { places } = this.#facts;
    for (let i = 0; i < places.length; i += 2) {
      left = Math.min(left, places[i]);
      right = Math.max(right, places[i]);
      bottom = Math.min(bottom, places[i + 1]);
      top = Math.max(top, places[i + 1]);
    }
    const side = MARGIN * Math.max(right - left, top - bottom) || 1;
    return [(left + right - side) / 2, (bottom + top - side) / 2, side];
  }

  #forget() {
    this.#cells.clear();
    this.#count = 0;
    this.#side = FIRST_TILE;
    this.square = this.#facts && this.#square;
  }

  /** Halvings of the square at which a window has about CELLS cells. */
  #finest([x0, x1, y0, y1]) {
    return Math.max(3, Math.min(24, Math.round(Math.log2(this.square[2] / Math.sqrt(((x1 - x0) * (y1 - y0)) / CELLS)))));
  }

  /** The cells of a level that a window touches: first and one past the last, across and up. */
  #range(level, [x0, x1, y0, y1]) {
    const [left, bottom, side] = this.square,
      cell = side / 2 ** level;
    return [
      Math.floor((x0 - left) / cell),
      Math.ceil((x1 - left) / cell),
      Math.floor((y0 - bottom) / cell),
      Math.ceil((y1 - bottom) / cell),
    ];
  }

  async #work(turn) {
    const view = this.map.window;
    if (!view) return; // another model's map is on its way
    const finest = this.#finest(view);
    if (this.#count > KEPT) this.#forget();
    for (const step of STEPS) {
      const level = Math.max(0, finest - step);
      const size = this.#tile;
      for (const [i, j] of this.#tiles(level, view, size)) {
        if (performance.now() - this.hand < HAND) await new Promise((resolve) => setTimeout(resolve, BREATH)); // pictures under a hand come first
        if (turn !== this.#turn || (await this.#ask(level, i, j, size))) return;
        if (turn !== this.#turn) return;
        this.#tell(this);
      }
    }
    this.#tell(this, true);
  }

  /** Cells along a tile's side, so that nobody waits long behind one. */
  get #tile() {
    return Math.max(1, Math.min(this.#side, this.#largest));
  }

  /** Cells along the side of a tile that takes a small model about ten milliseconds. */
  get #largest() {
    // For a Jacobian, which is as much work as a picture for each number of the code, the server takes no larger ones.
    return (
      GROUNDS[this.#ground].side?.(this.#facts.latent_dim) ??
      Math.min(8, 2 ** Math.floor(Math.log2(JACOBIANS / (this.#facts.latent_dim + 2)) / 2))
    );
  }

  /** Tiles of a level in which something visible is not known, the middle first. */
  #tiles(level, view, size) {
    const [i0, i1, j0, j1] = this.#range(level, view),
      known = this.#cells.get(level),
      tiles = [];
    const whole = 2 ** level,
      bounded = !this.#facts.identity; // outside the square a UMAP has nothing
    for (let i = Math.floor(i0 / size) * size; i < i1; i += size)
      for (let j = Math.floor(j0 / size) * size; j < j1; j += size) {
        if (bounded && (i + size <= 0 || j + size <= 0 || i >= whole || j >= whole)) continue;
        let missing = false;
        for (let a = 0; a < size && !missing; a++) for (let b = 0; b < size && !missing; b++) missing = !known?.has(key(i + a, j + b));
        if (missing) tiles.push([i, j, (i + size / 2 - (i0 + i1) / 2) ** 2 + (j + size / 2 - (j0 + j1) / 2) ** 2]);
      }
    return tiles.sort((a, b) => a[2] - b[2]);
  }

  /** Ask for one tile and remember it; true if there will be no answer. */
  async #ask(level, i, j, size) {
    const [left, bottom, side] = this.square,
      cell = side / 2 ** level,
      facts = this.#facts,
      ground = this.#ground;
    const payload = [
      GROUNDS[ground].field,
      left + i * cell,
      left + (i + size) * cell,
      bottom + j * cell,
      bottom + (j + size) * cell,
      size,
      size,
    ];
    const asked = performance.now();
    const values = await new Promise((resolve, reject) => {
      this.#live.channel.ask(`floor ${this.#lane}`, OPERATION.terrain, facts.name, payload, ([reply]) => resolve(reply.data), reject);
    });
    if (facts !== this.#facts || ground !== this.#ground) return true;
    if (!this.#cells.has(level)) this.#cells.set(level, new Map());
    const known = this.#cells.get(level);
    let inside = 0;
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const value = values[row * size + column];
        inside += !Number.isNaN(value);
        known.set(key(i + column, j + size - 1 - row), value);
      }
    this.#count += values.length;
    if (this.#count === values.length) return false; // the first may have waited for what is loaded once
    const took = performance.now() - asked;
    if (took > SLOW) this.#side = Math.max(SMALLEST_TILE, size / 2);
    else if (took < QUICK && 2 * inside > values.length) this.#side = Math.min(this.#largest, 2 * size);
    return false;
  }

  /** Look up the visible cells, each from the finest level that has it. */
  gather() {
    const view = this.map.window;
    if (!view) return;
    const level = this.#finest(view),
      [i0, i1, j0, j1] = this.#range(level, view);
    const columns = i1 - i0,
      rows = j1 - j0,
      data = new Float32Array(columns * rows).fill(NaN);
    const levels = [];
    for (let coarser = 0; coarser <= level; coarser++)
      if (this.#cells.has(level - coarser)) levels.push([2 ** coarser, this.#cells.get(level - coarser)]);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const i = i0 + column,
          j = j1 - 1 - row;
        for (const [step, known] of levels) {
          const value = known.get(key(Math.floor(i / step), Math.floor(j / step)));
          if (value === undefined) continue;
          data[row * columns + column] = value;
          break;
        }
      }
    const [left, bottom, side] = this.square,
      cell = side / 2 ** level;
    this.values = { data, columns, rows, window: [left + i0 * cell, left + i1 * cell, bottom + j0 * cell, bottom + j1 * cell] };
  }

  /** Paint what was gathered. @param {number} low @param {number} high ends of the scale @param {Uint32Array} colours 256 of them @param {boolean} [log] */
  paint(low, high, colours, log) {
    const { data, columns, rows, window } = this.values;
    const pixels = this.#pixels(columns, rows);
    const put = log ? Math.log : (value) => value,
      start = put(low),
      steps = 255 / (put(high) - start || 1);
    for (let at = 0; at < data.length; at++)
      pixels[at] = Number.isNaN(data[at]) ? 0 : colours[Math.max(0, Math.min(255, Math.round((put(data[at]) - start) * steps)))];
    this.#canvas.getContext("2d").putImageData(this.#image, 0, 0);
    this.map.lay(this.#canvas, window, { smooth: true, points: 0.55 });
    this.map.element.dataset.floor = this.#ground;
  }

  // --- pictures --------------------------------------------------------------------------------------------

  #decode() {
    const view = this.map.window,
      facts = this.#facts;
    const columns = Math.min(64, Math.max(9, Math.round(Math.sqrt((PICTURES * (view[1] - view[0])) / (view[3] - view[2])))));
    this.#live.channel.ask(
      `plane ${this.#lane}`,
      OPERATION.plane,
      facts.name,
      [...view, columns, Math.round(PICTURES / columns)],
      ([mosaic, inside]) => {
        if (facts !== this.#facts || this.#ground !== "pictures") return;
        this.#mosaic(mosaic, inside);
        this.map.lay(this.#canvas, view);
        this.map.element.dataset.floor = "pictures";
        this.#tell(this);
      },
      (error) => this.#live.alert(error.message),
    );
  }

  /** Fill the canvas with pictures; cells outside the map stay empty. */
  #mosaic({ shape: [height, width, channels], data }, { shape: [rows, columns], data: inside }) {
    const pixels = this.#pixels(width, height),
      across = width / columns,
      down = height / rows;
    if (channels === 1) for (let at = 0; at < data.length; at++) pixels[at] = GREYS[data[at]];
    else
      for (let at = 0, from = 0; at < pixels.length; at++, from += channels)
        pixels[at] = 0xff000000 | (data[from + 2] << 16) | (data[from + 1] << 8) | data[from];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        if (inside[row * columns + column]) continue;
        for (let y = row * down; y < (row + 1) * down; y++) pixels.fill(0, y * width + column * across, y * width + (column + 1) * across);
      }
    this.#canvas.getContext("2d").putImageData(this.#image, 0, 0);
  }

  #pixels(width, height) {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = new ImageData(width, height);
    }
    return new Uint32Array(this.#image.data.buffer);
  }
}

const GREYS = Uint32Array.from({ length: 256 }, (_, grey) => 0xff000000 | (grey << 16) | (grey << 8) | grey);
const key = (i, j) => (i + 2 ** 25) * 2 ** 26 + (j + 2 ** 25);

/** The choice of a floor for one map or two, with the scale of its colours. */
export class FloorControl {
  #floors;
  #facts = [];
  #chosen = "none";
  #forced = null;
  #painting = 0;
  #painted = 0;
  #unfinished = new Set();
  #theme;
  #colours = null;
  #onchoose;
  #moved;

  /** @param {any} live @param {Record<string, import("./map.js").LatentMap>} maps by lane @param {() => void} onchoose a hand has chosen */
  constructor(live, maps, onchoose) {
    this.#onchoose = onchoose;
    this.#floors = Object.entries(maps).map(([lane, map]) => new Floor(live, map, lane, (floor, done) => this.#arrived(floor, done)));
    this.choice = select(
      "Floor of the map",
      Object.entries(GROUNDS).map(([name, { label }]) => [name, `floor: ${label}`]),
      "none",
      (name) => {
        this.choose(name);
        this.#onchoose();
      },
    );
    this.choice.disabled = true; // until there is a map
    this.ramp = h("canvas", { class: "ctm-ramp", width: 256, height: 1, "aria-hidden": "true" });
    this.low = h("span", {});
    this.high = h("span", {});
    this.scale = h(
      "div",
      {
        class: "ctm-scale",
        title: "One scale for all maps on the page. Values beyond an end, at least 2 % of those in view, have its colour.",
      },
      this.low,
      this.ramp,
      this.high,
    );
    this.words = h("p", { class: "ctm-note" });
    this.working = h("span", { class: "ctm-quiet", hidden: true }, "refining …");
    this.legend = h(
      "div",
      { class: "ctm-floorlegend", role: "group", "aria-label": "Scale of the floor", hidden: true },
      this.scale,
      this.working,
      this.words,
    );
    this.#moved = () => {
      for (const floor of this.#floors) floor.hand = performance.now();
    };
    window.addEventListener("input", this.#moved, true);
    // The page says whether it is light or dark once it has been put into the document, and again at every change.
    this.#theme = new MutationObserver(() => {
      this.#colours = null;
      this.#schedule();
    });
    requestAnimationFrame(() => {
      const root = this.choice.closest(".ctm-root");
      if (root) this.#theme.observe(root, { attributeFilter: ["data-theme"] });
    });
  }

  /** The part of the view that the address keeps. */
  get view() {
    return this.#chosen === "none" ? {} : { floor: this.#chosen };
  }

  /** Other models, with what the address wants of the floor. @param {any[]} facts one for each map */
  open(facts, wanted = "none") {
    this.#facts = facts;
    this.choice.querySelector("[value=entropy]").disabled = !facts.every((fact) => fact.judged);
    this.choice.querySelector("[value=stretch]").disabled = facts.some((fact) => fact.config.sphere); // no picture depends on a code's length
    this.#chosen = wanted in GROUNDS ? wanted : "none";
    this.#apply();
  }

  choose(name) {
    this.#chosen = name;
    this.#apply();
  }

  /** Show this floor whatever is chosen; null for what is chosen. */
  force(name) {
    if (name === this.#forced) return;
    this.#forced = name;
    this.#apply();
  }

  dispose() {
    this.#theme.disconnect();
    window.removeEventListener("input", this.#moved, true);
    cancelAnimationFrame(this.#painting);
    for (const floor of this.#floors) floor.dispose();
  }

  #apply() {
    const name = this.#forced ?? this.#chosen,
      { means, more, white, field, label } = GROUNDS[name];
    this.choice.value = name;
    this.choice.disabled = this.#forced !== null;
    this.choice.title =
      name === "none" ? "What the points stand on: a measure of the ground, or decoded pictures" : `${means} ${more ?? ""}`;
    this.legend.hidden = name === "none";
    this.scale.hidden = field === undefined;
    this.#unfinished.clear();
    this.working.hidden = true;
    say(this.low, "");
    say(this.high, "");
    this.legend.title = `${means} ${more ?? ""}`;
    const plane = this.#facts.every((fact) => fact.identity);
    say(this.words, plane || !white ? means : white);
    this.legend.setAttribute("aria-label", `Scale of the floor: ${label}`);
    this.#floors.forEach((floor, i) => {
      if (this.#facts[i]) floor.show(this.#facts[i], name);
    });
  }

  #arrived(floor, done) {
    if ((this.#forced ?? this.#chosen) === "pictures") return;
    if (done) this.#unfinished.delete(floor);
    else this.#unfinished.add(floor);
    this.working.hidden = !this.#unfinished.size;
    if (done || performance.now() - this.#painted > BETWEEN) this.#schedule();
  }

  #schedule() {
    this.#painting ||= requestAnimationFrame(() => {
      this.#painting = 0;
      this.#paint();
    });
  }

  /** Paint all floors in one scale of colours. */
  #paint() {
    const { field, unit, log, deep } = GROUNDS[this.#forced ?? this.#chosen];
    if (field === undefined) return;
    this.#painted = performance.now();
    for (const floor of this.#floors) floor.gather();
    const seen = this.#floors.filter((floor) => floor.values);
    const some = [];
    for (const {
      values: { data },
    } of seen)
      for (let i = 0; i < data.length; i += 3) if (Number.isFinite(data[i])) some.push(data[i]);
    const values = Float32Array.from(some).sort();
    const at = (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))];
    if (values.length) {
      const high = at(1 - TRIMMED);
      let low = at(TRIMMED);
      if (log) low = Math.max(low, high / 1e4);
      if (deep) low = Math.max(low, high - deep(this.#facts[0].latent_dim));
      const colours = this.#ramp();
      for (const floor of seen) floor.paint(low, high, colours, log);
      say(this.low, `${values[0] < low ? "≤ " : ""}${figure(low)}`);
      say(this.high, `${values.at(-1) > high ? "≥ " : ""}${figure(high)} ${unit}${log ? " · log scale" : ""}`);
    }
  }

  /** 256 colours in even steps of lightness, from the paper to a strong one, for points of any class colour to stand on. */
  #ramp() {
    if (this.#colours) return this.#colours;
    const dark = this.choice.closest(".ctm-root")?.dataset.theme === "dark";
    const [from, to] = dark ? [0.21, 0.74] : [0.985, 0.5];
    const context = this.ramp.getContext("2d");
    for (let i = 0; i < 256; i++) {
      const t = i / 255;
      context.fillStyle = `oklch(${from + (to - from) * t} ${0.012 + 0.13 * t} ${285 + 40 * t})`;
      context.fillRect(i, 0, 1, 1);
    }
    return (this.#colours = new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer.slice(0)));
  }
}
