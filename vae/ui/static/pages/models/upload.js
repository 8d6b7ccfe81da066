// @ts-check
/** Sends a file to the server in pieces, from wherever an earlier try has stopped. */
import { askJson, Unreachable } from "../../core/fetching.js";
import { CHANGED, cutOff } from "../../text/pictures.js";
import { Sha256 } from "./sha256.js";

const PIECE = 1_000_000; // bytes: proxies commonly pass a megabyte at most
const READ = 1 << 20; // bytes that are hashed at once
const TRIES = 6; // in a row without an answer, about a minute
const PAUSE = 1000; // milliseconds before the second try, and twice as long before each further one

/** @typedef {(step: "reading"|"sending", share: number) => void} OnProgress */

/**
 * @param {Blob} blob @param {string} name what to call it @param {string} base of all addresses
 * @param {AbortSignal} signal @param {OnProgress} onProgress
 * @returns {Promise<string>} its SHA-256, by which the server knows it
 */
export async function upload(blob, name, base, signal, onProgress) {
  const hash = await hashOf(blob, signal, (share) => onProgress("reading", share));
  const address = `${base}/continuum/uploads/${hash}`;
  let { offset, ready } = await insisting(() => askJson(address, { signal }), signal, 0);
  while (!ready) {
    onProgress("sending", offset / blob.size);
    const from = offset,
      query = new URLSearchParams({ offset: String(from), size: String(blob.size), name });
    const body = await read(blob.slice(from, from + PIECE));
    ({ offset, ready } = await insisting(
      async (again) => {
        if (again) ({ offset, ready } = await askJson(address, { signal }));
        if (ready || offset !== from) return { offset, ready }; // more had come than we were told
        return askJson(`${address}?${query}`, { method: "PUT", body, signal });
      },
      signal,
      from / blob.size,
    ));
  }
  return hash;
}

/** @param {Blob} blob @param {AbortSignal} signal @param {(share: number) => void} onProgress */
async function hashOf(blob, signal, onProgress) {
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += READ) {
    onProgress(at / blob.size);
    hash.update(new Uint8Array(await read(blob.slice(at, at + READ))));
    signal.throwIfAborted();
  }
  return hash.hex();
}

/** The bytes of a part; a file that has changed or gone since it was chosen can no longer be read. @param {Blob} part */
const read = (part) =>
  part.arrayBuffer().catch(() => {
    throw new Error(CHANGED);
  });

/**
 * The answer to a question, asked again while nothing answers.
 * @template T
 * @param {(again: boolean) => Promise<T>} question @param {AbortSignal} signal @param {number} share that has come
 */
async function insisting(question, signal, share) {
  for (let lost = 0; ; ) {
    try {
      return await question(lost > 0);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unreachable && error.away)) throw error;
      if (++lost >= TRIES) throw new Error(cutOff(share));
      await pause(PAUSE * 2 ** (lost - 1), signal);
    }
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, undefined);
    signal.addEventListener("abort", () => reject((clearTimeout(timer), signal.reason)), { once: true });
  });
}
