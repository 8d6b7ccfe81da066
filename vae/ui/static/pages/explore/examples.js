// @ts-check
/** One slider along the difference of two sets of examples: classes, or what was outlined on the map and all the rest. */
import { fill, h, say, select } from "../../core/dom.js";
import { number, t } from "../../core/language.js";
import { readFloats, writeFloats } from "../../core/view.js";
import { countOf, placeOf } from "../../core/places.js";
import { OutlineButton } from "../../map/outlinebutton.js";
import { CONTRAST, DECODE } from "../../wire/schema.js";
import { along, Handle, REACH } from "./handle.js";

const CORNERS = 64; // of an outline, which the address holds
const SELECTION = "-1"; // in place of a class: what was outlined on the map, or all the rest
const GIVEN = "given"; // in place of a class: a direction that was found elsewhere
const OUTLINE = t("Draw around points on the map: their mean minus that of all the rest");
const MOVED = t("At +1 the code has moved by exactly that difference; 0 is where it was.");

export class ExampleDirection {
  element;
  #live;
  #hand;
  #toward;
  #away;
  #lassoButton;
  #handle;
  #words = h("p", { class: "ctm-quiet" });
  /** @type {string[]} */
  #classes = [];
  /** By the hand; until then the classes follow the current image. */
  #chosen = false;
  /** @type {Float32Array|null} corners, (M, 2) flat */
  #outline = null;
  /** @type {Float32Array|null} (D,), found elsewhere */
  #given = null;
  #givenWords = t("the selection");
  /** @type {Float32Array|null} the code at which the handle stands at 0 */
  #base = null;
  /** @type {import("../../wire/tables.js").Tensor<Float32Array>|null} (1, D) */
  #direction = null;
  #model = "";
  /** @type {AbortSignal|undefined} */
  #signal;

  /**
   * @param {import("../../core/connection.js").Live} live @param {import("./handles.js").Hand} hand
   * @param {() => void} onoutline an outline was drawn on the map
   */
  constructor(live, hand, onoutline) {
    this.#live = live;
    this.#hand = hand;
    const choose = () => {
      this.#chosen = true;
      if (this.#base) this.at(this.#hand.sliders.code ?? this.#base);
      hand.save();
    };
    this.#toward = select(t("Toward"), [], "", choose);
    this.#away = select(t("Away from"), [], "", choose);
    this.#lassoButton = new OutlineButton(t("◌ Draw around points"), OUTLINE, {
      map: hand.map,
      look: (place, event) => hand.hover.at(place, event),
      done: (outline) => this.#drawn(outline, onoutline),
    });
    this.#handle = new Handle(t("direction"), {
      input: (event) => this.#move(event),
      change: () => hand.save(),
      reset: (event) => {
        this.#handle.value = 0;
        this.#move(event);
        hand.save();
      },
      refuse: live.alert,
    });
    this.element = h(
      "div",
      { class: "ctm-handles ctm-examples", role: "group", "aria-label": t("Direction from examples") },
      h("div", { class: "ctm-line" }, t("mean of"), this.#toward, t("minus"), this.#away, this.#lassoButton.element),
      this.#handle.element,
      this.#words,
    );
  }

  /**
   * Another model.
   * @param {import("../../core/models.js").Facts} facts @param {import("../../core/types.js").View} view what the address says
   * @param {AbortSignal} signal aborted once it is left
   */
  enter({ name, classes }, { toward, away, around, along: given }, signal) {
    this.#lassoButton.leave();
    this.#model = name;
    this.#classes = classes;
    this.#signal = signal;
    this.#base = this.#direction = null;
    this.#outline = around ? readFloats(around) : null;
    this.#given = given ? readFloats(given) : null;
    this.#chosen = Boolean(toward ?? away ?? around ?? given);
    this.#offer();
    if (has(this.#toward, toward)) this.#toward.value = toward;
    if (has(this.#away, away)) this.#away.value = away;
  }

  /** What was begun is given up. */
  leave() {
    this.#lassoButton.leave();
    this.#live.session.drop("contrast");
  }

  /** What the address keeps. @returns {import("../../core/types.js").View} */
  get view() {
    if (!this.#chosen) return {};
    if (this.#given && this.#toward.value === GIVEN) return { along: writeFloats(this.#given) };
    const chosen = { toward: this.#toward.value, away: this.#away.value };
    return this.#outline ? { ...chosen, around: writeFloats(this.#outline) } : chosen;
  }

  /** What was outlined, as paths on the map. */
  get outlined() {
    return this.#outline ? [closed(this.#outline)] : null;
  }

  /** The map is another one: of what was outlined on the one before only the direction is left. */
  forget() {
    if (!this.#outline) return;
    const found = this.#toward.value === SELECTION && this.#away.value === SELECTION ? this.#direction : null;
    this.#outline = null;
    if (found) this.given(found.data.slice(), t("outlined points"));
    else this.#offer();
  }

  /** Offer a direction that was found elsewhere. @param {Float32Array} direction (D,) @param {string} words what leads there */
  given(direction, words) {
    this.#given = direction;
    this.#givenWords = words;
    this.#chosen = true;
    this.#offer();
    this.#toward.value = GIVEN;
  }

  /** Stand at 0 at a code, and find the direction. @param {Float32Array} code */
  at(code) {
    this.#base = code;
    this.#direction = null;
    this.#handle.value = 0;
    if (!this.#chosen) this.#offer();
    this.#find(code);
  }

  /** Offer the classes, and what was outlined. */
  #offer() {
    /** @type {[string, string][]} */
    const named = this.#classes.map((name, index) => [String(index), name]);
    const own = Math.max(0, this.#hand.label()); // the picture's own class lies at the slider's left
    const next = String((own + 1) % named.length);
    /** @type {[string, string][]} */
    const outlined = this.#outline ? [[SELECTION, t("outlined points")]] : [];
    /** @type {[string, string][]} */
    const given = this.#given ? [[GIVEN, this.#givenWords]] : [];
    fill(this.#toward, [...named, ...outlined, ...given], this.#given ? GIVEN : this.#outline ? SELECTION : next);
    fill(this.#away, [...named, [SELECTION, t("all others")]], this.#outline || named.length < 2 ? SELECTION : String(own));
  }

  /** @param {Float32Array} outline @param {() => void} onoutline */
  #drawn(outline, onoutline) {
    this.#outline = thinned(outline, CORNERS);
    this.#chosen = true;
    this.#given = null;
    this.#offer();
    onoutline();
    this.#hand.outlined(this.#outline);
    this.#hand.save();
  }

  /** @param {Float32Array} code */
  #find(code) {
    this.#away.disabled = this.#toward.value === GIVEN;
    if (this.#given && this.#toward.value === GIVEN) return this.#use(code, this.#given);
    const first = Number(this.#toward.value);
    const second = Number(this.#away.value);
    const outline = first < 0 ? (this.#outline ?? undefined) : undefined;
    this.#live.session.ask(
      CONTRAST,
      { first, second, reach: REACH, code, outline },
      {
        model: this.#model,
        lane: "contrast",
        signal: this.#signal,
        onReply: ({ direction, pixels, counts }) => {
          this.#direction = { shape: [1, ...direction.shape], data: direction.data };
          this.#handle.paint(pixels, 0);
          const [some, others] = [counts.first, counts.second].map((count) => number(count, 15));
          say(this.#words, `${t("Mean code of {some} images minus that of {others}.", { some, others })} ${MOVED}`);
        },
        onError: (error) => {
          this.#direction = null;
          say(this.#words, error.message);
        },
      },
    );
  }

  /** The direction is known: only its ends are to be seen. @param {Float32Array} code @param {Float32Array} direction */
  #use(code, direction) {
    const known = { shape: [1, direction.length], data: direction };
    this.#direction = known;
    const ends = [-REACH, REACH].flatMap((reach) => [...along(code, known, [reach])]);
    this.#live.session.ask(
      DECODE,
      { codes: Float32Array.from(ends) },
      {
        model: this.#model,
        lane: "contrast",
        signal: this.#signal,
        onReply: ({ pixels }) => {
          this.#handle.paint(pixels, 0);
          say(this.#words, `${t("Mean code of {what} minus that of all the rest.", { what: this.#givenWords })} ${MOVED}`);
        },
        onError: (error) => say(this.#words, error.message),
      },
    );
  }

  /** @param {Event} event */
  #move(event) {
    if (this.#base && this.#direction) this.#hand.move(along(this.#base, this.#direction, [this.#handle.value]), event);
  }
}

/** @param {HTMLSelectElement} choice @param {string|undefined} value @returns {value is string} */
const has = (choice, value) => [...choice.options].some((option) => option.value === value);

/** An outline with no more than `most` corners, evenly chosen. @param {Float32Array} outline (N, 2) flat @param {number} most */
export function thinned(outline, most) {
  const count = countOf(outline);
  const kept = Math.min(most, count);
  const corners = Array.from({ length: kept }, (_, i) => Math.floor((i * count) / kept));
  return Float32Array.from(corners.flatMap((corner) => placeOf(outline, corner)));
}

/** An outline as a path on the map. @param {Float32Array} outline (N, 2) flat */
const closed = (outline) => ({ places: [...outline, outline[0], outline[1]], dash: [5, 4], at: null });
