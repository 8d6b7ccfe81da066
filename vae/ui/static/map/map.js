// @ts-check
/**
 * The map of a model's codes. Its points are drawn again whenever the window moves; everything that moves with the hand
 * (cursor, path, draws, markers) lies on a canvas over them.
 */
import { h } from "../core/dom.js";
import { Cloud } from "./cloud.js";
import { Gestures } from "./gestures.js";
import { Keys } from "./keys.js";
import { Markers } from "./markers.js";
import { brushFor, dot, drawOver } from "./overlay.js";
import { Progress } from "./progress.js";
import { fit, onResolution, pixelRatio } from "./resolution.js";
import { Underlay } from "./underlay.js";
import { Viewport } from "./viewport.js";

export { classColour } from "./colours.js";
export { legend } from "./legend.js";
export { onRest } from "./rest.js";
export { Tooltip } from "./tooltip.js";

const PICK_RADIUS = 12; // pixels within which a click means the image there

/**
 * @typedef {Object} MapEvents
 * @property {(place: [number, number], event: Event) => void} [hover] the pointer (or the keyboard cursor) is at a place
 * @property {() => void} [leave]
 * @property {(place: [number, number], row: number, event: Event) => void} [pick] a place was clicked; row of the image there, or -1
 * @property {(letter: string, place: [number, number], row: number, done: boolean, event: Event) => void} [marker] a marker is dragged
 */
export class LatentMap {
  /** What lies over the points: `[x, y]` or null, flat arrays of x, y, a row number or -1. */
  over = { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1, others: null };
  /** Says how far the server is with what it must read first. */
  progress = new Progress();
  /** Called after every change of the visible window. @type {Set<() => void>} */
  watchers = new Set();
  /** Called with a context in pixels of the map to draw under cursor and path. @type {Set<(context: CanvasRenderingContext2D) => void>} */
  painters = new Set();

  #viewport = new Viewport();
  #floor = new Underlay();
  #cloud = new Cloud();
  #above;
  #markers;
  #all; // the canvas over the points, the markers, the button that shows all
  #colour;
  #events;
  #keys;
  #shown = false; // there are points to be drawn
  #framed = true; // the window shows all points, and keeps doing so when the size changes
  #stale = false; // the points must be drawn again
  #scheduled = 0;
  #listeners = new AbortController();
  #resizes;
  #unwatch;

  /** @param {string} name accessible name @param {string} colour CSS colour of the model @param {MapEvents} events */
  constructor(name, colour, events) {
    this.#colour = colour;
    this.#events = events;
    this.#above = h("canvas", { class: "ctm-layer ctm-above", "aria-hidden": "true" });
    this.#all = h(
      "button",
      {
        type: "button",
        class: "ctm-chip ctm-showall",
        hidden: true,
        title: "Key 0 does the same",
        onclick: () => this.reset(),
      },
      "show all",
    );
    this.element = h(
      "div",
      {
        class: "ctm-map",
        role: "application",
        tabindex: 0,
        "aria-label": name,
        "aria-description": "Arrow keys move over the map, Enter chooses, plus and minus zoom, 0 shows all.",
      },
      this.#floor.element,
      this.#cloud.element,
      this.#above,
      h("div", { class: "ctm-surface" }),
      this.#all,
      this.progress.element,
    );
    const { signal } = this.#listeners;
    this.#markers = new Markers(this.element, this, colour, (letter, place, event, done) => this.#drag(letter, place, event, done), signal);
    this.#listen(signal);
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(this.element);
    this.#unwatch = onResolution(() => this.#resize());
  }

  /**
   * Show other points.
   * @param {Float32Array} places (N, 2) flat @param {ArrayLike<number>} labels (N,) @param {string[]} classes
   * @param {{zoom?: [number, number, number]|null, hidden?: number[]}} [look] middle and height of the window, classes that are hidden
   */
  show(places, labels, classes, { zoom = null, hidden = [] } = {}) {
    this.#cloud.show(places, labels, classes.length, hidden);
    this.#keys.place = null;
    this.#framed = !zoom;
    this.#shown = true;
    this.#viewport.frame(this.#cloud.bounds);
    if (zoom) this.#viewport.look(...zoom);
    delete this.element.dataset.points; // says how many are drawn, once they are
    this.#renew();
  }

  /** Show nothing until there are other points. */
  clear() {
    this.#shown = false;
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

  /** Middle and height of the window: [x, y, height]; null while it shows all points. */
  get closeup() {
    const { x, y, tall } = this.#viewport;
    return this.#framed || !this.#ready ? null : [x, y, tall];
  }

  /** The visible window in map coordinates: [x0, x1, y0, y1], or null while there are no points. */
  get window() {
    return this.#ready ? this.#viewport.window : null;
  }

  /**
   * Lay a floor under the points: a canvas and the window [x0, x1, y0, y1] that it covers; null removes it.
   * @param {HTMLCanvasElement|null} canvas @param {number[]} [window]
   * @param {{smooth?: boolean, points?: number}} [look] points: their opacity
   */
  lay(canvas, window, { smooth = false, points = 0.4 } = {}) {
    this.#floor.lay(canvas, window, smooth);
    this.#cloud.element.style.opacity = canvas ? points : "";
    this.redraw();
  }

  /**
   * Create or move a draggable marker; while a hand holds it, it stays there and moves once it is let go.
   * @param {string} letter @param {[number, number]|null} place null takes it away
   * @param {[number, number]|null} [falls] where its code is on the map: a thread leads there if that is elsewhere
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

  /** Pixel of a place, relative to the map's upper left corner. */
  pixel(x, y) {
    return this.#viewport.pixel(x, y);
  }

  /** Place of a pixel. */
  place(px, py) {
    return this.#viewport.place(px, py);
  }

  /** Row of the image nearest to a place within `radius` pixels, or -1; hidden classes do not count. */
  nearest([x, y], radius = PICK_RADIUS) {
    return this.#ready ? this.#cloud.nearest(x, y, radius * this.#viewport.unit) : -1;
  }

  /** Set the visible window back to all points. */
  reset() {
    this.#framed = true;
    this.#viewport.frame(this.#cloud.bounds);
    this.#moved();
  }

  /** Show what is around a place; the window becomes `factor` times as large. */
  approach([x, y], factor) {
    this.#go(() => this.#viewport.look(x, y, factor * this.#viewport.tall));
  }

  /** Zoom about a pixel, by default the middle; `factor` below 1 comes closer. */
  zoom(factor, px = this.#viewport.width / 2, py = this.#viewport.height / 2) {
    this.#go(() => this.#viewport.zoom(factor, px, py));
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

  get #ready() {
    return this.#shown && this.#viewport.open;
  }

  /** A hand moves the window. @param {() => void} move */
  #go(move) {
    if (!this.#ready) return;
    this.#framed = false;
    move();
    this.#moved();
  }

  #moved() {
    this.#all.hidden = this.#framed;
    this.#stale = true;
    if (this.#ready) this.element.dataset.window = this.#viewport.window.join(" ");
    this.redraw();
    for (const watcher of this.watchers) watcher();
  }

  /** Another size, or another screen. A close-up keeps its middle and its height, which the address names. */
  #resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    Object.assign(this.#viewport, { width, height });
    if (this.#framed) this.#viewport.frame(this.#cloud.bounds);
    for (const canvas of this.#canvases) fit(canvas, width, height);
    this.#renew();
  }

  /** Draw at once: a canvas of another size is empty. */
  #renew() {
    this.#stale = true;
    this.#draw();
    this.#moved();
  }

  #listen(signal) {
    const at = (act) => (px, py, event) => {
      if (this.#ready) act(this.place(px, py), event);
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
        pan: (dx, dy) => this.#go(() => this.#viewport.pan(dx, dy)),
        zoom: (factor, px, py) => this.zoom(factor, px, py),
      },
      signal,
    );
    this.#keys = new Keys(this, this.#events, signal);
  }

  /** A hand has moved a marker; null when it has let go of it elsewhere than on the map. */
  #drag(letter, place, event, done) {
    this.redraw();
    if (place) this.#events.marker?.(letter, place, event.type === "keydown" ? -1 : this.nearest(place), done, event);
  }

  #draw() {
    if (!this.#ready) return;
    const ratio = pixelRatio(),
      pixel = (x, y) => this.pixel(x, y);
    if (this.#stale) {
      this.#stale = false;
      this.#cloud.draw(this.#viewport, ratio);
      this.element.dataset.points = String(this.#cloud.labels.length);
    }
    this.#floor.draw(pixel, ratio);
    const context = this.#above.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#viewport.width, this.#viewport.height);
    const brush = brushFor(context, this.element, this.#colour, pixel);
    for (const painter of this.painters) painter(context);
    drawOver(brush, this.over, this.places);
    if (this.#keys.place) dot(brush, this.#keys.place, 8, null, brush.colour);
    this.#markers.draw(brush);
  }
}
