// @ts-check
/** What a model makes of a picture of somebody's own. It goes over HTTP: it may be larger than a frame of the live channel. */
import { askAnswer } from "../../core/fetching.js";
import { onProjection } from "../../core/projections.js";
import { ENCODE } from "../../wire/schema.js";

/** @typedef {import("../../wire/schema.js").EncodeAnswered} Encoded */

/**
 * @param {string} base path before all addresses @param {string} model @param {Uint8Array} pixels (H, W, C)
 * @param {string} [projection] on whose map its place is wanted
 * @returns {Promise<Encoded>}
 */
export const encode = (base, model, pixels, projection = "") =>
  askAnswer(ENCODE, `${base}/continuum/models/${encodeURIComponent(model)}/encode${onProjection(projection)}`, {
    method: "POST",
    body: /** @type {Uint8Array<ArrayBuffer>} */ (pixels),
  });

const words = new TextDecoder();
/** The verdict in words. @param {Encoded} encoded */
export const sentenceOf = ({ sentence }) => words.decode(sentence.data);
