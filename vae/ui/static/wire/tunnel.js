// @ts-check
/**
 * WebSockets over plain requests (`vae/web/tunnel.py`), for a browser behind something that lets none through. Streamlit's page
 * loads this before its own script, so that its socket is helped as ours are: a socket to this server that could not be opened
 * some times in a row is asked for in this way from then on, until one of ours can be opened again.
 */

const TRIES = 3; // sockets in a row that could not be opened
const BACK = 15_000; // milliseconds between two tries to do without
const PAUSE = 50; // milliseconds between two requests that bring nothing
const BASE = new URL("../../..", import.meta.url).href; // of the app, whatever a proxy has put in front of it
/** @type {Record<string, string>} sockets to their names on the server, by their paths below the app's */
const NAMES = {
  "continuum/live": "live",
  "continuum/live/studio": "studio",
  "continuum/live/training": "training",
  "_stcore/stream": "streamlit",
};
const Native = WebSocket;

/** @type {Map<string, number>} how often in a row a socket could not be opened, by its name */
const failures = new Map();

class Tunnel extends EventTarget {
  /** What tells it from a WebSocket. */
  tunnelled = true;
  /** @type {number} */
  readyState = Native.CONNECTING;
  protocol = "";
  extensions = "";
  bufferedAmount = 0;
  /** @type {BinaryType} */
  binaryType = "blob";
  /** @type {((event: Event) => void) | null} */
  onopen = null;
  /** @type {((event: MessageEvent) => void) | null} */
  onmessage = null;
  /** @type {((event: Event) => void) | null} */
  onerror = null;
  /** @type {((event: CloseEvent) => void) | null} */
  onclose = null;

  url;
  #name;
  #address = "";
  /** @type {ArrayBuffer[]} what is to be sent */
  #waiting = [];
  #sending = false;
  #gone = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #back;

  /** @param {string} url @param {string} name @param {string[]} protocols */
  constructor(url, name, protocols) {
    super();
    this.url = url;
    this.#name = name;
    this.addEventListener("open", (event) => this.onopen?.(event));
    this.addEventListener("message", (event) => this.onmessage?.(/** @type {MessageEvent} */ (event)));
    this.addEventListener("error", (event) => this.onerror?.(event));
    this.addEventListener("close", (event) => this.onclose?.(/** @type {CloseEvent} */ (event)));
    this.#open(protocols);
  }

  /** @param {string | ArrayBufferLike | ArrayBufferView | Blob} data */
  send(data) {
    if (this.readyState !== Native.OPEN) return;
    if (data instanceof ArrayBuffer) this.#waiting.push(data.slice(0));
    else if (ArrayBuffer.isView(data)) this.#waiting.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer);
    else throw new TypeError("only bytes are sent here");
    this.#flush();
  }

  close() {
    if (this.readyState >= Native.CLOSING) return;
    if (this.#address) fetch(this.#address, { method: "DELETE", keepalive: true }).catch(() => {});
    this.#end(1000);
  }

  /** @param {string[]} protocols */
  async #open(protocols) {
    const query = new URLSearchParams(new URL(this.url).search);
    if (protocols.length) query.set("protocols", protocols.join(", "));
    try {
      const answer = await this.#ask(`${BASE}continuum/tunnel/${this.#name}?${query}`, { method: "POST" });
      const { tunnel, protocol } = await answer.json();
      this.#address = `${BASE}continuum/tunnel/open/${tunnel}`;
      this.protocol = protocol ?? "";
    } catch {
      failures.set(this.#name, TRIES - 1); // perhaps the server is away, and a socket can be opened once it is back
      if (!this.#gone.signal.aborted) this.dispatchEvent(new Event("error"));
      this.#end(1006);
      return;
    }
    if (this.#gone.signal.aborted) return;
    this.readyState = Native.OPEN;
    this.dispatchEvent(new Event("open"));
    if (this.#name !== "streamlit") this.#back = setInterval(() => this.#try(), BACK);
    this.#listen();
  }

  async #listen() {
    try {
      while (!this.#gone.signal.aborted) {
        const body = await (await this.#ask(this.#address, { cache: "no-store" })).arrayBuffer();
        for (const message of split(body)) this.dispatchEvent(new MessageEvent("message", { data: this.#given(message) }));
        if (!body.byteLength) await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    } catch {
      this.#end(1006);
    }
  }

  async #flush() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#waiting.length && !this.#gone.signal.aborted)
        await this.#ask(this.#address, { method: "POST", body: join(this.#waiting.splice(0)) });
    } catch {
      this.#end(1006);
    }
    this.#sending = false;
  }

  /** @param {string} address @param {RequestInit} asked */
  async #ask(address, asked) {
    const answer = await fetch(address, { ...asked, signal: this.#gone.signal });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return answer;
  }

  /** @param {ArrayBuffer} message */
  #given(message) {
    return this.binaryType === "arraybuffer" ? message : new Blob([message]);
  }

  /** Whether a WebSocket can be opened now; then this one ends, and whoever opens another gets one. */
  #try() {
    const socket = new Native(this.url);
    socket.onopen = () => {
      socket.close();
      failures.clear();
      this.close();
    };
  }

  /** @param {number} code */
  #end(code) {
    if (this.readyState === Native.CLOSED) return;
    clearInterval(this.#back);
    this.#gone.abort();
    this.readyState = Native.CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code, wasClean: code === 1000 }));
  }
}

/** Messages as a body: each with its length before it. @param {ArrayBuffer[]} messages */
export function join(messages) {
  const body = new Uint8Array(messages.reduce((size, { byteLength }) => size + 4 + byteLength, 0));
  let at = 0;
  for (const message of messages) {
    new DataView(body.buffer).setUint32(at, message.byteLength, true);
    body.set(new Uint8Array(message), at + 4);
    at += 4 + message.byteLength;
  }
  return body;
}

/** The messages in a body. @param {ArrayBuffer} body */
export function* split(body) {
  const view = new DataView(body);
  for (let at = 0; at < body.byteLength; ) {
    const length = view.getUint32(at, true);
    yield body.slice(at + 4, at + 4 + length);
    at += 4 + length;
  }
}

/** What a socket of this app is called on the server; nothing for others. @param {string} url */
function nameOf(url) {
  const { origin, pathname } = new URL(url.replace(/^ws/, "http"), location.href);
  const path = `${origin}${pathname}`;
  return path.startsWith(BASE) ? NAMES[path.slice(BASE.length)] : undefined;
}

/** A WebSocket, or what stands in for it. @param {string | URL} url @param {string | string[]} [protocols] */
function Socket(url, protocols = []) {
  const name = nameOf(String(url));
  const failed = name ? (failures.get(name) ?? 0) : 0;
  if (name && failed >= TRIES) return new Tunnel(new URL(url, location.href).href, name, [protocols].flat());
  const socket = new Native(url, protocols);
  if (name) {
    let open = false;
    socket.addEventListener("open", () => {
      open = true;
      failures.delete(name);
    });
    socket.addEventListener("close", () => {
      if (!open) failures.set(name, failed + 1);
    });
  }
  return socket;
}

Socket.prototype = Native.prototype;
for (const state of /** @type {const} */ (["CONNECTING", "OPEN", "CLOSING", "CLOSED"])) Object.assign(Socket, { [state]: Native[state] });
window.WebSocket = /** @type {any} */ (Socket);
