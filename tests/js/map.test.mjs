import assert from "node:assert/strict";
import { test } from "node:test";
import { classColour, classPixels } from "../../vae/ui/static/map/colours.js";
import { hull, nearest, within } from "../../vae/ui/static/map/reach.js";
import { MOST_MEMBERS, Sites } from "../../vae/ui/static/map/sites.js";
import { Travel } from "../../vae/ui/static/map/travel.js";

const COUNT = 1500;
/** Places in three clumps, of which some are equal, by dice of our own. */
function places() {
  let state = 1;
  const dice = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const all = Float32Array.from({ length: 2 * COUNT }, (_, i) => 10 * Math.floor(3 * dice()) + dice() ** (1 + (i % 3)));
  all.copyWithin(2, 0, 2);
  all[100] = NaN; // is nowhere
  return all;
}
const apart = (all, i, j) => Math.max(Math.abs(all[2 * i] - all[2 * j]), Math.abs(all[2 * i + 1] - all[2 * j + 1]));

test("no two sites of a level are nearer than a picture's side, and every image is near one", () => {
  const all = places(),
    sites = new Sites(all, () => true);
  for (const n of [0, 4, 7, 9]) {
    const { side, rows, counts, members } = sites.level(n);
    for (const a of rows) for (const b of rows) if (a !== b) assert.ok(apart(all, a, b) >= side);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      COUNT - 1,
    );
    rows.forEach((row, site) => {
      const own = [...members.subarray(MOST_MEMBERS * site, MOST_MEMBERS * (site + 1))];
      assert.equal(own[0], row);
      assert.equal(own.filter((member) => member >= 0).length, Math.min(MOST_MEMBERS, counts[site]));
      for (const member of own) if (member >= 0) assert.ok(apart(all, row, member) < side || member === row);
    });
  }
});

test("coming closer adds sites and takes none away, whichever level is asked for first", () => {
  const all = places(),
    sites = new Sites(all, () => true),
    fine = sites.level(12).rows;
  for (let n = 0; n < 12; n++) assert.deepEqual(fine.slice(0, sites.level(n).rows.length), sites.level(n).rows);
  assert.deepEqual(new Sites(all, () => true).level(5).rows, sites.level(5).rows);
});

test("what is hidden is on no picture, and moves no level", () => {
  const all = places(),
    half = new Sites(all, (row) => row % 2 === 0),
    { side, members } = half.level(8);
  assert.ok(members.every((row) => row < 0 || row % 2 === 0));
  assert.equal(side, new Sites(all, () => true).level(8).side);
  assert.deepEqual(new Sites(all, () => false).level(3).rows, []);
});

/** OKLab of "#rrggbb". */
function lab(text) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(text.slice(at, at + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  const roots = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ];
  const [l, m, s] = roots.map(([x, y, z]) => Math.cbrt(x * r + y * g + z * b));
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

test("colours of many classes can be told apart: any two of fifty, and each of 300 from the one before", () => {
  const labs = Array.from({ length: 300 }, (_, index) => lab(classColour(index)));
  const between = (a, b) => Math.hypot(...labs[a].map((part, i) => part - labs[b][i]));
  for (let a = 0; a < 50; a++) for (let b = 0; b < a; b++) assert.ok(between(a, b) > 0.065, `${a} and ${b}`);
  for (let a = 0; a < 300; a++) for (let b = 0; b < a; b++) assert.ok(between(a, b) > 0.02, `${a} and ${b}`);
  for (let a = 1; a < 300; a++) assert.ok(between(a, a - 1) > 0.09, `${a} and the one before`);
});

test("a colour does not depend on how many classes there are, and there is one for every class", () => {
  const few = classPixels(12),
    many = classPixels(3000);
  assert.deepEqual(many.slice(0, 12), few);
  const first = parseInt(classColour(0).slice(1), 16);
  assert.equal(few[0], ((first & 255) << 16) | (first & 0xff00) | (first >> 16));
});

test("the reach of a map is the smallest convex shape about its places", () => {
  const square = [0, 0, 4, 0, 4, 4, 0, 4];
  const places = Float32Array.of(2, 2, ...square, 1, 3, NaN, 9, 2, 0, 4, 4);
  assert.deepEqual([...hull(places)], square);
  assert.ok(hull(Float32Array.of(1, 1)).length < 6);
  assert.ok(hull(Float32Array.of(0, 0, 1, 1, 2, 2)).length < 6);
});

test("outside an outline the nearest place of it stands in, a little inward", () => {
  const square = [0, 0, 4, 0, 4, 4, 0, 4];
  for (const inside of [
    [2, 2],
    [0.1, 3.9],
    [0, 1],
  ])
    assert.deepEqual(within(square, inside), inside);
  const [x, y] = within(square, [2, 9]);
  assert.ok(x === 2 && y < 4 && y > 3.99);
  const [cornerX, cornerY] = within(square, [-3, -1]);
  assert.ok(cornerX > 0 && cornerX < 0.01 && cornerY > 0 && cornerY < 0.01);
  assert.deepEqual(within([0, 0, 1, 1], [7, 7]), [7, 7], "a line has no inside");
});

test("points leave from where they were, are halfway in half the time, and arrive", () => {
  const travel = new Travel(),
    at = (now) => {
      const places = Float32Array.of(10, 20);
      return [travel.hold(places, now), ...places];
    };
  assert.deepEqual(at(5), [false, 10, 20], "nothing travels of itself");
  travel.begin(Float32Array.of(0, 40));
  assert.deepEqual(at(1000), [true, 0, 40]);
  assert.deepEqual(at(1350), [true, 5, 30]);
  assert.deepEqual(at(1700), [false, 10, 20]);
  travel.begin(Float32Array.of(0, 40));
  travel.begin(null);
  assert.deepEqual(at(2000), [false, 10, 20]);
});

test("each cell of a floor between two models has its nearest image's value, and none outside the map", () => {
  const places = Float32Array.of(0, 0, 4, 0, 4, 4, 0, 4),
    values = Float32Array.of(1, 2, 3, 4);
  assert.deepEqual([...nearest(places, values, [], [0, 4, 0, 4], 2)], [4, 3, 1, 2], "the upper row first");
  const outside = nearest(places, values, hull(places), [-4, 4, 0, 4], 2);
  assert.deepEqual([...outside].map(Number.isNaN), [true, false, true, false]);
});
