/** Which moment of another branch stands beside a step of this one, and what parts the two hands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, nearestMoment } from "../../vae/ui/static/pages/train/branches.js";
import { holds, windowOf } from "../../vae/ui/static/pages/train/frame.js";
import { besideSays, DIFFER, SLIDERS } from "../../vae/ui/static/text/train.js";

test("the other branch is shown at the same step where it has kept it, else at the nearest", () => {
  const kept = Int32Array.from([0, 256, 512, 768]);
  assert.equal(nearestMoment(512, kept, 900), 512);
  assert.equal(nearestMoment(600, kept, 900), 512);
  assert.equal(nearestMoment(640, kept, 900), 512); // the earlier of two
  assert.equal(nearestMoment(850, kept, 900), -1); // its newest state
  assert.equal(nearestMoment(5000, kept, 900), -1);
  assert.equal(nearestMoment(768, kept, 768), 768); // a moment that is kept never changes
  assert.equal(nearestMoment(3, [], 0), -1);
});

test("what is shown beside each other is said with its steps", () => {
  assert.equal(besideSays(512, 512, 900), "Both at step 512.");
  assert.match(besideSays(600, 512, 900), /step 600, the other at step 512, the nearest that it has kept/);
  assert.match(besideSays(5000, 900, 900), /the other at step 900, the last that it has taken/);
});

test("two hands differ by the sliders that stand elsewhere, not by what float32 makes of them", () => {
  const hand = { beta: 20, learning_rate: Math.fround(0.001), noise: 0, l2: 0, batch_size: 64, left_out: [] };
  const names = ["a", "b", "c", "coat", "d", "e", "f", "bag"];
  const other = { ...hand, beta: 1, learning_rate: 0.001, left_out: Int32Array.from([3, 7]) };
  assert.equal(DIFFER(differences(hand, other, SLIDERS, names)), "β 20 here, 1 in the other; classes left out none here, coat, bag in the other");
  assert.deepEqual(differences(hand, hand, SLIDERS, names), []);
});

test("a map beside another shows what both hold", () => {
  const [left, right] = [Float32Array.from([0, 0, 1, 1]), Float32Array.from([9, 0, 10, 1])];
  const both = windowOf(left, right);
  assert.ok(holds(both, windowOf(left)) && holds(both, windowOf(right)));
  assert.ok(!holds(windowOf(left), both));
});
