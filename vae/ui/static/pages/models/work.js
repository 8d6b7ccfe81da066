// @ts-check
/** One import, from the first byte sent to the data set. It goes on while other pages are looked at, as long as the tab lives. */
import { askJson, tellJson, Unreachable } from "../../core/fetching.js";
import { LOST, STOPPED } from "../../text/pictures.js";
import { keepLooking } from "./looking.js";
import { upload } from "./upload.js";

/** @typedef {import("./choosing.js").Upload} Upload */
/**
 * What is asked for beside the pictures, as the server names it.
 * @typedef {{name: string, size: number, test_share: number, fit: string, background: string, grey: boolean}} Asked
 */
/**
 * @typedef {object} State
 * @property {"idle"|"reading"|"sending"|"waiting"|"working"|"ready"|"failed"} step
 * @property {string} name of the data set
 * @property {number} share of the step that is done
 * @property {string} words what is going on, or why it failed
 */
/**
 * An import as the server tells it.
 * @typedef {object} Job
 * @property {string} id
 * @property {string} name of the data set
 * @property {"waiting"|"working"|"ready"|"failed"} state
 * @property {number} share
 * @property {string} words
 * @property {string|null} sentence why it failed
 */

const KEPT = "continuum import"; // the id of the import that this tab follows

/** @param {string} base @param {string} id of an import */
const address = (base, id) => `${base}/continuum/imports/${id}`;

export class Work {
  /** @type {State} */
  state = { step: "idle", name: "", share: 0, words: "" };
  /** Whoever shows it. @type {(state: State) => void} */
  onchange = () => {};
  #life = new AbortController();
  /** Ends the import on the server; null while there is none. @type {(() => Promise<unknown>)|null} */
  #cancel = null;

  get busy() {
    return !["idle", "ready", "failed"].includes(this.state.step);
  }

  /** Import what is chosen, or a folder of the server. @param {string} base @param {Upload|string} source @param {Asked} asked */
  async start(base, source, asked) {
    await this.#run(
      asked.name,
      async (signal) => {
        const what = typeof source === "string" ? { folder: source } : await this.#send(source, base, signal);
        return tellJson(`${base}/continuum/imports`, { ...what, ...asked }, signal);
      },
      base,
    );
  }

  /**
   * Send all parts, one after the other; how the server is told of them.
   * @param {Upload} chosen @param {string} base @param {AbortSignal} signal
   */
  async #send({ parts, size }, base, signal) {
    /** @type {[string, string][]} */
    const sent = [];
    let before = 0;
    for (const { path, blob } of parts) {
      const share = (/** @type {number} */ part) => (before + part * blob.size) / size;
      sent.push([await upload(blob, path, base, signal, (step, part) => this.#show({ step, share: share(part) })), path]);
      before += blob.size;
    }
    return sent.length === 1 ? { upload: sent[0][0] } : { uploads: sent };
  }

  /** Follow the import that was under way when this tab's page was reloaded, if the server still knows it. @param {string} base */
  async takeUp(base) {
    const id = sessionStorage.getItem(KEPT);
    const job = id && (await askJson(address(base, id)).catch(() => null));
    if (job && !this.busy) await this.#run(job.name, async () => job, base);
  }

  /** End it; what has come is kept. */
  async stop() {
    const cancel = this.#cancel;
    this.#life.abort();
    await cancel?.().catch(() => {}); // it may have ended meanwhile
  }

  /** @param {string} name @param {(signal: AbortSignal) => Promise<Job>} begin @param {string} base */
  async #run(name, begin, base) {
    const { signal } = (this.#life = new AbortController());
    this.#show({ step: "waiting", name, share: 0, words: "" });
    try {
      let job = await begin(signal);
      const where = address(base, job.id);
      sessionStorage.setItem(KEPT, job.id);
      this.#cancel = () => askJson(where, { method: "DELETE" });
      if (signal.aborted) await this.stop();
      const going = () => {
        if (job.state !== "waiting" && job.state !== "working") return false;
        this.#show({ step: job.state, share: job.share, words: job.words });
        return true;
      };
      const look = async () => {
        job = await askJson(where, { signal });
        return going();
      };
      if (going()) await keepLooking(look, signal).catch(lost);
      signal.throwIfAborted();
      if (job.state === "failed") throw new Error(job.sentence ?? LOST);
      this.#show({ step: "ready", share: 1, words: "" });
    } catch (error) {
      this.#show({ step: "failed", words: signal.aborted ? STOPPED : /** @type {Error} */ (error).message });
    } finally {
      this.#cancel = null;
      sessionStorage.removeItem(KEPT);
    }
  }

  /** @param {Partial<State>} change */
  #show(change) {
    this.state = { ...this.state, ...change };
    this.onchange(this.state);
  }
}

/** What a server that stays away has to say of an import. @param {Error} error @returns {never} */
function lost(error) {
  throw error instanceof Unreachable && error.away ? new Error(LOST) : error;
}
