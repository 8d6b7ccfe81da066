// @ts-check
/** The choice of a floor for one map or two, with the one scale of its colours. */
import { h, say, select } from "../core/dom.js";
import { t } from "../core/language.js";
import { comparable } from "../core/models.js";
import { GROUNDS } from "./grounds.js";
import { Scale } from "./scale.js";
import { Terrain } from "./terrain.js";

export { GROUNDS } from "./grounds.js";

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */

const BETWEEN = 150; // milliseconds between two paintings while tiles arrive

export class FloorControl {
  #terrains;
  #onchoose;
  #offered;
  /** @type {MappedFacts[]} */
  #facts = [];
  #chosen = "none";
  /** @type {string|null} */
  #forced = null;
  #painting = 0;
  #painted = 0;
  /** @type {Set<Terrain>} */
  #unfinished = new Set();
  #scale = new Scale();
  #theme;
  #gone = new AbortController();

  /**
   * @param {import("../core/connection.js").Live} live @param {Record<string, import("./map.js").LatentMap>} maps by lane
   * @param {() => void} onchoose a hand has chosen
   * @param {string[]} [offered] keys of GROUNDS
   */
  constructor(live, maps, onchoose, offered = Object.keys(GROUNDS)) {
    this.#onchoose = onchoose;
    this.#offered = offered;
    this.#terrains = Object.entries(maps).map(
      ([lane, map]) => new Terrain(live, map, lane, (terrain, done) => this.#arrived(terrain, done)),
    );
    this.choice = select(
      t("Floor of the map"),
      offered.map((name) => [name, t("floor: {label}", { label: GROUNDS[name].label })]),
      "none",
      (name) => {
        this.choose(name);
        this.#onchoose();
      },
    );
    this.choice.disabled = true; // until there is a map
    this.words = h("p", { class: "ctm-note" });
    this.working = h("span", { class: "ctm-quiet", hidden: true }, t("refining …"));
    this.legend = h(
      "div",
      { class: "ctm-floorlegend", role: "group", "aria-label": t("Scale of the floor"), hidden: true },
      this.#scale.element,
      this.working,
      this.words,
    );
    const moved = () => {
      for (const terrain of this.#terrains) terrain.hand = performance.now();
    };
    window.addEventListener("input", moved, { capture: true, signal: this.#gone.signal });
    // The page says whether it is light or dark once it has been put into the document, and again at every change.
    this.#theme = new MutationObserver(() => {
      this.#scale.fade();
      this.#schedule();
    });
    requestAnimationFrame(() => {
      const root = this.choice.closest(".ctm-root");
      if (root && !this.#gone.signal.aborted) this.#theme.observe(root, { attributeFilter: ["data-theme"] });
    });
  }

  /** The part of the view that the address keeps. @returns {Record<string, string>} */
  get view() {
    return this.#chosen === "none" ? {} : { floor: this.#chosen };
  }

  /** Other models, with what the address wants of the floor. @param {MappedFacts[]} facts one for each map @param {string} [wanted] */
  open(facts, wanted = "none") {
    this.#facts = facts;
    const without = (/** @type {string} */ name, /** @type {boolean} */ disabled) => {
      for (const option of this.choice.options) if (option.value === name) option.disabled = disabled;
    };
    without("entropy", !facts.every((fact) => fact.judged));
    without(
      "stretch",
      facts.some((fact) => fact.config.sphere),
    ); // no picture depends on a code's length
    without("linear", facts.length < 2 || !comparable(facts[0], facts[1]));
    this.#chosen = this.#offered.includes(wanted) ? wanted : "none";
    this.#apply();
  }

  /** @param {string} name key of GROUNDS */
  choose(name) {
    this.#chosen = name;
    this.#apply();
  }

  /** Show this floor whatever is chosen; null for what is chosen. @param {string|null} name */
  force(name) {
    if (name === this.#forced) return;
    this.#forced = name;
    this.#apply();
  }

  dispose() {
    this.#gone.abort();
    this.#theme.disconnect();
    cancelAnimationFrame(this.#painting);
    for (const terrain of this.#terrains) terrain.dispose();
  }

  get #name() {
    return this.#forced ?? this.#chosen;
  }

  #apply() {
    const name = this.#name,
      { means, more = "", white, field, label } = GROUNDS[name];
    this.choice.value = this.#offered.includes(name) ? name : this.#chosen;
    this.choice.disabled = this.#forced !== null;
    this.choice.title = name === "none" ? t("What the points stand on: a measure of the ground, or decoded pictures") : `${means} ${more}`;
    this.legend.hidden = name === "none";
    this.#scale.element.hidden = field === undefined;
    this.#unfinished.clear();
    this.working.hidden = true;
    this.#scale.clear();
    this.legend.title = `${means} ${more}`;
    const plane = this.#facts.every((fact) => fact.plane);
    say(this.words, plane || !white ? means : white);
    this.legend.setAttribute("aria-label", t("Scale of the floor: {label}", { label }));
    this.#terrains.forEach((terrain, i) => {
      if (this.#facts[i]) terrain.show(this.#facts[i], name, this.#facts[1 - i]?.name);
    });
  }

  /** @param {Terrain} terrain @param {boolean} done */
  #arrived(terrain, done) {
    if (this.#name === "pictures") return;
    if (done) this.#unfinished.delete(terrain);
    else this.#unfinished.add(terrain);
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
    const ground = GROUNDS[this.#name];
    if (ground.field === undefined) return;
    this.#painted = performance.now();
    /** @type {number[]} */
    const some = [];
    for (const terrain of this.#terrains) {
      terrain.gather();
      const data = terrain.values?.data ?? [];
      for (let i = 0; i < data.length; i += 3) if (Number.isFinite(data[i])) some.push(data[i]);
    }
    const span = this.#scale.fit(Float32Array.from(some).sort(), ground, this.#facts[0]?.latent_dim);
    if (span) for (const terrain of this.#terrains) terrain.paint(span, this.#scale.colours);
  }
}
