// @ts-check
/** A quiet line on the map that says how far the server is with what it must read before there is a map. */
import { h, say } from "../core/dom.js";
import { language, t } from "../core/language.js";

const PATIENCE = 600; // milliseconds that need no word
const BETWEEN = 300; // milliseconds between two questions

export class Progress {
  #turn = 0;
  #words;
  #bar;

  constructor() {
    this.#words = h("span", {});
    this.#bar = h("div", {
      class: "ctm-loading-bar",
      role: "progressbar",
      "aria-label": t("Loading the map"),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    });
    this.element = h("div", { class: "ctm-loading", hidden: true }, this.#words, this.#bar);
  }

  /**
   * Show the progress of a load until it is over.
   * @param {string} address answers {stage, share}; where it does not, nothing is shown
   * @param {Promise<any>} loading
   */
  async follow(address, loading) {
    const turn = ++this.#turn;
    const over = loading.then(
      () => true,
      () => true,
    );
    const wait = (/** @type {number} */ milliseconds) =>
      Promise.race([over, new Promise((resolve) => setTimeout(resolve, milliseconds, false))]);
    let told = true;
    for (let pause = PATIENCE; told && !(await wait(pause)) && turn === this.#turn; pause = BETWEEN) {
      told = await this.#ask(address, () => turn === this.#turn);
    }
    await over;
    if (turn === this.#turn) this.element.hidden = true;
  }

  /** Stop following. */
  stop() {
    this.#turn += 1;
    this.element.hidden = true;
  }

  /** Whether there was an answer. @param {string} address @param {() => boolean} current */
  async #ask(address, current) {
    try {
      const response = await fetch(address, { headers: { "accept-language": language() } });
      if (!response.ok) return false;
      const { stage, share } = await response.json();
      if (!current()) return true;
      const percent = Math.round(100 * Math.min(1, Math.max(0, Number(share) || 0)));
      this.element.hidden = !stage;
      say(this.#words, stage ? `${stage} … ${percent} %` : "");
      this.#bar.setAttribute("aria-valuenow", String(percent));
      this.#bar.setAttribute("aria-valuetext", stage);
      this.#bar.style.setProperty("--share", String(percent / 100));
      return true;
    } catch {
      return false; // the connection's status says it
    }
  }
}
