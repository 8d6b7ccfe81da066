// @ts-check
/** Where originals are missing that can be fetched: a button that does so, how far it is, and what is seen once they are there. */
import { h, say } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { fixed, t } from "../../core/language.js";

const SOON = 500,
  LATER = 4000; // milliseconds between two looks while they come, and while nobody has asked: another page may

/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {"none"|"missing"|"working"|"ready"|"failed"} State none: there is nothing to fetch */
/** @typedef {{state: State, share: number, title: string, bytes: number, sentence: string|null}} Told */

export class DownloadButton {
  #live;
  #there;
  #words = h("span", { class: "ctm-quiet" });
  #button = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#look("POST") });
  #bar = h("div", { class: "ctm-loading-bar", role: "progressbar", "aria-label": t("Download"), "aria-valuemin": 0, "aria-valuemax": 100 });
  element = h("div", { class: "ctm-download", "aria-live": "polite", hidden: true }, this.#button, this.#bar, this.#words);
  /** @type {Facts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("../../core/connection.js").Live} live @param {() => void} there the originals have come */
  constructor(live, there) {
    this.#live = live;
    this.#there = there;
  }

  /** Another model. @param {Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter(facts, signal) {
    clearTimeout(this.#timer);
    this.element.hidden = true;
    this.#facts = facts;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    if (!facts.originals) this.#look();
  }

  /** See how far it is, or ask for it. @param {"GET"|"POST"} [method] */
  async #look(method = "GET") {
    const facts = this.#facts,
      signal = this.#signal;
    if (!facts) return;
    clearTimeout(this.#timer);
    /** @type {Told|null} */
    const told = await askJson(`${this.#live.base}/continuum/originals/${encodeURIComponent(facts.data)}`, { method, signal }).catch(
      () => null, // nobody to ask
    );
    if (signal?.aborted || facts !== this.#facts || !told || told.state === "none") return;
    if (told.state === "ready") return this.#arrived(facts, signal);
    this.#show(told);
    this.#timer = setTimeout(() => this.#look(), told.state === "working" ? SOON : LATER);
  }

  /** @param {Told} told */
  #show({ state, share, title, bytes, sentence }) {
    const megabytes = (/** @type {number} */ count) => fixed(count / 1e6, 1);
    const working = state === "working",
      percent = Math.round(100 * share);
    this.element.hidden = false;
    this.#button.hidden = working;
    this.#bar.hidden = !working;
    say(this.#button, t("Download {title} ({bytes} MB)", { title, bytes: megabytes(bytes) }));
    this.#bar.setAttribute("aria-valuenow", String(percent));
    this.#bar.style.setProperty("--share", String(share));
    say(this.#words, working ? t("{share} of {bytes} MB", { share: megabytes(share * bytes), bytes: megabytes(bytes) }) : (sentence ?? ""));
  }

  /** @param {Facts} facts @param {AbortSignal|undefined} signal */
  async #arrived(facts, signal) {
    await this.#live.models.renew(facts.name);
    if (signal?.aborted || facts !== this.#facts) return;
    this.element.hidden = true;
    if (facts.originals) this.#there();
  }
}
