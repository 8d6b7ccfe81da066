// @ts-check
/**
 * Handles of the current code beside its raw numbers: local sliders along the directions that the decoder answers to most
 * there, and one slider along the difference of two sets of examples. All of them move the one code that the raw sliders hold.
 */
import { h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Brush, cellsOf } from "./brush.js";
import { ExampleDirection } from "./examples.js";
import { LocalDirections } from "./local.js";

/**
 * What handles move and where they are shown.
 * @typedef {object} Hand
 * @property {import("../../widgets/sliders.js").Sliders} sliders
 * @property {import("../../map/map.js").LatentMap} map
 * @property {() => number} label class of the current image
 * @property {import("./hover.js").Hover} hover
 * @property {(code: Float32Array, event: Event) => void} move the current code
 * @property {() => void} save
 * @property {(outline: Float32Array) => void} outlined points of the map were drawn around
 */
/** @typedef {"dimensions"|"local"|"examples"|"brush"} Mode */

const BRUSH = t("One channel of the code, changed at one place of the picture");

export class Handles {
  /** @type {Mode} */
  mode = "dimensions";
  choice;
  element;
  /** What stands over them. */
  title = h("h2", {});
  useTitle = h("span", { class: "ctm-usetitle" });
  /** Leads to the brush and back. */
  toBrush;
  #hand;
  #local;
  #examples;
  #brush;
  /** @type {import("./figures.js").Pixels|null} */
  #pixels = null;
  /** @type {import("../../core/models.js").Facts|null} */
  #facts = null;
  #listeners = new AbortController();

  /** @param {import("../../core/connection.js").Live} live @param {Hand} hand */
  constructor(live, hand) {
    this.#hand = hand;
    this.#brush = new Brush(live, hand);
    this.#local = new LocalDirections(live, hand);
    this.#examples = new ExampleDirection(live, hand, () => this.show("examples"));
    this.choice = segmented(
      t("Handles"),
      [
        ["dimensions", t("dimensions"), t("The numbers of the code themselves")],
        ["local", t("local"), t("The directions in which the picture changes most around the current code")],
        ["examples", t("examples"), t("From the mean code of one set of images to that of another")],
        ["brush", t("brush"), BRUSH],
      ],
      "dimensions",
      (/** @type {Mode} */ mode) => {
        this.show(mode);
        hand.save();
      },
    );
    const turn = () => {
      this.show(this.mode === "brush" ? "dimensions" : "brush");
      hand.save();
    };
    this.toBrush = h("button", { type: "button", class: "ctm-link", title: BRUSH, "aria-pressed": "false", onclick: turn }, t("brush"));
    this.element = h("div", { class: "ctm-handlebox", hidden: true }, this.#local.element, this.#examples.element, this.#brush.element);
    const { signal } = this.#listeners;
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => this.#local.release(), { signal });
  }

  dispose() {
    this.#examples.leave();
    this.#listeners.abort();
  }

  /** What the address keeps. @returns {import("../../core/types.js").View} */
  get view() {
    if (this.mode === "dimensions") return {};
    const kept = { local: {}, examples: this.#examples.view, brush: this.#brush.view };
    return { by: this.mode, ...kept[this.mode] };
  }

  /**
   * Another model.
   * @param {import("../../core/models.js").Facts} facts @param {import("../../core/types.js").View} view what the address says
   * @param {AbortSignal} signal aborted once it is left
   */
  enter(facts, view, signal) {
    this.#pixels = null;
    this.#facts = facts;
    this.#local.enter(facts, signal);
    this.#examples.enter(facts, view, signal);
    const cells = cellsOf(facts);
    if (cells) this.#brush.enter(facts, cells, Number(view.channel ?? 1));
    this.choice.offer("brush", Boolean(cells));
    this.toBrush.hidden = !cells;
    this.show(/** @type {Mode} */ (view.by === "brush" && !cells ? "dimensions" : (view.by ?? "dimensions")));
  }

  /** Show one kind of handle. @param {Mode} mode */
  show(mode) {
    this.mode = mode;
    this.#local.leave();
    this.#examples.leave();
    this.choice.choose(mode);
    this.toBrush.setAttribute("aria-pressed", String(mode === "brush"));
    this.element.hidden = mode === "dimensions";
    this.#local.element.hidden = mode !== "local";
    this.#examples.element.hidden = mode !== "examples";
    this.#brush.element.hidden = mode !== "brush";
    const { map, sliders } = this.#hand;
    sliders.element.hidden = mode !== "dimensions";
    map.over.others = mode === "examples" ? this.#examples.outlined : null;
    map.redraw();
    this.#entitle();
    if (this.#pixels) this.painted(this.#pixels);
    this.moved();
  }

  /** The map is another one: what was outlined on it is gone. */
  again() {
    this.#examples.forget();
    if (this.mode === "examples") this.show("examples");
  }

  /** A slider along a direction that was found elsewhere. @param {Float32Array} direction (D,) @param {string} words what leads there */
  along(direction, words) {
    this.#examples.given(direction, words);
    this.show("examples");
    this.#hand.save();
  }

  /** What the decoder makes of the current code. @param {import("./figures.js").Pixels} pixels the first of them */
  painted(pixels) {
    this.#pixels = pixels;
    if (this.mode === "brush") this.#brush.paint(pixels);
  }

  /** The code was changed by something else than these handles: they stand at 0 there. */
  moved() {
    const { code } = this.#hand.sliders;
    if (!this.#facts || code?.length !== this.#facts.latent_dim) return;
    if (this.mode === "local") this.#local.at(Float32Array.from(code));
    if (this.mode === "examples") this.#examples.at(Float32Array.from(code));
    if (this.mode === "brush") this.#brush.at(Float32Array.from(code));
  }

  #entitle() {
    const vae = this.#facts?.kind === "vae";
    const titles = {
      dimensions: vae ? t("μ and σ, most used first") : t("z, most used first"),
      local: t("most change first, in standard deviations"),
      examples: t("a direction from examples"),
      brush: t("one channel at one place"),
    };
    const uses = { dimensions: vae ? t("KL, nats") : t("variance"), local: t("picture change per 1"), examples: "", brush: "" };
    say(this.title, titles[this.mode]);
    say(this.useTitle, uses[this.mode]);
  }
}
