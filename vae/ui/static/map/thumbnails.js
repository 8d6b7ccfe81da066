// @ts-check
/**
 * Pictures in place of points: each shows one image, or, where many lie close together, the mean of some of them. They are asked
 * for as they come into view and kept; while the map moves they are only copied.
 */
import { h, pen, say } from "../core/dom.js";
import { t } from "../core/language.js";
import { placeOf } from "../core/places.js";
import { LIMITS, THUMBNAILS } from "../wire/schema.js";
import { classColour } from "./colours.js";
import { fit, pixelRatio } from "./resolution.js";
import { MOST_MEMBERS, Sites } from "./sites.js";
import { SpriteSheet } from "./spritesheet.js";

const SMALLEST = 32; // pixels of the screen, along the side of a picture with its frame
const MOST_SHOWN = 600,
  MOST_KEPT = 1536; // pictures
const MANY = 6; // images of a neighbourhood from which on their mean is shown
const FRAME = 2,
  CARD = 2; // pixels: of a picture's frame, and from one card of a stack to the next

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */
/** @typedef {{key: string, members: Int32Array}} Picture what is on a picture: its own row first, then others, −1 where there are fewer */
/** @typedef {{row: number, stack: boolean, left: number, top: number, side: number}} Shown */

export class Thumbnails {
  /** What is said of them. */
  words = h("p", { class: "ctm-note", hidden: true });
  #live;
  #map;
  #on = false;
  /** @type {MappedFacts|null} */
  #facts = null;
  /** @type {{of: Sites, hidden: string}|null} */
  #sites = null;
  #sheet = new SpriteSheet(MOST_KEPT);
  #canvas = h("canvas", {});
  #context = pen(this.#canvas);
  #drawn = ""; // the window that was drawn last
  /** @type {Shown[]} */
  #shown = [];
  #asking = false;
  #originals = false; // whether they are shown
  #life = new AbortController();

  /** @param {import("../core/connection.js").Live} live @param {import("./map.js").LatentMap} map */
  constructor(live, map) {
    this.#live = live;
    this.#map = map;
    map.painters.add((context) => this.#paint(context));
  }

  /** Another model. @param {MappedFacts} facts */
  open(facts) {
    this.dispose();
    this.#sheet.clear();
    this.#sites = null;
    this.#facts = facts;
  }

  /** Show them or not. @param {boolean} on */
  turn(on) {
    this.#on = on;
    this.words.hidden = !on;
    this.#map.element.classList.toggle("ctm-pictured", on);
    if (!on) this.dispose();
    this.#map.redraw();
  }

  /** Row of the image whose picture is at a place, or −1. @param {readonly [number, number]} place */
  at([x, y]) {
    const [px, py] = this.#map.pixel(x, y);
    const found = this.#shown.find(({ left, top, side }) => px >= left && px <= left + side && py >= top && py <= top + side);
    return found?.row ?? -1;
  }

  /** Ask for nothing any more, and have nothing to show. */
  dispose() {
    this.#life.abort();
    this.#life = new AbortController();
    this.#asking = false;
    this.#drawn = "";
    this.#shown = [];
    delete this.#map.element.dataset.pictures;
    delete this.#map.element.dataset.stacks;
  }

  /** @param {CanvasRenderingContext2D} context in pixels of the map */
  #paint(context) {
    const map = this.#map,
      facts = this.#facts;
    if (!this.#on || !facts || map.places !== facts.places) return;
    const { x, y, tall, width, height } = map.viewport;
    const hidden = map.hidden.join();
    if (this.#sites?.hidden !== hidden) {
      const off = new Set(map.hidden);
      this.#sites = { of: new Sites(facts.places, (row) => !off.has(facts.labels[row])), hidden };
    }
    if (this.#originals !== facts.originals) this.#sheet.clear(); // the images have come meanwhile
    this.#originals = facts.originals;
    const window = [x, y, tall, width, height, pixelRatio(), hidden, facts.originals].join(" ");
    if (window !== this.#drawn) this.#draw(facts, this.#sites.of);
    this.#drawn = window;
    context.drawImage(this.#canvas, 0, 0, width, height);
  }

  /** @param {MappedFacts} facts @param {Sites} sites */
  #draw(facts, sites) {
    const { viewport } = this.#map,
      { width, height, unit } = viewport,
      ratio = pixelRatio();
    const n = Math.max(0, Math.floor(2 * Math.log2(sites.span / (SMALLEST * unit)))),
      level = sites.level(n),
      side = level.side / unit;
    fit(this.#canvas, width, height); // which empties it
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.imageSmoothingQuality = "high";
    this.#shown = [];
    /** @type {Picture[]} */
    const missing = [];
    for (let site = 0; site < level.rows.length && this.#shown.length < MOST_SHOWN; site++) {
      const row = level.rows[site],
        [px, py] = viewport.pixel(...placeOf(facts.places, row));
      if (px < -side || py < -side || px > width + side || py > height + side) continue;
      const stack = level.counts[site] >= MANY,
        shown = { row, stack, left: px - side / 2, top: py - side / 2, side };
      const members = level.members.subarray(MOST_MEMBERS * site, MOST_MEMBERS * (site + 1));
      const picture = stack ? { key: mean(n, row), members } : { key: own(row), members: members.subarray(0, 1) };
      const instead = [mean(n + 1, row), mean(n - 1, row), own(row)]; // until it is there
      this.#card(facts, shown, members, [picture.key, ...instead]);
      if (!this.#sheet.has(picture.key)) missing.push(picture);
      this.#shown.push(shown);
    }
    const { dataset } = this.#map.element;
    dataset.pictures = String(this.#shown.length - missing.length);
    dataset.stacks = String(this.#shown.filter(({ stack }) => stack).length);
    if (missing.length && !this.#asking) this.#ask(facts, missing);
  }

  /**
   * Draw the first of these pictures that is there, framed in the colour of its class.
   * @param {MappedFacts} facts @param {Shown} shown @param {Int32Array} members @param {string[]} keys
   */
  #card({ labels }, { stack, left, top, side }, members, keys) {
    const key = keys.find((each) => this.#sheet.has(each));
    if (!key) return;
    const context = this.#context,
      gap = stack ? 2 * CARD : 1,
      whole = side - gap - 1;
    context.fillStyle = classColour(commonest(members, labels));
    for (let card = stack ? 2 : 0; card >= 0; card--) {
      context.globalAlpha = card ? 0.45 : 1;
      context.fillRect(left + card * CARD, top + card * CARD, whole, whole);
    }
    context.globalAlpha = 1;
    this.#sheet.draw(context, key, left + FRAME, top + FRAME, whole - 2 * FRAME);
  }

  /** Ask for as many as one question holds; the rest when they are there. @param {MappedFacts} facts @param {Picture[]} missing */
  async #ask({ name: model }, missing) {
    const { signal } = this.#life,
      each = missing[0].members.length;
    const asked = missing.filter(({ members }) => members.length === each).slice(0, LIMITS.most_thumbnails);
    this.#asking = true;
    const members = Float32Array.from(asked.flatMap((picture) => [...picture.members]));
    const options = { model, signal, onError: (/** @type {Error} */ error) => this.#live.alert(error.message) };
    const { pixels, originals } = await this.#live.session.ask(THUMBNAILS, { each, members }, options);
    this.#asking = false;
    asked.forEach(({ key }, i) => this.#sheet.put(key, pixels, i));
    this.#tell(originals === 1);
    this.#drawn = "";
    this.#map.redraw();
  }

  /** @param {boolean} originals whether the images themselves are shown */
  #tell(originals) {
    const most = LIMITS.most_blended;
    say(
      this.words,
      originals
        ? t("Each picture is one image, a stack the mean of up to {most} around it; come closer, and stacks open.", { most })
        : t(
            "Each picture is one image's reconstruction (data set not on disk), a stack the mean of up to {most} around it; " +
              "come closer, and stacks open.",
            { most },
          ),
    );
  }
}

/** @param {number} row */
const own = (row) => `i${row}`;
/** @param {number} level @param {number} row */
const mean = (level, row) => `m${level} ${row}`;

/** The class of most of these images. @param {Int32Array} members rows, −1 for none @param {ArrayLike<number>} labels */
function commonest(members, labels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  let most = labels[members[0]];
  for (const row of members) {
    if (row < 0) break;
    const count = (counts.get(labels[row]) ?? 0) + 1;
    counts.set(labels[row], count);
    if (count > (counts.get(most) ?? 0)) most = labels[row];
  }
  return most;
}
