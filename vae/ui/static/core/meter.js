// @ts-check
/** The meter: connection, device, frame rate, and how long a picture takes from the event to the screen. */
import { h, say } from "./dom.js";
import { t } from "./language.js";

const KEPT = 120;

export class Meter {
  /** @type {number[]} milliseconds from an event to its picture, the newest last */
  #delays = [];
  /** @type {number[]} when the pictures of the last second were painted */
  #painted = [];
  /** @type {{words: string, live?: boolean}} */
  #connection = { words: t("connecting …") };
  #device = "";
  #timer;

  constructor() {
    this.dot = h("span", { class: "ctm-dot", "aria-hidden": "true" });
    this.state = h("span", { role: "status", "aria-label": t("Connection and device") });
    this.numbers = h("span", { class: "ctm-numbers" });
    this.element = h(
      "div",
      {
        class: "ctm-meter",
        title: t("Half of all pictures were on screen within the first time after your hand moved (p50), 95 % within the second (p95)."),
      },
      this.dot,
      this.state,
      this.numbers,
    );
    this.#timer = setInterval(() => this.#show(), 500);
    this.#show();
  }

  /** @param {{words: string, live?: boolean}} connection how it is */
  set connection(connection) {
    this.#connection = connection;
    this.#show();
  }

  /** @param {string} device cpu, cuda or mps */
  set device(device) {
    this.#device = device;
    this.#show();
  }

  /**
   * Count a picture that answers `event`. What the page asks by itself, such as its first picture, has no event to measure from.
   * @param {{timeStamp: number}|null} [event]
   */
  frame(event) {
    if (!event) return;
    const now = performance.now();
    this.#painted.push(now);
    this.#delays.push(now - event.timeStamp);
    if (this.#delays.length > KEPT) this.#delays.shift();
  }

  dispose() {
    clearInterval(this.#timer);
  }

  #show() {
    const now = performance.now();
    this.#painted = this.#painted.filter((time) => now - time < 1000);
    const { words, live = false } = this.#connection;
    this.dot.classList.toggle("ctm-on", live);
    say(this.state, live && this.#device ? `${words} · ${this.#device}` : words);
    const sorted = [...this.#delays].sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0);
    say(
      this.numbers,
      sorted.length
        ? [this.#painted.length && `${this.#painted.length} fps`, `p50 ${at(0.5)} ms`, `p95 ${at(0.95)} ms`].filter(Boolean).join(" · ")
        : t("move something"),
    );
  }
}
