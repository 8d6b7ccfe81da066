// @ts-check
/** Taking the selection away: a table, arrays, the pictures, the map, or the view as Python. */
import { h, say } from "../../core/dom.js";
import { ask } from "../../core/fetching.js";
import { number, t } from "../../core/language.js";
import { pngOf, svgOf } from "../../map/export.js";
import { asPython } from "./python.js";

const TOLD = 2500; // milliseconds
const EMPTY = t("Nothing is selected: lift a condition, or choose other pictures, and take those.");
/** @type {[string, string, string][]} ending, words, what it is */
const FILES = [
  ["csv", "CSV", t("A table: number, file, class, split, place on the map, code, σ, squared error")],
  ["parquet", "Parquet", t("The same table as Parquet")],
  ["zip", t("Pictures"), t("A zip of the pictures as PNG, in a folder for each class")],
  ["npz", "NPZ", t("NumPy arrays: codes, σ, places, labels, errors, pictures")],
];
const USUAL = 3; // ways that are always in sight

/**
 * @typedef {object} Selected
 * @property {import("../../core/models.js").MappedFacts} facts
 * @property {import("../../map/map.js").LatentMap} map
 * @property {Int32Array} rows
 * @property {number} row of the current image, or −1
 * @property {ArrayLike<number>|undefined} code the current one
 */

export class TakeOut {
  element;
  #live;
  #selected;
  #others;
  #told = h("span", { role: "status", class: "ctm-quiet" });
  /** Shows the Python text where the browser keeps its clipboard to itself. */
  text = h("textarea", { class: "ctm-codefield", rows: 10, readonly: true, "aria-label": t("The view as Python"), hidden: true });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #gone = new AbortController();

  /** @param {import("../../core/connection.js").Live} live @param {() => Selected|null} selected what is on screen, once it is */
  constructor(live, selected) {
    this.#live = live;
    this.#selected = selected;
    const button = (
      /** @type {string} */ words,
      /** @type {string} */ title,
      /** @type {(button: HTMLButtonElement) => unknown} */ act,
    ) => {
      /** @type {HTMLButtonElement} */
      const element = h("button", { type: "button", class: "ctm-chip", title, onclick: () => act(element) }, words);
      return element;
    };
    const files = FILES.map(([kind, words, title]) => button(words, title, (pressed) => this.#file(kind, pressed)));
    this.#others = [
      ...files.slice(USUAL),
      button(t("Map PNG"), t("The map as it is on the screen"), () => this.#picture("png")),
      button(t("Map SVG"), t("The points in view as a drawing that is sharp in every size"), () => this.#picture("svg")),
      button(t("Copy as Python"), t("This view as Python for a notebook"), () => this.#python()),
    ];
    this.element = h(
      "div",
      { class: "ctm-line ctm-takeout", role: "group", "aria-label": t("Take out") },
      ...files.slice(0, USUAL),
      ...this.#others,
      this.#told,
    );
    this.all = false;
  }

  /** Whether every way is in sight. @param {boolean} shown */
  set all(shown) {
    for (const button of this.#others) button.hidden = !shown;
    if (!shown) this.text.hidden = true;
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#gone.abort();
  }

  /** @param {string} kind @param {HTMLButtonElement} pressed */
  async #file(kind, pressed) {
    const selected = this.#selected();
    if (!selected) return;
    const { facts, rows } = selected,
      { signal } = this.#gone;
    if (!rows.length) return this.#live.alert(EMPTY, "take out");
    pressed.disabled = true;
    say(this.#told, t("writing {rows} pictures …", { rows: number(rows.length, 15) }));
    try {
      const address = `${this.#live.base}/continuum/models/${encodeURIComponent(facts.name)}/export/${kind}`;
      const answer = await ask(address, { method: "POST", body: rows.slice(), signal });
      save(await answer.blob(), `${facts.name}-${rows.length}.${kind}`);
      this.#live.alert("", "take out");
      this.#tell("saved");
    } catch (error) {
      if (signal.aborted) return;
      this.#tell("");
      if (error instanceof Error) this.#live.alert(error.message, "take out");
    } finally {
      pressed.disabled = false;
    }
  }

  /** @param {"png"|"svg"} kind */
  async #picture(kind) {
    const selected = this.#selected();
    if (!selected) return;
    const { facts, map, rows } = selected;
    const chosen = rows.length < facts.count ? new Set(rows) : null;
    try {
      const blob =
        kind === "png" ? await pngOf(map) : new Blob([svgOf(map, facts.labels, facts.classes, chosen)], { type: "image/svg+xml" });
      save(blob, `${facts.name}-map.${kind}`);
    } catch (error) {
      if (error instanceof Error) this.#live.alert(error.message, "take out");
    }
  }

  async #python() {
    const selected = this.#selected();
    if (!selected?.code) return;
    const { facts, map, rows, row, code } = selected;
    const text = asPython({
      model: facts.name,
      address: location.href,
      row,
      code,
      rows,
      all: rows.length === facts.count,
      hidden: map.hidden,
      window: map.window,
    });
    try {
      await navigator.clipboard.writeText(text); // there is no clipboard on a page that came without encryption from elsewhere
      this.text.hidden = true;
      this.#tell("copied");
    } catch {
      this.text.hidden = false;
      this.text.value = text;
      this.text.select();
      this.#tell(t("the browser keeps its clipboard from this page: copy the text from here"));
    }
  }

  /** @param {string} words */
  #tell(words) {
    clearTimeout(this.#timer);
    say(this.#told, words);
    this.#timer = setTimeout(() => say(this.#told, ""), TOLD);
  }
}

/** Have the browser save a file. @param {Blob} blob @param {string} name */
function save(blob, name) {
  const href = URL.createObjectURL(blob);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the browser must have begun to read it
}
