// @ts-check
/** What is said of a wall of draws: first of its pictures, since that is what draws are for, and then of where they fell. */
import { plural, t } from "../core/language.js";
import { capital, of } from "./telling.js";

/** @param {{strange: number, far: number, n: number}} draws unreal pictures, NaN without a classifier; draws in empty places */
export function samplesSaid({ strange, far, n }) {
  const empty = { empty: of(far, n) };
  const fell = !far
    ? t("of the draws {empty} land in empty places.", empty)
    : plural(
        far,
        "of the draws {empty} lands in empty places (hollow on the map).",
        "of the draws {empty} land in empty places (hollow on the map).",
        empty,
      );
  if (Number.isNaN(strange)) return capital(fell);
  const unreal = { unreal: of(strange, n) };
  return `${plural(strange, "Of the pictures {unreal} is unreal;", "Of the pictures {unreal} are unreal;", unreal)} ${fell}`;
}

/** What is added to the name of a draw. @param {{drawn: string|undefined, strange: boolean, far: boolean}} draw class that it looks like */
export const drawSaid = ({ drawn, strange, far }) =>
  [drawn && t("looks like {drawn}", { drawn }), strange && t("an unreal picture"), far && t("in an empty place")]
    .filter(Boolean)
    .map((words) => `, ${words}`)
    .join("");
