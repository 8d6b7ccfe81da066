import assert from "node:assert/strict";
import { test } from "node:test";
import { kindsFor, onProjection, readProjection, usualProjection, writeProjection } from "../../vae/ui/static/core/projections.js";
import { placeSaid, trustFigures } from "../../vae/ui/static/text/projections.js";

const facts = { latent_dim: 16, layouts: [], classes: ["zero", "one", "two", "three"], dimensions: [{ index: 13 }, { index: 2 }], identity: false };

test("a projection is read as it was written, and what is none is the model's own map", () => {
  for (const text of ["", "pca", "raw_0_5", "toward_3_7_1_-1"]) {
    const { kind, numbers } = readProjection(text);
    assert.equal(writeProjection(kind, numbers), text);
  }
  assert.equal(readProjection("isomap").kind, "");
  assert.equal(onProjection(""), "");
  assert.equal(onProjection("pca"), "?projection=pca");
});

test("a kind begins with what is used most, and is offered where it shows something", () => {
  assert.equal(usualProjection("raw", facts), "raw_13_2");
  assert.equal(usualProjection("toward", facts), "toward_0_1_2_3");
  assert.deepEqual(kindsFor(facts), ["", "pca", "raw", "toward"]);
  assert.deepEqual(kindsFor({ ...facts, layouts: ["tsne"] }), ["", "pca", "tsne", "raw", "toward"]);
  assert.deepEqual(kindsFor({ ...facts, classes: ["all"] }), ["", "pca", "raw"]);
  assert.deepEqual(kindsFor({ ...facts, latent_dim: 2 }), [""]);
});

test("what a place is names the numbers and the classes", () => {
  assert.match(placeSaid("raw_13_2", facts), /#14 and #3/);
  assert.match(placeSaid("toward_0_1_2_-1", facts), /from one to zero, up the rest of that from all others to two/);
  assert.match(placeSaid("", facts), /UMAP/);
  assert.match(placeSaid("", { ...facts, identity: true }), /plane of codes itself/);
});

test("a plane's variance is told, and no other map's", () => {
  const trust = { trustworthiness: 0.973, continuity: 0.981, overlap: 0.4512, neighbours: 15, rows: 2000, share: 0.38 };
  assert.deepEqual(trustFigures(trust).map(([, value]) => value), ["45 %", "0.97", "0.98", "38 %"]);
  assert.equal(trustFigures({ ...trust, share: null }).length, 3);
});
