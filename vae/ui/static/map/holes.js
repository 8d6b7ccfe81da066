/** Where the map's ground gives way: fly to the nearest hole, see what the decoder makes of it, and walk back to the data. */
import { figure, h, say } from "../core/dom.js";
import { Picture } from "../widgets/picture.js";
import { OPERATION } from "../wire/protocol.js";

const FLIGHT = 1200; // milliseconds to the hole
const STEP = 110; // milliseconds for each step of the way back
const STEPS = 4; // of the way back in one question
const LONGEST = 96; // steps

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Holes {
  #live;
  #map;
  #hand;
  #lane;
  #facts = null;
  #turn = 0;
  #trail = [];
  #hole = null;
  #from = null;

  /**
   * @param {any} live
   * @param {import("./map.js").LatentMap} map
   * @param {{code: () => Float32Array, go: (code: ArrayLike<number>, event: {timeStamp: number}|null) => void, done: () => void, found?: (share: number, judged: boolean) => void}} hand
   *   what the page's current code is, how it is moved, that it has arrived, and how much of the map is a hole
   * @param {{lane?: string, name?: string, picture?: Picture}} [own] where a page has two maps: what sets this one apart, and a picture of
   *   the current code that the card shows
   */
  constructor(live, map, hand, { lane = "", name = "", picture = null } = {}) {
    this.#live = live;
    this.#map = map;
    this.#hand = hand;
    this.#lane = lane;
    this.button = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "Fly to the place nearest to the current code, on this map, whose decoding is unlike any real image",
        onclick: () => this.find(),
      },
      "◌ Nearest hole",
    );
    this.nearest = new Picture(`${name}nearest real image`, "");
    this.caption = h("figcaption", {});
    this.words = h("p", {});
    this.back = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "Follow the gradient of the log-density of codes uphill, until it rises no more",
        onclick: () => this.#climb(),
      },
      "Back to safety",
    );
    this.pictures = h(
      "div",
      {},
      picture && h("figure", {}, picture.element, h("figcaption", {}, "decoded here")),
      h("figure", {}, this.nearest.element, this.caption),
    );
    this.card = h(
      "section",
      { class: "ctm-card ctm-holecard", "aria-label": `${name}${name ? "n" : "The n"}earest hole`, hidden: true },
      h(
        "div",
        { class: "ctm-line" },
        h("h2", {}, "The nearest hole"),
        h(
          "button",
          {
            type: "button",
            class: "ctm-chip ctm-close",
            "aria-label": `Close the ${name}nearest hole`,
            onclick: () => {
              this.close();
              this.#from?.focus();
            },
          },
          "✕",
        ),
      ),
      h("div", { class: "ctm-holebody" }, this.pictures, this.words),
      this.back,
    );
    map.painters.add((context) => this.#draw(context));
  }

  /** Another model. */
  open(facts) {
    this.close();
    this.#facts = facts;
  }

  /** Put the card away and stop whatever is under way. */
  close() {
    this.stop();
    this.#trail = [];
    this.card.hidden = true;
    this.#map.redraw();
  }

  /** The hand has taken over: fly no further. */
  stop() {
    this.#turn += 1;
  }

  /** Look for the nearest hole and fly there. */
  find() {
    if (!this.card.contains(document.activeElement)) this.#from = document.activeElement; // where closing the card leads back to
    this.close();
    if (!this.#hand.code()) return; // there is no code to look from
    const turn = this.#turn,
      facts = this.#facts,
      from = Float32Array.from(this.#hand.code());
    this.#live.channel.ask(
      `hole ${this.#lane}`,
      OPERATION.hole,
      facts.name,
      from,
      ([pixels, code, place, figures, who]) => {
        if (turn !== this.#turn) return;
        const [share, far, gap, judged] = figures.data,
          [row, label] = who.data;
        this.card.hidden = false;
        this.#hand.found?.(row < 0 ? 0 : share, Boolean(judged));
        const rule = judged
          ? "decodes to a picture that is unlike any real image: farther from all of them, in the features of our classifier, than 99 % of unseen ones"
          : "lies farther from every image's code than 99 % of codes do from theirs";
        this.back.hidden = row < 0;
        this.pictures.hidden = row < 0;
        if (row < 0) return say(this.words, `This map has no hole: of 64 × 64 places on it, none ${rule}.`);
        const most = `the nearest code drawn for an image is ${figure(far)} times as far as 99 % of codes are at most.`;
        const emptiness = !Number.isFinite(far)
          ? "all images have one and the same code."
          : far < 1
            ? `yet its code is no emptier a place than most: ${most}`
            : most;
        say(
          this.words,
          `This place ${rule}. Its code comes back from decoding and encoding ${figure(100 * gap)} % of the spread away; ${emptiness} ${figure(100 * share)} % of this map is like that.`,
        );
        this.#hole = code.data.slice();
        this.#show(row, facts.classes[label]);
        this.#fly(turn, from, this.#hole);
      },
      (error) => this.#live.alert(error.message),
    );
  }

  /** The image whose code is nearest; its reconstruction where the data set is not on disk. */
  #show(row, name) {
    const facts = this.#facts;
    this.#live.channel.ask(
      `hole image ${this.#lane}`,
      OPERATION.image,
      facts.name,
      [row],
      ([pixels, original]) => {
        if (facts !== this.#facts) return;
        const real = original.shape[0] ? original : pixels;
        this.nearest.paint(real.data, real.shape);
        say(this.caption, original.shape[0] ? `nearest image: ${name}` : `nearest image's reconstruction: ${name} (data set not on disk)`);
      },
      (error) => this.#live.alert(error.message),
    );
  }

  /** Straight through code space, decoded at every frame. */
  #fly(turn, from, to) {
    if (still()) {
      this.#hand.go(to, null);
      return this.#hand.done();
    }
    let start = 0;
    const step = (now) => {
      if (turn !== this.#turn) return;
      start ||= now;
      const t = Math.min(1, (now - start) / FLIGHT),
        eased = t * t * (3 - 2 * t);
      this.#hand.go(
        from.map((value, i) => value + eased * (to[i] - value)),
        null,
      );
      if (t < 1) requestAnimationFrame(step);
      else this.#hand.done();
    };
    requestAnimationFrame(step);
  }

  /** Uphill in the log-density of codes, a few steps asked at a time and played as they come. */
  async #climb() {
    this.stop();
    const turn = this.#turn,
      { name } = this.#facts;
    let code = Float32Array.from(this.#hand.code()),
      stride = 0,
      ended = false,
      first = NaN,
      last = NaN;
    this.#trail = [];
    try {
      for (let taken = 0; !ended && taken < LONGEST; taken += STEPS) {
        const [codes, places, heights, [length, end]] = await new Promise((resolve, reject) => {
          this.#live.channel.ask(
            `climb ${this.#lane}`,
            OPERATION.climb,
            name,
            [stride, STEPS, ...code],
            (arrays) => resolve([...arrays.slice(0, 3), arrays[3].data]),
            reject,
          );
        });
        if (turn !== this.#turn) return;
        const dim = code.length,
          count = codes.shape[0];
        stride = length;
        ended = Boolean(end);
        if (taken === 0) first = heights.data[0];
        last = heights.data.at(-1);
        code = codes.data.slice(dim * (count - 1));
        for (let i = taken ? 1 : 0; i < count; i++) {
          this.#trail.push(places.data[2 * i], places.data[2 * i + 1]);
          if (still()) continue;
          this.#hand.go(codes.data.slice(dim * i, dim * (i + 1)), null);
          await new Promise((resolve) => setTimeout(resolve, STEP));
          if (turn !== this.#turn) return;
        }
      }
      this.#hand.go(code, null);
      this.#hand.done();
      say(
        this.words,
        ended
          ? `Back among the data: each step followed the gradient of the log-density of codes, which rose from ${figure(first)} to ${figure(last)} nats and rises no more from here.`
          : `${LONGEST} steps up the gradient of the log-density were not enough to reach the data; press again to go on.`,
      );
      this.back.hidden = ended;
    } catch (error) {
      this.#live.alert(error.message);
    }
  }

  /** The way back so far. */
  #draw(context) {
    if (this.#trail.length < 4) return;
    const style = getComputedStyle(this.#map.element);
    context.save();
    context.beginPath();
    for (let i = 0; i < this.#trail.length; i += 2) context.lineTo(...this.#map.pixel(this.#trail[i], this.#trail[i + 1]));
    context.lineWidth = 5;
    context.strokeStyle = style.getPropertyValue("--ctm-card");
    context.stroke();
    context.setLineDash([2, 5]);
    context.lineCap = "round";
    context.lineWidth = 2.5;
    context.strokeStyle = style.getPropertyValue("--ctm-text");
    context.stroke();
    context.restore();
  }
}
