/** Small helpers for making elements. */

/**
 * An element: `h("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child)`.
 * Properties that start with "on" become listeners, `undefined` and `false` are left out, the rest are attributes.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set text only when it differs, so that a live region is not announced again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A select with `options` of [value, label]; `onchoose` gets the value. */
export function select(label, options, value, onchoose) {
  const element = h("select", { "aria-label": label, class: "ctm-chip", onchange: () => onchoose(element.value) });
  fill(element, options, value);
  return element;
}

/** Put new `options` into a select. */
export function fill(element, options, value) {
  element.replaceChildren(...options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
}

/** A row of buttons of which one is pressed; `choose(value)` presses from outside. */
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
  const choose = (key) => options.forEach(([other], i) => buttons[i].setAttribute("aria-pressed", String(other === key)));
  choose(value);
  const element = h("div", { class: "ctm-segmented", role: "group", "aria-label": label }, ...buttons);
  return { element, choose };
}

/** Three significant digits, without exponents for the sizes that occur here. */
export function figure(value) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return value.toFixed(0);
  if (Math.abs(value) < 0.00005) return "0";
  return String(Number(value.toPrecision(3)));
}

/**
 * Change what is in `container` and keep the keyboard where it was: on the element of the same name, else on `otherwise`.
 * @param {HTMLElement} container @param {() => void} change @param {HTMLElement|null} [otherwise]
 */
export function keepFocus(container, change, otherwise = null) {
  const held = container.contains(document.activeElement) ? document.activeElement : null;
  change();
  if (!held || (held.isConnected && held.checkVisibility() && !held.disabled)) return;
  const name = (element) => element.getAttribute("aria-label") ?? element.textContent;
  const usable = (element) => element.checkVisibility() && !element.disabled;
  (
    [...container.querySelectorAll(held.localName)].find((element) => name(element) === name(held) && usable(element)) ?? otherwise
  )?.focus();
}
