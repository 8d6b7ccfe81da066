// @ts-check
/** The colours of classes: a quiet palette of ten, and evenly spread hues for those beyond. */

const FIRST = ["#7c96f5", "#f5718a", "#52c795", "#f2c557", "#b98cf0", "#4fb8e6", "#f28a66", "#9ccf66", "#e184bf", "#a9b3c4"];
const GOLDEN_ANGLE = 137.508; // degrees between one hue and the next, so that neighbours differ however many there are
const LIGHTNESS = [0.62, 0.72, 0.54]; // in turn
const SATURATION = 0.58;

/** Colour of a class as "#rrggbb". @param {number} index of the class */
export function classColour(index) {
  if (index < FIRST.length) return FIRST[index];
  const beyond = index - FIRST.length;
  const parts = fromHue(beyond * GOLDEN_ANGLE, LIGHTNESS[beyond % LIGHTNESS.length]);
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The same for `count` classes as pixels of a canvas without opacity, 0x00bbggrr.
 * @param {number} count @returns {Int32Array}
 */
export function classPixels(count) {
  return Int32Array.from({ length: count }, (_, index) => {
    const value = parseInt(classColour(index).slice(1), 16);
    return ((value & 255) << 16) | (value & 0xff00) | (value >> 16);
  });
}

/** Red, green and blue from 0 to 255 of a hue in degrees. @param {number} hue @param {number} lightness from 0 to 1 */
function fromHue(hue, lightness) {
  const reach = SATURATION * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((offset) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  });
}
