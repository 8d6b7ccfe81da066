// @ts-check
/** The same draws of N(0, I), decoded by whichever model is on the slider. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { anySeed } from "../../core/seed.js";
import { SAME_DRAWS } from "../../text/slide.js";
import { Picture } from "../../widgets/picture.js";
import { SAMPLE } from "../../wire/schema.js";

const DRAWS = 64;

export class Samples {
  /** @type {HTMLElement} */
  element;
  /** Of the draws. */
  seed = 1;
  #title = h("h2", {});
  #wall = new Picture(t("Samples"), "ctm-wall");
  /** @type {import("./slide.js").Live} */
  #live;

  /** @param {import("./slide.js").Live} live @param {(event: Event) => void} onthrow another seed was thrown */
  constructor(live, onthrow) {
    this.#live = live;
    const again = (/** @type {Event} */ event) => {
      this.seed = anySeed();
      onthrow(event);
    };
    const button = h("button", { type: "button", class: "ctm-chip", onclick: again }, t("⚄ throw again"));
    this.element = h(
      "section",
      { class: "ctm-card ctm-slidewall", "aria-label": t("Samples") },
      h("div", { class: "ctm-line" }, this.#title, h("span", { class: "ctm-grow" }), button),
      h("div", { class: "ctm-wallbox" }, this.#wall.element),
      h("p", { class: "ctm-quiet" }, SAME_DRAWS),
    );
  }

  /** @param {string} name of the model in words */
  set title(name) {
    say(this.#title, name);
  }

  /** @param {string} model @param {import("./bar.js").Moved | null} event that it answers @param {AbortSignal} signal */
  show(model, event, signal) {
    const onReply = (/** @type {import("../../wire/schema.js").SampleAnswered} */ { pixels }) => {
      this.#wall.paint(pixels.data, [...pixels.shape], { columns: 8, gap: 2 });
      this.#live.meter.frame(event);
    };
    const onError = (/** @type {Error} */ error) => {
      this.#live.alert(error.message);
      this.#wall.clear();
    };
    const asked = /** @type {const} */ ({ seed: this.seed, count: DRAWS, temperature: 1, source: "prior" });
    this.#live.session.ask(SAMPLE, asked, { model, lane: "slide draws", signal, onReply, onError });
  }
}
