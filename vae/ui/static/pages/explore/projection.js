// @ts-check
/** Which projection of the codes the map shows, and how far it can be trusted. */
import { fill, h, select } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { kindsFor, onProjection, readProjection, usualProjection, writeProjection } from "../../core/projections.js";
import { numberName, placeSaid, projectionName, trustFigures } from "../../text/projections.js";

/** @typedef {import("../../core/models.js").MappedFacts} MappedFacts */
/** @typedef {import("../../core/projections.js").ProjectionKind} ProjectionKind */
/** @typedef {import("../../core/projections.js").Trust} Trust */

export class ProjectionChoice {
  element;
  #live;
  #onchoose;
  #kind;
  #raw = [t("Number across"), t("Number up")].map((name) => this.#part(name));
  #toward = [t("Across toward"), t("Across away from"), t("Up toward"), t("Up away from")].map((name) => this.#part(name));
  #rawLine = h("span", { class: "ctm-line" }, "→", this.#raw[0], "↑", this.#raw[1]);
  #towardLine = h(
    "span",
    { class: "ctm-line" },
    h("span", { class: "ctm-line" }, "→", this.#toward[0], "−", this.#toward[1]),
    h("span", { class: "ctm-line" }, "↑", this.#toward[2], "−", this.#toward[3]),
  );
  #trust = h("dl", { class: "ctm-numbers-line ctm-trust" });
  /** @type {MappedFacts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;
  #projecting = new AbortController();

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {(facts: MappedFacts) => void} onchoose a hand has chosen another projection of the model, and its map is there
   */
  constructor(live, onchoose) {
    this.#live = live;
    this.#onchoose = onchoose;
    this.#kind = select(t("Projection"), [], "", (kind) =>
      this.#choose(usualProjection(/** @type {ProjectionKind} */ (kind), this.#known)),
    );
    this.element = h("div", { class: "ctm-projection", hidden: true }, this.#kind, this.#rawLine, this.#towardLine, this.#trust);
  }

  /** What the address keeps. @returns {import("../../core/types.js").View} */
  get view() {
    return this.#facts?.projection ? { proj: this.#facts.projection } : {};
  }

  /** The same for another model: what does not depend on its code or its classes. @param {{latent_dim: number}|undefined} model */
  viewFor(model) {
    return this.#facts?.projection === "pca" && model && model.latent_dim > 2 ? this.view : {};
  }

  /** The map is there. @param {MappedFacts} facts @param {AbortSignal} signal aborted once the model is left */
  show(facts, signal) {
    this.#facts = facts;
    this.#signal = signal;
    const kinds = kindsFor(facts),
      { kind, numbers } = readProjection(facts.projection ?? "");
    this.element.hidden = kinds.length < 2;
    fill(
      this.#kind,
      kinds.map((each) => [each, projectionName(each, facts.settings.method)]),
      kind,
    );
    this.#kind.title = placeSaid(facts.projection ?? "", facts);
    this.#rawLine.hidden = kind !== "raw";
    this.#towardLine.hidden = kind !== "toward";
    /** @type {[string, string][]} */
    const own = facts.dimensions.map(({ index }) => [String(index), numberName(index)]);
    /** @type {[string, string][]} */
    const classes = facts.classes.map((name, label) => [String(label), name]);
    if (kind === "raw") this.#raw.forEach((part, i) => fill(part, own, String(numbers[i])));
    if (kind === "toward")
      this.#toward.forEach((part, i) => fill(part, i % 2 ? [...classes, ["-1", t("all others")]] : classes, String(numbers[i])));
    this.#trust.replaceChildren();
    this.measure();
  }

  /** Say how far the map can be trusted, unless that is not to be seen. */
  async measure() {
    const facts = this.#facts,
      signal = this.#signal;
    if (!facts || !signal || this.element.hidden || this.element.classList.contains("ctm-folded") || this.#trust.childElementCount) return;
    const address = `${this.#live.base}/continuum/models/${encodeURIComponent(facts.name)}/trust${onProjection(facts.projection ?? "")}`;
    /** @type {Trust|null} */
    const trust = await askJson(address, { signal }).catch(() => null); // the map is as good without
    if (signal.aborted || this.#facts !== facts || !trust) return;
    this.#trust.replaceChildren(
      ...trustFigures(trust).map(([name, value, title]) => h("div", { title, tabindex: 0 }, h("dd", {}, value), h("dt", {}, name))),
    );
  }

  /** The facts of the model on screen; there are none before a choice is offered. */
  get #known() {
    return /** @type {MappedFacts} */ (this.#facts);
  }

  /** @param {string} name */
  #part(name) {
    return select(name, [], "", () => {
      const { kind, numbers: before } = readProjection(this.#known.projection ?? "");
      const numbers = (kind === "raw" ? this.#raw : this.#toward).map(({ value }) => Number(value));
      const same = kind === "raw" && numbers[0] === numbers[1]; // then the two have changed places
      this.#choose(writeProjection(kind, same ? [before[1], before[0]] : numbers));
    });
  }

  /** Get another map of the same codes. @param {string} projection */
  async #choose(projection) {
    const before = this.#known;
    this.#projecting.abort();
    const { signal } = (this.#projecting = new AbortController());
    try {
      const facts = await this.#live.models.get(before.name, projection);
      if (signal.aborted || this.#facts !== before) return;
      this.#live.alert("", "projection");
      this.#onchoose(facts);
    } catch (error) {
      if (signal.aborted || this.#facts !== before || !(error instanceof Error) || !this.#signal) return;
      this.#live.alert(error.message, "projection");
      this.show(before, this.#signal);
    }
  }
}
