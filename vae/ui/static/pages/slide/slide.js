// @ts-check
/** From AE to VAE: one slider through a ladder of models, under the same dice and the same images. */
import { h } from "../../core/dom.js";
import { stepName } from "../../text/slide.js";
import { slideStep } from "../../text/words.js";
import { IMAGE } from "../../wire/schema.js";
import { Bar } from "./bar.js";
import { Figures } from "./figures.js";
import { LadderMap } from "./map.js";
import { noLadder } from "./missing.js";
import { Path } from "./path.js";
import { Samples } from "./samples.js";

/**
 * What this page uses of a page's surroundings.
 * @typedef {object} Live
 * @property {import("../../wire/session.js").Session} session
 * @property {import("../../core/models.js").Models} models
 * @property {{frame: (event: import("./bar.js").Moved | null) => void, device: string}} meter
 * @property {(text: string, about?: string) => void} alert
 */
/** @typedef {import("./map.js").Ladder} Ladder */

const ENDS = [4, 1]; // classes of the images that the path is between

export class Slide {
  /** When what the address asks for is on the page. @type {Promise<void>} */
  ready;
  /** @type {Live} */
  #live;
  /** @type {(view: Record<string, string>, step?: boolean) => void} */
  #commit;
  /** @type {HTMLElement} */
  #page;
  /** @type {Bar} */
  #bar;
  /** @type {LadderMap} */
  #map;
  /** @type {Samples} */
  #samples;
  #figures = new Figures();
  /** @type {Path} */
  #path;
  /** Names of the ladders. @type {string[]} */
  #names = [];
  /** @type {Ladder | null} */
  #ladder = null;
  /** On the slider. */
  #place = 0;
  /** The step nearest to it, −1 before there is one. */
  #step = -1;
  /** The life of what is shown: it ends when another ladder is opened. */
  #life = new AbortController();

  /**
   * @param {HTMLElement} root @param {Live} live @param {Record<string, string>} view
   * @param {(view: Record<string, string>, step?: boolean) => void} commit
   */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#bar = new Bar({
      move: (place, event) => this.#move(place, event),
      choose: (name) => this.#open(name, this.#place, true).catch((error) => live.alert(error.message)),
      save: () => this.#save(),
    });
    this.#map = new LadderMap(live);
    this.#samples = new Samples(live, (event) => {
      this.#draw(event);
      this.#save();
    });
    this.#path = new Path(live);
    const cards = [this.#bar, this.#map, this.#samples, this.#figures, this.#path];
    this.#page = h("div", { class: "ctm-page ctm-slide" }, ...cards.map(({ element }) => element));
    root.append(this.#page);
    this.ready = this.apply(view);
  }

  /** Show what an address says. @param {Record<string, string>} view */
  async apply(view) {
    const { signal } = this.#renew();
    const names = await this.#live.models.ladders();
    if (signal.aborted) return;
    this.#names = names;
    if (!names.length) throw noLadder(await this.#live.models.list());
    this.#samples.seed = Number(view.dice ?? 1);
    const name = names.includes(view.ladder) ? view.ladder : (names.find((each) => each.endsWith("-16")) ?? names[0]);
    await this.#open(name, Number(view.p ?? 0));
  }

  dispose() {
    this.#life.abort();
    this.#bar.dispose();
    this.#map.dispose();
    this.#figures.dispose();
  }

  /** What was asked for before no longer counts. */
  #renew() {
    this.#life.abort();
    return (this.#life = new AbortController());
  }

  /** @param {string} name @param {number} place on the slider @param {boolean} [step] whether Back leads to the ladder before */
  async #open(name, place, step = false) {
    this.#bar.pause();
    const { signal } = this.#renew();
    const ladder = await this.#live.models.ladder(name);
    if (signal.aborted) return;
    const { steps, classes, labels } = ladder;
    const first = (/** @type {number} */ label) => Math.max(0, labels.indexOf(Math.min(label, classes.length - 1)));
    this.#ladder = ladder;
    this.#live.meter.device = ladder.device;
    this.#step = -1;
    this.#bar.open(ladder, this.#names);
    this.#map.open(ladder);
    this.#figures.show(steps);
    this.#path.open([first(ENDS[0]), first(ENDS[1])], signal);
    this.#move(Math.min(Math.max(0, place), steps.length - 1), null);
    this.#save(step);
    this.#warm(0, first(ENDS[0]), signal);
  }

  /**
   * The models come to the server's hand one after the other, so that the slider finds them there; whoever comes to one that
   * fails is told.
   * @param {number} step @param {number} row of an image @param {AbortSignal} signal
   */
  #warm(step, row, signal) {
    const model = this.#ladder?.steps[step]?.name;
    if (!model) return;
    const next = () => this.#warm(step + 1, row, signal);
    this.#live.session.ask(IMAGE, { row }, { model, signal, onReply: next, onError: next });
  }

  /** @param {number} place @param {import("./bar.js").Moved | null} event */
  #move(place, event) {
    if (!this.#ladder) return;
    const { steps } = this.#ladder,
      share = Math.min(1, Math.max(0, place / (steps.length - 1))),
      step = Math.round(place);
    this.#place = this.#bar.place = place;
    this.#page.style.setProperty("--ctm-model", `color-mix(in oklab, var(--ctm-vae) ${Math.round(100 * share)}%, var(--ctm-ae))`);
    if (step !== this.#step) {
      const { name, config, metrics } = steps[step],
        [, title] = stepName(config);
      this.#step = step;
      this.#bar.mark(step, title);
      this.#samples.title = title;
      this.#path.sentence = slideStep({ config, metrics, first: steps[0].metrics });
      this.#draw(event);
      this.#path.show(name, event);
    }
    this.#figures.mark(place);
    this.#map.show(place, steps[step].name);
  }

  /** @param {import("./bar.js").Moved | null} event */
  #draw(event) {
    if (this.#ladder) this.#samples.show(this.#ladder.steps[this.#step].name, event, this.#life.signal);
  }

  #save(step = false) {
    if (!this.#ladder) return;
    this.#commit({ ladder: this.#ladder.name, p: this.#place.toFixed(2), dice: String(this.#samples.seed) }, step);
  }
}
