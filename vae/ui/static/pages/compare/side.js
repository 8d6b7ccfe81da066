// @ts-check
/** One of the two models: its card, its map, and the codes of its images. */
import { figure, h, say, select } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Spoken } from "../../core/spoken.js";
import { during } from "../../core/stay.js";
import { readList, readZoom, writeZoom } from "../../core/view.js";
import { LatentMap, Tooltip } from "../../map/map.js";
import { Reach } from "../../map/reach.js";
import { byJudge } from "../../text/compare.js";
import { Picture } from "../../widgets/picture.js";
import { Strip, STRIP_FRAMES } from "../../widgets/strip.js";
import { Term } from "../../widgets/term.js";
import { IMAGE } from "../../wire/schema.js";

/** @typedef {import("../../core/types.js").Place} Place */
/** @typedef {import("../../core/models.js").MappedFacts} Facts */
/**
 * @typedef {object} Hand what a hand does on a card
 * @property {(side: Side, place: Place, event: Event) => void} hover
 * @property {() => void} leave
 * @property {(side: Side, row: number, event: Event) => void} pick an image of the map, or −1
 * @property {(side: Side, letter: string, place: Place, done: boolean, event: Event) => void} marker
 * @property {(key: import("./pairs.js").Key, name: string) => void} choose another model
 * @property {(t: number) => void} frame of the strip
 */

export class Side {
  key;
  /** @type {import("./pairs.js").Called} */
  called = { kind: "ae", short: "", label: "", whose: "", title: "", colour: "" };
  tooltip;
  map;
  reach;
  wall;
  current;
  neighbourhood;
  strip;
  choice;
  hoverPicture;
  spoken = new Spoken();
  title = h("h2", {});
  /** Called with the model's short name whenever it changes, to name what else is on the card. @type {Set<(short: string) => void>} */
  renamed = new Set();
  caption = h("figcaption", {});
  numbers = h("dl", { class: "ctm-numbers-line" });
  /** What the figures in the head are, in words, so that they stay where they are while their values change. */
  #told = "";
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

  /** @param {import("../../core/connection.js").Live} live @param {import("./pairs.js").Key} key @param {Hand} hand */
  constructor(live, key, hand) {
    this.#live = live;
    this.key = key;
    this.hoverPicture = new Picture("", "ctm-hover");
    this.tooltip = new Tooltip(this.hoverPicture);
    this.map = new LatentMap("", "var(--ctm-model)", {
      hover: (place, event) => hand.hover(this, place, event),
      leave: hand.leave,
      pick: (_, row, event) => hand.pick(this, row, event),
      marker: (letter, place, _, done, event) => hand.marker(this, letter, place, done, event),
    });
    this.reach = new Reach(this.map);
    this.wall = new Picture("", "ctm-wall");
    this.current = new Picture("", "ctm-current ctm-own");
    this.neighbourhood = new Picture("", "ctm-wall");
    this.strip = new Strip("", STRIP_FRAMES, hand.frame);
    this.choice = select(key === "left" ? t("Model on the left") : t("Model on the right"), [], "", (/** @type {string} */ name) =>
      hand.choose(key, name),
    );
    this.now = h("figure", { class: "ctm-now" }, this.current.element, this.caption);
    this.stage = h("div", { class: "ctm-stage" }, this.wall.element, this.now, this.neighbourhood.element);
    this.body = h(
      "div",
      { class: "ctm-body" },
      h("div", { class: "ctm-mapbox" }, this.map.element, this.tooltip.element, this.spoken.element),
      this.stage,
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-side" },
      h("header", {}, this.title, this.choice, this.numbers),
      this.body,
      this.strip.element,
      this.sentence,
    );
  }

  /** @param {import("./pairs.js").Called} called */
  #call(called) {
    const { short, title, colour } = called;
    this.called = called;
    say(this.title, title);
    this.element.setAttribute("aria-label", title);
    this.element.style.setProperty("--ctm-model", colour);
    this.map.element.setAttribute("aria-label", t("{short} latent map", { short }));
    this.hoverPicture.name = t("{model} hover decoding", { model: short });
    this.wall.name = t("{model} samples", { model: short });
    this.current.name = t("{model} decoding", { model: short });
    this.neighbourhood.name = t("{model} variations", { model: short });
    this.strip.name = short;
    for (const rename of this.renamed) rename(short);
  }

  /** Whether there is a model. */
  get open() {
    return this.#facts !== null;
  }

  /** What the address says of the map's window. @returns {Record<string, string>} */
  get zoom() {
    const { closeup } = this.map;
    return closeup ? { [`z${this.key}`]: writeZoom(/** @type {any} */ (closeup)) } : {};
  }

  /** @throws {Error} while there is no model */
  get facts() {
    if (!this.#facts) throw new Error(t("no model is open"));
    return this.#facts;
  }

  /**
   * Show another model.
   * @param {Facts} facts @param {import("./pairs.js").Called} called beside the other one
   * @param {{zoom?: [number, number, number]|null, hidden?: number[]}} look of the map
   */
  enter(facts, called, look) {
    this.#facts = facts;
    this.#call(called);
    Object.assign(this.map.over, { cursor: null, path: null, at: null, draws: null, far: null, row: -1 });
    this.reach.open(facts);
    this.map.show(facts.places, facts.labels, facts.classes, look);
  }

  /** The codes of images belong to a view: once it ends, those that are asked for never come. */
  forget() {
    this.#codes.clear();
  }

  /** Make room for a tab: what it shows, and nothing of the one before. @param {string} tab */
  arrange(tab) {
    this.wall.element.hidden = tab !== "dice";
    this.neighbourhood.element.hidden = !["freedom", "picture"].includes(tab);
    this.now.hidden = !["path", "freedom", "picture"].includes(tab);
    this.strip.element.hidden = tab !== "path";
    this.stage.hidden = ["plane", "race", "ground"].includes(tab);
    this.show([], "");
    delete this.sentence.dataset.world;
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
    const told = known.map(([name, , meaning]) => `${name}: ${meaning}`).join();
    if (told !== this.#told)
      this.numbers.replaceChildren(
        ...known.map((figure) => {
          const [name, , about, entry] = figure,
            meaning = judge && byJudge(figure) ? `${about} ${judge}` : about;
          return h("div", {}, h("dt", {}, new Term(name, { meaning, entry }).element), h("dd", {}));
        }),
      );
    this.#told = told;
    this.numbers.querySelectorAll("dd").forEach((value, i) => say(value, known[i][1]));
    say(this.sentence, sentence);
  }

  /** Say under the pointer why a click did nothing; whether there was anything to say. @param {string} why */
  refuse(why) {
    if (!why) return false;
    this.hoverPicture.clear();
    this.tooltip.say(why);
    this.spoken.say(why);
    return true;
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
      .ask(IMAGE, { row }, { model: this.facts.name, lane: `code ${this.key} ${row}`, signal: view, onError })
      .then(({ mean }) => mean.data.slice());
    this.#codes.set(row, asked);
    return asked;
  }

  dispose() {
    this.map.dispose();
    this.spoken.hush();
  }
}

/** What an address says of the maps; addresses of old call the sides by their kinds. @param {import("../../core/types.js").View} view */
export function lookOf({ zleft, zright, zae, zvae, hide }) {
  const [left, right] = [zleft ?? zae, zright ?? zvae].map(readZoom);
  return { zoom: { left, right }, hidden: readList(hide) };
}

/** @typedef {Map<string, Float32Array[]>} Codes of images, by side */

/**
 * The codes of images in several models. Whoever awaits them does not resume if one cannot be had, which has been said, or once
 * `signal` is aborted.
 * @param {Side[]} sides @param {number[]} rows @param {AbortSignal} view @param {AbortSignal} signal
 * @returns {Promise<Codes>}
 */
export async function codesOf(sides, rows, view, signal) {
  const codes = await Promise.all(sides.map((side) => Promise.all(rows.map((row) => side.code(row, view)))));
  return during(signal, Promise.resolve(new Map(sides.map((side, i) => [side.key, codes[i]]))));
}
