// @ts-check
/** Sentences about projections: what a place of the map is, and how far it can be trusted. */
import { fixed, number, t, translated } from "../core/language.js";
import { readProjection } from "../core/projections.js";
import { GLOSSARY } from "./glossary.js";

/** @typedef {import("../core/projections.js").ProjectionKind} ProjectionKind */
/** @typedef {import("../core/projections.js").Trust} Trust */

/** @type {Record<string, string>} by the method of a model's own map */
const OWN = { umap: "UMAP", tsne: "t-SNE", pca: t("PCA, between images"), disc: t("a disc"), strip: t("a strip") };

/** @param {ProjectionKind} kind @param {string} method of the model's own map */
export const projectionName = (kind, method) =>
  ({ "": OWN[method] ?? method, pca: "PCA", tsne: OWN.tsne, raw: t("two numbers"), toward: t("two directions") })[kind];

/** A number of the code, as its slider calls it. @param {number} index */
export const numberName = (index) => `#${index + 1}`;

/**
 * What a place of the map is.
 * @param {string} projection @param {{identity: boolean, classes: string[]}} facts
 */
export function placeSaid(projection, { identity, classes }) {
  const { kind, numbers } = readProjection(projection);
  if (kind === "pca")
    return t("A place is the code there, on the plane through the mean code in which the codes differ most; images lie off that plane.");
  if (kind === "tsne") return t("The map is a t-SNE: white space here is no empty place, and how far apart two groups lie says nothing.");
  if (kind === "raw") {
    const [across, up] = numbers.map(numberName);
    return t("A place is the code with numbers {across} and {up} as they are there, all others at their means; images have others.", {
      across,
      up,
    });
  }
  if (kind === "toward") {
    const [one, two, three, four] = numbers.map((label) => (label < 0 ? t("all others") : classes[label]));
    return t(
      "A place is the code there, on a plane through the mean code: across runs the direction from {two} to {one}, up the rest of that " +
        "from {four} to {three}; images lie off that plane.",
      { one, two, three, four },
    );
  }
  return identity
    ? t("The map is the plane of codes itself.")
    : t("The map is a UMAP: white space here is no empty place of the latent space.");
}

/**
 * The figures of a map: name, value, and what it means.
 * @param {Trust} trust @returns {[string, string, string][]}
 */
export function trustFigures({ trustworthiness, continuity, overlap, neighbours, rows, share }) {
  const measured = t("Measured on {rows} of the images, {neighbours} neighbours of each.", { rows: number(rows, 15), neighbours });
  /** @type {[string, string, string][]} */
  const figures = [
    [t("neighbours kept"), inHundred(overlap), `${translated(GLOSSARY["neighbours kept"])} ${measured}`],
    [t("trustworthiness"), fixed(trustworthiness, 2), `${translated(GLOSSARY.trustworthiness)} ${measured}`],
    [t("continuity"), fixed(continuity, 2), `${translated(GLOSSARY["continuity of a map"])} ${measured}`],
  ];
  if (share !== null)
    figures.push([t("of the variance"), inHundred(share), t("The share of the codes' variance that lies in this plane.")]);
  return figures;
}

/** @param {number} share */
const inHundred = (share) => `${number(100 * share, 2)} %`;
