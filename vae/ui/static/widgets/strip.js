// @ts-check
/** A film strip of pictures along a path. */
import { fixed, t } from "../core/language.js";
import { Picture } from "./picture.js";
import { h } from "../core/dom.js";

export const STRIP_FRAMES = 16; // of the path between two images

export class Strip {
  /** @type {Picture[]} */
  #pictures = [];
  /** @type {HTMLElement[]} */
  #frames = [];

  /**
   * @param {string} model words for the accessible name @param {number} frames
   * @param {((t: number) => void)|null} [onchoose] a frame was clicked; without it the frames are no buttons
   */
  constructor(model, frames, onchoose = null) {
    this.element = h("div", { class: "ctm-strip", role: "group", "aria-label": t("{model} film strip", { model }) });
    for (let i = 0; i < frames; i++) {
      const at = i / (frames - 1);
      const picture = new Picture(frameName(model, i, frames));
      this.#pictures.push(picture);
      const press = onchoose && { type: "button", onclick: () => onchoose(at) };
      this.#frames.push(h(onchoose ? "button" : "span", { class: "ctm-frame", title: `t = ${fixed(at, 2)}`, ...press }, picture.element));
    }
    this.element.append(...this.#frames);
  }

  /** @param {string} model words for the accessible name */
  set name(model) {
    this.element.setAttribute("aria-label", t("{model} film strip", { model }));
    this.#pictures.forEach((picture, i) => (picture.name = frameName(model, i, this.#pictures.length)));
  }

  /**
   * Paint the pictures of an array, or every so many of them.
   * @param {Uint8Array} pixels (N, H, W, C) @param {readonly number[]} shape @param {number} [every]
   */
  paint(pixels, shape, every = 1) {
    this.#pictures.forEach((picture, i) => picture.paint(pixels, shape, { first: i * every, count: 1 }));
  }

  /** Show that there are no pictures. */
  clear() {
    for (const picture of this.#pictures) picture.clear();
  }

  /** Mark the frame nearest to t. @param {number} t */
  at(t) {
    const nearest = Math.round(t * (this.#frames.length - 1));
    this.#frames.forEach((frame, i) => frame.setAttribute("aria-current", String(i === nearest)));
  }

  /** Mark frames that a judge finds unreal. @param {boolean[]} flags */
  flag(flags) {
    this.#frames.forEach((frame, i) => frame.classList.toggle("ctm-off", Boolean(flags[i])));
  }
}

/** @param {string} model @param {number} i @param {number} frames */
const frameName = (model, i, frames) => t("{model} frame {n} of {frames}", { model, n: i + 1, frames });

/** Runs t from 0 to 1 and back while it plays; stops by itself when the page is hidden. */
export class Player {
  #frame = 0;
  #t = 0;
  #onstep;
  #seconds;
  #direction = 1;

  /** @param {(t: number, event: {timeStamp: number}) => void} onstep @param {number} [seconds] from 0 to 1 */
  constructor(onstep, seconds = 4) {
    this.#onstep = onstep;
    this.#seconds = seconds;
  }

  get playing() {
    return this.#frame !== 0;
  }

  /** Play on from t. @param {number} t */
  play(t) {
    this.#t = t;
    let before = performance.now();
    const step = (/** @type {number} */ now) => {
      this.#t += (this.#direction * (now - before)) / (1000 * this.#seconds);
      before = now;
      if (this.#t >= 1 || this.#t <= 0) {
        this.#t = Math.min(1, Math.max(0, this.#t));
        this.#direction = this.#t >= 1 ? -1 : 1;
      }
      this.#onstep(Math.round(1000 * this.#t) / 1000, { timeStamp: now });
      if (this.#frame) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  pause() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }
}
