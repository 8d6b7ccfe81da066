// @ts-check
import { t } from "./language.js";

/**
 * Where a place of a map lies, from the classes of the three codes around it.
 * @param {number[]} corners
 * @param {string[]} classes
 * @param {boolean} plane whether the map is the plane of codes itself
 */
export function whereabouts(corners, classes, plane) {
  const around = [...new Set(corners)].map((corner) => classes[corner]);
  if (around.length === 1) return t("among: {around}", { around: around[0] });
  return plane ? t("near: {around}", { around: around.join(", ") }) : t("between: {around}", { around: around.join(" · ") });
}
