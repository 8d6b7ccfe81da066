// @ts-check
/** The sides of an array in symbols, as in `vae/live/wire/sizes.py`: "count", "count+1", "2*count", "rows*H", or a number. */

/** @typedef {Record<string, number>} Sizes what the symbols stand for */

const SIDE = /^(?:(\w+)\*)?(\w+?)(?:([+-])(\d+))?$/;

/** @type {Map<string | number, {first: string, second: string, offset: number}>} */
const read = new Map();

/** @param {string | number} text */
function parts(text) {
  const known = read.get(text);
  if (known) return known;
  const match = SIDE.exec(String(text));
  if (!match) throw new TypeError(`${text} is not the side of an array`);
  const [, first = "1", second, sign = "+", offset = "0"] = match;
  const found = { first, second, offset: Number(sign + offset) };
  read.set(text, found);
  return found;
}

/** @param {string} factor @param {Sizes} sizes @returns {number | undefined} */
const value = (factor, sizes) => (/^\d+$/.test(factor) ? Number(factor) : sizes[factor]);

/** How long a side is, or undefined where a symbol is not known. @param {string | number} text @param {Sizes} sizes */
export function side(text, sizes) {
  const { first, second, offset } = parts(text),
    a = value(first, sizes),
    b = value(second, sizes);
  return a === undefined || b === undefined ? undefined : a * b + offset;
}

/**
 * Whether `size` is what a side says; a symbol that is not known yet is learnt.
 * @param {number} size @param {string | number} text @param {Sizes} sizes
 */
function fitsSide(size, text, sizes) {
  const { first, second, offset } = parts(text),
    a = value(first, sizes),
    b = value(second, sizes);
  if (a !== undefined && b !== undefined) return a * b + offset === size;
  const times = a ?? b,
    rest = size - offset;
  if (times === undefined || rest < 0 || (times ? rest % times : rest) !== 0) return false;
  if (times) sizes[a === undefined ? first : second] = rest / times;
  return true;
}

/**
 * Whether an array's shape is what the schema says; symbols that are not known yet are learnt.
 * @param {readonly number[]} actual @param {readonly (string | number)[]} shape @param {Sizes} sizes
 */
export function fits(actual, shape, sizes) {
  return actual.length === shape.length && actual.every((size, axis) => fitsSide(size, shape[axis], sizes));
}
