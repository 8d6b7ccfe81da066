// @ts-check
/** What is chosen, and buttons that save it as a file. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { fileName, MEANING } from "../../text/create.js";
import { Picture } from "../../widgets/picture.js";

const ZOOM = 16; // pixels of the file for each of a picture
const LASTS = 10_000; // milliseconds for which a file can be fetched from its address

export class Keeping {
  /** @type {HTMLElement[]} */
  elements;
  /** @type {HTMLElement} */
  #chosen = h("h2", { "aria-live": "polite" }, "");
  /** @type {HTMLElement} */
  #score = h("p", { class: "ctm-quiet" });
  #picture = new Picture(t("Chosen drawing"), "ctm-chosen");
  /** @type {HTMLButtonElement} */
  #png;
  /** @type {HTMLButtonElement} */
  #gif;

  /**
   * @param {{picture: () => {canvas: HTMLCanvasElement, name: string} | null, film: () => Promise<{film: Blob, name: string} | null>,
   *   alert: (message: string) => void}} hand what is to be saved, and where it is said that it cannot be
   */
  constructor({ picture, film, alert }) {
    const png = () => {
      const found = picture();
      found?.canvas.toBlob((blob) => blob && hand(blob, fileName(found.name, "png")));
    };
    const gif = async () => {
      this.#gif.disabled = true;
      try {
        const found = await film();
        if (found) hand(found.film, fileName(found.name, "gif"));
      } catch (error) {
        alert(/** @type {Error} */ (error).message);
      }
      this.#gif.disabled = false;
    };
    this.#png = chip({ onclick: png }, t("Save PNG"));
    this.#gif = chip({ title: MEANING.gif, onclick: gif }, t("Save GIF"));
    this.#picture.element.hidden = true;
    this.elements = [this.#picture.element, this.#chosen, this.#score, h("div", { class: "ctm-line" }, this.#png, this.#gif)];
  }

  /**
   * What is chosen.
   * @param {string} words @param {string} [score] what the reranker says of it
   * @param {import("./sketch.js").Pixels|null} [pixels] itself, (H, W, 3), to be seen large
   */
  say(words, score = "", pixels = null) {
    say(this.#chosen, words);
    say(this.#score, score);
    this.#picture.element.hidden = !pixels;
    if (pixels) this.#picture.paint(pixels.data, [1, ...pixels.shape]);
  }

  /** Nothing can be saved until something else is offered. */
  close() {
    this.#png.disabled = this.#gif.disabled = true;
  }

  /** Which files there are now. @param {{png: boolean, gif: boolean, film: boolean}} files `film`: whether a GIF is possible at all */
  offer({ png, gif, film }) {
    this.#png.disabled = !png;
    this.#gif.disabled = !gif;
    this.#gif.hidden = !film;
  }
}

/** @param {Record<string, any>} properties @param {string} words */
const chip = (properties, words) =>
  /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "ctm-chip", disabled: true, ...properties }, words));

/** Give a file to the person. @param {Blob} blob @param {string} name */
function hand(blob, name) {
  const link = /** @type {HTMLAnchorElement} */ (h("a", { href: URL.createObjectURL(blob), download: name }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), LASTS);
}

/** A picture as large, crisp squares. @param {import("./sketch.js").Pixels} picture (H, W, 3) */
export function enlarged({ data, shape: [height, width] }) {
  const small = new OffscreenCanvas(width, height),
    brush = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext("2d")),
    image = brush.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    image.data[4 * i + 3] = 255;
  }
  brush.putImageData(image, 0, 0);
  const large = /** @type {HTMLCanvasElement} */ (h("canvas", { width: ZOOM * width, height: ZOOM * height })),
    context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  return large;
}
