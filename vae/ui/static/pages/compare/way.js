// @ts-check
/** From A to B: the two images, the place on the path between them, and what a hand does with these. Same path and the race walk it. */
import { h, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Stay } from "../../core/stay.js";
import { writeNumber } from "../../core/view.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Player } from "../../widgets/strip.js";
import { codesOf } from "./side.js";

const REACH = 60; // pixels within which a dragged end finds its image

/** @typedef {import("./shared.js").Moved} Moved */
/** @typedef {import("./side.js").Side} Side */
/** @typedef {"A"|"B"} Letter */
/** @typedef {{start: (codes: import("./side.js").Codes, event: Moved) => void, scrub: (t: number, event: Moved) => void}} Walker */

export class Way {
  controls;
  t = 0.5;
  /** @type {"line"|"sphere"} */
  kind = "line";
  #shared;
  /** @type {Record<Letter, number>} rows */
  #ends = { A: 0, B: 1 };
  /** @type {{A?: string, B?: string}} as an address names them */
  #wanted = {};
  /** @type {Walker|null} */
  #walker = null;
  #start = new Stay(); // with these ends
  /** @type {Letter|null} */
  #picking = null;
  #player = new Player((t, event) => this.scrub(t, event));
  #play;
  #kinds;
  #pickers;
  #scrubber;

  /** @param {import("./shared.js").Shared} shared */
  constructor(shared) {
    this.#shared = shared;
    this.#play = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, t("▶ Play"));
    this.#kinds = segmented(
      t("Kind of path"),
      [
        ["line", t("straight")],
        ["sphere", t("spherical")],
      ],
      "line",
      (/** @type {"line"|"sphere"} */ kind) => {
        this.kind = kind;
        this.#begin();
        shared.save();
      },
    );
    this.#pickers = { A: this.#picker("A"), B: this.#picker("B") };
    this.#scrubber = new NumberSlider(
      t("Place on the path, t"),
      { min: 0, max: 1, step: 0.005 },
      {
        input: (/** @type {Event} */ event) => {
          this.pause();
          this.scrub(this.#scrubber.value, event);
        },
        commit: () => shared.save(),
        refuse: shared.live.alert,
      },
    );
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "path race" },
      h("div", { class: "ctm-line" }, h("h2", {}, t("From A to B, in both")), this.#kinds.element),
      h("div", { class: "ctm-line" }, this.#play, this.#pickers.A, this.#pickers.B),
      h(
        "div",
        { class: "ctm-scrubber" },
        this.#scrubber.slider,
        h("span", { class: "ctm-quiet", "aria-hidden": "true" }, "t ="),
        this.#scrubber.number,
      ),
    );
  }

  /** @param {Record<string, string>} view */
  read(view) {
    this.t = Number(view.t ?? 0.5);
    this.kind = view.path === "sphere" ? "sphere" : "line";
    this.#wanted = { A: view.a, B: view.b };
  }

  get view() {
    return { a: `i${this.#ends.A}`, b: `i${this.#ends.B}`, t: writeNumber(this.t), path: this.kind };
  }

  /** Other models are to have the same ends. */
  keep() {
    const { a, b } = this.view;
    this.#wanted = { A: a, B: b };
  }

  /**
   * Other models. @param {import("./side.js").Facts} facts
   * @param {(row: number, otherwise: number) => number} known the row if there is such an image
   */
  open({ labels, classes }, known) {
    const first = (/** @type {number} */ label) => Math.max(0, labels.indexOf(Math.min(label, classes.length - 1)));
    const end = (/** @type {string|undefined} */ text, /** @type {number} */ otherwise) =>
      /^i\d+$/.test(text ?? "") ? known(Number(text?.slice(1)), otherwise) : otherwise;
    this.#ends = { A: end(this.#wanted.A, first(4)), B: end(this.#wanted.B, first(1)) };
  }

  /** @param {Walker} walker @param {{kinds: boolean}} tab whether it lets a hand choose the kind of path */
  enter(walker, { kinds }) {
    this.#walker = walker;
    this.#kinds.element.hidden = !kinds;
    this.#kinds.choose(this.kind);
    this.#scrubber.value = this.t;
    this.#begin();
  }

  leave() {
    this.pause();
    this.#start.end();
    this.#walker = null;
  }

  /** Show place `t` of the path. @param {number} t @param {Moved} event */
  scrub(t, event) {
    this.t = t;
    this.#scrubber.value = t;
    this.#walker?.scrub(t, event);
  }

  /** A hand has chosen a frame. @param {number} t */
  jump(t) {
    this.pause();
    this.scrub(t, null);
    this.#shared.save();
  }

  pause() {
    if (!this.#player.playing) return;
    this.#player.pause();
    this.#play.textContent = t("▶ Play");
    this.#shared.save();
  }

  /** An image was clicked. @param {number} row @param {Event} event @returns {boolean} whether it became an end */
  pick(row, event) {
    if (!this.#picking) return false;
    this.#ends[this.#picking] = row;
    this.#startPicking(this.#picking);
    this.#begin(event);
    return true;
  }

  /**
   * An end is dragged.
   * @param {Side} side @param {Letter} letter @param {import("./side.js").Place} place @param {boolean} done @param {Event} event
   */
  drag(side, letter, place, done, event) {
    const row = side.map.nearest(place, REACH);
    if (row >= 0 && row !== this.#ends[letter]) this.#ends[letter] = row;
    else if (!done) return;
    this.#begin(event); // also when nothing was near: the marker goes back to its image
    if (done) this.#shared.save();
  }

  /** Between these ends. @param {Moved} event */
  async #begin(event = null) {
    const { sides, view } = this.#shared,
      { A, B } = this.#ends;
    const codes = await codesOf(sides, [A, B], view.signal, this.#start.begin());
    this.#walker?.start(codes, event);
    this.scrub(this.t, event);
  }

  #playPause() {
    if (this.#player.playing) return this.pause();
    this.#play.textContent = t("❚❚ Pause");
    this.#player.play(this.t);
  }

  /** @param {Letter} letter */
  #picker(letter) {
    const title = t("Click an image on either map; or drag {letter}", { letter });
    return h(
      "button",
      { type: "button", class: "ctm-chip", "aria-pressed": "false", title, onclick: () => this.#startPicking(letter) },
      t("Pick {letter}", { letter }),
    );
  }

  /** @param {Letter} letter */
  #startPicking(letter) {
    this.#picking = this.#picking === letter ? null : letter;
    for (const [name, button] of Object.entries(this.#pickers)) button.setAttribute("aria-pressed", String(name === this.#picking));
  }
}
