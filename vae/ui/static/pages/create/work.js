// @ts-check
/** The work on a caption: what is asked for, what is drawn, what of it is chosen, and the view in which it is seen. */
import { h, keepFocus } from "../../core/dom.js";
import * as words from "../../text/create.js";
import { nth } from "../../wire/tables.js";
import { readCells, readSettings, writeView } from "./address.js";
import { Asking, wordsOf } from "./asking.js";
import { Between } from "./between.js";
import { Complete } from "./complete.js";
import { Head } from "./head.js";
import { Inside } from "./inside.js";
import { enlarged, Keeping } from "./keeping.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { isDone } from "./studio.js";

/** @typedef {import("./studio.js").Reading} Reading */
/** @typedef {import("./studio.js").Drawing} Drawing */
/** @typedef {"draw" | "complete" | "inside" | "between"} View */
/**
 * Finished drawings: to which caption, as read and as written, and settings; the tokens of each, best first.
 * @typedef {{reading: Reading, text: string, settings: import("./address.js").Settings, given: number[] | null,
 *   tokens: number[][], drawing: Drawing}} Drawn
 */

const COUNT = 32;
const REST = 250; // milliseconds after a cell was rubbed out until the address says so

export class Work {
  /** @type {HTMLElement} */
  #page;
  /** @type {import("./create.js").Live} */
  #live;
  /** @type {import("./create.js").Commit} */
  #commit;
  /** @type {import("./studio.js").Studio} */
  #studio;
  /** @type {import("./studio.js").Facts} */
  #facts;
  /** @type {Asking} */
  #asking;
  /** @type {Head} */
  #head;
  /** @type {{draw: Stage, complete: Complete, inside: Inside, between: Between}} */
  #tabs;
  /** @type {Keeping} */
  #keeping;
  /** @type {Settings} */
  #settings;
  /** @type {View} */
  #view = "draw";
  /** Of the caption that was read last. @type {Reading | null} */
  #reading = null;
  /** That caption as it was written. */
  #caption = "";
  /** Whether another one is in the field. */
  #unread = false;
  /** Whether what was changed is for the rest of a picture. */
  #waits = false;
  /** What is drawn or was drawn last, "" for nothing. */
  #order = "";
  /** @type {Drawn | null} */
  #drawn = null;
  /** Which of the drawings is chosen, counting from 0. */
  #pick = 0;
  /** The codes to keep, −1 where to draw. @type {number[] | null} */
  #given = null;
  /** Whether the next view that is committed is a step for Back. */
  #step = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;

  /**
   * @param {HTMLElement} page to fill
   * @param {{live: import("./create.js").Live, studio: import("./studio.js").Studio, facts: import("./studio.js").Facts,
   *   commit: import("./create.js").Commit}} given
   */
  constructor(page, { live, studio, facts, commit }) {
    [this.#page, this.#live, this.#studio, this.#facts, this.#commit] = [page, live, studio, facts, commit];
    this.#asking = new Asking(studio, facts, {
      read: (reading) => this.#understood(reading),
      write: () => this.#editing(),
      take: (thrown) => this.#taken(thrown),
    });
    this.#head = new Head({
      show: (view) => view !== this.#view && this.#show(/** @type {View} */ (view)),
      others: () => this.#others(),
      afresh: () => this.#redraw(null),
    });
    const alert = (/** @type {string} */ message) => live.alert(message);
    this.#tabs = {
      draw: new Stage(facts.image_shape[1], (place) => this.#chosen(place)),
      complete: new Complete(studio, facts, { draw: (given) => this.#redraw(given), rub: () => this.#rest() }),
      inside: new Inside(studio, facts, { edit: (given) => this.#edited(given), cell: () => this.#save(), alert }),
      between: new Between(studio, facts, {
        settings: () => this.#settings.asked,
        second: (another) => this.#second(another),
        ready: () => this.#offer(),
      }),
    };
    this.#tabs.between.words = wordsOf(facts);
    this.#keeping = new Keeping({ picture: () => this.#picture(), film: () => this.#film(), alert });
    this.#settings = new Settings(facts.codebook_size, { change: () => this.#changed(), refuse: live.alert });
    const { draw, complete, inside, between } = this.#tabs;
    const stagebox = h("div", { class: "ctm-stagebox" }, draw.element, complete.element, inside.element, between.element);
    page.append(
      this.#asking.element,
      h("section", { class: "ctm-card ctm-work", "aria-label": "Pictures" }, this.#head.element, this.#head.bar, stagebox),
      h(
        "aside",
        { class: "ctm-card ctm-settings", "aria-label": "Settings" },
        ...this.#keeping.elements,
        h("hr", {}),
        ...this.#settings.elements,
      ),
    );
  }

  /** Show what an address says, from its caption on. @param {Record<string, string>} view */
  async start(view) {
    this.#order = "";
    this.#drawn = null;
    this.#waits = false;
    this.#settings.set(readSettings(view));
    this.#pick = Math.max(0, Number(view.pick ?? 1) - 1);
    this.#given = view.given ? readCells(view.given, this.#facts) : null;
    if (view.given && !this.#given) this.#live.alert(words.OTHER_CELLS);
    this.#tabs.between.view = view;
    this.#tabs.inside.view = view;
    this.#tabs.complete.view = view;
    this.#turnTo(/** @type {View} */ (view.show ?? "draw"));
    this.#unread = true;
    await this.#asking.caption.set(view.caption ?? this.#facts.examples[0]);
  }

  dispose() {
    clearTimeout(this.#resting);
    this.#asking.dispose();
    for (const tab of Object.values(this.#tabs)) tab.dispose();
  }

  // --- what the hand does --------------------------------------------------------------------------------------

  #editing() {
    this.#stop();
    this.#unread = this.#head.others.disabled = true;
    if (this.#completes) return;
    this.#page.classList.add("ctm-stale"); // what is shown answers another caption
    this.#keeping.close();
    if (!isWhole(this.#given)) return;
    this.#given = null; // one finished picture says nothing of another caption
    this.#step = true; // Back brings it back
  }

  /** @param {Reading} reading */
  #understood(reading) {
    this.#reading = reading;
    this.#caption = this.#asking.caption.text;
    this.#unread = this.#head.others.disabled = false;
    this.#asking.caption.tell([...reading.notes, ...words.unseenPairs(reading, this.#facts)]);
    this.#changed();
  }

  /** @param {boolean} thrown whether the caption that is taken was thrown */
  #taken(thrown) {
    if (thrown && isWhole(this.#given)) this.#given = null;
    this.#step = true;
  }

  #others() {
    this.#step = true;
    this.#settings.throwSeed();
    this.#draw();
  }

  /** Draw with these cells, or with none. @param {number[] | null} given */
  #redraw(given) {
    this.#given = given;
    this.#waits = false;
    this.#show("draw");
  }

  /** @param {number[]} given */
  #edited(given) {
    this.#step = true;
    this.#given = given;
    this.#draw();
  }

  /** @param {number} place */
  #chosen(place) {
    this.#choose(place);
    this.#save();
  }

  /** @param {boolean} another whether it is not the second caption of before */
  #second(another) {
    this.#step ||= another;
    this.#save();
  }

  #rest() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#save(), REST);
  }

  /** Whether there is a picture under the hand that waits for the rest of it: what is changed then is about the rest. */
  get #completes() {
    return this.#view === "complete" && this.#drawn !== null;
  }

  #changed() {
    if (!this.#completes) return this.#draw();
    this.#waits = true;
    this.#head.say(this.#unread || !this.#reading ? words.UNREAD : this.#settings.problem || words.restWillBe(this.#reading.caption));
  }

  // --- drawing -------------------------------------------------------------------------------------------------

  #stop() {
    if (!this.#order || this.#drawn) return;
    this.#studio.stop();
    this.#order = "";
    this.#page.classList.remove("ctm-busy");
    this.#keeping.say("");
    this.#head.say("stopped");
  }

  #draw() {
    const reading = this.#reading,
      given = this.#given,
      { problem } = this.#settings;
    if (!reading) return;
    if (this.#unread) return this.#head.say(words.UNREAD);
    this.#live.alert(problem, "settings");
    if (problem) return;
    this.#page.classList.remove("ctm-stale");
    this.#waits = false;
    this.#offer();
    const count = isWhole(given) ? 1 : COUNT;
    const order = { count, ...this.#settings.asked, words: reading.ids, ...(given ? { given } : {}) };
    this.#save();
    if (this.#view === "between") {
      this.#tabs.between.enter({ reading });
      this.#order = "";
      return;
    }
    const key = JSON.stringify(order);
    if (key === this.#order) return;
    const kept = this.#order !== "" ? 0 : this.#pick; // the address names a drawing of the first order alone
    const about = { reading, text: this.#caption, settings: this.#settings.values, given };
    this.#order = key;
    this.#drawn = null;
    keepFocus(this.#page, () => this.#head.offerAfresh(given !== null), this.#head.pressed);
    if (count > 1 || this.#tabs.draw.count !== 1) this.#tabs.draw.begin(count);
    this.#busy(true);
    const asked = { timeStamp: performance.now() };
    let began = false;
    const onReply = (/** @type {Drawing} */ drawing) => {
      if (isDone(drawing)) return this.#finish(drawing, about, { still: !began, pick: Math.min(kept, count - 1) });
      this.#head.share = drawing.progress;
      this.#head.say(words.growing(drawing.progress));
      if (!drawing.tokens.data.length) return;
      this.#tabs.draw.grow(drawing);
      if (this.#view === "inside") this.#tabs.inside.grow(drawing);
      if (!began) this.#live.meter.frame(asked);
      began = true;
    };
    this.#studio.draw(order, onReply, (error) => this.#failed(error));
  }

  /**
   * @param {Drawing} drawing @param {Pick<Drawn, "reading" | "text" | "settings" | "given">} about
   * @param {{still: boolean, pick: number}} shown
   */
  #finish(drawing, about, { still, pick }) {
    const tokens = Array.from(drawing.order.data, (from) => Array.from(nth(drawing.tokens, from).data));
    this.#head.share = drawing.progress;
    this.#drawn = { ...about, tokens, drawing };
    this.#tabs.draw.rank(drawing, still);
    this.#busy(false);
    this.#head.say(words.finished(tokens.length, about.given !== null));
    this.#choose(pick);
    this.#save();
  }

  /** @param {Error} error */
  #failed(error) {
    this.#order = "";
    this.#busy(false);
    this.#keeping.say("");
    this.#head.say("");
    this.#live.alert(error.message);
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#page.classList.toggle("ctm-busy", busy);
    this.#offer();
    if (!busy) return;
    this.#keeping.say("drawing …");
    this.#head.share = { at: 0, cells: 1 };
  }

  /** Which pictures can be saved now. */
  #offer() {
    const strips = this.#view === "between";
    if (strips) this.#keeping.say(words.BOTH_STRIPS);
    this.#keeping.offer({ film: !strips, gif: this.#drawn !== null, png: strips ? this.#tabs.between.ready : this.#drawn !== null });
  }

  /** @param {number} place */
  #choose(place) {
    if (!this.#drawn) return;
    const { tokens, drawing } = this.#drawn;
    this.#pick = place;
    this.#tabs.draw.choose(place);
    this.#keeping.say(words.chosen(place, tokens.length), words.scored(drawing.scores.data[drawing.order.data[place]]));
    this.#lookAt();
  }

  // --- the views -----------------------------------------------------------------------------------------------

  /** Go to a view, a step for Back. @param {View} view */
  #show(view) {
    const reading = this.#reading,
      drawn = this.#drawn;
    this.#step = true;
    this.#turnTo(view);
    if (view === "between") {
      this.#stop();
      this.#head.say("");
      if (reading) this.#tabs.between.enter({ reading });
    } else {
      if (drawn) this.#choose(this.#pick);
      if (this.#waits && drawn && reading)
        this.#head.say(view === "complete" ? words.restWillBe(reading.caption) : words.stillSeen(drawn.reading.caption));
      else {
        if (drawn) this.#head.say(words.finished(drawn.tokens.length, drawn.given !== null));
        this.#draw();
      }
      this.#lookAt();
    }
    this.#offer();
    this.#save();
  }

  /** @param {View} view */
  #turnTo(view) {
    if (this.#view !== view) this.#tabs[this.#view].leave();
    this.#view = view;
    this.#head.choose(view);
    this.#page.dataset.view = view;
    // What is pressed inside a view may lead out of it: the keyboard then goes on from the row of views.
    keepFocus(
      this.#page,
      () => {
        for (const [name, tab] of Object.entries(this.#tabs)) tab.element.hidden = name !== view;
        this.#head.others.hidden = view === "inside" || view === "complete";
      },
      this.#head.pressed,
    );
  }

  #lookAt() {
    if (!this.#drawn || this.#view === "between") return;
    this.#tabs[this.#view].enter({ tokens: this.#drawn.tokens[this.#pick], reading: this.#drawn.reading });
  }

  // --- keeping it ----------------------------------------------------------------------------------------------

  #save() {
    // What waits to be drawn is not yet what is seen.
    const { text, settings } = this.#waits && this.#drawn ? this.#drawn : { text: this.#caption, settings: this.#settings.values };
    const drawing = { caption: text, settings, show: this.#view, pick: this.#pick, given: this.#given };
    this.#commit(writeView(drawing, this.#tabs[this.#view].view), this.#step);
    this.#step = false;
  }

  /** What is to be saved: a canvas, and the words that name its file. */
  #picture() {
    if (this.#view === "between") return { canvas: this.#tabs.between.picture(), name: "between two captions" };
    if (!this.#drawn) return null;
    const { pixels, order } = this.#drawn.drawing;
    return { canvas: enlarged(nth(pixels, order.data[this.#pick])), name: this.#drawn.reading.caption };
  }

  /** The same for how the chosen picture was drawn. */
  async #film() {
    if (!this.#drawn) return null;
    const { tokens, given, reading } = this.#drawn;
    return { film: await this.#studio.film(tokens[this.#pick], given?.includes(-1) ? given : null), name: reading.caption };
  }
}

/** Whether all cells are given. @param {number[] | null} given */
const isWhole = (given) => given !== null && !given.includes(-1);
