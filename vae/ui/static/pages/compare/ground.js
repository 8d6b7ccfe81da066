// @ts-check
/** The same ground in both: each image's σ as a balloon on both maps, and the way to the nearest hole of each. */
import { h, say } from "../../core/dom.js";
import { Stay } from "../../core/stay.js";
import { BalloonControl } from "../../map/balloons.js";
import { Holes } from "../../map/holes.js";
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
  /** @type {Record<string, Float32Array>} by kind: the code that is looked from */
  #here = {};
  /** @type {Record<string, number>} by kind: how much of the map is hole */
  #shares = {};

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
    this.#balloons = new BalloonControl(shared.live, Object.fromEntries(shared.sides.map((side) => [side.kind, side.map])));
    this.#balloons.button.addEventListener("click", () => {
      this.#on = this.#balloons.on;
    });
    this.#holes = shared.sides.map((side) => this.#holesOf(side));
    const find = () => {
      for (const holes of this.#holes) holes.find();
    };
    this.#find = h("button", { type: "button", class: "ctm-chip", title: text.FIND, onclick: find }, "◌ Nearest hole");
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "ground" },
      h("h2", {}, "The same ground, in both"),
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
    this.#shares = {};
    say(verdict, text.GROUND);
    this.#find.disabled = true;
    const codes = await codesOf(sides, [row], view.signal, signal);
    for (const side of sides) {
      [this.#here[side.kind]] = codes.get(side.kind) ?? [];
      Object.assign(side.map.over, { row, cursor: null });
      side.map.redraw();
    }
    this.#find.disabled = false;
  }

  /** @param {Side} side */
  #holesOf(side) {
    const picture = new Picture(`${side.name} decoding at the hole`, "ctm-own");
    const holes = new Holes(
      this.#shared.live,
      side.map,
      {
        code: () => this.#here[side.kind],
        go: (code, event) => this.#go(side, picture, code, event),
        done: () => {},
        found: (share, judged) => this.#found(side, share, judged),
      },
      { lane: side.kind, name: `${side.name} `, picture },
    );
    side.strip.element.before(holes.card);
    side.element.addEventListener("pointerdown", () => holes.stop(), true);
    return holes;
  }

  /** @param {Side} side @param {Picture} picture @param {ArrayLike<number>} code @param {Moved} event */
  #go(side, picture, code, event) {
    const { live } = this.#shared;
    this.#here[side.kind] = Float32Array.from(code);
    live.session.ask(
      DECODE,
      { codes: code },
      {
        model: side.facts.name,
        lane: `ground ${side.kind}`,
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
    this.#shares[side.kind] = share;
    side.show(text.groundFigures(share, judged), "");
    const { ae, vae } = this.#shares;
    if (ae !== undefined && vae !== undefined) say(this.#shared.verdict, groundBoth({ ae, vae, judged }));
  }
}
