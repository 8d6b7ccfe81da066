// @ts-check
/** What has been dropped or chosen: files with their paths, and the one file that is sent of them. */
import { EMPTY, ONE_ARCHIVE } from "../../text/pictures.js";
import { archive } from "./archive.js";

/** @typedef {import("./archive.js").Chosen} Chosen */
/**
 * What is sent.
 * @typedef {object} Parcel
 * @property {string} name of the file
 * @property {string} called what the data set may be called
 * @property {number} files
 * @property {Blob} blob
 */

const ALONE = /\.(zip|tar|tgz|tbz2|txz|tar\.(gz|bz2|xz)|parquet|npy|npz)$/i;

/** The files that an input holds. @param {HTMLInputElement} input @returns {Chosen[]} */
export const filesOf = (input) => [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** The files that were dropped, those in folders too. @param {DataTransfer} dropped @returns {Promise<Chosen[]>} */
export async function droppedIn(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry()); // now: the list is empty after the event
  const found = [];
  for (const entry of entries) if (entry) found.push(...(await within(entry)));
  return found;
}

/** @param {FileSystemEntry} entry @returns {Promise<Chosen[]>} */
async function within(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader(),
    found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found; // they come a hundred at a time
    for (const each of some) found.push(...(await within(each)));
  }
}

/**
 * What is sent of `files`: an archive as it is, all else as one.
 * @param {Chosen[]} files
 * @returns {Parcel}
 * @throws {Error} with a sentence if they cannot be imported together
 */
export function parcel(files) {
  if (!files.length) throw new Error(EMPTY);
  const [{ path, file }] = files;
  if (files.length === 1 && ALONE.test(path)) return { name: path, called: plainName(path.replace(ALONE, "")), files: 1, blob: file };
  if (files.every((each) => ALONE.test(each.path))) throw new Error(ONE_ARCHIVE);
  const called = path.includes("/") ? plainName(path.split("/")[0]) : "pictures";
  return { name: `${called}.tar`, called, files: files.length, blob: archive(files) };
}

/** A name that needs no quotes in a shell. @param {string} text */
export const plainName = (text) =>
  text
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|-+$/g, "") || "pictures";

/** `name`, or the first of name-2, name-3, … that is not taken. @param {string} name @param {Iterable<string>} names */
export function untaken(name, names) {
  const taken = new Set(names);
  for (let number = 1; ; number++) {
    const other = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(other)) return other;
  }
}
