// @ts-check
/** Mounts a page in the element that Streamlit gives us, once, and keeps it over reruns. */
import { Alerts } from "./core/alerts.js";
import { BASE } from "./core/base.js";
import { Connection } from "./core/connection.js";
import { h, holdFocus } from "./core/dom.js";
import { Unreachable } from "./core/fetching.js";
import { Gesture } from "./core/gesture.js";
import { language } from "./core/language.js";
import { languageChoice } from "./core/languages.js";
import { Meter } from "./core/meter.js";
import { notice } from "./core/missing.js";
import { Models } from "./core/models.js";
import { follow } from "./core/theme.js";
import { Undo } from "./core/undo.js";
import { unusable } from "./core/unusable.js";
import { ViewHistory } from "./core/viewhistory.js";
import { Compare } from "./pages/compare/compare.js";
import { Create } from "./pages/create/create.js";
import { Explore } from "./pages/explore/explore.js";
import { Learn } from "./pages/learn/learn.js";
import { Tour } from "./pages/learn/tour.js";
import { Slide } from "./pages/slide/slide.js";
import { Train } from "./pages/train/train.js";

/** @typedef {import("./core/types.js").View} View */
/**
 * What Python says: the page, what of its address is of use or not, the language, and the name of each that there is.
 * @typedef {{page: string, view: View, problems: string[], language: string, languages: Record<string, string>}} Data
 */
/** @typedef {{data: Data, parentElement: HTMLElement}} Component */
/**
 * @typedef {object} Page
 * @property {Promise<unknown>} ready its first view is shown, or cannot be
 * @property {(view: View) => Promise<unknown>} apply
 * @property {() => void} dispose
 */

/** @type {Record<string, new (root: HTMLElement, live: any, view: View, commit: (now: View, step?: boolean) => void) => any>} */
const PAGES = { explore: Explore, compare: Compare, slide: Slide, train: Train, create: Create, learn: Learn };
// Where whatever a hand does is worth an entry in the browser's history; on the others only what the page says is.
const UNDONE = ["explore", "compare"];
/** @type {WeakMap<HTMLElement, Mounted>} */
const mounted = new WeakMap();

/**
 * Called by Streamlit at every change of data or theme.
 * @param {Component} component
 * @returns {() => void} what to do at unmount
 */
export function mount(component) {
  const { parentElement, data } = component;
  if (data.language !== language()) location.reload(); // our modules have read another catalogue
  const page = mounted.get(parentElement) ?? new Mounted(component);
  mounted.set(parentElement, page);
  page.theme();
  page.tell(component.data);
  return () => {
    mounted.delete(parentElement);
    page.dispose();
  };
}

class Mounted {
  #root;
  #content;
  #alerts;
  #quiet;
  #meter = new Meter();
  #connection;
  #views;
  #tour;
  #gesture;
  /** @type {Undo|null} */
  #undo = null;
  /** @type {Page} */
  #page;
  #observer;
  #read = ""; // what Python has said last
  /** @type {string[]} sentences about the address that are put away when the hand moves on */
  #told = [];
  #touched = false; // whether a hand has done something since they were told
  #shown = false; // whether a view was ever shown
  /** @type {{element: HTMLElement, view: View, error: Error}|null} why none could be */
  #missing = null;
  #gone = new AbortController();

  /** @param {Component} component */
  constructor({ data, parentElement }) {
    const { signal } = this.#gone;
    this.#quiet = h("div", { class: "ctm-quietbar" });
    const bar = h("div", { class: "ctm-bar" }, languageChoice(data.languages), this.#meter.element);
    this.#root = h("div", { class: "ctm-root" }, bar, this.#quiet);
    this.#gesture = new Gesture(this.#root, signal);
    this.#alerts = new Alerts(this.#root);
    this.#root.append(this.#alerts.element);
    parentElement.append(this.#root);
    this.theme();
    const touch = () => {
      this.#touched = true;
    };
    for (const type of ["pointerdown", "keydown"]) this.#root.addEventListener(type, touch, { capture: true, signal });
    const fill = () => this.#fill();
    window.addEventListener("resize", fill, { signal });
    this.#observer = new ResizeObserver(fill);
    this.#observer.observe(document.body);
    const block = document.querySelector('[data-testid="stMainBlockContainer"]'); // changes when a sentence above comes or goes
    if (block) this.#observer.observe(block);
    this.#fill();
    const url = `${BASE.replace(/^http/, "ws")}/continuum/live`; // https becomes wss
    const alert = (/** @type {string} */ text, /** @type {string} */ about = "") => this.#alerts.tell(text, about);
    this.#connection = new Connection(url, BASE, this.#meter, alert, () => this.#again());
    /** @type {import("./core/connection.js").Live} */
    const live = {
      ...this.#connection.open("live"),
      open: (socket) => this.#connection.open(socket),
      meter: this.#meter,
      base: BASE,
      models: new Models(BASE),
      alert,
      unusable: (list) => this.#tellUnusable(list),
    };
    this.#views = new ViewHistory(data.page, data.view);
    if (UNDONE.includes(data.page)) bar.prepend((this.#undo = new Undo(this.#views.address, signal)).element);
    this.#tour = new Tour(this.#root, live, data.page);
    const view = this.#tour.opening(this.#views.named, this.#views.first);
    const page = new PAGES[data.page](this.#root, live, view, (now, step = false) => this.#commit(now, step));
    this.#page = page;
    this.#content = /** @type {HTMLElement} */ (this.#root.querySelector(".ctm-page"));
    this.#content.inert = true; // until it knows what it shows
    this.#show(view, () => page.ready);
    this.#views.follow((other) => {
      this.#gesture.take(); // what comes next is no hand's doing
      this.#undo?.sync();
      this.#show(other);
    });
    this.#tour.begin(this.#views.named);
  }

  /** What of the address could not be used, said once and put away when the hand moves on. @param {Data} data */
  tell(data) {
    const { problems } = data,
      read = JSON.stringify(data);
    if (read === this.#read) return; // called for the theme's sake
    this.#read = read;
    if (!problems.length) return;
    for (const problem of problems) this.#alerts.tell(problem, problem);
    this.#told = [...problems];
    this.#touched = false; // what is committed until then is the page's own
  }

  /** Tell the style sheet whether the background is light or dark. */
  theme() {
    follow(this.#root);
  }

  dispose() {
    this.#gone.abort();
    this.#observer.disconnect();
    this.#views.dispose();
    this.#tour.dispose();
    this.#page.dispose();
    this.#connection.dispose();
    this.#meter.dispose();
    this.#root.remove();
  }

  /** Show a view. @param {View} view @param {() => Promise<unknown>} [apply] */
  async #show(view, apply = () => this.#page.apply(view)) {
    const refocus = holdFocus(this.#root);
    this.#content.ariaBusy = "true";
    const committed = await this.#views.show(apply, (failure) => this.#settled(view, failure));
    refocus();
    if (committed) this.#commit(committed, false);
  }

  /**
   * A view is on the page, or cannot be. A page that has never had anything to show makes room for the sentence that says why.
   * @param {View} view @param {Error|null} failure
   */
  #settled(view, failure) {
    this.#content.ariaBusy = null;
    if (!failure) {
      this.#missing?.element.remove();
      this.#missing = null;
      this.#shown = true;
      this.#content.inert = false;
    } else if (this.#shown) this.#alerts.tell(failure.message);
    else {
      const element = notice(failure);
      if (this.#missing) this.#missing.element.replaceWith(element);
      else this.#alerts.element.after(element);
      this.#missing = { element, view, error: failure };
    }
    this.#root.toggleAttribute("data-missing", Boolean(this.#missing));
  }

  /** @param {View} view @param {boolean} step */
  #commit(view, step) {
    if (!this.#root.isConnected) return;
    const before = this.#views.address.depth;
    if (!this.#views.commit(view, step || (this.#undo !== null && this.#gesture.begun))) return;
    const stepped = this.#views.address.depth > before;
    if (stepped) this.#gesture.take();
    this.#undo?.sync(stepped);
    this.#tour.follow(view);
    if (this.#touched) for (const problem of this.#told.splice(0)) this.#alerts.tell("", problem);
  }

  /** The connection is back: what could not be had without it is asked for once more. */
  #again() {
    if (this.#missing?.error instanceof Unreachable) this.#show(this.#missing.view);
  }

  /** Say in one quiet line above the page which of all models cannot be used. @param {import("./core/models.js").ModelName[]} list */
  #tellUnusable(list) {
    const line = unusable(list);
    this.#quiet.replaceChildren(...(line ? [line] : []));
    this.#fill();
  }

  /** As tall as what is left of the window. */
  #fill() {
    const scrolled = [document.scrollingElement, document.querySelector('[data-testid="stMain"]')];
    const top = scrolled.reduce((sum, box) => sum + (box?.scrollTop ?? 0), this.#root.getBoundingClientRect().top);
    const height = Math.max(560, window.innerHeight - Math.max(0, top) - this.#quiet.offsetHeight - 14);
    this.#root.style.setProperty("--ctm-height", `${height}px`);
  }
}
