// @ts-check
/** What the page Create says. */

/** @type {["draw"|"complete"|"inside"|"between", string, string][]} views: key, name, what they show */
export const VIEWS = [
  ["draw", "Drawings", "The 32 candidates, the best first."],
  ["complete", "Complete", "Rub out a part of the chosen picture and have it drawn again."],
  ["inside", "Look inside", "What the transformer expected at each cell of the chosen picture."],
  ["between", "Between two", "A strip of pictures from this caption to another one."],
];

/** @type {[string, string, string][]} */
export const OVERLAYS = [
  ["none", "picture alone", "The picture without dots."],
  [
    "entropy",
    "doubt",
    "Entropy of the transformer's expectation at each cell, in nats: a large dot where it was undecided, none where it was sure.",
  ],
  ["surprise", "surprise", "−ln of the probability of the code that was drawn, in nats: a large dot where something unlikely was drawn."],
];

export const SECOND = "a purple cat on a sky background";
export const NO_PAINTER = "There is no painter here, so no caption can be drawn. Train its parts one after the other:";
export const OTHER_CELLS = "The address holds cells of another painter; they were left out.";
export const SEED = "The seed must be a whole number from 0 to 9,999,999.";
export const UNREAD = "waits for a caption that can be read";
export const NOTHING_RUBBED = "nothing is rubbed out yet";
export const BOTH_STRIPS = "both strips";
export const SAME_PICTURE = "both are the same picture";
export const PRESS_ENTER = "press Enter in the caption to draw the new one";
export const EACH_CODE = "each code painted by itself; among others it looks different";
export const SECOND_EMPTY = "the three places of the caption where a second thing would stand";

export const MEANING = {
  dice: "A caption at random; half of them hold a pair of object and colour that it has never been shown.",
  others: "The same caption with another seed.",
  afresh: "Forget what was kept or put in by hand, and draw everything.",
  guidance: "How strongly the caption pulls: 1 is the transformer as it is, more leads away from what it would draw without a caption.",
  temperature: "How freely codes are chosen: at 0 always the likeliest one, at 1 as likely as the transformer says.",
  topK: "How many of the likeliest codes it chooses among, at each cell.",
  seed: "The same seed, caption and settings give the same pictures, on any day.",
  gif: "How this picture was drawn, cell by cell.",
  redraw: "Keep the cells up to this one, as they are now, and draw the others anew.",
  expected:
    "The likeliest codes here, given the words and the cells before: each as this cell and its surroundings would be with it, " +
    "with its probability. Press one to put it in.",
  attention: "How much this cell looked at each word of the caption, averaged over the transformer's heads; the six add up to 100 %.",
  codebook:
    "Every code as the patch that it paints by itself, at its place on a UMAP of the codes' vectors: neighbours paint alike. " +
    "Press one to put it in; by the keyboard, arrows and Enter.",
  complete:
    "Drag over the picture, and over grey cells to bring them back. The caption may change, too. " +
    "The transformer draws row by row: it sees what you keep above a missing cell, not what lies below.",
  drawn:
    "Each picture is drawn to a caption between the two: the words' vectors mixed, the same seed. " +
    "A discrete code is one thing or another, never half of both: watch whether the picture stays, then jumps.",
  decoded:
    "The two end pictures, encoded by a VAE of the same scenes, and decoded from codes evenly spaced between theirs. " +
    "Every code between is allowed: watch whether the picture melts from one into the other.",
  steps: "How far the picture moves at each step: root of the summed squared differences of all pixels in [0, 1].",
};

/** @param {number} size of the codebook */
export const topKRange = (size) => `top-k must be a whole number from 1 to ${size}.`;

/** @param {number} size of the codebook */
export const codeRange = (size) => `A code is a whole number from 0 to ${size - 1}.`;

/** @param {{at: number, cells: number, people: number}} progress of a drawing */
export const growing = ({ at, cells, people }) => `${at} of ${cells} cells${people > 1 ? ` · ${people} people are drawing` : ""}`;

/** What is on the wall. @param {number} count of pictures @param {boolean} completed whether some cells were given */
export function finished(count, completed) {
  if (count === 1) return "edited by hand";
  return completed ? "the rest drawn again, the best first" : "the best first";
}

/** @param {string} caption */
export const restWillBe = (caption) => `the rest will be ${caption}`;

/** @param {string} caption of what is seen, while another one waits */
export const stillSeen = (caption) => `still ${caption}: ${PRESS_ENTER}`;

/** @param {number} place counting from 0 @param {number} count */
export const chosen = (place, count) => (count === 1 ? "the picture" : `drawing ${place + 1} of ${count}`);

/** @param {number} score of the reranker, NaN if there is none */
export const scored = (score) =>
  Number.isFinite(score) ? `The reranker gives it ${score.toFixed(2)}: how well picture and caption go together.` : "";

/** @param {number} place counting from 0 @param {number} score of the reranker, NaN if there is none */
export const tileTitle = (place, score) =>
  Number.isFinite(score) ? `drawing ${place + 1}; the reranker gives it ${score.toFixed(2)}` : `drawing ${place + 1}`;

/** A word with its article. @param {string} word */
export const withArticle = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

/** @param {string} tint @param {string} object */
export const neverSeen = (tint, object) => `never seen in training: ${withArticle(tint)} ${object}`;

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
export const rubbedOut = (count, all) => (count ? `${count} of ${all} cells will be drawn again` : NOTHING_RUBBED);

/** @param {number} code */
export const aimedAt = (code) => `code ${code}; Enter puts it in`;

/** How evenly a strip changes. @param {string} ratio largest step beside the mean */
export const evenness = (ratio) => `how much the picture changes at each step: at most ${ratio} times the mean`;

/** @param {number} share from 0 to 1 */
export function percent(share) {
  return share >= 0.095 ? `${Math.round(100 * share)} %` : share >= 0.0005 ? `${(100 * share).toFixed(1)} %` : "0 %";
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
  open: "Choose by pictures",
  title: "What it can draw",
  done: "Done",
  tints: "tint",
  places: "where the second thing stands",
  backgrounds: "background",
  objects: "things",
  pictures: "The pictures are true scenes as the tokenizer paints them. A dashed frame: a pair that nothing was trained on.",
  words: "Press words; each press draws.",
  never: (/** @type {string} */ tint, /** @type {string} */ object) => neverSeen(tint, object),
};
/** @type {["0"|"1", string][]} */
export const WHICH = [
  ["0", "first thing"],
  ["1", "second thing"],
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
  `caption → six words → for each of ${grid * grid} cells, one after the other, one of ${size.toLocaleString("en")} codes → ` +
  "the decoder paints all cells as one picture";

/** The name of a file that holds a drawing. @param {string} caption @param {string} ending */
export function fileName(caption, ending) {
  const words = caption
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 80);
  return `${words || "drawing"}.${ending}`;
}
