// @ts-check
/**
 * How far a map reaches: outside the outermost images there is no code to decode. The map is shaded there, and the nearest place
 * that has a code stands in.
 */
const INWARD = 1e-3; // of the way to the middle that this place lies within the outline, so that it is inside for everybody

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */
/** @typedef {import("./viewport.js").Place} Place */

export class Reach {
  #map;
  /** @type {MappedFacts|null} */
  #facts = null;
  /** @type {Float64Array} (K, 2) flat, counter-clockwise */
  #outline = new Float64Array();

  /** @param {import("./map.js").LatentMap} map */
  constructor(map) {
    this.#map = map;
    map.painters.add((context) => this.#paint(context));
  }

  /** Another map; a plane of codes reaches everywhere. @param {MappedFacts} facts */
  open(facts) {
    this.#facts = facts;
    this.#outline = facts.plane ? new Float64Array() : hull(facts.places);
  }

  /** The place itself where the map reaches that far, else the nearest one that it reaches. @param {Place} place @returns {Place} */
  nearest(place) {
    return within(this.#outline, place);
  }

  /** @param {CanvasRenderingContext2D} context in pixels of the map */
  #paint(context) {
    const map = this.#map,
      outline = this.#outline;
    if (map.places !== this.#facts?.places || outline.length < 6) return;
    const style = getComputedStyle(map.element),
      { width, height } = map.viewport;
    context.save();
    context.beginPath();
    for (let i = 0; i < outline.length; i += 2) context.lineTo(...map.pixel(outline[i], outline[i + 1]));
    context.closePath();
    context.setLineDash([2, 4]);
    context.lineWidth = 1;
    context.strokeStyle = style.getPropertyValue("--ctm-soft");
    context.stroke();
    context.rect(0, 0, width, height);
    context.globalAlpha = 0.3;
    context.fillStyle = style.getPropertyValue("--ctm-line");
    context.fill("evenodd");
    context.restore();
  }
}

/**
 * The corners of the smallest convex shape about points (Andrew, 1979).
 * @param {Float32Array} places (N, 2) flat; what is no number is left out
 * @returns {Float64Array} (K, 2) flat, counter-clockwise
 */
export function hull(places) {
  /** @type {[number, number][]} */
  const points = [];
  for (let i = 0; i < places.length; i += 2) if (Number.isFinite(places[i] + places[i + 1])) points.push([places[i], places[i + 1]]);
  points.sort(([x, y], [otherX, otherY]) => x - otherX || y - otherY);
  return Float64Array.from([...chain(points), ...chain(points.reverse())].flat());
}

/**
 * The place itself where it lies inside an outline, else the nearest place of the outline, a little inward.
 * @param {ArrayLike<number>} outline (K, 2) flat, counter-clockwise; of less than three corners nothing is the inside
 * @param {Place} place
 * @returns {Place}
 */
export function within(outline, [x, y]) {
  if (outline.length < 6) return [x, y];
  let outside = false,
    least = Infinity,
    middleX = 0,
    middleY = 0,
    nearest = [x, y];
  for (let i = 0, before = outline.length - 2; i < outline.length; before = i, i += 2) {
    const [ax, ay, bx, by] = [outline[before], outline[before + 1], outline[i], outline[i + 1]];
    const [dx, dy] = [bx - ax, by - ay];
    middleX += (2 * bx) / outline.length;
    middleY += (2 * by) / outline.length;
    outside ||= dx * (y - ay) < dy * (x - ax); // to the right of a side
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    const [px, py] = [ax + t * dx, ay + t * dy],
      far = (px - x) ** 2 + (py - y) ** 2;
    if (far < least) [least, nearest] = [far, [px, py]];
  }
  if (!outside) return [x, y];
  return [nearest[0] + INWARD * (middleX - nearest[0]), nearest[1] + INWARD * (middleY - nearest[1])];
}

/** One side of the hull, without its last corner, which the other side begins with. @param {[number, number][]} points in order */
function chain(points) {
  /** @type {[number, number][]} */
  const kept = [];
  for (const [x, y] of points) {
    while (kept.length > 1) {
      const [[ax, ay], [bx, by]] = kept.slice(-2);
      if ((bx - ax) * (y - ay) > (by - ay) * (x - ax)) break; // a turn to the left
      kept.pop();
    }
    kept.push([x, y]);
  }
  return kept.slice(0, -1);
}

/**
 * For each cell of a window the value of the nearest place, NaN outside an outline.
 * @param {Float32Array} places (N, 2) flat @param {Float32Array} values (N,)
 * @param {ArrayLike<number>} outline as in `within` @param {import("./viewport.js").Window} window @param {number} size cells along a side
 * @returns {Float32Array} (size, size), the upper row first
 */
export function nearest(places, values, outline, [x0, x1, y0, y1], size) {
  return Float32Array.from({ length: size * size }, (_, cell) => {
    const x = x0 + ((x1 - x0) * ((cell % size) + 0.5)) / size,
      y = y1 - ((y1 - y0) * (Math.floor(cell / size) + 0.5)) / size;
    if (within(outline, [x, y])[0] !== x) return NaN;
    let best = 0,
      least = Infinity;
    for (let i = 0; i < values.length; i++) {
      const far = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
      if (far < least) [least, best] = [far, i];
    }
    return values[best];
  });
}
