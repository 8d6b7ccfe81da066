// @ts-check
/** The choice of the pair: data set, code size, and of each kind the model where there are several. */
import { fill, h, keepFocus, segmented, select } from "../../core/dom.js";
import { Missing, training } from "../../core/missing.js";
import { byData, dataTitle, told } from "../../core/models.js";
import * as say from "../../text/compare.js";
import { KINDS, modelsOf, nameFor, pairFor, pairsOf, partnerOf, usual } from "./pairs.js";

/** @typedef {import("./pairs.js").Pair} Pair */
/** @typedef {import("../../core/types.js").View} View */

export class Choice {
  data = "";
  dim = 2;
  /** Of the models that a hand or an address has chosen, by kind; "" for the usual one. @type {Record<string, string>} */
  names = { ae: "", vae: "" };
  dataChoice;
  sizeSlot = h("div", {});
  /** @type {import("../../core/models.js").ModelName[]} */
  #list = [];
  #reopen;

  /** @param {() => void} reopen a hand has chosen */
  constructor(reopen) {
    this.#reopen = reopen;
    this.dataChoice = select("Data set", [], "", (/** @type {string} */ data) => {
      this.data = data;
      if (!this.sizes.includes(this.dim)) [this.dim] = this.sizes;
      reopen();
    });
  }

  /** What stands on the page. */
  get elements() {
    return [this.dataChoice, h("span", { class: "ctm-quiet" }, "code size"), this.sizeSlot];
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

  /** What of the view tells which models of their kind were chosen. */
  get named() {
    return Object.fromEntries(Object.entries(this.names).filter(([, name]) => name));
  }

  /**
   * Take what an address names.
   * @param {import("../../core/models.js").ModelName[]} list all models that can be used @param {View} view
   * @returns {Pair[]} what to open, best first
   */
  read(list, view) {
    this.#list = list;
    this.names = { ae: view.ae ?? "", vae: view.vae ?? "" };
    const { pairs } = this,
      first = pairFor(pairs, view);
    return [first, ...pairs.filter((other) => other !== first)].filter(Boolean);
  }

  /**
   * The model of one kind, of those that a select then offers.
   * @param {"ae"|"vae"} kind @param {HTMLSelectElement} choice
   */
  model(kind, choice) {
    const models = modelsOf(this.#list, kind, this.pair),
      names = models.map((model) => model.name);
    const name = nameFor(names, this.names[kind], usual(kind, this.pair));
    this.names[kind] = usual(kind, this.pair).includes(name) ? "" : name;
    fill(
      choice,
      models.map((model) => [model.name, told(model, models) || "plain"]),
      name,
    );
    choice.hidden = names.length < 2;
    return name;
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
    const size = segmented("Code size", sizes, String(this.dim), (/** @type {string} */ dim) => {
      this.dim = Number(dim);
      this.#reopen();
    }).element;
    keepFocus(this.sizeSlot, () => this.sizeSlot.replaceChildren(size), /** @type {HTMLElement|null} */ (size.firstElementChild));
  }

  /**
   * What to say where there is no pair: how to train the partner of a model that is there, or both.
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
}
