// @ts-check
/** Mounts a page in the element that Streamlit gives us, once, and keeps it over reruns. */
import { Address } from "./core/address.js";
import { Compare } from "./pages/compare/compare.js";
import { Connection } from "./core/connection.js";
import { Create } from "./pages/create/create.js";
import { h } from "./core/dom.js";
import { Explore } from "./pages/explore/explore.js";
import { Unreachable } from "./core/fetching.js";
import { Meter } from "./core/meter.js";
import { notice } from "./core/missing.js";
import { Models } from "./core/models.js";
import { Slide } from "./pages/slide/slide.js";
import { unusable } from "./core/unusable.js";

const PAGES = { explore: Explore, compare: Compare, slide: Slide, create: Create };
const FIRST = "explore"; // stands at the base path itself, the others below it by their names
const LONGEST = 600; // letters of a sentence
const mounted = new WeakMap();
/** @type {Map<string, Record<string, string>>} the view of each page as the hand has left it */
const left = new Map();
let started = false;

// This file came from below the app's base path, whatever a proxy has put in front of it or taken off.
const BASE = new URL("../..", import.meta.url).href.replace(/\/$/, "");

/**
 * Called by Streamlit at every change of data or theme.
 * @param {{data: {page: string, view: Record<string, string>, problems: string[]}, parentElement: HTMLElement}} component
 * @returns {() => void} what to do at unmount
 */
export function mount(component) {
  const { parentElement } = component;
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
  #live;
  #page;
  #content;
  #alerts;
  #quiet;
  #connection;
  #fit;
  #observer;
  #popped;
  #address;
  #name;
  #read = "";
  #told = [];
  #touched = false;
  #turn = 0;
  #held = {};
  #shown = false;
  #missing = null; // views asked for; what the page commits meanwhile; whether one was shown; why none could be

  constructor({ data, parentElement }) {
    this.#name = data.page;
    this.#address = new Address(data.page === FIRST ? "" : data.page);
    this.#alerts = h("div", { class: "ctm-alerts" });
    const meter = new Meter();
    this.#quiet = h("div", { class: "ctm-quietbar" });
    this.#root = h("div", { class: "ctm-root" }, h("div", { class: "ctm-bar" }, meter.element), this.#quiet, this.#alerts);
    parentElement.append(this.#root);
    this.theme();
    for (const touch of ["pointerdown", "keydown"]) {
      this.#root.addEventListener(
        touch,
        () => {
          this.#touched = true;
        },
        { capture: true },
      );
    }
    this.#fit = () => this.#fill();
    window.addEventListener("resize", this.#fit);
    this.#observer = new ResizeObserver(this.#fit);
    this.#observer.observe(document.body);
    const block = document.querySelector('[data-testid="stMainBlockContainer"]'); // changes when a sentence above comes or goes
    if (block) this.#observer.observe(block);
    this.#fill();
    const url = `${BASE.replace(/^http/, "ws")}/continuum/live`; // https becomes wss
    const alert = (text, about) => this.alert(text, about);
    this.#connection = new Connection(url, BASE, meter, alert, () => this.#again());
    this.#live = {
      ...this.#connection.open("live"),
      open: (socket) => this.#connection.open(socket),
      meter,
      base: BASE,
      models: new Models(BASE),
      alert,
      unusable: (list) => this.#tellUnusable(list),
    };
    // Going fast, Back may be elsewhere by the time the server has read where it was; a first address it has read just now.
    const named = (started && this.#address.written) || data.view;
    const view = Object.keys(named).length ? named : (left.get(data.page) ?? {});
    started = true;
    this.#page = new PAGES[data.page](this.#root, this.#live, view, (now, step = false) => this.#commit(now, step));
    this.#content = this.#root.querySelector(".ctm-page");
    this.#content.inert = true; // until it knows what it shows
    this.#show(view, this.#page.ready);
    this.#popped = () => {
      if (this.#address.here) this.#show(this.#address.view);
    };
    window.addEventListener("popstate", this.#popped);
  }

  /**
   * Show a view. Until it is on the page, what the page commits may still speak of the view before, and is held. A page that
   * has never had anything to show makes room for the sentence that says why.
   */
  async #show(view, ready = this.#page.apply(view)) {
    const turn = ++this.#turn;
    this.#held = {};
    let failure = null;
    try {
      await ready;
    } catch (error) {
      failure = error;
    }
    if (turn !== this.#turn) return; // another one is on its way already
    if (!failure) {
      this.#missing?.element.remove();
      this.#missing = null;
      this.#shown = true;
      this.#content.inert = false;
    } else if (this.#shown) this.alert(failure.message);
    else {
      const element = notice(failure);
      if (this.#missing) this.#missing.element.replaceWith(element);
      else this.#alerts.after(element);
      this.#missing = { element, view, error: failure };
    }
    this.#root.toggleAttribute("data-missing", Boolean(this.#missing));
    const { view: committed } = this.#held;
    this.#held = null;
    if (committed) this.#commit(committed, false);
  }

  #commit(view, step) {
    if (!this.#root.isConnected) return;
    if (this.#held) {
      this.#held = { view };
      return;
    }
    left.set(this.#name, view);
    this.#address.write(view, step);
    if (this.#touched) for (const problem of this.#told.splice(0)) this.alert("", problem);
  }

  /** What of the address could not be used, said once and put away when the hand moves on. @param {{problems: string[]}} data */
  tell(data) {
    const { problems } = data,
      read = JSON.stringify(data);
    if (read === this.#read) return; // called for the theme's sake
    this.#read = read;
    if (!problems.length) return;
    for (const problem of problems) this.alert(problem, problem);
    this.#told = problems;
    this.#touched = false; // what is committed until then is the page's own
  }

  /** The connection is back: what could not be had without it is asked for once more. */
  #again() {
    if (this.#missing?.error instanceof Unreachable) this.#show(this.#missing.view);
  }

  /**
   * A sentence for the person, which they can put away; the same one is not shown twice.
   * @param {string} text empty to say that all is well @param {string} [about] what it is about: a newer one takes its place
   */
  alert(text, about = "") {
    if (about)
      for (const box of [...this.#alerts.children]) if (box.dataset.about === about && box.firstChild.textContent !== text) box.remove();
    if (!text) return;
    if (text.length > LONGEST) text = `${text.slice(0, LONGEST - 1)}…`;
    if ([...this.#alerts.children].some((child) => child.firstChild.textContent === text)) return;
    let from = null; // where the keyboard was
    const dismiss = () => {
      box.remove();
      const next = [from, this.#alerts.querySelector("button"), this.#root.querySelector("button, select")];
      next.find((element) => element?.isConnected && element.checkVisibility())?.focus();
    };
    const hear = ({ relatedTarget }) => {
      if (!this.#alerts.contains(relatedTarget)) from = relatedTarget ?? from;
    };
    const close = h(
      "button",
      { type: "button", class: "ctm-chip ctm-close", "aria-label": "Dismiss", onfocus: hear, onclick: dismiss },
      "✕",
    );
    const box = h("div", { role: "alert", class: "ctm-alert" }, h("span", {}, text), close);
    box.dataset.about = about;
    this.#alerts.append(box);
  }

  /** Say in one quiet line above the page which of all models cannot be used. @param {import("./core/models.js").ModelName[]} list */
  #tellUnusable(list) {
    const line = unusable(list);
    this.#quiet.replaceChildren(...(line ? [line] : []));
    this.#fill();
  }

  /** Tell the style sheet whether the background is light or dark. */
  theme() {
    const background = getComputedStyle(this.#root).getPropertyValue("--st-background-color").trim() || "#fff";
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = background;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    this.#root.dataset.theme = 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
  }

  dispose() {
    window.removeEventListener("resize", this.#fit);
    window.removeEventListener("popstate", this.#popped);
    this.#observer.disconnect();
    this.#address.dispose();
    this.#page.dispose();
    this.#connection.dispose();
    this.#live.meter.dispose();
    this.#root.remove();
  }

  /** As tall as what is left of the window. */
  #fill() {
    const top = this.#root.getBoundingClientRect().top + (document.scrollingElement?.scrollTop ?? 0);
    this.#root.style.setProperty(
      "--ctm-height",
      `${Math.max(560, window.innerHeight - Math.max(0, top) - this.#quiet.offsetHeight - 14)}px`,
    );
  }
}
