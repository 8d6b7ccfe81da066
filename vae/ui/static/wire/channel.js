// @ts-check
/**
 * The live channel: one WebSocket, many lanes. A lane is one thing that a hand can move; it has one request under way and
 * remembers only the newest that waits behind it, so that a picture never lags behind the hand. What the numbers mean is
 * for `session.js`.
 */
import { packRequest, sequenceOf } from "./frames.js";

/** @typedef {{number: number, model: string, payload: ArrayLike<number>, signal?: AbortSignal}} Request */
/** @typedef {{request: Request, onReply: ((frame: ArrayBuffer) => void) | null, abort: () => void}} Waiting */
/** @typedef {{busy: Waiting | null, next: Waiting | null}} Lane */

const FIRST_RETRY = 250; // milliseconds
const LAST_RETRY = 5000;

export class Channel {
  #url;
  /** @type {WebSocket | null} */
  #socket = null;
  #sequence = 0;
  /** @type {Map<number, unknown>} the lane of what is under way, by sequence number */
  #sent = new Map();
  /** @type {Map<unknown, Lane>} those that hold something */
  #lanes = new Map();
  /** @type {Set<(connected: boolean) => void>} */
  #listeners = new Set();
  #retry = FIRST_RETRY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #closed = false;

  /** @param {string} url ws:// or wss:// address of the live route */
  constructor(url) {
    this.#url = url;
    this.#connect();
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /**
   * Call `listener(connected)` at once and whenever the connection comes or goes. Returns a function that stops that.
   * @param {(connected: boolean) => void} listener
   */
  watch(listener) {
    this.#listeners.add(listener);
    listener(this.connected);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Ask for something; if the lane is busy, this replaces whatever waits there. `onReply` runs inside the socket's own
   * message handler: nothing stands between a reply and its picture. Once the request's signal is aborted, it never runs.
   * @param {unknown} lane a name, or any value that is equal to no other
   * @param {Request} request
   * @param {(frame: ArrayBuffer) => void} onReply
   */
  ask(lane, request, onReply) {
    if (this.#closed || request.signal?.aborted) return;
    const state = this.#lanes.get(lane) ?? { busy: null, next: null };
    this.#lanes.set(lane, state);
    /** @type {Waiting} */
    const waiting = { request, onReply, abort: () => this.#forget(lane, waiting) };
    request.signal?.addEventListener("abort", waiting.abort);
    if (state.next) release(state.next);
    state.next = waiting;
    if (!state.busy && this.connected) this.#send(lane, state);
  }

  /** Forget what waits or is under way in a lane: its reply will not be delivered. @param {unknown} lane */
  drop(lane) {
    const state = this.#lanes.get(lane);
    for (const waiting of [state?.next, state?.busy]) if (waiting) this.#forget(lane, waiting);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const lane of [...this.#lanes.keys()]) this.drop(lane);
    this.#listeners.clear();
    this.#socket?.close();
  }

  /** @param {unknown} lane @param {Waiting} waiting */
  #forget(lane, waiting) {
    const state = this.#lanes.get(lane);
    release(waiting); // what is under way keeps its lane busy until the server has answered
    if (state?.next !== waiting) return;
    state.next = null;
    if (!state.busy) this.#lanes.delete(lane);
  }

  /** Send what waits. @param {unknown} lane @param {Lane} state */
  #send(lane, state) {
    if (!state.next) return;
    const { number, model, payload } = state.next.request;
    this.#sequence = (this.#sequence + 1) >>> 0;
    state.busy = state.next;
    state.next = null;
    this.#sent.set(this.#sequence, lane);
    this.#socket?.send(packRequest(this.#sequence, number, model, payload));
  }

  /** @param {ArrayBuffer} frame */
  #receive(frame) {
    const sequence = sequenceOf(frame),
      lane = this.#sent.get(sequence);
    const state = this.#lanes.get(lane),
      answered = state?.busy;
    if (!this.#sent.delete(sequence) || !state || !answered) return; // stale: asked on a connection that is gone
    state.busy = null;
    // The next request leaves before this picture is painted: the server works while we paint.
    if (state.next) this.#send(lane, state);
    else this.#lanes.delete(lane);
    const { onReply } = answered;
    release(answered);
    onReply?.(frame);
  }

  #connect() {
    const socket = (this.#socket = new WebSocket(this.#url));
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      this.#tell();
      for (const [lane, state] of this.#lanes) this.#send(lane, state);
    };
    socket.onclose = () => {
      if (this.#closed) return;
      this.#sent.clear();
      for (const [lane, state] of this.#lanes) {
        if (state.busy?.onReply && !state.next)
          state.next = state.busy; // asked again, unless something newer waits
        else if (state.busy) release(state.busy);
        state.busy = null;
        if (!state.next) this.#lanes.delete(lane);
      }
      this.#tell();
      this.#timer = setTimeout(() => this.#connect(), this.#retry * (0.75 + Math.random() / 2));
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
    };
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.connected);
  }
}

/** Nobody waits for this any more. @param {Waiting} waiting */
function release(waiting) {
  waiting.onReply = null; // by which this is known
  waiting.request.signal?.removeEventListener("abort", waiting.abort);
}
