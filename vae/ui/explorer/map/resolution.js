/** How many pixels of the screen one CSS pixel is: it changes with the browser's zoom and with the screen. */

export const pixelRatio = () => window.devicePixelRatio || 1;

/**
 * Call `listener` whenever the ratio has changed, also where no element changes its size. Not every browser tells of it in every
 * way: by the media query, by the page's size in pixels of the screen, or by a resized window. Returns a function that stops that.
 */
export function onResolution(listener) {
  const listeners = new AbortController(), { signal } = listeners;
  let ratio = pixelRatio();
  const check = () => {
    if (ratio === pixelRatio()) return;
    ratio = pixelRatio();
    watch();
    listener();
  };
  const watch = () => window.matchMedia(`(resolution: ${ratio}dppx)`).addEventListener("change", check, { signal, once: true });
  const pixels = new ResizeObserver(check);
  try {
    pixels.observe(document.documentElement, { box: "device-pixel-content-box" });
  } catch {
    // Safari does not count these; there the media query tells.
  }
  window.addEventListener("resize", check, { signal });
  watch();
  return () => { listeners.abort(); pixels.disconnect(); };
}

/** Give a canvas of this size in CSS pixels as many pixels as the screen has. @param {HTMLCanvasElement} canvas */
export function fit(canvas, width, height) {
  canvas.width = Math.round(width * pixelRatio());
  canvas.height = Math.round(height * pixelRatio());
}
