// @ts-check
/** One of the two models: its card, its map, and the codes of its images. */
import { figure, h, say, select } from "../../core/dom.js";
import { modelColour } from "../../core/models.js";
import { Spoken } from "../../core/spoken.js";
import { during } from "../../core/stay.js";
import { LatentMap, Tooltip } from "../../map/map.js";
import { SIDES } from "../../text/compare.js";
import { Picture } from "../../widgets/picture.js";
import { Strip } from "../../widgets/strip.js";
import { IMAGE } from "../../wire/schema.js";

export const FRAMES = 16; // of the strip

/** @typedef {import("../../core/types.js").Place} Place */
/** @typedef {import("../../core/models.js").MappedFacts} Facts */
/**
 * @typedef {object} Hand what a hand does on a card
 * @property {(side: Side, place: Place, event: Event) => void} hover
 * @property {() => void} leave
 * @property {(row: number, event: Event) => void} pick an image of the map, or −1
 * @property {(side: Side, letter: string, place: Place, done: boolean, event: Event) => void} marker
 * @property {(kind: string, name: string) => void} choose another model
 * @property {(t: number) => void} frame of the strip
 */

export class Side {
  kind;
  name;
  tooltip;
  map;
  wall;
  current;
  neighbourhood;
  strip;
  choice;
  hoverPicture;
  spoken = new Spoken();
  caption = h("figcaption", {});
  numbers = h("dl", { class: "ctm-numbers-line" });
  sentence = h("p", { class: "ctm-sentence" });
  now; // the picture at t or of the image, with its caption
  stage;
  body;
  element;
  #live;
  /** @type {Facts|null} */
  #facts = null;
  /** @type {Map<number, Promise<Float32Array>>} by row */
  #codes = new Map();

  /** @param {import("../../core/connection.js").Live} live @param {"ae"|"vae"} kind @param {Hand} hand */
  constructor(live, kind, hand) {
    this.#live = live;
    this.kind = kind;
    this.name = kind.toUpperCase();
    const [title, says] = SIDES[kind];
    this.hoverPicture = new Picture(`${this.name} hover decoding`, "ctm-hover");
    this.tooltip = new Tooltip(this.hoverPicture);
    this.map = new LatentMap(`${this.name} latent map`, modelColour(kind), {
      hover: (place, event) => hand.hover(this, place, event),
      leave: hand.leave,
      pick: (_, row, event) => hand.pick(row, event),
      marker: (letter, place, _, done, event) => hand.marker(this, letter, place, done, event),
    });
    this.wall = new Picture(`${this.name} samples`, "ctm-wall");
    this.current = new Picture(`${this.name} decoding`, "ctm-current ctm-own");
    this.neighbourhood = new Picture(`${this.name} variations`, "ctm-wall");
    this.strip = new Strip(this.name, FRAMES, hand.frame);
    this.choice = select(`${title} model`, [], "", (/** @type {string} */ name) => hand.choose(kind, name));
    this.now = h("figure", { class: "ctm-now" }, this.current.element, this.caption);
    this.stage = h("div", { class: "ctm-stage" }, this.wall.element, this.now, this.neighbourhood.element);
    this.body = h(
      "div",
      { class: "ctm-body" },
      h("div", { class: "ctm-mapbox" }, this.map.element, this.choice, this.tooltip.element, this.spoken.element),
      this.stage,
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-side", "aria-label": title },
      h("header", {}, h("h2", {}, title), h("span", { class: "ctm-quiet" }, says), this.numbers),
      this.body,
      this.strip.element,
      this.sentence,
    );
    this.element.style.setProperty("--ctm-model", modelColour(kind));
  }

  /** Whether there is a model. */
  get open() {
    return this.#facts !== null;
  }

  /** @throws {Error} while there is no model */
  get facts() {
    if (!this.#facts) throw new Error("no model is open");
    return this.#facts;
  }

  /**
   * Show another model.
   * @param {Facts} facts @param {{zoom?: [number, number, number]|null, hidden?: number[]}} look of the map
   */
  enter(facts, look) {
    this.#facts = facts;
    Object.assign(this.map.over, { cursor: null, path: null, at: null, draws: null, far: null, row: -1 });
    this.map.show(facts.places, facts.labels, facts.classes, look);
  }

  /** The codes of images belong to a view: once it ends, those that are asked for never come. */
  forget() {
    this.#codes.clear();
  }

  /** Make room for a tab: what it shows, and nothing of the one before. @param {string} tab */
  arrange(tab) {
    this.wall.element.hidden = tab !== "dice";
    this.neighbourhood.element.hidden = tab !== "freedom";
    this.now.hidden = tab !== "path" && tab !== "freedom";
    this.strip.element.hidden = tab !== "path";
    this.stage.hidden = ["plane", "race", "ground"].includes(tab);
    this.show([], "");
    Object.assign(this.map.over, { cursor: null, path: null, at: null, draws: null, far: null });
    for (const letter of ["A", "B"]) this.map.mark(letter, null);
  }

  /**
   * Say what there is to say of it.
   * @param {import("../../text/compare.js").Figure[]} figures in the head of the card @param {string} sentence
   */
  show(figures, sentence) {
    // An empty place would look as though its figure were still to come.
    const known = figures.filter(([, value]) => !value.startsWith(figure(NaN)));
    const judge = this.#facts?.judge;
    const about = (/** @type {string} */ title) => (judge && /features|classifier/.test(title) ? `${title} (${judge})` : title);
    this.numbers.replaceChildren(
      ...known.map(([name, value, title]) => h("div", { title: about(title), tabindex: 0 }, h("dd", {}, value), h("dt", {}, name))),
    );
    say(this.sentence, sentence);
  }

  /** The code of an image. @param {number} row @param {AbortSignal} view @returns {Promise<Float32Array>} */
  code(row, view) {
    const known = this.#codes.get(row);
    if (known) return known;
    const onError = (/** @type {Error} */ error) => {
      this.#codes.delete(row);
      this.#live.alert(error.message);
    };
    const asked = this.#live.session
      .ask(IMAGE, { row }, { model: this.facts.name, lane: `code ${this.kind} ${row}`, signal: view, onError })
      .then(({ mean }) => mean.data.slice());
    this.#codes.set(row, asked);
    return asked;
  }

  dispose() {
    this.map.dispose();
    this.spoken.hush();
  }
}

/** @typedef {Map<string, Float32Array[]>} Codes of images, by kind of model */

/**
 * The codes of images in several models. Whoever awaits them does not resume if one cannot be had, which has been said, or once
 * `signal` is aborted.
 * @param {Side[]} sides @param {number[]} rows @param {AbortSignal} view @param {AbortSignal} signal
 * @returns {Promise<Codes>}
 */
export async function codesOf(sides, rows, view, signal) {
  const codes = await Promise.all(sides.map((side) => Promise.all(rows.map((row) => side.code(row, view)))));
  return during(signal, Promise.resolve(new Map(sides.map((side, i) => [side.kind, codes[i]]))));
}
