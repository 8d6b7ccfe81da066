// @ts-check
/** A small pad to draw on with a pen, a finger or the mouse. */
import { h, pen } from "../../core/dom.js";
import { t } from "../../core/language.js";

const SIDE = 280; // pixels
const WIDTH = 24; // of the pen; a tenth of what is drawn, about, as in handwriting
const PAPER = "#fff";
const INK = "#000";

/** @typedef {{width: number, colour: string, points: [x: number, y: number, pressure: number][]}} Stroke */

export class Pad {
  element;
  #canvas = h("canvas", { width: SIDE, height: SIDE, class: "ctm-pad", tabindex: 0, role: "img", "aria-label": t("Drawing pad") });
  #width;
  #colour = h("input", { type: "color", value: INK, "aria-label": t("Pen colour"), class: "ctm-pencolour" });
  #undo = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#take((strokes) => strokes.slice(0, -1)) }, t("undo"));
  #clear = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#take(() => []) }, t("clear"));
  /** @type {Stroke[]} */
  #strokes = [];
  /** @type {Stroke|null} under the pen */
  #now = null;
  #changed;

  /** @param {(canvas: HTMLCanvasElement|null) => void} changed a stroke is done, or undone; null where nothing is drawn */
  constructor(changed) {
    this.#changed = changed;
    this.#width = h("input", { type: "range", min: 8, max: 56, step: 2, value: WIDTH, "aria-label": t("Pen width") });
    const close = h("button", { type: "button", class: "ctm-chip", onclick: () => this.close() }, t("done"));
    this.element = h(
      "div",
      { class: "ctm-padbox", role: "group", "aria-label": t("Drawing"), hidden: true },
      this.#canvas,
      h(
        "div",
        { class: "ctm-padtools" },
        h("label", { class: "ctm-quiet" }, t("pen"), this.#width),
        this.#colour,
        this.#undo,
        this.#clear,
        close,
      ),
    );
    this.#listen();
    this.#draw();
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {boolean} colours whether the model's pictures have them */
  begin(colours) {
    this.#colour.hidden = !colours;
    if (!colours) this.#colour.value = INK;
    this.#strokes = [];
    this.#draw();
    this.element.hidden = false;
    this.#canvas.focus({ preventScroll: true });
  }

  close() {
    this.element.hidden = true;
    this.#now = null;
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#now = { width: Number(this.#width.value), colour: this.#colour.value, points: [] };
      this.#add(event);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.#now || !canvas.hasPointerCapture(event.pointerId)) return;
      for (const each of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) this.#add(each);
    });
    canvas.addEventListener("pointerup", (event) => {
      const stroke = this.#now;
      this.#now = null;
      if (stroke) this.#take((strokes) => [...strokes, stroke]);
    });
    canvas.addEventListener("pointercancel", () => {
      this.#now = null;
      this.#draw();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.#take((strokes) => strokes.slice(0, -1));
      else return;
      event.preventDefault();
    });
  }

  /** @param {PointerEvent} event */
  #add({ clientX, clientY, pressure, pointerType }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const hard = pointerType === "pen" && pressure > 0 ? 0.5 + pressure : 1; // a mouse has none
    this.#now?.points.push([((clientX - left) * SIDE) / width, ((clientY - top) * SIDE) / height, hard]);
    this.#draw();
  }

  /** @param {(strokes: Stroke[]) => Stroke[]} change */
  #take(change) {
    this.#strokes = change(this.#strokes);
    this.#draw();
    this.#changed(this.#strokes.length ? this.#canvas : null);
  }

  #draw() {
    const context = pen(this.#canvas);
    context.fillStyle = PAPER;
    context.fillRect(0, 0, SIDE, SIDE);
    context.lineCap = context.lineJoin = "round";
    for (const { width, colour, points } of [...this.#strokes, ...(this.#now ? [this.#now] : [])]) {
      context.strokeStyle = colour;
      let [before] = points;
      // Piece by piece, since each may have been pressed differently; the first is a dot.
      for (const point of points) {
        context.lineWidth = width * point[2];
        context.beginPath();
        context.moveTo(before[0], before[1]);
        context.lineTo(point[0], point[1]);
        context.stroke();
        before = point;
      }
    }
    this.#undo.disabled = this.#clear.disabled = !this.#strokes.length;
  }
}
