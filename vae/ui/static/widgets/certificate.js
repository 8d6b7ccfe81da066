// @ts-check
/** The certificate of the models on screen: asked for, watched while the server makes it, opened. */
import { h, say } from "../core/dom.js";
import { askJson, Unreachable } from "../core/fetching.js";
import { language, t } from "../core/language.js";

const PERIOD = 1000; // milliseconds between two looks at how far it is, and twice as long after each that had no answer
const LOOKS = 6; // without an answer in a row, about a minute
const TITLE = t(
  "All figures of this pair with 95 % intervals, a verdict for each textbook sentence, film strips: one page to hand out. " +
    "Takes a minute or two; go on meanwhile.",
);

/** @typedef {{state: string, share?: number, words?: string, sentence?: string}} Order how far a certificate is, as the server says it */

/** A chip that asks for the certificate and tells how far it is, then links to the page and its figures. */
export class CertificateButton {
  #base;
  #alert;
  /** @type {((part: string) => string)|null} none until it is known which models are meant */
  #address = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asking = new AbortController();
  #losses = 0; // looks in a row without an answer

  /** @param {string} base of all addresses @param {(sentence: string) => void} alert */
  constructor(base, alert) {
    this.#base = base;
    this.#alert = alert;
    this.button = h("button", { type: "button", class: "ctm-chip", title: TITLE, onclick: () => this.#ask() }, t("Certificate"));
    this.page = h(
      "a",
      { class: "ctm-chip", target: "_blank", rel: "noopener", title: t("Opens in a new tab; save or print it from there") },
      t("Open certificate"),
    );
    this.json = h("a", { class: "ctm-link", download: "", title: t("The same figures as a JSON file") }, "JSON");
    this.element = h("span", { class: "ctm-certificate", "aria-live": "polite" }, this.button, this.page, this.json);
    this.#show({ state: "none" });
  }

  /** Which models it is about. @param {string[]} names one or two */
  of(names) {
    const [name, against] = names.map(encodeURIComponent);
    this.#address = (part) =>
      `${this.#base}/continuum/certificates/${name}${part}?${against ? `against=${against}&` : ""}lang=${language()}`;
    this.dispose();
    this.#asking = new AbortController();
    this.#losses = 0;
    this.#show({ state: "none" });
    this.#look(); // somebody may have asked for it already
  }

  dispose() {
    this.#asking.abort();
    clearTimeout(this.#timer);
  }

  async #ask() {
    this.#losses = 0;
    this.#show({ state: "waiting", share: 0, words: t("asking") });
    await this.#look("POST");
  }

  async #look(method = "GET") {
    clearTimeout(this.#timer);
    if (!this.#address) return;
    const { signal } = this.#asking;
    /** @type {Order} */
    let order;
    try {
      order = await askJson(this.#address(""), { method });
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      order = { state: error instanceof Unreachable && error.away ? "lost" : "failed", sentence: message };
    }
    if (signal.aborted) return;
    this.#losses = order.state === "lost" ? this.#losses + 1 : 0;
    if (this.#losses >= LOOKS)
      order = { state: "failed", sentence: t("The server did not say how far the certificate is; press Certificate to ask again.") };
    this.#show(order);
    if (order.state === "failed" && order.sentence) this.#alert(order.sentence);
    if (["waiting", "working", "lost"].includes(order.state)) this.#timer = setTimeout(() => this.#look(), PERIOD * 2 ** this.#losses);
  }

  /** @param {Order} order */
  #show({ state, share = 0, words = "" }) {
    if (state === "lost") return; // the server is away; what was shown stays until it is back
    const busy = state === "waiting" || state === "working",
      ready = state === "ready";
    say(this.button, busy ? t("Certificate {share} %", { share: Math.round(100 * share) }) : t("Certificate"));
    this.button.title = busy ? words : TITLE;
    this.button.disabled = busy || !this.#address;
    this.button.style.setProperty("--share", String(busy ? share : 0));
    this.button.hidden = ready;
    for (const link of [this.page, this.json]) link.hidden = !ready;
    if (!ready || !this.#address) return;
    this.page.href = this.#address("/page");
    this.json.href = this.#address("/json");
  }
}
