// @ts-check
/** What lies under the pointer on one map, and the same image on the other. */
import { t } from "../../core/language.js";
import { spokenPlace } from "../../core/spoken.js";
import { whereabouts } from "../../core/whereabouts.js";
import { OUTSIDE, standsIn } from "../../text/explore.js";
import { AT, IMAGE } from "../../wire/schema.js";

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./side.js").Place} Place */

export class Hover {
  #shared;

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
  }

  /** The pointer, or the keyboard's cursor, is at a place of a map. @param {Side} side @param {Place} place @param {Event} event */
  at(side, place, event) {
    if (!side.open) return;
    const { live, sides, view } = this.#shared,
      nearest = side.reach.nearest(place),
      [x, y] = nearest,
      row = side.map.nearest(place);
    live.session.ask(
      AT,
      { x, y },
      {
        model: side.facts.name,
        lane: "hover",
        signal: view.signal,
        onReply: (answer) => this.#show(side, { place, nearest, row }, event, answer),
      },
    );
    for (const other of sides) {
      if (other.map.over.row !== row) live.session.drop("link"); // the image before
      other.map.over.row = row;
      other.map.redraw();
    }
    for (const other of sides) if (other !== side) this.#link(other, row);
  }

  /** The pointer is on neither map. @param {number} row of the image that stays marked, or −1 */
  leave(row) {
    const { live, sides } = this.#shared;
    for (const lane of ["hover", "link"]) live.session.drop(lane);
    for (const side of sides) {
      side.tooltip.hide();
      side.spoken.hush();
      side.map.over.row = row;
      side.map.over.thread = null;
      side.map.redraw();
    }
  }

  /**
   * @param {Side} side @param {{place: Place, nearest: Place, row: number}} hand where it is, the nearest place with a code, the image
   * @param {Event} event
   * @param {import("../../wire/schema.js").AtAnswered} answer
   */
  #show(side, { place, nearest, row }, event, { pixels, spot }) {
    const { classes, identity: plane, labels } = side.facts;
    const corners = spot.inside ? [spot.first, spot.second, spot.third] : null;
    if (corners) side.hoverPicture.paint(pixels.data, pixels.shape);
    else side.hoverPicture.clear();
    this.#shared.live.meter.frame(event);
    const outside = nearest.join() !== place.join(),
      where = corners && whereabouts(corners, classes, plane);
    side.tooltip.say(where ? (outside ? standsIn(where) : where) : OUTSIDE);
    side.spoken.say(spokenPlace({ place, corners, outside, classes, plane, row, label: labels[row] }));
    side.map.over.thread = corners && outside ? [place, nearest] : null;
    side.map.redraw();
    side.tooltip.moveTo(...side.map.pixel(...place));
  }

  /** The same image on the other map. @param {Side} other @param {number} row */
  #link(other, row) {
    const { live, view } = this.#shared;
    if (row < 0) return other.tooltip.hide();
    live.session.ask(
      IMAGE,
      { row },
      {
        model: other.facts.name,
        lane: "link",
        signal: view.signal,
        onReply: ({ pixels, place, label }) => {
          other.hoverPicture.paint(pixels.data, pixels.shape);
          other.tooltip.say(t("the same image: {name}", { name: other.facts.classes[label] }));
          other.tooltip.moveTo(...other.map.pixel(place.x, place.y));
        },
      },
    );
  }
}
