// @ts-check
/** What is said of importing pictures of one's own. */

export const DROP = "Drop a folder, pictures or archives here";
export const CHANGED = "A file was changed or taken away while it was read; choose the files again.";
export const TOO_MANY = "These are more than 200 archives; put them into one folder and import that on the server, with continuum import.";
export const EMPTY = "There are no files in what was chosen.";
export const LOST = "The server did not say how far the import is; reload the page to see whether it is done.";
export const STOPPED = "Stopped. What has come and what was decoded is kept: the same import goes on from there.";
export const SHARE =
  "Share of the pictures that is kept for testing, where there are no folders train and test; each picture's content decides";
export const FITS = /** @type {const} */ ([
  ["crop", "crop", "The middle square of each picture"],
  ["pad", "pad", "The whole picture, with the background around it"],
  ["squeeze", "squeeze", "The whole picture, stretched to a square"],
]);

/** @param {string} path */
export const emptyArchive = (path) => `${path} is empty; leave it out, or copy it again.`;

/** @param {number} share that has come */
export const cutOff = (share) =>
  `The upload was cut off at ${Math.round(100 * share)} %. Once the server can be reached again, press Import: it goes on from there.`;

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** @type {Record<string, string>} */
export const STEPS = { reading: "reading", sending: "sending", waiting: "waiting for its turn", working: "importing" };

/**
 * What a data set is, in one line.
 * @param {{counts: Record<string, number>, classes: number, shape: [number, number, number]}} set
 */
export function about({ counts, classes, shape: [channels, height, width] }) {
  const splits = Object.entries({ train: "training", validation: "validation", test: "testing" })
    .filter(([split]) => counts[split])
    .map(([split, words]) => `${counts[split].toLocaleString("en")} for ${words}`);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    counted(total, "picture"),
    counted(classes, "class", "classes"),
    `${width} × ${height}, ${channels === 1 ? "grey" : "colour"}`,
    splits.join(", "),
  ].join(" · ");
}

/**
 * What the import counted besides, a line each.
 * @param {Record<string, number>} report @param {Record<string, number>} counts by split
 */
export function findings(report, counts) {
  const are = (/** @type {number} */ count) => (count === 1 ? "is" : "are");
  /** @type {[string, (count: number) => string][]} */
  const lines = [
    ["identical", (count) => `${are(count)} the same as another one`],
    ["single_colour", (count) => `${are(count)} of a single colour`],
    ["smaller_than_size", (count) => `${count === 1 ? "was" : "were"} smaller than the side and ${are(count)} enlarged`],
  ];
  const missing = Object.entries({ train: "to train on", test: "to test with, or to make a map of" })
    .filter(([split]) => !counts[split])
    .map(([, what]) => `None is ${what}: import more, another share for testing, or folders called train and test`);
  const found = lines.filter(([key]) => report[key]).map(([key, words]) => `${counted(report[key], "picture")} ${words(report[key])}`);
  const said = [...missing, ...found],
    others = report.other_files;
  if (!others) return said;
  return [...said, `${counted(others, "other file")} ${others === 1 ? "is no picture and was" : "are no pictures and were"} passed over`];
}

/** @param {Record<string, number>} report */
export function nearlySame({ near_duplicates: near = 0, near_duplicates_across_splits: across = 0 }) {
  const beside = across ? `, ${across.toLocaleString("en")} of them across training and testing` : "";
  return `${counted(near, "picture")} ${near === 1 ? "is" : "are"} nearly the same as another one${beside}`;
}

/** @param {number} count */
export const skipped = (count) => `${counted(count, "file")} could not be read and ${count === 1 ? "was" : "were"} skipped`;
