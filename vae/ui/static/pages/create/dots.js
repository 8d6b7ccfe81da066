// @ts-check
/** How much is said of each cell of a picture, and the dots that show it. */

/** @typedef {import("../../wire/schema.js").InspectAnswered} Seen */

const DOT = 62; // of the largest dot, and
const FAINT = 8; // of the smallest that is still shown: percent of half a cell

/**
 * How much is said of each cell, in nats; null where nothing is.
 * @param {string} overlay @param {Pick<Seen, "entropy" | "own">} seen @returns {number[] | null}
 */
export function shades(overlay, { entropy, own }) {
  if (overlay === "entropy") return Array.from(entropy.data);
  return overlay === "surprise" ? Array.from(own.data, (p) => -Math.log(Math.max(p, 1e-9))) : null;
}

/**
 * Mark a cell with a dot whose area says how much: the picture under it keeps its colours.
 * @param {HTMLElement} button @param {number} share from 0 to 1
 */
export function dot(button, share) {
  const size = Math.round(DOT * Math.sqrt(Math.max(0, share)));
  button.classList.toggle("ctm-dotted", size >= FAINT);
  button.style.setProperty("--size", `${size}%`);
}
