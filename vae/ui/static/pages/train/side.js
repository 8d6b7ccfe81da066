// @ts-check
/** One model's map while it learns: the decoded plane, the watched images and balloons on it. Drawn by hand, since it moves. */
import { h, pen, say } from "../../core/dom.js";
import { fixed, t } from "../../core/language.js";
import { classPixels } from "../../map/colours.js";
import { Points } from "../../map/points.js";
import { fit, onResolution, pixelRatio } from "../../map/resolution.js";
import { Tooltip } from "../../map/tooltip.js";
import { TITLES } from "../../text/train.js";
import { Picture } from "../../widgets/picture.js";
import { GLANCE, GROUND } from "../../wire/schema.js";
import { drawBalloons, drawTrails } from "./drawing.js";
import { fitted, grown, nearest, widened, windowOf } from "./frame.js";
import { Mosaic } from "./mosaic.js";

/** @typedef {"ae" | "vae"} Kind */
/** @typedef {import("./frame.js").Window} Window */
/** @typedef {{places: Float32Array, shapes: Float32Array, labels: Int32Array}} Seen */

const CELLS = 14; // of the plane, across and down
const POINT = 5; // pixels
const KEY_STEP = 16; // pixels
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Side {
  #kind;
  #session;
  #meter;
  #plane = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "ctm-layer", "aria-hidden": "true" }));
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "ctm-layer", "aria-hidden": "true" }));
  #points = new Points(this.#canvas);
  #mosaic = new Mosaic();
  #map;
  #figure = h("span", { class: "ctm-quiet" });
  #picture;
  #tooltip;
  /** @type {Seen | null} */
  #seen = null;
  /** Where the images were before a single step. @type {Float32Array | null} */
  #before = null;
  /** What the map shows. @type {Window | null} */
  #window = null;
  /** What the plane that was decoded last shows. @type {Window | null} */
  #decoded = null;
  #colours = classPixels(10);
  /** @type {[number, number] | null} the pointer, in pixels */
  #cursor = null;
  /** @type {[number, number]} */
  #size = [0, 0];
  #run = "";
  #moment = -1;
  #scheduled = 0;
  #listeners = new AbortController();
  #resizes = new ResizeObserver(() => this.#resize());
  #unwatch = onResolution(() => this.#resize());

  /**
   * @param {Kind} kind @param {import("../../wire/session.js").Session} session
   * @param {{frame: (event: Event) => void}} meter @param {(row: number) => void} onchoose an image was clicked
   */
  constructor(kind, session, meter, onchoose) {
    this.#kind = kind;
    this.#session = session;
    this.#meter = meter;
    const short = kind.toUpperCase();
    this.#picture = new Picture(t("{model} decoding", { model: short }), "ctm-hover");
    this.#tooltip = new Tooltip(this.#picture);
    const words = {
      "aria-label": t("{short} latent map", { short }),
      "aria-description": t("Arrow keys move over the map and decode the place."),
    };
    this.#map = h("div", { class: "ctm-map", role: "application", tabindex: 0, ...words }, this.#plane, this.#canvas);
    this.element = h(
      "section",
      { class: `ctm-card ctm-trainside ctm-${kind}`, "aria-label": TITLES[kind] },
      h("header", {}, h("h2", {}, TITLES[kind]), this.#figure),
      h("div", { class: "ctm-trainmap" }, this.#map, this.#tooltip.element),
    );
    const { signal } = this.#listeners;
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"]))
      this.#map.addEventListener(type, (event) => this.#hover(event), { signal });
    this.#map.addEventListener("click", () => this.#choose(onchoose), { signal });
    this.#map.addEventListener("keydown", (event) => this.#key(event, onchoose), { signal });
    for (const type of ["pointerleave", "blur"]) this.#map.addEventListener(type, () => this.#leave(), { signal });
    this.#resizes.observe(this.#map);
  }

  /** @param {string} words beside the title */
  set figure(words) {
    say(this.#figure, words);
  }

  /** @param {number} count of classes */
  set classes(count) {
    if (count && count !== this.#colours.length) this.#colours = classPixels(count);
  }

  /**
   * Where the watched images are now.
   * @param {Seen} seen @param {string} run @param {number} moment
   * @param {{anew: boolean, single: boolean}} how another run or a jump; one step after the last look
   */
  show(seen, run, moment, { anew, single }) {
    const wanted = windowOf(seen.places);
    this.#window = anew || !this.#window ? wanted : grown(this.#window, wanted);
    this.#before = single && this.#seen ? this.#seen.places : null;
    this.#seen = seen;
    this.#run = run;
    this.#moment = moment;
    this.#redraw();
  }

  /** Decode what lies behind the points anew. @param {AbortSignal} signal */
  decode(signal) {
    if (!this.#window || !this.#run) return;
    const window = widened(this.#frame()),
      [x0, x1, y0, y1] = window;
    const asked = { moment: this.#moment, kind: this.#kind, x0, x1, y0, y1, columns: CELLS, rows: CELLS };
    this.#session.ask(GROUND, asked, {
      model: this.#run,
      lane: `ground ${this.#kind}`,
      signal,
      onReply: ({ mosaic }) => {
        this.#mosaic.paint(mosaic.data, mosaic.shape);
        this.#decoded = window;
        this.#redraw();
      },
    });
  }

  clear() {
    this.#seen = this.#window = this.#decoded = null;
    this.figure = "";
    this.#leave();
  }

  dispose() {
    this.#listeners.abort();
    this.#resizes.disconnect();
    this.#unwatch();
    cancelAnimationFrame(this.#scheduled);
  }

  /** The window, as wide and high as the element. @returns {Window} */
  #frame() {
    return fitted(/** @type {Window} */ (this.#window), this.#size);
  }

  #resize() {
    const { width, height } = this.#map.getBoundingClientRect();
    this.#size = [width, height];
    for (const canvas of [this.#plane, this.#canvas]) fit(canvas, width, height);
    this.#draw();
  }

  #redraw() {
    this.#scheduled ||= requestAnimationFrame(() => {
      this.#scheduled = 0;
      this.#draw();
    });
  }

  #draw() {
    const [width, height] = this.#size;
    if (!width || !height) return;
    const ratio = pixelRatio(),
      plane = pen(this.#plane);
    plane.setTransform(ratio, 0, 0, ratio, 0, 0);
    plane.clearRect(0, 0, width, height);
    if (!this.#seen || !this.#window) {
      pen(this.#canvas).clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      return;
    }
    const [x0, x1, y0, y1] = this.#frame(),
      across = width / (x1 - x0),
      up = height / (y1 - y0);
    if (this.#decoded) {
      const [left, right, bottom, top] = this.#decoded;
      plane.globalAlpha = 0.45;
      plane.drawImage(this.#mosaic.canvas, (left - x0) * across, (y1 - top) * up, (right - left) * across, (top - bottom) * up);
      plane.globalAlpha = 1;
    }
    const { places, labels, shapes } = this.#seen,
      at = new Float32Array(places.length);
    for (let i = 0; i < labels.length; i++) {
      at[2 * i] = (places[2 * i] - x0) * across;
      at[2 * i + 1] = (y1 - places[2 * i + 1]) * up;
    }
    drawBalloons(plane, at, shapes, labels, [across, up]);
    if (this.#before) {
      plane.strokeStyle = getComputedStyle(this.#map).getPropertyValue("--ctm-text");
      drawTrails(plane, at, this.#before, (x, y) => [(x - x0) * across, (y1 - y) * up]);
    }
    this.#points.draw(at, labels, this.#colours, POINT, ratio);
    this.#map.dataset.points = String(labels.length);
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const box = this.#map.getBoundingClientRect();
    this.#look([event.clientX - box.left, event.clientY - box.top], event);
  }

  /** @param {KeyboardEvent} event @param {(row: number) => void} onchoose */
  #key(event, onchoose) {
    if (event.key === "Enter") return this.#choose(onchoose);
    const way = WAYS[event.key];
    if (!way || !this.#window) return;
    event.preventDefault();
    const [width, height] = this.#size,
      [x, y] = this.#cursor ?? [width / 2, height / 2];
    this.#look([Math.min(width, Math.max(0, x + way[0] * KEY_STEP)), Math.min(height, Math.max(0, y + way[1] * KEY_STEP))], event);
  }

  /** @param {[number, number]} pixel @param {Event} event */
  #look(pixel, event) {
    if (!this.#window || !this.#run) return;
    this.#cursor = pixel;
    const [x0, x1, y0, y1] = this.#frame(),
      [width, height] = this.#size;
    const x = x0 + (pixel[0] / width) * (x1 - x0),
      y = y1 - (pixel[1] / height) * (y1 - y0);
    const onReply = (/** @type {import("../../wire/schema.js").GlanceAnswered} */ { pixels }) => {
      if (!this.#cursor) return;
      this.#picture.paint(pixels.data, [...pixels.shape]);
      this.#meter.frame(event);
      this.#tooltip.say(t("{x}, {y}", { x: fixed(x, 2), y: fixed(y, 2) }));
      this.#tooltip.moveTo(...this.#cursor);
    };
    const asked = { moment: this.#moment, kind: this.#kind, x, y };
    this.#session.ask(GLANCE, asked, { model: this.#run, lane: `glance ${this.#kind}`, signal: this.#listeners.signal, onReply });
  }

  #leave() {
    this.#cursor = null;
    this.#tooltip.hide();
  }

  /** The image nearest to the pointer. @param {(row: number) => void} onchoose */
  #choose(onchoose) {
    if (!this.#cursor || !this.#seen || !this.#window) return;
    const { places } = this.#seen,
      [width, height] = this.#size;
    const best = nearest(places, this.#frame(), [width, height], this.#cursor);
    if (best >= 0) onchoose(best);
  }
}
