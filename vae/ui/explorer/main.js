/** Mounts a page in the element that Streamlit gives us, once, and keeps it over reruns. */
import { Address } from "./address.js";
import { Channel } from "./channel.js";
import { Compare } from "./compare.js";
import { Create } from "./create.js";
import { h } from "./dom.js";
import { Explore } from "./explore.js";
import { Meter } from "./meter.js";
import { Models } from "./models.js";
import { Slide } from "./slide.js";

const PAGES = { explore: Explore, compare: Compare, slide: Slide, create: Create };
const FIRST = "explore"; // stands at the base path itself, the others below it by their names
const LONGEST = 600; // letters of a sentence
const mounted = new WeakMap();
let started = false;

// This file came from below the app's base path, whatever a proxy has put in front of it or taken off.
const BASE = new URL("../..", import.meta.url).href.replace(/\/$/, "");

/**
 * Called by Streamlit at every change of data or theme.
 * @param {{data: {page: string, view: Record<string, string>}, parentElement: HTMLElement, setStateValue: (name: string, value: any) => void}} component
 * @returns {() => void} what to do at unmount
 */
export function mount(component) {
  const { parentElement } = component;
  const page = mounted.get(parentElement) ?? new Mounted(component);
  mounted.set(parentElement, page);
  page.theme();
  return () => {
    mounted.delete(parentElement);
    page.dispose();
  };
}

class Mounted {
  #root; #live; #page; #alerts; #fit; #observer; #popped; #address; #setView; #shown = 0; #held = {};

  constructor({ data, parentElement, setStateValue }) {
    this.#address = new Address(data.page === FIRST ? "" : data.page);
    this.#setView = (view) => setStateValue("view", view);
    this.#alerts = h("div", { class: "ctm-alerts" });
    const meter = new Meter();
    this.#root = h("div", { class: "ctm-root" }, h("div", { class: "ctm-bar" }, meter.element), this.#alerts);
    parentElement.append(this.#root);
    this.theme();
    this.#fit = () => this.#fill();
    window.addEventListener("resize", this.#fit);
    this.#observer = new ResizeObserver(this.#fit);
    this.#observer.observe(document.body);
    const block = document.querySelector('[data-testid="stMainBlockContainer"]'); // changes when a sentence above comes or goes
    if (block) this.#observer.observe(block);
    this.#fill();
    const url = `${BASE.replace(/^http/, "ws")}/continuum/live`; // https becomes wss
    const channel = new Channel(url);
    channel.watch((connected) => { meter.connected = connected; });
    this.#live = { channel, meter, url, base: BASE, models: new Models(BASE), alert: (text, about) => this.alert(text, about) };
    // Going fast, Back may be elsewhere by the time the server has read where it was; a first address it has read just now.
    const view = (started && this.#address.written) || data.view;
    started = true;
    this.#page = new PAGES[data.page](this.#root, this.#live, view, (now, step = false) => this.#commit(now, step));
    this.#show(this.#page.ready);
    this.#popped = () => { if (this.#address.here) this.#show(this.#page.apply(this.#address.view)); };
    window.addEventListener("popstate", this.#popped);
  }

  /** Wait until a view is on the page: till then what the page commits may still speak of the view before. */
  async #show(applied) {
    const turn = ++this.#shown;
    this.#held = {};
    try {
      await applied;
    } catch (error) {
      if (turn === this.#shown) this.alert(error.message);
    }
    if (turn !== this.#shown) return; // another one is on its way already
    const { view } = this.#held;
    this.#held = null;
    if (view) this.#commit(view, false);
  }

  #commit(view, step) {
    if (!this.#root.isConnected) return;
    if (this.#held) this.#held = { view };
    else if (this.#address.write(view, step)) this.#setView(view);
  }

  /**
   * A sentence for the person, which they can put away; the same one is not shown twice.
   * @param {string} text empty to say that all is well @param {string} [about] what it is about: a newer one takes its place
   */
  alert(text, about = "") {
    if (about) for (const box of [...this.#alerts.children]) if (box.dataset.about === about && box.firstChild.textContent !== text) box.remove();
    if (!text) return;
    if (text.length > LONGEST) text = `${text.slice(0, LONGEST - 1)}…`;
    if ([...this.#alerts.children].some((child) => child.firstChild.textContent === text)) return;
    const box = h("div", { role: "alert", class: "ctm-alert" }, h("span", {}, text), h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": "Dismiss", onclick: () => box.remove() }, "✕"));
    box.dataset.about = about;
    this.#alerts.append(box);
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
    this.#page.dispose();
    this.#live.channel.close();
    this.#live.meter.dispose();
    this.#root.remove();
  }

  /** As tall as what is left of the window. */
  #fill() {
    const top = this.#root.getBoundingClientRect().top + (document.scrollingElement?.scrollTop ?? 0);
    this.#root.style.setProperty("--ctm-height", `${Math.max(560, window.innerHeight - Math.max(0, top) - 14)}px`);
  }
}
