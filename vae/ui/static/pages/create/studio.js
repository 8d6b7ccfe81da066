// @ts-check
/** The studio behind the page Create: drawings that grow while one looks, and questions about them. */
import { ask, askJson } from "../../core/fetching.js";
import { DRAW, PAINTER } from "../../wire/schema.js";

/** @typedef {import("../../wire/session.js").Session} Session */
/** @typedef {import("../../wire/schema.js").DrawAnswered} Drawing how far a drawing is; without tokens where there is nothing new */
/** @typedef {Omit<import("../../wire/schema.js").DrawAsked, "seen">} Order what to draw */
/** @typedef {{words: string[], ids: number[], caption: string, notes: string[]}} Reading of a caption; ids: of its six words */
/**
 * What the painter knows: `vae/live/studio.py`.
 * @typedef {object} Facts
 * @property {string} device
 * @property {number} grid cells on each side
 * @property {[number, number, number]} image_shape channels, height, width
 * @property {number} codebook_size
 * @property {string[]} examples captions
 * @property {string[]} objects @property {string[]} tints @property {string[]} backgrounds @property {string[]} relations
 * @property {boolean} pictured whether there are pictures of the words
 * @property {[string, string][]} held_out pairs of object and tint that it was never trained on
 */

/** Whether a drawing has all its cells, and its order. @param {Drawing} drawing */
export const isDone = ({ order }) => order.data.length > 0;

export class Studio {
  /** @type {Session} */
  #drawing;
  /** @type {Session} */
  #questions;
  /** @type {string} */
  #base;
  /** The life of the drawing under way. */
  #current = new AbortController();

  /** @param {{open: (socket: "studio") => {session: Session}, base: string}} live */
  constructor(live) {
    // Two connections, since one answers in order: a question must not wait for the next cell of a drawing.
    this.#drawing = live.open("studio").session;
    this.#questions = live.open("studio").session;
    this.#base = live.base;
  }

  /** The names of the painters. @returns {Promise<string[]>} */
  painters() {
    return this.#json("/painters");
  }

  /** What the painter knows. @returns {Promise<Facts>} */
  facts() {
    return this.#json(`/painters/${PAINTER}`);
  }

  /** The address of the pictures of its words. */
  get sheet() {
    return `${this.#base}/continuum/painters/${PAINTER}/vocabulary`;
  }

  /** Read a caption; an Error has `suggestions` where there are any. @param {string} text @returns {Promise<Reading>} */
  read(text) {
    return this.#json("/captions", text);
  }

  /** A GIF of how a picture came into being. @param {number[]} tokens @param {number[] | null} given @returns {Promise<Blob>} */
  async film(tokens, given) {
    const body = JSON.stringify({ tokens, given });
    return (await ask(`${this.#base}/continuum/painters/${PAINTER}/film`, { method: "POST", body })).blob();
  }

  /**
   * Draw; a drawing that is under way is given up.
   * @param {Order} order @param {(drawing: Drawing) => void} onReply @param {(error: Error) => void} [onError]
   */
  draw(order, onReply, onError) {
    this.stop();
    const { signal } = this.#current;
    const next = (/** @type {number} */ seen) => {
      const asked = { seen, ...order };
      const receive = (/** @type {Drawing} */ drawing) => {
        // The next question leaves before this answer is painted: the server works while we paint.
        if (!isDone(drawing)) next(drawing.tokens.data.length ? drawing.progress.at : seen);
        onReply(drawing);
      };
      this.#drawing.ask(DRAW, asked, { model: PAINTER, lane: "draw", signal, onReply: receive, onError });
    };
    next(-1);
  }

  /** Give up what is being drawn. */
  stop() {
    this.#current.abort();
    this.#current = new AbortController();
  }

  /**
   * Ask about tokens, codes and pictures.
   * @template Asked, Answered
   * @param {import("../../wire/schema.js").Operation<Asked, Answered>} operation @param {NoInfer<Asked>} asked
   * @param {import("../../wire/session.js").Options<Answered>} options
   */
  ask(operation, asked, options) {
    return this.#questions.ask(operation, asked, { model: PAINTER, ...options });
  }

  dispose() {
    this.#current.abort();
    this.#drawing.close();
    this.#questions.close();
  }

  /** @param {string} address @param {string} [body] @returns {Promise<any>} */
  #json(address, body) {
    return askJson(`${this.#base}/continuum${address}`, body === undefined ? {} : { method: "POST", body });
  }
}
