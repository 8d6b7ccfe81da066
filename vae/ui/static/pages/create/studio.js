/** The studio behind the page Create: drawings that grow while one looks, and questions about them. `vae/live/studio.py` documents the numbers. */
import { ask, askJson } from "../../core/fetching.js";

/** Operation numbers of the studio. */
export const STUDIO = Object.freeze({ draw: 1, paint: 2, inspect: 3, codebook: 4, ramp: 5 });

const MODEL = "dalle";
const NONE = [-1, -1, -1, -1, -1, -1];

/**
 * @typedef {Object} Order what to draw
 * @property {number} count @property {number} seed @property {number} guidance @property {number} temperature @property {number} topK
 * @property {number[]} ids numbers of the caption's six words
 * @property {number[]} [second] those of the caption that `mix`, from 0 to 1, leads to
 * @property {number} [mix]
 * @property {ArrayLike<number>} [given] a code for each cell to keep, −1 where to draw
 *
 * @typedef {Object} State how far a drawing is
 * @property {number} at @property {number} cells @property {number} people who draw at the same time
 * @property {import("../../wire/protocol.js").Tensor} tokens @property {import("../../wire/protocol.js").Tensor} pixels both empty where there is nothing new
 * @property {boolean} done @property {ArrayLike<number>} order best first, once it is done @property {ArrayLike<number>} scores
 */

export class Studio {
  #drawing;
  #questions;
  #base;
  #turn = 0;
  #asked = 0;

  /** @param {{open: (socket: "live" | "studio") => {channel: import("../../wire/oldchannel.js").OldChannel}, base: string}} live */
  constructor(live) {
    // Two connections, since one answers in order: a question must not wait for the next cell of a drawing.
    this.#drawing = live.open("studio").channel;
    this.#questions = live.open("studio").channel;
    this.#base = live.base;
  }

  /** The names of the painters. @returns {Promise<string[]>} */
  painters() {
    return this.#json("/painters");
  }

  /** What the painter knows. @returns {Promise<any>} */
  facts() {
    return this.#json(`/painters/${MODEL}`);
  }

  /** Read a caption; an Error has `suggestions` where there are any. @returns {Promise<{words: string[], ids: number[], caption: string, notes: string[]}>} */
  read(text) {
    return this.#json("/captions", text);
  }

  /** A GIF of how a picture came into being. @returns {Promise<Blob>} */
  async film(tokens, given) {
    const body = JSON.stringify({ tokens: [...tokens], given: given ? [...given] : null });
    return (await ask(`${this.#base}/continuum/painters/${MODEL}/film`, { method: "POST", body })).blob();
  }

  /**
   * Draw; a drawing that is under way is given up.
   * @param {Order} order @param {(state: State) => void} onState @param {(error: Error) => void} onError
   */
  draw(order, onState, onError) {
    const turn = ++this.#turn;
    const payload = [
      order.count,
      order.seed,
      order.guidance,
      order.temperature,
      order.topK,
      order.mix ?? 0,
      ...order.ids,
      ...(order.second ?? NONE),
      ...(order.given ?? []),
    ];
    const next = (seen) =>
      this.#drawing.ask(
        "draw",
        STUDIO.draw,
        MODEL,
        [seen, ...payload],
        ([progress, tokens, pixels, ranks, scores]) => {
          if (turn !== this.#turn) return;
          const [at, cells, people] = progress.data;
          const done = ranks.data.length > 0;
          // The next question leaves before this answer is painted: the server works while we paint.
          if (!done) next(tokens.data.length ? at : seen);
          onState({ at, cells, people, tokens, pixels, done, order: ranks.data, scores: scores.data });
        },
        (error) => {
          if (turn === this.#turn) onError(error);
        },
      );
    next(-1);
  }

  /** Give up what is being drawn. */
  stop() {
    this.#turn += 1;
  }

  /** Ask a question of which only the newest of its `lane` counts. @param {(arrays: import("../../wire/protocol.js").Tensor[]) => void} onReply @param {(error: Error) => void} onError */
  ask(lane, operation, payload, onReply, onError) {
    this.#questions.ask(lane, operation, MODEL, payload, onReply, onError);
  }

  /** Ask a question that must be answered. @returns {Promise<import("../../wire/protocol.js").Tensor[]>} */
  question(operation, payload) {
    return new Promise((resolve, reject) => this.ask(`once ${this.#asked++}`, operation, payload, resolve, reject));
  }

  dispose() {
    this.#turn += 1;
    this.#drawing.close();
    this.#questions.close();
  }

  #json(address, body) {
    return askJson(`${this.#base}/continuum${address}`, body === undefined ? {} : { method: "POST", body });
  }
}
