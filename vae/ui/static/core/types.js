// @ts-check
/** What a page is given. */

/** @typedef {Record<string, string>} View what an address says of a page, or a part of that */
/** @typedef {{readonly timeStamp: number}} Moved the event that a picture answers: it is measured from there; null is nobody's */
/** @typedef {[number, number]} Place of a map */
/** @typedef {{row: number, code: Float32Array|null}} Point an image of the map by its row, or a code, whose row is −1 */

export {};
