/** What the tests of both languages share: frames, payloads and answers, and the schema's operations by name. */
import { readFileSync } from "node:fs";
import * as schema from "../../vae/ui/static/wire/schema.js";

export const golden = JSON.parse(readFileSync(new URL("../live/frames.json", import.meta.url), "utf-8"));
const described = Object.values(schema).filter(({ asks }) => asks);
export const operations = Object.fromEntries(described.map((operation) => [operation.name, operation]));

export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
export const toHex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const TYPES = { uint8: Uint8Array, float32: Float32Array, int32: Int32Array };
/** An array of a golden reply as `unpackReply` gives it. */
export const raw = ({ dtype, shape, values }) => ({ shape, data: TYPES[dtype].from(values) });

/** A frame as the server packs it. @param {number} sequence @param {{shape: number[], data: any}[]} arrays */
export function reply(sequence, arrays, status = 0) {
  const padded = (bytes) => (bytes + 3) & ~3;
  const head = arrays.reduce((sum, { shape }) => sum + 4 + 4 * shape.length, 8);
  const frame = new ArrayBuffer(arrays.reduce((sum, { data }) => sum + padded(data.byteLength), head)), view = new DataView(frame);
  view.setUint32(0, sequence, true);
  view.setUint8(4, status);
  view.setUint8(5, arrays.length);
  let at = 8, body = head;
  for (const { shape, data } of arrays) {
    view.setUint8(at, Object.values(TYPES).indexOf(data.constructor));
    view.setUint8(at + 1, shape.length);
    shape.forEach((side, axis) => view.setUint32(at + 4 + 4 * axis, side, true));
    at += 4 + 4 * shape.length;
    new Uint8Array(frame, body).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    body += padded(data.byteLength);
  }
  return frame;
}

/** A reply that is a sentence. */
export function refusal(sequence, status, sentence) {
  const data = new TextEncoder().encode(sentence);
  return reply(sequence, [{ shape: [data.length], data }], status);
}
