// @ts-check
/** What the page Create says. */
import { fixed, number, t, translated } from "../core/language.js";
import { GLOSSARY } from "./glossary.js";

/** @type {["draw"|"complete"|"inside"|"between", string, string][]} views: key, name, what they show */
export const VIEWS = [
  ["draw", t("Drawings"), t("The 32 candidates, the best first.")],
  ["complete", t("Complete"), t("Rub out a part of the chosen picture and have it drawn again.")],
  ["inside", t("Look inside"), t("What the transformer expected at each cell of the chosen picture.")],
  ["between", t("Between two"), t("A strip of pictures from this caption to another one.")],
];

/** @type {[string, string, string][]} */
export const OVERLAYS = [
  ["none", t("picture alone"), t("The picture without dots.")],
  [
    "entropy",
    t("doubt"),
    t("Entropy of the transformer's expectation at each cell, in nats: a large dot where it was undecided, none where it was sure."),
  ],
  [
    "surprise",
    t("surprise"),
    t("−ln of the probability of the code that was drawn, in nats: a large dot where something unlikely was drawn."),
  ],
];

export const NO_PAINTER = t("There is no painter here, so no caption can be drawn. Train its parts one after the other:");
export const OTHER_CELLS = t("The address holds cells of another painter; they were left out.");
export const SEED = t("The seed must be a whole number from 0 to 9,999,999.");
export const UNREAD = t("waits for a caption that can be read");
export const NOTHING_RUBBED = t("nothing is rubbed out yet");
export const BOTH_STRIPS = t("both strips");
export const SAME_PICTURE = t("both are the same picture");
export const PRESS_ENTER = t("press Enter in the caption to draw the new one");
export const EACH_CODE = t("each code painted by itself; among others it looks different");
export const SECOND_EMPTY = t("the three places of the caption where a second thing would stand");

export const MEANING = {
  dice: t("A caption at random; half of them hold a pair of object and colour that it has never been shown."),
  others: t("The same caption with another seed."),
  afresh: t("Forget what was kept or put in by hand, and draw everything."),
  guidance: t("{meaning} 1 is the transformer as it is.", { meaning: translated(GLOSSARY.guidance) }),
  temperature: t("How freely codes are chosen: at 0 always the likeliest one, at 1 as likely as the transformer says."),
  topK: t("How many of the likeliest codes it chooses among, at each cell."),
  seed: t("The same seed, caption and settings give the same pictures, on any day."),
  gif: t("How this picture was drawn, cell by cell."),
  redraw: t("Keep the cells up to this one, as they are now, and draw the others anew."),
  expected: t(
    "The likeliest codes here, given the words and the cells before: each as this cell and its surroundings would be with it, " +
      "with its probability. Press one to put it in.",
  ),
  attention: t("How much this cell looked at each word of the caption, averaged over the transformer's heads; the six add up to 100 %."),
  codebook: t(
    "Every code as the patch that it paints by itself, at its place on a UMAP of the codes' vectors: neighbours paint alike. " +
      "Press one to put it in; by the keyboard, arrows and Enter.",
  ),
  complete: t(
    "Drag over the picture, and over grey cells to bring them back. The caption may change, too. " +
      "The transformer draws row by row: it sees what you keep above a missing cell, not what lies below.",
  ),
  drawn: t(
    "Each picture is drawn to a caption between the two: the words' vectors mixed, the same seed. " +
      "A discrete code is one thing or another, never half of both: watch whether the picture stays, then jumps.",
  ),
  decoded: t(
    "The two end pictures, encoded by a VAE of the same scenes, and decoded from codes evenly spaced between theirs. " +
      "Every code between is allowed: watch whether the picture melts from one into the other.",
  ),
  steps: t("How far the picture moves at each step: root of the summed squared differences of all pixels in [0, 1]."),
};

/** @param {number} size of the codebook */
export const topKRange = (size) => t("top-k must be a whole number from 1 to {size}.", { size });

/** @param {number} size of the codebook */
export const codeRange = (size) => t("A code is a whole number from 0 to {size}.", { size: size - 1 });

/** @param {{at: number, cells: number, people: number}} progress of a drawing */
export const growing = ({ at, cells, people }) =>
  [t("{at} of {cells} cells", { at, cells }), people > 1 && t("{people} people are drawing", { people })].filter(Boolean).join(" · ");

/** What is on the wall. @param {number} count of pictures @param {boolean} completed whether some cells were given */
export function finished(count, completed) {
  if (count === 1) return t("edited by hand");
  return completed ? t("the rest drawn again, the best first") : t("the best first");
}

/** @param {string} caption */
export const restWillBe = (caption) => t("the rest will be {caption}", { caption });

/** @param {string} caption of what is seen, while another one waits */
export const stillSeen = (caption) => t("still {caption}: {press}", { caption, press: PRESS_ENTER });

/** @param {number} place counting from 0 @param {number} count */
export const chosen = (place, count) => (count === 1 ? t("the picture") : t("drawing {place} of {count}", { place: place + 1, count }));

/** @param {number} score of the reranker, NaN if there is none */
export const scored = (score) =>
  Number.isFinite(score) ? t("The reranker gives it {score}: how well picture and caption go together.", { score: fixed(score, 2) }) : "";

/** @param {number} place counting from 0 @param {number} score of the reranker, NaN if there is none */
export const tileTitle = (place, score) =>
  Number.isFinite(score)
    ? t("drawing {place}; the reranker gives it {score}", { place: place + 1, score: fixed(score, 2) })
    : t("drawing {place}", { place: place + 1 });

/** A word with its article. @param {string} word */
export const withArticle = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

/** @param {string} tint @param {string} object */
export const neverSeen = (tint, object) => t("never seen in training: {thing}", { thing: `${withArticle(tint)} ${object}` });

/**
 * What of a caption was kept from training.
 * @param {{words: string[]}} reading @param {{held_out: [string, string][]}} facts
 */
export function unseenPairs({ words: [tint, object, , second, other] }, { held_out: pairs }) {
  const things = [
    [object, tint],
    [other, second],
  ];
  return things
    .filter(([name, colour]) => pairs.some((pair) => pair[0] === name && pair[1] === colour))
    .map(([name, colour]) => neverSeen(colour, name));
}

/** @param {number} count cells that are rubbed out @param {number} all */
export const rubbedOut = (count, all) => (count ? t("{count} of {all} cells will be drawn again", { count, all }) : NOTHING_RUBBED);

/** @param {number} code */
export const aimedAt = (code) => t("code {code}; Enter puts it in", { code });

/** How evenly a strip changes. @param {string} ratio largest step beside the mean */
export const evenness = (ratio) => t("how much the picture changes at each step: at most {ratio} times the mean", { ratio });

/** @param {number} share from 0 to 1 */
export function percent(share) {
  return share >= 0.095 ? `${Math.round(100 * share)} %` : share >= 0.0005 ? `${fixed(100 * share, 1)} %` : "0 %";
}

/**
 * A caption at random; half of them hold a pair of object and colour that was never trained on.
 * @param {{held_out: [string, string][], objects: string[], tints: string[], backgrounds: string[], relations: string[]}} words
 * @param {() => number} [random] from 0 to 1
 */
export function randomCaption({ held_out: unseen, objects, tints, backgrounds, relations }, random = Math.random) {
  const pick = (/** @type {any[]} */ list) => list[Math.floor(random() * list.length)];
  const [object, tint] = random() < 0.5 ? pick(unseen) : [pick(objects), pick(tints)];
  const second = random() < 0.4 ? ` ${pick(relations)} ${withArticle(pick(tints))} ${pick(objects)}` : "";
  return `${withArticle(tint)} ${object}${second} on a ${pick(backgrounds)} background`;
}

/** What stands in the panel of words. */
export const BUILDER = {
  open: t("Choose by pictures"),
  title: t("What it can draw"),
  done: t("Done"),
  tints: t("tint"),
  places: t("where the second thing stands"),
  backgrounds: t("background"),
  objects: (/** @type {number} */ n) => t("{n} things", { n }),
  pictures: t("The pictures are true scenes as the tokenizer paints them. A dashed frame: a pair that nothing was trained on."),
  words: t("Press words; each press draws."),
  never: (/** @type {string} */ tint, /** @type {string} */ object) => neverSeen(tint, object),
};
/** @type {["0"|"1", string][]} */
export const WHICH = [
  ["0", t("first thing")],
  ["1", t("second thing")],
];

/**
 * @param {{object: string, tint: string}} first @param {string} relation "" where it is alone
 * @param {{object: string, tint: string}} second @param {string} background
 */
export function builtCaption(first, relation, second, background) {
  const thing = (/** @type {{object: string, tint: string}} */ { tint, object }) => `${withArticle(tint)} ${object}`;
  return `${thing(first)}${relation ? ` ${relation} ${thing(second)}` : ""} on a ${background} background`;
}

/** How a picture comes about, in one line. @param {{grid: number, codebook_size: number}} facts */
export const pipeline = ({ grid, codebook_size: size }) =>
  t(
    "caption → six words → for each of {cells} cells, one after the other, one of {size} codes → " +
      "the decoder paints all cells as one picture",
    { cells: grid * grid, size: number(size, 15) },
  );

/** The name of a file that holds a drawing. @param {string} caption @param {string} ending */
export function fileName(caption, ending) {
  const words = caption
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 80);
  return `${words || "drawing"}.${ending}`;
}
