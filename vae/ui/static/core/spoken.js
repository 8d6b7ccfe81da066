// @ts-check
/** Words for those who hear the page: told once the hand rests, and seen by nobody. */
import { h } from "./dom.js";
import { fixed, t } from "./language.js";

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
  const at = t("at {x}, {y}", { x: fixed(place[0], 1), y: fixed(place[1], 1) });
  if (!corners) return t("outside the map, {at}", { at });
  const around = [...new Set(corners)].map((corner) => classes[corner]);
  const last = around.pop() ?? "",
    all = around.length ? t("{around} and {last}", { around: around.join(", "), last }) : last;
  const where = around.length ? (plane ? t("near {all}", { all }) : t("between {all}", { all })) : t("among {all}", { all });
  if (outside) return t("outside the map, {at}; the nearest place is {where}", { at, where });
  return row >= 0 ? t("image {row}, class {name}; {where}, {at}", { row, name: classes[label], where, at }) : `${where}, ${at}`;
}
