import assert from "node:assert/strict";
import { test } from "node:test";
import { nth, Table } from "../../vae/ui/static/wire/tables.js";

const data = Float32Array.of(1, 2, 3, 4, 5, 6);
const table = new Table(["x", "y"], [3], data);

test("a column has one number for each row", () => {
  assert.deepEqual([...table.column("x")], [1, 3, 5]);
  assert.deepEqual([...table.column("y")], [2, 4, 6]);
  assert.equal(table.column("y"), table.column("y"), "it is gathered once");
  assert.ok(table.column("x") instanceof Float32Array);
});

test("a column that is not there says which are", () => assert.throws(() => table.column("far"), /no column far; there are x, y/));

test("rows are views, from either end", () => {
  assert.deepEqual(table.rows.map((row) => [...row]), [[1, 2], [3, 4], [5, 6]]);
  assert.equal(table.row(1).buffer, data.buffer);
  assert.deepEqual([...table.row(-1)], [5, 6]);
  for (const index of [3, -4, NaN]) assert.throws(() => table.row(index), RangeError);
});

test("an empty table has columns and no row", () => {
  const empty = new Table(["x", "y"], [0], new Float32Array(0));
  assert.equal(empty.length, 0);
  assert.equal(empty.column("x").length, 0);
  assert.deepEqual(empty.rows, []);
});

test("a table for each of several things has all their rows", () => {
  const maps = new Table(["x", "y"], [2, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  assert.equal(maps.length, 4);
  assert.deepEqual([...maps.column("y")], [2, 4, 6, 8]);
});

test("one of several things is a view of its part", () => {
  const pictures = { shape: [3, 1, 2], data };
  assert.deepEqual(nth(pictures, 1), { shape: [1, 2], data: Float32Array.of(3, 4) });
  assert.equal(nth(pictures, -1).data.buffer, data.buffer);
  assert.deepEqual([...nth(pictures, -1).data], [5, 6]);
  assert.throws(() => nth(pictures, 3), RangeError);
});
