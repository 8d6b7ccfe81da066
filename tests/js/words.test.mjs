import assert from "node:assert/strict";
import { test } from "node:test";
import { reachSaid } from "../../vae/ui/static/text/balloons.js";
import { diceBoth, diceSide, drawsOf, drawsOfBoth, sourceOf } from "../../vae/ui/static/text/draws.js";
import { raceBoth, raceSide } from "../../vae/ui/static/text/race.js";
import { drawSaid, samplesSaid } from "../../vae/ui/static/text/samples.js";
import { differ } from "../../vae/ui/static/text/telling.js";
import * as unreal from "../../vae/ui/static/text/unreal.js";
import * as words from "../../vae/ui/static/text/words.js";

const AE = { kind: "ae", label: "the autoencoder" }, VAE = { kind: "vae", label: "the VAE" };
const WEAK = { kind: "vae", label: "the VAE β 1" }, STRONG = { kind: "vae", label: "the VAE β 20" };
const AGAINST = /against the textbook/, NONE = /textbook difference does not show|no more than chance/;
const measured = (value, width = 0.001) => ({ value, low: value - width, high: value + width, n: 10000 });
const DRAWN = { far: 5, unreal: 30, classes: 8, all: 10, n: 64 };
/** Figures over 10,000 draws. */
const metrics = (frechet, unreal, empty, recall = 0.7) => ({
  frechet_c_prior: measured(frechet), off_manifold_prior: measured(unreal), hole_mass_prior: measured(empty), recall_prior: measured(recall),
});
const dice = (named, figures, counts = {}) => ({ ...named, ...DRAWN, ...counts, metrics: figures });

test("two counts differ when their shares are more than two standard errors apart, whatever they are of", () => {
  assert.equal(differ(5, 30, 64), true);
  assert.equal(differ(5, 9, 64), false);
  assert.equal(differ(5, 30, 64, 384), false, "the same share");
  assert.equal(differ(0, 0, 24), false);
});

test("the verdict on draws weighs all figures, says what each rests on, and follows them whichever way they go", () => {
  const good = metrics(10, 0.1, 0.02), poor = metrics(80, 0.6, 0.2);
  const vae = diceBoth([dice(AE, poor), dice(VAE, good)], "prior");
  assert.match(vae, /Over 10,000 draws each.*Fréchet distance 80 and 10, unreal pictures 60 % and 10 % and empty places 20 % and 2 %/);
  assert.match(vae, /The VAE draws better by all of these\./);
  assert.doesNotMatch(vae, AGAINST);
  const ae = diceBoth([dice(AE, good), dice(VAE, poor)], "prior");
  assert.match(ae, /The autoencoder draws better by all of these, against the textbook/);
  assert.match(diceBoth([dice(AE, good), dice(VAE, good)], "prior"), NONE);
  assert.match(diceBoth([dice(WEAK, good), dice(STRONG, poor)], "prior"), /The VAE β 1 draws better/);
  assert.doesNotMatch(diceBoth([dice(WEAK, poor), dice(STRONG, good)], "prior"), /textbook|autoencoder/);
  const empty = (value, low, high) => ({ hole_mass_prior: { value, low, high } });
  assert.match(diceBoth([dice(AE, empty(1, 1, 1)), dice(VAE, empty(0.9995, 0.999, 0.9999))], "prior"), NONE, "both are written 100 %");
});

test("where a second classifier orders two models otherwise, the verdict says so", () => {
  const side = (named, first, second) => dice(named, { ...metrics(first, 0.1, 0.02), frechet_second_prior: measured(second) });
  assert.match(diceBoth([side(AE, 80, 9), side(VAE, 10, 12)], "prior"), /a second classifier of another architecture has the autoencoder ahead \(9 and 12\)\./);
  assert.match(diceBoth([side(AE, 80, 9), side(VAE, 10, 9)], "prior"), /a second classifier of another architecture does not tell them apart/);
  assert.doesNotMatch(diceBoth([side(AE, 80, 30), side(VAE, 10, 9)], "prior"), /second classifier/);
});

test("a learned prior is drawn from only where there is one", () => {
  assert.equal(sourceOf("learned", true), "learned");
  assert.deepEqual(["learned", "mixture", undefined].map((word) => sourceOf(word, false)), ["prior", "mixture", "prior"]);
  assert.match(diceSide({ kind: "ae", ...DRAWN }, "learned"), /^Drawn where a small network has learned that this model's codes lie: 30 of 64/);
});

test("figures that point to different models are told as such, with the reason", () => {
  const said = diceBoth([dice(AE, metrics(77, 0.68, 0.03)), dice(VAE, metrics(15, 0.34, 0.13))], "prior");
  assert.match(said, /The autoencoder is ahead by empty places, the VAE by Fréchet distance and unreal pictures/);
  assert.match(said, /may fill an empty place with a good picture/);
  const same = diceBoth([dice(AE, metrics(72, 0.1, 0.01)), dice(VAE, metrics(21, 0.16, 0.005))], "prior");
  assert.match(same, /one thing drawn over and over/);
});

test("a figure whose intervals overlap is left open, and one that is missing is not spoken of", () => {
  const said = diceBoth([dice(AE, metrics(80, 0.3, 0.2)), dice(VAE, metrics(10, 0.3, 0.02))], "prior");
  assert.match(said, /The VAE draws better by Fréchet distance and empty places; unreal pictures leaves it open/);
  const bare = { frechet_c_fitted: measured(18.7), off_manifold_fitted: measured(0.24), hole_mass_fitted: measured(0.112) };
  const other = { frechet_c_fitted: measured(17.6), off_manifold_fitted: measured(0.146), hole_mass_fitted: measured(0.027) };
  const fitted = diceBoth([dice(AE, bare), dice(VAE, other)], "fitted");
  assert.match(fitted, /The VAE draws better by all of these\. Even told where its codes lie/);
  const even = { ...bare, frechet_c_fitted: other.frechet_c_fitted, hole_mass_fitted: other.hole_mass_fitted };
  assert.match(diceBoth([dice(AE, even), dice(VAE, other)], "fitted"), /draws better by unreal pictures; .* leave it open\. The 64/, "no lesson of one figure");
  assert.match(diceBoth([dice(AE, {}), dice(VAE, other)], "fitted"), /has not been measured/);
  assert.doesNotMatch(diceBoth([dice(AE, {}), dice(VAE, {})], "fitted"), /NaN|undefined/);
});

test("the 64 draws on screen are told apart only where they are enough for it", () => {
  const figures = metrics(10, 0.1, 0.02);
  const said = (ae, vae) => diceBoth([dice(AE, figures, { unreal: ae }), dice(VAE, figures, { unreal: vae })], "prior");
  assert.match(said(30, 5), /Of the 64 draws on screen, the VAE has fewer unreal pictures \(30 and 5/);
  assert.match(said(5, 30), /Of the 64 draws on screen, the autoencoder has fewer/);
  assert.match(said(5, 8), /64 draws on screen are too few/);
  assert.match(diceBoth([dice(AE, {}, { unreal: NaN }), dice(VAE, {}, { unreal: NaN })], "prior"), /Nobody here judges/);
});

test("one model's draws are told by their pictures first", () => {
  const said = diceSide({ ...DRAWN, kind: "vae", unreal: 1, far: 12, classes: 7 }, "prior");
  assert.match(said, /training asked.*1 of 64 is an unreal picture, 12 of 64 land in empty places; the pictures show 7 of 10/);
  assert.match(diceSide({ ...DRAWN, kind: "ae", unreal: NaN, far: 0 }, "fitted"), /own codes lie: none of 64 land in empty places\.$/);
  assert.equal(samplesSaid({ unreal: 50, far: 2, n: 64 }), "Of the pictures 50 of 64 are unreal; of the draws 2 of 64 land in empty places (hollow on the map).");
  assert.doesNotMatch(samplesSaid({ unreal: NaN, far: 0, n: 64 }), /unreal|hollow/);
  assert.equal(drawSaid({ drawn: "seven", unreal: true, far: false }), ", looks like seven, an unreal picture");
});

test("slide, Compare and the card of an unreal picture give the same figures of the same pair", () => {
  const ae = metrics(77, 0.676, 0.034), vae = metrics(15, 0.345, 0.132);
  const both = drawsOfBoth([{ ...AE, metrics: ae }, { ...VAE, metrics: vae }]);
  assert.match(both, /67\.6 % of the autoencoder's decode to unreal pictures and 34\.5 % of the VAE's; 3\.4 % of the autoencoder's land/);
  const slide = words.slideStep({ config: { kind: "vae", latent_dim: 16 }, metrics: { ...vae, recon_mse: measured(0.01) }, first: { recon_mse: measured(0.01) } });
  const card = unreal.found({ share: 0.176, distance: 0.6, cycle_gap: 0.2, judged: 1 }, vae);
  for (const said of [slide, card]) assert.ok(said.includes(drawsOf(vae)));
  const ground = words.groundBoth([{ ...AE, share: 0.149, judged: true, metrics: ae }, { ...VAE, share: 0.176, judged: true, metrics: vae }]);
  assert.ok(ground.includes(both) && /14\.9 % of the autoencoder's and 17\.6 % of the VAE's decode to unreal/.test(ground));
  assert.match(words.groundBoth([{ ...AE, share: 0, judged: false, metrics: {} }, { ...VAE, share: 1, judged: false, metrics: {} }]), /are empty/);
});

test("few unreal pictures are no praise where little is drawn", () => {
  const PRAISE = /no praise/;
  assert.match(drawsOf(metrics(72, 0.1, 0, 0.05)), PRAISE);
  assert.doesNotMatch(drawsOf(metrics(72, 0.1, 0, 0.5)), PRAISE);
  assert.doesNotMatch(drawsOf(metrics(72, 0.7, 0, 0.05)), PRAISE);
  assert.equal(drawsOf({}), "");
});

test("a hole is said only where an unreal picture lies in an empty place", () => {
  const found = (distance, judged = 1) => unreal.found({ share: 0.1, distance, cycle_gap: 0.2, judged }, {});
  assert.match(found(1.4), /empty place as well, 1\.4 times.*a hole/);
  assert.match(found(0.6), /no empty place.*no hole/);
  assert.match(found(NaN), /one and the same code/);
  assert.match(found(1.4, 0), /Nobody here judges/);
  assert.match(unreal.nothing(true), /unreal picture/);
  assert.match(unreal.nothing(false), /empty/);
});

const PATH = { ratio: 1.5, length: 20, gap: 0.2, unreal: 4, frames: 16 };
test("the sentence on two paths follows the figures", () => {
  const said = (a, b) => words.pathBoth([{ ...AE, ...PATH, ...a }, { ...VAE, ...PATH, ...b }]);
  assert.match(said({ ratio: 1.2 }, { ratio: 4 }), /the autoencoder changes more evenly, against the textbook/);
  assert.match(said({ ratio: 4 }, { ratio: 1.2 }), /the VAE changes more evenly \(/);
  assert.match(said({}, {}), NONE);
  assert.match(said({ unreal: 0 }, { unreal: 15 }), /The autoencoder has fewer unreal frames \(0 of 16\)/);
  assert.match(said({ length: 40 }, {}), /the autoencoder's picture changes 2 times/);
  assert.match(said({}, { gap: 0.1 }), /codes of the VAE return closer/);
  assert.match(words.pathSide({ ...VAE, ...PATH, ratio: 5, flips: 2, unreal: 0 }), /The VAE's largest step is 5 times the mean: a jump.*2 needless.*none of 16 frames are unreal.*20 %/);
  assert.doesNotMatch(words.pathSide({ ...VAE, ...PATH, ratio: 1.1, flips: 0, unreal: NaN }), /jump|needless|unreal/);
});

test("one image's variations give no cause, and what many images kept stands beside them", () => {
  const curve = (share) => ({ retention_curve: { 0: 1, 0.5: share }, retention_auc: { n: 2000 } });
  const said = (a, b, radius = 0.6) =>
    words.freedomBoth([{ ...AE, share: a, metrics: curve(0.825) }, { ...VAE, share: b, metrics: curve(0.9) }], { n: 24, radius });
  assert.match(said(23 / 24, 8 / 24), /the autoencoder keeps the class more often, against the textbook/);
  assert.match(said(8 / 24, 23 / 24), /the VAE keeps the class more often\. One image is no rule: of 2,000 test images moved by 0\.5/);
  assert.match(said(8 / 24, 23 / 24), /82\.5 % of the autoencoder's keep their class and 90 % of the VAE's/);
  assert.doesNotMatch(said(8 / 24, 23 / 24), /trained/);
  assert.match(said(0.5, 0.5), NONE);
  assert.match(said(1, 1, 0), /Open the radius/);
  assert.match(said(NaN, NaN), /Nobody here judges/);
  assert.match(words.freedomSide({ ...VAE, kept: 0.5, n: 24, radius: 0.5, name: "seven" }), /12 of 24 variations as seven/);
  assert.match(words.freedomSide({ ...VAE, kept: 1, n: 24, radius: 0, name: "seven" }), /Move the slider/);
});

test("planes are compared where codes lie, whole, and by shares", () => {
  const said = (a, b) => words.planeBoth([{ ...AE, ...a }, { ...VAE, ...b }]);
  assert.match(said({ unreal: 5, n: 200 }, { unreal: 60, n: 100 }), /the autoencoder's plane has fewer unreal pictures, against the textbook \(2\.5 %/);
  assert.match(said({ unreal: 60, n: 100 }, { unreal: 5, n: 200 }), /the VAE's plane has fewer unreal pictures \(60 %/);
  assert.match(said({ unreal: 5, n: 100 }, { unreal: 10, n: 200 }), NONE);
  assert.match(said({ unreal: 5, n: 100, part: true }, { unreal: 90, n: 100 }), /not compared/);
  assert.match(words.planeSide({ ...AE, unreal: 5, n: 100 }), /of 100 places where codes lie, 5/);
});

test("a step of the slide is told beside the first one", () => {
  const step = (config, error) => words.slideStep({ config: { latent_dim: 2, ...config }, metrics: { recon_mse: measured(error) }, first: { recon_mse: measured(0.01) } });
  assert.match(step({ kind: "vae" }, 0.02), /2 times the plain/);
  assert.match(step({ kind: "vae" }, 0.0101), /as well as the plain/);
  assert.match(step({ kind: "ae" }, 0.01), /The plain autoencoder/);
  assert.match(words.slideStep({ config: { kind: "vae" }, metrics: {}, first: {} }), /has not been measured/);
});

test("balloons are said to touch by how many do", () => {
  assert.match(reachSaid([0.1, 0.2, 0.3]), /20 % of the way.*no balloon/);
  assert.match(reachSaid([0.1, 0.2, 0.3, 0.9]), /25 % of the balloons are large enough/);
  assert.match(reachSaid([1.5, 2, 2.5]), /2 times as far.*all balloons/);
  assert.equal(reachSaid([]), "");
});

test("a race that is dull, goes against the textbook or ends in unreal pictures is called so", () => {
  const raced = (named, ratio, unreal = [0, 0, 0]) => ({ ...named, ratio, unreal, frames: 17 });
  const said = (a, b, short = 0) => raceBoth([raced(AE, a, [0, 0, short]), raced(VAE, b, [0, 0, short])]);
  assert.match(said(1.01, 1.02), /dull/);
  assert.match(said(1.3, 1.1), /the VAE's straight line is closer to its shortest path \(/);
  assert.match(said(1.1, 1.3), /autoencoder's straight line is closer to its shortest path, against the textbook.*1\.3 in the VAE/);
  assert.match(said(1.2, 1.21, 9), /about as much in both.*not more real/);
  assert.match(raceSide(raced(AE, 1.01)), /already nearly the shortest.*No frame/);
  assert.match(raceSide(raced(AE, 1.3, [0, 0, 9])), /1\.3 times.*9 geodesic/);
  const still = { ...raced(AE, 1), still: true };
  for (const sentence of [raceBoth([still, still]), raceSide(still)]) assert.match(sentence, /no way to go/);
});

test("class changes beyond the one that different ends require are needless", () => {
  const flips = (path) => words.needlessFlips([...path].map(Number));
  assert.deepEqual(["", "3", "339", "3839", "333", "383"].map(flips), [0, 0, 0, 2, 0, 2]);
});
