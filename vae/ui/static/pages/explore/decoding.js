// @ts-check
/**
 * Asks what the decoder makes of the current code. Small pictures come whole, with their variations, at every movement. Of large ones
 * a hand gets what keeps up with it, smaller where it must be; once it rests, the whole picture, and then small variations.
 */
import { DECODE, LIMITS, PREVIEW, VARY } from "../../wire/schema.js";
import { VARIATIONS } from "./figures.js";

const LARGE = 128 * 128; // pixels of a picture
const FRAME = 70; // milliseconds that one may take under a hand
const HALF = 4; // times as long does a picture of twice the side take
const REST = 250; // milliseconds without a movement
const SMALL = 64; // pixels: side of a variation of a large picture, about

/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {{mean: Float32Array, std: Float32Array, seed: number}} Asked a code, the spread of its variations, and their dice */
/** @typedef {{pixels: import("./figures.js").Pixels, places: import("../../wire/schema.js").DecodeAnswered["places"]}} Answered */

/**
 * How many times smaller each way the next picture is asked for, from how long the last one took.
 * @param {number} shrink the last one's @param {number} took milliseconds
 */
export function keepingUp(shrink, took) {
  if (took > FRAME) return Math.min(LIMITS.most_shrunk, 2 * shrink);
  return shrink > 1 && HALF * took < FRAME ? shrink / 2 : shrink;
}

export class Decoding {
  #session;
  #hand;
  /** @type {import("../../core/models.js").Facts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;
  #shrink = 1;
  #answered = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #rest;

  /**
   * @param {import("../../wire/session.js").Session} session
   * @param {{decoded: (answer: Answered, event: Moved|null) => void, varied: (answer: Answered) => void,
   *   failed: (error: Error) => void}} hand
   *   the picture is there, with its variations or without; the variations alone are, after the code itself; neither can be had
   */
  constructor(session, hand) {
    this.#session = session;
    this.#hand = hand;
  }

  /** Another model. @param {import("../../core/models.js").Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter(facts, signal) {
    this.#facts = facts;
    this.#signal = signal;
    this.#shrink = 1;
    signal.addEventListener("abort", () => clearTimeout(this.#rest));
  }

  /** @param {Asked} asked @param {Moved|null} event the movement of a hand that it answers */
  ask(asked, event) {
    if (!this.#facts) return;
    clearTimeout(this.#rest);
    const { kind, image_shape: shape } = this.#facts;
    if (shape[1] * shape[2] >= LARGE) return this.#askLarge(asked, event);
    const options = this.#options("slider", (answer) => this.#hand.decoded(answer, event));
    if (kind === "ae") this.#session.ask(DECODE, { codes: asked.mean }, options);
    else this.#session.ask(VARY, { ...asked, count: VARIATIONS }, options);
  }

  /** @param {Asked} asked @param {Moved|null} event */
  #askLarge(asked, event) {
    const shrink = event ? this.#shrink : 1,
      began = performance.now();
    this.#session.drop("variations");
    const options = this.#options("slider", (answer) => {
      const now = performance.now(),
        took = now - Math.max(began, this.#answered); // it may have waited for the one before
      this.#answered = now;
      if (event) this.#shrink = keepingUp(shrink, took);
      this.#hand.decoded(answer, event);
      if (!event) this.#vary(asked);
    });
    this.#session.ask(PREVIEW, { ...asked, shrink, count: 0 }, options);
    if (event) this.#rest = setTimeout(() => (shrink === 1 ? this.#vary(asked) : this.#askLarge(asked, null)), REST);
  }

  /** @param {Asked} asked */
  #vary(asked) {
    if (this.#facts?.kind !== "vae") return;
    const shrink = Math.min(LIMITS.most_shrunk, 2 ** Math.round(Math.log2(this.#facts.image_shape[1] / SMALL)));
    const options = this.#options("variations", (answer) => this.#hand.varied(answer));
    this.#session.ask(PREVIEW, { ...asked, shrink, count: VARIATIONS }, options);
  }

  /** @param {string} lane @param {(answer: Answered) => void} onReply */
  #options(lane, onReply) {
    return { model: this.#facts?.name, lane, signal: this.#signal, onReply, onError: this.#hand.failed };
  }
}
