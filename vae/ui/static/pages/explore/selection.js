// @ts-check
/** The selection: pictures chosen on the map, by words, columns or nearness, as a panel to look through and to take away. */
import { figure, h, say } from "../../core/dom.js";
import { number, t } from "../../core/language.js";
import { inside } from "../../map/inside.js";
import { OutlineButton } from "../../map/outlinebutton.js";
import { Spotlight } from "../../map/spotlight.js";
import { Thumbnails } from "../../widgets/thumbnails.js";
import { PICTURES } from "../../wire/schema.js";
import { Common } from "./common.js";
import { Conditions } from "./conditions.js";
import { TakeOut } from "./takeout.js";

const BYTES = 2e6; // of pictures in one answer
const MOST = 256; // pictures in one answer
const OUTLINED = t("drawn around on the map");

/** @typedef {import("../../core/models.js").MappedFacts} MappedFacts */
/**
 * What the panel needs of the page.
 * @typedef {object} Page
 * @property {import("../../map/map.js").LatentMap} map
 * @property {import("./hover.js").Hover} hover
 * @property {() => number} row of the current image, or −1
 * @property {() => ArrayLike<number>|undefined} code the current one
 * @property {(row: number, event: Event) => void} open make an image current
 * @property {(direction: Float32Array, words: string) => void} direct offer a direction among the handles
 */

export class Selection {
  element;
  #live;
  #page;
  #lassoButton;
  #openButton;
  #body;
  #conditions;
  #common;
  #takeOut;
  #tiles;
  #count = h("p", { role: "status", class: "ctm-selected" });
  #kind = h("span", {});
  #order = h("span", {});
  /** @type {MappedFacts|null} */
  #facts = null;
  #rows = new Int32Array();
  /** @type {number[]|null} */
  #scores = null;
  #ordered = "";
  #hidden = "";
  #learned = false; // whether the columns of this data set were asked for
  #stale = true; // what is in it is of another selection
  /** @type {AbortSignal|undefined} */
  #signal;
  #spotlight;

  /** @param {import("../../core/connection.js").Live} live @param {Page} page */
  constructor(live, page) {
    this.#live = live;
    this.#page = page;
    this.#conditions = new Conditions(live, { row: page.row, changed: () => this.#change() });
    this.#common = new Common(live, { only: (name) => this.#conditions.search(name), direct: page.direct });
    this.#takeOut = new TakeOut(live, () => this.#selected());
    this.#tiles = new Thumbnails(t("Pictures of the selection"), {
      ask: (rows) => this.#ask(rows),
      open: page.open,
      name: (row, index) => this.#name(row, index),
    });
    const title = t("Draw around points on the map to look at their pictures");
    this.#lassoButton = new OutlineButton(t("◌ Select on the map"), title, {
      map: page.map,
      look: (place, event) => page.hover.at(place, event),
      done: (outline) => {
        this.outline(outline);
        this.#open(true);
      },
    });
    const look = { type: "button", class: "ctm-chip", "aria-expanded": "false", onclick: () => this.#open(this.#body.hidden) };
    this.#openButton = h("button", look, t("Look through"));
    const { chips, element: conditions } = this.#conditions;
    this.#body = h(
      "div",
      { class: "ctm-selectionbody", hidden: true },
      conditions,
      this.#takeOut.text,
      h(
        "div",
        { class: "ctm-looked" },
        h("div", { class: "ctm-selectiontiles" }, this.#tiles.element, h("p", { class: "ctm-quiet ctm-line" }, this.#kind, this.#order)),
        this.#common.element,
      ),
    );
    const head = [h("h2", {}, t("Selection")), this.#count, chips, this.#lassoButton.element, this.#openButton, this.#takeOut.element];
    this.element = h(
      "section",
      { class: "ctm-card ctm-selection", "aria-label": t("Selection") },
      h("div", { class: "ctm-line" }, ...head),
      this.#body,
    );
    this.#spotlight = new Spotlight(page.map);
  }

  /** Another model; its map is still on its way. @param {{name: string}} facts @param {AbortSignal} signal aborted once it is left */
  enter({ name }, signal) {
    this.#lassoButton.leave();
    this.#signal = signal;
    this.#facts = null;
    this.#rows = new Int32Array();
    this.#spotlight.on(null);
    this.#tiles.forget();
    this.#common.forget();
    this.#conditions.enter(name, signal);
    say(this.#count, "");
    say(this.#kind, "");
    say(this.#order, "");
  }

  /** The map is there. @param {MappedFacts} facts */
  show(facts) {
    this.#facts = facts;
    this.#hidden = this.#page.map.hidden.join();
    this.#change();
    this.#learned = false;
    if (!this.#body.hidden) this.#learn();
  }

  /** The same images on another map. @param {MappedFacts} facts */
  project(facts) {
    this.#facts = facts;
    this.#spotlight.on(this.#conditions.any ? this.#rows : null, facts.labels);
  }

  /** Whatever the hand has done: the legend may show other classes now. */
  follow() {
    if (!this.#facts || this.#page.map.hidden.join() === this.#hidden) return;
    this.#hidden = this.#page.map.hidden.join();
    this.#change();
  }

  /** Select what is inside an outline on the map. @param {Float32Array} outline corners, (M, 2) flat */
  outline(outline) {
    if (!this.#facts) return;
    this.#conditions.set("outline", { rows: inside(this.#facts.places, outline), words: OUTLINED, scores: null });
  }

  dispose() {
    this.#lassoButton.leave();
    this.#tiles.dispose();
    this.#takeOut.dispose();
    this.#common.forget();
    this.#spotlight.dispose();
  }

  #learn() {
    if (!this.#learned) this.#conditions.learn();
    this.#learned = true;
  }

  #selected() {
    const { map, row, code } = this.#page;
    return this.#facts && { facts: this.#facts, map, rows: this.#rows, row: row(), code: code() };
  }

  /** Show what is selected, or only how much. @param {boolean} open */
  #open(open) {
    this.#body.hidden = !open;
    this.#takeOut.all = open;
    this.#openButton.setAttribute("aria-expanded", String(open));
    if (!open) return;
    if (this.#facts) this.#learn();
    this.#fill();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  /** Other pictures are selected, or in another order. */
  #change() {
    const facts = this.#facts;
    if (!facts) return;
    const hidden = new Set(this.#page.map.hidden);
    const shown = Uint8Array.from(facts.labels, (label) => (hidden.has(label) ? 0 : 1));
    const { rows, scores, ordered } = this.#conditions.rows(shown);
    this.#rows = rows;
    this.#scores = scores;
    this.#ordered = ordered;
    const [some, all] = [rows.length, facts.count].map((count) => number(count, 15));
    say(this.#count, rows.length === facts.count ? t("all {all} pictures", { all }) : t("{some} of {all} pictures", { some, all }));
    this.#spotlight.on(this.#conditions.any ? rows : null, facts.labels);
    this.#stale = true;
    this.#fill();
  }

  /** Fill the panel, if it is open and shows something else. */
  #fill() {
    const facts = this.#facts;
    if (this.#body.hidden || !this.#stale || !facts || !this.#signal) return;
    this.#stale = false;
    say(this.#order, this.#ordered);
    this.#tiles.show(this.#rows);
    this.#common.count(this.#rows, facts.labels, facts.classes);
    this.#common.of(facts.name, this.#rows, this.#signal);
  }

  /** @param {number[]} missing rows in view */
  #ask(missing) {
    const facts = this.#facts;
    if (!facts) return;
    const [channels, height, width] = facts.image_shape;
    const rows = missing.slice(0, Math.max(1, Math.min(MOST, Math.floor(BYTES / (channels * height * width)))));
    this.#live.session.ask(
      PICTURES,
      { rows },
      {
        model: facts.name,
        lane: "thumbnails",
        signal: this.#signal,
        onReply: ({ pixels, originals }) => {
          say(this.#kind, originals ? t("originals") : t("reconstructions: the data set is not on disk"));
          this.#tiles.take(rows, pixels);
        },
        onError: (error) => this.#live.alert(error.message, "selection"),
      },
    );
  }

  /** @param {number} row @param {number} index */
  #name(row, index) {
    const facts = this.#facts;
    if (!facts) return "";
    const words = t("image {row}, {name}", { row, name: facts.classes[facts.labels[row]] });
    return this.#scores ? `${words}, ${figure(this.#scores[index])}` : words;
  }
}
