// @ts-check
/** The drawings to a caption: asked for, shown while they grow, ranked, and one of them chosen. */
import { keepFocus } from "../../core/dom.js";
import { t } from "../../core/language.js";
import * as words from "../../text/create.js";
import { LIMITS } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { enlarged } from "./keeping.js";
import { isDone } from "./studio.js";

/** @typedef {import("./studio.js").Drawing} Drawing */
/** @typedef {import("./studio.js").Reading} Reading */
/**
 * What is drawn: a caption as read and as written, settings, and the codes to keep (−1 where to draw).
 * @typedef {{reading: Reading, text: string, settings: import("./address.js").Settings, given: number[] | null}} About
 */
/** @typedef {About & {tokens: number[][], drawing: Drawing}} Drawn finished ones, with the tokens of each, best first */
/**
 * @typedef {object} Hand
 * @property {(drawing: Drawing) => void} grow a drawing under way is shown
 * @property {(busy: boolean) => void} busy it begins, or is over
 * @property {() => void} choose one of the finished drawings is chosen
 * @property {() => void} finish they are all there
 */

/** Whether all cells are given. @param {number[] | null} given */
export const isWhole = (given) => given !== null && !given.includes(-1);

export class Drawings {
  /** Which one is chosen, counting from 0. */
  pick = 0;
  /** @type {import("./parts.js").Parts} */
  #parts;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {import("./create.js").Live} */
  #live;
  /** @type {Hand} */
  #hand;
  /** What is drawn or was drawn last, "" for nothing. */
  #order = "";
  /** @type {Drawn | null} */
  #drawn = null;

  /**
   * @param {import("./parts.js").Parts} parts @param {{studio: import("./studio.js").Studio, live: import("./create.js").Live}} given
   * @param {Hand} hand
   */
  constructor(parts, { studio, live }, hand) {
    [this.#parts, this.#studio, this.#live, this.#hand] = [parts, studio, live, hand];
  }

  /** The finished ones. */
  get drawn() {
    return this.#drawn;
  }

  /** Draw the same again when it is asked for. */
  forgetOrder() {
    this.#order = "";
  }

  /** Nothing is drawn. @param {number} pick which of the next drawings is chosen */
  forget(pick) {
    this.#order = "";
    this.#drawn = null;
    this.pick = pick;
  }

  /** Give up what is being drawn. */
  stop() {
    if (!this.#order || this.#drawn) return;
    const { head, keeping } = this.#parts;
    this.#studio.stop();
    this.#order = "";
    this.#parts.page.classList.remove("ctm-busy");
    keeping.say("");
    head.say(t("stopped"));
  }

  /** Draw, unless that is what is drawn already. @param {About} about */
  draw(about) {
    const { page, head, tabs, settings } = this.#parts,
      { reading, given } = about,
      count = isWhole(given) ? 1 : LIMITS.most_drawn;
    const order = { count, ...settings.asked, words: reading.ids, ...(given ? { given } : {}) },
      key = JSON.stringify(order);
    if (key === this.#order) return;
    const pick = this.#order !== "" ? 0 : Math.min(this.pick, count - 1); // the address names a drawing of the first order alone
    this.#order = key;
    this.#drawn = null;
    keepFocus(page, () => head.offerAfresh(given !== null), head.pressed);
    if (count > 1 || tabs.draw.count !== 1) tabs.draw.begin(count);
    this.#busy(true);
    const asked = { timeStamp: performance.now() };
    let began = false;
    const onReply = (/** @type {Drawing} */ drawing) => {
      head.share = drawing.progress;
      if (isDone(drawing)) return this.#finish(drawing, about, { still: !began, pick });
      head.say(words.growing(drawing.progress));
      if (!drawing.tokens.data.length) return;
      this.#hand.grow(drawing);
      if (!began) this.#live.meter.frame(asked);
      began = true;
    };
    this.#studio.draw(order, onReply, (error) => this.#failed(error));
  }

  /** @param {number} place counting from 0 */
  choose(place) {
    if (!this.#drawn) return;
    const { tokens, drawing } = this.#drawn,
      { tabs, keeping } = this.#parts;
    this.pick = place;
    tabs.draw.choose(place);
    const from = drawing.order.data[place];
    keeping.say(words.chosen(place, tokens.length), words.scored(drawing.scores.data[from]), nth(drawing.pixels, from));
    this.#hand.choose();
  }

  /** Say what is on the wall. */
  tell() {
    if (this.#drawn) this.#parts.head.say(words.finished(this.#drawn.tokens.length, this.#drawn.given !== null));
  }

  /** The chosen one, large, and the words that name its file. */
  picture() {
    if (!this.#drawn) return null;
    const { pixels, order } = this.#drawn.drawing;
    return { canvas: enlarged(nth(pixels, order.data[this.pick])), name: this.#drawn.reading.caption };
  }

  /** The same for how it was drawn. */
  async film() {
    if (!this.#drawn) return null;
    const { tokens, given, reading } = this.#drawn;
    return { film: await this.#studio.film(tokens[this.pick], given?.includes(-1) ? given : null), name: reading.caption };
  }

  /**
   * @param {Drawing} drawing @param {About} about
   * @param {{still: boolean, pick: number}} shown whether without a movement, and the one that is chosen
   */
  #finish(drawing, about, { still, pick }) {
    const tokens = Array.from(drawing.order.data, (from) => Array.from(nth(drawing.tokens, from).data));
    this.#drawn = { ...about, tokens, drawing };
    this.#parts.tabs.draw.rank(drawing, still);
    this.#busy(false);
    this.tell();
    this.choose(pick);
    this.#hand.finish();
  }

  /** @param {Error} error */
  #failed(error) {
    this.#order = "";
    this.#busy(false);
    this.#parts.keeping.say("");
    this.#parts.head.say("");
    this.#live.alert(error.message);
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#parts.page.classList.toggle("ctm-busy", busy);
    this.#hand.busy(busy);
    if (!busy) return;
    this.#parts.keeping.say(t("drawing …"));
    this.#parts.head.share = { at: 0, cells: 1 };
  }
}
