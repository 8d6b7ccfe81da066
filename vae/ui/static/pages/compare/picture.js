// @ts-check
/** Your own picture in both: rebuilt by each, placed on each map, and whether it is from the world of either. */
import { figure, h, say } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { readOwn } from "../../core/view.js";
import { Pin } from "../../map/pin.js";
import { ownBoth, ownFigures, OWN_HINT, YOURS } from "../../text/own.js";
import { encode, sentenceOf } from "../../widgets/own/encode.js";
import { OwnPicture } from "../../widgets/own/own.js";
import { absoluteDifference } from "../../widgets/picture.js";
import { WORLDS } from "../../wire/schema.js";

/** @typedef {import("./side.js").Side} Side */
/** @typedef {import("../../widgets/own/own.js").Prepared} Prepared */
/** @typedef {import("../../widgets/own/encode.js").Encoded} Encoded */

export class YourPicture {
  controls;
  #shared;
  #own;
  /** @type {Map<Side, Pin>} */
  #pins;
  #shown = false; // whether the tab is
  /** @type {Prepared|null} */
  #prepared = null;
  /** @type {{key: string|null, prep?: string}} what an address names */
  #wanted = { key: null };
  #turn = 0;
  #come;

  /**
   * @param {import("./shared.js").Shared} shared @param {HTMLElement} page where pictures are dropped
   * @param {() => void} come a picture has come: show this tab
   */
  constructor(shared, page, come) {
    this.#shared = shared;
    this.#come = come;
    this.#own = new OwnPicture(shared.live, page, (prepared) => this.#take(prepared));
    this.#pins = new Map(shared.sides.map((side) => [side, new Pin(side.map, YOURS)]));
    this.controls = h(
      "div",
      { class: "ctm-controls ctm-owntab", "data-tab": "picture" },
      h("div", { class: "ctm-line" }, h("h2", {}, t("Your picture, in both")), this.#own.controls),
      this.#own.element,
    );
  }

  /** @param {Record<string, string>} view */
  read({ of, prep }) {
    this.#wanted = { key: readOwn(of), prep };
  }

  get view() {
    return this.#own.view;
  }

  /** Other models. @param {import("./side.js").Facts[]} facts */
  open([facts]) {
    this.#prepared = null;
    const { key = null } = this.#own.view.of ? { key: this.#own.key } : this.#wanted,
      prep = this.#own.view.prep ?? this.#wanted.prep;
    this.#own.enter(facts);
    if (key) this.#own.open(key, prep);
  }

  enter() {
    this.#shown = true;
    for (const side of this.#shared.sides) {
      side.neighbourhood.name = t("{short}: your picture and the difference", { short: side.called.short });
      for (const picture of [side.current, side.neighbourhood]) picture.clear();
      say(side.caption, "");
    }
    say(this.#shared.verdict, OWN_HINT);
    if (this.#prepared) this.#ask(this.#prepared);
  }

  leave() {
    this.#shown = false;
    this.#turn += 1;
    for (const [side, pin] of this.#pins) {
      pin.put(null, null);
      side.neighbourhood.name = t("{model} variations", { model: side.called.short });
    }
  }

  pick() {}

  dispose() {
    this.leave();
    this.#own.dispose();
    for (const pin of this.#pins.values()) pin.dispose();
  }

  /** @param {Prepared} prepared */
  #take(prepared) {
    this.#prepared = prepared;
    if (this.#shown) this.#ask(prepared);
    else if (this.#wanted.key !== prepared.key) this.#come();
    this.#wanted = { key: prepared.key };
    this.#shared.save();
  }

  /** @param {Prepared} prepared */
  async #ask({ pixels }) {
    const { live, sides, verdict } = this.#shared,
      turn = ++this.#turn;
    const asked = sides.map(async (side) => {
      const answer = await encode(live.base, side.facts.name, pixels.data);
      if (turn === this.#turn) this.#show(side, pixels, answer);
      const { error } = answer.figures;
      return { label: side.called.label, world: WORLDS[answer.world], error };
    });
    try {
      const both = await Promise.all(asked);
      if (turn === this.#turn) say(verdict, ownBoth(both));
    } catch (error) {
      if (turn === this.#turn) live.alert(/** @type {Error} */ (error).message);
    }
  }

  /** @param {Side} side @param {Prepared["pixels"]} original @param {Encoded} answer */
  #show(side, original, answer) {
    const { pixels, place, figures } = answer;
    side.current.paint(pixels.data, pixels.shape);
    say(
      side.caption,
      t("reconstruction · squared error {error} · below, your picture and the difference", { error: figure(figures.error) }),
    );
    const size = original.data.length,
      two = new Uint8Array(2 * size);
    two.set(original.data);
    two.set(absoluteDifference(original.data, pixels.data), size);
    side.neighbourhood.paint(two, [2, ...original.shape.slice(1)], { columns: 2, gap: 2 });
    side.show(ownFigures(figures), sentenceOf(answer));
    side.sentence.dataset.world = WORLDS[answer.world];
    side.map.over.cursor = [place.x, place.y];
    this.#pins.get(side)?.put([place.x, place.y], original);
  }
}
