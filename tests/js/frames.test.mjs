import assert from "node:assert/strict";
import { test } from "node:test";
import { arraysOf, packRequest, ReplyError, sequenceOf, unpackReply } from "../../vae/ui/static/wire/frames.js";
import { fromHex, golden, refusal, reply, toHex } from "./golden.mjs";

for (const { about, seq, operation, model, payload, hex, projection } of golden.requests) {
  test(`a request has exactly these bytes: ${about}`, () => assert.equal(toHex(packRequest(seq, operation, model, payload, projection)), hex));
}

const plain = (value) => (Number.isNaN(value) ? null : value);
const DTYPES = { Uint8Array: "uint8", Float32Array: "float32", Int32Array: "int32" };

for (const { about, seq, status, arrays, sentence, hex } of golden.replies) {
  test(`a reply is read to the last value: ${about}`, () => {
    const read = unpackReply(fromHex(hex));
    assert.deepEqual([read.sequence, read.status], [seq, status]);
    assert.equal(sequenceOf(fromHex(hex)), seq);
    const values = read.arrays.map(({ shape, data }) => ({ dtype: DTYPES[data.constructor.name], shape, values: [...data].map(plain) }));
    assert.deepEqual(values, arrays);
    if (status === 0) assert.equal(arraysOf(read), read.arrays);
    else assert.throws(() => arraysOf(read), (error) => error instanceof ReplyError && error.message === sentence);
  });
}

test("a reply's arrays are views of its frame", () => {
  const frame = reply(1, [{ shape: [2], data: Float32Array.of(1, 2) }]);
  assert.equal(unpackReply(frame).arrays[0].data.buffer, frame);
});

test("a reply that is cut short, too long or of another type is of another version", () => {
  const frame = reply(1, [{ shape: [2, 3], data: new Float32Array(6) }]);
  const longer = new ArrayBuffer(frame.byteLength + 4), other = frame.slice(0);
  new Uint8Array(longer).set(new Uint8Array(frame));
  new DataView(other).setUint8(8, 9);
  for (const damaged of [frame.slice(0, -4), frame.slice(0, 10), frame.slice(0, 2), longer, other]) {
    assert.throws(() => unpackReply(damaged), (error) => error.status === "other version" && /reload the page/.test(error.message));
  }
  assert.ok(Number.isNaN(sequenceOf(frame.slice(0, 7))));
});

test("the kind of an error has a name, an unknown one is a failure", () => {
  const kind = (status) => { try { arraysOf(unpackReply(refusal(1, status, "try again"))); } catch (error) { return error.status; } };
  assert.deepEqual([1, 2, 3, 4, 5, 77].map(kind), ["bad request", "unknown model", "not available", "failed", "other version", "failed"]);
});
