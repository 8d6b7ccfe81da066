// @ts-check
/** Sentences of Explore: for whoever comes for the first time, and about places where there is nothing. */

export const HEADLINE = "Every place on this map is a picture";
export const INVITATION =
  "Move over it, or touch it: the decoder draws what lies under your hand, also in between, where there was never an image.";

/** Where one may go from the first screen: a page, what the door says, and what is behind it. */
export const DOORS = [
  ["models", "examine a model", "Figures, verdicts and certificates of every model"],
  ["create", "draw from words", "Type a caption and watch a small DALL-E draw it"],
];

export const OUTSIDE = "outside the map: no codes around this place";
/** @param {string} where the place that stands in lies */
export const standsIn = (where) => `outside the map; nearest place ${where}`;
export const NOTHING = "Nothing to decode: outside the map, there are no codes around this place. Choose one inside the dotted outline.";
