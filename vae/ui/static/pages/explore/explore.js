// @ts-check
/** Explore: one model, its map, its sliders, and a path through its codes. */
import { h } from "../../core/dom.js";
import { Unreachable } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { noModel, unshown } from "../../core/meant.js";
import { modelColour } from "../../core/modelnames.js";
import { readOwn, readPoint } from "../../core/view.js";
import { DEFAULT_MODEL } from "../../wire/schema.js";
import { inTurn, ModelChoice, opening } from "./choice.js";
import { CodePanel } from "./code.js";
import { inviteOnce } from "./invitation.js";
import { known } from "./known.js";
import { MapCard } from "./mapcard.js";
import { Own } from "./own.js";
import { PathCard } from "./path.js";
import { welcome } from "./welcome.js";
import { Selection } from "./selection.js";

export { whereabouts } from "../../core/whereabouts.js";

/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {import("../../core/models.js").MappedFacts} MappedFacts */
/** @typedef {import("../../core/types.js").View} View */

export class Explore {
  /** Settles once the address' view is on the page, or with the reason why it cannot be. @type {Promise<void>} */
  ready;
  #live;
  #commit;
  #card;
  /** @type {CodePanel} */ #code;
  /** @type {PathCard} */ #path;
  /** @type {Selection} */ #selection;
  /** @type {Own} */ #own;
  #welcome;
  #choice = new ModelChoice((name) => this.#switch(name));
  #page;
  /** @type {Facts | MappedFacts | null} of the model on screen */
  #facts = null;
  /** Of the view that is being opened: aborted by the next one. */
  #opening = new AbortController();
  /** Of the model on screen: aborted once another one's facts are there. */
  #shown = new AbortController();
  #first = false; // whether nobody has said what is to be shown
  /** Whether Back leads from the next view that is committed to the model before. */
  #step = false;
  /** The view that was committed last. */
  #saved = "";

  /**
   * @param {HTMLElement} root @param {import("../../core/connection.js").Live} live
   * @param {View} view what the address bar says
   * @param {(view: View, step?: boolean) => void} commit
   */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    const save = () => this.#save();
    this.#card = new MapCard(
      live,
      { panel: () => this.#code, project: (facts) => this.#project(facts), save },
      {
        pick: (place, row, event) => this.#pick(place, row, event),
        marker: (letter, place, row, done, event) => this.#path.ends.move(letter === "A" ? "A" : "B", place, row, done, event),
      },
      this.#choice,
    );
    const { map, hover } = this.#card;
    const on = { map, hover, save, outlined: (/** @type {Float32Array} */ outline) => this.#selection.outline(outline) };
    this.#code = new CodePanel(live, on);
    this.#card.analysis.fold(this.#code.handles.choice.element);
    this.#welcome = welcome(live.base);
    this.#path = new PathCard(live, on);
    this.#selection = new Selection(live, {
      map,
      hover,
      row: () => this.#code.row,
      code: () => this.#code.sliders.code,
      open: (row, event) => this.#code.choose(row, event),
      direct: (direction, words) => this.#code.handles.along(direction, words),
    });
    const cards = [this.#welcome, this.#card.element, this.#code.element, this.#path.element, this.#selection.element];
    this.#page = h("div", { class: "ctm-page ctm-explore" }, ...cards);
    this.#page.addEventListener("pointerdown", () => ((this.#first = false), this.#card.stop()), true); // it needs no invitation any more
    this.#own = new Own(live, this.#page, { map, code: this.#code, ends: this.#path.ends, save });
    this.#own.join(this.#code.element);
    root.append(this.#page);
    this.ready = this.apply(view);
  }

  /** Show what an address says. @param {View} view */
  async apply(view) {
    this.#card.forget();
    const { signal } = this.#begin();
    const list = await this.#live.models.list();
    if (signal.aborted) return;
    this.#live.unusable(list);
    this.#choice.list = list.filter((model) => model.usable);
    // Whoever comes without a view of their own is welcomed by the landscape.
    const first = (this.#first = Object.keys(view).length === 0);
    this.#welcome.hidden = !first;
    const missed = this.#choice.list.length ? unshown(list, view.model) : "";
    this.#live.alert(missed);
    /** @type {View} */
    let named = first ? { show: "terrain" } : missed ? {} : view; // another model's codes are none of the default's
    for (const { name } of inTurn(this.#choice.list, view.model, first ? opening(this.#choice.list) : DEFAULT_MODEL)) {
      try {
        return await this.#open(name, named);
      } catch (error) {
        if (error instanceof Unreachable || this.#facts || !(error instanceof Error)) throw error;
        this.#live.alert(`${name}: ${error.message}`);
        named = {}; // another model's codes are none of the next one's
      }
    }
    throw noModel(list);
  }

  dispose() {
    this.#opening.abort();
    this.#shown.abort();
    this.#path.leave();
    for (const part of [this.#own, this.#code, this.#selection, this.#card]) part.dispose();
  }

  /** Another view is wanted than the one that was being opened. */
  #begin() {
    this.#opening.abort();
    this.#opening = new AbortController();
    return this.#opening;
  }

  /** A hand has chosen another model. @param {string} name */
  async #switch(name) {
    if (!this.#facts) return;
    // Rows of the atlas are the same images in every model of one data set; codes are not.
    const same = this.#choice.list.find((model) => model.name === name)?.data === this.#facts.data;
    const keep = (/** @type {number} */ row) => (same && row >= 0 ? `i${row}` : "");
    const { A, B } = this.#path.ends;
    const view = {
      model: name,
      at: keep(this.#code.row),
      a: keep(A.row),
      b: keep(B.row),
      by: this.#code.handles.mode,
      ...this.#path.chosen,
      ...this.#card.controls,
      ...this.#card.projection.viewFor(this.#choice.list.find((model) => model.name === name)),
      ...(same ? { hide: this.#card.hidden } : {}),
      ...this.#own.chosen,
    };
    try {
      await this.#open(name, view, true);
    } catch (error) {
      if (error instanceof Error) this.#live.alert(error.message);
    }
  }

  /** @param {string} name @param {View} view @param {boolean} [step] whether Back leads to the model before */
  async #open(name, view, step = false) {
    this.#path.pause();
    const { signal } = this.#begin();
    this.#card.hover.forget(); // a code of the view before
    this.#code.expect(name, readPoint(view.at), readOwn(view.of) !== null);
    const { proj = "" } = view;
    this.#live.session.project(name, proj);
    const loading = this.#live.models.get(name, proj);
    loading.catch(() => {}); // said below; the facts may fail first
    this.#card.map.progress.follow(this.#live.models.progress(name), loading);
    let facts;
    try {
      facts = await this.#live.models.facts(name);
    } catch (error) {
      if (signal.aborted) return;
      this.#choice.restore();
      this.#code.restore();
      throw error;
    }
    if (signal.aborted) return;
    this.#shown.abort();
    this.#shown = new AbortController();
    this.#step = step;
    this.#enter(facts, view, this.#shown.signal);
    // Sliders and pictures are at work meanwhile.
    const entered = (/** @type {MappedFacts} */ whole) => (signal.aborted ? undefined : this.#enterMap(whole, view));
    const mapped = loading.then(entered, (error) => {
      if (!proj || signal.aborted) throw error;
      this.#live.alert(error.message, "projection");
      return this.#open(name, { ...view, proj: "" }, step); // on its own map
    });
    if ("places" in facts) await mapped;
    else mapped.catch((error) => this.#live.alert(error.message));
  }

  /** The part of the page that needs no map. @param {Facts} facts @param {View} view @param {AbortSignal} signal aborted once it is left */
  #enter(facts, view, signal) {
    this.#facts = facts;
    this.#page.style.setProperty("--ctm-model", modelColour(facts.kind));
    this.#live.meter.device = facts.device;
    this.#choice.show(facts);
    this.#card.enter(facts, view, signal);
    this.#selection.enter(facts, signal);
    this.#path.enter(facts, view, signal);
    this.#code.enter(facts, view, (point) => known(this.#live, point, facts), signal);
    this.#own.enter(facts, view);
  }

  /** The part of the page that needs the map. @param {MappedFacts} facts @param {View} view */
  #enterMap(facts, view) {
    this.#facts = facts;
    this.#card.show(facts, view, this.#shown.signal);
    this.#selection.show(facts);
    this.#path.ends.place(facts, view, (point) => known(this.#live, point, facts));
    this.#save();
    if (this.#first) inviteOnce(this.#card, this.#code, this.#path.ends, this.#shown.signal);
  }

  /** A hand has chosen another map of the same model. @param {MappedFacts} facts */
  #project(facts) {
    this.#live.session.project(facts.name, facts.projection ?? "");
    this.#facts = facts;
    this.#card.project(facts, this.#shown.signal);
    this.#selection.project(facts);
    for (const part of [this.#code, this.#code.handles, this.#path, this.#own]) part.again();
    this.#save();
  }

  /** The map was clicked. @param {[number, number]} place @param {number} row of the image there, or −1 @param {Event} event */
  #pick(place, row, event) {
    if (this.#path.ends.pick(place, row, event)) return;
    if (row >= 0) this.#code.choose(row, event);
    else
      this.#card.hover.code(place, (code) => {
        this.#code.put(code, event);
        this.#save();
      });
  }

  #save() {
    this.#selection.follow();
    this.#own.sync();
    const own = this.#code.view;
    if (!own || !this.#facts || !("places" in this.#facts)) return; // the map, the first image or its code is still on its way
    const view = { model: this.#facts.name, ...own, ...this.#path.view, ...this.#card.view, ...this.#code.handles.view, ...this.#own.view };
    const text = JSON.stringify(view);
    if (text !== this.#saved || this.#step) this.#commit(view, this.#step);
    this.#saved = text;
    this.#step = false;
  }
}
