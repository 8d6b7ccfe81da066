// @ts-check
/** What is said of balloons: how far codes are drawn, beside the room that they have. */
import { figure } from "../core/dom.js";
import { t } from "../core/language.js";

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
      ? t("Typically codes fall {times} times as far off as the nearest other image", { times: figure(typical) })
      : t("Typically codes fall {share} % of the way to the nearest other image", { share: Math.round(100 * typical) });
  if (touching === 1) return t("{far}: all balloons are large enough to touch another.", { far });
  if (touching === 0) return t("{far}: no balloon is large enough to touch another.", { far });
  return t("{far}: {share} % of the balloons are large enough to touch another.", {
    far,
    share: Math.max(1, Math.round(100 * touching)),
  });
}
