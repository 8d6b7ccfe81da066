// @ts-check
/** What is said of a wall of draws: first of its pictures, since that is what draws are for, and then of where they fell. */
import { of } from "./telling.js";

/** @param {{strange: number, far: number, n: number}} draws unreal pictures, NaN without a classifier; draws in empty places */
export function samplesSaid({ strange, far, n }) {
  const empty = `${of(far, n)} ${far === 1 ? "lands" : "land"} in empty places${far ? " (hollow on the map)" : ""}.`;
  if (Number.isNaN(strange)) return `Of the draws ${empty}`;
  return `Of the pictures ${of(strange, n)} ${strange === 1 ? "is" : "are"} unreal; of the draws ${empty}`;
}

/** What is added to the name of a draw. @param {{drawn: string|undefined, strange: boolean, far: boolean}} draw class that it looks like */
export const drawSaid = ({ drawn, strange, far }) =>
  `${drawn ? `, looks like ${drawn}` : ""}${strange ? ", an unreal picture" : ""}${far ? ", in an empty place" : ""}`;
