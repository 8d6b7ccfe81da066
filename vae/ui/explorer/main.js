/** Mounts a page in the element that Streamlit gives us, once, and keeps it over reruns. */
import { Compare } from "./compare.js";
import { Connection } from "./connection.js";
import { Create } from "./create.js";
import { h } from "./dom.js";
import { Explore } from "./explore.js";
import { Unreachable } from "./http.js";
import { Meter } from "./meter.js";
import { notice } from "./missing.js";
import { Models } from "./models.js";
import { Slide } from "./slide.js";
import { unusable } from "./unusable.js";

const PAGES = { explore: Explore, compare: Compare, slide: Slide, create: Create };
const mounted = new WeakMap();

/**
 * Called by Streamlit at every change of data or theme.
 * @param {{data: {page: string, base: string, view: Record<string, string>, revision: number}, parentElement: HTMLElement, setStateValue: (name: string, value: any) => void}} component
 * @returns {() => void} what to do at unmount
 */
export function mount(component) {
  const { data, parentElement } = component;
  let page = mounted.get(parentElement);
  if (!page) {
    page = new Mounted(component);
    mounted.set(parentElement, page);
  } else if (page.revision !== data.revision) page.apply(data); // the address was changed by hand or by Back
  page.theme();
  return () => {
    mounted.delete(parentElement);
    page.dispose();
  };
}

/** Whether two views say the same. */
const same = (a, b) => JSON.stringify(Object.entries(a ?? {}).sort()) === JSON.stringify(Object.entries(b ?? {}).sort());

class Mounted {
  #root; #live; #page; #alerts; #quiet; #connection; #missing = null; #fit; #observer; #popped; #back = null;

  constructor({ data, parentElement, setStateValue }) {
    this.revision = data.revision;
    this.#alerts = h("div", { class: "ctm-alerts" });
    const meter = new Meter();
    this.#quiet = h("div", { class: "ctm-quietbar" });
    this.#root = h("div", { class: "ctm-root" }, h("div", { class: "ctm-bar" }, meter.element), this.#quiet, this.#alerts);
    parentElement.append(this.#root);
    this.theme();
    this.#fit = () => this.#fill();
    window.addEventListener("resize", this.#fit);
    this.#observer = new ResizeObserver(this.#fit);
    this.#observer.observe(document.body);
    const block = document.querySelector('[data-testid="stMainBlockContainer"]'); // changes when a sentence above comes or goes
    if (block) this.#observer.observe(block);
    this.#fill();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const url = `${scheme}//${location.host}${data.base}/continuum/live`;
    const alert = (text, about) => this.alert(text, about);
    this.#connection = new Connection(url, data.base, meter, alert, () => this.#again());
    this.#live = { channel: this.#connection.open(), open: (path) => this.#connection.open(path), meter, base: data.base, models: new Models(data.base), alert, unusable: (list) => this.#tellUnusable(list) };
    const { pathname } = location;
    this.#page = new PAGES[data.page](this.#root, this.#live, data.view, (view, step = false) => {
      if (location.pathname !== pathname) return; // another page is on its way already
      // Replacing keeps Back for going back to the page before, not through every move of the hand; a step is worth one.
      history[step ? "pushState" : "replaceState"](history.state, "", `?${new URLSearchParams(view)}`);
      setStateValue("view", view);
    });
    this.#content = this.#root.querySelector(".ctm-page");
    this.#content.inert = true; // until it knows what it shows
    this.#show(data.view, this.#page.ready);
    // Streamlit tells of an address that it has not seen last; after a reload it has seen the one that Back leads to.
    this.#popped = () => {
      if (location.pathname !== pathname) return; // to another page
      this.#back = Object.fromEntries(new URLSearchParams(location.search));
      this.#show(this.#back);
    };
    window.addEventListener("popstate", this.#popped);
  }

  apply(data) {
    this.revision = data.revision;
    if (same(data.view, this.#back)) return; // Streamlit has heard of Back, too
    this.#show(data.view);
  }

  /** Show a view. A page that has never had anything to show makes room for the sentence that says why. */
  async #show(view, ready = this.#page.apply(view)) {
    try {
      await ready;
      this.#missing?.element.remove();
      this.#missing = null;
      this.#shown = true;
      this.#content.inert = false;
    } catch (error) {
      if (this.#shown) return this.alert(error.message);
      const element = notice(error);
      if (this.#missing) this.#missing.element.replaceWith(element);
      else this.#alerts.after(element);
      this.#missing = { element, view, error };
    }
    this.#root.toggleAttribute("data-missing", Boolean(this.#missing));
  }

  #shown = false; #content;

  /** The connection is back: what could not be had without it is asked for once more. */
  #again() {
    if (this.#missing?.error instanceof Unreachable) this.#show(this.#missing.view);
  }

  /**
   * A sentence for the person, which they can put away; the same one is not shown twice.
   * @param {string} text empty to say that all is well @param {string} [about] what it is about: a newer one takes its place
   */
  alert(text, about = "") {
    if (about) for (const box of [...this.#alerts.children]) if (box.dataset.about === about && box.firstChild.textContent !== text) box.remove();
    if (!text) return;
    if ([...this.#alerts.children].some((child) => child.firstChild.textContent === text)) return;
    let from = null; // where the keyboard was
    const dismiss = () => {
      box.remove();
      const next = [from, this.#alerts.querySelector("button"), this.#root.querySelector("button, select")];
      next.find((element) => element?.isConnected && element.checkVisibility())?.focus();
    };
    const hear = ({ relatedTarget }) => { if (!this.#alerts.contains(relatedTarget)) from = relatedTarget ?? from; };
    const close = h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": "Dismiss", onfocus: hear, onclick: dismiss }, "✕");
    const box = h("div", { role: "alert", class: "ctm-alert" }, h("span", {}, text), close);
    box.dataset.about = about;
    this.#alerts.append(box);
  }

  /** Say in one quiet line above the page which of all models cannot be used. @param {import("./models.js").ModelName[]} list */
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
    this.#page.dispose();
    this.#connection.dispose();
    this.#live.meter.dispose();
    this.#root.remove();
  }

  /** As tall as what is left of the window. */
  #fill() {
    const top = this.#root.getBoundingClientRect().top + (document.scrollingElement?.scrollTop ?? 0);
    this.#root.style.setProperty("--ctm-height", `${Math.max(560, window.innerHeight - Math.max(0, top) - this.#quiet.offsetHeight - 14)}px`);
  }
}
