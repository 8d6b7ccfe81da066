// @ts-check
/** The path from A to B: a film strip of it, and one place of it under the hand. */
import { figure, h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { KIND } from "../../core/modelnames.js";
import { writeNumber } from "../../core/view.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { Player, Strip, STRIP_FRAMES } from "../../widgets/strip.js";
import { Term } from "../../widgets/term.js";
import { ALONG, PATH } from "../../wire/schema.js";
import { Ends, LETTERS } from "./ends.js";

/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {import("../../core/types.js").Place} Place */
/** @typedef {import("../../core/models.js").Facts} Facts */

export class PathCard {
  element;
  ends;
  #live;
  #map;
  #save;
  #strip;
  #scrubber;
  #player;
  #kind;
  #playButton;
  #picture = new Picture(t("path decoding"), "ctm-scrub ctm-own");
  #ratio = h("span", {});
  #gap = h("span", {});
  #words = h("p", { class: "ctm-quiet", hidden: true });
  #t = 0;
  /** @type {"line"|"sphere"} */
  #way = "line";
  /** @type {import("../../wire/schema.js").PathAnswered["figures"]|null} */
  #figures = null;
  /** @type {Facts|null} */
  #facts = null;
  /** @type {AbortSignal|undefined} */
  #signal;

  /** @param {import("../../core/connection.js").Live} live @param {import("./mapcard.js").Shared} page */
  constructor(live, { map, hover, save }) {
    this.#live = live;
    this.#map = map;
    this.#save = save;
    this.ends = new Ends(live, { hover, changed: (event) => this.#draw(event), failed: (error) => this.#failed(error), save });
    this.#strip = new Strip(t("path"), STRIP_FRAMES, (t) => this.#jump(t));
    this.#scrubber = new NumberSlider(
      t("Place on the path, t"),
      { min: 0, max: 1, step: 0.005 },
      {
        input: (event) => {
          this.pause();
          this.#scrub(this.#scrubber.value, event);
        },
        commit: () => save(),
        refuse: live.alert,
      },
    );
    this.#player = new Player((t, event) => {
      this.#scrubber.value = t;
      this.#scrub(t, event);
    });
    this.#playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, t("▶ Play"));
    this.#kind = segmented(
      t("Kind of path"),
      [
        ["line", t("straight"), t("Straight line between the two codes")],
        ["sphere", t("spherical"), t("Great circle about the origin: keeps the length of the code")],
      ],
      "line",
      (/** @type {"line"|"sphere"} */ way) => {
        this.#way = way;
        this.#draw(null);
        save();
      },
    );
    this.element = this.#build();
  }

  /**
   * Another model; its map is still on its way.
   * @param {Facts} facts @param {import("../../core/types.js").View} view @param {AbortSignal} signal aborted once it is left
   */
  enter(facts, view, signal) {
    this.#facts = facts;
    this.#signal = signal;
    this.#picture.name = t("{model} path decoding", { model: KIND[facts.kind] });
    this.#t = this.#scrubber.value = Number(view.t ?? 0.5);
    if (view.path) this.#way = view.path === "sphere" ? "sphere" : "line";
    else this.#way = this.#natural;
    this.#kind.choose(this.#way);
    for (const letter of LETTERS) this.#map.mark(letter, null);
    this.ends.enter(facts, signal);
  }

  leave() {
    this.#player.pause();
  }

  /** The map is another one: A and B stand where their codes fall on it. */
  again() {
    for (const letter of LETTERS) this.ends[letter].place = null;
    this.#draw(null);
  }

  /** What the address keeps. @returns {import("../../core/types.js").View} */
  get view() {
    return { t: writeNumber(this.#t), path: this.#way, ...this.ends.view };
  }

  /** The same for another model: the kind of path only where it is not the model's own. @returns {import("../../core/types.js").View} */
  get chosen() {
    return { t: writeNumber(this.#t), ...(this.#way === this.#natural ? {} : { path: this.#way }) };
  }

  pause() {
    if (!this.#player.playing) return;
    this.#player.pause();
    this.#playButton.textContent = t("▶ Play");
    this.#save();
  }

  /** Where only the direction of a code counts, the arc is the even way. @returns {"line"|"sphere"} */
  get #natural() {
    return this.#facts?.config.sphere ? "sphere" : "line";
  }

  #build() {
    const { A, B } = this.ends.pickers;
    const [ratio, gap] = [new Term(t("step ratio"), { entry: "step ratio" }), new Term(t("cycle gap"), { entry: "cycle gap" })];
    this.#words.append(ratio.element, " ", this.#ratio, h("br"), gap.element, " ", this.#gap);
    const swap = h("button", { type: "button", class: "ctm-chip", title: t("Swap A and B"), onclick: () => this.#swap() }, t("swap"));
    const words = h("span", { class: "ctm-quiet", "aria-hidden": "true" }, "t =");
    return h(
      "section",
      { class: "ctm-card ctm-pathcard", "aria-label": t("Path from A to B") },
      h(
        "div",
        { class: "ctm-pathcontrols" },
        h("div", { class: "ctm-line" }, h("h2", {}, "A → B"), this.#kind.element),
        h("div", { class: "ctm-line" }, this.#playButton, A, B, swap),
      ),
      h(
        "div",
        { class: "ctm-film" },
        this.#strip.element,
        h("div", { class: "ctm-scrubber" }, this.#scrubber.slider, words, this.#scrubber.number),
      ),
      h("figure", { class: "ctm-scrubbed" }, this.#picture.element),
      this.#words,
    );
  }

  /** @param {Moved|null} event */
  #draw(event) {
    const { codes } = this.ends;
    if (!codes) return;
    this.#live.session.ask(
      PATH,
      { way: this.#way, frames: STRIP_FRAMES, ...codes },
      {
        model: this.#facts?.name,
        lane: "path",
        signal: this.#signal,
        onReply: (answer) => this.#show(answer, event),
        onError: (error) => this.#failed(error),
      },
    );
  }

  /** @param {import("../../wire/schema.js").PathAnswered} answer @param {Moved|null} event */
  #show({ pixels, places, figures }, event) {
    this.#strip.paint(pixels.data, pixels.shape);
    this.#live.meter.frame(event);
    this.#map.over.path = places.data;
    // A code made between images falls where its nearest ones are; its marker stands where it was put.
    LETTERS.forEach((letter, i) => {
      const [x, y] = places.row(i ? -1 : 0);
      this.#map.mark(letter, this.ends[letter].place ?? [x, y], [x, y]);
    });
    this.#figures = figures;
    this.#scrub(this.#t, event);
  }

  /** @param {number} t @param {Moved|null} event */
  #scrub(t, event) {
    const { codes } = this.ends;
    if (!codes) return;
    this.#t = t;
    this.#strip.at(t);
    this.#live.session.ask(
      ALONG,
      { way: this.#way, t, ...codes },
      {
        model: this.#facts?.name,
        lane: "scrub",
        signal: this.#signal,
        onReply: (answer) => this.#showOne(answer, event),
        onError: (error) => {
          this.#live.alert(error.message);
          this.#picture.clear();
        },
      },
    );
  }

  /** @param {import("../../wire/schema.js").AlongAnswered} answer @param {Moved|null} event */
  #showOne({ pixels, places }, event) {
    this.#picture.paint(pixels.data, pixels.shape);
    this.#live.meter.frame(event);
    const [x, y] = places.row(0);
    this.#map.over.at = [x, y];
    this.#map.redraw();
    say(this.#ratio, figure(this.#figures?.step_max_ratio ?? NaN));
    say(this.#gap, figure(this.#figures?.cycle_gap ?? NaN));
    this.#words.hidden = false;
  }

  /** A frame of the strip was clicked. @param {number} t */
  #jump(t) {
    if (!this.ends.codes) return;
    this.pause();
    this.#scrubber.value = t;
    this.#scrub(t, null);
    this.#save();
  }

  #swap() {
    this.#t = this.#scrubber.value = 1 - this.#t;
    this.ends.swap();
    this.#save();
  }

  /** There is no path to be seen. @param {Error} error */
  #failed(error) {
    this.#live.alert(error.message);
    this.#strip.clear();
    this.#picture.clear();
  }

  #playPause() {
    if (this.#player.playing) return this.pause();
    this.#playButton.textContent = t("❚❚ Pause");
    this.#player.play(this.#t);
  }
}
