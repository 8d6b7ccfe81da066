import assert from "node:assert/strict";
import { test } from "node:test";
import { during, Stay } from "../../vae/ui/static/core/stay.js";
import { unmet } from "../../vae/ui/static/pages/compare/choice.js";
import { follow, Geodesic } from "../../vae/ui/static/pages/compare/geodesic.js";
import { calledOf, nameFor, pairFor, pairsOf, partnerOf, twoOf, usual } from "../../vae/ui/static/pages/compare/pairs.js";
import { middles, unrealWhereCodesLie } from "../../vae/ui/static/pages/compare/plane.js";
import { unrealCount } from "../../vae/ui/static/pages/compare/shared.js";
import { LIMITS, VERDICT } from "../../vae/ui/static/wire/schema.js";
import { Table } from "../../vae/ui/static/wire/tables.js";

const model = (kind, data, latent_dim, name = `${data}-${kind}-${latent_dim}`) => ({ name, kind, data, latent_dim });
const LIST = [
  model("vae", "scenes", 16), model("ae", "scenes", 16), model("ae", "mnist", 64), model("vae", "mnist", 64),
  model("ae", "mnist", 2), model("vae", "mnist", 2), model("vae", "mnist", 16),
];

test("a pair has both kinds, and pairs are offered by data set and size", () => {
  assert.deepEqual(pairsOf(LIST), [["mnist", 2], ["mnist", 64], ["scenes", 16]]);
  assert.deepEqual(pairsOf([]), []);
});

test("an address gets its pair, else one of its data, else the first", () => {
  const pairs = pairsOf(LIST);
  assert.deepEqual(pairFor(pairs, { data: "mnist", dim: "64" }), ["mnist", 64]);
  assert.deepEqual(pairFor(pairs, { dim: "64" }), ["mnist", 64]);
  assert.deepEqual(pairFor(pairs, { data: "scenes", dim: "64" }), ["scenes", 16]);
  assert.deepEqual(pairFor(pairs, { data: "lines", dim: "64" }), ["mnist", 2]);
  assert.equal(pairFor([], {}), undefined);
});

test("two models of one kind are a pair where there is no other, and a named model tells its data and size", () => {
  const twins = [model("vae", "pets", 8, "one"), model("vae", "pets", 16, "two")];
  assert.deepEqual(pairsOf([...twins, model("ae", "lines", 2)]), [["pets", 8]]);
  assert.deepEqual(twoOf(twins, ["pets", 8], { left: "", right: "" }), { left: "one", right: "two" });
  assert.deepEqual(pairFor(pairsOf(LIST), { left: "mnist-vae-64" }, LIST), ["mnist", 64]);
});

test("either side takes any model of the data, never the same as the other, and is the usual one otherwise", () => {
  const models = LIST.filter(({ data }) => data === "mnist"), pair = ["mnist", 2];
  const two = (left, right) => Object.values(twoOf(models, pair, { left, right }));
  assert.deepEqual(two("", ""), ["mnist-ae-2", "mnist-vae-2"]);
  assert.deepEqual(two("mnist-vae-64", ""), ["mnist-vae-64", "mnist-vae-2"]);
  assert.deepEqual(two("", "mnist-vae-16"), ["mnist-ae-2", "mnist-vae-16"]);
  assert.deepEqual(two("mnist-vae-16", "mnist-vae-64"), ["mnist-vae-16", "mnist-vae-64"]);
  assert.deepEqual(two("gone", "scenes-ae-16"), ["mnist-ae-2", "mnist-vae-2"]);
  assert.equal(new Set(two("mnist-vae-2", "")).size, 2);
  assert.equal(new Set(two("mnist-vae-2", "mnist-vae-2")).size, 2);
});

test("two models are called by what tells them apart", () => {
  const called = (one, other) => calledOf([one, other].map((own) => ({ name: "x", kind: "vae", architecture: "mlp", latent_dim: 16, ...own, config: { kind: "vae", architecture: "mlp", beta: 5, ...own } })));
  assert.deepEqual(called({ kind: "ae" }, {}).map(({ short, label }) => [short, label]), [["AE", "the autoencoder"], ["VAE", "the VAE"]]);
  assert.deepEqual(called({ beta: 1 }, { beta: 20 }).map(({ short }) => short), ["VAE β 1", "VAE β 20"]);
  assert.deepEqual(called({ latent_dim: 2 }, {}).map(({ short }) => short), ["VAE 2 numbers", "VAE 16 numbers"]);
  assert.deepEqual(called({ name: "seed-0" }, { name: "seed-1" }).map(({ short }) => short), ["VAE seed-0", "VAE seed-1"]);
  const colours = called({ beta: 1 }, { beta: 20 }).map(({ colour }) => colour);
  assert.notEqual(colours[0], colours[1]);
});

test("the share of unreal pictures on a plane leaves empty places out, however many the window holds", () => {
  const verdicts = (...rows) => new Table(VERDICT, [rows.length], Float32Array.from(rows.flat()));
  const inner = [[3, 1, 1, 0], [3, 1, 0, 0]], outer = Array.from({ length: 50 }, () => [3, 1, 1, 1]);
  assert.deepEqual(unrealWhereCodesLie(verdicts(...inner)), { n: 2, unreal: 1 });
  assert.deepEqual(unrealWhereCodesLie(verdicts(...inner, ...outer)), { n: 2, unreal: 1 });
  assert.deepEqual(unrealWhereCodesLie(verdicts([-1, NaN, NaN, 0])), { n: 1, unreal: NaN });
});

test("the chosen model comes before the usual one, and that before any", () => {
  const names = ["other", "mnist-ae", "mnist-ae-16"];
  assert.equal(nameFor(names, "other", usual("ae", ["mnist", 16])), "other");
  assert.equal(nameFor(names, "", usual("ae", ["mnist", 16])), "mnist-ae-16");
  assert.equal(nameFor(names, "gone", ["none"]), "other");
});

test("a partner is called as its model is", () => {
  assert.equal(partnerOf("mnist-ae-16", "vae"), "mnist-vae-16");
  assert.equal(partnerOf("mine", "ae"), "mine-ae");
});

test("the places of a window are the middles of its cells", () => {
  assert.deepEqual(middles([0, 4, 10, 20], 2), [1, 12.5, 1, 17.5, 3, 12.5, 3, 17.5]);
});

test("unreal pictures are counted where somebody judges, be it by classes or not", () => {
  const verdicts = (label, ...unreal) => new Table(VERDICT, [2], Float32Array.of(label, 1, unreal[0], 0, label, 1, unreal[1], 1));
  assert.equal(unrealCount(verdicts(3, 1, 0)), 1);
  assert.equal(unrealCount(verdicts(-1, 1, 0)), 1);
  assert.equal(unrealCount(verdicts(-1, NaN, NaN)), NaN);
});

const ENDS = [Float32Array.of(0, 0), Float32Array.of(4, 0)];
const line = ([a, b]) => Float32Array.from({ length: 2 * (LIMITS.geodesic_segments + 1) }, (_, i) => a[i % 2] + ((i >> 1) / LIMITS.geodesic_segments) * (b[i % 2] - a[i % 2]));

test("a curve follows its ends, unless they move far or the code has another size", () => {
  const near = [Float32Array.of(0, 1), Float32Array.of(4, 1)];
  assert.deepEqual(follow(line(ENDS), ENDS, near), line(near));
  assert.equal(follow(line(ENDS), ENDS, [Float32Array.of(0, 9), Float32Array.of(4, 9)]), null);
  assert.equal(follow(line(ENDS), ENDS, [Float32Array.of(0), Float32Array.of(4)]), null);
});

test("a geodesic is relaxed from the straight line until its energy falls no more", () => {
  const geodesic = new Geodesic("mnist-ae", ENDS), curve = line(ENDS);
  assert.equal(geodesic.waits, false);
  geodesic.begin(curve, 10, null);
  assert.equal(geodesic.take(), curve);
  assert.equal(geodesic.waits, false, "a step is taken once");
  assert.equal(geodesic.took(curve, 5), true);
  assert.ok(geodesic.waits && !geodesic.rested);
  geodesic.take();
  geodesic.took(curve, 5);
  assert.ok(!geodesic.waits && geodesic.rested);
  assert.deepEqual(geodesic.energies, [10, 5, 5]);
});

test("it starts from the curve of the run before in the same model, and from the line where that is no good", () => {
  const last = new Geodesic("mnist-ae", ENDS), straight = line(ENDS), bent = Float32Array.from(straight, (value) => value + 0.1);
  last.begin(straight, 10, null);
  last.take();
  last.took(bent, 5);
  const start = (model) => {
    const geodesic = new Geodesic(model, ENDS);
    geodesic.begin(straight, 10, last);
    return geodesic;
  };
  assert.equal(start("mnist-vae").take(), straight);
  const geodesic = start("mnist-ae");
  assert.notDeepEqual(geodesic.take(), straight);
  assert.equal(geodesic.took(bent, 11), false);
  assert.deepEqual([geodesic.take(), geodesic.energies, geodesic.curve], [straight, [10], null]);
  const good = start("mnist-ae");
  good.take();
  good.took(bent, 10);
  assert.ok(good.waits, "the first step of a warm start is not the last");
});

test("whoever awaits something in a stretch of time does not resume in the next", async () => {
  const stay = new Stay(), log = [];
  const first = stay.begin();
  during(first, Promise.resolve()).then(() => log.push("first"));
  const second = stay.begin();
  during(second, Promise.resolve()).then(() => log.push("second"));
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(log, ["second"]);
  await assert.rejects(during(second, Promise.reject(new Error("why"))), /why/);
});

test("what an address means and Compare cannot show is told: models without a map, of other data, data without two models", () => {
  const model = (name, data, usable = true) => ({ name, data, usable, waits: !usable, sentence: "" });
  const models = [model("a", "mnist"), model("b", "mnist"), model("c", "pets"), model("d", null, false)];
  assert.deepEqual(unmet(models, "mnist", ["a", "b"], ["mnist", 2]), []);
  assert.deepEqual(unmet(models, undefined, ["", ""], ["mnist", 2]), []);
  const said = unmet(models, "pets", ["c", "d"], ["mnist", 2]);
  assert.deepEqual(
    said.map((sentence) => sentence.match(/^d has no map yet|^c is of other data|no two models of pets/)?.[0]),
    ["d has no map yet", "c is of other data", "no two models of pets"],
  );
  assert.deepEqual(unmet(models, "pets", ["c", "d"], undefined), []);
});
