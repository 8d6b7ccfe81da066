// @ts-check
/** How the panel of the current code stands on the page. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";

/**
 * @param {HTMLElement} figures @param {import("./handles.js").Handles} handles
 * @param {import("../../widgets/codetext.js").CodeText} text @param {HTMLElement} sliders
 * @param {(event: Event) => void} reset the hand takes the code back to where it was
 */
export function codeLayout(figures, handles, { copy, paste, told, element }, sliders, reset) {
  const button = h("button", { type: "button", class: "ctm-link", onclick: reset }, t("reset"));
  return h(
    "section",
    { class: "ctm-card ctm-panel", "aria-label": t("Code") },
    figures,
    handles.choice.element,
    h("div", { class: "ctm-heading" }, handles.title, button, copy, paste, handles.toBrush, told, handles.useTitle),
    element,
    sliders,
    handles.element,
  );
}
