// @ts-check
/** What is said of making a pair of models of a data set. */

export const MAKE = "Make a pair of models";
export const AGAIN = "Go on";
export const ABOUT =
  "Chooses the settings from the pictures, trains an autoencoder and a VAE side by side, lays their maps and measures them. " +
  "It goes on while you do other things, also when this page is closed.";
export const CANCELLED = "Stopped. What was done is kept, and it goes on from there.";
export const LOST = "The server did not say how far it is; reload the page to see.";

/** How long it may take. @param {number} seconds on two idle cores */
export const within = (seconds) => (seconds < 60 ? `in ${seconds} seconds` : `in ${seconds / 60} minute${seconds === 60 ? "" : "s"}`);
