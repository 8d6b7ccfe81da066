// @ts-check
/** A path from one image to another, by whichever model is on the slider, and what is to be seen. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import * as words from "../../text/slide.js";
import { Strip, STRIP_FRAMES } from "../../widgets/strip.js";
import { IMAGE, PATH } from "../../wire/schema.js";

export class Path {
  /** @type {HTMLElement} */
  element;
  #strip = new Strip(t("Path"), STRIP_FRAMES);
  #sentence = h("p", {});
  /** @type {import("./slide.js").Live} */
  #live;
  /** The rows of the two images. @type {[number, number]} */
  #ends = [0, 0];
  /** The life of the ladder that is open. @type {AbortSignal} */
  #signal = new AbortController().signal;
  /** The codes of images in models, by both. @type {Map<string, Promise<Float32Array>>} */
  #codes = new Map();
  /** What is asked last. */
  #asking = new AbortController();

  /** @param {import("./slide.js").Live} live */
  constructor(live) {
    this.#live = live;
    this.element = h(
      "section",
      { class: "ctm-card ctm-slidefoot", "aria-label": t("Path and verdict") },
      h("div", { class: "ctm-film" }, h("span", { class: "ctm-quiet" }, words.PATH), this.#strip.element),
      h("div", { class: "ctm-verdict" }, h("h2", {}, t("What you see")), this.#sentence),
    );
  }

  /** What is to be seen. @param {string} sentence */
  set sentence(sentence) {
    say(this.#sentence, sentence);
  }

  /** @param {[number, number]} ends rows of the two images @param {AbortSignal} signal life of the ladder that they are from */
  open(ends, signal) {
    this.#ends = ends;
    this.#signal = signal;
    this.#codes.clear();
  }

  /** @param {string} model @param {import("./bar.js").Moved | null} event that it answers */
  async show(model, event) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const [a, b] = await Promise.all(this.#ends.map((row) => this.#code(model, row)));
    if (signal.aborted || this.#signal.aborted) return; // the codes are remembered, and so outlive this question
    const onReply = (/** @type {import("../../wire/schema.js").PathAnswered} */ { pixels, verdicts }) => {
      this.#strip.paint(pixels.data, pixels.shape);
      this.#strip.flag(Array.from(verdicts.column("unreal"), (value) => value > 0));
      this.#live.meter.frame(event);
    };
    const asked = /** @type {const} */ ({ way: "line", frames: STRIP_FRAMES, a, b });
    const onError = (/** @type {Error} */ error) => this.#failed(error);
    this.#live.session.ask(PATH, asked, { model, lane: "slide path", signal: this.#signal, onReply, onError });
  }

  /** The code of an image in one model; a failure is told, and not remembered. @param {string} model @param {number} row */
  #code(model, row) {
    const key = `${model} ${row}`,
      known = this.#codes.get(key);
    if (known) return known;
    const onError = (/** @type {Error} */ error) => {
      this.#codes.delete(key);
      this.#failed(error);
    };
    const options = { model, lane: `slide ${key}`, signal: this.#signal, onError };
    const code = this.#live.session.ask(IMAGE, { row }, options).then(({ mean }) => mean.data.slice());
    this.#codes.set(key, code);
    return code;
  }

  /** @param {Error} error */
  #failed(error) {
    this.#live.alert(error.message);
    this.#strip.clear();
  }
}
