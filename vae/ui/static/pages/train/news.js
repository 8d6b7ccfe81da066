// @ts-check
/** What only HTTP tells of a training: why it failed, what was kept of it, and why nobody tells unreal pictures. */
import { kept } from "../../text/train.js";

const ASK = 1500; // milliseconds between two questions

export class News {
  /** The name under which a moment is being kept. */
  keeping = "";
  #judged = false; // it is known whether somebody tells unreal pictures
  #asked = -Infinity;
  #trainings;
  #live;
  #curves;

  /**
   * @param {import("./training.js").Trainings} trainings @param {import("../../core/connection.js").Live} live
   * @param {import("./curves.js").Curves} curves
   */
  constructor(trainings, live, curves) {
    this.#trainings = trainings;
    this.#live = live;
    this.#curves = curves;
  }

  /** It is another training. */
  clear() {
    this.keeping = "";
    this.#judged = false;
  }

  /**
   * Ask, if there may be something to hear.
   * @param {string} run @param {boolean} wrong whether something has gone wrong @param {boolean} seen whether its images are
   */
  async look(run, wrong, seen) {
    const wondering = this.keeping || (!this.#judged && seen) || wrong;
    if (!wondering || performance.now() - this.#asked < ASK) return;
    this.#asked = performance.now();
    const how = await this.#trainings.look(run).catch(() => null);
    if (!how) return;
    this.#judged = how.unjudged !== null;
    this.#curves.unjudged = how.unjudged ?? "";
    if (how.sentence) this.#live.alert(how.sentence, "training");
    if (!how.kept.kept) return;
    this.#live.alert(kept(this.keeping, Boolean(how.kept.mapped)), "kept");
    if (how.kept.mapped) this.keeping = "";
  }
}
