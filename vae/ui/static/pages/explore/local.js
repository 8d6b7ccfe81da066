// @ts-check
/** Local sliders along the directions that the decoder answers to most at the current code. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { HANDLES } from "../../wire/schema.js";
import { along, Handle, REACH } from "./handle.js";

const MOST = 6; // sliders, or as many as the code has numbers
const USE = t(
  "How much the picture changes for a small move, per standard deviation of this model's codes that way: " +
    "the singular value of the decoder's Jacobian",
);

/**
 * A slider was pressed: `code` is where it would be without that slider, `held` whether it is not let go of yet.
 * @typedef {{index: number, held: boolean, code: Float32Array|null}} Press
 */

export class LocalDirections {
  element;
  #live;
  #hand;
  #rows = h("div", { class: "ctm-handles-rows" });
  /** @type {Handle[]} */
  #handles = [];
  /** @type {Float32Array|null} the code at which all handles stand at 0 */
  #base = null;
  /** @type {import("../../wire/tables.js").Tensor<Float32Array>|null} (K, D) */
  #directions = null;
  #holding = false;
  /** @type {Press[]} the last two: a double click has two */
  #presses = [];
  #model = "";
  /** @type {AbortSignal|undefined} */
  #signal;

  /** @param {import("../../core/connection.js").Live} live @param {import("./handles.js").Hand} hand */
  constructor(live, hand) {
    this.#live = live;
    this.#hand = hand;
    this.element = h(
      "div",
      { class: "ctm-handles", role: "group", "aria-label": t("Local directions") },
      this.#rows,
      h("p", { class: "ctm-quiet" }, t("0 is the current code. Let go, and the directions are found anew where you are.")),
    );
  }

  /** Another model. @param {import("../../core/models.js").Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter({ name, latent_dim: dim }, signal) {
    this.#model = name;
    this.#signal = signal;
    this.#base = this.#directions = null;
    this.#handles = Array.from({ length: Math.min(MOST, dim) }, (_, i) => this.#handle(i));
    this.#rows.replaceChildren(...this.#handles.map((handle) => handle.element));
  }

  /** What was to be found is wanted no longer. */
  leave() {
    this.#live.session.drop("handles");
  }

  /** Stand at 0 at a code, and find the directions there. @param {Float32Array} code */
  at(code) {
    this.#base = code;
    this.#directions = null;
    for (const handle of this.#handles) handle.value = 0;
    this.#find(code);
  }

  /** A hand has let go, wherever it is. */
  release() {
    this.#holding = false;
  }

  /** @param {number} i */
  #handle(i) {
    return new Handle(t("local {n}", { n: i + 1 }), {
      input: (event) => {
        this.leave();
        this.#move(event);
      },
      change: () => {
        this.#hand.save();
        const last = this.#presses.at(-1);
        if (last?.index === i && last.held) this.#settle();
      },
      down: () => this.#press(i),
      leave: () => {
        if (!this.#holding && this.#handles[i].value !== 0) this.#settle();
      },
      reset: (event) => this.#reset(event),
      refuse: this.#live.alert,
    });
  }

  /**
   * Find the directions at a code, in order and signs those found before; whatever moves a handle meanwhile forgets that.
   * @param {Float32Array} code
   */
  #find(code) {
    const asked = { count: this.#handles.length, reach: REACH, code, before: this.#directions?.data };
    this.#live.session.ask(HANDLES, asked, {
      model: this.#model,
      lane: "handles",
      signal: this.#signal,
      onReply: ({ directions, values, pixels }) => {
        if (this.#holding) return;
        this.#base = code;
        this.#directions = directions;
        this.#handles.forEach((handle, i) => {
          handle.value = 0;
          handle.paint(pixels, 2 * i);
          say(handle.use, figure(values.data[i]));
          handle.use.title = USE;
        });
      },
    });
  }

  /** @param {number} i */
  #press(i) {
    this.#holding = true;
    this.leave();
    const still = this.#code((handle, j) => (j === i ? 0 : handle.value));
    this.#presses = [...this.#presses.slice(-1), { index: i, held: true, code: still ?? this.#base }];
  }

  /** The hand has let go: where it left the code is the new 0, and the directions are found there. */
  #settle() {
    this.#holding = false;
    for (const press of this.#presses) press.held = false;
    if (this.#base) this.#find(Float32Array.from(this.#hand.sliders.code ?? this.#base));
  }

  /** Back to 0: by the keyboard, or to where the code was before a double click moved it. @param {Event} event */
  #reset(event) {
    this.#holding = false;
    this.leave();
    if (event.type !== "dblclick") {
      this.#move(event);
      this.#hand.save();
      return;
    }
    const code = this.#presses[0]?.code;
    if (!code) return;
    this.#hand.move(code, event);
    this.#hand.save();
    this.#find(Float32Array.from(code));
  }

  /** @param {Event} event */
  #move(event) {
    const code = this.#code(({ value }) => value);
    if (code) this.#hand.move(code, event);
  }

  /**
   * The code at these values of the handles; null until their directions are known.
   * @param {(handle: Handle, i: number) => number} value
   */
  #code(value) {
    return this.#base && this.#directions && along(this.#base, this.#directions, this.#handles.map(value));
  }
}
