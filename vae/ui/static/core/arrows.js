// @ts-check
/** The arrow keys that move a place over a picture or a map. */

/** Where each leads, across and down. @type {Record<string, readonly [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const KEY_STEP = 12; // pixels
const WITH_SHIFT = 5; // times as far

/** Pixels that an arrow key moves. @param {KeyboardEvent} event */
export const keyStep = (event) => (event.shiftKey ? WITH_SHIFT * KEY_STEP : KEY_STEP);
