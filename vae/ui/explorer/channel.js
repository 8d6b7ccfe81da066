/**
 * The live channel: one WebSocket, many lanes. A lane is one thing that a hand can move; it has one request under way
 * and remembers only the newest that waits behind it, so that a picture never lags behind the hand.
 */
import { arraysOf, packRequest, unpackReply } from "./protocol.js";

const FIRST_RETRY = 250;
const LAST_RETRY = 5000;

export class Channel {
  #url; #socket = null; #sequence = 0; #waiting = new Map(); #lanes = new Map(); #listeners = new Set();
  #retry = FIRST_RETRY; #timer = 0; #closed = false;

  /** @param {string} url ws:// or wss:// address of the live route */
  constructor(url) {
    this.#url = url;
    this.#connect();
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Call `listener(connected)` at once and whenever the connection comes or goes. Returns a function that stops that. */
  watch(listener) {
    this.#listeners.add(listener);
    listener(this.connected);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Ask for something; if the lane is busy, this replaces whatever waits there.
   * @param {string} lane
   * @param {number} operation
   * @param {string} model
   * @param {ArrayLike<number>} payload
   * @param {(arrays: import("./protocol.js").Tensor[]) => void} onReply
   * @param {(error: Error) => void} [onError]
   */
  ask(lane, operation, model, payload, onReply, onError = () => {}) {
    const request = { operation, model, payload, onReply, onError };
    const state = this.#lanes.get(lane) ?? { busy: null, next: null };
    this.#lanes.set(lane, state);
    if (state.busy || !this.connected) state.next = request;
    else this.#send(state, request);
  }

  /** Forget what waits or is under way in `lane`: its reply will not be delivered. */
  drop(lane) {
    const state = this.#lanes.get(lane);
    if (!state) return;
    state.next = null;
    if (state.busy) state.busy.onReply = state.busy.onError = () => {};
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #send(state, request) {
    const sequence = (this.#sequence = (this.#sequence + 1) >>> 0);
    state.busy = request;
    this.#waiting.set(sequence, state);
    this.#socket.send(packRequest(sequence, request.operation, request.model, request.payload));
  }

  #receive(frame) {
    const reply = unpackReply(frame);
    const state = this.#waiting.get(reply.sequence);
    if (!state) return; // stale: asked on a connection that is gone
    this.#waiting.delete(reply.sequence);
    const { onReply, onError } = state.busy;
    state.busy = null;
    // The next request leaves before this picture is painted: the server works while we paint.
    if (state.next) {
      const next = state.next;
      state.next = null;
      this.#send(state, next);
    }
    let arrays;
    try {
      arrays = arraysOf(reply);
    } catch (error) {
      onError(error);
      return;
    }
    onReply(arrays);
  }

  #connect() {
    const socket = (this.#socket = new WebSocket(this.#url));
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onopen = () => {
      this.#retry = FIRST_RETRY;
      this.#tell();
      for (const state of this.#lanes.values()) {
        if (!state.next) continue;
        const next = state.next;
        state.next = null;
        this.#send(state, next);
      }
    };
    socket.onclose = () => {
      if (this.#closed) return;
      this.#waiting.clear();
      for (const state of this.#lanes.values()) {
        state.next ??= state.busy; // what had no answer is asked again, unless something newer waits
        state.busy = null;
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
