// @ts-check
/** The trainings of the server, looked after as long as the tab lives, whatever page is shown; says when one has ended. */
import { askJson } from "../../core/fetching.js";
import { ended } from "../../text/learning.js";
import { keepLooking } from "./looking.js";

/**
 * A training, as the server tells it.
 * @typedef {object} Training
 * @property {string} id
 * @property {"waiting"|"working"|"pausing"|"paused"|"ready"|"failed"|"cancelled"} state
 * @property {number} share of the work that is done
 * @property {string} words what is going on
 * @property {string|null} sentence why it failed
 * @property {string} name of the model
 * @property {string} data title of the data set
 * @property {"ae"|"vae"} kind
 * @property {string} command that does the same on the command line
 * @property {number|null} left seconds
 * @property {number|null} stamp of what it has saved last
 * @property {string[]} outcome what it has learned
 * @property {boolean} model whether there is a model of its name
 * @property {boolean} mapped whether other pages can show it
 */

const UNDER_WAY = ["waiting", "working", "pausing"];

export class Following {
  /** Whoever shows them. @type {(trainings: Training[]) => void} */
  onlist = () => {};
  /** Whoever says that the server is away. @type {(error: Error) => void} */
  onfail = () => {};
  /** @type {Map<string, string>} the states that were told of last */
  #states = new Map();
  #looking = false;
  #life = new AbortController(); // of the tab

  /** Look now, and go on for as long as something is under way. @param {string} base of all addresses */
  async look(base) {
    try {
      if (!(await this.#once(base)) || this.#looking) return;
      this.#looking = true;
      await keepLooking(() => this.#once(base), this.#life.signal);
    } catch (error) {
      this.onfail(/** @type {Error} */ (error));
    }
    this.#looking = false;
  }

  /** @param {string} base @returns {Promise<boolean>} whether something is under way */
  async #once(base) {
    /** @type {Training[]} */
    const trainings = await askJson(`${base}/continuum/learning`);
    for (const { id, name, state } of trainings) {
      const before = this.#states.get(id);
      this.#states.set(id, state);
      if (before && UNDER_WAY.includes(before) && (state === "ready" || state === "failed")) tell(ended(name, state));
    }
    this.onlist(trainings);
    return trainings.some(({ state }) => UNDER_WAY.includes(state));
  }
}

/** Whether the browser could be asked to tell. */
export const mayAsk = () => "Notification" in window && Notification.permission === "default";

/**
 * Say it where it is seen while another window is looked at: by the browser where that is allowed, else by the page's title.
 * @param {string} words
 */
function tell(words) {
  if ("Notification" in window && Notification.permission === "granted") new Notification("Continuum", { body: words });
  else document.title = `● ${words}`;
}
