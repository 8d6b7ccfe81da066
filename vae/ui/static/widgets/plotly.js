// @ts-check
/** Plotly.js, which draws a chart of Compare; fetched once, when that is first shown. */
import { h } from "../core/dom.js";

let loading = null;

/** @param {string} url @returns {Promise<any>} */
export function loadPlotly(url) {
  loading ??= new Promise((resolve, reject) => {
    const failed = () => {
      loading = null;
      reject(new Error("Plotly.js could not be loaded; reload the page"));
    };
    document.head.append(h("script", { src: url, onload: () => resolve(window.Plotly), onerror: failed }));
  });
  return loading;
}
