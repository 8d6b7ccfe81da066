/**
 * The binary frames of the live channel. `vae/live/wire/frames.py` documents the layout; golden frames in the tests hold
 * this file to it.
 */

/** Operation numbers. */
export const OPERATION = Object.freeze({
  decode: 1,
  vary: 2,
  at: 3,
  image: 4,
  sample: 5,
  path: 6,
  along: 7,
  perturb: 8,
  plane: 9,
  verdicts: 10,
  kept: 11,
  terrain: 12,
  hole: 13,
  climb: 14,
  balloons: 15,
  relax: 16,
  handles: 17,
  contrast: 18,
});

const STATUS = ["ok", "bad request", "unknown model", "not available", "failed"];
const TYPES = [Uint8Array, Float32Array, Int32Array];
const padded = (bytes) => (bytes + 3) & ~3;

/** A reply that is an error: `status` names its kind, `message` says what to do. */
export class ReplyError extends Error {
  constructor(status, message) {
    super(message);
    this.status = STATUS[status] ?? "failed";
  }
}

/**
 * @param {number} sequence uint32
 * @param {number} operation one of OPERATION
 * @param {string} model its name
 * @param {ArrayLike<number>} payload float32 values
 * @returns {ArrayBuffer}
 */
export function packRequest(sequence, operation, model, payload) {
  const name = new TextEncoder().encode(model);
  const start = 8 + padded(name.length);
  const frame = new ArrayBuffer(start + 4 * payload.length);
  const view = new DataView(frame);
  view.setUint32(0, sequence, true);
  view.setUint8(4, operation);
  view.setUint8(5, name.length);
  new Uint8Array(frame, 8, name.length).set(name);
  for (let i = 0; i < payload.length; i++) view.setFloat32(start + 4 * i, payload[i], true);
  return frame;
}

/**
 * @typedef {{shape: number[], data: Uint8Array|Float32Array|Int32Array}} Tensor
 * @param {ArrayBuffer} frame
 * @returns {{sequence: number, status: number, arrays: Tensor[]}}
 */
export function unpackReply(frame) {
  const view = new DataView(frame);
  const arrays = [];
  let head = 8;
  for (let i = 0; i < view.getUint8(5); i++) {
    const rank = view.getUint8(head + 1);
    const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(head + 4 + 4 * axis, true));
    arrays.push({ type: TYPES[view.getUint8(head)], shape });
    head += 4 + 4 * rank;
  }
  for (const array of arrays) {
    const length = array.shape.reduce((product, side) => product * side, 1);
    array.data = new array.type(frame, head, length);
    head += padded(length * array.type.BYTES_PER_ELEMENT);
  }
  return {
    sequence: view.getUint32(0, true),
    status: view.getUint8(4),
    arrays: arrays.map(({ shape, data }) => ({ shape, data })),
  };
}

/** The arrays of a reply, or its sentence as a ReplyError. @returns {Tensor[]} */
export function arraysOf({ status, arrays }) {
  if (status === 0) return arrays;
  throw new ReplyError(status, new TextDecoder().decode(arrays[0]?.data ?? new Uint8Array()));
}
