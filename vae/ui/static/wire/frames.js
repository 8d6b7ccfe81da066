// @ts-check
/**
 * The binary frames of the live channel. `vae/live/wire/frames.py` documents the layout; golden frames in the tests hold
 * this file to it. What the numbers of a payload and the arrays of a reply are is for `packing.js` to say.
 */
import { STATUS } from "./schema.js";

/** @typedef {Uint8Array | Float32Array | Int32Array} Values */
/** @typedef {{shape: number[], data: Values}} RawArray */
/** @typedef {{sequence: number, status: number, arrays: RawArray[]}} Reply */

const TYPES = [Uint8Array, Float32Array, Int32Array];
const HEADER = 8; // bytes
const OTHER_VERSION = STATUS.indexOf("other version");
export const FELL_BACK = 1; // of the notes: the server's device has run out of memory, and its CPU does the work
export const RELOAD = "this page is older or newer than the server; reload the page";

/** @param {number} bytes */
const padded = (bytes) => (bytes + 3) & ~3;

/** A reply that is an error: `status` names its kind, `message` says what to do. */
export class ReplyError extends Error {
  /** @param {number} status its place in STATUS @param {string} message */
  constructor(status, message) {
    super(message);
    this.name = "ReplyError";
    this.status = STATUS[status] ?? "failed";
  }
}

/**
 * An answer that cannot be one of this page's questions: page and server are not of one version.
 * @param {string} detail for the log of whoever looks into it
 */
export function otherVersion(detail) {
  return Object.assign(new ReplyError(OTHER_VERSION, RELOAD), { cause: detail });
}

/**
 * @param {number} sequence uint32
 * @param {number} number of the operation
 * @param {string} model its name
 * @param {ArrayLike<number>} payload float32 values
 * @param {string} [projection] on which its map is wanted
 * @returns {ArrayBuffer}
 */
export function packRequest(sequence, number, model, payload, projection = "") {
  const [name, projected] = [model, projection].map((text) => new TextEncoder().encode(text));
  const middle = HEADER + padded(name.length),
    start = middle + padded(projected.length);
  const frame = new ArrayBuffer(start + 4 * payload.length);
  const view = new DataView(frame);
  view.setUint32(0, sequence, true);
  view.setUint8(4, number);
  view.setUint8(5, name.length);
  view.setUint16(6, projected.length, true);
  new Uint8Array(frame, HEADER, name.length).set(name);
  new Uint8Array(frame, middle, projected.length).set(projected);
  for (let i = 0; i < payload.length; i++) view.setFloat32(start + 4 * i, payload[i], true);
  return frame;
}

/** The status of a reply, its place in STATUS; NaN where the frame is too short to hold one. @param {ArrayBuffer} frame */
export function statusOf(frame) {
  return frame.byteLength < HEADER ? NaN : new DataView(frame).getUint8(4);
}

/** The notes of a reply, bits such as FELL_BACK. @param {ArrayBuffer} frame */
export function notesOf(frame) {
  return frame.byteLength < HEADER ? 0 : new DataView(frame).getUint16(6, true);
}

/** The sequence number of a reply; NaN where the frame is too short to hold one. @param {ArrayBuffer} frame */
export function sequenceOf(frame) {
  return frame.byteLength < HEADER ? NaN : new DataView(frame).getUint32(0, true);
}

/**
 * The arrays are views of the frame: nothing is copied.
 * @param {ArrayBuffer} frame
 * @returns {Reply}
 * @throws {ReplyError} if it is not laid out as a reply, to the last byte
 */
export function unpackReply(frame) {
  try {
    const view = new DataView(frame);
    /** @type {{type: (typeof TYPES)[number], shape: number[]}[]} */
    const heads = [];
    let at = HEADER;
    for (let i = 0; i < view.getUint8(5); i++) {
      const rank = view.getUint8(at + 1);
      const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(at + 4 + 4 * axis, true));
      heads.push({ type: TYPES[view.getUint8(at)], shape });
      at += 4 + 4 * rank;
    }
    const arrays = heads.map(({ type, shape }) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const data = new type(frame, at, length);
      at += padded(length * type.BYTES_PER_ELEMENT);
      return { shape, data };
    });
    if (at !== frame.byteLength) throw new RangeError(`${frame.byteLength} bytes where the header promises ${at}`);
    return { sequence: view.getUint32(0, true), status: view.getUint8(4), arrays };
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw otherVersion(`damaged: ${error.message}`);
    throw error;
  }
}

/**
 * The arrays of a reply, or its sentence as a ReplyError.
 * @param {Reply} reply
 * @returns {RawArray[]}
 */
export function arraysOf({ status, arrays }) {
  if (status === 0) return arrays;
  throw new ReplyError(status, new TextDecoder().decode(arrays[0]?.data ?? new Uint8Array()));
}
