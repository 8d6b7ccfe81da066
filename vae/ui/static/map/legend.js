// @ts-check
/** The classes on a map: each entry shows and hides its points. */
import { h } from "../core/dom.js";
import { t } from "../core/language.js";
import { classColour } from "./colours.js";

const MANY = 24; // classes beyond which one looks for them by name

/**
 * @param {{hide: (indices: Iterable<number>) => void}[]} maps
 * @param {string[]} classes
 * @param {number[]} hidden those that are hidden already
 * @param {() => void} onchange
 */
export function legend(maps, classes, hidden = [], onchange = () => {}) {
  const off = new Set(hidden);
  const show = () => {
    for (const map of maps) map.hide(off);
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(!off.has(index))));
    onchange();
  };
  const buttons = classes.map((name, index) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(!off.has(index)),
        title: t("Show or hide {name}", { name }),
        onclick: () => {
          if (!off.delete(index)) off.add(index);
          show();
        },
      },
      h("i", { style: `background:${classColour(index)}` }),
      name,
    ),
  );
  const group = h("div", { class: "ctm-legend", role: "group", "aria-label": t("Classes on the map") });
  if (classes.length <= MANY) {
    group.append(...buttons);
    return group;
  }
  const all = (/** @type {boolean} */ shown) => {
    off.clear();
    if (!shown) classes.forEach((_, index) => off.add(index));
    show();
  };
  /** @type {HTMLInputElement} */
  const find = h("input", {
    type: "search",
    "aria-label": t("Find a class"),
    placeholder: t("{classes} classes", { classes: classes.length }),
    oninput: () => {
      const text = find.value.trim().toLowerCase();
      buttons.forEach((button, index) => {
        button.hidden = !classes[index].toLowerCase().includes(text);
      });
    },
  });
  const everything = h("button", { type: "button", class: "ctm-link", title: t("Show every class"), onclick: () => all(true) }, t("all"));
  const nothing = h("button", { type: "button", class: "ctm-link", title: t("Hide every class"), onclick: () => all(false) }, t("none"));
  group.classList.add("ctm-many");
  group.append(h("div", { class: "ctm-find" }, find, everything, nothing), h("div", { class: "ctm-found" }, ...buttons));
  return group;
}
