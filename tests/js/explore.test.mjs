import assert from "node:assert/strict";
import { test } from "node:test";
import { noModel, unshown } from "../../vae/ui/static/core/meant.js";
import { whereabouts } from "../../vae/ui/static/core/whereabouts.js";
import { alike, byKind, inTurn, label } from "../../vae/ui/static/pages/explore/choice.js";
import { cellsOf, usual } from "../../vae/ui/static/pages/explore/brush.js";
import { between } from "../../vae/ui/static/pages/explore/cellgrid.js";
import { codeIn, codeView } from "../../vae/ui/static/pages/explore/codeview.js";
import { keepingUp } from "../../vae/ui/static/pages/explore/decoding.js";
import { usualRows } from "../../vae/ui/static/pages/explore/ends.js";
import { thinned } from "../../vae/ui/static/pages/explore/examples.js";
import { along } from "../../vae/ui/static/pages/explore/handle.js";
import { usualStd } from "../../vae/ui/static/pages/explore/image.js";
import { note } from "../../vae/ui/static/pages/explore/mapcard.js";
import { cellAt } from "../../vae/ui/static/pages/explore/samples.js";

const model = (name, kind, dim, rest = {}) => ({
  name,
  kind,
  latent_dim: dim,
  data: "mnist",
  architecture: "mlp",
  noise: 0,
  l2: 0,
  beta: 1,
  ...rest,
});
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
  assert.deepEqual(
    [
      ...usualStd({
        latent_dim: 3,
        dimensions: [
          { index: 2, std: 0.5 },
          { index: 0, std: 0.25 },
        ],
      }),
    ],
    [0.25, 0, 0.5],
  );
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

test("a code has cells where it is a picture of channels of more than one place", () => {
  const facts = (shape) => ({ config: shape ? { foreign: { code_shape: shape } } : {} });
  assert.deepEqual(cellsOf(facts([4, 2, 3])), { channels: 4, rows: 2, columns: 3 });
  assert.deepEqual([facts(null), facts([16]), facts([16, 1, 1])].map(cellsOf), [null, null, null]);
});

test("what is usual of a channel is taken over its cells alone", () => {
  const number = (index, mean) => ({ index, mean, variance: 1, low: mean - 3, high: mean + 3 });
  const cells = { channels: 2, rows: 1, columns: 2 };
  const found = usual([number(3, 9), number(0, -1), number(2, 7), number(1, 1)], cells, 0);
  assert.deepEqual(found, { mean: 0, std: Math.sqrt(2), reach: 4 });
});

test("a quick hand leaves no cell between two places out", () => {
  assert.deepEqual(between({ row: 1, column: 1 }, { row: 1, column: 1 }), []);
  const way = between({ row: 0, column: 0 }, { row: 4, column: -2 });
  assert.deepEqual([way.length, way.at(-1)], [4, { row: 4, column: -2 }]);
  way.reduce((last, next) => (assert.ok(Math.abs(next.column - last.column) <= 1 && next.row === last.row + 1), next), {
    row: 0,
    column: 0,
  });
});

test("pictures under a hand are as large as keeps up with it", () => {
  assert.deepEqual([keepingUp(1, 30), keepingUp(1, 100), keepingUp(8, 100)], [1, 2, 8]);
  assert.deepEqual([keepingUp(2, 30), keepingUp(2, 10), keepingUp(4, 10)], [2, 1, 2]);
});

test("of a long code the address holds what differs from the image's, and no more than all of it", () => {
  const dim = 300,
    mean = Float32Array.from({ length: dim }, (_, i) => i / 7),
    std = new Float32Array(dim).fill(0.5);
  const view = (code, sigma = std) =>
    codeView({ row: 12, image: { mean, std } }, { code, sigma }, { kind: "vae", latent_dim: dim }, { edited: true, seed: 3 });
  const back = (view) => codeIn(view, {}, (point) => point);
  const code = Float32Array.from(mean);
  assert.deepEqual(view(code), { at: "i12", seed: "3" });
  code[0] = 5;
  code[299] = -1 / 3;
  const said = back(view(code));
  assert.deepEqual([said.row, said.moved({ mean, std })], [12, { code, sigma: std }]);
  for (const whole of [
    view(mean.map((value) => value + 1)),
    view(
      code,
      std.map((value) => 2 * value),
    ),
  ])
    assert.ok(!whole.change && back(whole).moved().code.length === dim);
});
