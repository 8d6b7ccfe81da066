// @ts-check
/** Looks again and again how a training is, as often as it changes. */
import { PHASES, WATCH } from "../../wire/schema.js";

/** @typedef {import("../../wire/schema.js").WatchAnswered} Watched */

const LOOK = 120; // milliseconds between two looks while it learns
const STILL = 1000; // the same while it does not
const EAGER = 2000; // milliseconds in which an order has its effect, and is looked for as often as it learns

export class Follower {
  /** The training that is followed, "" for none. */
  run = "";
  /** What it was like last. @type {Watched | null} */
  last = null;
  /** The moment that this was. */
  at = -1;
  #session;
  #moment;
  #show;
  #fail;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Until when it is eager. */
  #until = 0;
  #life = new AbortController();

  /**
   * @param {import("../../wire/session.js").Session} session @param {() => number} moment that is to be shown, −1 for the newest
   * @param {(answer: Watched, before: Watched | null, moment: number) => void} show @param {(error: Error) => void} fail
   */
  constructor(session, moment, show, fail) {
    this.#session = session;
    this.#moment = moment;
    this.#show = show;
    this.#fail = fail;
  }

  /** Ends when another training is followed, or none. */
  get signal() {
    return this.#life.signal;
  }

  get phase() {
    return this.last ? PHASES[this.last.state.phase] : "";
  }

  /** Whether it learns, or waits to. */
  get busy() {
    return this.phase === "learning" || (this.phase === "waiting" && Boolean(this.last?.halt.ahead));
  }

  /** @param {string} run */
  follow(run) {
    this.leave();
    this.run = run;
    this.#look();
  }

  leave() {
    clearTimeout(this.#timer);
    this.#life.abort();
    this.#life = new AbortController();
    this.run = "";
    this.last = null;
  }

  /** Look at once, since something was ordered. */
  soon() {
    this.#until = performance.now() + EAGER;
    this.#again(0);
  }

  /** @param {number} after milliseconds */
  #again(after) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), after);
  }

  #look() {
    if (!this.run) return;
    const moment = this.#moment(),
      started = performance.now();
    this.#session.ask(
      WATCH,
      { moment },
      {
        model: this.run,
        lane: this,
        signal: this.signal,
        onReply: (answer) => {
          const before = this.last;
          this.last = answer;
          this.at = moment;
          const now = performance.now(),
            lively = ["learning", "preparing"].includes(this.phase) || now < this.#until;
          this.#again(Math.max(0, (lively ? LOOK : STILL) - (now - started)));
          this.#show(answer, before, moment);
        },
        onError: (error) => {
          this.#again(STILL);
          this.#fail(error);
        },
      },
    );
  }
}
