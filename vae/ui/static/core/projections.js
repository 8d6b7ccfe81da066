// @ts-check
/**
 * Projections of a model's codes: what its map shows of them. An address and the server write each as a short text, "" for the
 * model's own map: "pca"; "tsne" for a layout that was made beside it; "raw_0_5" for two numbers of the code;
 * "toward_3_7_1_-1" for two directions, each from the mean code of one class to that of another (−1: of all others).
 * `vae/live/projections.py` reads the same.
 */

/** @typedef {"" | "pca" | "tsne" | "raw" | "toward"} ProjectionKind */
/** @typedef {{kind: ProjectionKind, numbers: number[]}} Projection */
/**
 * How far a map can be trusted, as `vae/latent/trust.py` measures it.
 * @typedef {object} Trust
 * @property {number} trustworthiness @property {number} continuity @property {number} overlap of neighbours
 * @property {number} neighbours of each code that were looked at @property {number} rows among how many codes
 * @property {number|null} share of the codes' variance that a plane holds
 */

/** @type {ProjectionKind[]} */
const KINDS = ["pca", "tsne", "raw", "toward"];

/** @param {string} text @returns {Projection} */
export function readProjection(text) {
  const [kind, ...numbers] = text.split("_");
  return { kind: KINDS.find((each) => each === kind) ?? "", numbers: numbers.map(Number) };
}

/** @param {ProjectionKind} kind @param {number[]} [numbers] */
export const writeProjection = (kind, numbers = []) => [kind, ...numbers].join("_");

/** What is added to the address of a model's map. @param {string} projection */
export const onProjection = (projection) => (projection ? `?projection=${encodeURIComponent(projection)}` : "");

/**
 * What a kind begins with: the two numbers of the code that are used most; the first classes.
 * @param {ProjectionKind} kind @param {{dimensions: {index: number}[], classes: string[]}} facts
 */
export function usualProjection(kind, { dimensions, classes }) {
  if (kind === "raw") return writeProjection(kind, [dimensions[0].index, dimensions[1].index]);
  if (kind === "toward") return writeProjection(kind, [0, 1, 2, classes.length > 3 ? 3 : 0]);
  return kind;
}

/** Whether each place of a map is a code of its own. @param {string} projection */
export const isPlane = (projection) => !["", "tsne"].includes(projection);

/**
 * The kinds that show something of a model's codes: of one or two numbers there is one map, t-SNE is there if it was made, and two
 * directions need three classes.
 * @param {{latent_dim: number, classes: string[], layouts: string[]}} facts @returns {ProjectionKind[]}
 */
export function kindsFor({ latent_dim: dim, classes, layouts }) {
  const there = (/** @type {ProjectionKind} */ kind) =>
    kind === "tsne" ? layouts.includes(kind) : kind !== "toward" || classes.length > 2;
  return dim <= 2 ? [""] : ["", ...KINDS.filter(there)];
}
