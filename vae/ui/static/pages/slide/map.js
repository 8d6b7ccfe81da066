// @ts-check
/** The images of a ladder on their way from one model's map to the next. Drawn by hand, since they move with the slider. */
import { ARROWS, keyStep } from "../../core/arrows.js";
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Spoken } from "../../core/spoken.js";
import { placeOf } from "../../core/places.js";
import { classPixels } from "../../map/colours.js";
import { classColour, Tooltip } from "../../map/map.js";
import { Points } from "../../map/points.js";
import { fit, onResolution, pixelRatio } from "../../map/resolution.js";
import { imageAt, mapNote, NO_IMAGE, reconstructionOf } from "../../text/slide.js";
import { Picture } from "../../widgets/picture.js";
import { IMAGE } from "../../wire/schema.js";
import { frameOf, nearest, project } from "./places.js";

/** @typedef {import("../../core/models.js").Ladder & import("../../core/models.js").Mapped} Ladder */
/** @typedef {import("./places.js").Size} Size */

const POINT = 3.8; // diameter of an image's point in pixels
const REACH = 14; // pixels within which the pointer means an image
const OUTLIERS = 0.005; // share of the places on code planes that may lie beyond each side of the map

export class LadderMap {
  /** @type {HTMLElement} */
  element;
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "ctm-layer", "aria-hidden": "true" }));
  /** @type {HTMLElement} */
  #map;
  #picture = new Picture(t("Hover reconstruction"), "ctm-hover");
  #tooltip = new Tooltip(this.#picture);
  #spoken = new Spoken();
  #legend = h("div", { class: "ctm-legend", role: "group", "aria-label": t("Classes on the map") });
  #note = h("span", { class: "ctm-note" });
  /** @type {import("./slide.js").Live} */
  #live;
  /** @type {Ladder | null} */
  #ladder = null;
  #model = "";
  #place = 0;
  /** The image under the hand, −1 for none. */
  #row = -1;
  /** Where the arrow keys are, in pixels. @type {Size | null} */
  #cursor = null;
  /** @type {Size} */
  #size = [0, 0];
  /** @type {import("./places.js").Window} */
  #frame = [0, 1, 0, 1];
  /** Where the images are, in pixels. */
  #at = new Float32Array();
  /** Of the classes. @type {Int32Array} */
  #colours = new Int32Array();
  #points = new Points(this.#canvas);
  /** Of the next picture of it. */
  #scheduled = 0;
  /** The life of what is asked about the image under the hand. */
  #asking = new AbortController();
  #listeners = new AbortController();
  #resizes = new ResizeObserver(() => this.#resize());
  #unwatch = onResolution(() => this.#resize());

  /** @param {import("./slide.js").Live} live */
  constructor(live) {
    this.#live = live;
    const words = { "aria-label": t("Latent map"), "aria-description": t("Arrow keys move over the map, with Shift farther.") };
    this.#map = h("div", { class: "ctm-map", role: "application", tabindex: 0, ...words }, this.#canvas);
    this.element = h(
      "section",
      { class: "ctm-card ctm-slidemap", "aria-label": t("Map") },
      this.#map,
      this.#tooltip.element,
      this.#spoken.element,
      h("div", { class: "ctm-mapfoot" }, this.#legend, this.#note),
    );
    const { signal } = this.#listeners;
    // A finger does not hover: it is put down.
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"]))
      this.#map.addEventListener(type, (event) => this.#hover(event), { signal });
    this.#map.addEventListener("keydown", (event) => this.#walk(event), { signal });
    for (const type of ["pointerleave", "blur"]) this.#map.addEventListener(type, () => this.#leave(), { signal });
    this.#resizes.observe(this.#map);
  }

  /** @param {Ladder} ladder */
  open(ladder) {
    const { classes, labels, places, settings } = ladder;
    const plane = settings.method === "procrustes"; // where an autoencoder's outliers would make all others small
    this.#asking.abort();
    this.#ladder = ladder;
    this.#row = -1;
    this.#at = new Float32Array(2 * labels.length);
    this.#colours = classPixels(classes.length);
    this.#frame = frameOf(places, plane ? OUTLIERS : 0);
    const entry = (/** @type {string} */ name, /** @type {number} */ i) =>
      h("span", {}, h("i", { style: `background:${classColour(i)}` }), name);
    this.#legend.replaceChildren(...classes.map(entry));
    say(this.#note, mapNote(labels.length, plane));
  }

  /** @param {number} place on the ladder @param {string} model nearest to it */
  show(place, model) {
    this.#place = place;
    this.#model = model;
    this.#project();
    this.#redraw();
  }

  dispose() {
    this.#listeners.abort();
    this.#asking.abort();
    this.#spoken.hush();
    this.#resizes.disconnect();
    this.#unwatch();
    cancelAnimationFrame(this.#scheduled);
  }

  #project() {
    if (this.#ladder) project(this.#ladder.places, this.#place, { frame: this.#frame, size: this.#size }, this.#at);
  }

  /** @param {number} row @returns {Size} */
  #pixel(row) {
    return placeOf(this.#at, row);
  }

  #resize() {
    const { width, height } = this.#map.getBoundingClientRect();
    this.#size = [width, height];
    fit(this.#canvas, width, height);
    this.#project();
    this.#draw(); // at once: a canvas of another size is empty
  }

  #redraw() {
    this.#scheduled ||= requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.#draw();
    });
  }

  #draw() {
    if (!this.#ladder || !this.#canvas.width) return;
    const { labels } = this.#ladder,
      ratio = pixelRatio();
    this.#points.draw(this.#at, labels, this.#colours, POINT, ratio);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = getComputedStyle(this.#map).getPropertyValue("--ctm-text");
    context.lineWidth = 2;
    const ring = (/** @type {Size} */ [x, y], /** @type {number} */ radius) => {
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.stroke();
    };
    if (this.#row >= 0) ring(this.#pixel(this.#row), 7);
    if (this.#cursor) ring(this.#cursor, 10);
    this.#map.dataset.points = String(labels.length);
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const box = this.#map.getBoundingClientRect();
    this.#cursor = null;
    this.#look([event.clientX - box.left, event.clientY - box.top], event);
  }

  /** By the arrow keys, from the middle on. @param {KeyboardEvent} event */
  #walk(event) {
    const way = ARROWS[event.key];
    if (!way || !this.#ladder) return;
    event.preventDefault();
    const reach = keyStep(event),
      [x, y] = this.#cursor ?? [this.#size[0] / 2, this.#size[1] / 2];
    const within = (/** @type {number} */ at, /** @type {number} */ end) => Math.min(end, Math.max(0, at));
    this.#cursor = [within(x + way[0] * reach, this.#size[0]), within(y + way[1] * reach, this.#size[1])];
    this.#look(this.#cursor, event);
    this.#redraw();
  }

  #leave() {
    this.#asking.abort();
    this.#row = -1;
    this.#cursor = null;
    this.#spoken.hush();
    this.#tooltip.hide();
    this.#redraw();
  }

  /** Show the image that is nearest to a pixel of the map. @param {Size} pixel @param {Event} event */
  #look(pixel, event) {
    if (!this.#ladder) return;
    const { labels, classes } = this.#ladder,
      row = nearest(this.#at, pixel, REACH);
    this.#spoken.say(row < 0 ? NO_IMAGE : imageAt(row, classes[labels[row]]));
    if (row === this.#row) return;
    this.#asking.abort();
    this.#row = row;
    this.#redraw();
    if (row < 0) return this.#tooltip.hide();
    const { signal } = (this.#asking = new AbortController());
    const onReply = (/** @type {import("../../wire/schema.js").ImageAnswered} */ { pixels, label }) => {
      this.#picture.paint(pixels.data, [...pixels.shape]);
      this.#live.meter.frame(event);
      this.#tooltip.say(reconstructionOf(row, classes[label]));
      this.#tooltip.moveTo(...this.#pixel(row));
    };
    this.#live.session.ask(IMAGE, { row }, { model: this.#model, lane: "slide hover", signal, onReply });
  }
}
