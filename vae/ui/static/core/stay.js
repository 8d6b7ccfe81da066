// @ts-check
/** A stretch of time on a page, such as a view or a tab: what is asked for in it is forgotten when it ends. */
export class Stay {
  #controller = new AbortController();

  /** Of the stretch that it is now. */
  get signal() {
    return this.#controller.signal;
  }

  /** End the one before and begin another. @returns {AbortSignal} */
  begin() {
    this.end();
    this.#controller = new AbortController();
    return this.signal;
  }

  end() {
    this.#controller.abort();
  }
}

/**
 * The same promise, but once the signal is aborted whoever awaits it never resumes.
 * @template T
 * @param {AbortSignal} signal @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export const during = (signal, promise) => promise.then((value) => (signal.aborted ? new Promise(() => {}) : value));
