// @ts-check
/** Seeds of draws. */

/** Any seed that an address can hold. */
export const anySeed = () => 1 + Math.floor(Math.random() * 1e6);
