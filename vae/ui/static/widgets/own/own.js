// @ts-check
/** A picture of somebody's own: dropped, pasted, chosen, photographed or drawn, and prepared step by step for a model. */
import { h, say } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { LOST, TRANSPARENT } from "../../text/own.js";
import { arrivals } from "./arrivals.js";
import { read } from "./file.js";
import { Pad } from "./pad.js";
import { forget, find, keep } from "./kept.js";
import { StepRow } from "./steprow.js";
import { prepare, readSteps, usualSteps, writeSteps } from "./steps.js";

/** @typedef {import("./steps.js").Framing} Framing */
/** @typedef {import("./steps.js").Step} Step */
/** @typedef {{key: string, pixels: {shape: number[], data: Uint8Array}}} Prepared (1, H, W, C) bytes */
/** @typedef {{base: string, alert: (sentence: string, about?: string) => void}} Live */
/** @typedef {import("./file.js").Source & {name: string}} Named */

const ABOUT = "own picture"; // of sentences

export class OwnPicture {
  /** The buttons. */
  controls;
  /** The pad, and the steps of the picture that is there. */
  element;
  /** What the address calls the picture that is there, or that is wanted; null while there is none. @type {string|null} */
  key = null;
  #live;
  #use;
  #pad;
  #steps;
  #note = h("p", { class: "ctm-quiet" });
  /** @type {Named|null} */
  #source = null;
  /** @type {Set<Step>|null} as a hand or an address wants them; null for the usual ones */
  #chosen = null;
  /** @type {Promise<Framing>|null} of the model on screen */
  #framing = null;
  #drawing = ""; // the key of what is being drawn
  #turn = 0; // of several pictures on their way the newest counts
  #gone = new AbortController();

  /**
   * @param {Live} live @param {HTMLElement} page where pictures are dropped
   * @param {(prepared: Prepared) => void} use a picture is ready for the model
   */
  constructor(live, page, use) {
    this.#live = live;
    this.#use = use;
    this.#pad = new Pad((canvas) => this.#drawn(canvas));
    this.#steps = new StepRow((step, on) => this.#toggle(step, on));
    const input = (/** @type {string} */ words, /** @type {Record<string, any>} */ more) => {
      const file = h("input", { type: "file", accept: "image/*", "aria-label": words, ...more });
      file.addEventListener("change", () => {
        const [chosen] = file.files ?? [];
        if (chosen) this.#add(chosen);
        file.value = ""; // the same one may be chosen again
      });
      return file;
    };
    const touch = matchMedia("(pointer: coarse)").matches;
    this.controls = h(
      "div",
      { class: "ctm-line ctm-owncontrols" },
      h(
        "label",
        { class: "ctm-chip ctm-file", title: t("Or drop or paste one anywhere on this page") },
        t("+ Add a picture"),
        input(t("Add a picture"), {}),
      ),
      touch && h("label", { class: "ctm-chip ctm-file" }, t("Photograph"), input(t("Photograph"), { capture: "environment" })),
      h(
        "button",
        { type: "button", class: "ctm-chip", onclick: () => this.#draw() },
        h("span", { "aria-hidden": "true" }, "✎ "),
        t("Draw a picture"),
      ),
    );
    this.element = h("div", { class: "ctm-own-picture" }, this.#pad.element, this.#steps.element, this.#note);
    arrivals(page, (file) => this.#add(file), this.#gone.signal);
  }

  /** Another model: the picture is prepared for it anew. @param {{name: string}} facts */
  enter({ name }) {
    const framing = askJson(`${this.#live.base}/continuum/models/${encodeURIComponent(name)}/framing`);
    framing.catch(() => {}); // said when a picture comes
    this.#framing = framing;
    this.#turn += 1;
  }

  /** What the address keeps. @returns {Record<string, string>} */
  get view() {
    if (!this.key) return {};
    return { of: this.key, ...(this.#chosen ? { prep: writeSteps(this.#chosen) } : {}) };
  }

  /**
   * Show the picture that an address names, if this browser has it; whether it has.
   * @param {string} key @param {string|undefined} prep
   */
  async open(key, prep) {
    const turn = ++this.#turn;
    this.key = key;
    this.#chosen = readSteps(prep);
    if (this.#source?.key === key) {
      await this.#prepare();
      return true;
    }
    const kept = await find(key);
    if (turn !== this.#turn) return true;
    if (!kept) {
      this.#show(null);
      say(this.#note, LOST);
      return false;
    }
    await this.#read(kept.file, kept.name, turn);
    return true;
  }

  /** Another image is on screen. */
  leave() {
    this.#turn += 1;
    this.key = null;
    this.#source = null;
    this.#chosen = null;
    this.#show(null);
  }

  dispose() {
    this.#turn += 1;
    this.#gone.abort();
  }

  /** @param {File} file */
  async #add(file) {
    this.#pad.close();
    this.#drawing = "";
    await this.#take(file, file.name || t("The picture"));
  }

  #draw() {
    if (this.#pad.open) return this.#pad.close();
    this.#drawing = "";
    this.#framing?.then(
      ({ shape: [channels] }) => this.#pad.begin(channels === 3),
      () => this.#pad.begin(false),
    );
  }

  /** @param {HTMLCanvasElement|null} canvas */
  async #drawn(canvas) {
    const before = this.#drawing;
    const file = canvas && (await new Promise((/** @type {(blob: Blob|null) => void} */ resolve) => canvas.toBlob(resolve, "image/png")));
    if (file) this.#drawing = await this.#take(file, t("Your drawing"));
    if (before && before !== this.#drawing) forget(before); // each stroke makes another picture
  }

  /** Keep a file and show it; what the address calls it, "" if it cannot be read. @param {Blob} file @param {string} name */
  async #take(file, name) {
    const turn = ++this.#turn;
    const awaited = this.#source ? null : this.key;
    const source = await this.#read(file, name, turn, awaited);
    if (!source) return "";
    await keep(source.key, file, name);
    return source.key;
  }

  /**
   * @param {Blob} file @param {string} name @param {number} turn
   * @param {string|null} awaited the picture that an address names and this browser lacked
   */
  async #read(file, name, turn, awaited = null) {
    try {
      const source = await read(file, name);
      if (turn !== this.#turn) return null;
      // The steps of an address are for its own picture; a drawing keeps its own from stroke to stroke.
      if (source.key !== this.key && source.key !== awaited && !this.#drawing) this.#chosen = null;
      this.#source = { ...source, name };
      this.key = source.key;
      this.#live.alert("", ABOUT);
      await this.#prepare();
      return source;
    } catch (error) {
      if (turn === this.#turn) this.#live.alert(/** @type {Error} */ (error).message, ABOUT);
      return null;
    }
  }

  /** @param {Step} step @param {boolean} on */
  #toggle(step, on) {
    const chosen = new Set(this.#steps.on);
    if (on) chosen.add(step);
    else chosen.delete(step);
    this.#chosen = chosen;
    this.#prepare();
  }

  async #prepare() {
    const source = this.#source,
      framing = await this.#framing;
    if (!source || !framing || source !== this.#source) return;
    const on = this.#chosen ?? usualSteps(source.grid, framing);
    const { stages, pixels } = prepare(source.grid, framing, on);
    const [channels, height, width] = framing.shape;
    this.#show({ source, framing, on, stages });
    this.#use({ key: source.key, pixels: { shape: [1, height, width, channels], data: pixels } });
  }

  /** @param {import("./steprow.js").Row & {source: Named}|null} row */
  #show(row) {
    this.#steps.show(row);
    say(this.#note, row?.source.transparent ? TRANSPARENT : "");
    this.element.dataset.steps = row ? writeSteps(row.on) : "";
  }
}
