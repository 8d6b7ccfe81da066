// @ts-check
/** What can be drawn, in pictures: a panel to build a caption from things, tints, a place beside each other, and a background. */
import { h, say, segmented } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { BUILDER, builtCaption, WHICH, withArticle } from "../../text/create.js";

/** @typedef {import("./studio.js").Facts} Facts */
/** @typedef {{object: string, tint: string}} Thing */

export class Vocabulary {
  /** The button that opens it. @type {HTMLElement} */
  button;
  /** @type {HTMLElement} */
  element;
  #facts;
  /** @type {[Thing, Thing]} */
  #things;
  /** Whose object and tint are chosen: the first thing's or the second's. @type {0 | 1} */
  #which = 0;
  #relation = "";
  #background;
  #caption = h("p", { class: "ctm-built", role: "status", "aria-label": t("Caption that is built") });
  /** @type {{element: HTMLElement, pressed: () => boolean}[]} */
  #choices = [];
  /** @type {{element: HTMLElement, object: string}[]} */
  #objects = [];
  #take;

  /**
   * @param {Facts} facts of the painter @param {string} sheet address of the pictures
   * @param {(caption: string) => void} take a caption has been built
   */
  constructor(facts, sheet, take) {
    const { objects, tints, backgrounds, relations } = facts;
    this.#facts = facts;
    this.#take = take;
    this.#things = [
      { object: objects[0], tint: tints[0] },
      { object: objects[1], tint: tints[1] },
    ];
    this.#background = backgrounds[0];
    const which = segmented(t("Which thing"), WHICH, "0", (/** @type {"0"|"1"} */ chosen) => {
      this.#which = chosen === "1" ? 1 : 0;
      if (this.#which && !this.#relation) this.#relation = relations[0];
      this.#show(true);
    });
    const places = /** @type {[string, string][]} */ ([["", t("alone")], ...relations.map((word) => [word, word])]);
    const choice = (/** @type {string} */ word, /** @type {() => boolean} */ pressed, /** @type {() => void} */ press) => {
      const element = h(
        "button",
        {
          type: "button",
          class: "ctm-word",
          onclick: () => {
            press();
            this.#show(true);
          },
        },
        facts.pictured && h("i", { "aria-hidden": "true" }),
        h("span", {}, word),
      );
      this.#choices.push({ element, pressed });
      return element;
    };
    const place = (/** @type {[string, string]} */ [relation, words]) =>
      choice(
        words,
        () => this.#relation === relation,
        () => {
          this.#relation = relation;
          if (!relation) which.choose("0");
          if (!relation) this.#which = 0;
        },
      );
    const tint = (/** @type {string} */ word) =>
      choice(
        word,
        () => this.#thing.tint === word,
        () => (this.#thing.tint = word),
      );
    const object = (/** @type {string} */ word) => {
      const element = choice(
        word,
        () => this.#thing.object === word,
        () => (this.#thing.object = word),
      );
      this.#objects.push({ element, object: word });
      return element;
    };
    const background = (/** @type {string} */ word, /** @type {number} */ i) => {
      const element = choice(
        word,
        () => this.#background === word,
        () => (this.#background = word),
      );
      at(element, i, objects.length);
      return element;
    };
    const row = (/** @type {string} */ name, /** @type {HTMLElement[]} */ buttons, more = "") =>
      h(
        "div",
        { class: "ctm-wordrow" },
        h("h3", {}, name),
        h("div", { class: `ctm-words ${more}`, role: "group", "aria-label": name }, ...buttons),
      );
    this.element = h(
      "div",
      { popover: "auto", id: "ctm-vocabulary", class: "ctm-vocabulary", role: "dialog", "aria-label": BUILDER.title },
      h(
        "div",
        { class: "ctm-line" },
        h("h2", {}, BUILDER.title),
        which.element,
        h("span", { class: "ctm-grow" }),
        h("button", { type: "button", class: "ctm-chip", popovertarget: "ctm-vocabulary", popovertargetaction: "hide" }, BUILDER.done),
      ),
      this.#caption,
      row(BUILDER.tints, tints.map(tint), "ctm-plainwords"),
      row(BUILDER.places, places.map(place), "ctm-plainwords"),
      row(BUILDER.backgrounds, backgrounds.map(background)),
      row(BUILDER.objects(objects.length), objects.map(object)),
      h("p", { class: "ctm-quiet" }, facts.pictured ? BUILDER.pictures : BUILDER.words),
    );
    if (facts.pictured) this.element.style.setProperty("--sheet", `url("${sheet}")`);
    this.element.style.setProperty("--columns", String(tints.length)); // vae/drawing/vocabulary.py
    this.element.style.setProperty("--rows", String(objects.length + 1));
    this.button = h("button", { type: "button", class: "ctm-chip ctm-dice", popovertarget: "ctm-vocabulary" }, BUILDER.open);
    this.#show(false);
  }

  /** Begin with the words of a caption that was read. @param {string[]} words of its six places */
  set words([tint, object, relation, tint2, object2, background]) {
    const { objects, tints, relations, backgrounds } = this.#facts;
    const known = (/** @type {string[]} */ list, /** @type {string} */ word, /** @type {string} */ otherwise) =>
      list.includes(word) ? word : otherwise;
    const [first, second] = this.#things;
    this.#things = [
      { object: known(objects, object, first.object), tint: known(tints, tint, first.tint) },
      { object: known(objects, object2, second.object), tint: known(tints, tint2, second.tint) },
    ];
    this.#relation = known(relations, relation, "");
    this.#background = known(backgrounds, background, this.#background);
    this.#show(false);
  }

  get #thing() {
    return this.#things[this.#which];
  }

  /** @param {boolean} take whether a hand has chosen something */
  #show(take) {
    const { tints, held_out: unseen } = this.#facts,
      { tint } = this.#thing,
      [first, second] = this.#things;
    for (const { element, pressed } of this.#choices) element.setAttribute("aria-pressed", String(pressed()));
    this.#objects.forEach(({ element, object }, row) => {
      at(element, tints.indexOf(tint), row);
      const never = unseen.some(([name, colour]) => name === object && colour === tint);
      element.title = never ? BUILDER.never(tint, object) : withArticle(`${tint} ${object}`);
      element.classList.toggle("ctm-never", never);
    });
    const caption = builtCaption(first, this.#relation, second, this.#background);
    say(this.#caption, caption);
    if (take) this.#take(caption);
  }
}

/** Show a picture of the sheet on a button. @param {HTMLElement} element @param {number} column @param {number} row */
function at(element, column, row) {
  element.style.setProperty("--column", String(column));
  element.style.setProperty("--row", String(row));
}
