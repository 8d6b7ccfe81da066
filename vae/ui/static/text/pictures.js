// @ts-check
/** What is said of importing pictures of one's own. */
import { number, plural, t } from "../core/language.js";

export const DROP = t("Drop a folder, pictures or archives here");
export const CHANGED = t("A file was changed or taken away while it was read; choose the files again.");
export const TOO_MANY = t(
  "These are more than 200 archives; put them into one folder and import that on the server, with continuum import.",
);
export const EMPTY = t("There are no files in what was chosen.");
export const LOST = t("The server did not say how far the import is; reload the page to see whether it is done.");
export const STOPPED = t("Stopped. What has come and what was decoded is kept: the same import goes on from there.");
export const AS_FOUND = t("Empty: as they were found, where all have one size of at most 96 pixels, else 64");
export const SHARE = t(
  "Share of the pictures that is kept for testing, where there are no folders train and test; each picture's content decides",
);
export const FITS = /** @type {const} */ ([
  ["crop", t("crop"), t("The middle square of each picture")],
  ["pad", t("pad"), t("The whole picture, with the background around it")],
  ["squeeze", t("squeeze"), t("The whole picture, stretched to a square")],
]);

/** @param {string} path */
export const emptyArchive = (path) => t("{path} is empty; leave it out, or copy it again.", { path });

/** @param {number} share that has come */
export const cutOff = (share) =>
  t("The upload was cut off at {share} %. Once the server can be reached again, press Import: it goes on from there.", {
    share: Math.round(100 * share),
  });

/** @param {number} bytes */
export const megabytes = (bytes) => `${number(Number((bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)), 15)} MB`;

/** @param {number} count */
export const fileCount = (count) => plural(count, "{n} file", "{n} files");

/** @type {Record<string, string>} */
export const IMPORT_STEPS = { reading: t("reading"), sending: t("sending"), waiting: t("waiting for its turn"), working: t("importing") };

/**
 * What a data set is, in one line.
 * @param {{counts: Record<string, number>, classes: number, shape: [number, number, number]}} set
 */
export function about({ counts, classes, shape: [channels, height, width] }) {
  const share = (/** @type {string} */ split) => ({ count: number(counts[split], 15) });
  const splits = [
    counts.train && t("{count} for training", share("train")),
    counts.validation && t("{count} for validation", share("validation")),
    counts.test && t("{count} for testing", share("test")),
  ];
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    plural(total, "{n} picture", "{n} pictures"),
    plural(classes, "{n} class", "{n} classes"),
    `${width} × ${height}, ${channels === 1 ? t("grey") : t("colour")}`,
    splits.filter(Boolean).join(", "),
  ].join(" · ");
}

/**
 * What the import counted besides, a line each.
 * @param {Record<string, number>} report @param {Record<string, number>} counts by split
 */
export function findings(report, counts) {
  const missing = [
    !counts.train && t("None is to train on: import more, another share for testing, or folders called train and test"),
    !counts.test &&
      t("None is to test with, or to make a map of: import more, another share for testing, or folders called train and test"),
  ];
  const { identical, single_colour: single, smaller_than_size: smaller, other_files: others } = report;
  const found = [
    identical && plural(identical, "{n} picture is the same as another one", "{n} pictures are the same as another one"),
    single && plural(single, "{n} picture is of a single colour", "{n} pictures are of a single colour"),
    smaller &&
      plural(smaller, "{n} picture was smaller than the side and is enlarged", "{n} pictures were smaller than the side and are enlarged"),
    others && plural(others, "{n} other file is no picture and was passed over", "{n} other files are no pictures and were passed over"),
  ];
  return [...missing, ...found].filter((line) => typeof line === "string");
}

/** @param {Record<string, number>} report */
export function nearlySame({ near_duplicates: near = 0, near_duplicates_across_splits: across = 0 }) {
  const alike = plural(near, "{n} picture is nearly the same as another one", "{n} pictures are nearly the same as another one");
  return across ? `${alike}, ${t("{across} of them across training and testing", { across: number(across, 15) })}` : alike;
}

/** @param {number} count */
export const skipped = (count) =>
  plural(count, "{n} file could not be read and was skipped", "{n} files could not be read and were skipped");
