import assert from "node:assert/strict";
import { test } from "node:test";
import { readBits, readCells, readSettings, USUAL, writeBits, writeCells, writeView } from "../../vae/ui/static/pages/create/address.js";
import { looksAt } from "../../vae/ui/static/pages/create/attention.js";
import { layOut as layOutCodes, nearest, nextCode } from "../../vae/ui/static/pages/create/codeplaces.js";
import { distance } from "../../vae/ui/static/pages/create/row.js";
import { GAP, layOut } from "../../vae/ui/static/pages/create/tiling.js";
import { fileName, percent, randomCaption, unseenPairs } from "../../vae/ui/static/text/create.js";
import { Table } from "../../vae/ui/static/wire/tables.js";

const FACTS = { grid: 2, codebook_size: 512 };

test("cells come back from an address as they were, and those of another painter do not", () => {
  const cells = [0, -1, 511, 256];
  assert.deepEqual(readCells(writeCells(cells), FACTS), cells);
  assert.equal(readCells(writeCells([0, -1, 512, 1]), FACTS), null, "there is no such code");
  assert.equal(readCells(writeCells([0, 1]), FACTS), null, "it has more cells");
});

test("bits come back from an address as they were; none are no text", () => {
  const flags = Array.from({ length: 64 }, (_, i) => i % 3 === 0);
  assert.deepEqual(readBits(writeBits(flags)), flags);
  assert.equal(writeBits([true, false, false, false, true, true, true, true]), "8f");
  assert.equal(writeBits([false, false, false, false]), "");
});

test("an address leaves out what is as usual, and gives back what is not", () => {
  const drawing = { caption: "a red apple", settings: { ...USUAL }, show: "draw", pick: 0, given: null };
  assert.deepEqual(writeView(drawing, {}), { caption: "a red apple", seed: "1" });
  const settings = { seed: 7, guidance: 0.5, temperature: 1.2, topK: 8 };
  const view = writeView({ ...drawing, settings, show: "inside", pick: 2 }, { cell: "5" });
  assert.deepEqual(readSettings(view), settings);
  assert.deepEqual([view.show, view.pick, view.cell], ["inside", "3", "5"]);
});

test("shares of the words add up to one, and the places of a second thing are one where there is none", () => {
  const attention = [1, 2, 3, 4, 5, 5];
  const two = looksAt(["red", "apple", "on", "any", "cat", "white"], attention),
    one = looksAt(["red", "apple", "nothing", "nothing", "nothing", "white"], attention);
  for (const looks of [two, one]) assert.ok(Math.abs(looks.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  assert.deepEqual(two.map(({ faint }) => faint), [false, false, false, true, false, false]);
  assert.deepEqual(one.map(({ word }) => word), ["red", "apple", "white", "no more"]);
  assert.equal(one.at(-1).share, 12 / 20);
});

test("codes fill their canvas up to its edge, and arrows go from one to the next", () => {
  const places = new Table(["x", "y"], [4], Float32Array.of(0, 0, 1, 0, 2, 0, 0, 2));
  const at = layOutCodes(places, { width: 220, height: 120, edge: 10 });
  assert.deepEqual(at, [[10, 110], [110, 110], [210, 110], [10, 10]]);
  assert.equal(nearest(at, [120, 90]), 1);
  assert.equal(nextCode(at, 0, [1, 0]), 1);
  assert.equal(nextCode(at, 0, [0, -1]), 3);
  assert.equal(nextCode(at, 2, [1, 0]), -1, "there is none on that side");
});

test("a wall lies in its box, its squares apart, the best four large once they are ranked", () => {
  for (const [width, height] of [[1000, 600], [390, 500]]) {
    for (const ranked of [false, true]) {
      const wall = layOut({ count: 32, ranked, width, height }),
        down = wall.height ?? height;
      assert.equal(wall.squares.length, 32);
      for (const { x, y, side } of wall.squares) assert.ok(x >= 0 && y >= 0 && x + side <= width + 1e-6 && y + side <= down + 1e-6);
      wall.squares.forEach((a, i) => wall.squares.slice(i + 1).forEach((b) => {
        assert.ok(Math.abs(a.x - b.x) >= Math.min(a.side, b.side) + GAP - 1e-6 || Math.abs(a.y - b.y) >= Math.min(a.side, b.side) + GAP - 1e-6);
      }));
      const sides = wall.squares.map(({ side }) => side);
      assert.ok(ranked ? sides[3] > sides[4] : sides[0] === sides[31]);
    }
  }
});

test("pictures are as far apart as all their pixels", () => {
  assert.equal(distance(Uint8Array.of(0, 255, 0), Uint8Array.of(0, 255, 0)), 0);
  assert.equal(distance(Uint8Array.of(0, 255), Uint8Array.of(255, 0)), Math.SQRT2);
});

test("a caption at random is a sentence of its words, and unseen pairs are named", () => {
  const facts = { held_out: [["apple", "orange"]], objects: ["cat"], tints: ["red"], backgrounds: ["sky"], relations: ["on"] };
  assert.equal(randomCaption(facts, () => 0), "an orange apple on a red cat on a sky background");
  assert.equal(randomCaption(facts, () => 0.9), "a red cat on a sky background");
  assert.deepEqual(unseenPairs({ words: ["orange", "apple", "on", "red", "cat", "sky"] }, facts), ["never seen in training: an orange apple"]);
  assert.equal(fileName("A red apple, on white!", "png"), "a-red-apple-on-white-.png");
  assert.deepEqual([0.5, 0.0123, 0.0001].map(percent), ["50 %", "1.2 %", "0 %"]);
});
