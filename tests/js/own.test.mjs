import assert from "node:assert/strict";
import { test } from "node:test";
import { readOwn } from "../../vae/ui/static/core/view.js";
import { ownBoth } from "../../vae/ui/static/text/own.js";
import { blank, borderOf, bytesOf, gridOf, resized } from "../../vae/ui/static/widgets/own/grid.js";
import { drawnIn, inkOf, stroked, strokeWidth } from "../../vae/ui/static/widgets/own/ink.js";
import { prepare, possible, readSteps, usualSteps, writeSteps } from "../../vae/ui/static/widgets/own/steps.js";

const grid = (width, height, channels, value) => {
  const made = blank(width, height, channels);
  for (let i = 0; i < made.data.length; i++)
    made.data[i] = value(i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width));
  return made;
};
const near = (found, expected, within = 1e-4) => assert.ok(Math.abs(found - expected) <= within, `${found} is not ${expected}`);
const DIGITS = { shape: [1, 28, 28], background: [0], plain: true, centred: true, extent: 20 / 28, stroke: 0.09 };
const CLOTHES = { ...DIGITS, centred: false, extent: 1, stroke: 0 };
const PHOTOS = { shape: [3, 8, 8], background: [0.5, 0.5, 0.5], plain: false, centred: false, extent: 1, stroke: 0 };
/** Black ink on white paper: an upright bar, in colours. */
const bar = (width, height, left, right, top, bottom) =>
  grid(width, height, 3, (_, x, y) => (x >= left && x < right && y >= top && y < bottom ? 0 : 1));

test("a canvas becomes numbers and numbers become bytes", () => {
  const made = gridOf({ width: 1, height: 2, data: Uint8ClampedArray.from([255, 0, 51, 255, 1, 2, 3, 255]) });
  assert.deepEqual([...bytesOf(made)], [255, 0, 51, 1, 2, 3]);
  assert.deepEqual([...bytesOf({ ...made, data: Float32Array.from([-1, 2]) })], [0, 255]);
});

test("a change of size keeps the mean, and leaves the same size as it is", () => {
  const ramp = grid(16, 16, 1, (_, x, y) => (x + y) / 30);
  assert.deepEqual([...resized(ramp, [0, 0, 16, 16], 16, 16).data], [...ramp.data]);
  for (const size of [4, 8, 40]) {
    const other = resized(ramp, [0, 0, 16, 16], size, size);
    near(other.data.reduce((sum, value) => sum + value, 0) / size / size, 0.5, 0.01);
    near(other.data[0] + other.data[other.data.length - 1], 1, 0.01); // still symmetric
  }
});

test("what lies beyond a grid is filled", () => {
  const white = grid(4, 4, 1, () => 1);
  const wide = resized(white, [-4, 0, 8, 4], 12, 4, [0]);
  assert.deepEqual([...wide.data.subarray(0, 12)].map(Math.round), [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
});

test("a border is known by its mean and by how much it differs from it", () => {
  assert.deepEqual(borderOf(grid(6, 5, 1, (_, x, y) => (x === 0 || y === 0 || x === 5 || y === 4 ? 1 : 0))), { mean: [1], spread: 0 });
  near(borderOf(grid(8, 8, 1, (_, x) => (x < 4 ? 0 : 1))).spread, 0.5);
});

test("ink is found with its box, its centre of mass and the width of its strokes", () => {
  const ink = inkOf(bar(60, 40, 20, 26, 5, 35), [1, 1, 1]);
  assert.deepEqual(drawnIn(ink), { box: [20, 5, 26, 35], centre: [23, 20] });
  near(strokeWidth(ink), 6, 0.8);
  assert.equal(
    drawnIn(
      inkOf(
        grid(9, 9, 3, () => 1),
        [1, 1, 1],
      ),
    ),
    null,
  );
});

test("strokes get another width, thicker and thinner, and never vanish", () => {
  const ink = inkOf(bar(60, 60, 26, 34, 5, 55), [1, 1, 1]);
  for (const width of [4, 12]) near(strokeWidth(stroked(ink, width)), width, 1.2);
  assert.ok(drawnIn(stroked(ink, 0.1)));
});

test("black ink on white paper becomes a light digit in the middle, as large and as thick as theirs", () => {
  const source = bar(300, 200, 80, 92, 20, 180); // off the middle, 12 wide, 160 high
  const on = usualSteps(source, DIGITS);
  assert.equal(writeSteps(on), "cgims");
  const { stages, pixels } = prepare(source, DIGITS, on);
  assert.deepEqual(
    stages.map(({ step }) => step),
    ["crop", "grey", "invert", "centre", "stroke", "resize"],
  );
  const at = (x, y) => pixels[28 * y + x];
  assert.equal(at(0, 0), 0);
  assert.ok(Math.max(at(13, 14), at(14, 14)) > 200, "it stands in the middle");
  const column = Array.from({ length: 28 }, (_, y) => Math.max(at(13, y), at(14, y)));
  const lit = column.map((value, y) => (value > 100 ? y : -1)).filter((y) => y >= 0);
  near(lit.length, 20, 2);
  const row = Array.from({ length: 28 }, (_, x) => at(x, 14) / 255).reduce((sum, value) => sum + value, 0);
  near(row, 0.09 * 28, 0.8);
});

test("each step can be left out", () => {
  const source = bar(40, 40, 10, 14, 5, 35);
  assert.equal(
    prepare(source, DIGITS, readSteps("cims")).stages.some(({ step }) => step === "grey"),
    true,
  ); // it knows no colours
  assert.equal(prepare(source, DIGITS, readSteps("cg")).pixels[0], 255); // not inverted
  const light = prepare(source, DIGITS, readSteps("cgms")).pixels; // centred and stroked, and not inverted
  assert.ok(light[0] === 255 && Math.min(...light) < 60);
  const squeezed = prepare(
    grid(80, 40, 3, (_, x) => (x < 20 || x >= 60 ? 1 : 0)),
    PHOTOS,
    readSteps("n"),
  ).pixels;
  assert.deepEqual([squeezed[0], squeezed[4 * 3]], [255, 0]); // without the crop its sides are there
  const cropped = prepare(
    grid(80, 40, 3, (_, x) => (x < 20 || x >= 60 ? 1 : 0)),
    PHOTOS,
    readSteps("c"),
  ).pixels;
  assert.ok(cropped.every((value) => value === 0));
});

test("the usual steps follow the model and the picture", () => {
  const own = grid(28, 28, 3, (_, x, y) => (x > 12 && x < 16 && y > 5 && y < 22 ? 1 : 0));
  assert.equal(writeSteps(usualSteps(own, DIGITS)), "cg"); // of their size, on their ground
  assert.deepEqual([...prepare(own, DIGITS, usualSteps(own, DIGITS)).pixels].filter((value) => value > 0).length, 3 * 16);
  assert.equal(writeSteps(usualSteps(bar(90, 90, 30, 60, 20, 70), CLOTHES)), "cgi");
  const photograph = grid(90, 90, 3, (c, x, y) => ((x * 7 + y * 13 + c * 5) % 17) / 16);
  assert.equal(writeSteps(usualSteps(photograph, DIGITS)), "cg"); // no drawing
  assert.equal(writeSteps(usualSteps(photograph, PHOTOS)), "c");
  assert.deepEqual(possible(PHOTOS), ["crop", "grey", "invert"]);
});

test("colours go into a model of colours as they are, and can be made grey", () => {
  const source = grid(8, 8, 3, (c) => [1, 0.5, 0][c]);
  assert.deepEqual([...prepare(source, PHOTOS, readSteps("c")).pixels.subarray(0, 3)], [255, 128, 0]);
  const [red, green, blue] = prepare(source, PHOTOS, readSteps("cg")).pixels;
  assert.ok(red === green && green === blue && Math.abs(red - 255 * (0.299 + 0.5 * 0.587)) < 1);
});

test("nothing drawn is no error", () => {
  const { pixels } = prepare(
    grid(50, 50, 3, () => 1),
    DIGITS,
    readSteps("cgims"),
  );
  assert.ok(pixels.every((value) => value === 0));
});

test("an address knows a picture by 32 digits, and its steps", () => {
  assert.equal(readOwn(`p${"0f".repeat(16)}`), `p${"0f".repeat(16)}`);
  for (const text of [undefined, "i3", "p12", `p${"0F".repeat(16)}`]) assert.equal(readOwn(text), null);
  assert.equal(readSteps(undefined), null);
  assert.equal(writeSteps(readSteps("n")), "n");
});

test("both verdicts make one sentence", () => {
  const side = (label, world, error) => ({ label, world, error });
  assert.match(
    ownBoth([side("the autoencoder", "outside", 0.2), side("the VAE", "outside", 0.1)]),
    /^Neither model knows .*0\.2 for the autoencoder, 0\.1 for the VAE/,
  );
  assert.match(ownBoth([side("the autoencoder", "inside", 0.2), side("the VAE", "inside", 0.1)]), /^Both models know/);
  assert.match(
    ownBoth([side("the autoencoder", "inside", 0.2), side("the VAE", "edge", 0.1)]),
    /autoencoder it is from its world, for the VAE at the edge of its world/,
  );
});
