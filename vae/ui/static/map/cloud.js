// @ts-check
/** The points of a map: where they are, which classes are hidden, which one is near, and the canvas that they are drawn on. */
import { h } from "../core/dom.js";
import { still } from "../core/motion.js";
import { classPixels } from "./colours.js";
import { Nearest } from "./nearest.js";
import { Points, pointSize } from "./points.js";
import { Travel } from "./travel.js";

const EMPTY = new Float32Array();

export class Cloud {
  /** @type {Float32Array} (N, 2) flat */
  places = EMPTY;
  /** @type {ArrayLike<number>} the class of each */
  labels = new Int32Array();
  /** @type {Set<number>} classes */
  hidden = new Set();
  #index = new Nearest(EMPTY);
  /** @type {Int32Array} of the classes */
  #colours = new Int32Array();
  #at = EMPTY; // in pixels
  #travel = new Travel();
  #points;

  constructor() {
    this.element = h("canvas", { class: "ctm-layer ctm-points", "aria-hidden": "true" });
    this.#points = new Points(this.element);
  }

  /**
   * @param {Float32Array} places (N, 2) flat @param {ArrayLike<number>} labels (N,)
   * @param {number} classes how many @param {Iterable<number>} hidden
   * @param {boolean} travel whether they are the same images, and travel from where they are drawn
   */
  show(places, labels, classes, hidden, travel) {
    this.#travel.begin(travel && !still() ? this.#at : null);
    Object.assign(this, { places, labels, hidden: new Set(hidden) });
    this.#index = new Nearest(places);
    this.#colours = classPixels(classes);
    this.#at = new Float32Array(places.length);
  }

  /** [left, right, bottom, top] of all points. */
  get bounds() {
    return this.#index.bounds;
  }

  /** Row of the visible point nearest to a place within `reach`, or -1. @param {number} x @param {number} y @param {number} reach */
  nearest(x, y, reach) {
    return this.#index.find(x, y, reach, (row) => !this.hidden.has(this.labels[row]));
  }

  /**
   * Whether they still travel, and must be drawn again.
   * @param {import("./viewport.js").Viewport} viewport @param {number} ratio pixels of the screen in one CSS pixel
   */
  draw(viewport, ratio) {
    const colours = this.#colours.map((colour, index) => (this.hidden.has(index) ? -1 : colour));
    viewport.project(this.places, this.#at);
    const moving = this.#travel.hold(this.#at, performance.now());
    this.#points.draw(this.#at, this.labels, colours, pointSize(this.labels.length), ratio);
    return moving;
  }
}
