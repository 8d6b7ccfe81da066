// @ts-check
/** Tells when a map's window has come to rest somewhere else. */

const REST = 300; // milliseconds without a move after which the window is worth remembering

/** Calls `settled` then. Returns what forgets a move under way. @param {import("./map.js").LatentMap} map */
export function onRest(map, settled) {
  let timer = 0,
    before = null;
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
