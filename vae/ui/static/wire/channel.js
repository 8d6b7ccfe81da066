// @ts-check
/**
 * The live channel: one WebSocket, many lanes. A lane is one thing that a hand can move; it has one request under way and
 * remembers only the newest that waits behind it, so that a picture never lags behind the hand. What the numbers mean is
 * for `session.js`.
 *
 * No request is repeated without delay: one that the server has refused rests before its lane sends the same again, and
 * one whose connection was lost a few times has failed.
 */
import { notesOf, packRequest, sequenceOf, statusOf } from "./frames.js";

/** @typedef {{number: number, model: string, projection?: string, payload: ArrayLike<number>, signal?: AbortSignal}} Request */
/** @typedef {{onReply: (frame: ArrayBuffer) => void, onLost: (error: Error) => void}} Heard */
/** @typedef {{request: Request, heard: Heard | null, losses: number, frame: ArrayBuffer, asked: number, abort: () => void}} Waiting */
/** @typedef {{frame: ArrayBuffer, rest: number, until: number}} Refused */
/** @typedef {{busy: Waiting | null, next: Waiting | null, refused: Refused | null, timer: Timer}} Lane */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */

const FIRST_RETRY = 250; // milliseconds until a lost connection is tried again
const LAST_RETRY = 5000;
const OPENING = 10_000; // milliseconds that a connection may take to open
const STEADY = 2000; // milliseconds after which an open connection counts as one, if nothing has been heard on it yet
const FIRST_REST = 1000; // milliseconds that a refused request rests
const LAST_REST = 30_000;
const LOSSES = 3; // connections that a request may be lost with
const LOST = "The connection was lost each time that this was asked; see the server's log, and try again.";

export class Channel {
  /** How often in a row the connection could not be had, or was lost at once. */
  tries = 0;
  /** What the newest answer has noted, see `frames.js`. */
  notes = 0;

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
  /** @type {Timer} */
  #timer;
  /** @type {Timer} */
  #opening;
  /** @type {Timer} */
  #steady;
  #closed = false;
  #heard = 0;

  /** @param {string} url ws:// or wss:// address of the live route */
  constructor(url) {
    this.#url = url;
    this.#connect();
  }

  get connected() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Whether its messages take the way of plain requests, see `tunnel.js`. */
  get tunnelled() {
    return this.#socket !== null && "tunnelled" in this.#socket;
  }

  /** Milliseconds for which the server has said nothing though something was asked; 0 where nothing waits for it. */
  get silence() {
    const asked = [...this.#lanes.values()].flatMap(({ busy }) => (busy ? [busy.asked] : []));
    return asked.length ? performance.now() - Math.max(this.#heard, Math.min(...asked)) : 0;
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
   * message handler: nothing stands between a reply and its picture. Once the request's signal is aborted, neither runs.
   * @param {unknown} lane a name, or any value that is equal to no other
   * @param {Request} request
   * @param {(frame: ArrayBuffer) => void} onReply
   * @param {(error: Error) => void} [onLost]
   */
  ask(lane, request, onReply, onLost = () => {}) {
    if (this.#closed || request.signal?.aborted) return;
    const state = this.#lanes.get(lane) ?? { busy: null, next: null, refused: null, timer: undefined };
    this.#lanes.set(lane, state);
    const frame = packRequest(0, request.number, request.model, request.payload, request.projection);
    /** @type {Waiting} */
    const waiting = { request, heard: { onReply, onLost }, losses: 0, frame, asked: 0, abort: () => this.#forget(lane, waiting) };
    request.signal?.addEventListener("abort", waiting.abort);
    if (state.next) release(state.next);
    state.next = waiting;
    this.#advance(lane, state);
  }

  /** Forget what waits or is under way in a lane: its reply will not be delivered. @param {unknown} lane */
  drop(lane) {
    const state = this.#lanes.get(lane);
    for (const waiting of [state?.next, state?.busy]) if (waiting) this.#forget(lane, waiting);
  }

  close() {
    this.#closed = true;
    for (const timer of [this.#timer, this.#opening, this.#steady]) clearTimeout(timer);
    for (const [lane, state] of [...this.#lanes]) {
      clearTimeout(state.timer);
      this.drop(lane);
    }
    this.#listeners.clear();
    this.#socket?.close();
  }

  /** @param {unknown} lane @param {Waiting} waiting */
  #forget(lane, waiting) {
    const state = this.#lanes.get(lane);
    release(waiting); // what is under way keeps its lane busy until the server has answered
    if (state?.next !== waiting) return;
    state.next = null;
    this.#tidy(lane, state);
  }

  /** A lane without a name that holds nothing is not kept. @param {unknown} lane @param {Lane} state */
  #tidy(lane, state) {
    if (!state.busy && !state.next && !state.refused) this.#lanes.delete(lane);
  }

  /** Send what waits in a lane, if its time has come. @param {unknown} lane @param {Lane} state */
  #advance(lane, state) {
    clearTimeout(state.timer);
    if (!state.next || state.busy || !this.connected) return;
    const now = performance.now();
    const rest = state.refused && alike(state.next.frame, state.refused.frame) ? state.refused.until - now : 0;
    if (rest > 0) {
      state.timer = setTimeout(() => this.#advance(lane, state), rest);
      return;
    }
    this.#sequence = (this.#sequence + 1) >>> 0;
    state.busy = state.next;
    state.next = null;
    state.busy.asked = now;
    new DataView(state.busy.frame).setUint32(0, this.#sequence, true);
    this.#sent.set(this.#sequence, lane);
    this.#socket?.send(state.busy.frame);
  }

  /** @param {ArrayBuffer} frame */
  #receive(frame) {
    this.#heard = performance.now();
    this.#settled();
    if (statusOf(frame) === 0) this.notes = notesOf(frame);
    const sequence = sequenceOf(frame);
    const lane = this.#sent.get(sequence);
    const state = this.#lanes.get(lane);
    const answered = state?.busy;
    if (!this.#sent.delete(sequence) || !state || !answered) return; // stale: asked on a connection that is gone
    state.busy = null;
    if (statusOf(frame) === 0 || typeof lane === "symbol")
      state.refused = null; // nobody can ask again in a lane without a name
    else {
      const again = state.refused && alike(answered.frame, state.refused.frame);
      const rest = again && state.refused ? Math.min(2 * state.refused.rest, LAST_REST) : FIRST_REST;
      state.refused = { frame: answered.frame, rest, until: this.#heard + rest };
    }
    // The next request leaves before this picture is painted: the server works while we paint.
    this.#advance(lane, state);
    this.#tidy(lane, state);
    const { heard } = answered;
    release(answered);
    heard?.onReply(frame);
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
      for (const [lane, state] of this.#lanes) this.#advance(lane, state);
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
      for (const { onLost } of failed) onLost(new Error(LOST));
    };
  }

  /** What had no answer is asked again, unless something newer waits. Returns who has lost too often for that. */
  #lose() {
    this.#sent.clear();
    /** @type {Heard[]} */
    const failed = [];
    for (const [lane, state] of this.#lanes) {
      const { busy } = state;
      state.busy = null;
      if (busy?.heard && !state.next && ++busy.losses < LOSSES) state.next = busy;
      else if (busy) {
        if (busy.heard && !state.next) failed.push(busy.heard);
        release(busy);
      }
      this.#tidy(lane, state);
    }
    return failed;
  }

  #tell() {
    for (const listener of this.#listeners) listener(this.connected);
  }
}

/** Nobody waits for this any more. @param {Waiting} waiting */
function release(waiting) {
  waiting.heard = null; // by which this is known
  waiting.request.signal?.removeEventListener("abort", waiting.abort);
}

/** Whether two requests ask the same, whatever their sequence numbers. @param {ArrayBuffer} a @param {ArrayBuffer} b */
function alike(a, b) {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [new Uint32Array(a), new Uint32Array(b)];
  return left.every((word, i) => i === 0 || word === right[i]);
}
