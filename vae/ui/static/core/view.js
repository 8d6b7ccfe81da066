/** What the address bar says of a view: codes as words, images by their row, windows of a map, and numbers in a row. */

/** "i12" is the image in row 12 of the atlas, "c…" a code as base64url of its float32 values. */
export function writePoint({ row, code }) {
  if (row >= 0) return `i${row}`;
  const bytes = new Uint8Array(Float32Array.from(code).buffer);
  return (
    "c" +
    btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "")
  );
}

/** The reverse of `writePoint`; null if the text is no point. @returns {{row: number, code: Float32Array|null}|null} */
export function readPoint(text) {
  if (/^i\d+$/.test(text ?? "")) return { row: Number(text.slice(1)), code: null };
  return /^c[\w-]+$/.test(text ?? "") ? { row: -1, code: readFloats(text.slice(1)) } : null;
}

/** Float32 values as base64url. */
export function writeFloats(values) {
  return writePoint({ row: -1, code: values }).slice(1);
}

export function readFloats(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
}

/** The window of a map as "x_y_height", its middle and its height; "" for null, which is all of the map. */
export function writeZoom(zoom) {
  if (!zoom) return "";
  const digits = (height) => Math.min(9, Math.max(0, Math.ceil(3 - Math.log10(height))));
  const rounded = Number(zoom[2].toFixed(digits(zoom[2]))) || zoom[2];
  const kept = digits(rounded); // as many as the text itself will be written with: it must come back as it is
  return zoom.map((value) => (Number(value.toFixed(kept)) || 0).toFixed(kept)).join("_");
}

/** The reverse of `writeZoom`. @returns {[number, number, number]|null} */
export function readZoom(text) {
  const zoom = (text ?? "").split("_").map(Number);
  return zoom.length === 3 && zoom.every(Number.isFinite) && zoom[2] > 0 ? zoom : null;
}

/** A place of a map as "x_y". */
export const writePlace = (place) => [...place].map((value) => value.toFixed(6)).join("_");

/** The reverse of `writePlace`. @returns {[number, number]|null} */
export function readPlace(text) {
  const place = (text ?? "").split("_").map(Number);
  return text && place.length === 2 && place.every(Number.isFinite) ? place : null;
}

/** Whole numbers as "1_4". */
export const writeList = (numbers) => [...numbers].sort((a, b) => a - b).join("_");

/** The reverse of `writeList`. @returns {number[]} */
export const readList = (text) => (text ? text.split("_").map(Number) : []);

/** A number with as many decimals as it needs, two to six. */
export const writeNumber = (value) => value.toFixed(6).replace(/0{1,4}$/, "");
