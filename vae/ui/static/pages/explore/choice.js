// @ts-check
/** Which data set and which of its models Explore shows. */
import { fill, select } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { byData, dataTitle, KIND, told } from "../../core/modelnames.js";
import { DEFAULT_MODEL, ILLUSTRATED_MODEL } from "../../wire/schema.js";

/** @typedef {import("../../core/models.js").ModelName} ModelName */

export class ModelChoice {
  /** The models that can be used. @type {ModelName[]} */
  list = [];
  data;
  model;
  /** @type {import("../../core/models.js").Facts|null} of the model on screen */
  #facts = null;

  /** @param {(name: string) => void} onchoose a hand has chosen a model */
  constructor(onchoose) {
    this.data = select(t("Data set"), [], "", (/** @type {string} */ data) => {
      if (this.#facts) onchoose(alike(this.list, data, this.#facts).name);
    });
    this.model = select(t("Model"), [], "", onchoose);
    this.model.classList.add("ctm-model");
  }

  /** Offer the models of the data set of the one on screen. @param {import("../../core/models.js").Facts} facts */
  show(facts) {
    this.#facts = facts;
    const data = [...new Set(this.list.map((model) => model.data))].sort(byData);
    fill(
      this.data,
      data.map((name) => [name, dataTitle(name)]),
      facts.data,
    );
    const models = this.list.filter((model) => model.data === facts.data).sort(byKind);
    fill(
      this.model,
      models.map((model) => [model.name, label(model, models)]),
      facts.name,
    );
  }

  /** Another model could not be opened: name the one that is still on screen. */
  restore() {
    if (!this.#facts) return;
    this.data.value = this.#facts.data;
    this.model.value = this.#facts.name;
  }
}

/**
 * Models in the order in which a page opens them until one can be: the one that the address names, else the usual one, first.
 * @param {ModelName[]} usable @param {string|undefined} name @param {string} usual
 */
export function inTurn(usable, name, usual) {
  const wanted = usable.find((model) => model.name === name) ?? usable.find((model) => model.name === usual) ?? usable[0];
  return wanted ? [wanted, ...usable.filter((model) => model !== wanted)] : [];
}

/**
 * The model that the first screen shows: the usual one if its images are there to be seen, too, else one whose are.
 * @param {ModelName[]} usable
 */
export function opening(usable) {
  const seen = (/** @type {string} */ name) => usable.some((model) => model.name === name && model.originals);
  return [DEFAULT_MODEL, ILLUSTRATED_MODEL].find(seen) ?? DEFAULT_MODEL;
}

/**
 * The model of another data set that is most like this one: of the same kind and code size, else the first.
 * @param {ModelName[]} list @param {string} data @param {{kind: string, latent_dim: number}} like
 */
export function alike(list, data, { kind, latent_dim: dim }) {
  const there = list.filter((model) => model.data === data);
  return there.find((model) => model.kind === kind && model.latent_dim === dim) ?? there[0];
}

/** Models in the order in which the page offers them. @param {ModelName} a @param {ModelName} b */
export const byKind = (a, b) =>
  a.latent_dim - b.latent_dim || a.kind.localeCompare(b.kind) || a.noise - b.noise || a.l2 - b.l2 || a.beta - b.beta;

/**
 * What a model is called: as little as tells it apart from the others of its data set.
 * @param {ModelName} model @param {ModelName[]} all of them
 */
export function label(model, all) {
  const others = all.filter((other) => other.latent_dim === model.latent_dim && other.kind === model.kind);
  const apart = others.length > 1 ? told(model, others) : "";
  return [t("{kind} · {dim} numbers", { kind: KIND[model.kind], dim: model.latent_dim }), apart].filter(Boolean).join(" · ");
}
