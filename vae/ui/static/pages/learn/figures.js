// @ts-check
/** The figures that a step is told from: those of its models' files, and what is measured on the live models. */
import { askJson } from "../../core/fetching.js";
import { Unmeasured } from "../../text/tour/measured.js";
import { notHere } from "../../text/tour/tour.js";

/** @typedef {import("../../text/tour/measured.js").Figures} Figures */

/** @type {Map<string, Promise<any>>} what was fetched, by address */
const fetched = new Map();
/** @type {Map<string, Record<string, number>>} what was measured, by the ids of steps */
const measured = new Map();

/**
 * @param {import("./steps.js").Step} step @param {import("./measuring.js").Live} live
 * @returns {Promise<Figures>} never settled where the live models do not answer
 * @throws {Unmeasured} where a model is not here
 */
export async function figuresOf(step, live) {
  const names = Object.values(step.models);
  const address = `${live.base}/continuum/figures?${new URLSearchParams(names.map((name) => ["name", name]))}`;
  const found = await remembered(address);
  const missing = names.filter((name) => !(name in found));
  if (missing.length) throw new Unmeasured(notHere(missing.join(", ")));
  const models = Object.fromEntries(Object.entries(step.models).map(([part, name]) => [part, { name, ...found[name] }]));
  if (step.measure && !measured.has(step.id)) measured.set(step.id, await step.measure(live));
  return { models, live: measured.get(step.id) ?? {} };
}

/** @param {string} address */
function remembered(address) {
  const known = fetched.get(address);
  if (known) return known;
  const asking = askJson(address);
  asking.catch(() => fetched.delete(address));
  fetched.set(address, asking);
  return asking;
}
