// @ts-check
/**
 * Markers that can be dragged. A marker never leaves the hand that holds it; what its page makes of it is where it goes once
 * it is let go. Where the code that it stands for falls elsewhere on the map, a thread leads there from the marker.
 */
import { ARROWS, keyStep } from "../core/arrows.js";
import { h } from "../core/dom.js";
import { t } from "../core/language.js";

const APART = 4; // pixels beyond which a thread is drawn

/** @typedef {[number, number]|null} Place in map coordinates */
/**
 * @typedef {{place: Place, rest: Place, falls: Place, held: boolean, element: HTMLElement}} Marker
 * `place` is where it stands, `rest` where its page last put it, `falls` where its code is on the map
 */
export class Markers {
  #parent;
  #view;
  #tell;
  #colour;
  #signal;
  /** @type {Map<string, Marker>} by letter */
  #markers = new Map();

  /**
   * @param {HTMLElement} parent the map
   * @param {{pixel: (x: number, y: number) => [number, number], place: (px: number, py: number) => [number, number]}} view
   * @param {string} colour CSS colour
   * @param {(letter: string, place: Place, event: Event, done: boolean) => void} tell a hand has moved one; null has let go elsewhere
   * @param {AbortSignal} signal
   */
  constructor(parent, view, colour, tell, signal) {
    this.#parent = parent;
    this.#view = view;
    this.#colour = colour;
    this.#tell = tell;
    this.#signal = signal;
  }

  /** Put a marker at a place, or away with null. @param {string} letter @param {Place} place @param {Place} falls */
  put(letter, place, falls) {
    const marker = this.#markers.get(letter) ?? this.#make(letter);
    marker.rest = place;
    marker.falls = falls;
    if (!marker.held || !place) marker.place = place;
    if (!place) marker.held = false;
  }

  /** Draw threads, and move the markers where they belong. @param {import("./overlay.js").Brush} brush */
  draw({ context, ink, paper, colour }) {
    for (const { place, falls, element } of this.#markers.values()) {
      element.hidden = !place;
      delete element.dataset.falls;
      if (!place) continue;
      const [px, py] = this.#view.pixel(...place);
      element.style.transform = `translate(${px}px, ${py}px) translate(-50%, -50%)`;
      if (!falls) continue;
      const [fx, fy] = this.#view.pixel(...falls);
      if (Math.hypot(fx - px, fy - py) <= APART) continue;
      element.dataset.falls = falls.join(" ");
      context.save();
      for (const { width, stroke } of [
        { width: 4, stroke: paper },
        { width: 1.5, stroke: ink },
      ]) {
        context.beginPath();
        context.moveTo(px, py);
        context.lineTo(fx, fy);
        context.lineWidth = width;
        context.strokeStyle = stroke;
        context.stroke();
        context.setLineDash([3, 4]);
      }
      context.setLineDash([]);
      context.beginPath();
      context.arc(fx, fy, 6, 0, 2 * Math.PI);
      context.fillStyle = paper;
      context.fill();
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.stroke();
      context.restore();
    }
  }

  /** @param {string} letter @returns {Marker} */
  #make(letter) {
    const element = h(
      "button",
      {
        type: "button",
        class: "ctm-marker",
        "aria-label": t("End {letter} of the path: drag, or move with the arrow keys", { letter }),
      },
      letter,
    );
    element.style.setProperty("--model", this.#colour);
    this.#parent.append(element);
    const marker = { place: null, rest: null, falls: null, held: false, element };
    this.#markers.set(letter, marker);
    this.#listen(letter, marker);
    return marker;
  }

  /** @param {string} letter @param {Marker} marker */
  #listen(letter, marker) {
    const { element } = marker;
    const options = { signal: this.#signal };
    const move = (/** @type {Place} */ place, /** @type {Event} */ event, /** @type {boolean} */ done) => {
      marker.place = place;
      this.#tell(letter, place, event, done);
    };
    const under = (/** @type {PointerEvent} */ event) => {
      const box = this.#parent.getBoundingClientRect();
      return this.#view.place(event.clientX - box.left, event.clientY - box.top);
    };
    element.addEventListener(
      "pointerdown",
      (event) => {
        element.setPointerCapture(event.pointerId);
        event.stopPropagation();
      },
      options,
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        if (!element.hasPointerCapture(event.pointerId)) return;
        marker.held = true;
        move(under(event), event, false);
      },
      options,
    );
    element.addEventListener(
      "pointerup",
      (event) => {
        if (!marker.held || !element.hasPointerCapture(event.pointerId)) return;
        marker.held = false;
        move(under(event), event, true);
      },
      options,
    );
    element.addEventListener(
      "keydown",
      (event) => {
        const step = ARROWS[event.key];
        if (!step || !marker.place) return;
        event.preventDefault();
        const [px, py] = this.#view.pixel(...marker.place),
          reach = keyStep(event);
        marker.held = true; // by the keys, until they go elsewhere
        move(this.#view.place(px + step[0] * reach, py + step[1] * reach), event, true);
      },
      options,
    );
    for (const type of ["blur", "pointercancel"])
      element.addEventListener(
        type,
        (event) => {
          if (!marker.held) return;
          marker.held = false;
          marker.place = marker.rest;
          this.#tell(letter, null, event, true);
        },
        options,
      );
  }
}
