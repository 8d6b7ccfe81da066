// @ts-check
/** Words for those who hear the page: told once the hand rests, and seen by nobody. */
import { h } from "./dom.js";

const REST = 300; // milliseconds without a move after which it is worth saying

export class Spoken {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    this.element = h("p", { class: "ctm-spoken", "aria-live": "polite" });
  }

  /** Say this soon, unless something else is to be said before. @param {string} text */
  say(text) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.element.textContent !== text) this.element.textContent = text;
    }, REST);
  }

  /** What was to be said no longer holds. */
  hush() {
    clearTimeout(this.#timer);
  }
}

/**
 * Where a place of a map lies, in words: the image there, the classes around it, its coordinates.
 * @param {object} found
 * @param {ArrayLike<number>} found.place
 * @param {number[]|null} found.corners classes of the three codes around it, null where there are none
 * @param {boolean} [found.outside] whether these are around the nearest place that has any
 * @param {string[]} found.classes
 * @param {boolean} found.plane whether the map is the plane of codes itself
 * @param {number} found.row of the image under the cursor, or −1
 * @param {number} found.label of that image, or −1
 */
export function spokenPlace({ place, corners, outside = false, classes, plane, row, label }) {
  const at = `at ${Array.from(place, (value) => value.toFixed(1)).join(", ")}`;
  if (!corners) return `outside the map, ${at}`;
  const around = [...new Set(corners)].map((corner) => classes[corner]);
  const last = around.pop(),
    all = around.length ? `${around.join(", ")} and ${last}` : last;
  const where = around.length ? `${plane ? "near" : "between"} ${all}` : `among ${all}`;
  if (outside) return `outside the map, ${at}; the nearest place is ${where}`;
  return `${row >= 0 ? `image ${row}, class ${classes[label]}; ` : ""}${where}, ${at}`;
}
