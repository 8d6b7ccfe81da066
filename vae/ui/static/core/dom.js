// @ts-check
/** Small helpers for making elements. */
import { fixed, language, t } from "./language.js";

/** @typedef {Node | string | false | null | undefined} Child what is false or nothing is left out */

/**
 * An element: `h("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child)`.
 * Properties that start with "on" become listeners, `undefined`, `null` and `false` are left out, the rest are attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, any>} [properties] @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/** What a canvas is drawn with. @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
export function pen(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error(t("this browser has no canvas to draw on; open the page in another one"));
  return context;
}

/** Set text only when it differs, so that a live region is not announced again. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A select with `options` of [value, label]; `onchoose` gets the value.
 * @param {string} label @param {readonly (readonly [string, string])[]} options @param {string} value
 * @param {(value: string) => void} onchoose
 */
export function select(label, options, value, onchoose) {
  /** @type {HTMLSelectElement} */
  const element = h("select", { "aria-label": label, class: "ctm-chip", onchange: () => onchoose(element.value) });
  fill(element, options, value);
  return element;
}

/**
 * Put new `options` into a select.
 * @param {HTMLSelectElement} element @param {readonly (readonly [string, string])[]} options @param {string} value
 */
export function fill(element, options, value) {
  element.replaceChildren(...options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
}

/**
 * A row of buttons of which one is pressed; `choose(value)` presses from outside, `offer(value, there)` shows one or takes it away.
 * @template {string} Value
 * @param {string} label @param {readonly (readonly [Value, string, string?])[]} options value, words, and what they mean
 * @param {Value} value @param {(value: Value) => void} onchoose
 */
export function segmented(label, options, value, onchoose) {
  const buttons = options.map(([key, text, title]) =>
    h(
      "button",
      {
        type: "button",
        title,
        onclick: () => {
          choose(key);
          onchoose(key);
        },
      },
      text,
    ),
  );
  const choose = (/** @type {Value} */ key) =>
    options.forEach(([other], i) => buttons[i].setAttribute("aria-pressed", String(other === key)));
  const offer = (/** @type {Value} */ key, /** @type {boolean} */ there) => {
    buttons[options.findIndex(([other]) => other === key)].hidden = !there;
  };
  choose(value);
  const element = h("div", { class: "ctm-segmented", role: "group", "aria-label": label }, ...buttons);
  return { element, choose, offer };
}

/** Three significant digits, as the language writes them. @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return fixed(value, 0);
  if (Math.abs(value) < 0.00005) return "0";
  return new Intl.NumberFormat(language(), { maximumSignificantDigits: 3, useGrouping: false }).format(value);
}

/** A share of 1 in per cent, three significant digits. @param {number} share */
export const percent = (share) => `${figure(100 * share)} %`;

/**
 * Change what is in `container` and keep the keyboard where it was: on the element of the same name, else on `otherwise`.
 * @param {HTMLElement} container @param {() => void} change @param {HTMLElement|null} [otherwise]
 */
export function keepFocus(container, change, otherwise = null) {
  const refocus = holdFocus(container);
  change();
  refocus(otherwise);
}

/** Remember which element has the keyboard; what is returned puts it there again, as above. @param {HTMLElement} container */
export function holdFocus(container) {
  const active = document.activeElement,
    held = active instanceof HTMLElement && container.contains(active) ? active : null;
  return (/** @type {HTMLElement|null} */ otherwise = null) => {
    if (!held || (held.isConnected && usable(held))) return;
    const alike = [...container.querySelectorAll(held.localName)].filter((element) => element instanceof HTMLElement);
    (alike.find((element) => nameOf(element) === nameOf(held) && usable(element)) ?? otherwise)?.focus();
  };
}

/** @param {HTMLElement} element */
const nameOf = (element) => element.getAttribute("aria-label") ?? element.textContent;
/** @param {HTMLElement} element */
const usable = (element) => element.checkVisibility() && !element.hasAttribute("disabled");
