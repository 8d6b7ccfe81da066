// @ts-check
/** Whether an image that an address names is on the map. */
import { t } from "../../core/language.js";

/**
 * The point, or null with a sentence if it is an image that the map does not have.
 * @param {import("../../core/connection.js").Live} live
 * @param {import("../../core/types.js").Point|null} point @param {{count: number}} facts
 */
export function known(live, point, { count }) {
  const last = count - 1;
  if (!point || point.row <= last) return point;
  const asked = { row: point.row, last };
  live.alert(t("There is no image {row} on this map, which ends with image {last}; another one is shown in its place.", asked));
  return null;
}
