// @ts-check
/**
 * What a hand does on the map. A mouse or a pen shows the place under it, drags the map and turns the wheel to zoom. One
 * finger shows the place under it; moved up or down it scrolls the page, unless it has been held still first, and then it shows
 * whatever it comes to. Two fingers move the map and come closer or go away; a tap is a click.
 */
const SLOP = 4,
  FINGER_SLOP = 10; // pixels that a click and a tap may wander
const WHEEL = 0.0015,
  PINCHED_WHEEL = 0.012; // logarithm of the zoom for each pixel of the wheel, and of two fingers on a touch pad
const HELD = 250; // milliseconds that a finger is held still before it is the map's
const LINE = 16; // pixels of a wheel that counts lines
const MOST = 200; // pixels of the wheel in one event

/** @typedef {[number, number]} Place pixels */
/**
 * @typedef {Object} Hand
 * @property {(px: number, py: number, event: Event) => void} hover
 * @property {() => void} leave
 * @property {(px: number, py: number, event: Event) => void} pick
 * @property {(dx: number, dy: number) => void} pan pixels
 * @property {(factor: number, px: number, py: number) => void} zoom about a pixel; below 1 comes closer
 */
export class Gestures {
  #element;
  #hand;
  /** @type {Map<number, Place>} pointers that touch the map: where each of them is */
  #down = new Map();
  /** @type {Place|null} where the only pointer went down; null once it has become something else than a click */
  #start = null;
  #pinching = false; // until the last finger is lifted
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #holding;

  /** @param {HTMLElement} element @param {Hand} hand @param {AbortSignal} signal ends it */
  constructor(element, hand, signal) {
    this.#element = element;
    this.#hand = hand;
    element.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    element.addEventListener("pointerup", (event) => this.#lift(event), { signal });
    element.addEventListener("pointercancel", (event) => this.#lift(event, true), { signal });
    element.addEventListener("pointerleave", () => hand.leave(), { signal });
    element.addEventListener("touchmove", (event) => this.#keep(event), { signal, passive: false });
    signal.addEventListener("abort", () => clearTimeout(this.#holding));
    element.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  /** @param {MouseEvent} event @returns {Place} */
  #local(event) {
    const box = this.#element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button || onButton(event)) return;
    this.#element.setPointerCapture(event.pointerId);
    const at = this.#local(event);
    this.#down.set(event.pointerId, at);
    if (this.#down.size === 1) {
      this.#start = at;
      if (event.pointerType === "touch") this.#hold(at, event);
    } else {
      this.#release();
      this.#start = null;
      this.#pinching = true;
      this.#hand.leave();
    }
  }

  /** A finger was put down. @param {Place} at @param {PointerEvent} event */
  #hold(at, event) {
    this.#hand.hover(...at, event);
    this.#holding = setTimeout(() => this.#element.toggleAttribute("data-held", true), HELD);
  }

  #release() {
    clearTimeout(this.#holding);
    this.#element.removeAttribute("data-held");
  }

  /** The page is not scrolled by a finger that is the map's, nor by two. @param {TouchEvent} event */
  #keep(event) {
    if (event.cancelable && (event.touches.length > 1 || this.#element.hasAttribute("data-held"))) event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const now = this.#local(event),
      before = this.#down.get(event.pointerId);
    if (!before) {
      if (!event.buttons && !onButton(event)) this.#hand.hover(...now, event);
      return;
    }
    const finger = event.pointerType === "touch";
    if (this.#start) {
      const wandered = Math.hypot(now[0] - this.#start[0], now[1] - this.#start[1]);
      if (wandered > (finger ? FINGER_SLOP : SLOP)) {
        this.#start = null;
        clearTimeout(this.#holding);
        if (!finger) this.#hand.leave();
      } else if (!finger) return; // the map does not tremble under a click
    }
    this.#down.set(event.pointerId, now);
    if (this.#pinching) this.#pinch(event.pointerId, before, now);
    else if (finger) this.#hand.hover(...now, event);
    else this.#hand.pan(now[0] - before[0], now[1] - before[1]);
  }

  /**
   * One of two fingers has moved: what was between them stays between them.
   * @param {number} moved @param {Place} before @param {Place} now
   */
  #pinch(moved, before, now) {
    const [other] = [...this.#down].filter(([pointer]) => pointer !== moved).map(([, at]) => at);
    if (this.#down.size !== 2) return;
    const apart = (/** @type {Place} */ at) => Math.max(1, Math.hypot(at[0] - other[0], at[1] - other[1]));
    this.#hand.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    this.#hand.zoom(apart(before) / apart(now), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  /** @param {PointerEvent} event */
  #lift(event, cancelled = false) {
    if (!this.#down.delete(event.pointerId)) return;
    this.#release();
    const click = this.#start && !cancelled;
    this.#start = null;
    if (!this.#down.size) this.#pinching = false;
    if (click) this.#hand.pick(...this.#local(event), event);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    const turned = Math.max(-MOST, Math.min(MOST, event.deltaY * (event.deltaMode ? LINE : 1)));
    this.#hand.zoom(Math.exp(turned * (event.ctrlKey ? PINCHED_WHEEL : WHEEL)), ...this.#local(event));
  }
}

/** @param {Event} event */
const onButton = ({ target }) => target instanceof Element && target.closest("button") !== null;
