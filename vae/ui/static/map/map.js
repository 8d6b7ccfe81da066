// @ts-check
/** A model's codes as points that are drawn again whenever the window moves, and on a canvas over them what moves with the hand. */
import { h, pen } from "../core/dom.js";
import { t } from "../core/language.js";
import { Cloud } from "./cloud.js";
import { Gestures } from "./gestures.js";
import { Keys } from "./keys.js";
import { Markers } from "./markers.js";
import { brushFor, dot, drawOver } from "./overlay.js";
import { Progress } from "./progress.js";
import { fit, onResolution, pixelRatio } from "./resolution.js";
import { Underlay } from "./underlay.js";
import { MapWindow } from "./window.js";
import { zoomKeys } from "./zoomkeys.js";

export { classColour } from "./colours.js";
export { legend } from "./legend.js";
export { onRest } from "./rest.js";
export { Tooltip } from "./tooltip.js";

const PICK_RADIUS = 12; // pixels within which a click means the image there

/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {import("./overlay.js").Over} Over */
/** @typedef {import("./keys.js").MapEvents} MapEvents what a hand does on it */

export class LatentMap extends MapWindow {
  /** @type {Over} */
  over = { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1, others: null, thread: null };
  /** Says how far the server is with what it must read first. */
  progress = new Progress();
  /** Called with a context in pixels of the map to draw under cursor and path. @type {Set<(context: CanvasRenderingContext2D) => void>} */
  painters = new Set();

  #floor = new Underlay();
  #cloud;
  #above; // the canvas over the points
  #markers;
  #all; // the button that shows all
  #colour;
  #events;
  #keys;
  #stale = false; // the points must be drawn again
  #scheduled = 0;
  #listeners = new AbortController();
  #resizes;
  #unwatch = onResolution(() => this.#resize());

  /** @param {string} name accessible name @param {string} colour CSS colour of the model @param {MapEvents} events */
  constructor(name, colour, events) {
    const cloud = new Cloud();
    super(() => cloud.bounds);
    this.#cloud = cloud;
    this.#colour = colour;
    this.#events = events;
    this.#above = h("canvas", { class: "ctm-layer ctm-above", "aria-hidden": "true" });
    this.#all = h(
      "button",
      { type: "button", class: "ctm-chip ctm-showall", hidden: true, title: t("Key 0 does the same"), onclick: () => this.reset() },
      t("show all"),
    );
    this.element = h(
      "div",
      {
        class: "ctm-map",
        role: "application",
        tabindex: 0,
        "aria-label": name,
        "aria-description": t("Arrow keys move over the map, Enter chooses, plus and minus zoom, 0 shows all."),
      },
      this.#floor.element,
      this.#cloud.element,
      this.#above,
      this.#all,
      zoomKeys((factor) => this.zoom(factor)),
      this.progress.element,
    );
    const { signal } = this.#listeners;
    this.#markers = new Markers(this.element, this, colour, (letter, place, event, done) => this.#drag(letter, place, event, done), signal);
    this.#keys = new Keys(this, events, signal);
    this.#listen(signal);
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(this.element);
  }

  /**
   * Show other points.
   * @param {Float32Array} places (N, 2) flat @param {ArrayLike<number>} labels (N,) @param {string[]} classes
   * @param {{zoom?: [number, number, number]|null, hidden?: number[], travel?: boolean}} [look] middle and height of the window,
   *   classes that are hidden, whether the points are the same images and travel there
   */
  show(places, labels, classes, { zoom = null, hidden = [], travel = false } = {}) {
    this.#cloud.show(places, labels, classes.length, hidden, travel && this.ready);
    this.#keys.place = null;
    this.open(zoom);
    delete this.element.dataset.points; // says how many are drawn, once they are
    this.#renew();
  }

  /** Show nothing until there are other points. */
  clear() {
    this.shut();
    delete this.element.dataset.points;
    for (const canvas of this.#canvases) canvas.width = canvas.width; // which empties it
  }

  /** The places of the points, (N, 2) flat. */
  get places() {
    return this.#cloud.places;
  }

  /** Show all classes of points but these. @param {Iterable<number>} indices */
  hide(indices) {
    this.#cloud.hidden = new Set(indices);
    this.#stale = true;
    this.redraw();
  }

  /** The classes that are hidden. */
  get hidden() {
    return [...this.#cloud.hidden];
  }

  /**
   * Lay a floor under the points: a canvas and the window [x0, x1, y0, y1] that it covers; null removes it.
   * @param {HTMLCanvasElement|null} canvas @param {readonly number[]} [window]
   * @param {{smooth?: boolean, points?: number}} [look] points: their opacity
   */
  lay(canvas, window = [], { smooth = false, points = 0.4 } = {}) {
    this.#floor.lay(canvas, window, smooth);
    this.#cloud.element.style.opacity = canvas ? String(points) : "";
    this.redraw();
  }

  /**
   * Create or move a draggable marker; while a hand holds it, it stays there and moves once it is let go.
   * @param {string} letter @param {Place|null} place null takes it away
   * @param {Place|null} [falls] where its code is on the map: a thread leads there if that is elsewhere
   */
  mark(letter, place, falls = null) {
    this.#markers.put(letter, place, falls);
    this.redraw();
  }

  /** Draw in the next animation frame. */
  redraw() {
    if (!this.#scheduled)
      this.#scheduled = requestAnimationFrame(() => {
        this.#scheduled = 0;
        this.#draw();
      });
  }

  /**
   * Row of the image nearest to a place within `radius` pixels, or -1; hidden classes do not count.
   * @param {Place} place @param {number} [radius]
   */
  nearest([x, y], radius = PICK_RADIUS) {
    return this.ready ? this.#cloud.nearest(x, y, radius * this.viewport.unit) : -1;
  }

  /** The window has changed. @override */
  moved() {
    this.#all.hidden = this.framed;
    this.#stale = true;
    if (this.window) this.element.dataset.window = this.window.join(" ");
    this.redraw();
    super.moved();
  }

  dispose() {
    this.#listeners.abort();
    this.#resizes.disconnect();
    this.#unwatch();
    this.progress.stop();
    cancelAnimationFrame(this.#scheduled);
  }

  get #canvases() {
    return [this.#floor.element, this.#cloud.element, this.#above];
  }

  /** Another size, or another screen. */
  #resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    this.resize(width, height);
    for (const canvas of this.#canvases) fit(canvas, width, height);
    this.#renew();
  }

  /** Draw at once: a canvas of another size is empty. */
  #renew() {
    this.#stale = true;
    this.#draw();
    this.moved();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    /** @param {(place: Place, event: Event) => void} act @returns {(px: number, py: number, event: Event) => void} */
    const at = (act) => (px, py, event) => {
      if (this.ready) act(this.place(px, py), event);
    };
    new Gestures(
      this.element,
      {
        hover: at((place, event) => {
          this.#keys.place = null;
          this.#events.hover?.(place, event);
        }),
        leave: () => this.#events.leave?.(),
        pick: at((place, event) => this.#events.pick?.(place, this.nearest(place), event)),
        pan: (dx, dy) => this.pan(dx, dy),
        zoom: (factor, px, py) => this.zoom(factor, px, py),
      },
      signal,
    );
  }

  /**
   * A hand has moved a marker; null when it has let go of it elsewhere than on the map.
   * @param {string} letter @param {Place|null} place @param {Event} event @param {boolean} done
   */
  #drag(letter, place, event, done) {
    this.redraw();
    if (place) this.#events.marker?.(letter, place, event.type === "keydown" ? -1 : this.nearest(place), done, event);
  }

  #draw() {
    if (!this.ready) return;
    const ratio = pixelRatio(),
      pixel = (/** @type {number} */ x, /** @type {number} */ y) => this.pixel(x, y);
    if (this.#stale) {
      this.#stale = this.#cloud.draw(this.viewport, ratio);
      if (this.#stale) this.redraw(); // they travel
      this.element.dataset.points = String(this.#cloud.labels.length);
    }
    this.#floor.draw(pixel, ratio);
    const context = pen(this.#above);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.viewport.width, this.viewport.height);
    const brush = brushFor(context, this.element, this.#colour, pixel);
    for (const painter of this.painters) painter(context);
    drawOver(brush, this.over, this.places);
    if (this.#keys.place) dot(brush, this.#keys.place, 8, null, brush.colour);
    this.#markers.draw(brush);
  }
}
