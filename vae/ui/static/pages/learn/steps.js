// @ts-check
/** The steps of the tour: where each takes place, which control it is about, when it has been done, and what it is told from. */
import { t } from "../../core/language.js";
import { PAINTER } from "../../wire/schema.js";
import { compress, lossy, specific, unsupervised } from "../../text/tour/autoencoder.js";
import { between, fitted, generate, plane } from "../../text/tour/generating.js";
import { painting } from "../../text/tour/painting.js";
import { balloons, beta, sigma } from "../../text/tour/variational.js";
import * as measuring from "./measuring.js";

/** @typedef {import("../../core/types.js").View} View */
/**
 * @typedef {object} Step
 * @property {string} id by which an answer is remembered
 * @property {"explore"|"compare"|"slide"|"create"} page
 * @property {View} view of that page
 * @property {import("../../text/tour/measured.js").Telling} telling
 * @property {Record<string, string>} models by their part in the sentences
 * @property {(live: import("./measuring.js").Live) => Promise<Record<string, number>>} [measure] on the live models
 * @property {string} target selector of the control that the task is about
 * @property {(now: View, before: View) => boolean} done whether a hand has done the task, from the page's views
 * @property {string[]} needs selectors of what stays where only this step is to be seen
 * @property {readonly string[]} [telltale] selectors of what would give the answer away, hidden until there is one
 * @property {boolean} [grey] whether the map has no colours until there is an answer
 */

const VAE = "mnist-vae",
  AE = "mnist-ae",
  PAIR = { ae: AE, vae: VAE };
const MODEL = `select[aria-label="${t("Model")}"]`;
const MAP = ".ctm-mapcard .ctm-map";
const SIDES = [".ctm-side h2", ".ctm-numbers-line", ".ctm-body", ".ctm-sentence", ".ctm-verdict"];
/** What Compare says of the two models. */
const TOLD = [".ctm-numbers-line", ".ctm-sentence", ".ctm-verdict"];
const DICE = [...SIDES, '.ctm-controls[data-tab="dice"]', ".ctm-legendrow"];
/** Whether a part of the view is another one now. @param {...string} keys @returns {(now: View, before: View) => boolean} */
const changed =
  (...keys) =>
  (now, before) =>
    keys.some((key) => now[key] !== undefined && now[key] !== before[key]);

/** @type {readonly Step[]} */
export const TOUR_STEPS = [
  {
    id: "compress",
    page: "explore",
    view: { model: VAE, at: "i3" },
    telling: compress,
    models: { vae: VAE },
    target: 'input[type="range"][aria-label="μ 1"]',
    done: changed("at"),
    needs: [MAP, ".ctm-chain", '.ctm-row:has([aria-label="μ 1"])'],
    telltale: [MODEL, ".ctm-panel > :not(.ctm-figures)", ".ctm-chain figure:nth-of-type(2)", ".ctm-beside"],
  },
  {
    id: "lossy",
    page: "explore",
    view: { model: "mnist-vae-2", at: "i3" },
    telling: lossy,
    models: { small: "mnist-vae-2", middle: VAE, large: "mnist-vae-64" },
    target: MODEL,
    done: changed("model"),
    needs: [MODEL, MAP, ".ctm-chain", ".ctm-differing"],
  },
  {
    id: "specific",
    page: "explore",
    view: { model: VAE, at: "i7" },
    telling: specific,
    models: { vae: VAE, other: "fashion-mnist-vae" },
    measure: measuring.garments(VAE, "fashion-mnist-vae"),
    target: ".ctm-ownbox button",
    done: changed("of"),
    needs: [".ctm-ownbox", ".ctm-chain", MAP],
  },
  {
    id: "unsupervised",
    page: "explore",
    view: { model: VAE, at: "i0" },
    telling: unsupervised,
    models: { vae: VAE },
    measure: measuring.neighbours(VAE),
    target: ".ctm-legend",
    done: changed("hide"),
    needs: [MAP, ".ctm-legend"],
    grey: true,
  },
  {
    id: "generate",
    page: "compare",
    view: { data: "mnist", dim: "16", show: "dice", from: "prior", dice: "1" },
    telling: generate,
    models: PAIR,
    target: '.ctm-controls[data-tab="dice"] .ctm-line > .ctm-chip',
    done: changed("dice"),
    needs: DICE,
    telltale: TOLD,
  },
  {
    id: "plane",
    page: "compare",
    view: { data: "mnist", dim: "2", show: "plane" },
    telling: plane,
    models: { ae: "mnist-ae-2", vae: "mnist-vae-2" },
    target: ".ctm-side .ctm-mapbox",
    done: changed("zleft", "zright"),
    needs: [...SIDES, ".ctm-legendrow"],
  },
  {
    id: "sigma",
    page: "explore",
    view: { model: VAE, at: "i3" },
    telling: sigma,
    models: { vae: VAE },
    target: 'input[type="range"][aria-label="σ 1"]',
    done: changed("s"),
    needs: [MAP, ".ctm-figures", '.ctm-row:has([aria-label="σ 1"])'],
  },
  {
    id: "balloons",
    page: "compare",
    view: { data: "mnist", dim: "16", show: "ground", i: "3" },
    telling: balloons,
    models: PAIR,
    measure: measuring.reaching(VAE),
    target: ".ctm-side .ctm-mapbox",
    done: changed("i"),
    needs: [...SIDES, '.ctm-controls[data-tab="ground"]'],
    telltale: [".ctm-verdict", '.ctm-controls[data-tab="ground"] .ctm-quiet'],
  },
  {
    id: "fitted",
    page: "compare",
    view: { data: "mnist", dim: "16", show: "dice", from: "prior", dice: "1" },
    telling: fitted,
    models: PAIR,
    target: '.ctm-controls[data-tab="dice"] .ctm-segmented',
    done: ({ from }) => from === "mixture",
    needs: DICE,
  },
  {
    id: "between",
    page: "compare",
    view: { data: "mnist", dim: "16", show: "path" },
    telling: between,
    models: PAIR,
    target: `input[type="range"][aria-label="${t("Place on the path, t")}"]`,
    done: changed("t"),
    needs: [...SIDES, '.ctm-controls[data-tab~="path"]'],
    telltale: TOLD,
  },
  {
    id: "beta",
    page: "slide",
    view: { ladder: "mnist-16", p: "0" },
    telling: beta,
    models: { ...PAIR, strong: "mnist-vae-beta-20" },
    target: `input[aria-label="${t("From AE to VAE")}"]`,
    done: ({ p = "0" }, before) => Number(p) >= Number(before.p ?? 0) + 1,
    needs: [".ctm-slide"],
    telltale: [".ctm-slidecharts"],
  },
  {
    id: "painting",
    page: "create",
    view: { caption: "a brown avocado on a white background", seed: "1", show: "inside" },
    telling: painting,
    models: { painter: PAINTER },
    measure: measuring.painter,
    target: ".ctm-xray .ctm-cells",
    done: changed("cell", "given"),
    needs: [".ctm-captionbox", ".ctm-work"],
  },
];
