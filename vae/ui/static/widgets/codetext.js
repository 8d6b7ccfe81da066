// @ts-check
/** The current code as text: plain numbers to copy, and the same text pasted back. */
import { h, say } from "../core/dom.js";
import { number, t } from "../core/language.js";
import { plain, readNumber } from "./numberslider.js";
import { LIMITS } from "../wire/schema.js";

const TOLD = 2500; // milliseconds for which it is said that the code was copied

/** A code as `[0.5, -1.25]`: each number the shortest that is the same float32. @param {ArrayLike<number>} code */
export const writeCode = (code) => `[${Array.from(code, plain).join(", ")}]`;

/**
 * The numbers of a text such as `writeCode` gives; brackets, line breaks and what NumPy or torch print around them do no harm.
 * @param {string} text @param {number} count that a code has @returns {Float32Array} @throws {Error} with a sentence
 */
export function readCode(text, count) {
  const words = text
    .replace(/\b(?:torch\.|np\.)?(?:tensor|array)\b|\bdtype=[\w.]+|[[\](){}]/g, " ")
    .split(/[\s,;]+/)
    .filter(Boolean);
  const numbers = words.map(readNumber),
    wrong = numbers.findIndex(Number.isNaN);
  if (wrong >= 0)
    throw new Error(
      t("“{words}” is no number. A code is {count} numbers, as in [0.5, -1.25, …].", { words: words[wrong].slice(0, 40), count }),
    );
  if (numbers.length !== count)
    throw new Error(t("This text holds {numbers} numbers; a code of this model has {count}.", { numbers: numbers.length, count }));
  const far = numbers.findIndex((number) => Math.abs(number) > LIMITS.farthest);
  if (far >= 0)
    throw new Error(
      t("Number {far}, {words}, is beyond ±{farthest}: give one nearer to the data.", {
        far: far + 1,
        words: words[far].slice(0, 40),
        farthest: number(LIMITS.farthest, 15),
      }),
    );
  return Float32Array.from(numbers);
}

export class CodeText {
  #code;
  #put;
  #alert;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {HTMLElement|null} the button that opened the field */
  #from = null;

  /**
   * @param {() => Float32Array|undefined} code the current one
   * @param {(code: Float32Array, event: Event) => void} put a code was pasted
   * @param {(sentence: string, about: string) => void} alert
   */
  constructor(code, put, alert) {
    this.#code = code;
    this.#put = put;
    this.#alert = alert;
    const title = t("The numbers of the code, in the model's own order, as vae.load(NAME).decode([…]) takes them");
    this.copy = h("button", { type: "button", class: "ctm-link", title, onclick: () => this.#toClipboard() }, t("copy code"));
    this.paste = h(
      "button",
      { type: "button", class: "ctm-link", onclick: (/** @type {Event} */ event) => this.#fromClipboard(event) },
      t("paste code"),
    );
    this.told = h("span", { class: "ctm-quiet", "aria-live": "polite" });
    this.words = h("p", { class: "ctm-quiet" });
    this.field = h("textarea", {
      class: "ctm-codefield",
      rows: 4,
      "aria-label": t("Code as text"),
      spellcheck: "false",
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape") this.close();
        else if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          this.#take(event);
        }
      },
    });
    this.element = h(
      "div",
      { class: "ctm-codetext", role: "group", "aria-label": t("The code as text"), hidden: true },
      this.words,
      this.field,
      h(
        "div",
        { class: "ctm-line" },
        h("button", { type: "button", class: "ctm-chip", onclick: (/** @type {Event} */ event) => this.#take(event) }, t("Set the code")),
        h("button", { type: "button", class: "ctm-chip", onclick: () => this.close() }, t("Close")),
      ),
    );
  }

  dispose() {
    clearTimeout(this.#timer);
  }

  /** Put the field away. */
  close() {
    if (this.element.hidden) return;
    const inside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (inside) this.#from?.focus();
  }

  /** @param {HTMLElement} from @param {string} text @param {string} words */
  #open(from, text, words) {
    this.#from = from;
    this.element.hidden = false;
    this.field.value = text;
    say(this.words, words);
    this.field.focus();
    this.field.select();
  }

  async #toClipboard() {
    const code = this.#code();
    if (!code) return;
    const text = writeCode(code);
    try {
      await navigator.clipboard.writeText(text); // there is no clipboard on a page that came without encryption from elsewhere
    } catch {
      return this.#open(this.copy, text, t("The browser keeps its clipboard from this page: copy the text from here."));
    }
    say(this.told, t("copied"));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => say(this.told, ""), TOLD);
  }

  /** @param {Event} event */
  async #fromClipboard(event) {
    let text = "";
    try {
      text = await navigator.clipboard.readText();
    } catch {
      return this.#open(this.paste, "", t("Paste a code here, then press Enter."));
    }
    if (!this.#set(text, event)) this.#open(this.paste, text, t("Mend the text, or paste another one, then press Enter."));
  }

  /** @param {Event} event */
  #take(event) {
    if (this.#set(this.field.value, event)) this.close();
  }

  /** Whether the text was a code. @param {string} text @param {Event} event */
  #set(text, event) {
    const now = this.#code();
    if (!now) return false;
    let code;
    try {
      code = readCode(text, now.length);
    } catch (error) {
      this.#alert(/** @type {Error} */ (error).message, "pasted code");
      return false;
    }
    this.#alert("", "pasted code");
    this.#put(code, event);
    return true;
  }
}
