// @ts-check
/** The address of the app, without a slash at its end: our files lie below it, whatever a proxy has put in front of it or taken off. */
export const BASE = new URL("../../..", import.meta.url).href.replace(/\/$/, "");
