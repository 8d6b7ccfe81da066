// @ts-check
/** Light or dark, as Streamlit's page around us is. */
import { pen } from "./dom.js";

/** Tell the style sheet whether the background is light or dark. @param {HTMLElement} root in the page */
export function follow(root) {
  const background = getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#fff";
  const context = pen(document.createElement("canvas"));
  context.fillStyle = background;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  root.dataset.theme = 0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "dark" : "light";
}
