/** Sliders of a code: μ and σ of every dimension of a VAE, z of an autoencoder; most used first. */
import { figure, h } from "./dom.js";

const STEPS = 400;
const LARGEST_STD = 1; // of the prior; an encoder that says anything says it with less

/** @typedef {{index: number, kl: number|null, variance: number, mean: number, std: number, low: number, high: number, histogram: number[]}} Dimension */

export class Sliders {
  #rows = []; #dimensions = []; #code; #sigma; #home;

  /** @param {(event: Event) => void} oninput a value changed @param {() => void} oncommit the hand has let go */
  constructor(oninput, oncommit) {
    this.element = h("div", { class: "ctm-sliders" });
    this.oninput = oninput;
    this.oncommit = oncommit;
  }

  /** Build the rows of another model. @param {"ae"|"vae"} kind @param {Dimension[]} dimensions in order of use */
  build(kind, dimensions) {
    this.#dimensions = dimensions;
    this.#code = this.#sigma = this.#home = null; // the code of another model is none of this one
    const most = Math.max(...dimensions.map((dimension) => dimension.kl ?? dimension.variance));
    this.#rows = dimensions.map((dimension, rank) => {
      const used = dimension.kl ?? dimension.variance;
      const mean = this.#range(kind === "vae" ? `μ ${rank + 1}` : `z ${rank + 1}`, dimension.low, dimension.high, (value) => { this.#code[dimension.index] = value; }, () => { this.#code[dimension.index] = this.#home.code[dimension.index]; });
      const std = kind === "vae" ? this.#range(`σ ${rank + 1}`, 0, LARGEST_STD, (value) => { this.#sigma[dimension.index] = value; }, () => { this.#sigma[dimension.index] = this.#home.sigma[dimension.index]; }) : null;
      const element = h("div", { class: `ctm-row ${used < 0.02 * most ? "ctm-idle" : ""}`, title: `number ${dimension.index + 1} of the code` },
        h("span", { class: "ctm-name", "aria-hidden": "true" }, mean.getAttribute("aria-label")),
        h("div", { class: "ctm-track" }, histogram(dimension.histogram), mean),
        std && h("span", { class: "ctm-name ctm-small", "aria-hidden": "true" }, "σ"),
        std && h("div", { class: "ctm-track ctm-short" }, std),
        h("span", { class: "ctm-use", title: kind === "vae" ? "KL in nats: how much the encoder says through this dimension" : "variance of this number over the test images" }, figure(used)));
      return { element, mean, std, dimension };
    });
    this.element.classList.toggle("ctm-single", kind === "ae");
    this.element.replaceChildren(...this.#rows.map((row) => row.element));
  }

  /** Show a code; it is also where double-click and Home return to, unless `keepHome`. */
  set(code, sigma, keepHome = false) {
    this.#code = Float32Array.from(code);
    this.#sigma = Float32Array.from(sigma);
    if (!keepHome) this.#home = { code: Float32Array.from(code), sigma: Float32Array.from(sigma) };
    this.#show();
  }

  /** Back to the code that was last set. */
  reset() {
    if (this.#home) this.set(this.#home.code, this.#home.sigma);
  }

  get code() { return this.#code; }
  get sigma() { return this.#sigma; }

  #show() {
    for (const { mean, std, dimension } of this.#rows) {
      mean.value = this.#code[dimension.index];
      if (std) std.value = this.#sigma[dimension.index];
      for (const slider of [mean, std]) if (slider) slider.disabled = false;
    }
  }

  #range(name, low, high, write, home) {
    const restore = (event) => { home(); this.#show(); this.oninput(event); this.oncommit(); };
    const step = (high - low) / STEPS;
    const input = h("input", {
      type: "range", "aria-label": name, disabled: true, min: low, step, // until there is a code
      max: low + (STEPS + 1e-6) * step, // a hair more, or rounding would leave the last step out
      oninput: (event) => { write(Number(input.value)); this.oninput(event); },
      onchange: () => this.oncommit(),
      ondblclick: restore,
      onkeydown: (event) => { if (event.key === "Home") { event.preventDefault(); restore(event); } },
    });
    return input;
  }
}

/** The data's histogram as a quiet area behind a slider. */
function histogram(counts) {
  const top = Math.max(...counts, 1), last = counts.length - 1;
  const outline = counts.map((count, i) => `${(i * 100) / last},${(20 - (19 * count) / top).toFixed(2)}`).join(" ");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 20");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const area = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  area.setAttribute("points", `0,20 ${outline} 100,20`);
  svg.append(area);
  return svg;
}
