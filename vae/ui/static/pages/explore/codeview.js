// @ts-check
/** What the address keeps of the current code. */
import { changed, readFloats, readPoint, writeChanges, writeFloats, writePoint } from "../../core/view.js";
import { usualStd } from "./image.js";

const LONG = 256; // numbers: of a longer code an address holds what differs from the image's, while that is less than all of it

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
export function codeView({ row, own, image }, { code, sigma }, { kind, latent_dim: dim }, { edited, seed }) {
  if (!code || !sigma || code.length !== dim) return null;
  const chosen = edited ? -1 : row,
    source = own ?? (row < 0 ? null : `i${row}`);
  if (edited && image && row >= 0 && dim > LONG && sigma.every((value, i) => value === image.std[i])) {
    const change = writeChanges(code, image.mean);
    if (change.length < writeFloats(code).length) return { at: `i${row}`, seed: String(seed), ...(change && { change }) };
  }
  /** @type {import("../../core/types.js").View} */
  const view = { at: writePoint({ row: chosen, code }), seed: String(seed) };
  if (chosen < 0 && kind === "vae") view.s = writeFloats(sigma);
  return chosen < 0 && source ? { ...view, of: source } : view;
}

/**
 * What an address says of the current code: the image to ask for, −1 where the code is nobody's, and where the code has gone from there.
 * @param {import("../../core/types.js").View} view @param {import("../../core/models.js").Facts} facts
 * @param {(point: import("../../core/types.js").Point|null) => import("../../core/types.js").Point|null} known
 *   the point, or null if it is an image that the map does not have
 * @returns {{row: number, moved: ((image?: import("./image.js").Image) => import("../../widgets/sliders.js").Gaussian)|null}|null}
 *   null where it says nothing, or an image with its own code
 */
export function codeIn(view, facts, known) {
  const [chosen, source] = [readPoint(view.at), known(readPoint(view.of))];
  if (chosen?.code) {
    const moved = { code: chosen.code, sigma: view.s ? readFloats(view.s) : usualStd(facts) };
    return { row: source?.row ?? -1, moved: () => moved }; // made from an image by the sliders, it is shown beside that image
  }
  if (chosen && !known(chosen)) return { row: 0, moved: null };
  const { change } = view;
  if (!chosen || !change) return null;
  return { row: chosen.row, moved: (image) => ({ code: changed(image?.mean ?? [], change), sigma: image?.std ?? new Float32Array() }) };
}
