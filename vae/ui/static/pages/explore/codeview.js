// @ts-check
/** What the address keeps of the current code. */
import { writeFloats, writePoint } from "../../core/view.js";

/**
 * @typedef {{model: string|null, row: number, image: import("./image.js").Image|null, own?: string|null}} Current
 * `model`: whose code it is, null while it is on its way; `own`: the picture of somebody's own that it came from, as the address
 * calls it
 */

/**
 * @param {Current} current @param {import("../../widgets/sliders.js").Sliders} sliders
 * @param {import("../../core/models.js").Facts} facts
 * @param {{edited: boolean, seed: number}} now whether the sliders have left the image's code; of the variations
 * @returns {import("../../core/types.js").View|null} null while the code is on its way
 */
export function codeView({ row, own }, { code, sigma }, { kind, latent_dim: dim }, { edited, seed }) {
  if (!code || !sigma || code.length !== dim) return null;
  const chosen = edited ? -1 : row,
    source = own ?? (row < 0 ? null : `i${row}`);
  /** @type {import("../../core/types.js").View} */
  const view = { at: writePoint({ row: chosen, code }), seed: String(seed) };
  if (chosen < 0 && kind === "vae") view.s = writeFloats(sigma);
  return chosen < 0 && source ? { ...view, of: source } : view;
}
