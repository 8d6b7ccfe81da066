// @ts-check
/** The brush for codes of channels × rows × columns: one channel is changed at one place, or in all places together. */
import { fill, h, say, segmented, select } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { KIND } from "../../core/modelnames.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { CellGrid } from "./cellgrid.js";

const REACH = 3; // standard deviations of a channel that one touch may change it by
const SIZES = [1, 3, 5]; // cells across a touch

/** @typedef {import("./cellgrid.js").Cell} Cell */
/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {{channels: number, rows: number, columns: number}} Cells */

/** The cells of a model's codes; null where a code is no picture of channels. @param {Facts} facts @returns {Cells|null} */
export function cellsOf({ config }) {
  const shape = config.foreign?.code_shape ?? [];
  const [channels, rows, columns] = shape;
  return shape.length === 3 && rows * columns > 1 ? { channels, rows, columns } : null;
}

/**
 * Mean, standard deviation and reach of the numbers of one channel over images and cells.
 * @param {import("../../core/models.js").Dimension[]} dimensions in any order @param {Cells} cells @param {number} channel
 */
export function usual(dimensions, { rows, columns }, channel) {
  const own = dimensions.filter(({ index }) => Math.floor(index / (rows * columns)) === channel);
  const mean = own.reduce((sum, each) => sum + each.mean, 0) / own.length;
  const square = own.reduce((sum, each) => sum + each.variance + (each.mean - mean) ** 2, 0) / own.length;
  const reach = own.reduce((most, { low, high }) => Math.max(most, Math.abs(low - mean), Math.abs(high - mean)), 0);
  return { mean, std: Math.sqrt(square) || 1, reach };
}

export class Brush {
  element;
  #hand;
  #grid = new CellGrid({
    press: (cells, event) => this.#press(cells, event),
    lift: () => this.#lift(),
    step: (way, event) => this.#step(way, event),
    value: (cell) => this.#code?.[this.#index(cell)] ?? 0,
  });
  #words = h("p", { class: "ctm-quiet" });
  #channelChoice;
  #values = new Picture(t("values of the channel"), "ctm-large");
  #change;
  #size;
  #side = SIZES[0];
  #all = h("div", { class: "ctm-brushall" });
  /** @type {NumberSlider|null} of the channel's mean over all cells */
  #mean = null;
  /** @type {Facts|null} */
  #facts = null;
  /** @type {Cells} */
  #cells = { channels: 1, rows: 1, columns: 1 };
  #channel = 0;
  #usual = { mean: 0, std: 1, reach: 1 };
  /** @type {Float32Array|null} */
  #code = null;
  /** Numbers that the stroke has changed: each once. @type {Set<number>} */
  #touched = new Set();
  #refuse;

  /** @param {import("../../core/connection.js").Live} live @param {import("./handles.js").Hand} hand */
  constructor(live, hand) {
    this.#hand = hand;
    this.#refuse = live.alert;
    this.#channelChoice = select(t("Channel"), [], "", (/** @type {string} */ value) => {
      this.#turn(Number(value) - 1);
      hand.save();
    });
    const range = { min: -REACH, max: REACH, step: 0.1, value: 1 };
    const home = () => (this.#change.value = 1);
    this.#change = new NumberSlider(t("Change per touch"), range, { home, refuse: live.alert });
    this.#change.slider.title = t("In standard deviations of the channel; to the left of the middle a touch takes away");
    /** @type {[string, string][]} */
    const sizes = SIZES.map((size) => [String(size), `${size} × ${size}`]);
    this.#size = segmented(t("Cells in a touch"), sizes, sizes[0][0], (value) => (this.#side = Number(value)));
    const side = h(
      "div",
      { class: "ctm-brushside" },
      this.#channelChoice,
      h("figure", {}, this.#values.element, h("figcaption", {}, t("its values"))),
      this.#size.element,
      h("label", {}, h("span", {}, t("change, in σ of the channel")), this.#change.number),
      this.#change.slider,
      this.#all,
    );
    const parts = [this.#words, h("div", { class: "ctm-brushed" }, this.#grid.element, side)];
    this.element = h("div", { class: "ctm-brush", hidden: true, role: "group", "aria-label": t("Brush") }, ...parts);
  }

  /** Another model, whose codes have cells. @param {Facts} facts @param {Cells} cells @param {number} channel from 1 */
  enter(facts, cells, channel) {
    this.#facts = facts;
    this.#cells = cells;
    this.#code = null;
    const { channels, rows, columns } = cells,
      [, height, width] = facts.image_shape;
    this.#grid.enter(rows, columns, width, height);
    this.#grid.picture.name = t("{model} decoding under the brush", { model: KIND[facts.kind] });
    this.#grid.picture.clear();
    for (const size of SIZES.slice(1)) this.#size.offer(String(size), size < Math.min(rows, columns));
    this.#size.choose(String((this.#side = SIZES[0])));
    const names = Array.from(
      { length: channels },
      (_, i) => /** @type {[string, string]} */ ([String(i + 1), t("channel {n}", { n: i + 1 })]),
    );
    const chosen = Math.min(channels, Math.max(1, channel));
    fill(this.#channelChoice, names, String(chosen));
    say(
      this.#words,
      t(
        "A code is {channels} channels on a grid of {rows} × {columns} cells, and a cell mostly shows at its place in the picture.",
        cells,
      ) +
        " " +
        t(
          "Press or drag to change the channel there, or use the arrow keys and + and −; the lowest slider moves it in all cells together.",
        ),
    );
    this.#turn(chosen - 1);
  }

  /** What the address keeps. @returns {import("../../core/types.js").View} */
  get view() {
    return { channel: String(this.#channel + 1) };
  }

  /** The current code is another one. @param {Float32Array} code */
  at(code) {
    this.#code = code;
    this.#show();
  }

  /** What the decoder makes of it. @param {import("./figures.js").Pixels} pixels the first of them */
  paint({ data, shape }) {
    this.#grid.picture.paint(data, shape, { count: 1 });
  }

  /** @param {number} channel */
  #turn(channel) {
    this.#channel = channel;
    if (!this.#facts) return;
    this.#usual = usual(this.#facts.dimensions, this.#cells, channel);
    const { mean, reach } = this.#usual,
      n = channel + 1;
    this.#mean = new NumberSlider(
      t("channel {n} in all cells", { n }),
      { min: mean - reach, max: mean + reach, step: reach / 200, value: mean },
      {
        input: (event) => this.#level(event),
        commit: () => this.#hand.save(),
        refuse: this.#refuse,
      },
    );
    this.#all.replaceChildren(h("label", {}, h("span", {}, t("mean over all cells")), this.#mean.number), this.#mean.slider);
    this.#show();
  }

  /** @param {Cell} cell */
  #index({ row, column }) {
    const { rows, columns } = this.#cells;
    return (this.#channel * rows + row) * columns + column;
  }

  /** The numbers of the chosen channel. */
  #own() {
    const size = this.#cells.rows * this.#cells.columns;
    return this.#code?.subarray(this.#channel * size, (this.#channel + 1) * size);
  }

  #show() {
    const own = this.#own();
    if (!own) return;
    const { mean, std } = this.#usual;
    const grey = Uint8Array.from(own, (value) => Math.max(0, Math.min(255, 128 + (42 * (value - mean)) / std))); // ± 3 σ
    this.#values.paint(grey, [1, this.#cells.rows, this.#cells.columns, 1]);
    if (this.#mean) this.#mean.value = own.reduce((sum, value) => sum + value, 0) / own.length;
    this.#grid.tell();
  }

  /** @param {Cell[]} cells @param {Event} event */
  #press(cells, event) {
    this.#touch(cells, this.#change.value, event);
  }

  #lift() {
    this.#touched.clear();
    this.#hand.save();
  }

  /** @param {1|-1} way @param {Event} event */
  #step(way, event) {
    this.#touch([this.#grid.at], way * Math.abs(this.#change.value), event);
    this.#lift();
  }

  /** Change the channel around some cells. @param {Cell[]} cells @param {number} amount in its standard deviations @param {Event} event */
  #touch(cells, amount, event) {
    if (!this.#code) return;
    const code = Float32Array.from(this.#code),
      half = (this.#side - 1) / 2,
      { rows, columns } = this.#cells;
    for (const { row, column } of cells)
      for (let y = Math.max(0, row - half); y <= Math.min(rows - 1, row + half); y++)
        for (let x = Math.max(0, column - half); x <= Math.min(columns - 1, column + half); x++) {
          const index = this.#index({ row: y, column: x });
          if (this.#touched.has(index)) continue;
          this.#touched.add(index);
          code[index] += amount * this.#usual.std;
        }
    this.#go(code, event);
  }

  /** The channel's mean was moved: all its cells move with it. @param {Event} event */
  #level(event) {
    const own = this.#own();
    if (!this.#code || !own || !this.#mean) return;
    const more = this.#mean.value - own.reduce((sum, value) => sum + value, 0) / own.length;
    const code = Float32Array.from(this.#code),
      first = this.#channel * own.length;
    for (let i = first; i < first + own.length; i++) code[i] += more;
    this.#go(code, event);
  }

  /** @param {Float32Array} code @param {Event} event */
  #go(code, event) {
    this.#code = code;
    this.#show();
    this.#hand.move(code, event);
  }
}
