// @ts-check
/** The visible window of a map, as hands move it: it shows all points, and keeps doing so, until a hand has chosen another one. */
import { Viewport } from "./viewport.js";

/** @typedef {import("./viewport.js").Place} Place */

export class MapWindow {
  /** Called after every change of the visible window. @type {Set<() => void>} */
  watchers = new Set();
  viewport = new Viewport();
  /** Whether it shows all points, and keeps doing so when the size changes. */
  framed = true;
  #bounds;
  #shown = false;
  /** @type {readonly [number, number]} */
  #covered = [0, 0];

  /** @param {() => readonly number[]} bounds [left, right, bottom, top] of all points */
  constructor(bounds) {
    this.#bounds = bounds;
  }

  /** Whether there is something to be seen. */
  get ready() {
    return this.#shown && this.viewport.open;
  }

  /** The visible window in map coordinates: [x0, x1, y0, y1], or null while there are no points. */
  get window() {
    return this.ready ? this.viewport.window : null;
  }

  /** Middle and height of the window: [x, y, height]; null while it shows all points. @returns {[number, number, number]|null} */
  get closeup() {
    const { x, y, tall } = this.viewport;
    return this.framed || !this.ready ? null : [x, y, tall];
  }

  /** Pixel of a place, relative to the map's upper left corner. @param {number} x @param {number} y */
  pixel(x, y) {
    return this.viewport.pixel(x, y);
  }

  /** Place of a pixel. @param {number} px @param {number} py */
  place(px, py) {
    return this.viewport.place(px, py);
  }

  /** Set the visible window back to all points. */
  reset() {
    this.framed = true;
    this.#frame();
    this.moved();
  }

  /** Nothing is framed where something else lies over the map. @param {readonly [number, number]} covered pixels above and below */
  cover(covered) {
    if (covered.join() === this.#covered.join()) return;
    this.#covered = covered;
    if (this.framed && this.ready) this.reset();
  }

  /** Show what is around a place; the window becomes `factor` times as large. @param {Place} place @param {number} factor */
  approach([x, y], factor) {
    this.#go(() => this.viewport.look(x, y, factor * this.viewport.tall));
  }

  /**
   * Zoom about a pixel, by default the middle; `factor` below 1 comes closer.
   * @param {number} factor @param {number} [px] @param {number} [py]
   */
  zoom(factor, px = this.viewport.width / 2, py = this.viewport.height / 2) {
    this.#go(() => this.viewport.zoom(factor, px, py));
  }

  /** Move along with a hand that has gone this many pixels. @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.#go(() => this.viewport.pan(dx, dy));
  }

  /** The window has changed. */
  moved() {
    for (const watcher of this.watchers) watcher();
  }

  /** There are other points: show all of them, or what is around a place at a height. @param {[number, number, number]|null} zoom */
  open(zoom) {
    this.framed = !zoom;
    this.#shown = true;
    this.#frame();
    if (zoom) this.viewport.look(...zoom);
  }

  /** There are no points. */
  shut() {
    this.#shown = false;
  }

  /** Another size. A close-up keeps its middle and its height, which the address names. @param {number} width @param {number} height */
  resize(width, height) {
    Object.assign(this.viewport, { width, height });
    if (this.framed) this.#frame();
  }

  #frame() {
    this.viewport.frame(this.#bounds(), this.#covered);
  }

  /** A hand moves the window. @param {() => void} move */
  #go(move) {
    if (!this.ready) return;
    this.framed = false;
    move();
    this.moved();
  }
}
