// @ts-check
/** Create: type a caption, watch it being drawn token by token, and look inside. */
import { h } from "../../core/dom.js";
import { Missing } from "../../core/missing.js";
import { NO_PAINTER } from "../../text/create.js";
import { Studio } from "./studio.js";
import { Work } from "./work.js";

/**
 * What this page uses of a page's surroundings.
 * @typedef {object} Live
 * @property {(socket: "studio") => {session: import("../../wire/session.js").Session}} open
 * @property {string} base path before all addresses
 * @property {import("../../core/meter.js").Meter} meter
 * @property {(text: string, about?: string) => void} alert
 */
/** @typedef {(view: Record<string, string>, step?: boolean) => void} Commit */

const PARTS = ["tokenizer", "decoder", "transformer", "clip", "codebook"];

export class Create {
  /** When what the address asks for is on the page. @type {Promise<void>} */
  ready;
  /** @type {Live} */
  #live;
  /** @type {Commit} */
  #commit;
  /** @type {Studio} */
  #studio;
  /** @type {HTMLElement} */
  #page = h("div", { class: "ctm-page ctm-create" });
  /** @type {Work | null} */
  #work = null;
  #life = new AbortController();

  /** @param {HTMLElement} root @param {Live} live @param {Record<string, string>} view @param {Commit} commit */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#studio = new Studio(live);
    root.append(this.#page);
    this.ready = this.apply(view);
  }

  /** Show what an address says. @param {Record<string, string>} view */
  async apply(view) {
    this.#work ??= await this.#open();
    await this.#work?.start(view);
  }

  dispose() {
    this.#life.abort();
    this.#work?.dispose();
    this.#studio.dispose();
    this.#page.remove();
  }

  async #open() {
    const painters = await this.#studio.painters();
    if (!painters.length)
      throw new Missing(
        NO_PAINTER,
        PARTS.map((part) => `python -m vae dalle ${part}`),
      );
    const facts = await this.#studio.facts();
    if (this.#life.signal.aborted || this.#work) return this.#work;
    this.#live.meter.device = facts.device;
    return new Work(this.#page, { live: this.#live, studio: this.#studio, facts, commit: this.#commit });
  }
}
