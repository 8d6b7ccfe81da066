/** σ as balloons: how far the codes z = μ + r σ of the images in view are drawn, on the map. */
import { figure, h, say } from "../core/dom.js";
import { classColour } from "./map.js";
import { NumberSlider } from "../widgets/numberslider.js";
import { OPERATION } from "../wire/protocol.js";

const MOST = 600; // images
const AT_ONCE = 32; // in one question
const SMALL = 4,
  CLEAR = 28; // pixels from the middle to the edge: too small to be seen, and what coming closer makes of it
const REST = 120; // milliseconds without a move before those in view are chosen anew

/** The balloons on one map. */
class Balloons {
  #live;
  #map;
  #lane;
  #facts = null;
  #on = false;
  #radius = 1;
  #turn = 0;
  #timer = 0;
  #rows = [];
  #shapes = new Map();
  #onshapes; // row: [half axis across, up, reach] for r = 1

  constructor(live, map, lane, onshapes) {
    this.#onshapes = onshapes;
    this.#live = live;
    this.#map = map;
    this.#lane = lane;
    map.watchers.add(() => this.#later());
    map.painters.add((context) => this.#draw(context));
  }

  /** Another model. */
  open(facts) {
    this.#facts = facts;
    this.#forget();
    this.#later();
  }

  dispose() {
    clearTimeout(this.#timer);
    this.#turn += 1;
  }

  turn(on) {
    this.#on = on;
    this.#later(0);
    this.#map.redraw();
  }

  resize(radius) {
    this.#radius = radius;
    this.#map.redraw();
  }

  /** What the balloons in view are like for r = 1: the median of their reach, and of their size in pixels; null where none is. */
  get typical() {
    const shapes = this.#on ? this.#rows.map((row) => this.#shapes.get(row)).filter((shape) => shape) : [];
    if (!shapes.length) return null;
    const median = (values) => values.sort((a, b) => a - b)[values.length >> 1],
      scale = this.#scale;
    return { reach: median(shapes.map((shape) => shape[2])), size: median(shapes.map(([across, up]) => scale * Math.max(across, up))) };
  }

  /** Come so close, around the image that is looked at, that balloons can be seen. */
  approach() {
    const { typical } = this,
      { row } = this.#map.over,
      at = row >= 0 ? row : this.#rows[0];
    if (typical?.size > 0) this.#map.approach(this.#facts.places.subarray(2 * at, 2 * at + 2), (typical.size * this.#radius) / CLEAR);
  }

  /** Pixels for each unit; the same both ways. */
  get #scale() {
    return Math.abs(this.#map.pixel(1, 0)[0] - this.#map.pixel(0, 0)[0]);
  }

  #forget() {
    this.#turn += 1;
    this.#rows = [];
    this.#shapes.clear();
  }

  #later(wait = REST) {
    clearTimeout(this.#timer);
    this.#turn += 1;
    if (this.#on && this.#facts?.kind !== "ae" && this.#map.window) this.#timer = setTimeout(() => this.#ask(this.#turn), wait);
  }

  /** Choose evenly among the images in view and ask for their ellipses. */
  async #ask(turn) {
    if (!this.#map.window) return; // another model's map is on its way
    const { places, name } = this.#facts,
      [x0, x1, y0, y1] = this.#map.window;
    const seen = [];
    for (let row = 0; row < places.length / 2; row++)
      if (places[2 * row] > x0 && places[2 * row] < x1 && places[2 * row + 1] > y0 && places[2 * row + 1] < y1) seen.push(row);
    const step = Math.max(1, seen.length / MOST);
    this.#rows = Array.from({ length: Math.min(MOST, seen.length) }, (_, i) => seen[Math.floor(i * step)]);
    const missing = this.#rows.filter((row) => !this.#shapes.has(row));
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const rows = missing.slice(first, first + AT_ONCE);
      const shapes = await new Promise((resolve) => {
        this.#live.channel.ask(
          `balloons ${this.#lane}`,
          OPERATION.balloons,
          name,
          rows,
          ([reply]) => resolve(reply),
          (error) => {
            this.#live.alert(error.message);
            resolve(null);
          },
        );
      });
      if (!shapes || turn !== this.#turn) return;
      const {
        shape: [, width],
        data,
      } = shapes;
      rows.forEach((row, i) => this.#shapes.set(row, data.subarray(width * i, width * (i + 1))));
      this.#map.redraw();
    }
    this.#onshapes();
  }

  #draw(context) {
    if (!this.#on || !this.#facts) return;
    const { places, labels } = this.#facts,
      grown = this.#scale * this.#radius;
    context.save();
    context.lineWidth = 1.2;
    for (const row of this.#rows) {
      const shape = this.#shapes.get(row);
      if (!shape) continue;
      const [across, up] = shape;
      context.beginPath();
      context.ellipse(...this.#map.pixel(places[2 * row], places[2 * row + 1]), grown * across, grown * up, 0, 0, 2 * Math.PI);
      context.strokeStyle = context.fillStyle = classColour(labels[row]);
      context.globalAlpha = 0.22;
      context.fill();
      context.globalAlpha = 0.9;
      context.stroke();
    }
    context.restore();
  }
}

/** The button and the radius of the balloons on one map or two. */
export class BalloonControl {
  #all;
  #on = false;
  #points = "";

  /** @param {any} live @param {Record<string, import("./map.js").LatentMap>} maps by lane */
  constructor(live, maps) {
    this.#all = Object.entries(maps).map(([lane, map]) => new Balloons(live, map, lane, () => this.#tell()));
    this.button = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        "aria-pressed": "false",
        title: "Draw σ: the ellipse that each image's code is drawn from, at r times its standard deviation",
        onclick: () => this.turn(!this.#on),
      },
      "σ balloons",
    );
    this.radius = new NumberSlider(
      "Radius of the balloons, r",
      { min: 0, max: 3, step: 0.05, value: 1 },
      { input: () => this.#resized(), refuse: live.alert },
    );
    this.size = h("span", { class: "ctm-line" }, h("span", {}, "r = ", this.radius.number, " σ"), this.radius.slider);
    this.words = h("span", { class: "ctm-note" });
    this.closer = h(
      "button",
      {
        type: "button",
        class: "ctm-link",
        hidden: true,
        onclick: () => {
          for (const balloons of this.#all) balloons.approach();
        },
      },
      "come closer",
    );
    this.element = h("div", { class: "ctm-balloons", hidden: true }, h("div", { class: "ctm-line" }, this.size, this.closer), this.words);
  }

  get on() {
    return this.#on;
  }

  /** Other models. @param {any[]} facts one for each map */
  open(facts) {
    const points = facts.filter(({ kind }) => kind === "ae").length;
    this.#points = !points
      ? ""
      : facts.length === 1
        ? "No balloon has a size: an autoencoder's encoder gives a point, σ = 0."
        : "The autoencoder's have no size: σ = 0.";
    this.size.hidden = points === facts.length;
    this.radius.slider.title = facts[0].identity
      ? "Each ellipse is exactly the set of codes at r standard deviations from the image's mean."
      : `A UMAP has no room for a ${facts[0].latent_dim}-dimensional balloon: each circle is as large, beside the distances of the nearest points on the map, as r‖σ‖ is beside the distances of the nearest codes.`;
    this.#all.forEach((balloons, i) => balloons.open(facts[i]));
    this.#tell();
  }

  turn(on) {
    this.#on = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.element.hidden = !on;
    for (const balloons of this.#all) balloons.turn(on);
    this.#tell();
  }

  dispose() {
    for (const balloons of this.#all) balloons.dispose();
  }

  #resized() {
    for (const balloons of this.#all) balloons.resize(this.radius.value);
    this.#tell();
  }

  /** Say how far the balloons reach, and offer to come closer where they cannot be seen. */
  #tell() {
    const seen = this.#all.map((balloons) => balloons.typical).filter((typical) => typical?.size > 0),
      r = this.radius.value;
    const reach = seen.length ? r * Math.max(...seen.map((typical) => typical.reach)) : 0;
    const far =
      reach >= 1
        ? `Codes fall ${figure(reach)} times as far off as the nearest other image: the balloons overlap.`
        : `Codes fall ${Math.round(100 * reach)} % of the way to the nearest other image: the balloons ${reach < 0.5 ? "do not touch" : "touch"}.`;
    say(this.words, [reach ? far : "", this.#points].filter((words) => words).join(" "));
    this.closer.hidden = !seen.some((typical) => typical.size * r < SMALL) || r === 0;
  }
}
