/** σ as balloons: the ellipse of z = μ + r σ of the images in view, drawn on the map. */
import { h, say } from "./dom.js";
import { CLASS_COLOURS } from "./map.js";
import { OPERATION } from "./protocol.js";

const MOST = 600; // images
const AT_ONCE = 32; // in one question
const REST = 120; // milliseconds without a move before those in view are chosen anew

/** The balloons on one map. */
class Balloons {
  #live; #map; #lane; #facts = null; #on = false; #radius = 1; #turn = 0; #timer = 0;
  #rows = []; #shapes = new Map(); // row: [radius, xx, xy, yy]

  constructor(live, map, lane) {
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
    this.#map.redraw(); // those that are there grow at once
    if (this.#facts && !this.#facts.identity) this.#later();
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
    const { places, name, identity } = this.#facts, [x0, x1, y0, y1] = this.#map.window, radius = this.#radius;
    const seen = [];
    for (let row = 0; row < places.length / 2; row++) if (places[2 * row] > x0 && places[2 * row] < x1 && places[2 * row + 1] > y0 && places[2 * row + 1] < y1) seen.push(row);
    const step = Math.max(1, seen.length / MOST);
    this.#rows = Array.from({ length: Math.min(MOST, seen.length) }, (_, i) => seen[Math.floor(i * step)]);
    const missing = this.#rows.filter((row) => !this.#shapes.has(row) || (!identity && this.#shapes.get(row)[0] !== radius));
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const rows = missing.slice(first, first + AT_ONCE);
      const shapes = await new Promise((resolve) => {
        this.#live.channel.ask(`balloons ${this.#lane}`, OPERATION.balloons, name, [radius || 1, ...rows], ([reply]) => resolve(reply.data), (error) => { this.#live.alert(error.message); resolve(null); });
      });
      if (!shapes || turn !== this.#turn) return;
      rows.forEach((row, i) => this.#shapes.set(row, [radius || 1, ...shapes.subarray(3 * i, 3 * i + 3)]));
      this.#map.redraw();
    }
  }

  #draw(context) {
    if (!this.#on || !this.#facts) return;
    const { places, labels } = this.#facts, radius = this.#radius;
    const scale = Math.abs(this.#map.pixel(1, 0)[0] - this.#map.pixel(0, 0)[0]); // pixels for each unit; the same both ways
    context.save();
    context.lineWidth = 1.2;
    for (const row of this.#rows) {
      const shape = this.#shapes.get(row);
      if (!shape) continue;
      const [made, xx, xy, yy] = shape, grown = (scale * radius) / made;
      // The ellipse's half-axes are the roots of the eigenvalues of its matrix, its angle that of the first eigenvector.
      const middle = (xx + yy) / 2, apart = Math.hypot((xx - yy) / 2, xy), angle = 0.5 * Math.atan2(2 * xy, xx - yy);
      context.beginPath();
      context.ellipse(...this.#map.pixel(places[2 * row], places[2 * row + 1]), grown * Math.sqrt(middle + apart), grown * Math.sqrt(Math.max(0, middle - apart)), -angle, 0, 2 * Math.PI);
      context.strokeStyle = context.fillStyle = CLASS_COLOURS[labels[row] % 10];
      context.globalAlpha = 0.22; context.fill();
      context.globalAlpha = 0.9; context.stroke();
    }
    context.restore();
  }
}

/** The button and the radius of the balloons on one map or two. */
export class BalloonControl {
  #all; #on = false;

  /** @param {any} live @param {Record<string, import("./map.js").LatentMap>} maps by lane */
  constructor(live, maps) {
    this.#all = Object.entries(maps).map(([lane, map]) => new Balloons(live, map, lane));
    this.button = h("button", { type: "button", class: "ctm-chip", "aria-pressed": "false", title: "Draw σ: the ellipse that each image's code is drawn from, at r times its standard deviation", onclick: () => this.turn(!this.#on) }, "σ balloons");
    this.radius = h("input", { type: "range", min: 0, max: 3, step: 0.05, value: 1, "aria-label": "Radius of the balloons, r", oninput: () => this.#resized() });
    this.value = h("span", {}, "r = 1.00 σ");
    this.words = h("span", { class: "ctm-note" });
    this.element = h("div", { class: "ctm-balloons", hidden: true }, h("label", { class: "ctm-line" }, this.value, this.radius), this.words);
  }

  get on() {
    return this.#on;
  }

  /** Other models. @param {any[]} facts one for each map */
  open(facts) {
    const points = facts.filter(({ kind }) => kind === "ae").length;
    this.radius.parentElement.hidden = points === facts.length;
    say(this.words, points === 0 ? "" : facts.length === 1 ? "No balloon has a size: an autoencoder's encoder gives a point, σ = 0." : "The autoencoder's have no size: its encoder gives a point, σ = 0.");
    this.radius.title = facts[0].identity
      ? "Each ellipse is exactly the set of codes at r standard deviations from the image's mean."
      : `On a UMAP, an ellipse is the spread of the places of μ ± r σ along the four most used dimensions: a hint of size, not the ${facts[0].latent_dim}-dimensional balloon itself.`;
    this.#all.forEach((balloons, i) => balloons.open(facts[i]));
  }

  turn(on) {
    this.#on = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.element.hidden = !on;
    for (const balloons of this.#all) balloons.turn(on);
  }

  dispose() {
    for (const balloons of this.#all) balloons.dispose();
  }

  #resized() {
    say(this.value, `r = ${Number(this.radius.value).toFixed(2)} σ`);
    for (const balloons of this.#all) balloons.resize(Number(this.radius.value));
  }
}
