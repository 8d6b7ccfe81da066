// @ts-check
/** The address bar of one page: which view it names, and the entries in the browser's history that the page may write. */

// What is no part of a page's view and stays: how the page is embedded, which Streamlit reads at every start, the language, the tour.
const KEPT = ["embed", "embed_options", "lang", "tour", "only"];

/** What of the address stays whatever is shown. */
export const kept = () => [...new URLSearchParams(location.search)].filter(([key]) => KEPT.includes(key));

/** An event of the window: our own code has put another view of the same page into the address. */
export const VISIT = "continuum-visit";

export class Address {
  #path;

  /** @param {string} page its name below the base path */
  constructor(page) {
    this.#path = new URL(page || ".", document.baseURI).pathname;
  }

  /** Whether the address bar names this page; while Streamlit changes pages it may name another one already. */
  get here() {
    return location.pathname === this.#path;
  }

  /** What the address bar says of the view. @returns {Record<string, string>} */
  get view() {
    return Object.fromEntries([...new URLSearchParams(location.search)].filter(([key]) => !KEPT.includes(key)));
  }

  /** The same where this page has written it; null for any other address, which the server reads. */
  get written() {
    return this.here && history.state?.continuum ? this.view : null;
  }

  /** How many of the entries before this one the page has written since it was come to. @returns {number} */
  get depth() {
    return (this.here && history.state?.continuum?.depth) || 0;
  }

  /**
   * Let the address bar name `view`. A step is worth an entry of its own in the browser's history, unless the view is the one
   * that is there. What others have added to the address is dropped.
   * @param {Record<string, string>} view @param {boolean} step
   */
  write(view, step) {
    if (!this.here) return; // another page is on its way
    const search = `?${new URLSearchParams([...Object.entries(view), ...kept()])}`;
    const another = step && search !== location.search;
    const state = { ...history.state, continuum: { depth: this.depth + Number(another) } };
    history[another ? "pushState" : "replaceState"](state, "", search);
  }
}
