// @ts-check
/** How Compare stands on the page. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";

/**
 * @param {Record<"top"|"sides"|"legends"|"controls"|"charts"|"words", HTMLElement[]>} parts
 *   the bar, the cards of the models, what explains their maps, and of the lower card the controls, the charts and the sentences
 * @returns {HTMLElement}
 */
export function layout({ top, sides, legends, controls, charts, words }) {
  const seen = { class: "ctm-verdict", role: "region", tabindex: 0, "aria-label": t("What you see") };
  return h(
    "div",
    { class: "ctm-page ctm-compare" },
    h("div", { class: "ctm-line ctm-top" }, ...top),
    ...sides,
    h("div", { class: "ctm-legendrow" }, ...legends),
    h(
      "section",
      { class: "ctm-card ctm-bottom", "aria-label": t("What to compare") },
      h("div", {}, ...controls),
      ...charts,
      h("div", seen, h("h2", {}, t("What you see")), ...words),
    ),
  );
}
