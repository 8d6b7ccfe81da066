// @ts-check
/** What the tour remembers in this browser: the step where one stopped, the answers that were locked, and what was done. */

const KEY = "continuum.tour";

/** @typedef {{at: number, answers: Record<string, number>, done: string[]}} Memory step from 1; answers and doings by the ids of steps */

/** @type {Memory} */
let memory = { at: 1, answers: {}, done: [], ...read() };

/** What is remembered. @returns {Readonly<Memory>} */
export const recall = () => memory;

/** Change what is remembered. @param {Partial<Memory>} change */
export function keep(change) {
  memory = { ...memory, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    return; // this tab remembers it all the same
  }
}

/** The tour is begun anew. */
export const forget = () => keep({ at: 1, answers: {}, done: [] });

/** @returns {Partial<Memory>} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
