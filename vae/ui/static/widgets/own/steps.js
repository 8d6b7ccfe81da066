// @ts-check
/**
 * How a picture of somebody's own is brought to stand in its frame as the model's images do: one step after the other, each of
 * which a hand may leave out.
 */
import { LIMITS, LUMINANCE } from "../../wire/schema.js";
import { blank, borderOf, bytesOf, resized } from "./grid.js";
import { drawnIn, inkOf, stroked } from "./ink.js";

/** @typedef {import("./grid.js").Grid} Grid */
/** @typedef {"crop"|"grey"|"invert"|"centre"|"stroke"} Step */
/**
 * How a model's images stand in their frames: `Framing` in `vae/data/framing.py`, with their shape.
 * @typedef {{shape: [number, number, number], background: number[], plain: boolean, centred: boolean, extent: number,
 *   stroke: number}} Framing
 */
/** @typedef {{step: Step|"resize", grid: Grid}} Stage what a step has made */

/** The steps in their order, by the letters that the address has for them. @type {[letter: string, step: Step][]} */
export const PREPARATION = [
  ["c", "crop"],
  ["g", "grey"],
  ["i", "invert"],
  ["m", "centre"],
  ["s", "stroke"],
];
const NONE = "n";
const FINER = 5; // times the model's picture: the size in which a drawing is centred
const PLAIN = 0.12; // how much a border may differ from its own mean to be called plain

/** Steps as the address has them. @param {Iterable<Step>} on */
export function writeSteps(on) {
  const chosen = new Set(on);
  return (
    PREPARATION.filter(([, step]) => chosen.has(step))
      .map(([letter]) => letter)
      .join("") || NONE
  );
}

/** The reverse of `writeSteps`; null where the address says nothing. @param {string|undefined} text @returns {Set<Step>|null} */
export const readSteps = (text) => (text ? new Set(PREPARATION.filter(([letter]) => text.includes(letter)).map(([, step]) => step)) : null);

/** The steps that make sense for a model. @param {Framing} framing @returns {Step[]} */
export const possible = ({ centred, stroke }) =>
  PREPARATION.map(([, step]) => step).filter((step) => (step === "centre" ? centred : step === "stroke" ? centred && stroke > 0 : true));

/**
 * The steps that are taken unless a hand says otherwise.
 * @param {Grid} source in colours @param {Framing} framing
 * @returns {Set<Step>}
 */
export function usualSteps(source, framing) {
  const [channels, height, width] = framing.shape;
  const { mean, spread } = borderOf(channels === 1 ? grey(source) : source);
  /** @type {Set<Step>} */
  const on = new Set(["crop"]);
  if (channels === 1) on.add("grey");
  const apart = mean.reduce((sum, value, c) => sum + Math.abs(value - framing.background[c]), 0) / mean.length;
  if (framing.plain && apart > LIMITS.lighter) on.add("invert");
  // A picture of the very size is one of theirs, or was made to be; a photograph is no drawing on plain ground.
  const own = source.width === width && source.height === height;
  if (framing.centred && !own && spread < PLAIN) for (const step of /** @type {Step[]} */ (["centre", "stroke"])) on.add(step);
  return on;
}

/**
 * Take the steps that are on.
 * @param {Grid} source in colours @param {Framing} framing @param {Set<Step>} on
 * @returns {{stages: Stage[], pixels: Uint8Array}} what each step has made, the last being the size; (H, W, C) bytes
 */
export function prepare(source, framing, on) {
  const [channels, height, width] = framing.shape;
  /** @type {Stage[]} */
  const stages = [];
  let grid = source;
  const take = (/** @type {Step} */ step, /** @type {(grid: Grid) => Grid} */ act) => {
    if (on.has(step)) stages.push({ step, grid: (grid = act(grid)) });
  };
  take("crop", (whole) => cropped(whole, width / height));
  // A model of grey pictures has no other way to see one.
  if (channels === 1) stages.push({ step: "grey", grid: (grid = grey(grid)) });
  else take("grey", (coloured) => inColours(grey(coloured)));
  take("invert", inverted);
  if (framing.centred) {
    take("centre", (loose) => centred(loose, framing));
    if (framing.stroke) take("stroke", (drawn) => redrawn(drawn, framing));
  }
  const whole = /** @type {import("./grid.js").Box} */ ([0, 0, grid.width, grid.height]);
  if (grid.width !== width || grid.height !== height) grid = resized(grid, whole, width, height);
  stages.push({ step: "resize", grid });
  return { stages, pixels: bytesOf(grid) };
}

/** The largest middle part with sides in this relation. @param {Grid} grid @param {number} aspect width ÷ height */
function cropped(grid, aspect) {
  const width = Math.max(1, Math.min(grid.width, Math.round(grid.height * aspect))),
    height = Math.max(1, Math.min(grid.height, Math.round(grid.width / aspect))),
    left = Math.floor((grid.width - width) / 2),
    top = Math.floor((grid.height - height) / 2);
  const part = blank(width, height, grid.channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * grid.width + left) * grid.channels;
    part.data.set(grid.data.subarray(from, from + width * grid.channels), y * width * grid.channels);
  }
  return part;
}

/** @param {Grid} grid @returns {Grid} of one channel */
function grey(grid) {
  if (grid.channels === 1) return grid;
  const result = blank(grid.width, grid.height, 1);
  for (let i = 0; i < result.data.length; i++) result.data[i] = LUMINANCE.reduce((sum, share, c) => sum + share * grid.data[3 * i + c], 0);
  return result;
}

/** @param {Grid} grid of one channel @returns {Grid} of three equal ones */
function inColours(grid) {
  const result = blank(grid.width, grid.height, 3);
  for (let i = 0; i < result.data.length; i++) result.data[i] = grid.data[Math.floor(i / 3)];
  return result;
}

/** @param {Grid} grid @returns {Grid} */
const inverted = (grid) => ({ ...grid, data: grid.data.map((value) => 1 - value) });

/** A drawing as large as theirs, with its centre of mass in the middle. @param {Grid} grid @param {Framing} framing */
function centred(grid, framing) {
  const [, height, width] = framing.shape,
    ground = groundOf(grid, framing),
    ink = inkOf(grid, borderOf(grid).mean),
    drawn = drawnIn(ink);
  if (!drawn) return painted(resized(ink, [0, 0, grid.width, grid.height], FINER * width, FINER * height), ground);
  const [left, top, right, bottom] = drawn.box;
  const side = Math.max(right - left, bottom - top) / framing.extent, // of the frame, in pixels of the grid
    [x, y] = drawn.centre,
    tall = (side * height) / width;
  const framed = resized(ink, [x - side / 2, y - tall / 2, x + side / 2, y + tall / 2], FINER * width, FINER * height, [0]);
  return painted(framed, ground);
}

/** A drawing with strokes as wide as theirs. @param {Grid} grid @param {Framing} framing */
function redrawn(grid, framing) {
  const ink = inkOf(grid, borderOf(grid).mean),
    finer = ink.width < FINER * framing.shape[2] ? FINER : 1; // what is narrower than a pixel cannot be measured in its size
  const fine = finer === 1 ? ink : resized(ink, [0, 0, ink.width, ink.height], ink.width * finer, ink.height * finer);
  return painted(stroked(fine, framing.stroke * fine.width), groundOf(grid, framing));
}

/** The ground that a drawing is on: theirs, or the opposite where it is not inverted. @param {Grid} grid @param {Framing} framing */
function groundOf(grid, { background }) {
  const { mean } = borderOf(grid),
    apart = mean.reduce((sum, value, c) => sum + Math.abs(value - background[c]), 0) / mean.length;
  return apart > LIMITS.lighter ? background.map((value) => 1 - value) : background;
}

/** Ink on a ground, as far from it as can be. @param {Grid} ink @param {number[]} ground by channel @returns {Grid} */
function painted(ink, ground) {
  const channels = ground.length,
    result = blank(ink.width, ink.height, channels);
  for (let i = 0; i < ink.data.length; i++)
    for (let c = 0; c < channels; c++) {
      const end = ground[c] < 0.5 ? 1 : 0;
      result.data[i * channels + c] = ground[c] + ink.data[i] * (end - ground[c]);
    }
  return result;
}
