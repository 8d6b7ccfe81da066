// @ts-check
/**
 * The only way to ask: named fields go in, a named answer comes out.
 *
 *     const { pixels, verdicts } = await session.ask(SAMPLE, { seed, count: 64, temperature: 1, source: "prior" }, { model, lane });
 *
 * An answer comes in two ways, and a caller may use either. `onReply` runs inside the socket's message handler, for what a
 * hand is moving: nothing stands between the reply and its picture. The promise is resolved there, too, and so whatever
 * awaits it runs in a microtask right after, before any other event: good for a story told in order.
 *
 * The promise settles with an answer or not at all. A question that was overtaken in its lane, aborted, or answered by an
 * error never resumes whoever awaits it, and needs no `try`: what stands after `await` can rely on the answer. Errors are shown
 * by the session's own `onError`, unless the caller gives one with the question.
 */
import { ReplyError } from "./frames.js";
import { answerIn, packAsked } from "./packing.js";

/**
 * @template Answered
 * @typedef {object} Options
 * @property {string} [model] whom the question is about; by default the session's
 * @property {unknown} [lane] of several questions in one lane only the newest is answered; without a lane every one is
 * @property {AbortSignal} [signal] once it is aborted, neither handler runs and the promise stays as it is
 * @property {(answer: Answered) => void} [onReply]
 * @property {(error: Error) => void} [onError] a ReplyError, or what is said of a connection that was lost each time
 */

export class Session {
  #channel;
  #socket;
  #model;
  #onError;
  /** @type {Map<string, string>} on which each model's map is wanted, where that is not its own */
  #projections = new Map();

  /**
   * @param {import("./channel.js").Channel} channel to that socket; closed with this
   * @param {{socket?: "live" | "studio" | "training", model?: string, onError: (error: Error) => void}} own
   *   which socket that is, the model that questions are about unless they say another, and where errors are shown
   */
  constructor(channel, { socket = "live", model = "", onError }) {
    this.#channel = channel;
    this.#socket = socket;
    this.#model = model;
    this.#onError = onError;
  }

  /**
   * @template Asked, Answered
   * @param {import("./schema.js").Operation<Asked, Answered>} operation
   * @param {NoInfer<Asked>} asked
   * @param {Options<Answered>} [options]
   * @returns {Promise<Answered>}
   * @throws {TypeError} at once if that is not what the operation asks for: a fault of the page
   */
  ask(operation, asked, { model = this.#model, lane = Symbol(operation.name), signal, onReply, onError = this.#onError } = {}) {
    if (operation.socket !== this.#socket) throw new TypeError(`${operation.name} is not asked on the socket ${this.#socket}`);
    const { payload, sizes } = packAsked(operation, asked);
    const { promise, resolve } = withResolvers();
    const receive = (/** @type {ArrayBuffer} */ frame) => {
      let answer;
      try {
        answer = answerIn(operation, frame, sizes);
      } catch (error) {
        if (!(error instanceof ReplyError)) throw error;
        onError(error);
        return;
      }
      onReply?.(answer);
      if (!signal?.aborted) resolve(answer); // it may have left the page
    };
    const projection = this.#projections.get(model);
    this.#channel.ask(lane, { number: operation.number, model, projection, payload, signal }, receive, onError);
    return promise;
  }

  /**
   * Ask for places of a model on this projection from now on.
   * @param {string} model @param {string} projection as `core/projections.js` writes it
   */
  project(model, projection) {
    if (projection) this.#projections.set(model, projection);
    else this.#projections.delete(model);
  }

  /** The projection that places of a model are asked for on; "" for its own map. @param {string} model */
  projection(model) {
    return this.#projections.get(model) ?? "";
  }

  /** Forget what waits or is under way in a lane. @param {unknown} lane */
  drop(lane) {
    this.#channel.drop(lane);
  }

  close() {
    this.#channel.close();
  }
}

/** @returns {{promise: Promise<any>, resolve: (value: any) => void}} */
function withResolvers() {
  /** @type {(value: any) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
