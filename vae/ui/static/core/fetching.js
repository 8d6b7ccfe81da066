// @ts-check
/** Fetching from our server. Whatever goes wrong is one sentence, also where a proxy answers in the server's place. */
import { answerIn } from "../wire/packing.js";
import { language, t } from "./language.js";

/** The server did not answer, or something else did in its place. `away` says that nothing answered at all. */
export class Unreachable extends Error {
  /** @param {string} sentence @param {boolean} [away] */
  constructor(sentence, away = false) {
    super(sentence);
    this.away = away;
  }
}

const AWAY = t(
  "The server cannot be reached. If it was stopped, start it again (streamlit run app.py); else check the connection and reload the page.",
);

/** @param {string} address @param {number} [status] */
const unexpected = (address, status) =>
  new Unreachable(
    t(
      "What came from {address} is not from this app. A proxy or its sign-in page may stand in between: reload the page, and sign in " +
        "if it asks for that.",
      { address: status ? `${address} (HTTP ${status})` : address },
    ),
  );

/**
 * @param {string} address @param {RequestInit} [options]
 * @returns {Promise<Response>} an answer that is no failure
 * @throws {Unreachable} if there was no answer of ours
 * @throws {Error} with the server's own sentence, and with `suggestions` if it made some
 */
export async function ask(address, options) {
  const headers = new Headers(options?.headers);
  headers.set("accept-language", language()); // what the server says is for whoever reads this page
  const response = await fetch(address, { ...options, headers }).catch(() => {
    throw new Unreachable(AWAY, true);
  });
  if (response.ok) return response;
  const told = await response.json().catch(() => ({}));
  throw told?.error ? refusal(told) : unexpected(address, response.status);
}

/**
 * The same, read as JSON; an answer that says `error` is a failure, too.
 * @param {string} address @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function askJson(address, options) {
  const response = await ask(address, options);
  const told = await response.json().catch(() => {
    throw unexpected(address);
  });
  if (told?.error !== undefined) throw refusal(told);
  return told;
}

/**
 * Tell something as JSON, and read the answer as `askJson` does.
 * @param {string} address @param {unknown} told @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export const tellJson = (address, told, signal) =>
  askJson(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(told), signal });

/**
 * The same for the answer to an operation of the wire.
 * @template Asked, Answered
 * @param {import("../wire/schema.js").Operation<Asked, Answered>} operation @param {string} address @param {RequestInit} [options]
 * @returns {Promise<Answered>}
 */
export async function askAnswer(operation, address, options) {
  const frame = await (await ask(address, options)).arrayBuffer();
  try {
    return answerIn(operation, frame);
  } catch {
    throw unexpected(address);
  }
}

/** @param {{error: string, suggestions?: string[]}} told */
const refusal = ({ error, suggestions = [] }) => Object.assign(new Error(error), { suggestions });
