// @ts-check
/** The sheet for a class: the questions of the tour on one page, the measured answers on another, from the same figures. */
import { BASE } from "../../core/base.js";
import { h } from "../../core/dom.js";
import { language } from "../../core/language.js";
import { Models } from "../../core/models.js";
import { sheetIntro, WORDS } from "../../text/tour/tour.js";
import { Channel } from "../../wire/channel.js";
import { HASH } from "../../wire/schema.js";
import { Session } from "../../wire/session.js";
import { figuresOf } from "./figures.js";
import { TOUR_STEPS } from "./steps.js";

/** Write it into `body`; it says `data-ready` once all is there. @param {HTMLElement} body */
export async function sheet(body) {
  const channel = new Channel(`${BASE.replace(/^http/, "ws")}/continuum/live?schema=${HASH}&lang=${language()}`);
  /** @type {(error: Error) => void} */
  let failed = () => {};
  const failure = new Promise((_, reject) => (failed = reject));
  const session = new Session(channel, { onError: (error) => failed(error) });
  const live = { session, models: new Models(BASE), base: BASE, signal: new AbortController().signal };
  const title = `◐ Continuum · ${WORDS.tour()}`;
  document.title = title;
  const print = h("button", { type: "button", class: "ctm-chip ctm-noprint", onclick: () => window.print() }, WORDS.print());
  const waiting = h("p", { role: "status" }, WORDS.waiting());
  const root = h("main", { class: "ctm-root ctm-questions" }, h("h1", {}, title), waiting);
  body.append(root);
  failure.catch(() => {});
  const both = await Promise.all(TOUR_STEPS.map((step, i) => entry(step, i + 1, live, failure)));
  const list = (/** @type {string} */ words, /** @type {Node[]} */ items) => h("section", {}, h("h2", {}, words), h("ol", {}, ...items));
  const questions = list(
    WORDS.questions(),
    both.map(([question]) => question),
  );
  waiting.replaceWith(
    h("p", {}, sheetIntro(), " ", print),
    questions,
    list(
      WORDS.answers(),
      both.map(([, answer]) => answer),
    ),
  );
  root.dataset.ready = "";
  channel.close();
}

/**
 * The question and the answer of one step.
 * @param {import("./steps.js").Step} step @param {number} number @param {import("./measuring.js").Live} live @param {Promise<any>} failure
 * @returns {Promise<[HTMLElement, HTMLElement]>}
 */
async function entry(step, number, live, failure) {
  const { telling } = step;
  const head = () => h("b", {}, telling.title());
  try {
    const figures = await Promise.race([figuresOf(step, live), failure]);
    const choices = telling.choices?.(figures),
      truth = telling.truth(figures);
    const guess = choices ? choices.map((choice) => `☐ ${choice}`).join("   ") : WORDS.guess();
    const address = `${BASE.replace(/^https?:\/\//, "")}/learn?tour=${number}`;
    const asked = [plain(telling.question(figures)), plain(guess), `→ ${telling.task(figures)}`].map((words) => h("p", {}, words));
    const answer = choices ? `${choices[truth]}. ` : "";
    return [
      h("li", {}, head(), " ", h("small", {}, address), ...asked),
      h("li", {}, head(), h("p", {}, h("b", {}, plain(answer)), plain(telling.told(figures)))),
    ];
  } catch (error) {
    const said = /** @type {Error} */ (error).message;
    return [h("li", {}, head(), h("p", {}, said)), h("li", {}, head(), h("p", {}, said))];
  }
}

/** Words without the marks of their terms. @param {string} words */
const plain = (words) => words.replaceAll(/\[\[(?:[^\]|]*\|)?([^\]]+)\]\]/g, "$1");
