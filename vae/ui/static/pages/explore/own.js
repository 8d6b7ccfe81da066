// @ts-check
/** Your own picture on Explore: what the model makes of it, whether it is from this world, where it lies on the map. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { readFloats, readOwn, readPoint } from "../../core/view.js";
import { Pin } from "../../map/pin.js";
import { ownFigures, WORLD_WORDS, YOURS } from "../../text/own.js";
import { encode, sentenceOf } from "../../widgets/own/encode.js";
import { OwnPicture } from "../../widgets/own/own.js";
import { Picture } from "../../widgets/picture.js";
import { DECODE, WORLDS } from "../../wire/schema.js";
import { nth } from "../../wire/tables.js";
import { LETTERS } from "./ends.js";
import { usualStd } from "./image.js";

/** @typedef {import("../../core/models.js").Facts} Facts */
/** @typedef {import("../../core/types.js").View} View */
/** @typedef {import("../../widgets/own/encode.js").Encoded} Encoded */
/** @typedef {import("../../widgets/own/own.js").Prepared} Prepared */
/**
 * @typedef {object} Hand
 * @property {import("../../map/map.js").LatentMap} map
 * @property {import("./code.js").CodePanel} code
 * @property {import("./ends.js").Ends} ends
 * @property {() => void} save
 */

const SAME = 1e-4; // of a code's numbers that two reckonings may differ by

export class Own {
  element;
  #live;
  #hand;
  #picture;
  #pin;
  #sentence = h("p", { class: "ctm-world", "aria-live": "polite" });
  #numbers = h("dl", { class: "ctm-numbers-line" });
  #nearest = h("div", { class: "ctm-nearest", role: "group", "aria-label": t("Nearest images") });
  #told;
  /** @type {Facts|null} */
  #facts = null;
  /** @type {{answer: Encoded, place: [number, number]}|null} */
  #placed = null;
  /** @type {View} the address that is being restored */
  #view = {};
  #turn = 0;

  /** @param {import("../../core/connection.js").Live} live @param {HTMLElement} page @param {Hand} hand */
  constructor(live, page, hand) {
    this.#live = live;
    this.#hand = hand;
    this.#picture = new OwnPicture(live, page, (prepared) => this.#ask(prepared));
    this.#pin = new Pin(hand.map, YOURS);
    const ends = LETTERS.map((letter) =>
      h(
        "button",
        { type: "button", class: "ctm-chip", onclick: (/** @type {Event} */ event) => this.#end(letter, event) },
        t("as {letter}", { letter }),
      ),
    );
    const nearest = h("div", { class: "ctm-line" }, h("span", { class: "ctm-quiet" }, t("nearest")), this.#nearest, ...ends);
    this.#told = h(
      "div",
      { class: "ctm-told", role: "group", "aria-label": t("Is it from this world?"), hidden: true },
      this.#sentence,
      this.#numbers,
      nearest,
    );
    this.element = h("section", { class: "ctm-ownbox", "aria-label": t("Your picture") }, this.#picture.controls, this.#picture.element);
  }

  /** Stand in the panel of the code: over its pictures, and what is said of them under them. @param {HTMLElement} panel */
  join(panel) {
    panel.firstElementChild?.after(this.#told);
    panel.prepend(this.element);
  }

  /** Another model: show the picture that the address names. @param {Facts} facts @param {View} view */
  async enter(facts, view) {
    this.#facts = facts;
    this.#forget();
    this.#picture.enter(facts);
    this.#view = view;
    const key = readOwn(view.of),
      turn = this.#turn;
    if (!key) return this.#picture.leave();
    const there = await this.#picture.open(key, view.prep);
    if (!there && turn === this.#turn && !readPoint(view.at)) this.#hand.code.choose(0, null);
  }

  /** What the address keeps beside the code that came from it. @returns {View} */
  get view() {
    const { of, ...view } = this.#picture.view;
    return of && of === this.#hand.code.own ? view : {};
  }

  /** The same for another model, whose code is another one. @returns {View} */
  get chosen() {
    return this.#hand.code.own ? this.#picture.view : {};
  }

  /** The map is another one: pin the picture where it falls on that. */
  async again() {
    const placed = this.#placed;
    if (!placed || !this.#facts) return;
    const codes = placed.answer.mean.data.slice();
    const { places } = await this.#live.session.ask(DECODE, { codes }, { model: this.#facts.name, lane: "pin" });
    if (placed !== this.#placed) return; // another picture
    const [x, y] = places.row(0);
    placed.place = [x, y];
    this.#pin.put(placed.place, null);
  }

  /** Something else may be current by now. */
  sync() {
    if (!this.#picture.key || this.#hand.code.own === this.#picture.key || !this.#placed) return;
    this.#forget();
    this.#picture.leave();
  }

  dispose() {
    this.#turn += 1;
    this.#picture.dispose();
    this.#pin.dispose();
  }

  #forget() {
    this.#turn += 1;
    this.#placed = null;
    this.#told.hidden = true;
    this.#pin.put(null, null);
  }

  /** @param {Prepared} prepared */
  async #ask({ key, pixels }) {
    if (!this.#facts) return;
    const { name } = this.#facts,
      turn = ++this.#turn;
    let answer;
    try {
      answer = await encode(this.#live.base, name, pixels.data, this.#live.session.projection(name));
    } catch (error) {
      if (turn === this.#turn) this.#live.alert(/** @type {Error} */ (error).message);
      return;
    }
    if (turn !== this.#turn || name !== this.#facts.name) return; // another picture, or another model
    const { x, y } = answer.place,
      mean = answer.mean.data.slice(),
      std = answer.std.data.slice();
    this.#placed = { answer, place: [x, y] };
    const image = { pixels: answer.pixels, original: pixels, mean, std, place: this.#placed.place, error: answer.figures.error, label: -1 };
    this.#hand.code.adopt(image, key, this.#moved(mean, key));
    this.#pin.put([x, y], pixels);
    this.#tell(answer);
  }

  /** Where the address' sliders have taken the code, if they have. @param {Float32Array} mean @param {string} key */
  #moved(mean, key) {
    const { at, of, s } = this.#view,
      code = readPoint(at)?.code;
    this.#view = {}; // once
    if (!this.#facts || of !== key || code?.length !== mean.length) return null;
    if (code.every((value, i) => Math.abs(value - mean[i]) <= SAME * (1 + Math.abs(mean[i])))) return null;
    return { code, sigma: s ? readFloats(s) : usualStd(this.#facts) };
  }

  /** @param {Encoded} answer */
  #tell(answer) {
    const { figures, nearest, neighbours, world } = answer;
    this.#told.hidden = false;
    this.#sentence.dataset.world = WORLDS[world];
    this.#sentence.title = WORLD_WORDS[WORLDS[world]];
    say(this.#sentence, sentenceOf(answer));
    this.#numbers.replaceChildren(
      ...ownFigures(figures).map(([name, value, title]) => h("div", { title, tabindex: 0 }, h("dd", {}, value), h("dt", {}, name))),
    );
    const rows = nearest.column("row"),
      labels = nearest.column("label");
    this.#nearest.replaceChildren(
      ...Array.from(rows, (row, i) => {
        const words = t("image {row}, {name}", { row, name: this.#facts?.classes[labels[i]] ?? "" });
        const picture = new Picture(words),
          { shape, data } = nth(neighbours, i);
        picture.paint(data, [1, ...shape]);
        const choose = (/** @type {Event} */ event) => this.#hand.code.choose(row, event);
        return h("button", { type: "button", class: "ctm-near", title: words, "aria-label": words, onclick: choose }, picture.element);
      }),
    );
  }

  /** @param {"A"|"B"} letter @param {Event} event */
  #end(letter, event) {
    if (this.#placed) this.#hand.ends.take(letter, this.#placed.answer.mean.data.slice(), this.#placed.place, event);
  }
}
