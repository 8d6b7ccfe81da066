// @ts-check
/** Between two captions: drawings on the way from one to the other, beside the same two pictures in the codes of a continuous model. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { MEANING } from "../../text/create.js";
import { ADDRESS, LIMITS, RAMP } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { Caption } from "./caption.js";
import { ROW_FRAMES, Row } from "./row.js";
import { isDone } from "./studio.js";

/** @typedef {import("./studio.js").Reading} Reading */
/** @typedef {Pick<import("./studio.js").Order, "seed" | "guidance" | "temperature" | "top_k">} Settings */

const ZOOM = 4,
  GAP = 8; // of a saved strip: pixels for each of a picture, and between two pictures
const LAST = ROW_FRAMES - 1;
// Both ends first, so that the other strip can begin.
const ORDER = [0, LAST, ...Array.from({ length: ROW_FRAMES - 2 }, (_, i) => i + 1)];

export class Between {
  /** @type {HTMLElement} */
  element;
  /** @type {Caption} */
  #caption;
  #from = h("b", {});
  /** @type {Row} */
  #drawings;
  /** @type {Row} */
  #codes;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {{settings: () => Settings, second: (another: boolean) => void, ready: () => void}} */
  #hand;
  /** @type {Reading | null} */
  #first = null;
  /** @type {Reading | null} */
  #second = null;
  /** The second caption as the address has it. */
  #text = ADDRESS.create.b.default;
  /** The life of both strips. */
  #strips = new AbortController();

  /**
   * @param {import("./studio.js").Studio} studio @param {import("./studio.js").Facts} facts of the painter
   * @param {{settings: () => Settings, second: (another: boolean) => void, ready: () => void}} hand
   *   settings of the drawing; a second caption was read, another one or not; whether both strips are there has changed
   */
  constructor(studio, { image_shape: [, side] }, hand) {
    this.#studio = studio;
    this.#hand = hand;
    this.#caption = new Caption(t("Second caption"), studio, (reading) => this.#understood(reading));
    const chart = () => this.#chart();
    this.#drawings = new Row(
      { name: t("Drawing"), title: t("drawn, in discrete codes"), meaning: MEANING.drawn, side, colour: "var(--ctm-text)" },
      chart,
    );
    this.#codes = new Row(
      { name: t("Continuous"), title: t("decoded, from continuous codes"), meaning: MEANING.decoded, side, colour: "var(--ctm-vae)" },
      chart,
    );
    const head = h(
      "div",
      { class: "ctm-line ctm-betweenhead" },
      h("span", { class: "ctm-quiet" }, t("from"), " ", this.#from, " ", t("to")),
      this.#caption.element,
      this.#caption.notes,
    );
    const properties = { class: "ctm-between", "aria-label": t("Between two captions") };
    this.element = h("section", properties, head, this.#drawings.element, this.#codes.element);
  }

  /** The words to complete in its caption. @param {string[]} words */
  set words(words) {
    this.#caption.words = words;
  }

  /** What of it the address keeps. @returns {Record<string, string>} */
  get view() {
    return { b: this.#text.slice(0, LIMITS.longest_caption) };
  }

  /** @param {{b?: string}} view */
  set view({ b = ADDRESS.create.b.default }) {
    this.#text = b;
  }

  /** Draw both strips. @param {{reading: Reading}} seen the first caption */
  enter({ reading }) {
    this.#first = reading;
    say(this.#from, reading.caption);
    if (this.#text !== this.#caption.text || !this.#second) this.#caption.set(this.#text);
    else this.#draw();
  }

  /** Give up what is being drawn. */
  leave() {
    this.#renew();
    this.#studio.stop();
  }

  /** Whether the strip of drawings is whole. */
  get ready() {
    return this.#drawings.steps.length > 0;
  }

  /** Both strips, one above the other, as one canvas, and the words that name its file. */
  picture() {
    const rows = [this.#drawings, this.#codes].filter((row) => row.steps.length),
      side = ZOOM * rows[0].side;
    const size = { width: ROW_FRAMES * (side + GAP) - GAP, height: rows.length * (side + GAP) - GAP };
    const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", size)),
      context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    rows.forEach((row, y) =>
      row.canvases.forEach((picture, x) => context.drawImage(picture, x * (side + GAP), y * (side + GAP), side, side)),
    );
    return { canvas, name: t("between two captions") };
  }

  dispose() {
    this.#strips.abort();
    this.#caption.dispose();
  }

  /** @param {Reading} reading of the second caption */
  #understood(reading) {
    const another = this.#caption.text !== this.#text;
    this.#second = reading;
    this.#text = this.#caption.text;
    this.#hand.second(another);
    this.#draw();
  }

  /** What was asked for the strips before no longer counts. */
  #renew() {
    this.#strips.abort();
    this.#strips = new AbortController();
  }

  #draw() {
    if (!this.#first || !this.#second) return;
    const words = { first: this.#first.ids, second: this.#second.ids };
    /** @type {number[][]} */
    const ends = [];
    this.#renew();
    this.#drawings.clear();
    this.#codes.clear();
    this.#hand.ready();
    const next = (/** @type {number} */ i) => {
      if (i === ORDER.length) return;
      const frame = ORDER[i],
        between = frame > 0 && frame < LAST ? { second: words.second, mix: frame / LAST } : {};
      const order = { count: 1, ...this.#hand.settings(), words: frame === LAST ? words.second : words.first, ...between };
      this.#studio.draw(order, (drawing) => {
        if (drawing.tokens.data.length) this.#drawings.paint(frame, nth(drawing.pixels, 0), nth(drawing.tokens, 0).data);
        if (!isDone(drawing)) return;
        if (i < 2) ends.push(Array.from(drawing.tokens.data));
        if (i === 1) this.#ramp(ends);
        next(i + 1);
      });
    };
    next(0);
  }

  /** Both rows of bars on one scale. */
  #chart() {
    const rows = [this.#drawings, this.#codes],
      highest = Math.max(...rows.flatMap((row) => row.steps));
    for (const row of rows) row.chart(highest);
    this.#hand.ready();
  }

  /** @param {number[][]} ends tokens of both ends */
  #ramp([a, b]) {
    const onReply = (/** @type {import("../../wire/schema.js").RampAnswered} */ { pixels }) => {
      for (let frame = 0; frame < ROW_FRAMES; frame++) this.#codes.paint(frame, nth(pixels, frame));
    };
    const onError = (/** @type {Error} */ error) => this.#codes.refuse(error.message);
    this.#studio.ask(RAMP, { steps: ROW_FRAMES, a, b }, { lane: "ramp", signal: this.#strips.signal, onReply, onError });
  }
}
