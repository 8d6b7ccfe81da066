// @ts-check
/** What has been dropped or chosen: files with their paths, and what is sent of them. */
import { EMPTY, emptyArchive, TOO_MANY } from "../../text/pictures.js";
import { archive } from "./archive.js";

/** @typedef {import("./archive.js").Chosen} Chosen */
/** A file that is sent. @typedef {{path: string, blob: Blob}} Part */
/**
 * What is sent.
 * @typedef {object} Upload
 * @property {string} called what the data set may be called
 * @property {number} files
 * @property {number} size in bytes
 * @property {Part[]} parts
 */

const ALONE = /\.(zip|tar|tgz|tbz2|txz|tar\.(gz|bz2|xz)|parquet|npy|npz)$/i; // what the server reads pictures out of
const BESIDE = /(^|\/)metadata\.parquet$/i; // what is told of the pictures around it
const MOST_ALONE = 200; // archives and the like that are asked for at once

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
 * What is sent of `files`: each archive as it is, all else as one.
 * @param {Chosen[]} files
 * @returns {Upload}
 * @throws {Error} with a sentence if they cannot be imported together
 */
export function uploadOf(files) {
  if (!files.length) throw new Error(EMPTY);
  const alone = files.filter(({ path }) => ALONE.test(path) && !BESIDE.test(path)),
    loose = files.filter((each) => !alone.includes(each)),
    [{ path }] = files;
  const empty = alone.find(({ file }) => !file.size);
  if (empty) throw new Error(emptyArchive(empty.path));
  if (alone.length > MOST_ALONE) throw new Error(TOO_MANY);
  const folder = path.includes("/") ? plainName(path.split("/")[0]) : "pictures";
  const called = alone.length === 1 && !loose.length ? plainName(path.replace(ALONE, "")) : folder;
  const parts = alone.map((each) => ({ path: each.path, blob: each.file }));
  if (loose.length) parts.push({ path: `${called}.tar`, blob: archive(loose) });
  return { called, files: files.length, size: parts.reduce((sum, { blob }) => sum + blob.size, 0), parts };
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
