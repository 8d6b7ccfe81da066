// @ts-check
/** How much each number of a code is used, as bars above the sliders. Drawn by hand, since each is a button that leads to its slider. */
import { figure, h } from "../core/dom.js";
import { t } from "../core/language.js";
import { LIMITS } from "../wire/schema.js";

const LEAST = 4; // per cent of the height, so that a bar of nothing can still be clicked

/** @typedef {import("../core/models.js").Dimension} Dimension */

/**
 * @param {Dimension[]} dimensions in order of use @param {number} shown how many of the first have a slider
 * @param {boolean} vae whether they have a KL
 * @param {(rank: number) => void} onchoose
 */
export function useStrip(dimensions, shown, vae, onchoose) {
  const use = (/** @type {Dimension} */ { kl, variance }) => kl ?? variance,
    most = Math.max(...dimensions.map(use), 1e-9),
    used = dimensions.filter(({ variance }) => variance > LIMITS.active_variance).length;
  const bars = dimensions.slice(0, shown).map((dimension, rank) => {
    const { index, variance } = dimension,
      collapsed = variance <= LIMITS.active_variance;
    const amount = vae ? t("KL {use} nats", { use: figure(use(dimension)) }) : t("variance {variance}", { variance: figure(variance) });
    const at = { n: index + 1, slider: rank + 1, amount };
    const label = collapsed
      ? t("number {n} of the code, slider {slider}: {amount}, collapsed", at)
      : t("number {n} of the code, slider {slider}: {amount}", at);
    return h("button", {
      type: "button",
      tabindex: -1, // the sliders themselves are what the keyboard goes through
      "aria-label": label,
      title: label,
      class: collapsed ? "ctm-collapsed" : "",
      style: `--share:${Math.max(LEAST, (100 * use(dimension)) / most)}%`,
      onclick: () => onchoose(rank),
    });
  });
  const rest = dimensions.length - used;
  const counts = { used, all: dimensions.length, rest };
  const words = rest ? t("{used} of {all} numbers used, {rest} collapsed", counts) : t("{used} of {all} numbers used", counts);
  const fewer = shown < dimensions.length && ` · ${t("sliders of the {shown} most used", { shown })}`;
  return h(
    "div",
    { class: "ctm-usestrip", role: "group", "aria-label": t("Use of each number of the code") },
    h("div", { class: "ctm-usebars" }, ...bars),
    h("span", { class: "ctm-quiet" }, words, fewer),
  );
}
