// @ts-check
/** The settings of a training as a form, made from what the server says may be asked for. */
import { h, select } from "../../core/dom.js";
import { marked, unmarked } from "../../core/language.js";
import { FIELDS, OPTIONS } from "../../text/learning.js";
import { readNumber } from "../../widgets/numberslider.js";

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
  const whole = kind === "whole";
  /** @type {HTMLInputElement} */
  const input = h("input", {
    class: "ctm-field ctm-fewdigits",
    type: whole ? "number" : "text",
    inputmode: kind === "number" ? "decimal" : undefined,
    step: 1,
    min: least,
    max: most,
    value: kind === "number" && usual !== null ? marked(String(usual)) : usual,
    title,
    "aria-label": words,
  });
  const widths = () => (input.value.trim() ? input.value.split(",").map((width) => (width.trim() ? Number(width) : width)) : null);
  const single = () => (Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber);
  const decimal = () => {
    const written = input.value.trim(),
      value = readNumber(unmarked(written));
    return written ? (Number.isNaN(value) ? written : value) : null; // the server says what may stand there
  };
  return { element: h("label", { title }, words, input), value: { whole: single, widths, number: decimal }[kind] };
}
