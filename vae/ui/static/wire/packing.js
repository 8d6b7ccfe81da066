// @ts-check
/** Questions as payloads and arrays as answers, by the schema. What is not as the schema says is neither sent nor read. */
import { arraysOf, otherVersion, unpackReply } from "./frames.js";
import { fits, side } from "./sizes.js";
import { Table } from "./tables.js";

/** @typedef {import("./schema.js").Answer} Answer */
/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./sizes.js").Sizes} Sizes */
/** @typedef {import("./frames.js").RawArray} RawArray */
/**
 * @template Asked, Answered
 * @typedef {import("./schema.js").Operation<Asked, Answered>} Operation
 */

const DTYPES = { uint8: Uint8Array, float32: Float32Array, int32: Int32Array };

/**
 * The payload of a question, and the sizes that it gives to the schema's symbols. Whether numbers are in their ranges is for
 * the server to say, in a sentence.
 * @template Asked, Answered
 * @param {Operation<Asked, Answered>} operation
 * @param {Asked} asked
 * @returns {{payload: Float32Array, sizes: Sizes}}
 * @throws {TypeError} if a field is missing, unknown or of the wrong size: a fault of the page
 */
export function packAsked(operation, asked) {
  const given = /** @type {Record<string, unknown>} */ (asked);
  for (const name of Object.keys(given)) {
    if (!operation.asks.some((field) => field.name === name)) throw new TypeError(`${operation.name} does not ask for ${name}`);
  }
  /** @type {Sizes} */
  const sizes = {};
  const parts = operation.asks.map((field) => packField(operation.name, field, given, sizes));
  const payload = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    payload.set(part, at);
    at += part.length;
  }
  return { payload, sizes };
}

/**
 * @param {string} operation its name
 * @param {Field} field
 * @param {Record<string, unknown>} asked
 * @param {Sizes} sizes
 * @returns {ArrayLike<number>}
 */
function packField(operation, field, asked, sizes) {
  const { name, kind } = field;
  if (field.only && !field.only[1].includes(String(asked[field.only[0]]))) return [];
  const value = asked[name] ?? field.default;
  if (value === undefined || value === null) {
    if (field.optional) return [];
    throw new TypeError(`${operation} asks for ${name}`);
  }
  if (kind === "choice") {
    const place = field.words?.indexOf(String(value)) ?? -1;
    if (place < 0) throw new TypeError(`${operation} takes ${field.words?.join(", ")} as ${name}, not ${value}`);
    return [place];
  }
  if (kind === "array" || kind === "rows") return packArray(operation, field, value, sizes);
  if (typeof value !== "number") throw new TypeError(`${operation} asks for one number as ${name}`);
  if (kind === "whole") sizes[name] = value;
  return [value];
}

/**
 * @param {string} operation its name
 * @param {Field} field
 * @param {unknown} value numbers row by row, or the one number that fills an array of known size
 * @param {Sizes} sizes
 * @returns {ArrayLike<number>}
 */
function packArray(operation, { name, shape = [] }, value, sizes) {
  const known = shape.map((text) => side(text, sizes)),
    unknown = shape.filter((_, axis) => known[axis] === undefined);
  const length = known.reduce((/** @type {number} */ product, size) => product * (size ?? 1), 1);
  if (typeof value === "number") return Array.from({ length }, () => value);
  const numbers = /** @type {ArrayLike<number>} */ (value),
    rest = numbers.length / length;
  // Of rows of codes two sides are not known here: only the model knows the size of a code.
  if (!(rest > 0) || (unknown.length < 2 && !fits([rest], [unknown[0] ?? 1], sizes)) || !Number.isInteger(rest)) {
    throw new TypeError(`${operation}'s ${name} has ${numbers.length} numbers where the schema says (${shape.join(", ")})`);
  }
  return numbers;
}

/**
 * The named answer in a reply's arrays: tensors, tables, records as objects, numbers.
 * @template Asked, Answered
 * @param {Operation<Asked, Answered>} operation
 * @param {RawArray[]} arrays
 * @param {Sizes} [sizes] of the question
 * @returns {Answered}
 * @throws {import("./frames.js").ReplyError} if an array, a column or a side is not as the schema says
 */
export function unpackAnswer(operation, arrays, sizes = {}) {
  const known = { ...sizes },
    { name, answers } = operation;
  if (arrays.length !== answers.length) throw otherVersion(`${name} has ${arrays.length} arrays where the schema says ${answers.length}`);
  const answer = answers.map((part, i) => {
    const { shape, data } = arrays[i],
      wanted = part.columns ? [...part.shape, part.columns.length] : part.shape;
    if (data.constructor !== DTYPES[/** @type {keyof typeof DTYPES} */ (part.dtype)] || !fits(shape, wanted, known)) {
      throw otherVersion(`${name}'s ${part.name} is ${data.constructor.name} (${shape}) where the schema says ${part.dtype} (${wanted})`);
    }
    return [part.name, named(part, arrays[i])];
  });
  return Object.fromEntries(answer);
}

/**
 * The same of a whole frame, as a socket gives it, or an address for what is fetched once.
 * @template Asked, Answered
 * @param {Operation<Asked, Answered>} operation
 * @param {ArrayBuffer} frame
 * @param {Sizes} [sizes] of the question
 * @returns {Answered}
 * @throws {import("./frames.js").ReplyError} also if it holds a sentence in place of an answer
 */
export function answerIn(operation, frame, sizes) {
  return unpackAnswer(operation, arraysOf(unpackReply(frame)), sizes);
}

/** @param {Answer} part @param {RawArray} array */
function named({ kind, columns = [] }, array) {
  if (kind === "table") return new Table(columns, array.shape.slice(0, -1), array.data);
  if (kind === "record") return Object.fromEntries(columns.map((column, i) => [column, array.data[i]]));
  return kind === "value" ? array.data[0] : array;
}
