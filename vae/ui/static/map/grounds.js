// @ts-check
/** What a map may stand on: measures of the ground, and decoded pictures. */
import { t, translated } from "../core/language.js";
import { GLOSSARY } from "../text/glossary.js";

/**
 * @typedef {object} Ground
 * @property {string} label
 * @property {import("../wire/schema.js").TerrainAsked["field"]|"linear"} [field] none where nothing is measured; "linear" is between two
 *   models
 * @property {(dim: number) => number} [side] of its largest tile, in cells, for a code size
 * @property {string} [unit]
 * @property {string} means what it is
 * @property {string} [more] the same on a second look
 * @property {string} white what it tells about empty places of a UMAP
 * @property {boolean} [log] ratios matter, not differences
 * @property {(dim: number) => number} [deep] how far below the top, for a code size, everything is alike
 */
/** @type {Record<string, Ground>} */
export const GROUNDS = {
  none: { label: t("none"), means: t("Nothing under the points."), white: "" },
  "cycle-gap": {
    label: t("cycle gap"),
    field: "cycle_gap",
    side: () => 16,
    unit: t("of the spread"),
    log: true,
    means: translated(GLOSSARY["cycle gap"]),
    white: t(
      "White space where the colour is faint is only the layout's: codes there come back to where they were. " +
        "Where it is strong they do not.",
    ),
  },
  stretch: {
    label: t("decoder stretch"),
    field: "stretch",
    unit: "log₁₀",
    means: translated(GLOSSARY.stretch),
    more: t("It is measured in each model's own unit of code, its spread per dimension; the derivatives are exact."),
    white: t("White space where the colour is strong is where pictures change fast; where it is faint, only the layout left it empty."),
  },
  density: {
    label: t("density of codes"),
    field: "density",
    side: (dim) => (dim <= 16 ? 16 : 8),
    unit: t("nats"),
    deep: (dim) => 8 + 2 * dim,
    means: translated(GLOSSARY.density),
    more: t("An autoencoder has no σ, so a kernel of the likeliest width stands for each code."),
    white: t("White space where the colour is faint is empty in code space, too; where it is strong, only the layout left it white."),
  },
  entropy: {
    label: t("class entropy"),
    field: "entropy",
    side: () => 16,
    unit: t("nats"),
    means: translated(GLOSSARY["class entropy"]),
    white: t("White space where the colour is strong is a border between classes; where it is faint the picture is clear."),
  },
  linear: {
    label: t("linear map"),
    field: "linear",
    side: () => 16,
    unit: t("of the spread"),
    means: t("How far the best linear map from this model's codes to the other's misses the other's code of the same image."),
    more: t("Every other image is measured by a map that was fitted to the rest; each place has the value of its nearest image."),
    white: "",
  },
  pictures: {
    label: t("decoded pictures"),
    means: t("What the decoder makes of every place, decoded again as you move."),
    white: t("White space is full of pictures, too; only outside the outermost points there is nothing."),
  },
};
