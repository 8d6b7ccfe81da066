// @ts-check
/** A field for a caption: completes words that the painter knows, has captions read, and says what was made of them. */
import { h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";

const PAUSE = 350; // milliseconds without a keystroke after which a caption is read
const OFFERED = 7;
const LITTLE = new Set(["a", "an", "the", "on", "of", "and", "with", "background", "left", "right", "above", "below", "in", "to", "is"]);

/** @typedef {import("./studio.js").Reading} Reading */

export class Caption {
  /** @type {HTMLElement} */
  element;
  /** What was made of it. @type {HTMLElement} */
  notes;
  /** @type {HTMLInputElement} */
  #input;
  /** @type {HTMLElement} */
  #list;
  /** @type {{read: (text: string) => Promise<Reading>}} */
  #studio;
  /** @type {string[]} */
  #words = [];
  #known = new Set(LITTLE);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** The life of the text that is in the field. */
  #text = new AbortController();
  #active = -1;
  /** @type {(reading: Reading) => void} */
  #onread;
  /** @type {() => void} */
  #oninput;

  /**
   * @param {string} label accessible name @param {{read: (text: string) => Promise<Reading>}} studio
   * @param {(reading: Reading) => void} onread a caption was understood @param {() => void} [oninput] the hand is writing
   */
  constructor(label, studio, onread, oninput = () => {}) {
    this.#studio = studio;
    this.#onread = onread;
    this.#oninput = oninput;
    this.#list = h("ul", {
      class: "ctm-offers",
      role: "listbox",
      id: `ctm-${label.toLowerCase().replaceAll(" ", "-")}-words`,
      "aria-label": t("Words that it knows"),
      hidden: true,
    });
    this.#input = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "text",
        class: "ctm-caption",
        "aria-label": label,
        role: "combobox",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.#list.id,
        placeholder: t("a red apple on a white background"),
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        oninput: () => this.#typed(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
        onblur: () => this.#close(),
      })
    );
    this.notes = h("p", { class: "ctm-notes", role: "status", "aria-label": t("{label}: how it was read", { label }) });
    this.element = h("div", { class: "ctm-captionbox" }, this.#input, this.#list);
  }

  /** The words to complete. @param {string[]} words */
  set words(words) {
    this.#words = words;
    this.#known = new Set([...LITTLE, ...words.flatMap((word) => word.split(" "))]);
  }

  get text() {
    return this.#input.value.trim();
  }

  /** Put a caption in the field and have it read. @param {string} text @returns {Promise<void>} */
  set(text) {
    this.#input.value = text;
    this.#close();
    return this.read();
  }

  /** Have the field read now. */
  async read() {
    const { signal } = this.#renew();
    const told = await this.#studio.read(this.#input.value).then(
      (reading) => () => {
        this.tell(reading.notes);
        this.#onread(reading);
      },
      (error) => () => this.#refuse(error),
    );
    if (!signal.aborted) told();
  }

  /** Show notes on the reading. @param {string[]} notes */
  tell(notes) {
    this.notes.classList.remove("ctm-refused");
    say(this.notes, notes.join(" · "));
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#text.abort();
  }

  /** What was read of the text before no longer counts. */
  #renew() {
    clearTimeout(this.#timer);
    this.#text.abort();
    return (this.#text = new AbortController());
  }

  /** @param {Error & {suggestions?: string[]}} error */
  #refuse({ message, suggestions = [] }) {
    this.notes.classList.add("ctm-refused");
    // Suggestions are to be pressed, and so are not told again.
    const told = [suggestions.join(", "), suggestions[0]].find((words) => words && message.endsWith(words));
    this.notes.replaceChildren(
      told ? message.slice(0, -told.length) : message,
      ...suggestions
        .slice(0, 5)
        .flatMap((word) => [" ", h("button", { type: "button", class: "ctm-chip", onclick: () => this.#replace(word) }, word)]),
    );
  }

  /** Put `word` where the first word stands that nobody knows; a whole caption takes the place of all. @param {string} word */
  #replace(word) {
    this.#input.focus();
    if (word.split(" ").length > 2) return this.set(word);
    let done = false;
    const text = this.#input.value.replace(/[\p{L}\p{N}'-]+/gu, (found) =>
      done || this.#known.has(found.toLowerCase()) ? found : ((done = true), word),
    );
    return this.set(done ? text : `${text} ${word}`.trim());
  }

  #typed() {
    this.#oninput();
    this.#renew();
    this.#timer = setTimeout(() => this.read(), PAUSE);
    this.#offer();
  }

  #fragment() {
    return /[a-z]+$/i.exec(this.#input.value.slice(0, this.#input.selectionStart ?? 0))?.[0].toLowerCase() ?? "";
  }

  #offer() {
    const start = this.#fragment();
    const fits = start ? this.#words.filter((word) => word.startsWith(start) && word !== start).slice(0, OFFERED) : [];
    this.#active = -1;
    this.#list.replaceChildren(
      ...fits.map((word, i) =>
        h(
          "li",
          {
            role: "option",
            id: `${this.#list.id}-${i}`,
            "aria-selected": "false",
            onpointerdown: (/** @type {PointerEvent} */ event) => {
              event.preventDefault();
              this.#take(word);
            },
          },
          h("b", {}, word.slice(0, start.length)),
          word.slice(start.length),
        ),
      ),
    );
    this.#open(fits.length > 0);
  }

  /** @param {string} word */
  #take(word) {
    const at = this.#input.selectionStart ?? 0,
      start = at - this.#fragment().length;
    const after = this.#input.value.slice(at);
    this.#input.value = this.#input.value.slice(0, start) + word + (after || " ");
    this.#input.setSelectionRange(start + word.length + 1, start + word.length + 1);
    this.#typed();
    this.#close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const options = [...this.#list.children],
      open = !this.#list.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.#active =
        (this.#active + (event.key === "ArrowDown" ? 1 : -1) + options.length + (this.#active < 0 && event.key === "ArrowUp" ? 1 : 0)) %
        options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.#active)));
      this.#input.setAttribute("aria-activedescendant", options[this.#active].id);
    } else if (open && this.#active >= 0 && (event.key === "Enter" || event.key === "Tab"))
      this.#take(options[this.#active].textContent ?? "");
    else if (open && event.key === "Escape") this.#close();
    else if (event.key === "Enter") {
      this.#close();
      this.read();
    } else return;
    event.preventDefault();
  }

  /** @param {boolean} open */
  #open(open) {
    this.#list.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    this.#input.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#open(false);
  }
}
