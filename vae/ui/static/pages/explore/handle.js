// @ts-check
/** A slider from −2 to 2 about the current code, with what the decoder makes of both ends. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { nth } from "../../wire/tables.js";

export const REACH = 2; // of every slider to either side
const STEP = 0.02;

export class Handle {
  both;
  low;
  high;
  element;
  use = h("span", { class: "ctm-use" });

  /**
   * @param {string} name
   * @param {{input: (event: Event) => void, change: () => void, reset: (event: Event) => void, down?: (event: PointerEvent) => void,
   *   leave?: () => void, refuse: (sentence: string, about: string) => void}} hand
   */
  constructor(name, { input, change, reset, down = () => {}, leave = () => {}, refuse }) {
    const home = (/** @type {Event} */ event) => {
      if (event.type !== "dblclick") this.value = 0;
      reset(event);
    };
    const range = { min: -REACH, max: REACH, step: STEP, value: 0 };
    this.both = new NumberSlider(name, range, { input, commit: change, leave, refuse, home });
    this.both.slider.addEventListener("pointerdown", down);
    this.low = new Picture(t("{name} at −{reach}", { name, reach: REACH }), "ctm-end");
    this.high = new Picture(t("{name} at +{reach}", { name, reach: REACH }), "ctm-end");
    const head = h("div", { class: "ctm-handle-head" }, h("span", {}, name), this.both.number, this.use);
    const track = h("div", { class: "ctm-handle-track" }, head, this.both.slider);
    this.element = h("div", { class: "ctm-handle" }, this.low.element, track, this.high.element);
  }

  get value() {
    return this.both.value;
  }
  set value(value) {
    this.both.value = value;
  }

  /** Paint both ends. @param {import("../../wire/tables.js").Tensor<Uint8Array>} pixels @param {number} first the lower end's */
  paint({ data, shape }, first) {
    this.low.paint(data, shape, { first, count: 1 });
    this.high.paint(data, shape, { first: first + 1, count: 1 });
  }
}

/**
 * A code moved along directions.
 * @param {Float32Array} base (D,)
 * @param {import("../../wire/tables.js").Tensor<Float32Array>} directions (K, D)
 * @param {number[]} values (K,) of the handles
 */
export function along(base, directions, values) {
  const code = Float32Array.from(base);
  values.forEach((value, i) => {
    if (value === 0) return;
    nth(directions, i).data.forEach((part, j) => {
      code[j] += value * part;
    });
  });
  return code;
}
