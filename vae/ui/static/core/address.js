// @ts-check
/** The address bar of one page: which view it names, and the entry in the browser's history that the page may write. */

const STREAMLITS = ["embed", "embed_options"]; // how the page is embedded; Streamlit reads them at every start

export class Address {
  #path;
  #left = false;
  #gone = new AbortController();

  /** @param {string} page its name below the base path */
  constructor(page) {
    this.#path = new URL(page || ".", document.baseURI).pathname;
    // Between the click on a link and the other page, what this page writes would stand in the other one's entry.
    const { signal } = this.#gone;
    document.addEventListener("click", (event) => this.#follow(event), { capture: true, signal });
    window.addEventListener(
      "popstate",
      () => {
        this.#left = false;
      },
      { signal },
    );
  }

  /** Whether the address bar names this page and goes on doing so; while Streamlit changes pages it may name another one already. */
  get here() {
    return !this.#left && location.pathname === this.#path;
  }

  dispose() {
    this.#gone.abort();
  }

  /** Whether a click leads to another page. @param {MouseEvent} event */
  #follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (
      !(link instanceof HTMLAnchorElement) ||
      !["", "_self"].includes(link.target) ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const { origin, pathname } = new URL(link.href);
    this.#left = origin === location.origin && pathname !== this.#path;
  }

  /** What the address bar says of the view. @returns {Record<string, string>} */
  get view() {
    return Object.fromEntries([...new URLSearchParams(location.search)].filter(([key]) => !STREAMLITS.includes(key)));
  }

  /** The same where this page has written it; null for any other address, which the server reads. */
  get written() {
    return this.here && history.state?.continuum ? this.view : null;
  }

  /**
   * Let the address bar name `view`. Replacing keeps Back for going back to the page before, not through every move of the
   * hand; a step is worth an entry of its own. What others have added to the address is dropped.
   * @param {Record<string, string>} view @param {boolean} step
   */
  write(view, step) {
    if (!this.here) return; // another page is on its way
    const kept = [...new URLSearchParams(location.search)].filter(([key]) => STREAMLITS.includes(key));
    const state = { ...history.state, continuum: true };
    history[step ? "pushState" : "replaceState"](state, "", `?${new URLSearchParams([...Object.entries(view), ...kept])}`);
  }
}
