// @ts-check
/** The codebook as a map: every code as the patch that it paints by itself. Drawn by hand, since its points are pictures. */
import { ARROWS } from "../../core/arrows.js";
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { onResolution, pixelRatio } from "../../map/resolution.js";
import { aimedAt, EACH_CODE, MEANING } from "../../text/create.js";
import { CODEBOOK } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { layOut, nearest, nextCode } from "./codeplaces.js";

/** @typedef {import("./codeplaces.js").Place} Place */
/** @typedef {import("../../wire/schema.js").CodebookAnswered} Book */

const COVERED = 0.72; // side of a patch, beside the room that each would have if all had the same
const SMALLEST = 4; // pixels of such a side

export class Codebook {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLCanvasElement} */
  #map;
  /** @type {HTMLElement} */
  #aimed;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {(code: number) => void} */
  #onpick;
  /** @type {(message: string) => void} */
  #alert;
  #asked = false;
  /** @type {Book | null} */
  #book = null;
  /** Where the codes were drawn. @type {Place[]} */
  #at = [];
  /** The code of the cell that is looked at, −1 until there is one. */
  #own = -1;
  /** The code under the arrow keys, −1 for none. */
  #aim = -1;
  #frames = 0;
  /** @type {ResizeObserver} */
  #resizes;
  /** @type {() => void} */
  #unwatch;

  /**
   * @param {import("./studio.js").Studio} studio
   * @param {{pick: (code: number) => void, alert: (message: string) => void}} hand a code was chosen
   */
  constructor(studio, { pick, alert }) {
    this.#studio = studio;
    this.#onpick = pick;
    this.#alert = alert;
    this.#map = /** @type {HTMLCanvasElement} */ (
      h("canvas", {
        class: "ctm-book",
        role: "img",
        "aria-label": t("Codebook map"),
        tabindex: 0,
        "data-frames": 0,
        onpointerdown: (/** @type {PointerEvent} */ event) => this.#point(event),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#walk(event),
      })
    );
    this.#aimed = h("span", { class: "ctm-quiet", role: "status", "aria-label": t("Code under the arrow keys") }, EACH_CODE);
    this.element = h("div", { class: "ctm-bookbox" }, h("h3", { title: MEANING.codebook }, t("the codebook")), this.#aimed, this.#map);
    this.#resizes = new ResizeObserver(() => this.#draw());
    this.#resizes.observe(this.#map);
    this.#unwatch = onResolution(() => this.#draw());
  }

  /** Ask for the codes, unless that was done. */
  load() {
    if (this.#asked) return;
    this.#asked = true;
    const onReply = (/** @type {Book} */ book) => {
      this.#book = book;
      this.#draw();
    };
    const onError = (/** @type {Error} */ error) => {
      this.#asked = false;
      this.#alert(error.message);
    };
    this.#studio.ask(CODEBOOK, {}, { lane: "codebook", onReply, onError });
  }

  /** @param {number} own the code of the cell that is looked at */
  show(own) {
    this.#own = own;
    this.#draw();
  }

  /** Nothing is under the arrow keys any more. */
  release() {
    this.#aim = -1;
  }

  dispose() {
    this.#unwatch();
    this.#resizes.disconnect();
  }

  #draw() {
    const { width, height } = this.#map.getBoundingClientRect(),
      book = this.#book;
    if (!book || !width || this.#own < 0) return;
    const ratio = pixelRatio(),
      count = book.places.length;
    this.#map.width = Math.round(width * ratio);
    this.#map.height = Math.round(height * ratio);
    const size = Math.max(SMALLEST, Math.sqrt((this.#map.width * this.#map.height) / count) * COVERED);
    this.#at = layOut(book.places, { width: this.#map.width, height: this.#map.height, edge: size });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#map.getContext("2d"));
    context.imageSmoothingEnabled = false;
    const stamp = stamps(book.patches);
    const put = (/** @type {number} */ code, /** @type {number} */ side) => {
      const [x, y] = this.#at[code];
      context.drawImage(stamp(code), Math.round(x - side / 2), Math.round(y - side / 2), Math.round(side), Math.round(side));
    };
    for (let code = 0; code < count; code++) put(code, size);
    context.strokeStyle = getComputedStyle(this.#map).color;
    context.lineWidth = 2 * ratio;
    const ring = (/** @type {number} */ code, /** @type {number[]} */ dashes) => {
      const [x, y] = this.#at[code],
        side = 2 * size;
      put(code, side);
      context.setLineDash(dashes);
      context.strokeRect(x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2);
    };
    ring(this.#own, []);
    if (this.#aim >= 0) ring(this.#aim, [3 * ratio]);
    this.#map.dataset.frames = String(++this.#frames);
  }

  /** Arrow keys go from code to code, Enter puts the one there in. @param {KeyboardEvent} event */
  #walk(event) {
    const way = ARROWS[event.key];
    if (!this.#at.length || !(way || (event.key === "Enter" && this.#aim >= 0))) return;
    event.preventDefault();
    if (!way) return this.#onpick(this.#aim);
    const from = this.#aim < 0 ? this.#own : this.#aim,
      to = nextCode(this.#at, from, way);
    if (to >= 0) this.#aim = to;
    say(this.#aimed, aimedAt(this.#aim < 0 ? from : this.#aim));
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (!this.#at.length) return;
    const box = this.#map.getBoundingClientRect(),
      ratio = pixelRatio();
    this.#onpick(nearest(this.#at, [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio]));
  }
}

/** Draws patches one at a time on a small canvas, and gives that. @param {import("./sketch.js").Pixels} patches (K, rows, columns, 3) */
function stamps(patches) {
  const [, rows, columns] = patches.shape,
    canvas = new OffscreenCanvas(columns, rows);
  const brush = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")),
    image = brush.createImageData(columns, rows);
  return (/** @type {number} */ code) => {
    const { data } = nth(patches, code);
    for (let i = 0; i < rows * columns; i++) {
      image.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    brush.putImageData(image, 0, 0);
    return canvas;
  };
}
