// @ts-check
/** What is said of balloons: how far codes are drawn, beside the room that they have. */
import { figure } from "../core/dom.js";

const HALFWAY = 0.5; // of the way to the nearest other image: two balloons of that size touch

/**
 * @param {number[]} reaches of the balloons that are shown: how far codes are drawn ÷ the distance to the nearest other image's code
 */
export function reachSaid(reaches) {
  if (!reaches.length) return "";
  const sorted = [...reaches].sort((a, b) => a - b),
    typical = sorted[sorted.length >> 1],
    touching = sorted.filter((reach) => reach >= HALFWAY).length / sorted.length;
  const far =
    typical >= 1
      ? `Typically codes fall ${figure(typical)} times as far off as the nearest other image`
      : `Typically codes fall ${Math.round(100 * typical)} % of the way to the nearest other image`;
  if (touching === 1) return `${far}: all balloons are large enough to touch another.`;
  if (touching === 0) return `${far}: no balloon is large enough to touch another.`;
  return `${far}: ${Math.max(1, Math.round(100 * touching))} % of the balloons are large enough to touch another.`;
}
