// @ts-check
/** What the decoder makes of the place under the pointer, and which code is there. */
import { t } from "../../core/language.js";
import { Spoken, spokenPlace } from "../../core/spoken.js";
import { whereabouts } from "../../core/whereabouts.js";
import { Tooltip } from "../../map/tooltip.js";
import { Picture } from "../../widgets/picture.js";
import { KIND } from "../../core/modelnames.js";
import { NOTHING, OUTSIDE, standsIn } from "../../text/explore.js";
import { AT } from "../../wire/schema.js";

/** @typedef {import("../../core/types.js").Place} Place */

export class Hover {
  tooltip;
  spoken = new Spoken();
  #live;
  #map;
  #reach;
  #current;
  #picture = new Picture(t("decoding under the pointer"), "ctm-hover");
  /** @type {import("../../core/models.js").MappedFacts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {import("../../map/map.js").LatentMap} map
   * @param {import("../../map/reach.js").Reach} reach of the map
   * @param {() => number} current row of the current image, or −1
   */
  constructor(live, map, reach, current) {
    this.#live = live;
    this.#map = map;
    this.#reach = reach;
    this.#current = current;
    this.tooltip = new Tooltip(this.#picture);
  }

  /** Another model. @param {import("../../core/models.js").MappedFacts} facts @param {AbortSignal} signal aborted once it is left */
  enter(facts, signal) {
    this.#facts = facts;
    this.#signal = signal;
    this.#picture.name = t("{model} hover decoding", { model: KIND[facts.kind] });
  }

  /** The pointer is on no place of the map. */
  leave() {
    this.#live.session.drop("hover");
    this.tooltip.hide();
    this.#map.over.thread = null;
    this.#map.redraw();
    this.spoken.hush();
  }

  /** The pointer, or the keyboard's cursor, is at a place. @param {Place} place @param {Event|null} event */
  at(place, event) {
    if (!this.#facts) return;
    const { name } = this.#facts;
    const nearest = this.#reach.nearest(place),
      [x, y] = nearest;
    this.#live.session.ask(
      AT,
      { x, y },
      {
        model: name,
        lane: "hover",
        signal: this.#signal,
        onReply: (answer) => this.#show(place, nearest, event, answer),
        onError: (error) => {
          this.#live.alert(error.message);
          this.tooltip.hide();
        },
      },
    );
  }

  /**
   * Ask for the code at a place, or at the nearest that has one.
   * @param {Place} place @param {(code: Float32Array, place: Place) => void} use @param {() => void} [nowhere] there is none
   */
  code(place, use, nowhere = () => {}) {
    const nearest = this.#reach.nearest(place),
      [x, y] = nearest;
    this.#live.session.ask(
      AT,
      { x, y },
      {
        model: this.#facts?.name,
        lane: "place",
        signal: this.#signal,
        onReply: ({ code, spot }) => {
          if (spot.inside) return use(code.data, nearest);
          this.#refuse(place);
          nowhere();
        },
        onError: (error) => {
          this.#live.alert(error.message);
          nowhere();
        },
      },
    );
  }

  /** There is no code at a place that was chosen: say so there. @param {Place} place */
  #refuse(place) {
    this.#picture.clear();
    this.tooltip.say(NOTHING);
    this.tooltip.moveTo(...this.#map.pixel(...place));
    this.spoken.say(NOTHING);
  }

  /** The code that was asked for last is wanted no longer. */
  forget() {
    this.#live.session.drop("place");
  }

  /**
   * @param {Place} place @param {Place} nearest to it that has a code @param {Event|null} event
   * @param {import("../../wire/schema.js").AtAnswered} answer
   */
  #show(place, nearest, event, { pixels, spot }) {
    if (!this.#facts) return;
    const map = this.#map;
    const { classes, plane, labels } = this.#facts;
    const corners = spot.inside ? [spot.first, spot.second, spot.third] : null;
    if (corners) this.#picture.paint(pixels.data, pixels.shape);
    else this.#picture.clear();
    this.#live.meter.frame(event);
    const row = map.nearest(place);
    const outside = nearest.join() !== place.join(),
      where = corners && whereabouts(corners, classes, plane);
    this.tooltip.say(where ? (outside ? standsIn(where) : where) : OUTSIDE);
    this.spoken.say(spokenPlace({ place, corners, outside, classes, plane, row, label: labels[row] }));
    map.over.thread = corners && outside ? [place, nearest] : null;
    map.over.row = row >= 0 ? row : this.#current();
    this.tooltip.moveTo(...map.pixel(...place));
    map.redraw();
  }
}
