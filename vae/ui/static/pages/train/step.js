// @ts-check
/** What a single step was taken on, how large its gradients were, and how far it has moved the images. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { batchSays, gradientSays, movesSay, STEP } from "../../text/train.js";
import { Picture } from "../../widgets/picture.js";
import { BATCH } from "../../wire/schema.js";

const COLUMNS = 16;
const KINDS = /** @type {const} */ (["ae", "vae"]);

/** @typedef {import("./drawing.js").Moves} Moves */

export class StepCard {
  /** Somebody takes one step at a time. */
  wanted = false;
  #session;
  #picture = new Picture(t("Batch of the last step"), "ctm-trainbatch");
  #size = h("p", { class: "ctm-quiet" });
  #figures = { ae: h("p", { class: "ctm-ae" }), vae: h("p", { class: "ctm-vae" }) };
  #lane = Symbol("batch");
  #step = -1; // whose pictures are shown

  /** @param {import("../../wire/session.js").Session} session */
  constructor(session) {
    this.#session = session;
    this.element = h(
      "section",
      { class: "ctm-card ctm-trainstep", "aria-label": STEP.title, hidden: true },
      h("div", { class: "ctm-trainstepsays" }, h("h2", { title: STEP.about }, STEP.title), this.#size, this.#figures.ae, this.#figures.vae),
      this.#picture.element,
    );
  }

  /**
   * @param {import("./follower.js").Watched} answer @param {string} run @param {string} phase
   * @param {(Moves | null)[]} moves of both maps, if a single step lies between the last two looks
   * @param {AbortSignal} signal
   */
  show({ state }, run, phase, moves, signal) {
    this.element.hidden = !(this.wanted && phase === "paused" && state.newest > 0 && state.step === state.newest);
    if (this.element.hidden) return;
    KINDS.forEach((kind, i) => say(this.#figures[kind], gradientSays(kind, state[`${kind}_gradient`]) + movesSay(moves[i])));
    if (state.newest === this.#step) return;
    this.#session.ask(
      BATCH,
      {},
      {
        model: run,
        lane: this.#lane,
        signal,
        onError: () => {}, // it is asked again at the next look
        onReply: ({ pixels, taken }) => {
          if (taken.step !== state.newest) return; // written a moment later than the step is told
          this.#step = taken.step;
          this.#picture.paint(pixels.data, [...pixels.shape], { columns: COLUMNS, gap: 1 });
          say(this.#size, batchSays(pixels.shape[0], taken.size));
        },
      },
    );
  }

  clear() {
    this.wanted = false;
    this.#step = -1;
    this.element.hidden = true;
  }
}
