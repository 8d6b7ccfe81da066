/** Between two captions: drawings on the way from one to the other, beside the same two pictures in the codes of a continuous model. */
import { Caption } from "./caption.js";
import { Sketch } from "./sketch.js";
import { STUDIO } from "./studio.js";
import { figure, h, say } from "../../core/dom.js";

const FRAMES = 9;
const ZOOM = 4,
  GAP = 8; // of a saved strip: pixels for each of a picture, and between two pictures

export class Between {
  #studio;
  #cells;
  #first = null;
  #second = null;
  #settings;
  #turn = 0;
  #onsecond;
  #onready;

  /**
   * @param {import("./studio.js").Studio} studio @param {any} facts of the painter
   * @param {() => object} settings of the drawing: seed, guidance, temperature, topK
   * @param {(caption: string) => void} onsecond another second caption was read
   * @param {() => void} onready whether both strips are there has changed @param {(message: string) => void} alert
   */
  constructor(studio, facts, settings, onsecond, onready, alert) {
    this.#studio = studio;
    this.#settings = settings;
    this.#onsecond = onsecond;
    this.#onready = onready;
    this.alert = alert;
    this.#cells = facts.grid ** 2;
    const side = facts.image_shape[1];
    this.caption = new Caption("Second caption", studio, (reading) => {
      this.#second = reading;
      this.#onsecond(this.caption.text);
      this.#draw();
    });
    this.from = h("b", {});
    this.drawings = new Row(
      "Drawing",
      "drawn, in discrete codes",
      "Each picture is drawn to a caption between the two: the words' vectors mixed, the same seed. A discrete code is one thing or another, never half of both: watch whether the picture stays, then jumps.",
      side,
      "var(--ctm-text)",
      () => this.#chart(),
    );
    this.codes = new Row(
      "Continuous",
      "decoded, from continuous codes",
      "The two end pictures, encoded by a VAE of the same scenes, and decoded from codes evenly spaced between theirs. Every code between is allowed: watch whether the picture melts from one into the other.",
      side,
      "var(--ctm-vae)",
      () => this.#chart(),
    );
    this.element = h(
      "section",
      { class: "ctm-between", "aria-label": "Between two captions" },
      h(
        "div",
        { class: "ctm-line ctm-betweenhead" },
        h("span", { class: "ctm-quiet" }, "from ", this.from, " to"),
        this.caption.element,
        this.caption.notes,
      ),
      this.drawings.element,
      this.codes.element,
    );
  }

  /** @param {any} reading of the first caption @param {string} second caption, to be read if it is another one than now */
  show(reading, second) {
    this.#first = reading;
    say(this.from, reading.caption);
    if (second !== this.caption.text || !this.#second) this.caption.set(second);
    else this.#draw();
  }

  /** Whether the strip of drawings is whole. */
  get ready() {
    return this.drawings.steps.length > 0;
  }

  /** Both strips, one above the other, as one canvas. */
  picture() {
    const rows = [this.drawings, this.codes].filter((row) => row.steps.length),
      side = ZOOM * rows[0].side;
    const canvas = h("canvas", { width: FRAMES * (side + GAP) - GAP, height: rows.length * (side + GAP) - GAP }),
      context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    rows.forEach((row, y) =>
      row.canvases.forEach((picture, x) => context.drawImage(picture, x * (side + GAP), y * (side + GAP), side, side)),
    );
    return canvas;
  }

  /** Give up what is being drawn. */
  stop() {
    this.#turn += 1;
  }

  dispose() {
    this.#turn += 1;
    this.caption.dispose();
  }

  #draw() {
    if (!this.#first || !this.#second) return;
    const turn = ++this.#turn,
      ends = {};
    this.drawings.clear();
    this.codes.clear();
    this.#onready();
    // Both ends first, so that the other strip can begin.
    const order = [0, FRAMES - 1, ...Array.from({ length: FRAMES - 2 }, (_, i) => i + 1)];
    const next = (i) => {
      if (turn !== this.#turn) return;
      if (i === order.length) return;
      const frame = order[i],
        last = frame === FRAMES - 1;
      const ids = last ? this.#second.ids : this.#first.ids;
      const between = frame && !last ? { second: this.#second.ids, mix: frame / (FRAMES - 1) } : {};
      this.#studio.draw(
        { count: 1, ...this.#settings(), ids, ...between },
        ({ done, tokens, pixels, cells }) => {
          if (turn !== this.#turn) return;
          if (tokens.data.length) this.drawings.paint(frame, pixels, tokens.data, cells);
          if (!done) return;
          if (i < 2) ends[i] = [...tokens.data];
          if (i === 1) this.#ramp(turn, ends);
          next(i + 1);
        },
        (error) => this.alert(error.message),
      );
    };
    next(0);
  }

  /** Both rows of bars on one scale. */
  #chart() {
    const rows = [this.drawings, this.codes],
      highest = Math.max(...rows.flatMap((row) => row.steps));
    for (const row of rows) row.chart(highest);
    this.#onready();
  }

  #ramp(turn, ends) {
    this.#studio.ask(
      "ramp",
      STUDIO.ramp,
      [FRAMES, ...ends[0], ...ends[1]],
      ([pixels]) => {
        if (turn !== this.#turn) return;
        for (let frame = 0; frame < FRAMES; frame++) this.codes.paint(frame, pixels, null, 0, frame);
      },
      (error) => {
        if (turn === this.#turn) this.codes.refuse(error.message);
      },
    );
  }
}

/** A strip of pictures, and under it how far the picture moves at each step. */
class Row {
  #sketches;
  #pictures = [];
  #bars;
  #colour;
  #onmeasured;

  /** How far the picture moves at each step. @type {number[]} */
  steps = [];

  constructor(name, title, meaning, side, colour, onmeasured) {
    this.side = side;
    this.#colour = colour;
    this.#onmeasured = onmeasured;
    this.#sketches = Array.from({ length: FRAMES }, (_, i) => new Sketch(`${name} ${i + 1} of ${FRAMES}`, side));
    this.#bars = h("div", {
      class: "ctm-steps",
      role: "img",
      "aria-label": `${name}: change at each step`,
      title: "How far the picture moves at each step: root of the summed squared differences of all pixels in [0, 1].",
    });
    this.words = h("span", { class: "ctm-quiet" });
    this.strip = h("div", { class: "ctm-strip" }, ...this.#sketches.map(({ element }) => element));
    this.refusal = h("p", { class: "ctm-refused", hidden: true });
    this.element = h(
      "div",
      { class: "ctm-betweenrow" },
      h("div", { class: "ctm-line" }, h("h2", { title: meaning }, title), this.words),
      this.refusal,
      this.strip,
      this.#bars,
    );
  }

  get canvases() {
    return this.#sketches.map(({ element }) => element);
  }

  clear() {
    this.#pictures = [];
    this.steps = [];
    this.#bars.replaceChildren();
    say(this.words, "");
    this.refusal.hidden = true;
    this.strip.hidden = this.#bars.hidden = false;
    for (const sketch of this.#sketches) sketch.clear();
  }

  refuse(sentence) {
    this.refusal.hidden = false;
    this.strip.hidden = this.#bars.hidden = true;
    say(this.refusal, sentence);
  }

  paint(frame, pixels, tokens, cells, index = 0) {
    this.#sketches[frame].paint(pixels, index, tokens, 0, cells);
    const size = pixels.shape[1] * pixels.shape[2] * 3;
    if (pixels.shape[1] === pixels.shape[2] && !(tokens && tokens.includes(-1)))
      this.#pictures[frame] = pixels.data.slice(index * size, (index + 1) * size);
    if (Object.keys(this.#pictures).length < FRAMES) return;
    this.steps = this.#pictures.slice(1).map((picture, i) => distance(this.#pictures[i], picture));
    this.#onmeasured();
  }

  /** Draw the steps as bars. @param {number} highest of all bars that are compared */
  chart(highest) {
    if (!this.steps.length) return;
    const most = Math.max(...this.steps),
      mean = this.steps.reduce((sum, step) => sum + step, 0) / this.steps.length;
    this.#bars.replaceChildren(
      ...this.steps.map((step) =>
        h(
          "div",
          {},
          h("i", { style: `--share:${step / Math.max(highest, 1e-9)};background:${this.#colour}` }),
          h("span", {}, figure(step)),
        ),
      ),
    );
    say(
      this.words,
      mean > 0 ? `how much the picture changes at each step: at most ${figure(most / mean)} times the mean` : "both are the same picture",
    );
  }
}

function distance(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] - b[i]) / 255) ** 2;
  return Math.sqrt(sum);
}
