// @ts-check
/** What a selection is made by: an outline, words, a column, nearness, the classes on the map; and the order it is shown in. */
import { fill, h, select } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { marked, t, unmarked } from "../../core/language.js";
import { readNumber } from "../../widgets/numberslider.js";

/** @typedef {{rows: Int32Array, words: string, scores: number[]|null}} Found rows in their order, what they are, what ordered them */
/** @typedef {{name: string, kind: "words"|"number"|"text", words: string[], low: number, high: number}} Column of an imported data set */
/** @typedef {"outline"|"text"|"column"|"near"} Kind */

const ORDERS = /** @type {const} */ ([
  ["", t("in the map's order")],
  ["error", t("odd ones: worst rebuilt")],
  ["density", t("odd ones: far from all others")],
  ["class", t("odd ones: far from their class")],
  ["twice", t("odd ones: there twice")],
  ["label", t("odd ones: perhaps another class")],
]);
const NO_PICTURE = t("Nearness is measured from the current picture: click one first.");

export class Conditions {
  element;
  /** The conditions that hold, each as a button that lifts it. */
  chips = h("div", { class: "ctm-line ctm-conditions" });
  #live;
  #hand;
  /** @type {Map<Kind, Found>} */
  #found = new Map();
  /** @type {Found|null} */
  #order = null;
  /** @type {Column[]} */
  #columns = [];
  #text;
  #ordered;
  #column;
  #value = h("span", { class: "ctm-line" });
  #name = "";
  /** @type {AbortSignal|undefined} */
  #signal;

  /**
   * @param {import("../../core/connection.js").Live} live
   * @param {{row: () => number, changed: () => void}} hand row of the current image, or −1; the conditions have changed
   */
  constructor(live, hand) {
    this.#live = live;
    this.#hand = hand;
    /** @type {HTMLInputElement} */
    this.#text = h("input", {
      type: "search",
      class: "ctm-search",
      "aria-label": t("Search pictures"),
      placeholder: t("class, file name or #number"),
      onchange: () => this.search(this.#text.value),
    });
    this.#ordered = select(t("Order"), ORDERS, "", (kind) => this.#sort(kind));
    this.#column = select(t("Column"), [], "", (name) => this.#offer(name));
    const near = (/** @type {string} */ by, /** @type {string} */ words, /** @type {string} */ title) =>
      h("button", { type: "button", class: "ctm-chip", title, onclick: () => this.#near(by) }, words);
    this.element = h(
      "div",
      { class: "ctm-line ctm-choosing", role: "group", "aria-label": t("Select by") },
      this.#text,
      near("codes", t("like this in code"), t("The pictures nearest to the current one in code")),
      near("pixels", t("like this in pixels"), t("The pictures nearest to the current one in pixels")),
      this.#column,
      this.#value,
      this.#ordered,
    );
    this.#offerColumns([]);
  }

  /** Another model. @param {string} name @param {AbortSignal} signal aborted once it is left */
  enter(name, signal) {
    this.#name = name;
    this.#signal = signal;
    this.#found.clear();
    this.#order = null;
    this.#text.value = this.#ordered.value = "";
    this.#offerColumns([]);
    this.#tell();
  }

  /** What an imported data set's images can be filtered by; asked for once the panel is looked at. */
  async learn() {
    const told = await this.#ask(() => askJson(this.#address("columns")));
    if (told) this.#offerColumns(told.columns);
  }

  /** The rows that meet all conditions, in order, and the scores of that order. @param {Uint8Array} shown (N,) 1 where a row's class is */
  rows(shown) {
    const found = [...this.#found.values()];
    const mask = Uint8Array.from(shown);
    for (const { rows } of found) {
      for (const row of rows) mask[row] |= 2;
      for (let row = 0; row < mask.length; row++) mask[row] = mask[row] === 3 ? 1 : 0;
    }
    const order = this.#order ?? this.#found.get("near");
    /** @type {number[]} */
    const rows = [];
    /** @type {number[]|null} */
    const scores = order?.scores ? [] : null;
    if (!order) mask.forEach((in_, row) => in_ && rows.push(row));
    else
      order.rows.forEach((row, i) => {
        if (!mask[row]) return;
        rows.push(row);
        scores?.push(order.scores?.[i] ?? NaN);
      });
    return { rows: Int32Array.from(rows), scores, ordered: this.#order?.words ?? "" };
  }

  /** Whether any condition holds. */
  get any() {
    return this.#found.size > 0;
  }

  /** Let a condition hold, or lift it. @param {Kind} kind @param {Found|null} found */
  set(kind, found) {
    if (found) this.#found.set(kind, found);
    else this.#found.delete(kind);
    if (kind === "text" && !found) this.#text.value = "";
    if (kind === "column" && !found) this.#offer((this.#column.value = ""));
    this.#tell();
    this.#hand.changed();
  }

  /** Look for a class, a file name or numbers; nothing lifts the condition. @param {string} text */
  search(text) {
    this.#text.value = text;
    if (text.trim()) this.#find("text", { text });
    else this.set("text", null);
  }

  #tell() {
    const chips = [...this.#found].map(([kind, { words }]) =>
      h(
        "button",
        { type: "button", class: "ctm-chip", title: t("Lift this condition"), onclick: () => this.set(kind, null) },
        `${words} ✕`,
      ),
    );
    this.chips.replaceChildren(...chips);
  }

  /** @param {string} kind */
  async #sort(kind) {
    if (kind) {
      const found = await this.#ask(() => this.#post({ odd: kind }));
      if (!found) this.#ordered.value = "";
      this.#order = found;
    } else this.#order = null;
    this.#hand.changed();
  }

  /** @param {string} by */
  #near(by) {
    const row = this.#hand.row();
    if (row < 0) this.#live.alert(NO_PICTURE, "selection");
    else this.#find("near", { near: row, by });
  }

  /** @param {Kind} kind @param {Record<string, unknown>} asked */
  async #find(kind, asked) {
    const found = await this.#ask(() => this.#post(asked));
    if (found) this.set(kind, found);
  }

  /** @param {Record<string, unknown>} asked @returns {Promise<Found>} */
  async #post(asked) {
    const { rows, ...told } = await askJson(this.#address("find"), { method: "POST", body: JSON.stringify(asked) });
    return { rows: Int32Array.from(rows), ...told };
  }

  /**
   * What `ask` gives; null if it fails, which is said, or if another model has come meanwhile.
   * @template T @param {() => Promise<T>} ask
   */
  async #ask(ask) {
    const signal = this.#signal;
    try {
      const told = await ask();
      this.#live.alert("", "selection");
      return signal?.aborted ? null : told;
    } catch (error) {
      if (!signal?.aborted && error instanceof Error) this.#live.alert(error.message, "selection");
      return null;
    }
  }

  /** @param {string} what */
  #address(what) {
    return `${this.#live.base}/continuum/models/${encodeURIComponent(this.#name)}/${what}`;
  }

  /** @param {Column[]} columns */
  #offerColumns(columns) {
    this.#columns = columns;
    fill(this.#column, [["", t("any column")], ...columns.map(({ name }) => /** @type {[string, string]} */ ([name, name]))], "");
    this.#column.hidden = !columns.length;
    this.#offer("");
  }

  /** Offer the values of a column. @param {string} name */
  #offer(name) {
    const column = this.#columns.find((each) => each.name === name);
    this.#value.hidden = !column;
    if (!column) {
      this.#value.replaceChildren();
      if (this.#found.delete("column")) {
        this.#tell();
        this.#hand.changed();
      }
      return;
    }
    if (column.kind === "number") {
      const ends = ["low", "high"].map((end) =>
        h("input", {
          type: "text",
          inputmode: "decimal",
          class: "ctm-search ctm-short-number",
          "aria-label": end === "low" ? t("Least {name}", { name }) : t("Greatest {name}", { name }),
          value: marked(String(end === "low" ? column.low : column.high)),
          onchange: () => {
            const [low, high] = ends.map((each, i) => readNumber(unmarked(each.value)) || 0);
            this.#find("column", { column: name, low, high });
          },
        }),
      );
      this.#value.replaceChildren(ends[0], t("to"), ends[1]);
    } else if (column.kind === "words") {
      const words = column.words.map((word) => /** @type {[string, string]} */ ([`=${word}`, word || t("(none)")]));
      const choose = (/** @type {string} */ word) =>
        word ? this.#find("column", { column: name, is: word.slice(1) }) : this.set("column", null);
      this.#value.replaceChildren(select(t("Value"), [["", t("any")], ...words], "", choose));
    } else {
      const input = h("input", {
        type: "search",
        class: "ctm-search",
        "aria-label": t("Value of {name}", { name }),
        placeholder: t("exactly"),
        onchange: () => this.#find("column", { column: name, is: input.value }),
      });
      this.#value.replaceChildren(input);
    }
  }
}
