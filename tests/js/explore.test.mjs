import assert from "node:assert/strict";
import { test } from "node:test";
import { noModel, unshown } from "../../vae/ui/static/core/meant.js";
import { whereabouts } from "../../vae/ui/static/core/whereabouts.js";
import { alike, byKind, inTurn, label } from "../../vae/ui/static/pages/explore/choice.js";
import { usualRows } from "../../vae/ui/static/pages/explore/ends.js";
import { thinned } from "../../vae/ui/static/pages/explore/examples.js";
import { along } from "../../vae/ui/static/pages/explore/handle.js";
import { usualStd } from "../../vae/ui/static/pages/explore/image.js";
import { note } from "../../vae/ui/static/pages/explore/mapcard.js";
import { cellAt } from "../../vae/ui/static/pages/explore/samples.js";

const model = (name, kind, dim, rest = {}) => ({ name, kind, latent_dim: dim, data: "mnist", architecture: "mlp", noise: 0, l2: 0, beta: 1, ...rest });
const names = (models) => models.map(({ name }) => name);

test("the model of the address is tried first, else the usual one, then all others", () => {
  const list = [model("a", "ae", 2), model("b", "vae", 2), model("c", "vae", 16)];
  assert.deepEqual(names(inTurn(list, "c", "b")), ["c", "a", "b"]);
  assert.deepEqual(names(inTurn(list, "x", "b")), ["b", "a", "c"]);
  assert.deepEqual(names(inTurn(list, undefined, "x")), ["a", "b", "c"]);
  assert.deepEqual(inTurn([], "a", "b"), []);
});

test("another data set is shown by a model of the same kind and size, if it has one", () => {
  const list = [model("a", "ae", 2), model("l", "ae", 16, { data: "lines" }), model("m", "vae", 2, { data: "lines" })];
  assert.equal(alike(list, "lines", { kind: "vae", latent_dim: 2 }).name, "m");
  assert.equal(alike(list, "lines", { kind: "vae", latent_dim: 16 }).name, "l");
});

test("models stand by size, then by kind", () => {
  const list = [model("c", "vae", 16), model("b", "vae", 2), model("d", "vae", 16, { beta: 4 }), model("a", "ae", 2)];
  assert.deepEqual(names(list.sort(byKind)), ["a", "b", "c", "d"]);
});

test("a model is told apart only where another is like it", () => {
  const [one, other, alone] = [model("c", "vae", 16), model("d", "vae", 16, { beta: 4 }), model("a", "ae", 2)];
  assert.equal(label(alone, [one, other, alone]), "AE · 2 numbers");
  assert.equal(label(other, [one, other, alone]), "VAE · 16 numbers · β 4");
});

test("the usual ends of a path are images of two classes, also where there are few", () => {
  const ten = Array.from({ length: 10 }, (_, i) => String(i));
  assert.deepEqual(usualRows({ labels: Int32Array.of(0, 1, 4, 4), classes: ten }), [2, 1]);
  assert.deepEqual(usualRows({ labels: Int32Array.of(1, 0, 1), classes: ["x", "y"] }), [0, 1]);
  assert.deepEqual(usualRows({ labels: Int32Array.of(0, 0), classes: ["x"] }), [0, 0]);
});

test("an outline keeps its first corner and no more than so many", () => {
  const outline = Float32Array.from({ length: 20 }, (_, i) => i);
  assert.deepEqual([...thinned(outline, 64)], [...outline]);
  assert.deepEqual([...thinned(outline, 5)], [0, 1, 4, 5, 8, 9, 12, 13, 16, 17]);
});

test("a code goes along each direction by its handle's value", () => {
  const directions = { shape: [2, 3], data: Float32Array.of(1, 0, 0, 0, 2, 4) };
  const base = Float32Array.of(1, 1, 1);
  assert.deepEqual([...along(base, directions, [2, -0.5])], [3, 0, -1]);
  assert.deepEqual([...along(base, directions, [0, 0])], [1, 1, 1]);
  assert.deepEqual([...base], [1, 1, 1], "the base is not touched");
});

test("standard deviations go where their numbers are in the code", () => {
  assert.deepEqual([...usualStd({ latent_dim: 3, dimensions: [{ index: 2, std: 0.5 }, { index: 0, std: 0.25 }] })], [0.25, 0, 0.5]);
});

test("every place of the wall is a draw, its far edges too", () => {
  assert.equal(cellAt(0, 0), 0);
  assert.equal(cellAt(1.5 / 8, 2.5 / 8), 17);
  assert.equal(cellAt(1, 1), 63);
});

test("a map says what it is, and that its images are gone only where they are", () => {
  const facts = { name: "m", identity: true, originals: false, originals_sentence: "data set not on disk" };
  assert.equal(note(facts), "The map is the plane of codes itself.");
  const gone = note({ ...facts, identity: false, originals_sentence: "They are no longer there: embed it anew:" });
  assert.match(gone, /^The map is a UMAP.* There are no originals: They are no longer there: embed it anew: m$/);
});

test("a place is told by the classes around it", () => {
  const classes = ["cat", "dog", "bird"];
  assert.equal(whereabouts([1, 1, 1], classes, false), "among: dog");
  assert.equal(whereabouts([0, 2, 0], classes, false), "between: cat · bird");
  assert.equal(whereabouts([0, 2, 0], classes, true), "near: cat, bird");
});

test("an address that names a model without a map, a broken one or none is told in one sentence, any other is not", () => {
  const list = [
    { name: "good", usable: true, sentence: null },
    { name: "new", usable: false, waits: true, sentence: "new has no atlas.safetensors" },
    { name: "cut", usable: false, sentence: "it is damaged" },
  ];
  assert.equal(unshown(list, "new"), "new has no map yet, so another model is shown. Make its map with: python -m vae embed new");
  assert.match(unshown(list, "cut"), /^cut cannot be used, so another model is shown: it is damaged/);
  assert.match(unshown(list, "gone"), /^There is no model gone here/);
  for (const name of ["good", undefined, ""]) assert.equal(unshown(list, name), "");
  assert.deepEqual(noModel(list).commands, ["python -m vae embed new"]);
  assert.match(noModel([]).commands[0], /^python -m vae train/);
});
