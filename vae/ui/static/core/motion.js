// @ts-check
/** Whether things may move by themselves. */

/** Whether whoever looks has asked for no motion. */
export const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
