// @ts-check
/** A map as a file: a PNG of what is on the screen, or an SVG of its points. */
import { h, pen } from "../core/dom.js";
import { placeOf } from "../core/places.js";
import { classColour } from "./colours.js";
import { pointSize } from "./points.js";

const LINE = 18; // pixels of a line of the legend
const FAINT = 0.18; // opacity of points that are not selected

/** What is seen of a map, as a PNG. @param {import("./map.js").LatentMap} map @returns {Promise<Blob>} */
export function pngOf(map) {
  const layers = [...map.element.querySelectorAll("canvas")];
  const { width, height } = layers[0];
  const canvas = h("canvas", { width, height });
  const context = pen(canvas);
  context.fillStyle = getComputedStyle(map.element).getPropertyValue("--ctm-card").trim() || "#fff";
  context.fillRect(0, 0, width, height);
  for (const layer of layers) {
    context.globalAlpha = Number(layer.style.opacity || 1);
    context.drawImage(layer, 0, 0, width, height);
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser could not make the picture; try again"))), "image/png"),
  );
}

/**
 * The points in the window as an SVG, with a legend; those that are not selected are faint.
 * @param {import("./map.js").LatentMap} map @param {ArrayLike<number>} labels (N,) @param {string[]} classes
 * @param {Set<number>|null} selected rows; null for all
 */
export function svgOf(map, labels, classes, selected) {
  const { width, height } = map.viewport;
  const hidden = new Set(map.hidden),
    { places } = map;
  /** @type {Map<number, [string[], string[]]>} by class: those that are selected, and the rest */
  const dots = new Map();
  for (let row = 0; row < labels.length; row++) {
    if (hidden.has(labels[row])) continue;
    const [x, y] = map.pixel(...placeOf(places, row));
    if (!(x >= 0 && x <= width && y >= 0 && y <= height)) continue;
    const of = dots.get(labels[row]) ?? [[], []];
    dots.set(labels[row], of);
    of[selected && !selected.has(row) ? 1 : 0].push(`M${x.toFixed(1)} ${y.toFixed(1)}h0`);
  }
  const size = pointSize(labels.length);
  const shown = [...dots.keys()].sort((a, b) => a - b);
  const group = (/** @type {0|1} */ which, /** @type {number} */ opacity) =>
    shown
      .filter((label) => dots.get(label)?.[which].length)
      .map((label) => `<path stroke="${classColour(label)}" opacity="${opacity}" d="${dots.get(label)?.[which].join("")}"/>`);
  const named = shown.map((label, i) => {
    const y = LINE * (i + 1);
    const text = `<text x="${width + 26}" y="${y + 4}">${escaped(classes[label] ?? "")}</text>`;
    return `<circle cx="${width + 14}" cy="${y}" r="5" fill="${classColour(label)}"/>${text}`;
  });
  const tall = Math.max(height, LINE * (shown.length + 1));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 200}" height="${tall}" viewBox="0 0 ${width + 200} ${tall}">`,
    `<g fill="none" stroke-linecap="round" stroke-width="${size}">`,
    ...group(1, FAINT),
    ...group(0, 1),
    `</g><g font-family="sans-serif" font-size="13" fill="#444">`,
    ...named,
    "</g></svg>",
  ].join("\n");
}

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
