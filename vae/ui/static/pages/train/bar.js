// @ts-check
/** What to train, and how: data, code size, start and pause, one step, pace, and what becomes of a moment. */
import { fill, h, say, select } from "../../core/dom.js";
import { number, t, translated } from "../../core/language.js";

/** @typedef {{name: string, title: string, there: boolean}} Choice */
/**
 * @typedef {{train: () => void, step: () => void, pace: (most: number|null) => void, anew: () => void, keep: (name: string) => void,
 *   lacks: (words: string) => void, rescue: (step: number) => void}} Does
 */

const SIZES = ["1", "2", "3", "4", "8", "16", "32", "64"];
/** @type {[string, string][]} */
const PACES = [
  ["", t("full speed")],
  ["10", t("10 steps a second")],
  ["2", t("2 steps a second")],
];

const ACTS = { start: t("▶ Train"), pause: t("❚❚ Pause"), cancel: t("✕ Cancel") };
const RESCUE = t("A branch from the last moment at which both were well, with the sliders as they stood then");

export class Bar {
  #data = select(t("Data set"), [], "", () => this.#does.anew());
  #size;
  #train;
  #status = h("span", { class: "ctm-quiet ctm-trainstatus" });
  #record = h(
    "a",
    {
      class: "ctm-chip",
      download: "",
      title: t("Every move of a slider with its step: python -m vae train --replay FILE does it all again"),
    },
    t("Recording"),
  );
  #gif = h("a", { class: "ctm-chip", download: "", title: t("Both maps at every moment that is kept, as a GIF") }, "GIF");
  #mp4 = h("a", { class: "ctm-chip", download: "", onclick: (/** @type {Event} */ event) => this.#lacks(event) }, "MP4");
  #missing = "";
  #sound = 0; // the moment that is offered
  #rescue = h("button", { type: "button", class: "ctm-chip", hidden: "", title: RESCUE, onclick: () => this.#does.rescue(this.#sound) });
  #name;
  #keep;
  #does;

  /** @param {Does} does */
  constructor(does) {
    this.#does = does;
    this.#size = select(
      t("Code size"),
      SIZES.map((size) => [size, size === "1" ? t("1 number") : t("{size} numbers", { size })]),
      "2",
      () => does.anew(),
    );
    const about = t("Both learn while this page is open, and pause when it is left.");
    this.#train = h("button", { type: "button", class: "ctm-chip ctm-primary", title: about, onclick: () => does.train() }, ACTS.start);
    const step = h("button", { type: "button", class: "ctm-chip", onclick: () => does.step() }, t("One step"));
    const pace = select(t("Pace"), PACES, "", (most) => does.pace(most ? Number(most) : null));
    this.#name = /** @type {HTMLInputElement} */ (
      h("input", {
        class: "ctm-chip",
        "aria-label": t("Name to keep it under"),
        placeholder: t("name"),
        maxlength: 40,
        size: 10,
        spellcheck: "false",
      })
    );
    this.#keep = h("form", { class: "ctm-line" }, this.#name, h("button", { type: "submit", class: "ctm-chip" }, t("Keep as models")));
    this.#keep.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#name.value.trim()) does.keep(this.#name.value.trim());
    });
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainbar", "aria-label": t("Training") },
      h("div", { class: "ctm-line" }, this.#data, this.#size, this.#train, step, pace),
      this.#status,
      this.#rescue,
      h("div", { class: "ctm-line ctm-trainkeep" }, this.#keep, this.#record, this.#gif, this.#mp4),
    );
  }

  get data() {
    return this.#data.value;
  }

  get size() {
    return Number(this.#size.value);
  }

  /** @param {Choice[]} choices @param {string} data @param {number} size */
  open(choices, data, size) {
    fill(
      this.#data,
      choices.map(({ name, title, there }) => [name, there ? translated(title) : t("{title} (not on disk)", { title: translated(title) })]),
      data,
    );
    if (!SIZES.includes(String(size))) this.#size.append(h("option", { value: size }, t("{size} numbers", { size })));
    this.#size.value = String(size);
  }

  /** What the button does. @param {keyof typeof ACTS} act */
  set act(act) {
    say(this.#train, ACTS[act]);
  }

  /** The moment at which both were well, to go on from; −1 where nothing has gone wrong. @param {number} step */
  set sound(step) {
    this.#sound = step;
    this.#rescue.hidden = step < 0;
    say(this.#rescue, t("Go on from step {step}", { step: number(step, 15) }));
  }

  /** @param {string} words */
  set status(words) {
    say(this.#status, words);
  }

  /**
   * Where its recording and its film are.
   * @param {string} address of the training, "" while there is none @param {string} [missing] what an MP4 lacks, "" for nothing
   */
  offer(address, missing = "") {
    this.#missing = missing;
    this.#mp4.title = missing || t("Both maps at every moment that is kept, as an MP4");
    for (const element of [this.#record, this.#gif, this.#mp4, this.#keep]) element.hidden = !address;
    this.#record.setAttribute("href", `${address}/recording`);
    this.#gif.setAttribute("href", `${address}/film`);
    this.#mp4.setAttribute("href", `${address}/film?as=mp4`);
  }

  /** @param {Event} event */
  #lacks(event) {
    if (!this.#missing) return;
    event.preventDefault();
    this.#does.lacks(this.#missing);
  }
}
