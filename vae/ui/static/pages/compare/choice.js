// @ts-check
/** The choice of the two models: data set, code size of the usual pair, and on either side any model of these data. */
import { fill, h, keepFocus, segmented, select } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { unshown } from "../../core/meant.js";
import { Missing, training } from "../../core/missing.js";
import { byData, dataTitle, KIND, told } from "../../core/modelnames.js";
import * as say from "../../text/compare.js";
import { KINDS, pairFor, pairsOf, partnerOf, twoOf } from "./pairs.js";

/** @typedef {import("./pairs.js").Pair} Pair */
/** @typedef {import("./pairs.js").Key} Key */
/** @typedef {import("../../core/types.js").View} View */

/**
 * What an address means that is not shown: models that are not there or of other data, data that there are no two models of.
 * @param {import("../../core/models.js").ModelName[]} models all, usable or not @param {string|undefined} data
 * @param {string[]} names of the models that it names @param {Pair|undefined} shown what is shown
 */
export function unmet(models, data, names, shown) {
  if (!shown) return [];
  const others = names.filter((name) => models.some((model) => model.name === name && model.usable && model.data !== shown[0]));
  return [
    ...names.map((name) => unshown(models, name)),
    ...others.map((name) => t("{name} is of other data than the model beside it, so another one is shown.", { name })),
    data && data !== shown[0] ? say.fewerThanTwo(dataTitle(data)) : "",
  ].filter(Boolean);
}

export class Choice {
  data = "";
  dim = 2;
  /** The models that a hand or an address has chosen; "" for the usual one. @type {Record<Key, string>} */
  names = { left: "", right: "" };
  dataChoice;
  sizeSlot = h("div", {});
  /** @type {import("../../core/models.js").ModelName[]} */
  #list = [];
  #reopen;

  /** @param {() => void} reopen a hand has chosen */
  constructor(reopen) {
    this.#reopen = reopen;
    this.dataChoice = select(t("Data set"), [], "", (/** @type {string} */ data) => {
      this.data = data;
      this.names = { left: "", right: "" };
      if (!this.sizes.includes(this.dim)) [this.dim] = this.sizes;
      reopen();
    });
  }

  /** What stands on the page. */
  get elements() {
    return [this.dataChoice, h("span", { class: "ctm-quiet" }, t("code size")), this.sizeSlot];
  }

  /** @returns {Pair[]} */
  get pairs() {
    return pairsOf(this.#list);
  }

  /** @returns {Pair} */
  get pair() {
    return [this.data, this.dim];
  }

  set pair([data, dim]) {
    this.data = data;
    this.dim = dim;
  }

  /** Code sizes of the pairs of the data that are compared. */
  get sizes() {
    return this.pairs.filter(([data]) => data === this.data).map(([, dim]) => dim);
  }

  get view() {
    return { data: this.data, dim: String(this.dim) };
  }

  /** What of the view tells which models were chosen, where they are not the usual ones. */
  get named() {
    const usual = twoOf(this.#models, this.pair, { left: "", right: "" });
    return Object.fromEntries(
      Object.entries(twoOf(this.#models, this.pair, this.names)).filter(([key, name]) => name !== usual[/** @type {Key} */ (key)]),
    );
  }

  /** Another code size: the usual pair of that size. @param {number} dim */
  resize(dim) {
    this.dim = dim;
    this.names = { left: "", right: "" };
    this.#reopen();
  }

  /**
   * Take what an address names; addresses of old call the sides by their kinds.
   * @param {import("../../core/models.js").ModelName[]} models all, usable or not @param {View} view
   * @param {(sentence: string) => void} tell what the address means is not there
   * @returns {Pair[]} what to open, best first
   */
  read(models, view, tell) {
    const list = (this.#list = models.filter((model) => model.usable));
    this.names = { left: view.left ?? view.ae ?? "", right: view.right ?? view.vae ?? "" };
    const { pairs } = this,
      first = pairFor(pairs, { ...view, ...this.names }, list);
    for (const sentence of unmet(models, view.data, Object.values(this.names), first)) tell(sentence);
    return [first, ...pairs.filter((other) => other !== first)].filter(Boolean);
  }

  /** The two models. @returns {Record<Key, string>} */
  get chosen() {
    return twoOf(this.#models, this.pair, this.names);
  }

  /** Offer on one side all models of the data but the other side's. @param {Key} key @param {HTMLSelectElement} choice */
  fill(key, choice) {
    const models = this.#models,
      { chosen } = this,
      other = chosen[key === "left" ? "right" : "left"];
    const words = (/** @type {import("../../core/models.js").ModelName} */ model) => {
      const alike = models.filter(({ kind, latent_dim: dim }) => kind === model.kind && dim === model.latent_dim);
      return [KIND[model.kind], t("{dim} numbers", { dim: model.latent_dim }), told(model, alike)].filter(Boolean).join(" · ");
    };
    fill(
      choice,
      models.map((model) => [model.name, words(model)]),
      chosen[key],
    );
    for (const option of choice.options) option.disabled = option.value === other;
  }

  /** Offer the data sets and code sizes that there are. */
  offer() {
    const data = [...new Set(this.pairs.map(([name]) => name))];
    fill(
      this.dataChoice,
      data.map((name) => [name, dataTitle(name)]),
      this.data,
    );
    const sizes = this.sizes.map((dim) => /** @type {[string, string]} */ ([String(dim), String(dim)]));
    const { left, right } = this.chosen,
      both = this.#models.filter(({ name }) => name === left || name === right);
    const pressed = both.every(({ latent_dim: dim }) => dim === this.dim) ? String(this.dim) : "";
    const size = segmented(t("Code size"), sizes, pressed, (/** @type {string} */ dim) => this.resize(Number(dim))).element;
    keepFocus(this.sizeSlot, () => this.sizeSlot.replaceChildren(size), /** @type {HTMLElement|null} */ (size.firstElementChild));
  }

  /**
   * What to say where no two models can be compared: how to train the partner of a model that is there, or both.
   * @param {import("../../core/models.js").Models} models
   */
  async missing(models) {
    const [one] = [...this.#list].sort((a, b) => byData(a.data, b.data) || a.latent_dim - b.latent_dim);
    if (!one)
      return new Missing(
        say.NEITHER,
        KINDS.flatMap((kind) => training(`mnist-${kind}`, { kind, data: "mnist" })),
      );
    const { config } = await models.get(one.name),
      kind = one.kind === "ae" ? "vae" : "ae";
    return new Missing(say.alone(one.name, kind), training(partnerOf(one.name, kind), { ...config, kind }));
  }

  /** The models of the data, in the order in which they are offered. */
  get #models() {
    return this.#list
      .filter(({ data }) => data === this.data)
      .sort((a, b) => a.kind.localeCompare(b.kind) || a.latent_dim - b.latent_dim || a.beta - b.beta || a.name.localeCompare(b.name));
  }
}
