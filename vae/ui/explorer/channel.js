/**
 * The live channel: one WebSocket, many lanes. A lane is one thing that a hand can move; it has one request under way
 * and remembers only the newest that waits behind it, so that a picture never lags behind the hand.
 *
 * No request is repeated without delay: one that the server has refused rests before its lane sends the same again, and
 * one whose connection was lost a few times has failed.
 */
import { arraysOf, packRequest, unpackReply } from "./protocol.js";

const FIRST_RETRY = 250, LAST_RETRY = 5000; // milliseconds until a lost connection is tried again
const OPENING = 10_000; // milliseconds that a connection may take to open
const STEADY = 2000; // milliseconds after which an open connection counts as one, if nothing has been heard on it yet
const FIRST_REST = 1000, LAST_REST = 30_000; // milliseconds that a refused request rests
const LOSSES = 3; // connections that a request may be lost with

/**
 * @typedef {{operation: number, model: string, payload: ArrayLike<number>, onReply: Function, onError: Function, losses: number, frame?: ArrayBuffer, asked?: number}} Asked
 * @typedef {{busy: Asked|null, next: Asked|null, refused: {frame: ArrayBuffer, rest: number, until: number}|null, timer: number}} Lane
 */

export class Channel {
  #url; #socket = null; #sequence = 0; #waiting = new Map(); #lanes = new Map(); #listeners = new Set();
  #retry = FIRST_RETRY; #timer = 0; #opening = 0; #steady = 0; #closed = false; #heard = 0;

  /** How often in a row the connection could not be had, or was lost at once. */
  tries = 0;

  /** @param {string} url ws:// or wss:// address of the live route */
  constructor(url) {
    this.#url = url;
    this.#connect();
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Milliseconds for which the server has said nothing though something was asked; 0 where nothing waits for it. */
  get silence() {
    const asked = [...this.#waiting.values()].map(({ busy }) => busy.asked);
    return asked.length ? performance.now() - Math.max(this.#heard, Math.min(...asked)) : 0;
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
    const state = this.#lanes.get(lane) ?? { busy: null, next: null, refused: null, timer: 0 };
    this.#lanes.set(lane, state);
    state.next = { operation, model, payload, onReply, onError, losses: 0 };
    this.#advance(state);
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
    for (const timer of [this.#timer, this.#opening, this.#steady, ...[...this.#lanes.values()].map((state) => state.timer)]) clearTimeout(timer);
    this.#socket?.close();
  }

  /** Send what waits in a lane, if its time has come. @param {Lane} state */
  #advance(state) {
    clearTimeout(state.timer);
    if (!state.next || state.busy || !this.connected) return;
    const { operation, model, payload } = state.next, now = performance.now();
    const sequence = (this.#sequence = (this.#sequence + 1) >>> 0);
    const frame = packRequest(sequence, operation, model, payload);
    const rest = state.refused && alike(frame, state.refused.frame) ? state.refused.until - now : 0;
    if (rest > 0) {
      state.timer = setTimeout(() => this.#advance(state), rest);
      return;
    }
    state.busy = Object.assign(state.next, { frame, asked: now });
    state.next = null;
    this.#waiting.set(sequence, state);
    this.#socket.send(frame);
  }

  #receive(frame) {
    this.#heard = performance.now();
    this.#settled();
    const reply = unpackReply(frame);
    const state = this.#waiting.get(reply.sequence);
    if (!state) return; // stale: asked on a connection that is gone
    this.#waiting.delete(reply.sequence);
    const { onReply, onError, frame: asked } = state.busy;
    state.busy = null;
    if (reply.status === 0) state.refused = null;
    else {
      const rest = state.refused && alike(asked, state.refused.frame) ? Math.min(2 * state.refused.rest, LAST_REST) : FIRST_REST;
      state.refused = { frame: asked, rest, until: this.#heard + rest };
    }
    // The next request leaves before this picture is painted: the server works while we paint.
    this.#advance(state);
    let arrays;
    try {
      arrays = arraysOf(reply);
    } catch (error) {
      onError(error);
      return;
    }
    onReply(arrays);
  }

  /** The connection is a real one: the next time that it is lost it is tried again at once. */
  #settled() {
    clearTimeout(this.#steady);
    this.#retry = FIRST_RETRY;
    this.tries = 0;
  }

  #connect() {
    const socket = (this.#socket = new WebSocket(this.#url));
    this.#opening = setTimeout(() => socket.close(), OPENING); // something between us and the server may never answer
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onopen = () => {
      clearTimeout(this.#opening);
      this.#steady = setTimeout(() => this.#settled(), STEADY);
      this.#tell();
      for (const state of this.#lanes.values()) this.#advance(state);
    };
    socket.onclose = () => {
      clearTimeout(this.#opening);
      clearTimeout(this.#steady);
      if (this.#closed) return;
      this.tries += 1;
      const failed = this.#lose();
      this.#tell();
      this.#timer = setTimeout(() => this.#connect(), this.#retry * (0.75 + Math.random() / 2));
      this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
      for (const { onError } of failed) onError(new Error("The connection was lost each time that this was asked; see the server's log, and try again."));
    };
  }

  /** What had no answer is asked again, unless something newer waits. Returns what has been lost too often for that. @returns {Asked[]} */
  #lose() {
    this.#waiting.clear();
    const failed = [];
    for (const state of this.#lanes.values()) {
      const { busy } = state;
      state.busy = null;
      if (!busy || state.next) continue;
      busy.losses += 1;
      if (busy.losses < LOSSES) state.next = busy;
      else failed.push(busy);
    }
    return failed;
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.connected);
  }
}

/** Whether two requests ask the same, whatever their sequence numbers. @param {ArrayBuffer} a @param {ArrayBuffer} b */
function alike(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [new Uint32Array(a), new Uint32Array(b)];
  return left.every((word, i) => i === 0 || word === right[i]);
}
