// @ts-check
/** What a page is given. */

/**
 * @typedef {object} Live
 * @property {import("../wire/session.js").Session} session on the live socket; what it is asked in vain is shown as an alert
 * @property {import("../wire/oldchannel.js").OldChannel} channel the same connection, for what still asks by numbers
 * @property {import("./meter.js").Meter} meter
 * @property {import("./models.js").Models} models
 * @property {string} base path before all addresses
 * @property {(text: string, about?: string) => void} alert
 * @property {(list: import("./models.js").ModelName[]) => void} unusable says which of all models cannot be used
 */

/** @typedef {Record<string, string>} View what an address says of a page, or a part of that */
/** @typedef {{readonly timeStamp: number}} Moved the event that a picture answers: it is measured from there; null is nobody's */
/** @typedef {[number, number]} Place of a map */
/** @typedef {{row: number, code: Float32Array|null}} Point an image of the map by its row, or a code, whose row is −1 */

export {};
