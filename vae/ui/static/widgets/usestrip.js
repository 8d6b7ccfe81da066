// @ts-check
/** How much each number of a code is used, as a strip of bars above the sliders; a click leads to the slider. */
import { figure, h } from "../core/dom.js";

const ACTIVE = 0.01; // variance of a used number over the test images (Burda et al., 2016)
const LEAST = 4; // per cent of the height, so that a bar of nothing can still be clicked

/** @typedef {import("../core/models.js").Dimension} Dimension */

/**
 * @param {Dimension[]} dimensions in order of use @param {boolean} vae whether they have a KL
 * @param {(rank: number) => void} onchoose
 */
export function useStrip(dimensions, vae, onchoose) {
  const use = (/** @type {Dimension} */ { kl, variance }) => kl ?? variance,
    most = Math.max(...dimensions.map(use), 1e-9),
    used = dimensions.filter(({ variance }) => variance > ACTIVE).length;
  const bars = dimensions.map((dimension, rank) => {
    const { index, variance } = dimension,
      collapsed = variance <= ACTIVE;
    const amount = vae ? `KL ${figure(use(dimension))} nats` : `variance ${figure(variance)}`;
    const label = `number ${index + 1} of the code, slider ${rank + 1}: ${amount}${collapsed ? ", collapsed" : ""}`;
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
  const words = `${used} of ${dimensions.length} numbers used${rest ? `, ${rest} collapsed` : ""}`;
  return h(
    "div",
    { class: "ctm-usestrip", role: "group", "aria-label": "Use of each number of the code" },
    h("div", { class: "ctm-usebars" }, ...bars),
    h("span", { class: "ctm-quiet" }, words),
  );
}
