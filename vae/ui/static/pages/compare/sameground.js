/** The same ground in both: each image's σ as a balloon on both maps, and the way to the nearest hole of each. */
import { BalloonControl } from "../../map/balloons.js";
import { h, say } from "../../core/dom.js";
import { Holes } from "../../map/holes.js";
import { Picture } from "../../widgets/picture.js";
import { OPERATION } from "../../wire/protocol.js";
import * as words from "../../text/words.js";

export class Ground {
  #live;
  #sides;
  #verdict;
  #codes;
  #here = {};
  #shares = {};
  #turn = 0;
  #balloons = true;

  /**
   * @param {any} live @param {any[]} sides of Compare @param {HTMLElement} verdict
   * @param {(side: any, row: number) => Promise<Float32Array>} codes the code of an image in a model
   */
  constructor(live, sides, verdict, codes) {
    this.#live = live;
    this.#sides = sides;
    this.#verdict = verdict;
    this.#codes = codes;
    this.balloons = new BalloonControl(live, Object.fromEntries(sides.map((side) => [side.kind, side.map])));
    this.balloons.button.addEventListener("click", () => {
      this.#balloons = this.balloons.on;
    });
    this.holes = sides.map((side) => {
      const name = side.kind.toUpperCase(),
        picture = new Picture(`${name} decoding at the hole`, "ctm-own");
      const holes = new Holes(
        live,
        side.map,
        {
          code: () => this.#here[side.kind],
          go: (code, event) => this.#go(side, picture, code, event),
          done: () => {},
          found: (share, judged) => this.#found(side, share, judged),
        },
        { lane: side.kind, name: `${name} `, picture },
      );
      side.strip.element.before(holes.card);
      side.element.addEventListener("pointerdown", () => holes.stop(), true);
      return holes;
    });
    this.find = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "On each map, fly from the image's code to the nearest place whose decoding is unlike any real image",
        onclick: () => this.#find(),
      },
      "◌ Nearest hole",
    );
    this.controls = h(
      "div",
      { class: "ctm-controls", "data-tab": "ground" },
      h("h2", {}, "The same ground, in both"),
      h("div", { class: "ctm-line" }, this.balloons.button, this.find),
      this.balloons.element,
    );
  }

  /** Begin at an image, in both models. @param {number} row */
  async start(row) {
    const turn = ++this.#turn;
    this.balloons.turn(this.#balloons);
    for (const holes of this.holes) holes.close();
    this.#shares = {};
    say(
      this.#verdict,
      "A balloon shows where an image's code is drawn from. Click an image on a map to start from it, then fly to the nearest hole.",
    );
    this.find.disabled = true;
    const codes = await Promise.all(this.#sides.map((side) => this.#codes(side, row).catch(() => null))); // what went wrong has been said
    if (turn !== this.#turn || codes.includes(null)) return;
    this.#sides.forEach((side, i) => {
      this.#here[side.kind] = codes[i];
      Object.assign(side.map.over, { row, cursor: null });
      side.map.redraw();
    });
    this.find.disabled = false;
  }

  /** Other models. @param {any[]} facts */
  open(facts) {
    this.stop();
    this.balloons.open(facts);
    facts.forEach((fact, i) => this.holes[i].open(fact));
  }

  /** Another tab. */
  stop() {
    this.#turn += 1;
    this.balloons.turn(false);
    for (const holes of this.holes) holes.close();
  }

  dispose() {
    this.stop();
    this.balloons.dispose();
  }

  #find() {
    for (const holes of this.holes) holes.find();
  }

  #go(side, picture, code, event) {
    const turn = this.#turn;
    this.#here[side.kind] = Float32Array.from(code);
    this.#live.channel.ask(
      `ground ${side.kind}`,
      OPERATION.decode,
      side.facts.name,
      code,
      ([pixels, places]) => {
        if (turn !== this.#turn) return;
        picture.paint(pixels.data, pixels.shape);
        this.#live.meter.frame(event);
        side.map.over.cursor = [...places.data];
        side.map.redraw();
      },
      (error) => this.#live.alert(error.message),
    );
  }

  #found(side, share, judged) {
    this.#shares[side.kind] = share;
    side.show(
      [
        [
          "of this map is hole",
          `${(100 * share).toFixed(1)} %`,
          judged
            ? "Of 64 × 64 places on the map, those whose picture is farther from every real one, in the features of our classifier, than 99 % of unseen real images are"
            : "Of 64 × 64 places on the map, those whose code is farther from every image's code than 99 % of codes are from theirs",
        ],
      ],
      "",
    );
    if (this.#sides.every(({ kind }) => kind in this.#shares)) say(this.#verdict, words.groundBoth({ ...this.#shares, judged }));
  }
}
