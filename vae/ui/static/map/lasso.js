// @ts-check
/** An outline around points of a map: drawn freehand, or set corner by corner from the keyboard. */
import { ARROWS, keyStep } from "../core/arrows.js";
import { h, pen } from "../core/dom.js";
import { t } from "../core/language.js";
import { fit } from "./resolution.js";
import { Spoken } from "../core/spoken.js";

const APART = 8; // pixels between two corners of the outline
const MOST = 200; // corners
const SMALLEST = 12; // pixels across; anything smaller was a slip of the hand
const KEYS = t(
  "Arrow keys move the cursor, with Shift farther; Space sets a corner, Backspace takes the last one back, " +
    "Enter closes the outline, Escape gives up.",
);

/**
 * Have one outline drawn on a map, which is covered meanwhile. Escape or a mere click gives up.
 * @param {import("./map.js").LatentMap} map
 * @param {(outline: Float32Array|null) => void} done corners as x, y in map coordinates, or null
 * @param {(place: [number, number], event: Event) => void} [look] the keyboard's cursor is at a place of the map
 * @returns {() => void} gives up
 */
export function lasso(map, done, look = () => {}) {
  const canvas = h("canvas", {
    class: "ctm-lasso",
    role: "application",
    tabindex: 0,
    "aria-label": t("Outline on the map"),
    "aria-description": KEYS,
    "data-points": 0,
  });
  /** @type {[number, number][]} in pixels */
  const corners = [];
  const spoken = new Spoken();
  const listeners = new AbortController();
  const { signal } = listeners;
  map.element.after(canvas, spoken.element);
  const { clientWidth: width, clientHeight: height } = canvas;
  fit(canvas, width, height);
  /** @type {[number, number]|null} of the keyboard, in pixels */
  let cursor = null;
  const context = pen(canvas);
  const ink = getComputedStyle(canvas).color;
  const before = document.activeElement;
  const finish = (/** @type {Float32Array|null} */ outline) => {
    listeners.abort();
    spoken.hush();
    spoken.element.remove();
    const held = document.activeElement === canvas;
    canvas.remove();
    if (held && before instanceof HTMLElement) before.focus();
    done(outline);
  };
  const close = () => {
    const across = (/** @type {0|1} */ axis) =>
      Math.max(...corners.map((corner) => corner[axis])) - Math.min(...corners.map((corner) => corner[axis]));
    const real = corners.length > 2 && Math.max(across(0), across(1)) >= SMALLEST;
    finish(real ? Float32Array.from(corners.flatMap((corner) => map.place(...corner))) : null);
  };
  const draw = () => {
    context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
    context.clearRect(0, 0, width, height);
    context.beginPath();
    for (const corner of corners) context.lineTo(...corner);
    if (cursor && corners.length) context.lineTo(...cursor);
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = ink;
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([5, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    context.stroke();
    context.setLineDash([]);
    if (!cursor) return;
    const rings = corners.map((corner) => ({ at: corner, radius: 3 }));
    for (const { at, radius } of [...rings, { at: cursor, radius: 8 }]) {
      context.beginPath();
      context.arc(...at, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  };
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      cursor = null;
      corners.splice(0, Infinity, [event.offsetX, event.offsetY]);
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      if (cursor || !corners.length || corners.length >= MOST) return;
      const [x, y] = corners[corners.length - 1];
      if (Math.hypot(event.offsetX - x, event.offsetY - y) < APART) return;
      corners.push([event.offsetX, event.offsetY]);
      draw();
    },
    { signal },
  );
  canvas.addEventListener(
    "pointerup",
    (event) => {
      if (!event.button) close();
    },
    { signal },
  );
  canvas.addEventListener(
    "keydown",
    (event) => {
      const way = ARROWS[event.key];
      if (!way && ![" ", "Backspace", "Enter"].includes(event.key)) return;
      event.preventDefault();
      cursor ??= [canvas.width / 2, canvas.height / 2];
      if (way) {
        const reach = keyStep(event);
        const within = (/** @type {number} */ at, /** @type {number} */ end) => Math.min(end, Math.max(0, at));
        cursor = [within(cursor[0] + way[0] * reach, canvas.width), within(cursor[1] + way[1] * reach, canvas.height)];
        look(map.place(...cursor), event);
      } else if (event.key === "Enter") {
        if (corners.length > 2) return close();
        spoken.say(t("An outline has three corners or more; this one has {corners}. Space sets one.", { corners: corners.length }));
      } else {
        if (event.key === " " && corners.length < MOST) corners.push(cursor);
        if (event.key === "Backspace") corners.pop();
        spoken.say(
          corners.length > 2
            ? t("{corners} corners; Enter closes the outline.", { corners: corners.length })
            : t("{corners} of at least three corners.", { corners: corners.length }),
        );
      }
      draw();
    },
    { signal },
  );
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape") finish(null);
    },
    { signal },
  );
  canvas.focus({ preventScroll: true });
  return () => {
    if (!signal.aborted) finish(null);
  };
}
