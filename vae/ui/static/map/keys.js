// @ts-check
/** The map by keyboard: arrow keys move a cursor over it, Enter chooses, plus and minus zoom, 0 shows all. */
import { ARROWS, keyStep } from "../core/arrows.js";

export const CLOSER = 0.8; // what a window becomes of itself

/** @typedef {import("./viewport.js").Place} Place */
/**
 * @typedef {Object} MapEvents
 * @property {(place: [number, number], event: Event) => void} [hover] the pointer (or the keyboard cursor) is at a place
 * @property {() => void} [leave]
 * @property {(place: [number, number], row: number, event: Event) => void} [pick] a place was clicked; row of the image there, or -1
 * @property {(letter: string, place: [number, number], row: number, done: boolean, event: Event) => void} [marker] a marker is dragged
 */
export class Keys {
  /** Where the cursor is, in map coordinates; null while the keyboard has none. @type {[number, number]|null} */
  place = null;
  #map;
  #events;

  /** @param {import("./map.js").LatentMap} map @param {MapEvents} events @param {AbortSignal} signal */
  constructor(map, events, signal) {
    this.#map = map;
    this.#events = events;
    map.element.addEventListener(
      "keydown",
      (event) => {
        if (this.#press(event)) event.preventDefault();
      },
      { signal },
    );
    map.element.addEventListener(
      "blur",
      () => {
        this.place = null;
        events.leave?.();
        map.redraw();
      },
      { signal },
    );
  }

  /** Whether the key means something here. @param {KeyboardEvent} event */
  #press(event) {
    const map = this.#map;
    if (!map.window || event.target !== map.element || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = ARROWS[event.key];
    if (step) this.#move(step, event);
    else if (event.key === "Enter" && this.place) this.#events.pick?.(this.place, map.nearest(this.place), event);
    else if (event.key === "+" || event.key === "=") map.zoom(CLOSER);
    else if (event.key === "-") map.zoom(1 / CLOSER);
    else if (event.key === "0") map.reset();
    else return false;
    return true;
  }

  /** @param {readonly [number, number]} step @param {KeyboardEvent} event */
  #move([across, down], event) {
    const { clientWidth: width, clientHeight: height } = this.#map.element;
    const [px, py] = this.place ? this.#map.pixel(...this.place) : [width / 2, height / 2];
    const reach = keyStep(event);
    const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(most, Math.max(0, value));
    this.place = this.#map.place(within(px + across * reach, width), within(py + down * reach, height));
    this.#events.hover?.(this.place, event);
  }
}
