// @ts-check
/**
 * How the geodesic of one model comes to rest. The server relaxes it a step at a time for as long as its energy falls; each
 * step is asked with the curve of the one before, so that it can be dropped at any moment and none holds up the pictures of
 * a moving hand.
 */
import { LIMITS } from "../../wire/schema.js";

const SETTLED = 5e-4; // share of the energy; a step that gains less is the last
const MOST = 60; // steps
const NEAR = 0.5; // of the way from A to B: ends that move less start from the last curve

/** @typedef {Float32Array[]} Ends codes of A and B, (D,) each */

export class Geodesic {
  /** The straight line's, then that after each step. @type {number[]} */
  energies = [];
  /** It gets no shorter. */
  rested = false;
  /** After the last step, (S + 1, D) flat. @type {Float32Array|null} */
  curve = null;
  #model;
  #ends;
  /** @type {Float32Array|null} */
  #line = null;
  /** @type {Float32Array|null} */
  #next = null;
  #warm = false; // the next step is the first of a start that may be no good

  /** @param {string} model its name @param {Ends} ends */
  constructor(model, ends) {
    this.#model = model;
    this.#ends = ends;
  }

  /**
   * Start from the straight line, or from the curve of the run before where the ends have not moved far.
   * @param {Float32Array} line @param {number} energy of that @param {Geodesic|null} last
   */
  begin(line, energy, last) {
    this.#line = line;
    this.energies = [energy];
    const warm = last?.curve && last.#model === this.#model ? follow(last.curve, last.#ends, this.#ends) : null;
    this.#warm = warm !== null;
    this.#next = warm ?? line;
  }

  /** Whether there is a step to be taken. */
  get waits() {
    return this.#next !== null;
  }

  /** The curve that the next step starts from, once. @returns {Float32Array|null} */
  take() {
    const next = this.#next;
    this.#next = null;
    return next;
  }

  /**
   * What came of a step.
   * @param {Float32Array} curve @param {number} energy
   * @returns {boolean} whether it counts; else it began with a curve that was no good start, and the straight line is taken
   */
  took(curve, energy) {
    const warm = this.#warm;
    this.#warm = false;
    if (warm && energy > this.energies[0]) {
      this.#next = this.#line;
      return false;
    }
    const fell = (this.energies.at(-1) ?? NaN) - energy;
    this.energies.push(energy);
    this.curve = curve;
    if ((warm || fell > SETTLED * energy) && this.energies.length <= MOST) this.#next = curve;
    else this.rested = true;
    return true;
  }
}

/**
 * A curve moved along with its ends; null if they moved far.
 * @param {Float32Array} curve (S + 1, D) flat @param {Ends} ends @param {Ends} next
 */
export function follow(curve, [a, b], [nextA, nextB]) {
  const size = a.length;
  if (nextA.length !== size) return null;
  const distance = (/** @type {Float32Array} */ from, /** @type {Float32Array} */ to) =>
    Math.hypot(...from.map((value, i) => to[i] - value));
  if (distance(a, nextA) + distance(b, nextB) > NEAR * distance(nextA, nextB)) return null;
  return Float32Array.from(curve, (value, i) => {
    const t = Math.floor(i / size) / LIMITS.geodesic_segments,
      j = i % size;
    if (t === 0 || t === 1) return t ? nextB[j] : nextA[j];
    return value + (1 - t) * (nextA[j] - a[j]) + t * (nextB[j] - b[j]);
  });
}
