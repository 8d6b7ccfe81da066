// @ts-check
/** One training: how far it is, what may be done with it, its curves, the pictures that it has come to. */
import { h, say } from "../../core/dom.js";
import { askJson, tellJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { parting, progressOf, WALL } from "../../text/learning.js";
import { LearningCurve } from "./learningcurve.js";

/** @typedef {import("./following.js").Training} Training */

export class LearningRow {
  #address;
  #stamp = 0;
  #share = -1; // when the curves were looked at last
  #gone = new AbortController();
  #onchange;
  #onfail;

  /**
   * @param {Training} training @param {string} base of all addresses
   * @param {() => void} onchange when something was done with it @param {(error: unknown) => void} onfail
   */
  constructor(training, base, onchange, onfail) {
    this.#address = `${base}/continuum/learning/${training.id}`;
    this.#onchange = onchange;
    this.#onfail = onfail;
    const button = (/** @type {string} */ words, /** @type {() => void} */ onclick) =>
      h("button", { type: "button", class: "ctm-chip", onclick, "aria-label": `${words} ${training.name}` }, words);
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("Training of {name}", { name: training.name }) });
    this.words = h("span", { role: "status" });
    this.pause = button(t("Pause"), () => this.#do("pause"));
    this.resume = button(t("Resume"), () => this.#do("resume"));
    this.again = button(t("Go on"), () => this.#do("again"));
    this.part = button(t("Cancel"), () => this.#askTwice(true));
    this.warning = h("span");
    this.sure = button(t("Delete"), () => this.#end());
    this.really = h(
      "span",
      { class: "ctm-line", hidden: true },
      this.warning,
      this.sure,
      button(t("Keep"), () => this.#askTwice(false)),
    );
    this.open = h(
      "a",
      { class: "ctm-chip", href: `${base}/?${new URLSearchParams({ model: training.name })}`, hidden: true },
      t("Open in Explore"),
    );
    this.curve = new LearningCurve(base, this.#address, training.kind);
    this.wall = h("img", { class: "ctm-learningwall", alt: WALL, title: WALL, hidden: true });
    this.said = h("ul", { class: "ctm-setreport", hidden: true });
    this.element = h(
      "article",
      { class: `ctm-card ctm-set ctm-${training.kind}`, "aria-label": training.name },
      h("div", { class: "ctm-line" }, h("h3", {}, training.name), h("span", { class: "ctm-quiet" }, training.data)),
      h(
        "div",
        { class: "ctm-line ctm-going" },
        this.bar,
        this.words,
        this.pause,
        this.resume,
        this.again,
        this.part,
        this.really,
        this.open,
      ),
      this.said,
      h("div", { class: "ctm-learned" }, this.curve.element, this.wall),
      h("details", {}, h("summary", {}, t("On the command line")), h("pre", { tabindex: 0 }, training.command)),
    );
  }

  /** @param {Training} training as it is now */
  show(training) {
    const { state, share, sentence, outcome, mapped, stamp } = training;
    this.bar.value = share;
    say(this.words, progressOf(training));
    this.pause.hidden = state !== "working" && state !== "waiting";
    this.resume.hidden = state !== "paused" && state !== "pausing";
    this.again.hidden = state !== "failed";
    const ended = state === "ready" || state === "failed";
    this.bar.hidden = ended;
    this.#offer(training);
    this.open.hidden = !mapped;
    const lines = sentence ? [sentence] : outcome;
    this.said.hidden = !lines.length;
    if (this.said.textContent !== lines.join("")) this.said.replaceChildren(...lines.map((line) => h("li", {}, line)));
    this.wall.hidden = stamp === null;
    if (stamp !== null && stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.wall.src = `${this.#address}/wall.png?of=${stamp}`;
    }
    if (share === this.#share && state !== "working") return;
    this.#share = share;
    this.curve.look(this.#gone.signal).catch((error) => this.#fail(error));
  }

  dispose() {
    this.#gone.abort();
    this.curve.dispose();
    this.element.remove();
  }

  /** What parting with it would mean now; a question of what it meant before is no longer asked. @param {Training} training */
  #offer(training) {
    const { ask, says, does } = parting(training);
    if (says === this.warning.textContent) return;
    const words = /** @type {const} */ ([
      [this.part, ask],
      [this.sure, does],
    ]);
    for (const [button, text] of words) {
      say(button, text);
      button.setAttribute("aria-label", `${text} ${training.name}`);
    }
    say(this.warning, says);
    this.really.hidden = true;
    this.part.hidden = false;
  }

  /** @param {boolean} asking */
  #askTwice(asking) {
    this.really.hidden = !asking;
    this.part.hidden = asking;
    (asking ? this.sure : this.part).focus();
  }

  /** @param {"pause"|"resume"|"again"} what */
  async #do(what) {
    await this.#change(tellJson(this.#address, { do: what }, this.#gone.signal));
  }

  async #end() {
    await this.#change(askJson(this.#address, { method: "DELETE", signal: this.#gone.signal }));
  }

  /** @param {Promise<unknown>} asked */
  async #change(asked) {
    try {
      await asked;
    } catch (error) {
      this.#fail(error);
    }
    this.#onchange();
  }

  /** @param {unknown} error */
  #fail(error) {
    if (!this.#gone.signal.aborted) this.#onfail(error);
  }
}
