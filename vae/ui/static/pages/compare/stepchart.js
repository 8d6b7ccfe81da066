// @ts-check
/** How much the picture changes at each step of the path: a chart to be read, drawn anew when the path changes and not when t does. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { during, Stay } from "../../core/stay.js";
import { loadPlotly, separators } from "../../widgets/plotly.js";

/** @typedef {{short: string, colour: string, steps: Float32Array}[]} Steps of each model: change of the picture, (64,) */

export class StepChart {
  element;
  #live;
  #plot = h("div", { class: "ctm-chart-plot" });
  #line = h("i", { class: "ctm-chart-line" });
  /** @type {Steps|null} */
  #steps = null;
  #t = 0;
  /** @type {any} */
  #plotly = null;
  #stay = new Stay();
  #resizes;

  /** @param {import("../../core/connection.js").Live} live */
  constructor(live) {
    this.#live = live;
    this.element = h(
      "div",
      { class: "ctm-chart", role: "img", "aria-label": t("Change of the picture at each step"), hidden: true },
      h("span", { class: "ctm-quiet" }, t("change of the picture at each of 64 steps")),
      this.#plot,
      this.#line,
    );
    this.#resizes = new ResizeObserver(() => this.#draw());
    this.#resizes.observe(this.element);
  }

  enter() {
    this.#steps = null;
    this.#stay.begin();
    this.element.hidden = false;
  }

  leave() {
    this.#stay.end();
    this.element.hidden = true;
  }

  /** @param {Steps} steps */
  async show(steps) {
    this.#steps = steps;
    const { signal } = this.#stay;
    try {
      this.#plotly ??= await during(signal, loadPlotly(`${this.#live.base}/continuum/plotly.min.js`));
      this.#draw();
    } catch (error) {
      this.#live.alert(/** @type {Error} */ (error).message);
    }
  }

  /** Mark place `t` of the path. @param {number} t */
  mark(t) {
    this.#t = t;
    const axis = /** @type {any} */ (this.#plot)._fullLayout?.xaxis;
    if (axis) this.#line.style.left = `${axis._offset + axis.d2p(t)}px`;
  }

  dispose() {
    this.#resizes.disconnect();
    this.#plotly?.purge(this.#plot);
  }

  #draw() {
    const steps = this.#steps;
    if (!this.#plotly || !steps || this.element.hidden || !this.#plot.isConnected) return;
    const style = getComputedStyle(this.element);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const traces = steps.map(({ short, colour: own, steps: change }) => ({
      type: "scatter",
      mode: "lines",
      x: Array.from(change, (_, i) => (i + 0.5) / change.length),
      y: [...change],
      name: short,
      line: { color: colour(own.slice("var(".length, -1)), width: 2 },
      hovertemplate: `${short} %{y:.3f}<extra></extra>`,
    }));
    const { width, height } = this.#plot.getBoundingClientRect();
    const layout = {
      width,
      height,
      margin: { l: 34, r: 6, t: 4, b: 18 },
      showlegend: false,
      hovermode: "x",
      separators: separators(),
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { size: 11, color: colour("--ctm-soft") },
      xaxis: { range: [0, 1], showgrid: false, zeroline: false, fixedrange: true, nticks: 6 },
      yaxis: { rangemode: "tozero", gridcolor: colour("--ctm-line"), zeroline: false, fixedrange: true, nticks: 4 },
    };
    this.#plotly.react(this.#plot, traces, layout, { displayModeBar: false });
    this.mark(this.#t);
  }
}
