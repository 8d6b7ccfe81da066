// @ts-check
/** What the first screen says above the map: a headline, an invitation, and links to other pages. */
import { h } from "../../core/dom.js";
import { CLOSE, HEADLINE, INVITATION, LINKS, OTHER_PAGES, WELCOME } from "../../text/explore.js";

/** @param {string} base path before all addresses */
export function welcome(base) {
  const close = () => {
    element.hidden = true;
  };
  const element = h(
    "section",
    { class: "ctm-welcome", "aria-label": WELCOME, hidden: true },
    h("h2", {}, HEADLINE),
    h("p", {}, INVITATION),
    h(
      "nav",
      { "aria-label": OTHER_PAGES },
      ...LINKS.map(([page, words, title]) => h("a", { class: "ctm-chip", href: `${base}/${page}`, title }, words)),
    ),
    h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": CLOSE, onclick: close }, "✕"),
  );
  return element;
}
