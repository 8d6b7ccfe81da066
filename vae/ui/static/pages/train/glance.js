// @ts-check
/** The pointer or the arrow keys over a map that learns: the picture of the place, and the image that is nearest. */
import { ARROWS, keyStep } from "../../core/arrows.js";
import { fixed, t } from "../../core/language.js";
import { Tooltip } from "../../map/tooltip.js";
import { Picture } from "../../widgets/picture.js";
import { GLANCE } from "../../wire/schema.js";
import { nearest } from "./frame.js";

/**
 * What the map shows.
 * @typedef {{run: string, moment: number, frame: import("./frame.js").Window, size: [number, number], places: Float32Array}} Shown
 */

export class Glance {
  #map;
  #session;
  #meter;
  #kind;
  #shown;
  #onchoose;
  #picture;
  #tooltip;
  /** @type {[number, number] | null} the pointer, in pixels */
  #cursor = null;
  #lane = Symbol("glance");
  #listeners = new AbortController();

  /**
   * @param {HTMLElement} map @param {import("../../wire/session.js").Session} session @param {{frame: (event: Event) => void}} meter
   * @param {"ae" | "vae"} kind @param {string} whose after the picture's name @param {() => Shown | null} shown
   * @param {(row: number) => void} onchoose an image was clicked
   */
  constructor(map, session, meter, kind, whose, shown, onchoose) {
    this.#map = map;
    this.#session = session;
    this.#meter = meter;
    this.#kind = kind;
    this.#shown = shown;
    this.#onchoose = onchoose;
    this.#picture = new Picture(t("{model} decoding", { model: kind.toUpperCase() }) + whose, "ctm-hover");
    this.#tooltip = new Tooltip(this.#picture);
    this.element = this.#tooltip.element;
    const { signal } = this.#listeners;
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"]))
      map.addEventListener(type, (event) => this.#hover(event), { signal });
    map.addEventListener("click", () => this.#choose(), { signal });
    map.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const type of ["pointerleave", "blur"]) map.addEventListener(type, () => this.leave(), { signal });
  }

  /** Look at nothing. */
  leave() {
    this.#cursor = null;
    this.#tooltip.hide();
  }

  dispose() {
    this.#listeners.abort();
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const box = this.#map.getBoundingClientRect();
    this.#look([event.clientX - box.left, event.clientY - box.top], event);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter") return this.#choose();
    const way = ARROWS[event.key],
      shown = this.#shown();
    if (!way || !shown) return;
    event.preventDefault();
    const [width, height] = shown.size,
      reach = keyStep(event),
      [x, y] = this.#cursor ?? [width / 2, height / 2];
    this.#look([Math.min(width, Math.max(0, x + way[0] * reach)), Math.min(height, Math.max(0, y + way[1] * reach))], event);
  }

  /** @param {[number, number]} pixel @param {Event} event */
  #look(pixel, event) {
    const shown = this.#shown();
    if (!shown) return;
    this.#cursor = pixel;
    const { run, moment, frame, size } = shown,
      [x0, x1, y0, y1] = frame;
    const x = x0 + (pixel[0] / size[0]) * (x1 - x0),
      y = y1 - (pixel[1] / size[1]) * (y1 - y0);
    const onReply = (/** @type {import("../../wire/schema.js").GlanceAnswered} */ { pixels }) => {
      if (!this.#cursor) return;
      this.#picture.paint(pixels.data, [...pixels.shape]);
      this.#meter.frame(event);
      this.#tooltip.say(t("{x}, {y}", { x: fixed(x, 2), y: fixed(y, 2) }));
      this.#tooltip.moveTo(...this.#cursor);
    };
    const asked = { moment, kind: this.#kind, x, y };
    this.#session.ask(GLANCE, asked, { model: run, lane: this.#lane, signal: this.#listeners.signal, onReply });
  }

  #choose() {
    const shown = this.#shown();
    if (!this.#cursor || !shown) return;
    const best = nearest(shown.places, shown.frame, shown.size, this.#cursor);
    if (best >= 0) this.#onchoose(best);
  }
}
