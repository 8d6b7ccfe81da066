// @ts-check
/** The same ground in both: each image's σ as a balloon on both maps, and the way to the nearest unreal picture of each. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { comparable } from "../../core/models.js";
import { Stay } from "../../core/stay.js";
import { BalloonControl } from "../../map/balloons.js";
import { Holes } from "../../map/holes.js";
import { NEAREST } from "../../text/unreal.js";
import * as text from "../../text/compare.js";
import { groundBoth } from "../../text/words.js";
import { Picture } from "../../widgets/picture.js";
import { DECODE } from "../../wire/schema.js";
import { codesOf } from "./side.js";

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("./shared.js").Moved} Moved */

export class Ground {
  controls;
  /** @type {Record<string, string>} nothing of its own */
  view = {};
  #shared;
  #balloons;
  #holes;
  #find;
  #on = true; // whether a hand wants the balloons
  #stay = new Stay(); // at one image
  /** @type {Map<Side, Float32Array>} the code that is looked from */
  #here = new Map();
  /** @type {Map<Side, number>} how much of the map is like that */
  #shares = new Map();

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
    this.#balloons = new BalloonControl(shared.live, Object.fromEntries(shared.sides.map((side) => [side.key, side.map])));
    this.#balloons.button.addEventListener("click", () => {
      this.#on = this.#balloons.on;
    });
    this.#holes = shared.sides.map((side) => this.#holesOf(side));
    const find = () => {
      for (const holes of this.#holes) holes.find();
    };
    this.#find = h("button", { type: "button", class: "ctm-chip", title: text.FIND, onclick: find }, NEAREST);
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "ground" },
      h("h2", {}, t("The same ground, in both")),
      h("div", { class: "ctm-line" }, this.#balloons.button, this.#find),
      this.#balloons.element,
    );
  }

  /** Other models. @param {import("./side.js").Facts[]} facts */
  open(facts) {
    this.leave();
    this.#balloons.open(facts);
    facts.forEach((fact, i) => this.#holes[i].open(fact));
  }

  enter() {
    this.#start();
  }

  leave() {
    this.#stay.end();
    this.#balloons.turn(false);
    for (const holes of this.#holes) holes.close();
  }

  /** @param {number} row */
  pick(row) {
    this.#shared.row = row;
    this.#start();
  }

  dispose() {
    this.leave();
    this.#balloons.dispose();
  }

  /** Begin at the image, in both models. */
  async #start() {
    const { sides, verdict, view, row } = this.#shared,
      signal = this.#stay.begin();
    this.#balloons.turn(this.#on);
    for (const holes of this.#holes) holes.close();
    this.#shares.clear();
    say(verdict, text.GROUND);
    this.#find.disabled = true;
    const codes = await codesOf(sides, [row], view.signal, signal);
    for (const side of sides) {
      const [code] = codes.get(side.key) ?? [];
      this.#here.set(side, code);
      Object.assign(side.map.over, { row, cursor: null });
      side.map.redraw();
    }
    this.#find.disabled = false;
    await this.#tellLinear(signal);
  }

  /** How nearly the two kinds of codes are alike, until something is found. @param {AbortSignal} signal */
  async #tellLinear(signal) {
    const { sides, verdict, live } = this.#shared,
      [left, right] = sides.map((side) => side.facts.name);
    if (!comparable(sides[0].facts, sides[1].facts)) return;
    const both = await Promise.all([live.models.linear(left, right), live.models.linear(right, left)]).catch(() => null);
    if (!both || signal.aborted || this.#shares.size) return; // maps of different images have none
    const [there, back] = both.map(({ share }) => share);
    say(
      verdict,
      `${text.GROUND} ${text.linearBoth(
        sides.map((side) => side.called),
        there,
        back,
      )}`,
    );
  }

  /** @param {Side} side */
  #holesOf(side) {
    const picture = new Picture("", "ctm-own");
    const holes = new Holes(
      this.#shared.live,
      side.map,
      {
        code: () => this.#here.get(side),
        go: (code, event) => this.#go(side, picture, code, event),
        done: () => {},
        found: (share, judged) => this.#found(side, share, judged),
      },
      { lane: side.key, picture },
    );
    side.renamed.add((short) => {
      picture.name = t("{short} unreal decoding", { short });
      holes.name = `${short} `;
    });
    side.strip.element.before(holes.card);
    side.element.addEventListener("pointerdown", () => holes.stop(), true);
    return holes;
  }

  /** @param {Side} side @param {Picture} picture @param {ArrayLike<number>} code @param {Moved} event */
  #go(side, picture, code, event) {
    const { live } = this.#shared;
    this.#here.set(side, Float32Array.from(code));
    live.session.ask(
      DECODE,
      { codes: code },
      {
        model: side.facts.name,
        lane: `ground ${side.key}`,
        signal: this.#stay.signal,
        onReply: ({ pixels, places }) => {
          picture.paint(pixels.data, pixels.shape);
          live.meter.frame(event);
          Object.assign(side.map.over, { cursor: [...places.row(0)] });
          side.map.redraw();
        },
      },
    );
  }

  /** @param {Side} side @param {number} share @param {boolean} judged */
  #found(side, share, judged) {
    this.#shares.set(side, share);
    side.show(text.groundFigures(share, judged), "");
    const { sides, verdict } = this.#shared;
    if (this.#shares.size < sides.length) return;
    const both = sides.map((each) => ({ ...each.called, share: this.#shares.get(each) ?? NaN, judged, metrics: each.facts.metrics }));
    say(verdict, groundBoth(both));
  }
}
