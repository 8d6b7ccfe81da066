// @ts-check
/** Sliders of a code: μ and σ of every dimension of a VAE, z of an autoencoder; most used first. */
import { figure, h } from "../core/dom.js";
import { t } from "../core/language.js";
import { svg } from "../core/svg.js";
import { NumberSlider, roundStep } from "./numberslider.js";
import { LIMITS } from "../wire/schema.js";
import { useStrip } from "./usestrip.js";

const SLIDER_STEPS = 400;
export const MOST_SLIDERS = 256; // of the most used numbers: a page of thousands would stand still while it is built
const LARGEST_STD = 1; // of the prior; an encoder that says anything says it with less

/** @typedef {import("../core/models.js").Dimension} Dimension */
/** @typedef {{code: Float32Array, sigma: Float32Array}} Gaussian its mean and standard deviation */

export class Sliders {
  /** @type {{element: HTMLElement, mean: NumberSlider, std: NumberSlider|null, index: number}[]} */
  #rows = [];
  /** @type {Gaussian|null} */
  #now = null;
  /** @type {Gaussian|null} where double-click and Home return to */
  #home = null;

  /**
   * @param {(event: Event) => void} oninput a value changed @param {() => void} oncommit the hand has let go
   * @param {(sentence: string, about: string) => void} refuse why a typed number was not taken
   */
  constructor(oninput, oncommit, refuse) {
    this.element = h("div", { class: "ctm-sliders" });
    this.oninput = oninput;
    this.oncommit = oncommit;
    this.refuse = refuse;
  }

  /** Build the rows of another model. @param {"ae"|"vae"} kind @param {Dimension[]} all in order of use */
  build(kind, all) {
    const dimensions = all.slice(0, MOST_SLIDERS);
    this.#now = this.#home = null; // the code of another model is none of this one
    const most = Math.max(...dimensions.map((dimension) => dimension.kl ?? dimension.variance));
    this.#rows = dimensions.map((dimension, rank) => {
      const used = dimension.kl ?? dimension.variance,
        { index, low, high } = dimension;
      const mean = this.#slider(kind === "vae" ? `μ ${rank + 1}` : `z ${rank + 1}`, index, "code", [low, high], -LIMITS.farthest);
      const std = kind === "vae" ? this.#slider(`σ ${rank + 1}`, index, "sigma", [0, LARGEST_STD], 0) : null;
      const element = h(
        "div",
        { class: `ctm-row ${used < 0.02 * most ? "ctm-idle" : ""}`, title: t("number {n} of the code", { n: index + 1 }) },
        h("span", { class: "ctm-name", "aria-hidden": "true" }, mean.slider.getAttribute("aria-label"), h("small", {}, `#${index + 1}`)),
        h("div", { class: "ctm-track" }, histogram(dimension, kind === "vae"), mean.slider),
        mean.number,
        std && h("span", { class: "ctm-name ctm-small", "aria-hidden": "true" }, "σ"),
        std && h("div", { class: "ctm-track ctm-short" }, std.slider),
        std && std.number,
        h(
          "span",
          {
            class: "ctm-use",
            title:
              kind === "vae"
                ? t("KL in nats: how much the encoder says through this dimension")
                : t("variance of this number over the test images"),
          },
          figure(used),
        ),
      );
      return { element, mean, std, index };
    });
    this.element.classList.toggle("ctm-single", kind === "ae");
    const strip = useStrip(all, dimensions.length, kind === "vae", (rank) => {
      this.#rows[rank].element.scrollIntoView({ block: "center" });
      this.#rows[rank].mean.slider.focus();
    });
    this.element.replaceChildren(strip, ...this.#rows.map((row) => row.element));
  }

  /**
   * Show a code; it is also where double-click and Home return to, unless `keepHome`.
   * @param {ArrayLike<number>} code @param {ArrayLike<number>} sigma @param {boolean} [keepHome]
   */
  set(code, sigma, keepHome = false) {
    this.#now = { code: Float32Array.from(code), sigma: Float32Array.from(sigma) };
    if (!keepHome) this.#home = { code: Float32Array.from(code), sigma: Float32Array.from(sigma) };
    for (const { mean, std, index } of this.#rows) {
      if (mean.value !== this.#now.code[index]) mean.value = this.#now.code[index];
      if (std && std.value !== this.#now.sigma[index]) std.value = this.#now.sigma[index];
      for (const slider of [mean, std]) if (slider) slider.disabled = false;
    }
  }

  /** Back to the code that was last set. */
  reset() {
    if (this.#home) this.set(this.#home.code, this.#home.sigma);
  }

  get code() {
    return this.#now?.code;
  }

  /** The standard deviations; none before there is a code. @returns {Float32Array} */
  get sigma() {
    return this.#now?.sigma ?? new Float32Array();
  }

  /**
   * The slider of one number.
   * @param {string} name @param {number} index in the code @param {"code"|"sigma"} part
   * @param {[number, number]} ends @param {number} lowest
   */
  #slider(name, index, part, [low, high], lowest) {
    const step = roundStep(high - low || 1, SLIDER_STEPS),
      whole = (/** @type {number} */ value) => Number((value * step).toPrecision(12));
    const [min, max] = [whole(Math.floor(low / step)), whole(Math.ceil(high / step))];
    const slider = new NumberSlider(
      name,
      { min, max, step, lowest, highest: LIMITS.farthest, round: Math.fround },
      {
        input: (event) => {
          if (this.#now) this.#now[part][index] = slider.value;
          this.oninput(event);
        },
        commit: () => this.oncommit(),
        home: (event) => {
          if (!this.#now || !this.#home) return;
          slider.value = this.#now[part][index] = this.#home[part][index];
          this.oninput(event);
          this.oncommit();
        },
        refuse: this.refuse,
      },
    );
    slider.disabled = true; // until there is a code
    return slider;
  }
}

/**
 * The data's histogram as a quiet area behind a slider, and for a VAE the prior's outline.
 * @param {Dimension} dimension @param {boolean} prior
 */
function histogram({ histogram: counts, low, high }, prior) {
  const last = counts.length - 1,
    total = counts.reduce((sum, count) => sum + count, 0);
  const width = (high - low) / counts.length;
  const expected = counts.map((_, i) => total * width * normal(low + (i + 0.5) * width));
  const top = Math.max(...counts, ...(prior ? expected : []), 1);
  const line = (/** @type {number[]} */ values) => values.map((value, i) => `${(i * 100) / last},${(20 - (19 * value) / top).toFixed(2)}`);
  const area = svg("svg", { viewBox: "0 0 100 20", preserveAspectRatio: "none", "aria-hidden": "true" });
  area.append(svg("polygon", { points: `0,20 ${line(counts).join(" ")} 100,20` }));
  if (prior) area.append(svg("polyline", { points: line(expected).join(" "), "vector-effect": "non-scaling-stroke" }));
  return area;
}

/** Density of N(0, 1). @param {number} x */
const normal = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
