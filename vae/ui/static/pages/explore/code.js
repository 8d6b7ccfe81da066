// @ts-check
/** The current code: an image's or any other, its pictures, and what moves it. */
import { t } from "../../core/language.js";
import { anySeed } from "../../core/seed.js";
import { readOwn } from "../../core/view.js";
import { CodeText } from "../../widgets/codetext.js";
import { Sliders } from "../../widgets/sliders.js";
import { codeLayout } from "./codelayout.js";
import { codeIn, codeView } from "./codeview.js";
import { Decoding } from "./decoding.js";
import { Figures } from "./figures.js";
import { Handles } from "./handles.js";
import { Images, usualStd } from "./image.js";

/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {import("../../core/types.js").Point} Point */
/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {import("./image.js").Image} Image */
/** @typedef {import("./codeview.js").Current} Current */
/** @typedef {import("./decoding.js").Answered} Answered */

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
  #decoding;
  /** @type {Current} */ #current = { model: null, row: 0, image: null };
  /** @type {Current} what stays on screen if another model cannot be opened */ #before = this.#current;
  #edited = false;
  #seed = 1;
  /** @type {Facts|null} of the model on screen */ #facts = null;

  /** @param {import("../../core/connection.js").Live} live @param {import("./mapcard.js").Shared} page */
  constructor(live, { map, hover, save, outlined }) {
    this.#live = live;
    this.#map = map;
    this.#save = save;
    const renew = () => this.row >= 0 && !this.#edited && this.choose(this.row, null);
    const again = (/** @type {Event} */ event, /** @type {boolean} */ fresh) => {
      if (fresh) this.#seed = anySeed();
      this.#decode(event);
      if (fresh) save();
    };
    const replace = (/** @type {Float32Array} */ code, /** @type {Event} */ event) => this.#replace({ code }, event);
    this.#figures = new Figures(live, renew, again, replace);
    this.#images = new Images(live, (error) => this.#failed(error, () => this.#figures.clear()));
    this.#decoding = new Decoding(live.session, {
      decoded: (answer, event) => this.#decoded(answer, event),
      varied: (answer) => this.#varied(answer),
      failed: (error) => this.#failed(error, () => this.#figures.clearDecoded()),
    });
    this.sliders = new Sliders((event) => this.#slide(event), save, live.alert);
    this.#codeText = new CodeText(() => this.sliders.code, replace, live.alert);
    const label = () => Math.max(0, this.#current.image?.label ?? 0);
    const move = (/** @type {Float32Array} */ code, /** @type {Event} */ event) => this.#move(code, event);
    this.handles = new Handles(live, { sliders: this.sliders, map, label, hover, move, save, outlined });
    this.element = codeLayout(this.#figures.element, this.handles, this.#codeText, this.sliders.element, (event) => {
      this.sliders.reset();
      this.#edited = false;
      this.#decode(event);
      this.handles.moved();
      this.#save();
    });
  }

  /**
   * Another model is being opened; its first picture does not wait for the rest.
   * @param {string} name @param {Point|null} chosen by the address @param {boolean} [own] whether it names a picture of somebody's own
   */
  expect(name, chosen, own = false) {
    this.#images.leave();
    if (this.ready) this.#before = this.#current;
    this.#current = { model: null, row: chosen?.row ?? 0, image: null };
    if (chosen ? chosen.row >= 0 : !own) this.#ask(name, chosen?.row ?? 0, null);
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
    this.#decoding.enter(facts, signal);
    this.#figures.enter(facts, signal);
    this.sliders.build(facts.kind, facts.dimensions);
    this.handles.enter(facts, view, signal);
    this.#seed = Number(view.seed) || 1;
    const said = codeIn(view, facts, known);
    if (said && said.row >= 0) this.#ask(facts.name, said.row, null, (image) => said.moved && this.#replace(said.moved(image), null));
    else if (said?.moved) this.put(said.moved().code, null, said.moved().sigma, readOwn(view.of));
    else if (this.ready) this.#show(); // it was faster than the facts
  }

  /** The map is another one: place the code on it. */
  again() {
    this.#decode(null);
  }

  dispose() {
    this.#images.leave();
    for (const part of [this.handles, this.#codeText]) part.dispose();
  }

  /** Whether the code of the model on screen is there. */
  get ready() {
    return this.#facts !== null && this.#current.model === this.#facts.name;
  }

  /** The picture of somebody's own that the code came from, as the address calls it. */
  get own() {
    return this.#current.own ?? null;
  }

  /** Row of the current image, or −1. */
  get row() {
    return this.#current.row;
  }

  /** What the address keeps; null while the code is on its way. */
  get view() {
    if (!this.#facts || !this.ready) return null;
    return codeView(this.#current, this.sliders, this.#facts, { edited: this.#edited, seed: this.#seed });
  }

  /** Make an image of the map current. @param {number} row @param {Event|null} event */
  choose(row, event) {
    if (this.#facts) this.#ask(this.#facts.name, row, event);
  }

  /**
   * Make a picture of somebody's own current.
   * @param {Image} image @param {string} own
   * @param {import("../../widgets/sliders.js").Gaussian|null} [moved] where the sliders have taken its code
   */
  adopt(image, own, moved = null) {
    if (!this.#facts) return;
    this.#images.leave();
    this.#edited = false;
    this.#current = { model: this.#facts.name, row: -1, image, own };
    this.#figures.image(image);
    this.#show();
    if (moved) this.#replace(moved, null);
  }

  /**
   * Make a code current that is no image's, but for the picture `own` it may have come from, which is still on its way.
   * @param {ArrayLike<number>} code @param {Moved|null} event @param {ArrayLike<number>} [std] @param {string|null} [own]
   */
  put(code, event, std, own = null) {
    if (!this.#facts) return;
    this.#current = { model: this.#facts.name, row: -1, image: null, own };
    this.#edited = true;
    this.sliders.set(code, std ?? usualStd(this.#facts));
    this.handles.moved();
    this.#figures.noOriginal();
    this.#map.over.row = -1;
    this.#decode(event);
  }

  /** @param {string} model @param {number} row @param {Moved|null} event @param {(image: Image) => void} [then] once it is on screen */
  #ask(model, row, event, then = () => {}) {
    this.#images.ask(model, row, (image) => {
      this.#edited = false;
      this.#current = { model, row, image };
      this.#figures.image(image);
      this.#live.meter.frame(event);
      if (!this.ready) return; // shown once the facts are there
      this.#show();
      then(image);
    });
  }

  #show() {
    const { row, image } = this.#current;
    if (!image || !this.#facts) return;
    this.sliders.set(image.mean, image.std);
    this.handles.moved();
    this.#figures.tell(this.#facts, image);
    this.handles.painted(image.pixels);
    Object.assign(this.#map.over, { cursor: image.place, row });
    this.#map.redraw();
    if (this.#facts.kind === "vae") this.#decode(null);
    this.#save();
  }

  /** Put another code in place of the current one. @param {{code: Float32Array, sigma?: Float32Array}} moved @param {Event|null} event */
  #replace({ code, sigma }, event) {
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
    this.#decoding.ask({ mean: code, std: this.#figures.spread(sigma), seed: this.#seed }, event);
  }

  /** @param {Answered} answer @param {Moved|null} event */
  #decoded({ pixels, places }, event) {
    this.#figures.decoded(pixels, this.#edited ? t("decoding") : t("reconstruction"), this.#current.image?.original ?? null);
    this.#live.meter.frame(event);
    this.handles.painted(pixels);
    const [[x, y]] = places.rows;
    this.#map.over.cursor = [x, y];
    this.#varied({ pixels, places });
  }

  /** The variations are there, after the code itself; or none are. @param {Answered} answer */
  #varied({ pixels, places }) {
    this.#figures.varied(pixels);
    const [, ...around] = places.rows;
    this.#map.over.spread = around.length ? around.flatMap((place) => [...place]) : null;
    this.#map.redraw();
  }

  /** @param {Error} error @param {() => void} clear what was to show it */
  #failed(error, clear) {
    this.#live.alert(error.message);
    clear();
  }
}
