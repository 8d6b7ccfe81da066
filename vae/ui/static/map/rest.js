// @ts-check
/** Tells when a map's window has come to rest somewhere else. */

const REST = 300; // milliseconds without a move after which the window is worth remembering

/** Calls `settled` then. Returns what forgets a move under way. @param {import("./map.js").LatentMap} map @param {() => void} settled */
export function onRest(map, settled) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {string|undefined} the window before */
  let before;
  const now = () => JSON.stringify(map.closeup);
  map.watchers.add(() => {
    clearTimeout(timer);
    before ??= now(); // where it was drawn first
    timer = setTimeout(() => {
      if (now() !== before) {
        before = now();
        settled();
      }
    }, REST);
  });
  return () => clearTimeout(timer);
}
