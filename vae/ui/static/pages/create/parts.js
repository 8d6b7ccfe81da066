// @ts-check
/** What is on the page Create: the card of the caption, the views with their line above, and the card of settings. */
import { h, keepFocus } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { BOTH_STRIPS } from "../../text/create.js";
import { Asking, wordsOf } from "./asking.js";
import { Between } from "./between.js";
import { Complete } from "./complete.js";
import { Head } from "./head.js";
import { Inside } from "./inside.js";
import { Keeping } from "./keeping.js";
import { Settings } from "./settings.js";
import { Tiles } from "./tiles.js";

/** @typedef {"draw" | "complete" | "inside" | "between"} View */
/** @typedef {{draw: Tiles, complete: Complete, inside: Inside, between: Between}} Tabs */
/** @typedef {{page: HTMLElement, asking: Asking, head: Head, tabs: Tabs, keeping: Keeping, settings: Settings}} Parts */
/**
 * What each part is told of the page: see there.
 * @typedef {object} Hands
 * @property {ConstructorParameters<typeof Asking>[2]} asking
 * @property {ConstructorParameters<typeof Head>[0]} head
 * @property {ConstructorParameters<typeof Tiles>[1]} choose
 * @property {ConstructorParameters<typeof Complete>[2]} complete
 * @property {ConstructorParameters<typeof Inside>[2]} inside
 * @property {Omit<ConstructorParameters<typeof Between>[2], "settings">} between
 * @property {ConstructorParameters<typeof Keeping>[0]} keeping
 * @property {ConstructorParameters<typeof Settings>[1]} settings
 */

/**
 * Fill the page.
 * @param {HTMLElement} page
 * @param {{studio: import("./studio.js").Studio, facts: import("./studio.js").Facts}} given @param {Hands} hands
 * @returns {Parts}
 */
export function build(page, { studio, facts }, hands) {
  const asking = new Asking(studio, facts, hands.asking),
    head = new Head(hands.head),
    keeping = new Keeping(hands.keeping),
    settings = new Settings(facts.codebook_size, hands.settings);
  const tabs = {
    draw: new Tiles(facts.image_shape[1], hands.choose),
    complete: new Complete(studio, facts, hands.complete),
    inside: new Inside(studio, facts, hands.inside),
    between: new Between(studio, facts, { settings: () => settings.asked, ...hands.between }),
  };
  tabs.between.words = wordsOf(facts);
  const views = [tabs.draw, tabs.complete, tabs.inside, tabs.between].map(({ element }) => element);
  page.append(
    asking.element,
    h(
      "section",
      { class: "ctm-card ctm-work", "aria-label": t("Pictures") },
      head.element,
      head.bar,
      h("div", { class: "ctm-stagebox" }, ...views),
    ),
    h("aside", { class: "ctm-card ctm-settings", "aria-label": t("Settings") }, ...keeping.elements, h("hr", {}), ...settings.elements),
  );
  return { page, asking, head, tabs, keeping, settings };
}

/** Show one view in place of the others. @param {Parts} parts @param {View} view */
export function open({ page, head, tabs }, view) {
  head.choose(view);
  page.dataset.view = view;
  const turn = () => {
    for (const [name, tab] of Object.entries(tabs)) tab.element.hidden = name !== view;
    head.others.hidden = view === "inside" || view === "complete";
  };
  // What is pressed inside a view may lead out of it: the keyboard then goes on from the row of views.
  keepFocus(page, turn, head.pressed);
}

/**
 * Offer the pictures that can be saved now.
 * @param {Parts} parts @param {View} view that is open @param {boolean} drawn whether drawings are finished
 */
export function offer({ tabs, keeping }, view, drawn) {
  const strips = view === "between";
  if (strips) keeping.say(BOTH_STRIPS);
  keeping.offer({ film: !strips, gif: drawn, png: strips ? tabs.between.ready : drawn });
}
