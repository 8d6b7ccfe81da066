// @ts-check
/**
 * A pointer that travels once from one image to another while the pictures follow, to show what a hand can do. The first touch
 * or key stops it, and it never comes again.
 */
import { h } from "../../core/dom.js";
import { placeOf } from "../../core/places.js";

const SEEN = "continuum.invited";
const PAUSE = 700, // milliseconds before it sets out
  TRAVEL = 4500;
const ARROW = '<svg viewBox="0 0 24 24"><path d="M4 2l15 11.5-7 .8 4 7-3 1.6-3.9-7.2L4 20.5z"/></svg>';

/** @typedef {import("../../core/types.js").Place} Place */

/**
 * Travel from A to B, unless that was seen before or motion is unwelcome.
 * @param {import("./mapcard.js").MapCard} card @param {import("./code.js").CodePanel} code @param {import("./ends.js").Ends} ends
 * @param {AbortSignal} left aborted once the model is left
 */
export function inviteOnce({ map, hover }, code, { A, B }, left) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (A.row < 0 || B.row < 0 || still || seen() || left.aborted) return;
  remember();
  const places = map.places,
    from = placeOf(places, A.row),
    to = placeOf(places, B.row);
  const pointer = h("div", { class: "ctm-ghost", "aria-hidden": "true" });
  pointer.innerHTML = ARROW;
  map.element.append(pointer);
  const life = new AbortController();
  const { signal } = life;
  const end = () => {
    life.abort();
    pointer.remove();
    hover.leave();
    hover.forget();
  };
  for (const type of ["pointerdown", "keydown", "wheel"]) window.addEventListener(type, end, { capture: true, signal });
  map.element.addEventListener("pointermove", end, { signal });
  left.addEventListener("abort", end, { signal });
  let start = 0;
  const step = (/** @type {number} */ now) => {
    if (signal.aborted) return;
    start ||= now + PAUSE;
    const t = Math.min(1, Math.max(0, (now - start) / TRAVEL));
    if (t === 1) {
      end();
      code.choose(B.row, null);
      return;
    }
    const place = between(from, to, t * t * (3 - 2 * t)),
      [px, py] = map.pixel(...place);
    pointer.style.transform = `translate(${px}px, ${py}px)`;
    hover.at(place, null);
    hover.code(place, (reached) => code.put(reached, null));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** @param {Place} a @param {Place} b @param {number} t @returns {Place} */
const between = (a, b, t) => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];

/** Whether it was here; where the browser keeps nothing, it was. */
function seen() {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return true;
  }
}

function remember() {
  try {
    localStorage.setItem(SEEN, "1");
  } catch {
    return; // nothing is kept here
  }
}
