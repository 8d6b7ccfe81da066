// @ts-check
/**
 * Where a place of a map lies, from the classes of the three codes around it.
 * @param {number[]} corners
 * @param {string[]} classes
 * @param {boolean} plane whether the map is the plane of codes itself
 */
export function whereabouts(corners, classes, plane) {
  const around = [...new Set(corners)].map((corner) => classes[corner]);
  if (around.length === 1) return `among: ${around[0]}`;
  return plane ? `near: ${around.join(", ")}` : `between: ${around.join(" · ")}`;
}
