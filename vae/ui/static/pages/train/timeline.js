// @ts-check
/** The moments of a training: a slider through those that are kept, a film of them, and a fork from any. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { moment as words } from "../../text/train.js";

const PACE = 250; // milliseconds for each moment of the film

export class Timeline {
  /** @type {Int32Array | number[]} */
  #moments = [];
  #newest = 0;
  /** The step that is shown, −1 for the newest. */
  #at = -1;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #film;
  #onmove;
  #note;

  /** @param {(moment: number) => void} onmove −1 for the newest @param {() => void} onfork */
  constructor(onmove, onfork) {
    this.#onmove = onmove;
    this.slider = /** @type {HTMLInputElement} */ (
      h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": t("Moment"), oninput: () => this.#slid() })
    );
    this.#note = h("span", { class: "ctm-quiet" });
    this.play = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, t("▶ Film"));
    this.fork = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: t("Go on from this moment with the sliders as they stand, and keep what came after beside it"),
        onclick: onfork,
      },
      t("Fork from here"),
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-traintime", "aria-label": t("Timeline") },
      this.play,
      this.slider,
      this.#note,
      this.fork,
    );
  }

  /** The step that is shown, −1 for the newest. */
  get moment() {
    return this.#at;
  }

  /** The step that is shown. */
  get step() {
    return this.#at < 0 ? this.#newest : this.#at;
  }

  /** @param {Int32Array} moments that are kept @param {number} newest */
  show(moments, newest) {
    this.#moments = moments;
    this.#newest = newest;
    // What was shown may have been thinned out.
    if (this.#at >= 0 && !moments.includes(this.#at)) this.#at = [...moments].reverse().find((each) => each <= this.#at) ?? -1;
    const last = moments.length; // one more than the moments: now
    this.slider.max = String(last);
    this.slider.value = String(this.#at < 0 ? last : moments.indexOf(this.#at));
    this.play.disabled = this.fork.disabled = last < 1;
    this.#tell();
  }

  /** Show what is newest from now on. */
  follow() {
    this.#stop();
    this.#at = -1;
    this.slider.value = this.slider.max;
    this.#tell();
  }

  /** There is no training. */
  clear() {
    this.follow();
    this.show(new Int32Array(), 0);
  }

  dispose() {
    clearInterval(this.#film);
  }

  #slid() {
    this.#stop();
    this.#go(Number(this.slider.value));
  }

  /** @param {number} place among the moments; after the last, now */
  #go(place) {
    this.#at = place >= this.#moments.length ? -1 : this.#moments[place];
    this.#tell();
    this.#onmove(this.#at);
  }

  #tell() {
    const text = words(this.step, this.#newest);
    say(this.#note, text);
    this.slider.setAttribute("aria-valuetext", text);
  }

  #playPause() {
    if (this.#film) return this.#stop();
    this.play.textContent = t("❚❚ Film");
    let place = this.#at < 0 ? 0 : Number(this.slider.value);
    this.#film = setInterval(() => {
      this.slider.value = String(place);
      this.#go(place);
      if (place >= this.#moments.length) return this.#stop();
      place += 1;
    }, PACE);
  }

  #stop() {
    clearInterval(this.#film);
    this.#film = undefined;
    this.play.textContent = t("▶ Film");
  }
}
