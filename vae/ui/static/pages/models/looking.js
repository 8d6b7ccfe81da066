// @ts-check
/** Looking again and again at how far some work of the server is. */
import { Unreachable } from "../../core/fetching.js";

const PERIOD = 700; // milliseconds between two looks, and twice as long after each that had no answer
const LOOKS = 7; // without an answer in a row, about a minute and a half

/**
 * Calls `look` until it says that nothing more will come, or `gone`. While the server is away it waits for it.
 * @param {() => Promise<boolean>} look whether there is more to come @param {AbortSignal} gone
 * @throws {Error} what `look` throws, or, where the server stays away, `Unreachable`
 */
export async function keepLooking(look, gone) {
  for (let lost = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, PERIOD * 2 ** lost));
    if (gone.aborted) return;
    try {
      if (!(await look())) return;
      lost = 0;
    } catch (error) {
      if (gone.aborted) return;
      if (!(error instanceof Unreachable && error.away) || ++lost >= LOOKS) throw error;
    }
  }
}
