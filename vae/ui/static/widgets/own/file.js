// @ts-check
/** A file of somebody's own as a grid of numbers: checked, upright, in colours, no larger than is of use. */
import { h, pen } from "../../core/dom.js";
import { number, t } from "../../core/language.js";
import { gridOf } from "./grid.js";

const LARGEST_FILE = 64 << 20; // bytes
const MOST_PIXELS = 64e6; // that are decoded: 256 MB
const LONGER = 512; // pixels of the longer side that are kept

/** @typedef {{key: string, grid: import("./grid.js").Grid, transparent: boolean}} Source `key`: what the address calls it */

/** What the address calls a file: "p" and the first half of its SHA-256. @param {Blob} file */
export async function keyOf(file) {
  const bytes = await file.arrayBuffer();
  // Only pages that come over TLS or from this machine may hash; elsewhere a weaker hash will do to tell pictures apart.
  const hash = globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 16) : fnv(bytes);
  return `p${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The picture in a file: first frame, upright, on white where it is transparent.
 * @param {Blob} file @param {string} name @returns {Promise<Source>}
 * @throws {Error} with a sentence if it is none, or too large
 */
export async function read(file, name) {
  if (file.size > LARGEST_FILE)
    throw new Error(t("{name} has {size} MB; choose a picture of at most 64 MB.", { name, size: Math.round(file.size / 1e6) }));
  const key = await keyOf(file);
  const bitmap = await decoded(file, name);
  const canvas = h("canvas", { width: bitmap.width, height: bitmap.height }),
    context = pen(canvas, { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  const transparent = context.getImageData(0, 0, bitmap.width, bitmap.height).data.some((value, i) => i % 4 === 3 && value < 255);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  return { key, grid: gridOf(context.getImageData(0, 0, canvas.width, canvas.height)), transparent };
}

/** @param {Blob} file @param {string} name @returns {Promise<ImageBitmap>} */
async function decoded(file, name) {
  const url = URL.createObjectURL(file);
  try {
    // The element knows how large the picture is before anything is decoded.
    const image = await loaded(url).catch(() => {
      throw new Error(t("{name} is no picture that this browser can read; choose a PNG, JPEG, WebP or GIF.", { name }));
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width * height > MOST_PIXELS)
      throw new Error(
        t("{name} has {width} × {height} pixels; at most 64 million are read: make it smaller.", {
          name,
          width: number(width, 15),
          height: number(height, 15),
        }),
      );
    const scale = Math.min(1, LONGER / Math.max(width, height));
    const size = { resizeWidth: Math.max(1, Math.round(width * scale)), resizeHeight: Math.max(1, Math.round(height * scale)) };
    return await createImageBitmap(image, scale < 1 ? { ...size, resizeQuality: "high" } : {}).catch(() => {
      throw new Error(t("{name} is damaged or cut off; choose another picture.", { name }));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** @param {string} url @returns {Promise<HTMLImageElement>} */
function loaded(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => (image.naturalWidth && image.naturalHeight ? resolve(image) : reject(new Error("it has no size")));
    image.onerror = () => reject(new Error("it cannot be decoded"));
    image.src = url;
  });
}

/** 16 bytes that differ for different files, four FNV hashes. @param {ArrayBuffer} buffer */
function fnv(buffer) {
  const hashes = Uint32Array.from([0x811c9dc5, 0x1000193, 0x9e3779b9, 0x85ebca6b]);
  for (const byte of new Uint8Array(buffer)) for (let i = 0; i < 4; i++) hashes[i] = Math.imul(hashes[i] ^ byte, 0x01000193);
  return new Uint8Array(hashes.buffer);
}
