// @ts-check
/** The curves of a training: squared error per pixel and KL by epoch, drawn anew when there are more. */
import { h } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { loadPlotly, separators } from "../../widgets/plotly.js";

/** @typedef {{epoch: number[], mse: number[], kl: number[], validation: (number|null)[]}} Curves a value for each epoch */

const HEIGHT = 170; // pixels

export class LearningCurve {
  #base;
  #plotly = /** @type {any} */ (null);
  #curves = /** @type {Curves|null} */ (null);
  #drawn = "";

  /** @param {string} base of all addresses @param {string} address of the training @param {"ae"|"vae"} kind */
  constructor(base, address, kind) {
    this.#base = base;
    this.address = `${address}/curves`;
    this.kind = kind;
    this.plot = h("div", { class: "ctm-learningplot" });
    this.element = h("div", { role: "img", "aria-label": t("Squared error and KL by epoch"), hidden: true }, this.plot);
    this.resizes = new ResizeObserver(() => this.#draw());
    this.resizes.observe(this.element);
  }

  /** Show what there is by now. @param {AbortSignal} signal */
  async look(signal) {
    const curves = /** @type {Curves} */ (await askJson(this.address, { signal }));
    this.#plotly ??= await loadPlotly(`${this.#base}/continuum/plotly.min.js`);
    this.#curves = curves;
    this.element.hidden = !curves.epoch.length;
    if (!signal.aborted) this.#draw();
  }

  dispose() {
    this.resizes.disconnect();
    this.#plotly?.purge(this.plot);
  }

  #draw() {
    const curves = this.#curves;
    if (!curves?.epoch.length || !this.#plotly || !this.plot.isConnected) return;
    const { width } = this.element.getBoundingClientRect(),
      style = getComputedStyle(this.element),
      colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const drawn = [curves.epoch.at(-1), width, colour("--ctm-line")].join();
    if (!width || drawn === this.#drawn) return;
    this.#drawn = drawn;
    const single = curves.epoch.length === 1;
    const trace = (/** @type {string} */ name, /** @type {(number|null)[]} */ y, /** @type {object} */ line, axis = "") => ({
      type: "scatter",
      mode: single ? "markers" : "lines",
      x: curves.epoch,
      y,
      name,
      line: { width: 2, ...line },
      marker: { color: /** @type {any} */ (line).color },
      xaxis: `x${axis}`,
      yaxis: `y${axis}`,
      hovertemplate: `${t("epoch")} %{x}: %{y:.4g}<extra>${name}</extra>`,
    });
    const own = colour(`--ctm-${this.kind}`),
      both = this.kind === "vae",
      traces = [trace(t("squared error per pixel"), curves.mse, { color: own })];
    if (curves.validation.some((value) => value !== null)) {
      traces.push(trace(t("on images held out"), curves.validation, { color: own, dash: "dot" }));
    }
    if (both) traces.push(trace(t("KL, nats an image"), curves.kl, { color: own }, "2"));
    const axis = { gridcolor: colour("--ctm-line"), zeroline: false, fixedrange: true, nticks: 4, rangemode: "tozero" },
      across = { title: { text: t("epoch"), standoff: 4 }, showgrid: false, zeroline: false, fixedrange: true, nticks: 6 };
    const heading = (/** @type {string} */ text, /** @type {number} */ x) => ({
      text,
      x,
      y: 1.02,
      xref: "paper",
      yref: "paper",
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
    });
    const layout = {
      width,
      height: HEIGHT,
      margin: { l: 44, r: 8, t: 20, b: 34 },
      showlegend: false,
      separators: separators(),
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { size: 11, color: colour("--ctm-soft") },
      annotations: [heading(t("squared error per pixel"), 0), ...(both ? [heading(t("KL, nats an image"), 0.56)] : [])],
      xaxis: { ...across, domain: [0, both ? 0.46 : 1] },
      yaxis: axis,
      ...(both ? { xaxis2: { ...across, domain: [0.56, 1] }, yaxis2: { ...axis, anchor: "x2" } } : {}),
    };
    this.#plotly.react(this.plot, traces, layout, { displayModeBar: false });
  }
}
