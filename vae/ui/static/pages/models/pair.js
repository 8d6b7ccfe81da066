// @ts-check
/** A pair of models of an imported data set: asked for, watched while the server makes it, opened. */
import { fill, h, say, select } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { ABOUT, AGAIN, CANCELLED, MAKE, UNDONE, within } from "../../text/pair.js";
import { keepLooking } from "./looking.js";

/**
 * As the server tells it.
 * @typedef {object} Told
 * @property {"none"|"waiting"|"working"|"ready"|"failed"|"cancelled"} state
 * @property {number[]} [budgets] seconds that may be asked for
 * @property {number} [budget] that was asked for
 * @property {number} [share] of the work that is done
 * @property {string} [words] what is going on
 * @property {string|null} [sentence] why it failed, or what came out
 * @property {[string, string]} [models] names of the autoencoder and the VAE
 * @property {string[]} [outcome] sentences on the VAE, the last one advice
 * @property {string[]} [reasons] for each setting
 * @property {string[]} [undone] what there was no time for, with the commands that do it
 */

export class Pair {
  #base;
  #address;
  #gone;
  #looking = false;

  /** @param {string} name of the data set @param {string} base of all addresses @param {AbortSignal} gone once it is shown no longer */
  constructor(name, base, gone) {
    this.#base = base;
    this.#address = `${base}/continuum/pairs/${encodeURIComponent(name)}`;
    this.#gone = gone;
    this.budget = select(t("How long it may take"), [], "", () => {});
    this.make = h("button", { type: "button", class: "ctm-chip ctm-main", title: ABOUT, onclick: () => this.#ask() }, MAKE);
    this.bar = h("progress", { max: 1, value: 0, "aria-label": MAKE });
    this.words = h("span", { role: "status" });
    this.stop = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#cancel() }, t("Cancel"));
    this.asking = h("div", { class: "ctm-line" }, this.make, this.budget);
    this.going = h("div", { class: "ctm-line ctm-going", hidden: true }, this.bar, this.words, this.stop);
    this.said = h("div", { class: "ctm-pairsaid", hidden: true });
    this.element = h("div", { class: "ctm-pair" }, this.asking, this.going, this.said);
    this.#act(() => this.#look());
  }

  #ask() {
    this.#act(async () => {
      const budget = new URLSearchParams({ budget: this.budget.value });
      this.#show(await askJson(`${this.#address}?${budget}`, { method: "POST", signal: this.#gone }));
    });
  }

  #cancel() {
    say(this.words, t("stopping"));
    this.#act(async () => {
      await askJson(this.#address, { method: "DELETE", signal: this.#gone });
      await this.#look();
    });
  }

  /** @returns {Promise<boolean>} whether it is under way */
  async #look() {
    return this.#show(await askJson(this.#address, { signal: this.#gone }));
  }

  /** Do something, then look at how far it is until it has ended. @param {() => Promise<unknown>} what */
  async #act(what) {
    try {
      await what();
      if (this.going.hidden || this.#looking) return;
      this.#looking = true;
      await keepLooking(() => this.#look(), this.#gone);
    } catch (error) {
      if (!this.#gone.aborted) this.#show({ state: "failed", sentence: /** @type {Error} */ (error).message });
    }
    this.#looking = false;
  }

  /** @param {Told} told */
  #show(told) {
    const { state, budgets, budget, share = 0, words = "" } = told,
      busy = state === "waiting" || state === "working";
    if (budgets) {
      const chosen = budget ?? (Number(this.budget.value) || budgets[Math.min(1, budgets.length - 1)]);
      if (this.budget.options.length !== budgets.length || busy) fill(this.budget, options(budgets), String(chosen));
    }
    this.asking.hidden = busy || state === "ready";
    this.going.hidden = !busy;
    this.bar.value = share;
    say(this.words, busy ? `${Math.floor(100 * share)} %, ${words}` : "");
    say(this.make, state === "cancelled" ? AGAIN : MAKE);
    this.said.hidden = state === "none" || busy;
    if (this.said.hidden) return busy;
    if (state === "ready") this.said.replaceChildren(...this.#outcome(told));
    else if (state === "cancelled") this.said.replaceChildren(h("p", { class: "ctm-quiet" }, CANCELLED));
    else this.said.replaceChildren(h("p", { role: "alert", class: "ctm-alert" }, told.sentence ?? ""));
    return busy;
  }

  /** @param {Told} told */
  #outcome({ models: [ae, vae] = ["", ""], sentence, outcome = [], reasons = [], undone = [] }) {
    const explore = `${this.#base}/?${new URLSearchParams({ model: vae })}`,
      compare = `${this.#base}/compare?${new URLSearchParams({ left: ae, right: vae })}`;
    const items = (/** @type {string[]} */ said) => said.map((line) => h("li", {}, line));
    const lines = items([...outcome, ...reasons]);
    return [
      h("p", { role: "status" }, t("{ae} and {vae} are ready; {sentence}.", { ae, vae, sentence: sentence ?? "" })),
      h("div", { class: "ctm-line" }, link(t("Open in Explore"), explore), link(t("Open in Compare"), compare)),
      ...(undone.length ? [h("p", {}, UNDONE), h("ul", { class: "ctm-setreport" }, ...items(undone))] : []),
      h(
        "details",
        {},
        h("summary", {}, t("What it learned, what to try next, and why these settings")),
        h("ul", { class: "ctm-setreport" }, ...lines),
      ),
    ];
  }
}

/** @param {number[]} budgets @returns {[string, string][]} */
const options = (budgets) => budgets.map((seconds) => [String(seconds), within(seconds)]);

/** @param {string} words @param {string} href */
const link = (words, href) => h("a", { class: "ctm-chip", href }, words);
