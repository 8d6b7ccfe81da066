// @ts-check
/** A decoded plane as a canvas that is never shown itself. */
import { pen } from "../../core/dom.js";

export class Mosaic {
  canvas = document.createElement("canvas");

  /** @param {Uint8Array} pixels @param {readonly number[]} shape height, width, channels */
  paint(pixels, [height, width, channels]) {
    const context = pen(this.canvas);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const image = context.createImageData(width, height);
    for (let at = 0, source = 0; at < image.data.length; at += 4, source += channels) {
      image.data[at] = pixels[source];
      image.data[at + 1] = pixels[source + (channels > 1 ? 1 : 0)];
      image.data[at + 2] = pixels[source + (channels > 2 ? 2 : 0)];
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }
}
