// @ts-check
/** The card that follows the pointer and shows what the decoder makes of the place under it. */
import { h, say } from "../core/dom.js";

export class Tooltip {
  /** @param {import("../widgets/picture.js").Picture} picture */
  constructor(picture) {
    this.caption = h("span", {});
    this.element = h("div", { class: "ctm-tooltip", hidden: true }, picture.element, this.caption);
  }

  /** Stand beside a pixel of the parent, inside its borders. @param {number} px @param {number} py */
  moveTo(px, py) {
    const parent = this.element.parentElement;
    if (!parent) return;
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = px + 24 + width > parent.clientWidth ? px - 24 - width : px + 24;
    const top = Math.min(Math.max(8, py - height / 2), parent.clientHeight - height - 8);
    this.element.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  }

  /** @param {string} text */
  say(text) {
    say(this.caption, text);
  }

  hide() {
    this.element.hidden = true;
  }
}
