// @ts-check
/** Sentences of Explore: for whoever comes for the first time, and about places where there is nothing. */
import { t } from "../core/language.js";

export const HEADLINE = t("Every place on this map is a picture");
export const INVITATION = t(
  "Move over it, or touch it: the decoder draws what lies under your hand, also in between, where there was never an image.",
);

/** Where one may go from the first screen: a page, the words of the link, and what is there. */
export const LINKS = [
  ["learn", t("take the tour"), t("Twelve questions to the live models: guess first, then see what was measured")],
  ["models", t("examine a model"), t("Figures, verdicts and certificates of every model")],
  ["create", t("draw from words"), t("Type a caption and watch a small DALL-E draw it")],
];
export const WELCOME = t("Welcome");
export const CLOSE = t("Close the welcome");
export const OTHER_PAGES = t("Other pages");

export const OUTSIDE = t("outside the map: no codes around this place");
/** @param {string} where the place that stands in lies */
export const standsIn = (where) => t("outside the map; nearest place {where}", { where });
export const NOTHING = t("Nothing to decode: outside the map, there are no codes around this place. Choose one inside the dotted outline.");
