// @ts-check
/** What a map shows while its points travel: as much as holds them, without jumping. */

/** @typedef {[number, number, number, number]} Window x0, x1, y0, y1 */

const KEPT = 0.99; // share of the points that must be in sight: an autoencoder's outliers would make all others small
const MARGIN = 0.12; // of the span, on each side
const PACE = 0.25; // of the way to what is wanted, at each look
const SMALLEST = 0.05; // span in units of the code: untrained encoders put all images in one place

/** A window that holds nearly all places. @param {Float32Array} places (N, 2) flat @returns {Window} */
export function windowOf(places) {
  const [x0, x1] = span(places, 0),
    [y0, y1] = span(places, 1);
  return [x0, x1, y0, y1];
}

/** A step from one window to another. @param {Window} from @param {Window} to @returns {Window} */
export function grown(from, to) {
  return /** @type {Window} */ (from.map((edge, i) => edge + PACE * (to[i] - edge)));
}

/** @param {Float32Array} places @param {0 | 1} axis @returns {[number, number]} */
function span(places, axis) {
  const values = new Float32Array(places.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = places[2 * i + axis];
  values.sort();
  const cut = Math.floor(((1 - KEPT) / 2) * values.length),
    low = values[cut] ?? 0,
    high = values[values.length - 1 - cut] ?? 0;
  const reach = Math.max(high - low, SMALLEST) * (0.5 + MARGIN),
    middle = (low + high) / 2;
  return [middle - reach, middle + reach];
}
