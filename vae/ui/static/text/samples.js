// @ts-check
/** What is said of a wall of draws: first of its pictures, since that is what draws are for, and then of where they fell. */
import { plural, t } from "../core/language.js";
import { capital, of } from "./telling.js";

/** @param {{unreal: number, far: number, n: number}} draws unreal pictures, NaN without a classifier; draws in empty places */
export function samplesSaid({ unreal, far, n }) {
  const empty = { empty: of(far, n) };
  const fell = !far
    ? t("of the draws {empty} land in empty places.", empty)
    : plural(
        far,
        "of the draws {empty} lands in empty places (hollow on the map).",
        "of the draws {empty} land in empty places (hollow on the map).",
        empty,
      );
  if (Number.isNaN(unreal)) return capital(fell);
  const some = { unreal: of(unreal, n) };
  return `${plural(unreal, "Of the pictures {unreal} is unreal;", "Of the pictures {unreal} are unreal;", some)} ${fell}`;
}

/** What is added to the name of a draw. @param {{drawn: string|undefined, unreal: boolean, far: boolean}} draw class that it looks like */
export const drawSaid = ({ drawn, unreal, far }) =>
  [drawn && t("looks like {drawn}", { drawn }), unreal && t("an unreal picture"), far && t("in an empty place")]
    .filter(Boolean)
    .map((words) => `, ${words}`)
    .join("");
