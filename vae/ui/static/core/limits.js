// @ts-check
/** The numbers that server and page reckon with, for sentences that depend on them. */
export { LIMITS } from "../wire/schema.js";
