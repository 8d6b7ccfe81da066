// @ts-check
/** The words about a picture of somebody's own. */
import { figure } from "../core/dom.js";
import { fixed, t } from "../core/language.js";

/** @type {Record<"crop"|"grey"|"invert"|"centre"|"stroke", [name: string, meaning: string]>} */
export const STEP_WORDS = {
  crop: [t("crop"), t("The largest middle part in the model's shape; without it, the whole picture is squeezed")],
  grey: [t("grey"), t("Brightness alone")],
  invert: [t("invert"), t("Light for dark, where the model's images have another background than this picture")],
  centre: [t("centre"), t("As large as what is drawn in the model's images, with its centre of mass in the middle")],
  stroke: [t("stroke"), t("Strokes as wide as theirs")],
};
export const TRANSPARENT = t("Its transparent places stand on white.");
export const LOST = t(
  "This address names a picture that stays in the browser where it was added, and this browser does not have it. " +
    "Its code is shown as the address has it; add the picture again, and it stands beside it.",
);
export const YOURS = t("your picture");
/** @type {Record<string, string>} by the server's verdict */
export const WORLD_WORDS = { inside: t("from its world"), edge: t("at the edge of its world"), outside: t("not from its world") };

/** How much of the model's own images have less. @param {number} share */
export const among = (share) =>
  Number.isNaN(share)
    ? ""
    : share >= 1
      ? t("more than all of its images")
      : t("more than {share} % of its images", { share: fixed(100 * share, 1) });

/**
 * @param {{error: number, gap: number, error_share: number, gap_share: number}} figures
 * @returns {import("./compare.js").Figure[]}
 */
export const ownFigures = ({ error, gap, error_share: errorShare, gap_share: gapShare }) => [
  [
    t("squared error"),
    figure(error),
    t("Mean over pixels of the reconstruction's squared error: {among}", {
      among: among(errorShare) || t("the model's images are not on disk"),
    }),
  ],
  [
    t("of its images have less"),
    Number.isNaN(errorShare) ? figure(NaN) : `${fixed(100 * errorShare, 1)} %`,
    t("Of the model's own images, those with a smaller squared error"),
  ],
  [
    t("cycle gap"),
    figure(gap),
    t("How far its code comes back from decoding and encoding, as a share of the data's spread: {among}", { among: among(gapShare) }),
  ],
];

export const OWN_HINT = t(
  "Add a picture or draw one: both models rebuild it. What they cannot rebuild is not from the world that they were trained on.",
);

/**
 * What both models' verdicts say together.
 * @typedef {{label: string, world: string, error: number}} Known label: what the model is called in a sentence
 * @param {Known[]} both
 */
export function ownBoth([one, other]) {
  const errors = t("(squared error {errorA} for {a}, {errorB} for {b})", {
    errorA: figure(one.error),
    a: one.label,
    errorB: figure(other.error),
    b: other.label,
  });
  if (one.world !== other.world)
    return t("For {a} it is {here}, for {b} {there} {errors}.", {
      a: one.label,
      here: WORLD_WORDS[one.world],
      b: other.label,
      there: WORLD_WORDS[other.world],
      errors,
    });
  /** @type {Record<string, string>} */
  const same = {
    outside: t("Neither model knows this picture {errors}: a model of this kind can rebuild only what is like its own images.", { errors }),
    edge: t("For both models it is at the edge of what they know {errors}.", { errors }),
    inside: t("Both models know pictures like this one {errors}.", { errors }),
  };
  return same[one.world];
}
