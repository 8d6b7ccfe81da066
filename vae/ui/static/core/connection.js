// @ts-check
/**
 * How things stand with the server, from all live channels of a page. The meter shows it; where waiting will not help, a
 * sentence says what does.
 */
import { Channel } from "../wire/channel.js";
import { FELL_BACK } from "../wire/frames.js";
import { HASH } from "../wire/schema.js";
import { Session } from "../wire/session.js";
import { language, t } from "./language.js";

const LOOK = 500; // milliseconds between two looks
const SILENCE = 2000; // milliseconds without an answer after which it is asked whether there is a server at all
const PATIENCE = 2000; // milliseconds that it may take to answer that, and until it is asked again
const TRIES = 4; // connections that fail in a row until that is more than a hiccup

/** @typedef {{words: string, live?: boolean, sentence?: (url: string) => string}} State */

/** @type {State} */
const RECONNECTING = { words: t("reconnecting …") };
/** @type {State} */
const LIVE = { words: t("live"), live: true };
/** @type {State} */
const BUSY = { words: t("live, at work"), live: true };
/** @type {State} */
const SILENT = { words: t("the server does not answer") };
/** @type {State} */
const AWAY = {
  ...SILENT,
  sentence: () =>
    t("The server does not answer. If it was stopped, start it again (streamlit run app.py); this page then goes on as it is."),
};
/** @type {State} */
const TUNNELLED = {
  words: t("live, without WebSockets"),
  live: true,
  sentence: (url) =>
    t(
      "WebSockets are blocked, so everything is asked by plain requests: it works, and is slower. Whatever stands between this browser " +
        "and the server must pass WebSockets at {url}; this page uses them as soon as it does.",
      { url },
    ),
};
/** @type {State} */
const BLOCKED = {
  words: t("no live channel"),
  sentence: (url) =>
    t(
      "The live channel is blocked, so pictures cannot be decoded: whatever stands between this browser and the server must pass " +
        "WebSockets at {url}, or plain requests. This page goes on as soon as it does.",
      { url },
    ),
};
const NO_MEMORY = t(
  "The server's graphics processor has run out of memory, so its CPU makes the pictures now: they are the same, and come slower. " +
    "Once the server is started again, it uses the graphics processor again.",
);

/** @typedef {{session: Session}} Opened */
/**
 * What a page is given to live from.
 * @typedef {Opened & {open: (socket: "live"|"studio"|"training") => Opened, meter: import("./meter.js").Meter, base: string,
 *   models: import("./models.js").Models, alert: (sentence: string, about?: string) => void,
 *   unusable: (list: import("./models.js").ModelName[]) => void}} Live
 * `base` is the path before all addresses; a newer sentence about something takes the place of an older one, an empty one takes it away.
 */

export class Connection {
  #url;
  #base;
  #meter;
  #alert;
  /** @type {Set<Channel>} */
  #channels = new Set();
  #timer;
  /** @type {State|null} */
  #state = null;
  #answers = true;
  #asked = -Infinity;
  #fellBack = false;
  #gone = new AbortController();
  #onlive;
  /** Streamlit lays a dialog over the page when its own connection is lost; our sentence says more, and the page stays in sight. */
  #dialogs = new MutationObserver(() => this.#uncover());

  /**
   * @param {string} url ws:// or wss:// address of the live route @param {string} base path before all addresses
   * @param {import("./meter.js").Meter} meter @param {(text: string, about: string) => void} alert
   * @param {() => void} onlive the connection is back, or there for the first time
   */
  constructor(url, base, meter, alert, onlive) {
    this.#url = url;
    this.#base = base;
    this.#meter = meter;
    this.#alert = alert;
    this.#onlive = onlive;
    this.#timer = setInterval(() => this.#look(), LOOK);
    this.#dialogs.observe(document.body, { childList: true });
  }

  /**
   * A connection that counts for the page's.
   * @param {"live" | "studio" | "training"} socket
   * @returns {Opened}
   */
  open(socket) {
    const channel = new Channel(`${this.#url}${socket === "live" ? "" : `/${socket}`}?schema=${HASH}&lang=${language()}`);
    this.#channels.add(channel);
    channel.watch(() => this.#look());
    const onError = (/** @type {Error} */ error) => this.#alert(error.message, "");
    return { session: new Session(channel, { socket, onError }) };
  }

  dispose() {
    clearInterval(this.#timer);
    this.#dialogs.disconnect();
    this.#gone.abort();
    for (const channel of this.#channels) channel.close();
  }

  #uncover() {
    if ([...this.#channels].every(({ connected }) => connected)) return;
    /** @type {HTMLElement | null} */ (document.querySelector('[data-testid="stDialog"] [aria-label="Close"]'))?.click();
  }

  #look() {
    if (this.#gone.signal.aborted) return;
    this.#uncover();
    const channels = [...this.#channels],
      fellBack = channels.some(({ notes }) => notes & FELL_BACK),
      lost = channels.filter(({ connected }) => !connected);
    if (fellBack !== this.#fellBack) this.#alert(fellBack ? NO_MEMORY : "", "device"); // once: it may be put away
    if (fellBack) this.#meter.device = "cpu";
    this.#fellBack = fellBack;
    if (!lost.length && channels.every(({ silence }) => silence < SILENCE))
      return this.#tell(channels.some(({ tunnelled }) => tunnelled) ? TUNNELLED : LIVE);
    if (lost.length && lost.every(({ tries }) => tries < TRIES)) return this.#tell(RECONNECTING);
    this.#ask();
    if (lost.length) this.#tell(this.#answers ? BLOCKED : AWAY);
    else this.#tell(this.#answers ? BUSY : SILENT);
  }

  /** Ask over HTTP whether there is a server: it answers that also while it is at work. */
  async #ask() {
    if (performance.now() - this.#asked < PATIENCE) return;
    this.#asked = Infinity;
    try {
      const signal = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(PATIENCE)]);
      this.#answers = (await fetch(`${this.#base}/_stcore/health`, { signal, cache: "no-store" })).ok;
    } catch {
      this.#answers = false;
    }
    this.#asked = performance.now();
    this.#look();
  }

  /** @param {State} state */
  #tell(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#meter.connection = state;
    this.#alert(state.sentence?.(this.#url) ?? "", "connection");
    if (state === LIVE || state === TUNNELLED) this.#onlive();
  }
}
