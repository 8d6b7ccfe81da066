// @ts-check
/** What is said of making a pair of models of a data set. */
import { plural, t } from "../core/language.js";

export const MAKE = t("Make a pair of models");
export const AGAIN = t("Go on");
export const ABOUT = t(
  "Chooses the settings from the pictures, trains an autoencoder and a VAE side by side, lays their maps and measures them. " +
    "It goes on while you do other things, also when this page is closed.",
);
export const CANCELLED = t("Stopped. What was done is kept, and it goes on from there.");
export const UNDONE = t("There was no time for all:");
export const LOST = t("The server did not say how far it is; reload the page to see.");

/** How long it may take. @param {number} seconds on two idle cores */
export const within = (seconds) =>
  seconds < 60 ? t("in {seconds} seconds", { seconds }) : plural(seconds / 60, "in {n} minute", "in {n} minutes");
