// @ts-check
/** The steps by which a picture was prepared, as small pictures; each can be left out. */
import { h, keepFocus } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { STEP_WORDS } from "../../text/own.js";
import { Picture } from "../picture.js";
import { bytesOf } from "./grid.js";
import { possible } from "./steps.js";

/** @typedef {import("./steps.js").Step} Step */
/**
 * @typedef {object} Row
 * @property {import("./file.js").Source} source
 * @property {import("./steps.js").Framing} framing
 * @property {Set<Step>} on
 * @property {import("./steps.js").Stage[]} stages
 */

export class StepRow {
  element = h("div", { class: "ctm-preparation", role: "group", "aria-label": t("Preparation"), hidden: true });
  /** @type {Set<Step>} the steps that are taken */
  on = new Set();
  #toggle;

  /** @param {(step: Step, on: boolean) => void} toggle a hand takes a step, or leaves it out */
  constructor(toggle) {
    this.#toggle = toggle;
  }

  /** @param {Row|null} row */
  show(row) {
    this.element.hidden = !row;
    if (!row) return;
    const { source, framing, on, stages } = row;
    this.on = on;
    const made = (/** @type {string} */ step) => stages.find((stage) => stage.step === step)?.grid ?? null;
    const forced = framing.shape[0] === 1; // a model of grey pictures sees no others
    const cells = possible(framing).map((step) => this.#cell(step, on.has(step), made(step), step === "grey" && forced));
    const last = stages[stages.length - 1].grid;
    keepFocus(this.element, () =>
      this.element.replaceChildren(still(t("as found"), source.grid), ...cells, still(`${framing.shape[2]} × ${framing.shape[1]}`, last)),
    );
  }

  /** @param {Step} step @param {boolean} on @param {import("./grid.js").Grid|null} grid @param {boolean} forced */
  #cell(step, on, grid, forced) {
    const [name, meaning] = STEP_WORDS[step];
    if (forced && grid) return still(name, grid, t("This model knows grey pictures alone"));
    return h(
      "button",
      { type: "button", class: "ctm-prepared", "aria-pressed": String(on), title: meaning, onclick: () => this.#toggle(step, !on) },
      small(grid),
      h("span", {}, name),
    );
  }
}

/** @param {string} name @param {import("./grid.js").Grid} grid @param {string} [title] */
const still = (name, grid, title) => h("span", { class: "ctm-prepared", title }, small(grid), h("span", {}, name));

/** @param {import("./grid.js").Grid|null} grid */
function small(grid) {
  const picture = new Picture("", "ctm-small-picture");
  picture.element.setAttribute("aria-hidden", "true");
  picture.element.removeAttribute("aria-label");
  picture.element.removeAttribute("role");
  if (grid) picture.paint(bytesOf(grid), [1, grid.height, grid.width, grid.channels]);
  return picture.element;
}
