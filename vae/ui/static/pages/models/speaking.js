// @ts-check
/** The choice of the language on the Models page, which is Streamlit's own but for its panels; it stands where other pages have it. */
import { h } from "../../core/dom.js";
import { languageChoice } from "../../core/languages.js";
import { follow } from "../../core/theme.js";

/** @type {WeakMap<HTMLElement, HTMLElement>} */
const mounted = new WeakMap();

/**
 * Called by Streamlit at every change of data or theme.
 * @param {{parentElement: HTMLElement, data: {languages: Record<string, string>}}} component
 */
export function mount({ parentElement, data }) {
  const root =
    mounted.get(parentElement) ?? h("div", { class: "ctm-root" }, h("div", { class: "ctm-bar" }, languageChoice(data.languages)));
  mounted.set(parentElement, root);
  if (!root.isConnected) parentElement.append(root);
  follow(root);
  return () => {
    mounted.delete(parentElement);
    root.remove();
  };
}
