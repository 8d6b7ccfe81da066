// @ts-check
/** One model's map while it learns: the decoded plane, the watched images and balloons on it. Drawn by hand, since it moves. */
import { h, pen, say } from "../../core/dom.js";
import { fixed, t } from "../../core/language.js";
import { classPixels } from "../../map/colours.js";
import { Points } from "../../map/points.js";
import { fit, onResolution, pixelRatio } from "../../map/resolution.js";
import { TITLES } from "../../text/train.js";
import { GROUND } from "../../wire/schema.js";
import { drawBalloons, drawTrails, movesOf, pixelsOf } from "./drawing.js";
import { fitted, grown, holds, widened, windowOf } from "./frame.js";
import { Glance } from "./glance.js";
import { Mosaic } from "./mosaic.js";

/** @typedef {"ae" | "vae"} Kind */
/** @typedef {import("./frame.js").Window} Window */
/** @typedef {import("./drawing.js").Moves} Moves */
/** @typedef {{places: Float32Array, shapes: Float32Array, labels: Int32Array}} Seen */

const CELLS = 14; // of the plane, across and down
const POINT = 5; // pixels
const NOWHERE = new Float32Array();

export class Side {
  #kind;
  #session;
  #plane = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "ctm-layer", "aria-hidden": "true" }));
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "ctm-layer", "aria-hidden": "true" }));
  #points = new Points(this.#canvas);
  #mosaic = new Mosaic();
  #map;
  #figure = h("span", { class: "ctm-quiet" });
  #glance;
  /** @type {Seen | null} */
  #seen = null;
  /** Where the images were before a single step. @type {Float32Array | null} */
  #before = null;
  /** What the map shows. @type {Window | null} */
  #window = null;
  /** What the plane that was decoded last shows. @type {Window | null} */
  #decoded = null;
  #colours = classPixels(10);
  /** @type {[number, number]} */
  #size = [0, 0];
  #run = "";
  #moment = -1;
  #lane = Symbol("ground");
  /** Until when what is decoded is wanted. @type {AbortSignal | null} */
  #signal = null;
  /** Of which training and moment the plane is: one gone by never changes. */
  #of = "";
  #scheduled = 0;
  #resizes = new ResizeObserver(() => this.#resize());
  #unwatch = onResolution(() => this.#resize());

  /**
   * @param {Kind} kind @param {import("../../wire/session.js").Session} session
   * @param {{frame: (event: Event) => void}} meter @param {(row: number) => void} onchoose an image was clicked
   * @param {string} [whose] after its names
   */
  constructor(kind, session, meter, onchoose, whose = "") {
    this.#kind = kind;
    this.#session = session;
    const short = kind.toUpperCase();
    const words = {
      "aria-label": t("{short} latent map", { short }) + whose,
      "aria-description": t("Arrow keys move over the map and decode the place."),
    };
    this.#map = h("div", { class: "ctm-map", role: "application", tabindex: 0, ...words }, this.#plane, this.#canvas);
    this.#glance = new Glance(this.#map, session, meter, kind, whose, () => this.#shown(), onchoose);
    this.element = h(
      "section",
      { class: `ctm-card ctm-trainside ctm-${kind} ${whose && "ctm-other"}`, "aria-label": TITLES[kind] + whose },
      h("header", {}, h("h2", {}, TITLES[kind], whose && h("small", {}, whose)), this.#figure),
      h("div", { class: "ctm-trainmap" }, this.#map, this.#glance.element),
    );
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
   * @param {{anew?: boolean, single?: boolean, same?: boolean, also?: Float32Array, like?: Side}} how another run or a jump; one step
   *   after the last look; the same step once more; other places (M, 2) that must be in sight; a map that shows what this one is to show
   */
  show(seen, run, moment, { anew = false, single = false, same = false, also = NOWHERE, like }) {
    const wanted = windowOf(seen.places, also);
    this.#window = like ? like.#window : anew || !this.#window ? wanted : grown(this.#window, wanted);
    if (!same) this.#before = single && this.#seen ? this.#seen.places : null;
    this.#seen = seen;
    this.#run = run;
    this.#moment = moment;
    this.#redraw();
  }

  /** Decode what lies behind the points anew. @param {AbortSignal} signal */
  decode(signal) {
    this.#signal = signal;
    if (!this.#window || !this.#run) return;
    const of = `${this.#run} ${this.#moment}`;
    if (this.#moment >= 0 && of === this.#of && this.#decoded && holds(this.#decoded, this.#frame())) return;
    const window = widened(this.#frame()),
      [x0, x1, y0, y1] = window;
    const asked = { moment: this.#moment, kind: this.#kind, x0, x1, y0, y1, columns: CELLS, rows: CELLS };
    this.#session.ask(GROUND, asked, {
      model: this.#run,
      lane: this.#lane,
      signal,
      onReply: ({ mosaic }) => {
        this.#mosaic.paint(mosaic.data, mosaic.shape);
        this.#decoded = window;
        this.#of = of;
        this.#redraw();
      },
    });
  }

  /** How far the images went in a single step, in units of the code. @returns {Moves | null} */
  get moves() {
    if (!this.#seen || !this.#before || !this.#window) return null;
    const [x0, x1] = this.#window;
    return movesOf(this.#seen.places, this.#before, x1 - x0);
  }

  clear() {
    this.#seen = this.#window = this.#decoded = null;
    this.figure = "";
    this.#glance.leave();
  }

  dispose() {
    this.#glance.dispose();
    this.#resizes.disconnect();
    this.#unwatch();
    cancelAnimationFrame(this.#scheduled);
  }

  /** @returns {import("./glance.js").Shown | null} */
  #shown() {
    if (!this.#seen || !this.#window || !this.#run) return null;
    return { run: this.#run, moment: this.#moment, frame: this.#frame(), size: this.#size, places: this.#seen.places };
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
    const { frame } = this.#shown() ?? {};
    if (frame && this.#signal && this.#decoded && !holds(this.#decoded, frame)) this.decode(this.#signal);
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
      pixels = (/** @type {Float32Array} */ each) => pixelsOf(each, [x0, y1], [across, up]),
      at = pixels(places);
    drawBalloons(plane, at, shapes, labels, [across, up]);
    if (this.#before) {
      plane.strokeStyle = getComputedStyle(this.#map).getPropertyValue("--ctm-text");
      drawTrails(plane, at, pixels(this.#before), this.moves?.times ?? 1);
    }
    this.#points.draw(at, labels, this.#colours, POINT, ratio);
    this.#map.dataset.points = String(labels.length);
  }
}
