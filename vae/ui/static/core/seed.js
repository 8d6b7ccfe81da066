// @ts-check
/** Seeds of draws. */

/** A seed by chance, short enough to be read out. */
export const anySeed = () => 1 + Math.floor(Math.random() * 1e6);
