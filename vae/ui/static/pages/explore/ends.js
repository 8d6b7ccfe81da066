// @ts-check
/** The two ends of the path: images of the map, or codes at any other place of it. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { readPlace, readPoint, writePlace, writePoint } from "../../core/view.js";
import { IMAGE } from "../../wire/schema.js";

/** @typedef {import("../../core/types.js").Moved} Moved */
/** @typedef {import("../../core/types.js").Place} Place */
/** @typedef {import("../../core/models.js").MappedFacts} MappedFacts */
/** @typedef {"A"|"B"} Letter */
/** @typedef {{row: number, code: Float32Array|null, place: Place|null}} End `place`: where it was put beside the images */

/** @type {Letter[]} */
export const LETTERS = ["A", "B"];
/** @returns {End} */
const nowhere = () => ({ row: -1, code: null, place: null });

export class Ends {
  A = nowhere();
  B = nowhere();
  /** Buttons that put an end where the map is clicked next. @type {Record<Letter, HTMLElement>} */
  pickers;
  #live;
  #hand;
  /** @type {Letter|null} */
  #picking = null;
  #name = "";
  /** @type {AbortSignal|undefined} */
  #signal;

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {{hover: import("./hover.js").Hover, changed: (event: Moved|null) => void, failed: (error: Error) => void,
   *   save: () => void}} hand
   *   what knows the codes of places; an end was moved; its image could not be had
   */
  constructor(live, hand) {
    this.#live = live;
    this.#hand = hand;
    this.pickers = { A: this.#picker("A"), B: this.#picker("B") };
  }

  /** Another model. @param {import("../../core/models.js").Facts} facts @param {AbortSignal} signal aborted once it is left */
  enter({ name }, signal) {
    this.#name = name;
    this.#signal = signal;
    this.A = nowhere();
    this.B = nowhere();
  }

  /**
   * The map is there: stand where the address says, else at two images of different classes, so that there is always a path.
   * @param {MappedFacts} facts @param {import("../../core/types.js").View} view
   * @param {(point: import("../../core/types.js").Point|null) => import("../../core/types.js").Point|null} known
   *   the point, or null if it is an image that the map does not have
   */
  place(facts, view, known) {
    const usual = usualRows(facts);
    LETTERS.forEach((letter, i) => {
      const key = letter.toLowerCase();
      const { row, code } = known(readPoint(view[key])) ?? { row: usual[i], code: null };
      this.#put(letter, { row, code, place: row < 0 ? readPlace(view[`p${key}`]) : null });
    });
    this.#resolve(null, false);
  }

  /** The codes of both ends; null while one is on its way. @returns {{a: Float32Array, b: Float32Array}|null} */
  get codes() {
    const { A, B } = this;
    return A.code && B.code ? { a: A.code, b: B.code } : null;
  }

  /** What the address keeps. */
  get view() {
    /** @type {import("../../core/types.js").View} */
    const view = {};
    for (const letter of LETTERS) {
      const { row, code, place } = this[letter];
      if (row < 0 && !code) continue;
      const key = letter.toLowerCase();
      view[key] = writePoint({ row, code });
      if (row < 0 && place) view[`p${key}`] = writePlace(place);
    }
    return view;
  }

  /**
   * The map was clicked: whether an end was to be put there.
   * @param {Place} place @param {number} row of the image there, or −1 @param {Event} event
   */
  pick(place, row, event) {
    const letter = this.#picking;
    if (!letter) return false;
    this.#pickNext(null);
    this.move(letter, place, row, true, event);
    return true;
  }

  /**
   * Put an end at an image, or at any other place of the map.
   * @param {Letter} letter @param {Place} place @param {number} row of the image there, or −1
   * @param {boolean} done whether the hand has let go @param {Event} event
   */
  move(letter, place, row, done, event) {
    const before = this[letter];
    if (row >= 0) {
      if (before.row === row && !done) return;
      this.#hand.hover.forget();
      this.#put(letter, { row, code: null, place: null });
      return this.#resolve(event, done);
    }
    const back = before.place;
    if (done) before.place = place; // it stays where the hand has left it while its code is on its way
    this.#hand.hover.code(
      place,
      (code, nearest) => {
        this.#put(letter, { row: -1, code: code.slice(), place: nearest });
        this.#moved(event, done);
      },
      () => {
        if (!done) return;
        before.place = back; // the last place under the hand that has a code
        this.#moved(event, done);
      },
    );
  }

  /** Put an end at a code. @param {Letter} letter @param {Float32Array} code @param {Place} place of the code @param {Event} event */
  take(letter, code, place, event) {
    this.#hand.hover.forget();
    this.#put(letter, { row: -1, code, place });
    this.#moved(event, true);
  }

  swap() {
    const { A, B } = this;
    this.#put("A", B);
    this.#put("B", A);
    this.#resolve(null, false);
  }

  /** @param {Letter} letter @param {End} end */
  #put(letter, end) {
    this.#live.session.drop(`end ${letter}`); // the code of another image
    this[letter] = end;
  }

  /** Ask for the codes of ends that are images, and say that an end was moved. @param {Moved|null} event @param {boolean} save */
  #resolve(event, save) {
    for (const letter of LETTERS) {
      const end = this[letter];
      if (end.code || end.row < 0) continue;
      this.#live.session.ask(
        IMAGE,
        { row: end.row },
        {
          model: this.#name,
          lane: `end ${letter}`,
          signal: this.#signal,
          onReply: ({ mean }) => {
            end.code = mean.data.slice();
            this.#moved(event, save);
          },
          onError: this.#hand.failed,
        },
      );
    }
    this.#moved(event, false);
  }

  /** @param {Moved|null} event @param {boolean} save */
  #moved(event, save) {
    this.#hand.changed(event);
    if (save) this.#hand.save();
  }

  /** @param {Letter} letter @returns {HTMLElement} */
  #picker(letter) {
    const title = t("Click the map to put {letter} there; or drag {letter} on the map", { letter });
    const onclick = () => this.#pickNext(this.#picking === letter ? null : letter);
    return h("button", { type: "button", class: "ctm-chip", "aria-pressed": "false", title, onclick }, t("Pick {letter}", { letter }));
  }

  /** @param {Letter|null} letter */
  #pickNext(letter) {
    this.#picking = letter;
    for (const each of LETTERS) this.pickers[each].setAttribute("aria-pressed", String(each === letter));
  }
}

/** Rows of two images of different classes. @param {{labels: Int32Array, classes: string[]}} map */
export function usualRows({ labels, classes }) {
  const chosen = classes.length >= 10 ? [4, 1] : [Math.min(4, classes.length - 1), 0];
  return chosen.map((label) => Math.max(0, labels.indexOf(label)));
}
