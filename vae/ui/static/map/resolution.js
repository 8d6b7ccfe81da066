// @ts-check
/** How many pixels of the screen one CSS pixel is: it changes with the browser's zoom and with the screen. */

export const pixelRatio = () => window.devicePixelRatio || 1;

const LOOK = 250; // milliseconds between two looks at the ratio

/**
 * Call `listener` whenever the ratio has changed, also where no element changes its size. The media query tells at once; where
 * the screen is another machine's or is emulated it may never tell, so the ratio is looked at now and then, too.
 * Returns a function that stops that.
 * @param {() => void} listener
 */
export function onResolution(listener) {
  const listeners = new AbortController(),
    { signal } = listeners;
  let ratio = pixelRatio();
  const check = () => {
    if (ratio === pixelRatio()) return;
    ratio = pixelRatio();
    watch();
    listener();
  };
  const watch = () => window.matchMedia(`(resolution: ${ratio}dppx)`).addEventListener("change", check, { signal, once: true });
  watch();
  const timer = setInterval(check, LOOK);
  return () => {
    listeners.abort();
    clearInterval(timer);
  };
}

/**
 * Give a canvas of this size in CSS pixels as many pixels as the screen has.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 */
export function fit(canvas, width, height) {
  canvas.width = Math.round(width * pixelRatio());
  canvas.height = Math.round(height * pixelRatio());
}
