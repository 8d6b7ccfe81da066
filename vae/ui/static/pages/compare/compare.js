// @ts-check
/** Compare: two models of the same data, an autoencoder and a VAE unless others are chosen, under the same hand. */
import { h, say, segmented } from "../../core/dom.js";
import { Unreachable } from "../../core/fetching.js";
import { Stay } from "../../core/stay.js";
import { writeList } from "../../core/view.js";
import { FloorControl } from "../../map/floor.js";
import { legend, onRest } from "../../map/map.js";
import * as text from "../../text/compare.js";
import { CertificateButton } from "../../widgets/certificate.js";
import { Sheet } from "../../widgets/sheet.js";
import { Choice } from "./choice.js";
import { Hover } from "./hover.js";
import { layout } from "./layout.js";
import { calledOf } from "./pairs.js";
import { lookOf, Side } from "./side.js";
import { Tabs } from "./tabs.js";

/** @typedef {import("../../core/types.js").View} View */
/** @typedef {import("./shared.js").Tab} Tab */

export class Compare {
  #live;
  #commit;
  #sides;
  #shared;
  #choice;
  #tabs;
  #tab = "dice";
  /** @type {Tab|null} */ #entered = null;
  #hover;
  #floorControl;
  #floor = "none"; // as the address or a hand wants it
  #certificate;
  /** @type {{zoom: Record<string, [number, number, number]|null>, hidden: number[]}} of the maps, when they are drawn next */
  #look = { zoom: {}, hidden: [] };
  #opened = false; // the models that are meant are those on the page
  /** @type {(() => void)[]} forget a zoom under way */ #forget = [];
  #buttons;
  #settings;
  #sheet;
  #legend = h("div", {});
  #note = h("p", { class: "ctm-quiet" });
  #page;

  /**
   * @param {HTMLElement} root @param {import("../../core/connection.js").Live} live @param {View} view
   * @param {(view: View, step?: boolean) => void} commit
   */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#sides = [new Side(live, "left", this.#hand()), new Side(live, "right", this.#hand())];
    const save = () => this.#save();
    this.#shared = { live, sides: this.#sides, view: new Stay(), stay: new Stay(), verdict: h("p", {}), row: 0, save };
    this.#choice = new Choice(() => this.#reopen());
    this.#hover = new Hover(this.#shared);
    const focus = () => /** @type {HTMLElement|null} */ (this.#buttons.element.querySelector("[aria-pressed=true]"));
    this.#tabs = new Tabs(this.#shared, this.#choice, { focus, root, come: () => this.#turn("picture") });
    this.#buttons = segmented(text.CHOICE, text.TABS, "dice", (/** @type {string} */ tab) => this.#turn(tab));
    this.#certificate = new CertificateButton(live.base, live.alert);
    const maps = Object.fromEntries(this.#sides.map((side) => [side.key, side.map]));
    this.#floorControl = new FloorControl(live, maps, () => {
      this.#floor = this.#floorControl.view.floor ?? "none";
      save();
    });
    for (const { map } of this.#sides) this.#forget.push(onRest(map, save));
    this.#settings = h("div", { class: "ctm-line" }, this.#floorControl.choice, this.#certificate.element, ...this.#choice.elements);
    this.#sheet = new Sheet(text.SETTINGS, this.#settings);
    this.#page = layout({
      top: [this.#buttons.element, h("span", { class: "ctm-grow" }), this.#sheet.button, this.#settings],
      sides: this.#sides.map((side) => side.element),
      legends: [this.#floorControl.legend, this.#legend],
      controls: this.#tabs.controls,
      charts: [this.#tabs.path.chart.element, this.#tabs.race.charts.element],
      words: [this.#shared.verdict, this.#note],
    });
    root.append(this.#page);
    this.ready = this.apply(view);
  }

  /** Show a view; settles once it is there or another one is on its way. @param {View} view @throws {Error} why it cannot be shown */
  async apply(view) {
    for (const forget of this.#forget) forget(); // a zoom that belongs to the view before
    const signal = this.#another(),
      models = await this.#live.models.list();
    if (signal.aborted) return;
    this.#live.unusable(models);
    const pairs = this.#choice.read(models, view, this.#live.alert);
    if (!pairs.length) throw await this.#choice.missing(this.#live.models);
    this.#tab = view.show ?? "dice";
    this.#shared.row = Number(view.i ?? 0);
    this.#tabs.read(view);
    this.#floor = view.floor;
    this.#look = lookOf(view);
    for (const pair of pairs) {
      this.#choice.pair = pair;
      try {
        return await this.#open();
      } catch (error) {
        if (error instanceof Unreachable || pair === pairs.at(-1) || this.#sides[0].open) throw error;
        this.#live.alert(/** @type {Error} */ (error).message);
      }
    }
  }

  dispose() {
    for (const forget of this.#forget) forget();
    this.#opened = false;
    this.#entered?.leave();
    this.#another();
    this.#certificate.dispose();
    this.#sheet.dispose();
    this.#floorControl.dispose();
    this.#tabs.ground.dispose();
    this.#tabs.path.dispose();
    this.#tabs.picture.dispose();
    for (const side of this.#sides) side.dispose();
  }

  /** What a hand does on either card. @returns {import("./side.js").Hand} */
  #hand() {
    return {
      hover: (side, place, event) => this.#hover.at(side, place, event),
      leave: () => this.#hover.leave(["freedom", "ground"].includes(this.#tab) ? this.#shared.row : -1),
      marker: (side, letter, place, done, event) => this.#tabs.way.drag(side, /** @type {"A"|"B"} */ (letter), place, done, event),
      frame: (t) => this.#tabs.way.jump(t),
      pick: (side, row, event) => {
        if (side.refuse(text.missed(this.#tab, row))) return;
        this.#tabs.of(this.#tab).pick(row, event);
        this.#save();
      },
      choose: (key, name) => {
        this.#choice.names[key] = name;
        this.#reopen();
      },
    };
  }

  /** What is still to be answered belongs to the view before. @returns {AbortSignal} of the one that comes */
  #another() {
    for (const side of this.#sides) side.forget();
    this.#shared.stay.begin();
    return this.#shared.view.begin();
  }

  /** A hand has chosen other models. */
  #reopen() {
    const [side] = this.#sides,
      { data, latent_dim: dim } = side.facts;
    this.#tabs.way.keep();
    this.#look = { zoom: {}, hidden: data === this.#choice.data ? side.map.hidden : [] };
    this.#open(true).catch((error) => {
      this.#live.alert(error.message);
      this.#choice.pair = [data, dim]; // which are still on screen
      for (const { key, facts } of this.#sides) this.#choice.names[key] = facts.name;
      this.#opened = true;
      this.#offer();
    });
  }

  /** What can be chosen. */
  #offer() {
    for (const { key, choice } of this.#sides) this.#choice.fill(key, choice);
    this.#choice.offer();
  }

  /** @param {boolean} [step] whether Back leads to the models before */
  async #open(step = false) {
    this.#opened = false;
    this.#tabs.way.pause();
    this.#offer();
    const { chosen } = this.#choice;
    const loading = this.#sides.map(({ key, map }) => {
      const facts = this.#live.models.get(chosen[key]);
      map.progress.follow(this.#live.models.progress(chosen[key]), facts);
      return facts;
    });
    const signal = this.#another(),
      facts = await Promise.all(loading);
    if (signal.aborted) return; // not awaited for ever: the page is told that this is over
    this.#opened = true;
    const { zoom, hidden } = this.#look;
    const called = calledOf(facts);
    this.#sides.forEach((side, i) => side.enter(facts[i], called[i], { zoom: zoom[side.key], hidden }));
    this.#floorControl.open(facts, this.#floor);
    this.#tabs.ground.open(facts);
    this.#tabs.picture.open(facts);
    this.#live.meter.device = facts[0].device;
    this.#certificate.of(facts.map((fact) => fact.name));
    const rows = Math.min(...facts.map((fact) => fact.labels.length)) - 1;
    const known = (/** @type {number} */ row, /** @type {number} */ otherwise) => {
      if (row <= rows) return row;
      this.#live.alert(text.noImage(row, rows, otherwise));
      return otherwise;
    };
    this.#tabs.way.open(facts[0], known);
    this.#shared.row = known(this.#shared.row, 0);
    const maps = this.#shared.sides.map(({ map }) => map);
    this.#legend.replaceChildren(legend(maps, facts[0].classes, hidden, () => this.#save()));
    say(this.#note, text.maps(facts.map(({ identity }) => identity)));
    this.#show(step);
  }

  /** A hand has chosen another comparison. @param {string} tab */
  #turn(tab) {
    if (tab === this.#tab) return;
    if (this.#tab === "plane") for (const { map } of this.#sides) map.reset(); // its zoom was for the pictures
    this.#tabs.way.pause();
    this.#tab = tab;
    this.#show(true);
  }

  /** Show the comparison anew. @param {boolean} step whether Back leads to the one before */
  #show(step) {
    const tab = this.#tab;
    this.#entered?.leave();
    this.#entered = this.#tabs.of(tab);
    this.#shared.stay.begin();
    this.#floorControl.force(tab === "plane" ? this.#tabs.plane.floor : null);
    this.#buttons.choose(tab);
    this.#page.dataset.tab = tab;
    for (const element of this.#tabs.controls) element.hidden = !element.dataset.tab?.split(" ").includes(tab);
    for (const side of this.#sides) side.arrange(tab);
    say(this.#shared.verdict, "");
    this.#entered.enter();
    this.#save(step);
  }

  #save(step = false) {
    if (!this.#opened) return; // the models that are meant are not those on the page
    const { hidden } = this.#sides[0].map;
    const { path, ends, draws } = this.#tabs.views;
    /** @type {View} */
    const view = {
      ...this.#choice.view,
      show: this.#tab,
      i: String(this.#shared.row),
      ...ends,
      ...this.#choice.named,
      path,
      ...draws,
      ...this.#floorControl.view,
      ...Object.assign({}, ...this.#sides.map(({ zoom }) => zoom)),
      ...(hidden.length ? { hide: writeList(hidden) } : {}),
    };
    this.#commit(view, step);
  }
}
