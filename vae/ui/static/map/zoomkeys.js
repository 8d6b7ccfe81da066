// @ts-check
/** Buttons that come closer to a map and go farther away, for hands without a wheel. */
import { h } from "../core/dom.js";
import { t } from "../core/language.js";
import { CLOSER } from "./keys.js";

/** @param {(factor: number) => void} zoom below 1 comes closer */
export function zoomKeys(zoom) {
  const key = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {number} */ factor) =>
    h("button", { type: "button", class: "ctm-chip", "aria-label": name, onclick: () => zoom(factor) }, sign);
  return h("div", { class: "ctm-zoomkeys" }, key("+", t("Zoom in"), CLOSER), key("−", t("Zoom out"), 1 / CLOSER));
}
