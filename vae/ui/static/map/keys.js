// @ts-check
/** The map by keyboard: arrow keys move a cursor over it, Enter chooses, plus and minus zoom, 0 shows all. */
import { ARROWS, KEY_STEP } from "./markers.js";

const FASTER = 5; // times as far with Shift
const CLOSER = 0.8;

export class Keys {
  /** Where the cursor is, in map coordinates; null while the keyboard has none. @type {[number, number]|null} */
  place = null;
  #map;
  #events;

  /** @param {import("./map.js").LatentMap} map @param {import("./map.js").MapEvents} events @param {AbortSignal} signal */
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

  /** Whether the key means something here. */
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

  #move([across, down], event) {
    const { clientWidth: width, clientHeight: height } = this.#map.element;
    const [px, py] = this.place ? this.#map.pixel(...this.place) : [width / 2, height / 2];
    const reach = event.shiftKey ? FASTER * KEY_STEP : KEY_STEP;
    const within = (value, most) => Math.min(most, Math.max(0, value));
    this.place = this.#map.place(within(px + across * reach, width), within(py + down * reach, height));
    this.#events.hover?.(this.place, event);
  }
}
