// @ts-check
/** The visible choice of the language. */
import { select } from "./dom.js";
import { choose, language, remember, t } from "./language.js";

/** @param {Record<string, string>} names of all languages, by their codes */
export function languageChoice(names) {
  if (new URLSearchParams(location.search).has("lang")) remember(language());
  const element = select(t("Language"), Object.entries(names), language(), choose);
  element.classList.add("ctm-language");
  element.title = t("Language");
  return element;
}
