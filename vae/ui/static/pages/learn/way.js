// @ts-check
/** The addresses of the tour's steps, and going there as a hand on Back or Forward would. */
import { kept, VISIT } from "../../core/address.js";
import { TOUR_STEPS } from "./steps.js";

const PATHS = { explore: "", compare: "compare", slide: "slide", create: "create", learn: "learn" };

/** The step after the last is the result, a page of its own. */
export const RESULT = TOUR_STEPS.length + 1;

/** Which step an address asks for: a whole number, NaN for anything else, null where it asks for none. */
export function asked() {
  const text = new URLSearchParams(location.search).get("tour");
  return text === null ? null : /^\d{1,3}$/.test(text) ? Number(text) : NaN;
}

/** What stands for the step in the address, as it is written there. */
export const askedFor = () => (new URLSearchParams(location.search).get("tour") ?? "").slice(0, 20);

/**
 * The address of a step, or of the result.
 * @param {string} base path before all addresses @param {number} number from 1 @param {Record<string, string>} [more] to say with it
 */
export function addressOf(base, number, more = {}) {
  const step = TOUR_STEPS[number - 1];
  const said = { ...more, tour: String(number) };
  const others = kept().filter(([key]) => !(key in said));
  const parameters = new URLSearchParams([...Object.entries(step?.view ?? {}), ...others, ...Object.entries(said)]);
  return `${base}/${PATHS[step?.page ?? "learn"]}?${parameters}`;
}

/**
 * Open a step: Streamlit and the page follow the address as they follow Back and Forward.
 * @param {string} base @param {number} number @param {boolean} [instead] of the present entry in the browser's history
 */
export function open(base, number, instead = false) {
  visit(addressOf(base, number), instead);
}

/**
 * Another page is Streamlit's to open; on the present one it would draw everything anew, and is not told.
 * @param {string} address @param {boolean} [instead]
 */
export function visit(address, instead = false) {
  const state = { continuum: true },
    here = new URL(address, document.baseURI).pathname === location.pathname;
  history[instead ? "replaceState" : "pushState"](state, "", address);
  window.dispatchEvent(here ? new Event(VISIT) : new PopStateEvent("popstate", { state }));
}

/** The present address without the tour. */
export function without() {
  const url = new URL(location.href);
  for (const key of ["tour", "only"]) url.searchParams.delete(key);
  return url.href;
}
