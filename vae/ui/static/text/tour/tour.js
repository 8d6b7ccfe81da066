// @ts-check
/** What the tour says around its steps: the card, the end, the sheet for a class. */
import { number, percent, plural, t } from "../../core/language.js";

/** @param {number} step @param {number} count */
export const stepOf = (step, count) => t("Step {step} of {count}", { step, count });

export const WORDS = {
  tour: () => t("Tour"),
  lock: () => t("Lock my answer"),
  yours: () => t("your answer"),
  measured: () => t("measured"),
  right: () => t("As measured."),
  wrong: () => t("Measured otherwise."),
  todo: () => t("Now do it"),
  done: () => t("Done"),
  show: () => t("Show me where"),
  back: () => t("Back"),
  next: () => t("Next"),
  skip: () => t("Skip"),
  end: () => t("The result"),
  leave: () => t("Leave the tour"),
  fold: () => t("Fold the tour"),
  unfold: () => t("Unfold the tour"),
  steps: () => t("Steps of the tour"),
  waiting: () => t("The figures are on their way …"),
  teachers: () => t("For teachers"),
  link: () => t("This step alone, with the controls it needs"),
  sheet: () => t("Questions and answers to print"),
  there: () => t("Go to this step's place"),
  result: () => t("You against the measurements"),
  again: () => t("Start again"),
  step: () => t("Step"),
  answer: () => t("Your answer"),
  figures: () => t("Measured"),
  unanswered: () => t("not answered"),
  print: () => t("Print"),
  questions: () => t("Questions"),
  answers: () => t("Answers, as measured"),
  guess: () => t("Your guess: ______ %"),
};

/** @param {number} share of 1 */
export const guessed = (share) => percent(share);

/** @param {{right: number, answered: number, count: number}} tally */
export function tally({ right, answered, count }) {
  if (!answered) return t("You have not answered yet.");
  const agreed = plural(
    right,
    "In {n} of {answered} answers you and the measurements agree.",
    "In {n} of {answered} answers you and the measurements agree.",
    {
      answered: number(answered),
    },
  );
  const open = plural(count - answered, "{n} step is still open.", "{n} steps are still open.");
  return answered < count ? `${agreed} ${open}` : agreed;
}

/** @param {string} asked @param {number} last */
export const noStep = (asked, last) => t("The tour has no step {asked}; its steps are 1 to {last}.", { asked, last });

/** @param {string} names */
export const notHere = (names) => t("This step needs models that are not here: {names}.", { names });

export const sheetIntro = () =>
  t("Each question is about a live model at the address beside it: guess first, then do what stands there, then turn the page.");
