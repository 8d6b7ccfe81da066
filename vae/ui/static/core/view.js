// @ts-check
/** What the address bar says of a view: codes as words, images by their row, windows of a map, and numbers in a row. */

/** @typedef {{row: number, code: ArrayLike<number>|null}} Point an image by its row in the atlas, or with row −1 a code */

/** "i12" is the image in row 12 of the atlas, "c…" a code as base64url of its float32 values. @param {Point} point */
export function writePoint({ row, code }) {
  if (row >= 0) return `i${row}`;
  const bytes = new Uint8Array(Float32Array.from(code ?? []).buffer);
  return (
    "c" +
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "")
  );
}

/**
 * The reverse of `writePoint`; null if the text is no point.
 * @param {string|undefined} text
 * @returns {{row: number, code: Float32Array|null}|null}
 */
export function readPoint(text = "") {
  if (/^i\d+$/.test(text)) return { row: Number(text.slice(1)), code: null };
  return /^c[\w-]+$/.test(text) ? { row: -1, code: readFloats(text.slice(1)) } : null;
}

/** Float32 values as base64url. @param {ArrayLike<number>} values */
export function writeFloats(values) {
  return writePoint({ row: -1, code: values }).slice(1);
}

/** The reverse of `writeFloats`. @param {string} text */
export function readFloats(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
}

/**
 * The window of a map as "x_y_height", its middle and its height; "" for null, which is all of the map.
 * @param {[number, number, number]|null} zoom
 */
export function writeZoom(zoom) {
  if (!zoom) return "";
  const digits = (/** @type {number} */ height) => Math.min(9, Math.max(0, Math.ceil(3 - Math.log10(height))));
  const rounded = Number(zoom[2].toFixed(digits(zoom[2]))) || zoom[2];
  const kept = digits(rounded); // as many as the text itself will be written with: it must come back as it is
  return zoom.map((value) => (Number(value.toFixed(kept)) || 0).toFixed(kept)).join("_");
}

/** The reverse of `writeZoom`. @param {string|undefined} text @returns {[number, number, number]|null} */
export function readZoom(text) {
  const zoom = (text ?? "").split("_").map(Number);
  return zoom.length === 3 && zoom.every(Number.isFinite) && zoom[2] > 0 ? [zoom[0], zoom[1], zoom[2]] : null;
}

/** A place of a map as "x_y". @param {Iterable<number>} place */
export const writePlace = (place) => [...place].map((value) => value.toFixed(6)).join("_");

/** The reverse of `writePlace`. @param {string|undefined} text @returns {[number, number]|null} */
export function readPlace(text) {
  const place = (text ?? "").split("_").map(Number);
  return text && place.length === 2 && place.every(Number.isFinite) ? [place[0], place[1]] : null;
}

/** Whole numbers as "1_4". @param {Iterable<number>} numbers */
export const writeList = (numbers) => [...numbers].sort((a, b) => a - b).join("_");

/** The reverse of `writeList`. @param {string|undefined} text @returns {number[]} */
export const readList = (text) => (text ? text.split("_").map(Number) : []);

/** A number with as many decimals as it needs, two to six. @param {number} value */
export const writeNumber = (value) => value.toFixed(6).replace(/0{1,4}$/, "");

/** What an address says of a picture of somebody's own, "p" and 32 digits; null if it is none. @param {string|undefined} text */
export const readOwn = (text = "") => (/^p[0-9a-f]{32}$/.test(text) ? text : null);

/**
 * Where a code differs from another one: places and values in turn, as base64url of float32 pairs.
 * @param {ArrayLike<number>} code @param {ArrayLike<number>} home
 */
export function writeChanges(code, home) {
  return writeFloats(Array.from(code).flatMap((value, place) => (value === home[place] ? [] : [place, value])));
}

/** The reverse of `writeChanges`: `home` with these changes. @param {ArrayLike<number>} home @param {string} text */
export function changed(home, text) {
  const code = Float32Array.from(home),
    pairs = readFloats(text);
  for (let i = 0; i + 1 < pairs.length; i += 2) if (pairs[i] in code) code[pairs[i]] = pairs[i + 1];
  return code;
}
