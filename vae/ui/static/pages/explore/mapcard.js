// @ts-check
/** The card of the map: the points and what lies under and over them, its controls, and the drawer of samples. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { readList, readZoom, writeList, writeZoom } from "../../core/view.js";
import { BalloonControl } from "../../map/balloons.js";
import { FloorControl, GROUNDS } from "../../map/floor.js";
import { Holes } from "../../map/holes.js";
import { LatentMap, legend, onRest } from "../../map/map.js";
import { Reach } from "../../map/reach.js";
import { Thumbnails } from "../../map/thumbnails.js";
import { ViewChoice } from "../../map/views.js";
import { placeSaid } from "../../text/projections.js";
import { Sheet } from "../../widgets/sheet.js";
import { Analysis } from "./analysis.js";
import { Hover } from "./hover.js";
import { ProjectionChoice } from "./projection.js";
import { Samples } from "./samples.js";

const FOOT = 10; // pixels that the foot stands above the map's lower edge

/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {import("../../core/models.js").MappedFacts} MappedFacts */
/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {import("../../core/types.js").View} View */

/**
 * What the card needs of the page.
 * @typedef {object} Page
 * @property {() => import("./code.js").CodePanel} panel of the current code
 * @property {() => void} save
 * @property {(facts: MappedFacts) => void} project the model is to be shown on another map
 */

/**
 * What the other cards share with this one, and the page with all of them.
 * @typedef {{map: LatentMap, hover: Hover, save: () => void, outlined: (outline: Float32Array) => void}} Shared
 * `outlined`: points of the map were drawn around
 */

export class MapCard {
  element;
  map;
  hover;
  /** Where controls of analysis are folded. */
  analysis = new Analysis();
  projection;
  #page;
  #views;
  #thumbnails;
  #reach;
  #floor;
  #balloons;
  #holes;
  #samples;
  #legendSlot = h("div", {});
  #note = h("p", { class: "ctm-note" });
  #toolbar;
  #foot;
  #sheet;
  #covers = new ResizeObserver(() => this.#cover());
  #forget;

  /**
   * @param {import("../../core/connection.js").Live} live @param {Page} page
   * @param {import("../../map/map.js").MapEvents} events a place was clicked, a marker dragged
   * @param {import("./choice.js").ModelChoice} choice which model it is
   */
  constructor(live, page, events, choice) {
    this.#page = page;
    this.map = new LatentMap(t("Latent map"), "var(--ctm-model)", {
      hover: (place, event) => this.hover.at(place, event),
      leave: () => this.hover.leave(),
      ...events,
      pick: (place, row, event) => {
        const pictured = this.#thumbnails.at(place);
        events.pick?.(place, pictured < 0 ? row : pictured, event);
      },
    });
    this.#reach = new Reach(this.map);
    this.hover = new Hover(live, this.map, this.#reach, () => page.panel().row);
    this.#forget = onRest(this.map, page.save);
    const measured = Object.keys(GROUNDS).filter((name) => !["linear", "pictures"].includes(name)); // between two models; a view of its own
    this.#floor = new FloorControl(live, { map: this.map }, page.save, measured);
    this.#thumbnails = new Thumbnails(live, this.map);
    this.#views = new ViewChoice((view) => {
      this.#floor.force(view === "terrain" ? "pictures" : null);
      this.#thumbnails.turn(view === "pictures");
    }, page.save);
    this.#balloons = new BalloonControl(live, { map: this.map });
    const put = (/** @type {ArrayLike<number>} */ code, /** @type {Moved|null} */ event) => page.panel().put(code, event);
    this.#holes = new Holes(live, this.map, { code: () => page.panel().sliders.code, go: put, done: page.save });
    const take = (/** @type {Float32Array} */ code, /** @type {Moved} */ event) => {
      put(code, event);
      page.save();
    };
    this.#samples = new Samples(live, { map: this.map, take, save: page.save });
    this.projection = new ProjectionChoice(live, page.project);
    this.analysis.fold(this.#floor.choice, this.#holes.button, this.#balloons.button, this.projection.element);
    this.analysis.button.addEventListener("click", () => this.projection.measure());
    this.#toolbar = h(
      "div",
      { class: "ctm-toolbar" },
      choice.data,
      choice.model,
      this.#views.element,
      this.#samples.button,
      this.analysis.button,
      this.#floor.choice,
      this.#holes.button,
      this.#balloons.button,
      this.#balloons.element,
      this.projection.element,
    );
    this.#foot = h("div", { class: "ctm-mapfoot" }, this.#floor.legend, this.#thumbnails.words, this.#legendSlot, this.#note);
    this.#sheet = new Sheet(t("Model and view"), this.#toolbar);
    for (const over of [this.#toolbar, this.#foot]) this.#covers.observe(over);
    this.element = this.#build();
  }

  /**
   * Another model; its map is still on its way.
   * @param {Facts} facts @param {View} view @param {AbortSignal} signal aborted once it is left
   */
  enter(facts, view, signal) {
    say(this.#note, note(facts, view.proj));
    this.analysis.enter(view);
    Object.assign(this.map.over, { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1 });
    this.map.clear();
    this.#legendSlot.replaceChildren();
    this.#holes.open(/** @type {MappedFacts} */ (facts)); // these facts get their map when it comes
    this.#samples.enter(facts, view, signal);
  }

  /** The map is there. @param {MappedFacts} facts @param {View} view @param {AbortSignal} signal as above */
  show(facts, view, signal) {
    const hidden = readList(view.hide);
    this.#views.open(view);
    this.#lay(facts, view.floor, { zoom: readZoom(view.zoom), hidden }, signal);
    this.#legendSlot.replaceChildren(legend([this.map], facts.classes, hidden, this.#page.save));
  }

  /** The same model on another map: its points travel there. @param {MappedFacts} facts @param {AbortSignal} signal as above */
  project(facts, signal) {
    this.forget();
    this.hover.leave();
    this.hover.forget();
    say(this.#note, note(facts, facts.projection));
    Object.assign(this.map.over, { cursor: null, path: null, at: null, spread: null, draws: null, far: null });
    this.#holes.open(facts);
    this.#lay(facts, this.#floor.view.floor, { hidden: this.map.hidden, travel: true }, signal);
    this.#samples.again();
  }

  /**
   * Put a map under the hand.
   * @param {MappedFacts} facts @param {string|undefined} floor @param {Parameters<LatentMap["show"]>[3]} look
   * @param {AbortSignal} signal as above
   */
  #lay(facts, floor, look, signal) {
    this.hover.enter(facts, signal);
    this.#floor.open([facts], floor);
    this.#reach.open(facts);
    this.#thumbnails.open(facts);
    this.#balloons.open([facts]);
    this.projection.show(facts, signal);
    this.map.show(facts.places, facts.labels, facts.classes, look);
  }

  /** A window that had come to rest is no longer worth remembering: it belongs to the view before. */
  forget() {
    this.#forget();
  }

  /** The hand has taken over: fly no further. */
  stop() {
    this.#holes.stop();
  }

  dispose() {
    this.#forget();
    this.#covers.disconnect();
    this.#sheet.dispose();
    this.hover.leave();
    this.#floor.dispose();
    this.#thumbnails.dispose();
    this.#holes.stop();
    this.#balloons.dispose();
    this.map.dispose();
  }

  /** What the address keeps. */
  get view() {
    /** @type {View} */
    const view = { ...this.controls, ...this.projection.view };
    const { closeup } = this.map;
    if (closeup) view.zoom = writeZoom([closeup[0], closeup[1], closeup[2]]);
    if (this.map.hidden.length) view.hide = this.hidden;
    return view;
  }

  /** What of that holds for any model. @returns {View} */
  get controls() {
    return Object.assign({}, this.#views.view, this.#floor.view, this.#samples.view);
  }

  /** The classes that are hidden, as the address keeps them. */
  get hidden() {
    return writeList(this.map.hidden);
  }

  /** No point is to lie under the controls, nor under what explains the map. */
  #cover() {
    const toolbar = getComputedStyle(this.#toolbar).position === "fixed" ? this.#sheet.button : this.#toolbar;
    this.map.cover([toolbar.offsetTop + toolbar.offsetHeight, this.#foot.offsetHeight + FOOT]);
  }

  #build() {
    return h(
      "section",
      { class: "ctm-card ctm-mapcard", "aria-label": t("Map") },
      h(
        "div",
        { class: "ctm-mapbox" },
        this.map.element,
        this.#sheet.button,
        this.#toolbar,
        this.#holes.card,
        this.#foot,
        this.hover.tooltip.element,
        this.hover.spoken.element,
      ),
      this.#samples.element,
    );
  }
}

/**
 * What has to be said of a map.
 * @param {{name: string, identity: boolean, classes: string[], originals: boolean, originals_sentence: string|null}} facts
 * @param {string} [projection]
 */
export function note(facts, projection = "") {
  const { name, originals, originals_sentence: why } = facts,
    map = placeSaid(projection, facts);
  return originals || !why?.includes("no longer") ? map : `${map} ${t("There are no originals: {why} {name}", { why, name })}`;
}
