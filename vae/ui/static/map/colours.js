// @ts-check
/**
 * The colours of classes: a quiet palette of ten, and then a sequence in which each is as unlike all before it as can be had
 * among colours that stand out from a light and from a dark background.
 */
import { PALETTE } from "../wire/schema.js";

const LIGHTNESS = [0.5, 0.56, 0.62, 0.68, 0.74, 0.8]; // in OKLCH: darker ones sink into the dark theme, lighter ones into the light one
const CHROMA = [0.04, 0.09, 0.14, 0.19]; // where the screen has them
const HUES = 72;
const BESIDE = 16; // squared distances to the colour before count this many times less

/** @typedef {[number, number, number]} Three red, green and blue from 0 to 1, or L, a and b in OKLab */
/** @typedef {{text: string, lab: Three, distance: number}} Candidate `distance`, squared, to the nearest colour that is taken */

/** @type {string[]} */
const taken = [...PALETTE];
/** @type {Candidate[]} of which the next colours are chosen */
let candidates = [];

/** Colour of a class as "#rrggbb". @param {number} index of the class */
export function classColour(index) {
  while (taken.length <= index) taken.push(next(taken.length));
  return taken[index];
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

/**
 * The candidate that is farthest from all colours before it, and farther still from the last, which lists show beside it.
 * @param {number} count how many there are
 */
function next(count) {
  if (!candidates.length) {
    if (count > PALETTE.length) return taken[count - PALETTE.length]; // more classes than colours that an eye could tell apart
    candidates = all();
    for (const text of PALETTE) farther(lab(parts(text)));
  }
  const last = lab(parts(taken[count - 1]));
  const worth = (/** @type {Candidate} */ each) => Math.min(each.distance, square(each.lab, last) / BESIDE);
  let best = candidates[0],
    most = 0;
  for (const each of candidates) {
    const own = worth(each);
    if (own > most) [best, most] = [each, own];
  }
  candidates.splice(candidates.indexOf(best), 1);
  farther(best.lab);
  return best.text;
}

/** A colour is taken. @param {Three} its in OKLab */
function farther(its) {
  for (const each of candidates) each.distance = Math.min(each.distance, square(each.lab, its));
}

/** Squared distance of two colours in OKLab. @param {Three} one @param {Three} other */
const square = (one, other) => (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;

/** All colours that there are to choose from. @returns {Candidate[]} */
function all() {
  /** @type {Candidate[]} */
  const found = [];
  for (const lightness of LIGHTNESS)
    for (const chroma of CHROMA)
      for (let hue = 0; hue < HUES; hue++) {
        const angle = (2 * Math.PI * hue) / HUES,
          rgb = fromLab([lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)]);
        if (!rgb.every((part) => part >= 0 && part <= 1)) continue;
        const text = `#${rgb.map((part) => Math.round(255 * part).toString(16).padStart(2, "0")).join("")}`; // prettier-ignore
        found.push({ text, lab: lab(parts(text)), distance: Infinity });
      }
  return found;
}

/** @param {string} text "#rrggbb" @returns {Three} */
function parts(text) {
  const part = (/** @type {number} */ at) => parseInt(text.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

/** OKLab of a colour of the screen (Björn Ottosson, 2020). @param {Three} rgb @returns {Three} */
function lab(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b),
    m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
    s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** The reverse of `lab`; parts beyond 0 to 1 are colours that no screen has. @param {Three} lab @returns {Three} */
function fromLab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red, green, blue] = linear.map((part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
  return [red, green, blue];
}
