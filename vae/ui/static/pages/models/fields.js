// @ts-check
/** The settings of a training as a form, made from what the server says may be asked for. */
import { h, select } from "../../core/dom.js";
import { FIELDS, OPTIONS } from "../../text/learning.js";

/**
 * A setting, as the server describes it.
 * @typedef {object} Described
 * @property {string} name
 * @property {"choice"|"whole"|"number"|"flag"|"widths"} kind
 * @property {string|number|boolean|null} usual null where it depends on others
 * @property {string[]} options of a choice
 * @property {number|null} least
 * @property {number|null} most
 */
/** @typedef {{element: HTMLElement, value: () => unknown}} Field its value is null where nothing is said */

/** @param {Described} described @returns {Field} */
export function field({ name, kind, usual, options, least, most }) {
  const [words, title] = FIELDS[name] ?? [name, ""];
  if (kind === "choice") {
    const chosen = select(
      words,
      options.map((option) => [option, OPTIONS[option] ?? option]),
      String(usual),
      () => {},
    );
    chosen.title = title;
    return { element: h("label", {}, words, chosen), value: () => chosen.value };
  }
  if (kind === "flag") {
    const box = h("input", { type: "checkbox", title, checked: usual === true });
    return { element: h("label", { title }, box, words), value: () => box.checked };
  }
  const number = kind !== "widths";
  const input = h("input", {
    class: "ctm-field ctm-fewdigits",
    type: number ? "number" : "text",
    step: kind === "whole" ? 1 : "any",
    min: least,
    max: most,
    value: usual,
    title,
    "aria-label": words,
  });
  const widths = () => (input.value.trim() ? input.value.split(",").map((width) => (width.trim() ? Number(width) : width)) : null);
  const single = () => (Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber);
  return { element: h("label", { title }, words, input), value: number ? single : widths };
}
