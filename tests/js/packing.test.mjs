import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplyError } from "../../vae/ui/static/wire/frames.js";
import { answerIn, packAsked, unpackAnswer } from "../../vae/ui/static/wire/packing.js";
import { BALLOONS, DECODE, DRAW, HOLE, MAP, PATH, RELAX, SAMPLE } from "../../vae/ui/static/wire/schema.js";
import { fits, side } from "../../vae/ui/static/wire/sizes.js";
import { Table } from "../../vae/ui/static/wire/tables.js";
import { golden, operations, raw, refusal, reply } from "./golden.mjs";

const flat = (value) => (Array.isArray(value) ? value.flat(Infinity) : value);

for (const { about, operation, asked, payload } of golden.asked) {
  test(`what is asked has exactly these numbers: ${about}`, () => {
    const given = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, flat(value)]));
    const sizes = { D: 2, cells: 4 };
    assert.deepEqual([...packAsked(operations[operation], given, sizes).payload], payload);
  });
}

const shown = (value) => {
  if (value instanceof Table) return Object.fromEntries(value.columns.map((column) => [column, [...value.column(column)]]));
  return value.data ? [...value.data] : value;
};

for (const { about, operation, sizes, arrays, answer } of golden.answered) {
  test(`what is answered is read by name: ${about}`, () => {
    const read = unpackAnswer(operations[operation], arrays.map(raw), sizes);
    assert.deepEqual(Object.fromEntries(Object.entries(read).map(([name, value]) => [name, shown(value)])), answer);
    assert.deepEqual(answerIn(operations[operation], reply(7, arrays.map(raw)), sizes), read);
  });
}

// --- what is not as the schema says --------------------------------------------------------------------------------

const whole = (count, { columns = 4, width = 2 } = {}) => [
  { shape: [count, 2, 1, 1], data: new Uint8Array(2 * count) }, { shape: [count, 2], data: new Float32Array(2 * count) },
  { shape: [count, width], data: new Float32Array(width * count) }, { shape: [count, columns], data: new Float32Array(columns * count) },
];
const otherVersion = (detail) => (error) => {
  assert.ok(error instanceof ReplyError);
  assert.equal(error.status, "other version");
  assert.match(error.message, /reload the page/);
  assert.match(error.cause, detail);
  return true;
};
const without = (operation, name, column) => ({
  ...operation,
  answers: operation.answers.map((part) => {
    return part.name === name ? { ...part, columns: part.columns.filter((each) => each !== column) } : part;
  }),
});

test("an answer as the schema says is read", () => assert.equal(unpackAnswer(SAMPLE, whole(3), { count: 3 }).verdicts.length, 3));

test("a column too few or too many is never misread", () => {
  for (const columns of [3, 5]) {
    const told = new RegExp(`verdicts is Float32Array \\(3,${columns}\\)`);
    assert.throws(() => unpackAnswer(SAMPLE, whole(3, { columns }), { count: 3 }), otherVersion(told));
  }
  assert.throws(() => unpackAnswer(BALLOONS, [{ shape: [2, 4], data: new Float32Array(8) }], { N: 2 }), otherVersion(/shapes/));
});

test("a schema with a column less refuses the answers of the whole one", () => {
  const floats = (count) => ({ shape: [count], data: new Float32Array(count) });
  const none = { shape: [0, 2, 1, 1], data: new Uint8Array(0) }, nearest = { shape: [2], data: new Int32Array(2) };
  const record = [none, floats(2), floats(2), floats(4), nearest];
  const shapes = [{ shape: [2, 3], data: new Float32Array(6) }];
  assert.throws(() => unpackAnswer(without(SAMPLE, "verdicts", "far"), whole(3), { count: 3 }), otherVersion(/verdicts/));
  assert.throws(() => unpackAnswer(without(BALLOONS, "shapes", "reach"), shapes), otherVersion(/shapes/));
  assert.throws(() => unpackAnswer(without(HOLE, "figures", "judged"), record), otherVersion(/figures/));
  assert.deepEqual(unpackAnswer(HOLE, record).figures, { share: 0, distance: 0, cycle_gap: 0, judged: 0 });
});

test("an array too few or too many, of another type or of another length is never misread", () => {
  const good = whole(3), other = whole(3);
  other[2] = { shape: [3, 2], data: new Int32Array(6) };
  for (const arrays of [good.slice(0, 3), [...good, good[0]], other]) {
    assert.throws(() => unpackAnswer(SAMPLE, arrays, { count: 3 }), otherVersion(/schema says/));
  }
  assert.throws(() => unpackAnswer(SAMPLE, whole(3), { count: 4 }), otherVersion(/pixels/), "as many as were asked for");
  const map = [raw({ dtype: "float32", shape: [2, 2], values: [1, 2, 3, 4] }), raw({ dtype: "uint8", shape: [3], values: [0, 1, 2] })];
  assert.throws(() => unpackAnswer(MAP, map), otherVersion(/labels/));
});

test("a sentence in place of an answer is an error", () => {
  assert.throws(() => answerIn(MAP, refusal(1, 3, "train one")), { name: "ReplyError", status: "not available", message: "train one" });
});

// --- what cannot be asked ------------------------------------------------------------------------------------------

const draws = { seed: 1, count: 2, temperature: 1, source: "prior" };
for (const [about, operation, asked, sentence] of [
  ["a field is missing", SAMPLE, { seed: 1, count: 2, temperature: 1 }, /asks for source/],
  ["a field is unknown", SAMPLE, { ...draws, far: 1 }, /does not ask for far/],
  ["a word is unknown", SAMPLE, { ...draws, source: "elsewhere" }, /takes prior, fitted/],
  ["a number is none", SAMPLE, { ...draws, seed: "1" }, /one number as seed/],
  ["two codes differ in size", PATH, { way: "line", frames: 2, a: [0, 0], b: [0] }, /b has 1 numbers/],
  ["a curve has not its segments", RELAX, { start: "curve", segments: 2, iterations: 1, curve: [] }, /curve/],
  ["there are no codes", DECODE, { codes: [] }, /codes has 0 numbers/],
  ["there are too few words", DRAW, { seen: 0, count: 1, seed: 1, guidance: 1, temperature: 1, top_k: 1, words: [1, 2] }, /words has 2/],
]) {
  test(`a fault of the page is thrown at once: ${about}`, () => {
    assert.throws(() => packAsked(operation, asked), { name: "TypeError", message: sentence });
  });
}

// --- sizes ---------------------------------------------------------------------------------------------------------

for (const [text, long] of [[65, 65], ["N", 4], ["N+1", 5], ["N-1", 3], ["2*N", 8], ["N*M", 20], ["2*N+1", 9]]) {
  test(`a side is reckoned and learnt: ${text}`, () => {
    assert.equal(side(text, { N: 4, M: 5 }), long);
    const sizes = { M: 5 };
    assert.ok(fits([long], [text], sizes));
    assert.equal(sizes.N ?? 4, 4);
    assert.ok(!fits([long + 1], [text], { N: 4, M: 5 }));
  });
}

test("what no size explains does not fit", () => {
  const misfits = [[[3], ["2*N"]], [[0], ["N+1"]], [[2, 3], ["N", "N"]], [[2], ["N", "M"]], [[4], ["N*M"]]];
  for (const [actual, shape] of misfits) assert.ok(!fits(actual, shape, {}));
  assert.equal(side("N", {}), undefined);
  assert.throws(() => side("N+M+1", {}), /side of an array/);
});
