// @ts-check
/** The work on a caption: what is asked for, what is kept of it, and the view in which it is seen. */
import * as words from "../../text/create.js";
import { readCells, readSettings, writeView } from "./address.js";
import { Drawings, isWhole } from "./drawings.js";
import { build, offer, open } from "./parts.js";

/** @typedef {import("./studio.js").Reading} Reading */
/** @typedef {import("./parts.js").View} View */

const REST = 250; // milliseconds after a cell was rubbed out until the address says so

export class Work {
  /** @type {import("./parts.js").Parts} */
  #parts;
  /** @type {Drawings} */
  #drawings;
  /** @type {import("./create.js").Live} */
  #live;
  /** @type {import("./create.js").Commit} */
  #commit;
  /** @type {import("./studio.js").Facts} */
  #facts;
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
    [this.#live, this.#facts, this.#commit] = [live, facts, commit];
    const alert = (/** @type {string} */ message) => live.alert(message);
    this.#parts = build(
      page,
      { studio, facts },
      {
        asking: { read: (reading) => this.#understood(reading), write: () => this.#editing(), take: (thrown) => this.#taken(thrown) },
        head: { show: (view) => view !== this.#view && this.#show(view), others: () => this.#others(), afresh: () => this.#redraw(null) },
        choose: (place) => {
          this.#drawings.choose(place);
          this.#save();
        },
        complete: { draw: (given) => this.#redraw(given), rub: () => this.#rubbed() },
        inside: { edit: (given) => this.#edited(given), cell: () => this.#save(), alert },
        between: { second: (another) => this.#save(another), ready: () => this.#offer() },
        keeping: {
          picture: () => (this.#view === "between" ? this.#parts.tabs.between : this.#drawings).picture(),
          film: () => this.#drawings.film(),
          alert,
        },
        settings: { change: () => this.#changed(), refuse: live.alert },
      },
    );
    const { draw, inside } = this.#parts.tabs;
    this.#drawings = new Drawings(
      this.#parts,
      { studio, live },
      {
        grow: (drawing) => {
          draw.grow(drawing);
          if (this.#view === "inside") inside.grow(drawing);
        },
        busy: () => this.#offer(),
        choose: () => this.#lookAt(),
        finish: () => this.#save(),
      },
    );
  }

  /** Show what an address says, from its caption on. @param {Record<string, string>} view */
  async start(view) {
    const { settings, tabs, asking } = this.#parts;
    this.#drawings.forget(Math.max(0, Number(view.pick ?? 1) - 1));
    this.#waits = false;
    settings.set(readSettings(view));
    this.#given = view.given ? readCells(view.given, this.#facts) : null;
    if (view.given && !this.#given) this.#live.alert(words.OTHER_CELLS);
    for (const tab of [tabs.complete, tabs.inside, tabs.between]) tab.view = view;
    this.#turnTo(/** @type {View} */ (view.show ?? "draw"));
    this.#unread = true;
    await asking.caption.set(view.caption ?? words.randomCaption(this.#facts));
  }

  dispose() {
    clearTimeout(this.#resting);
    this.#parts.asking.dispose();
    for (const tab of Object.values(this.#parts.tabs)) tab.dispose();
  }

  // --- what the hand does --------------------------------------------------------------------------------------

  #editing() {
    const { page, head, keeping } = this.#parts;
    this.#drawings.stop();
    this.#unread = head.others.disabled = true;
    if (this.#completes) return;
    page.classList.add("ctm-stale"); // what is shown answers another caption
    keeping.close();
    if (!isWhole(this.#given)) return;
    this.#given = null; // one finished picture says nothing of another caption
    this.#step = true; // Back brings it back
  }

  /** @param {Reading} reading */
  #understood(reading) {
    const { asking, head } = this.#parts;
    this.#reading = reading;
    this.#caption = asking.caption.text;
    this.#unread = head.others.disabled = false;
    asking.vocabulary.words = reading.words;
    asking.caption.tell([...reading.notes, ...words.unseenPairs(reading, this.#facts)]);
    this.#changed();
  }

  /** @param {boolean} thrown whether the caption that is taken was thrown */
  #taken(thrown) {
    if (thrown && isWhole(this.#given)) this.#given = null;
    this.#step = true;
  }

  #others() {
    this.#step = true;
    this.#parts.settings.throwSeed();
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

  #rubbed() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#save(), REST);
  }

  /** Whether there is a picture under the hand that waits for the rest of it: what is changed then is about the rest. */
  get #completes() {
    return this.#view === "complete" && this.#drawings.drawn !== null;
  }

  #changed() {
    if (!this.#completes) return this.#draw();
    const { head, settings } = this.#parts;
    this.#waits = true;
    head.say(this.#unread || !this.#reading ? words.UNREAD : settings.problem || words.restWillBe(this.#reading.caption));
  }

  #draw() {
    const { page, head, settings, tabs } = this.#parts,
      reading = this.#reading,
      { problem } = settings;
    if (!reading) return;
    if (this.#unread) return head.say(words.UNREAD);
    this.#live.alert(problem, "settings");
    if (problem) return;
    page.classList.remove("ctm-stale");
    this.#waits = false;
    this.#offer();
    this.#save();
    if (this.#view === "between") {
      tabs.between.enter({ reading });
      this.#drawings.forgetOrder();
      return;
    }
    this.#drawings.draw({ reading, text: this.#caption, settings: settings.values, given: this.#given });
  }

  #offer() {
    offer(this.#parts, this.#view, this.#drawings.drawn !== null);
  }

  // --- the views -----------------------------------------------------------------------------------------------

  /** Go to a view, a step for Back. @param {View} view */
  #show(view) {
    const { tabs, head } = this.#parts,
      reading = this.#reading,
      { drawn } = this.#drawings;
    this.#step = true;
    this.#turnTo(view);
    if (view === "between") {
      this.#drawings.stop();
      head.say("");
      if (reading) tabs.between.enter({ reading });
    } else {
      this.#drawings.choose(this.#drawings.pick);
      if (this.#waits && drawn && reading)
        head.say(view === "complete" ? words.restWillBe(reading.caption) : words.stillSeen(drawn.reading.caption));
      else {
        this.#drawings.tell();
        this.#draw();
      }
      this.#lookAt();
    }
    this.#offer();
    this.#save();
  }

  /** @param {View} view */
  #turnTo(view) {
    if (this.#view !== view) this.#parts.tabs[this.#view].leave();
    this.#view = view;
    open(this.#parts, view);
  }

  /** Let the view that is open show the chosen drawing. */
  #lookAt() {
    const { drawn, pick } = this.#drawings;
    if (drawn && this.#view !== "between") this.#parts.tabs[this.#view].enter({ tokens: drawn.tokens[pick], reading: drawn.reading });
  }

  /** @param {boolean} [step] whether it is one for Back */
  #save(step = false) {
    const { drawn, pick } = this.#drawings,
      { settings, tabs } = this.#parts;
    // What waits to be drawn is not yet what is seen.
    const seen = this.#waits && drawn ? drawn : { text: this.#caption, settings: settings.values };
    const drawing = { caption: seen.text, settings: seen.settings, show: this.#view, pick, given: this.#given };
    this.#commit(writeView(drawing, tabs[this.#view].view), this.#step || step);
    this.#step = false;
  }
}
