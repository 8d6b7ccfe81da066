// @ts-check
/** The tour's last step: a sentence becomes symbols, and the symbols a picture. */
import { number, percent, t } from "../../core/language.js";
import { figureOf, less, valueOf } from "./measured.js";

/** @typedef {import("./measured.js").Telling} Telling */

const DRAWN = "attribute_accuracy/drawn";
const UNSEEN = `${DRAWN}/one, held out/joint`,
  SEEN = `${DRAWN}/one, seen/joint`;

/** @type {Telling} */
export const painting = {
  title: () => t("From words to a picture"),
  claim: () =>
    t("DALL·E writes a picture as symbols of a discrete code, one after the other, each chosen from the words and the symbols before."),
  question: () =>
    t("Some pairs, such as a brown avocado, were in no training picture. How often is everything right in a drawing of such a pair?"),
  choices: null,
  truth: ({ models: { painter } }) => valueOf(painter, UNSEEN),
  told: ({ models: { painter }, live }) => {
    const unseen = figureOf(painter, UNSEEN),
      seen = figureOf(painter, SEEN);
    const measured = t("{unseen} of {count} drawings of such pairs are right in all, {seen} of pairs that it has seen.", {
      unseen: percent(unseen.value),
      count: number(unseen.n ?? NaN),
      seen: percent(seen.value),
    });
    const said = [
      t("It draws what it never saw less well than what it did."),
      t("It draws what it never saw better than what it did."),
      t("The intervals overlap: it has learned the words, not the pairs."),
    ][less(unseen, seen)];
    const size = t("A drawing is {cells} cells, each one of {symbols} symbols; of these the tokenizer uses {used}.", {
      cells: number(live.cells),
      symbols: number(live.symbols),
      used: percent(valueOf(painter, "codebook_used")),
    });
    return `${measured} ${said} ${size}`;
  },
  task: () =>
    t(
      "Press a cell of the picture: beside it stand which words it looked at and what else could be there. Swap its code. “Between two” " +
        "shows the stairs of symbols beside the ramp of a continuous code.",
    ),
};
