// @ts-check
/** The current code: an image's or any other, its pictures, and what moves it. */
import { h } from "../../core/dom.js";
import { readFloats, readPoint, writeFloats, writePoint } from "../../core/view.js";
import { CodeText } from "../../widgets/codetext.js";
import { Sliders } from "../../widgets/sliders.js";
import { DECODE, VARY } from "../../wire/schema.js";
import { Figures, VARIATIONS } from "./figures.js";
import { Handles } from "./handles.js";
import { Images, usualStd } from "./image.js";
import { anySeed } from "./seed.js";

/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {import("../../core/types.js").Point} Point */
/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {import("./image.js").Image} Image */
/** @typedef {{model: string|null, row: number, image: Image|null}} Current `model`: whose code it is, null while it is on its way */

export class CodePanel {
  element;
  sliders;
  handles;
  #live;
  #map;
  #save;
  #figures;
  #images;
  #codeText;
  /** @type {Current} */
  #current = { model: null, row: 0, image: null };
  /** @type {Current} what stays on screen if another model cannot be opened */
  #before = this.#current;
  #edited = false;
  #seed = 1;
  /** @type {Facts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} of the model on screen */
  #signal;

  /** @param {import("../../core/connection.js").Live} live @param {import("./mapcard.js").Shared} page */
  constructor(live, { map, hover, save, outlined }) {
    this.#live = live;
    this.#map = map;
    this.#save = save;
    const renew = () => this.row >= 0 && !this.#edited && this.choose(this.row, null);
    this.#figures = new Figures(live, renew, (event, fresh) => {
      if (fresh) this.#seed = anySeed();
      this.#decode(event);
      if (fresh) save();
    });
    this.#images = new Images(live, (error) => this.#failed(error, () => this.#figures.clear()));
    this.sliders = new Sliders((event) => this.#slide(event), save, live.alert);
    this.#codeText = new CodeText(
      () => this.sliders.code,
      (code, event) => this.#replace(code, event),
      live.alert,
    );
    const label = () => this.#current.image?.label ?? 0;
    const move = (/** @type {Float32Array} */ code, /** @type {Event} */ event) => this.#move(code, event);
    this.handles = new Handles(live, { sliders: this.sliders, map, label, hover, move, save, outlined });
    this.element = this.#build();
  }

  /**
   * Another model is being opened; its first picture does not wait for the rest.
   * @param {string} name @param {Point|null} chosen by the address
   */
  expect(name, chosen) {
    this.#images.leave();
    if (this.ready) this.#before = this.#current;
    this.#current = { model: null, row: chosen?.row ?? 0, image: null };
    if (!chosen || chosen.row >= 0) this.#ask(name, chosen?.row ?? 0, null);
  }

  /** It cannot be opened: what was on screen before stays. */
  restore() {
    this.#images.leave();
    this.#current = this.#before;
  }

  /**
   * Its facts are there.
   * @param {Facts} facts @param {import("../../core/types.js").View} view
   * @param {(point: Point|null) => Point|null} known the point, or null if it is an image that the map does not have
   * @param {AbortSignal} signal aborted once it is left
   */
  enter(facts, view, known, signal) {
    this.#facts = facts;
    this.#signal = signal;
    this.#figures.enter(facts, signal);
    this.sliders.build(facts.kind, facts.dimensions);
    this.handles.enter(facts, view, signal);
    this.#seed = Number(view.seed) || 1;
    const [chosen, source] = [readPoint(view.at), known(readPoint(view.of))];
    if (chosen?.code) {
      const { code } = chosen;
      const sigma = view.s ? readFloats(view.s) : usualStd(facts);
      // A code that was made from an image by the sliders is shown beside that image.
      if (source) this.#ask(facts.name, source.row, null, () => this.#replace(code, null, sigma));
      else this.put(code, null, sigma);
    } else if (chosen && !known(chosen)) this.#ask(facts.name, 0, null);
    else if (this.ready) this.#show(); // it was faster than the facts
  }

  dispose() {
    this.#images.leave();
    this.handles.dispose();
    this.#codeText.dispose();
  }

  /** Whether the code of the model on screen is there. */
  get ready() {
    return this.#facts !== null && this.#current.model === this.#facts.name;
  }

  /** Row of the current image, or −1. */
  get row() {
    return this.#current.row;
  }

  /** What the address keeps; null while the code is on its way. */
  get view() {
    const { code, sigma } = this.sliders;
    const { row } = this.#current;
    if (!code || !sigma || !this.ready || code.length !== this.#facts?.latent_dim) return null;
    const chosen = this.#edited ? -1 : row;
    /** @type {import("../../core/types.js").View} */
    const view = { at: writePoint({ row: chosen, code }), seed: String(this.#seed) };
    if (chosen < 0 && this.#facts?.kind === "vae") view.s = writeFloats(sigma);
    if (chosen < 0 && row >= 0) view.of = `i${row}`;
    return view;
  }

  /** Make an image of the map current. @param {number} row @param {Event|null} event */
  choose(row, event) {
    if (this.#facts) this.#ask(this.#facts.name, row, event);
  }

  /** Make a code current that is no image's. @param {ArrayLike<number>} code @param {Moved|null} event @param {ArrayLike<number>} [std] */
  put(code, event, std) {
    if (!this.#facts) return;
    this.#current = { model: this.#facts.name, row: -1, image: null };
    this.#edited = true;
    this.sliders.set(code, std ?? usualStd(this.#facts));
    this.handles.moved();
    this.#figures.noOriginal();
    this.#map.over.row = -1;
    this.#decode(event);
  }

  #build() {
    const reset = (/** @type {Event} */ event) => {
      this.sliders.reset();
      this.#edited = false;
      this.#decode(event);
      this.handles.moved();
      this.#save();
    };
    const button = h("button", { type: "button", class: "ctm-link", onclick: reset }, "reset");
    const { copy, paste, told } = this.#codeText;
    return h(
      "section",
      { class: "ctm-card ctm-panel", "aria-label": "Code" },
      this.#figures.element,
      this.handles.choice.element,
      h("div", { class: "ctm-heading" }, this.handles.title, button, copy, paste, told, this.handles.useTitle),
      this.#codeText.element,
      this.sliders.element,
      this.handles.element,
    );
  }

  /** @param {string} model @param {number} row @param {Moved|null} event @param {() => void} [then] once it is on screen */
  #ask(model, row, event, then = () => {}) {
    this.#images.ask(model, row, (image) => {
      this.#edited = false;
      this.#current = { model, row, image };
      this.#figures.image(image);
      this.#live.meter.frame(event);
      if (!this.ready) return; // shown once the facts are there
      this.#show();
      then();
    });
  }

  #show() {
    const { row, image } = this.#current;
    if (!image || !this.#facts) return;
    this.sliders.set(image.mean, image.std);
    this.handles.moved();
    this.#figures.tell(this.#facts, image);
    this.#map.over.cursor = image.place;
    this.#map.over.row = row;
    this.#map.redraw();
    if (this.#facts.kind === "vae") this.#decode(null);
    this.#save();
  }

  /** Put another code in place of the current one. @param {Float32Array} code @param {Event|null} event @param {Float32Array} [sigma] */
  #replace(code, event, sigma) {
    this.#move(code, event, sigma);
    this.handles.moved();
    this.#save();
  }

  /** Move the code; its home stays. @param {Float32Array} code @param {Event|null} event @param {Float32Array} [sigma] */
  #move(code, event, sigma = this.sliders.sigma) {
    if (sigma) this.sliders.set(code, sigma, true);
    this.#slide(event);
  }

  /** @param {Moved|null} event */
  #slide(event) {
    this.#edited = true;
    this.#decode(event);
  }

  /** Decode the sliders' code, with its variations. @param {Moved|null} event */
  #decode(event) {
    const { code, sigma } = this.sliders;
    if (!code || !sigma || !this.#facts) return;
    this.#figures.code(code);
    const { name, kind } = this.#facts;
    const options = {
      model: name,
      lane: "slider",
      signal: this.#signal,
      onReply: (/** @type {import("../../wire/schema.js").DecodeAnswered} */ answer) => this.#decoded(answer, kind, event),
      onError: (/** @type {Error} */ error) => this.#failed(error, () => this.#figures.clearDecoded()),
    };
    if (kind === "ae") this.#live.session.ask(DECODE, { codes: code }, options);
    else this.#live.session.ask(VARY, { seed: this.#seed, count: VARIATIONS, mean: code, std: this.#figures.spread(sigma) }, options);
  }

  /** @param {import("../../wire/schema.js").DecodeAnswered} answer @param {string} kind @param {Moved|null} event */
  #decoded({ pixels, places }, kind, event) {
    this.#figures.decoded(pixels, this.#edited ? "decoding" : "reconstruction", this.#current.image?.original ?? null);
    this.#live.meter.frame(event);
    const [[x, y], ...around] = places.rows;
    this.#map.over.cursor = [x, y];
    this.#map.over.spread = kind === "vae" ? around.flatMap((place) => [...place]) : null;
    this.#map.redraw();
  }

  /** Say what went wrong; pictures that were to show it show nothing. @param {Error} error @param {() => void} clear */
  #failed(error, clear) {
    this.#live.alert(error.message);
    clear();
  }
}
