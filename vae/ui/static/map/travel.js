// @ts-check
/** Points on their way from one map of the same images to another. */

const LASTS = 700; // milliseconds

export class Travel {
  /** @type {Float32Array|null} where they come from, (N, 2) flat, in pixels; null once they are there */
  #from = null;
  #left = 0; // when they left, once they are drawn again

  /** @param {Float32Array|null} from where they are now; null for points that are where they belong at once */
  begin(from) {
    this.#from = from;
    this.#left = 0;
  }

  /**
   * Move points back to where they are on their way; whether they still travel afterwards.
   * @param {Float32Array} at where they go, and then where they are @param {number} now milliseconds, above 0
   */
  hold(at, now) {
    const from = this.#from;
    if (!from) return false;
    this.#left ||= now;
    const share = Math.min(1, (now - this.#left) / LASTS),
      back = 1 - share * share * (3 - 2 * share);
    for (let i = 0; i < at.length; i++) at[i] += back * (from[i] - at[i]);
    if (share === 1) this.#from = null;
    return share < 1;
  }
}
