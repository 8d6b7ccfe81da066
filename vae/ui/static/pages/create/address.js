// @ts-check
/** The page Create in an address: its settings, its cells, and what each view keeps. */
import { ADDRESS, LIMITS } from "../../wire/schema.js";

const { seed, g, t, k } = ADDRESS.create;
export const USUAL = { seed: seed.default, guidance: g.default, temperature: t.default, topK: k.default };
const NONE = 0xffff; // stands for a cell that is not given

/** @typedef {{seed: number, guidance: number, temperature: number, topK: number}} Settings */

/**
 * What an address says of a drawing; what is as usual is left out.
 * @param {{caption: string, settings: Settings, show: string, pick: number, given: number[] | null}} drawing its `pick` counts from 0
 * @param {Record<string, string>} tab what the view that is open adds
 * @returns {Record<string, string>}
 */
export function writeView({ caption, settings: { seed, guidance, temperature, topK }, show, pick, given }, tab) {
  /** @type {Record<string, string>} */
  const view = { caption: caption.slice(0, LIMITS.longest_caption), seed: String(seed) };
  if (guidance !== USUAL.guidance) view.g = String(guidance);
  if (temperature !== USUAL.temperature) view.t = String(temperature);
  if (topK !== USUAL.topK) view.k = String(topK);
  if (show !== "draw") view.show = show;
  if (pick) view.pick = String(pick + 1);
  if (given) view.given = writeCells(given);
  return { ...view, ...tab };
}

/** The settings of an address. @param {Record<string, string>} view @returns {Settings} */
export function readSettings({ seed, g, t, k }) {
  return {
    seed: Number(seed ?? USUAL.seed),
    guidance: Number(g ?? USUAL.guidance),
    temperature: Number(t ?? USUAL.temperature),
    topK: Number(k ?? USUAL.topK),
  };
}

/** The codes of cells as base64url of 16 bits each, all ones where none (−1) is given. @param {ArrayLike<number>} cells */
export function writeCells(cells) {
  const bytes = new Uint8Array(Uint16Array.from(cells, (code) => code & NONE).buffer);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/**
 * The reverse; null if they are not those of this painter.
 * @param {string} text @param {{grid: number, codebook_size: number}} facts
 * @returns {number[] | null}
 */
export function readCells(text, { grid, codebook_size: size }) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  if (bytes.length !== 2 * grid * grid) return null;
  const cells = [...new Uint16Array(bytes.buffer)].map((code) => (code === NONE ? -1 : code));
  return cells.every((code) => code < size) ? cells : null;
}

/** Bits as hexadecimal digits, the first bit the highest; "" where none is set. @param {boolean[]} flags */
export function writeBits(flags) {
  const bits = flags.map(Number).join("");
  return flags.some(Boolean) ? (bits.match(/.{4}/g) ?? []).map((four) => parseInt(four, 2).toString(16)).join("") : "";
}

/** The reverse. @param {string} text @returns {boolean[]} */
export const readBits = (text) =>
  [...text].flatMap((digit) => [...parseInt(digit, 16).toString(2).padStart(4, "0")].map((bit) => bit === "1"));
