/** A freehand outline around points of a map. */
import { h } from "./dom.js";
import { fit } from "./map/resolution.js";

const APART = 8; // pixels between two corners of the outline
const MOST = 200; // corners
const SMALLEST = 12; // pixels across; anything smaller was a slip of the hand

/**
 * Let the hand draw one outline on a map. The map itself is covered meanwhile; Escape or a mere click gives up.
 * @param {import("./map.js").LatentMap} map
 * @param {(outline: Float32Array|null) => void} done corners as x, y in map coordinates, or null
 * @returns {() => void} gives up
 */
export function lasso(map, done) {
  const canvas = h("canvas", { class: "ctm-lasso", "aria-hidden": "true" });
  const corners = [];
  const listeners = new AbortController();
  const { signal } = listeners;
  map.element.after(canvas);
  const { clientWidth: width, clientHeight: height } = canvas;
  fit(canvas, width, height);
  const context = canvas.getContext("2d");
  const ink = getComputedStyle(canvas).color;
  const finish = (outline) => {
    listeners.abort();
    canvas.remove();
    done(outline);
  };
  const draw = () => {
    context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    context.clearRect(0, 0, width, height);
    context.beginPath();
    for (const corner of corners) context.lineTo(...corner);
    context.closePath();
    context.globalAlpha = 0.12; context.fillStyle = ink; context.fill();
    context.globalAlpha = 1; context.setLineDash([5, 4]); context.lineWidth = 1.5; context.strokeStyle = ink; context.stroke();
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    corners.splice(0, Infinity, [event.offsetX, event.offsetY]);
  }, { signal });
  canvas.addEventListener("pointermove", (event) => {
    if (!corners.length || corners.length >= MOST) return;
    const [x, y] = corners.at(-1);
    if (Math.hypot(event.offsetX - x, event.offsetY - y) < APART) return;
    corners.push([event.offsetX, event.offsetY]);
    draw();
  }, { signal });
  canvas.addEventListener("pointerup", () => {
    const across = (axis) => Math.max(...corners.map((corner) => corner[axis])) - Math.min(...corners.map((corner) => corner[axis]));
    const real = corners.length > 2 && Math.max(across(0), across(1)) >= SMALLEST;
    finish(real ? Float32Array.from(corners.flatMap((corner) => map.place(...corner))) : null);
  }, { signal });
  window.addEventListener("keydown", (event) => { if (event.key === "Escape") finish(null); }, { signal });
  return () => { if (!signal.aborted) finish(null); };
}
