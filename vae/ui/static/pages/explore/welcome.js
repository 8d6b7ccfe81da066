// @ts-check
/** What the first screen says above the map: a headline, an invitation, and doors to other pages. */
import { h } from "../../core/dom.js";
import { DOORS, HEADLINE, INVITATION } from "../../text/explore.js";

/** @param {string} base path before all addresses */
export function welcome(base) {
  const close = () => {
    element.hidden = true;
  };
  const element = h(
    "section",
    { class: "ctm-welcome", "aria-label": "Welcome", hidden: true },
    h("h2", {}, HEADLINE),
    h("p", {}, INVITATION),
    h(
      "nav",
      { "aria-label": "Doors" },
      ...DOORS.map(([page, words, title]) => h("a", { class: "ctm-chip", href: `${base}/${page}`, title }, words)),
    ),
    h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": "Close the welcome", onclick: close }, "✕"),
  );
  return element;
}
