import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decimalMark, fixed, marked, number, percent, plural, speak, t, unmarked } from "../../vae/ui/static/core/language.js";
import { drawsOf } from "../../vae/ui/static/text/draws.js";
import { pathSide } from "../../vae/ui/static/text/words.js";
import * as autoencoder from "../../vae/ui/static/text/tour/autoencoder.js";
import * as generating from "../../vae/ui/static/text/tour/generating.js";
import { painting } from "../../vae/ui/static/text/tour/painting.js";
import { tally } from "../../vae/ui/static/text/tour/tour.js";
import * as variational from "../../vae/ui/static/text/tour/variational.js";

const measured = (value, width = 0.01) => ({ value, low: value * (1 - width), high: value * (1 + width), n: 10000 });
const model = (metrics, dim = 16) => ({ name: "made-up", config: { latent_dim: dim, image_shape: [1, 28, 28], beta: 5 }, metrics });
const pair = (figure, ae, vae, more = {}) => ({
  models: { ae: model({ ...more, [figure]: measured(ae) }), vae: model({ ...more, [figure]: measured(vae) }) },
  live: {},
});
/** All figures that the sentences about draws take, besides the one in question. */
const MORE = Object.fromEntries(
  ["frechet_c_prior", "frechet_c_fitted", "frechet_c_mixture", "frechet_c_midpoints", "off_manifold_prior", "off_manifold_midpoints",
    "step_max_ratio"].map((key) => [key, measured(0.5)]),
);

for (const [step, figure, ae, vae, none] of [
  [generating.generate, "frechet_c_prior", /autoencoder draws better, against the textbook/, /The sentence holds/, /not borne out/],
  [generating.fitted, "frechet_c_mixture", /autoencoder draws better than the VAE/, /VAE stays ahead/, /intervals overlap/],
  [generating.between, "frechet_c_midpoints", /here the textbook does not hold/, /as the textbook has it/, /does not show/],
])
  test(`whoever has the better ${figure} is told to be ahead, and nobody where intervals overlap`, () => {
    for (const [a, b, truth, words] of [[2, 10, 0, ae], [10, 2, 1, vae], [10, 10.01, 2, none]]) {
      const figures = pair(figure, a, b, MORE);
      assert.equal(step.truth(figures), truth);
      const said = step.told(figures);
      assert.match(said, words);
      for (const other of [ae, vae, none]) if (other !== words) assert.doesNotMatch(said, other);
      assert.match(said, new RegExp(`\\b${a}\\b`));
    }
  });

test("a code's numbers are counted, and a share of pixels is no typed figure", () => {
  const sized = (dim) => ({ models: { vae: model({}, dim) }, live: {} });
  assert.match(autoencoder.compress.told(sized(16)), /16 numbers, 49 times fewer/);
  assert.match(autoencoder.compress.told(sized(1)), /1 number, 784 times fewer/);
  for (const dim of [1, 2, 3, 16, 64]) assert.equal(autoencoder.compress.choices(sized(dim))[autoencoder.compress.truth(sized(dim))], String(dim));
});

test("how much larger codes gain follows from the errors, and unused numbers from the active ones", () => {
  const figures = (middle, large, active) => ({
    models: {
      small: model({ recon_mse: measured(0.04) }, 2),
      middle: model({ recon_mse: measured(middle) }),
      large: model({ recon_mse: measured(large), active_units: active }, 64),
    },
    live: {},
  });
  assert.equal(autoencoder.lossy.truth(figures(0.006, 0.005, 19)), 0);
  assert.match(autoencoder.lossy.told(figures(0.006, 0.005, 19)), /only 1.2 times better.*uses 19 of its 64/);
  assert.equal(autoencoder.lossy.truth(figures(0.008, 0.002, 64)), 2);
  assert.doesNotMatch(autoencoder.lossy.told(figures(0.008, 0.002, 64)), /only|It uses/);
});

test("what is foreign, alike and far is told as it was measured just now", () => {
  const foreign = (error) => ({ models: { vae: model({ recon_mse: measured(0.01) }) }, live: { foreign: error, garments: 8, outside: 8, originals: 1 } });
  assert.deepEqual([0.01, 0.02, 0.1].map((error) => autoencoder.specific.truth(foreign(error))), [0, 1, 2]);
  const alike = (share) => ({ models: {}, live: { alike: share, compared: 1000, chance: 0.1 } });
  assert.match(autoencoder.unsupervised.told(alike(0.93)), /93 %.*never told/);
  assert.match(autoencoder.unsupervised.told(alike(0.12)), /says little/);
  const plane = (empty, radius) => pair("hole_mass_prior", empty, 0.01, { code_radius: radius });
  assert.equal(generating.plane.truth(plane(0.001, 20)), 0);
  assert.match(generating.plane.told(plane(0.001, 20)), /do not fall between/);
  assert.match(generating.plane.told(plane(0.05, 3)), /not what decides/);
  assert.equal(generating.plane.truth(plane(0.9, 20)), 2);
  assert.match(generating.plane.told(plane(0.9, 20)), /as the sentence says/);
});

test("σ, neighbourhoods and β are told by their figures, whichever way they go", () => {
  const spread = (drawn) => ({ models: { vae: model({ recon_mse: measured(0.01), sampled_mse: measured(drawn) }) }, live: {} });
  assert.match(variational.sigma.told(spread(0.011)), /as wide as the decoder can bear/);
  assert.match(variational.sigma.told(spread(0.09)), /blurs/);
  const kept = (ae, vae) => ({
    models: Object.fromEntries(Object.entries({ ae, vae }).map(([key, value]) => [key, model({ retention_auc: measured(value), retention_curve: { 0.5: value } })])),
    live: { reaching: 5, balloons: 64 },
  });
  assert.match(variational.balloons.told(kept(0.4, 0.5)), /5 of 64.*VAE keeps/);
  assert.match(variational.balloons.told(kept(0.5, 0.4)), /against the textbook/);
  assert.match(variational.balloons.told(kept(0.5, 0.5)), /intervals overlap/);
  const price = (strong, draws, recall) => ({
    models: {
      ae: model({ recon_mse: measured(0.01) }),
      vae: model({ frechet_c_prior: measured(15), recall_prior: measured(0.7) }),
      strong: model({ recon_mse: measured(strong), frechet_c_prior: measured(draws), recall_prior: measured(recall) }),
    },
    live: {},
  });
  assert.deepEqual([0.011, 0.02, 0.05].map((error) => variational.beta.truth(price(error, 10, 0.3))), [0, 1, 2]);
  assert.match(variational.beta.told(price(0.02, 10, 0.3)), /draws come closer.*But they cover less/);
  assert.match(variational.beta.told(price(0.02, 20, 0.9)), /do not come closer.*cover more/);
});

test("where a second classifier orders two models otherwise, a step says so", () => {
  const side = (first, second) => model({ off_manifold_prior: measured(0.1), frechet_c_prior: measured(first), frechet_second_prior: measured(second) });
  const told = (ae, vae) => generating.generate.told({ models: { ae, vae }, live: {} });
  assert.match(told(side(70, 9), side(20, 12)), /orders them otherwise: 9 and 12\./);
  assert.match(told(side(70, 9), side(20, 9)), /does not tell them apart/);
  assert.doesNotMatch(told(side(70, 90), side(20, 9)), /second classifier/);
});

test("the painter's pairs are compared by their intervals", () => {
  const drawn = (unseen, seen) => ({
    models: { painter: { name: "dalle", config: null, metrics: { codebook_used: 0.999, attribute_accuracy: { drawn: {
      "one, held out": { joint: measured(unseen) }, "one, seen": { joint: measured(seen) } } } } } },
    live: { cells: 64, symbols: 1000 },
  });
  assert.equal(painting.truth(drawn(0.5, 0.9)), 0.5);
  assert.match(painting.told(drawn(0.5, 0.9)), /less well.*64 cells, each one of 1,000 symbols/);
  assert.match(painting.told(drawn(0.9, 0.9)), /not the pairs/);
});

test("what was not measured is said with the command that measures it", () => {
  assert.throws(() => generating.generate.told({ models: { ae: model({}), vae: model({}) }, live: {} }), /python -m vae evaluate made-up/);
});

test("the catalogue's language writes numbers, plurals and sentences; what it lacks stays English", () => {
  assert.equal(tally({ right: 1, answered: 2, count: 3 }), "In 1 of 2 answers you and the measurements agree. 1 step is still open.");
  const file = new URL("../../vae/ui/static/text/languages/it.json", import.meta.url);
  const { sentences, contractions } = JSON.parse(readFileSync(file, "utf8"));
  speak("it", sentences, contractions);
  try {
    assert.equal(number(12345.678), "12.345,678");
    assert.equal(percent(0.0875), "8,75 %");
    assert.equal(tally({ right: 1, answered: 2, count: 3 }), "In 1 risposta su 2 tu e le misure siete d'accordo. 1 passo è ancora aperto.");
    assert.match(tally({ right: 2, answered: 2, count: 5 }), /2 risposte su 2.*3 passi sono/);
    assert.match(generating.generate.told(pair("frechet_c_prior", 76.6, 14.5, MORE)), /76,6 per l'autoencoder e 14,5 per il VAE/);
    assert.equal(fixed(0.5, 2), "0,50");
    const draws = drawsOf({ off_manifold_prior: measured(0.085), hole_mass_prior: measured(0.115), recall_prior: measured(0.005) });
    assert.match(draws, /^Di 10\.000 estrazioni da N\(0, I\), l'8,5 % si decodifica .* e l'11,5 % cade .*; tra loro sta lo 0,5 % /);
    const side = { label: "il VAE", whose: "del VAE", kind: "vae", ratio: 1.25, gap: 0.2, flips: 1, unreal: 0, frames: 16 };
    assert.match(pathSide(side), /^Il passo più grande del VAE è 1,25 volte .*, passando per 1 cambio di classe superfluo; .*nessuna di 16; i codici/);
    assert.deepEqual([decimalMark(), marked("-0.25"), unmarked("0,25"), unmarked("0.25")], [",", "-0,25", "0.25", "0.25"]);
    assert.equal(plural(3, "{n} gadget", "{n} gadgets"), "3 gadgets");
    assert.equal(t("{what} is not there", { what: "this" }), "this is not there");
  } finally {
    speak("en", {});
  }
});
