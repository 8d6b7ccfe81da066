// @ts-check
/** Plotly.js, which draws a chart of Compare; fetched once, when that is first shown. */
import { h } from "../core/dom.js";
import { decimalMark, t } from "../core/language.js";

/** @type {Promise<any>|null} */
let loading = null;

/** @param {string} url @returns {Promise<any>} */
export function loadPlotly(url) {
  loading ??= new Promise((resolve, reject) => {
    const failed = () => {
      loading = null;
      reject(new Error(t("Plotly.js could not be loaded; reload the page")));
    };
    document.head.append(h("script", { src: url, onload: () => resolve(Reflect.get(window, "Plotly")), onerror: failed }));
  });
  return loading;
}

/** For a layout: the marks of decimals and of thousands, as the page's language has them. */
export const separators = () => (decimalMark() === "," ? ",." : ".,");
