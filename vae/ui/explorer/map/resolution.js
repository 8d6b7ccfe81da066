/** How many pixels of the screen one CSS pixel is: it changes with the browser's zoom and with the screen. */

export const pixelRatio = () => window.devicePixelRatio || 1;

/** Call `listener` whenever the ratio has changed, also where nothing changes its size. Returns a function that stops that. */
export function onResolution(listener) {
  let query = null;
  const changed = () => { watch(); listener(); };
  const watch = () => {
    query = window.matchMedia(`(resolution: ${pixelRatio()}dppx)`); // it says once that this is no longer so
    query.addEventListener("change", changed, { once: true });
  };
  watch();
  return () => query.removeEventListener("change", changed);
}

/** Give a canvas of this size in CSS pixels as many pixels as the screen has. @param {HTMLCanvasElement} canvas */
export function fit(canvas, width, height) {
  canvas.width = Math.round(width * pixelRatio());
  canvas.height = Math.round(height * pixelRatio());
}
