// @ts-check
/** Fly to the nearest place that decodes to an unreal picture, see it beside the nearest real image, and walk back to the data. */
import { h } from "../core/dom.js";
import { t, translated } from "../core/language.js";
import { still } from "../core/motion.js";
import { GLOSSARY } from "../text/glossary.js";
import { NEAREST } from "../text/unreal.js";
import { CLIMB, HOLE, IMAGE } from "../wire/schema.js";
import { nth } from "../wire/tables.js";
import { HoleCard } from "./holecard.js";

const FLIGHT = 1200; // milliseconds to the place
const STEP = 110; // milliseconds for each step of the way back
const STEPS_ASKED = 4; // of the way back in one question
const LONGEST = 96; // steps

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */
/**
 * @typedef {object} Hand the page's
 * @property {() => Float32Array|null|undefined} code the current one, if there is one
 * @property {(code: ArrayLike<number>, event: {timeStamp: number}|null) => void} go move it
 * @property {() => void} done it has arrived
 * @property {(share: number, judged: boolean) => void} [found] how much of the map is like that, and whether its pictures were judged
 */

export class Holes {
  #live;
  #map;
  #hand;
  #lane;
  #card;
  /** @type {MappedFacts|null} */
  #facts = null;
  #going = new AbortController(); // until the hand takes over
  #shown = new AbortController(); // until the card is put away
  /** @type {number[]} places of the way back, flat */
  #trail = [];
  /** @type {Element|null} where closing the card leads back to */
  #from = null;

  /**
   * @param {import("../core/connection.js").Live} live @param {import("./map.js").LatentMap} map @param {Hand} hand
   * @param {{lane?: string, picture?: import("../widgets/picture.js").Picture|null}} [own] where a page has two maps:
   *   what sets this one apart, and a picture of the current code that the card shows
   */
  constructor(live, map, hand, { lane = "", picture = null } = {}) {
    this.#live = live;
    this.#map = map;
    this.#hand = hand;
    this.#lane = lane;
    this.button = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: t("Fly to the unreal picture nearest to the current code on this map. {meaning}", {
          meaning: translated(GLOSSARY["unreal picture"]),
        }),
        onclick: () => this.find(),
      },
      NEAREST,
    );
    this.#card = new HoleCard(picture, {
      climb: () => this.#climb(),
      close: () => {
        this.close();
        if (this.#from instanceof HTMLElement) this.#from.focus();
      },
    });
    this.card = this.#card.element;
    map.painters.add((context) => this.#draw(context));
  }

  /** @param {string} name what sets the card apart from another one, "AE " */
  set name(name) {
    this.#card.name = name;
  }

  /** Another model. @param {MappedFacts} facts */
  open(facts) {
    this.close();
    this.#facts = facts;
  }

  /** Put the card away and stop whatever is under way. */
  close() {
    this.stop();
    this.#shown.abort();
    this.#shown = new AbortController();
    this.#trail = [];
    this.card.hidden = true;
    this.#map.redraw();
  }

  /** The hand has taken over: fly no further. */
  stop() {
    this.#going.abort();
    this.#going = new AbortController();
  }

  /** Look for the nearest unreal picture and fly there. */
  async find() {
    if (!this.card.contains(document.activeElement)) this.#from = document.activeElement;
    this.close();
    const code = this.#hand.code(),
      facts = this.#facts;
    if (!code || !facts) return; // there is no code to look from
    const from = Float32Array.from(code),
      { signal } = this.#going,
      model = facts.name;
    const found = await this.#live.session.ask(HOLE, { code: from }, { model, lane: `hole ${this.#lane}`, signal });
    const { row, label } = found.nearest,
      { share, judged } = found.figures;
    this.#hand.found?.(row < 0 ? 0 : share, Boolean(judged));
    this.#card.tell(found, facts.metrics);
    if (row < 0) return;
    this.#show(facts, row, facts.classes[label]);
    this.#fly(signal, from, found.code.data.slice());
  }

  /**
   * The image whose code is nearest; its reconstruction where the data set is not on disk.
   * @param {MappedFacts} facts @param {number} row @param {string} name of its class
   */
  async #show({ name: model }, row, name) {
    const { signal } = this.#shown;
    const { pixels, original } = await this.#live.session.ask(IMAGE, { row }, { model, lane: `hole image ${this.#lane}`, signal });
    this.#card.show(pixels, original, name);
  }

  /**
   * Straight through code space, decoded at every frame.
   * @param {AbortSignal} signal @param {Float32Array} from @param {Float32Array} to
   */
  #fly(signal, from, to) {
    if (still()) {
      this.#hand.go(to, null);
      return this.#hand.done();
    }
    let start = 0;
    const step = (/** @type {number} */ now) => {
      if (signal.aborted) return;
      start ||= now;
      const t = Math.min(1, (now - start) / FLIGHT),
        eased = t * t * (3 - 2 * t);
      this.#hand.go(
        from.map((value, i) => value + eased * (to[i] - value)),
        null,
      );
      if (t < 1) requestAnimationFrame(step);
      else this.#hand.done();
    };
    requestAnimationFrame(step);
  }

  /** Uphill in the log-density of codes, a few steps asked at a time and played as they come. */
  async #climb() {
    this.stop();
    const { signal } = this.#going,
      options = { model: this.#facts?.name, lane: `climb ${this.#lane}`, signal };
    let code = Float32Array.from(this.#hand.code() ?? []),
      stride = 0,
      ended = false,
      first = NaN,
      last = NaN;
    this.#trail = [];
    for (let taken = 0; !ended && taken < LONGEST; taken += STEPS_ASKED) {
      const { codes, places, densities, figures } = await this.#live.session.ask(CLIMB, { stride, steps: STEPS_ASKED, code }, options);
      stride = figures.stride;
      ended = Boolean(figures.ended);
      if (taken === 0) first = densities.data[0];
      last = densities.data[densities.data.length - 1];
      code = nth(codes, -1).data.slice();
      for (let i = taken ? 1 : 0; i < places.length; i++) {
        this.#trail.push(...places.row(i));
        if (still()) continue;
        this.#hand.go(nth(codes, i).data.slice(), null);
        await new Promise((resolve) => setTimeout(resolve, STEP));
        if (signal.aborted) return;
      }
    }
    this.#hand.go(code, null);
    this.#hand.done();
    this.#card.arrived(ended ? { first, last } : LONGEST);
  }

  /** The way back so far. @param {CanvasRenderingContext2D} context */
  #draw(context) {
    if (this.#trail.length < 4) return;
    const style = getComputedStyle(this.#map.element);
    context.save();
    context.beginPath();
    for (let i = 0; i < this.#trail.length; i += 2) context.lineTo(...this.#map.pixel(this.#trail[i], this.#trail[i + 1]));
    context.lineWidth = 5;
    context.strokeStyle = style.getPropertyValue("--ctm-card");
    context.stroke();
    context.setLineDash([2, 5]);
    context.lineCap = "round";
    context.lineWidth = 2.5;
    context.strokeStyle = style.getPropertyValue("--ctm-text");
    context.stroke();
    context.restore();
  }
}
