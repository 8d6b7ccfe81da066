import assert from "node:assert/strict";
import { test } from "node:test";
import { between, frameOf, nearest, project } from "../../vae/ui/static/pages/slide/places.js";
import { stepName } from "../../vae/ui/static/text/slide.js";

test("between two steps a value is on its way from one to the other", () => {
  const value = (step) => [0, 10, 40][step];
  assert.deepEqual([0, 0.5, 1, 1.25, 2].map((place) => between(place, value)), [0, 5, 10, 17.5, 40]);
});

test("images travel between the maps of two steps, and those far out stand at the edge", () => {
  const places = Float32Array.of(0, 0, 10, 10, 10, 0, 0, 100), window = { frame: [0, 10, 0, 10], size: [100, 100] };
  const at = new Float32Array(4);
  project(places, 0, window, at);
  assert.deepEqual([...at], [0, 100, 100, 0]);
  project(places, 0.5, window, at);
  assert.deepEqual([...at], [50, 100, 50, 0]);
  project(places, 1, window, at);
  assert.deepEqual([...at], [100, 100, 0, 0]);
});

test("a frame holds all places but the outliers", () => {
  const places = Float32Array.from({ length: 2000 }, (_, i) => (i >> 1) / 999);
  const [x0, x1, y0, y1] = frameOf(places, 0);
  assert.ok(x0 < 0 && x1 > 1 && y0 < 0 && y1 > 1);
  places.set([1e6, -1e6]);
  const frame = frameOf(places, 0.005);
  assert.ok(Math.max(...frame.map(Math.abs)) < 2);
});

test("the nearest image is meant, if any is near", () => {
  const at = Float32Array.of(0, 0, 10, 0, 11, 0);
  assert.equal(nearest(at, [10.4, 1], 14), 1);
  assert.equal(nearest(at, [50, 50], 14), -1);
});

test("a step is called by what sets it apart", () => {
  assert.deepEqual(stepName({ kind: "vae", beta: 0.5, noise: 0, l2: 0 }), ["β 0.5", "VAE, β = 0.5"]);
  assert.equal(stepName({ kind: "ae", beta: 0, noise: 0.1, l2: 0 })[0], "noise");
  assert.equal(stepName({ kind: "ae", beta: 0, noise: 0, l2: 1 })[0], "L2");
  assert.equal(stepName({ kind: "ae", beta: 0, noise: 0, l2: 0 })[0], "AE");
});
