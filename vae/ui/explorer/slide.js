/** From AE to VAE: one slider through a ladder of models, under the same dice and the same images. */
import { Chart } from "./chart.js";
import { figure, h, say, segmented } from "./dom.js";
import { CLASS_COLOURS, Tooltip } from "./map.js";
import { dataTitle } from "./models.js";
import { Picture } from "./picture.js";
import { OPERATION } from "./protocol.js";
import { Player, Strip } from "./strip.js";
import * as words from "./words.js";

const DRAWS = 64;
const FRAMES = 16;
const SECONDS = 9; // from one end to the other when it plays
const REACH = 14; // pixels within which the pointer means an image
const OUTLIERS = 0.005; // share of the places on code planes that may lie beyond each side of the map
const MARGIN = 0.07; // of the map's width, left free around its points

/** What a step of the ladder is called on the slider, and in full. */
export function stepName({ kind, beta, noise, l2 }) {
  if (kind === "vae") return [`β ${beta}`, `VAE, β = ${beta}`];
  if (noise) return ["noise", `autoencoder with noise of size ${noise} on its codes`];
  if (l2) return ["L2", "autoencoder with short codes (L2)"];
  return ["AE", "plain autoencoder"];
}

export class Slide {
  #live; #commit; #ladder = null; #names = []; #place = 0; #step = -1; #seed = 1; #row = -1; #codes = new Map(); #turn = 0; #scheduled = 0; #listeners = new AbortController(); #resizes; #frame = null;

  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#build(root);
    this.ready = this.apply(view);
  }

  async apply(view) {
    const turn = ++this.#turn;
    const names = await this.#live.models.ladders();
    if (turn !== this.#turn) return;
    this.#names = names;
    if (!this.#names.length) throw new Error("There is no ladder of models yet. Make one with: python -m vae ladder NAME MODEL MODEL ...");
    this.#seed = Number(view.dice ?? 1);
    const name = this.#names.includes(view.ladder) ? view.ladder : this.#names.find((each) => each.endsWith("-16")) ?? this.#names[0];
    await this.#open(name, view.p === undefined ? 0 : Number(view.p));
  }

  dispose() {
    this.player.pause();
    this.#listeners.abort();
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#scheduled);
    for (const chart of [this.rate, this.holes]) chart.dispose();
  }

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    this.choice = h("div", {});
    this.playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, "▶ Play");
    this.player = new Player((t, event) => this.#move(t * (this.#ladder.steps.length - 1), event), SECONDS);
    this.slider = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0, "aria-label": "From AE to VAE", oninput: (event) => { this.#pause(); this.#move(Number(this.slider.value), event); }, onchange: () => this.#save() });
    this.stops = h("div", { class: "ctm-stops" });
    const top = h("section", { class: "ctm-card ctm-slidebar", "aria-label": "Ladder" }, this.playButton, h("div", { class: "ctm-slidetrack" }, this.slider, this.stops), this.choice);

    this.canvas = h("canvas", { class: "ctm-layer", "aria-hidden": "true" });
    this.hoverPicture = new Picture("Hover reconstruction", "ctm-hover");
    this.tooltip = new Tooltip(this.hoverPicture);
    this.map = h("div", { class: "ctm-map", role: "application", "aria-label": "Latent map" }, this.canvas);
    this.legend = h("div", { class: "ctm-legend", role: "group", "aria-label": "Classes on the map" });
    this.note = h("span", { class: "ctm-note" });
    const map = h("section", { class: "ctm-card ctm-slidemap", "aria-label": "Map" }, this.map, this.tooltip.element, h("div", { class: "ctm-mapfoot" }, this.legend, this.note));

    this.title = h("h2", {});
    this.wall = new Picture("Samples", "ctm-wall");
    this.again = h("button", { type: "button", class: "ctm-chip", onclick: (event) => { this.#seed = 1 + Math.floor(Math.random() * 1e6); this.#draw(event); this.#save(); } }, "⚄ throw again");
    const draws = h("section", { class: "ctm-card ctm-slidewall", "aria-label": "Samples" }, h("div", { class: "ctm-line" }, this.title, h("span", { class: "ctm-grow" }), this.again), h("div", { class: "ctm-wallbox" }, this.wall.element), h("p", { class: "ctm-quiet" }, "The same 64 draws of N(0, I), decoded by the model on the slider."));

    this.rate = new Chart("Rate and distortion", { x: "KL, nats", y: "squared error", format: (value) => value.toFixed(3) });
    this.holes = new Chart("Draws of N(0, I) that miss", { x: "", y: "", format: (value) => `${Math.round(100 * value)} %` });
    const charts = h("section", { class: "ctm-card ctm-slidecharts", "aria-label": "Figures of the whole ladder" },
      h("h2", { title: "KL says how many nats a code tells of its image; squared error is what is lost of the picture. A model without a KL term has no rate: its error is a hollow dot at the right edge." }, "what is kept against what is said; ○ has no KL"), this.rate.element,
      h("h2", { title: "Of 10,000 draws of N(0, I): how many fall farther from every image's code than codes lie from each other, and how many decode to something farther from every real image, in our classifier's features, than 99 % of unseen real images are." }, "draws of N(0, I): ", h("span", { class: "ctm-keyhole" }, "in holes"), " · ", h("span", { class: "ctm-keyunreal" }, "unreal pictures")), this.holes.element);

    this.strip = new Strip("Path", FRAMES, () => {});
    this.sentence = h("p", {});
    const bottom = h("section", { class: "ctm-card ctm-slidefoot", "aria-label": "Path and verdict" }, h("div", { class: "ctm-film" }, h("span", { class: "ctm-quiet" }, "from one image to another, by the same model; dashed frames look unlike anything real"), this.strip.element), h("div", { class: "ctm-verdict" }, h("h2", {}, "What you see"), this.sentence));
    this.page = h("div", { class: "ctm-page ctm-slide" }, top, map, draws, charts, bottom);
    root.append(this.page);

    const { signal } = this.#listeners;
    this.map.addEventListener("pointermove", (event) => this.#hover(event), { signal });
    this.map.addEventListener("pointerleave", () => { this.#row = -1; this.tooltip.hide(); this.#redraw(); }, { signal });
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(this.map);
  }

  // --- the ladder ------------------------------------------------------------------------------------------

  /** @param {string} name @param {number} place on the slider @param {boolean} [step] whether Back leads to the ladder before */
  async #open(name, place, step = false) {
    this.#pause();
    const turn = ++this.#turn;
    const ladder = await this.#live.models.ladder(name);
    if (turn !== this.#turn) return;
    this.#ladder = ladder;
    this.#live.meter.device = ladder.device;
    this.#codes.clear();
    this.#step = this.#row = -1;
    const { steps, classes, labels } = ladder;
    const last = steps.length - 1;
    const first = (label) => Math.max(0, labels.indexOf(Math.min(label, classes.length - 1)));
    this.ends = [first(4), first(1)];
    this.choice.replaceChildren(segmented("Code size", this.#names.map((each) => [each, each.replace(/^(.*)-(\d+)$/, (_, data, dim) => `${dataTitle(data)} · ${dim} numbers`)]), name, (other) => this.#open(other, this.#place, true).catch((error) => this.#live.alert(error.message))).element);
    this.slider.max = last;
    this.stops.replaceChildren(...steps.map(({ config }, i) => {
      const [short, long] = stepName(config);
      return h("button", { type: "button", title: long, style: `left:${(100 * i) / last}%`, onclick: (event) => { this.#pause(); this.#move(i, event); this.#save(); } }, short);
    }));
    this.legend.replaceChildren(...classes.map((text, i) => h("span", {}, h("i", { style: `background:${CLASS_COLOURS[i % 10]}` }), text)));
    const plane = ladder.settings.method === "procrustes"; // where an autoencoder's outliers would make all others small
    say(this.note, plane ? `${labels.length.toLocaleString("en")} images on each model's own code plane, turned and scaled to match its neighbours; those far out stand at the edge.` : `${labels.length.toLocaleString("en")} images. These UMAPs were fitted together so that points travel; white space on them is not a hole.`);
    this.#frame = frameOf(ladder.places, plane ? OUTLIERS : 0);
    this.#showCharts();
    this.#move(Math.min(Math.max(0, place), last), null);
    this.#save(step);
    this.#warm(turn);
  }

  /** The other models come to the server's hand one after the other, so that the slider finds them there. */
  async #warm(turn) {
    for (const { name } of this.#ladder.steps) {
      if (turn !== this.#turn) return;
      await this.#code(name, this.ends[0]).catch(() => {});
    }
  }

  #colour(place) {
    const { steps } = this.#ladder;
    const share = Math.min(1, Math.max(0, place / (steps.length - 1)));
    return `color-mix(in oklab, var(--ctm-vae) ${Math.round(100 * share)}%, var(--ctm-ae))`;
  }

  #move(place, event) {
    this.#place = place;
    this.slider.value = place;
    this.page.style.setProperty("--ctm-model", this.#colour(place));
    const step = Math.round(place);
    if (step !== this.#step) {
      this.#step = step;
      const { config, metrics } = this.#ladder.steps[step];
      [...this.stops.children].forEach((button, i) => button.setAttribute("aria-current", String(i === step)));
      say(this.title, stepName(config)[1]);
      this.slider.setAttribute("aria-valuetext", stepName(config)[1]);
      say(this.sentence, words.slideStep({ config, metrics, first: this.#ladder.steps[0].metrics }));
      this.#draw(event);
      this.#path(event);
    }
    this.#markCharts();
    this.#redraw();
  }

  #model() {
    return this.#ladder.steps[this.#step].name;
  }

  #draw(event) {
    const turn = this.#turn, model = this.#model();
    this.#live.channel.ask("slide draws", OPERATION.sample, model, [this.#seed, DRAWS, 1, 0], ([pixels]) => {
      if (turn !== this.#turn) return;
      this.wall.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
      this.#live.meter.frame(event);
    }, (error) => this.#live.alert(error.message));
  }

  /** The code of an image in one model. @returns {Promise<Float32Array>} */
  #code(model, row) {
    const key = `${model} ${row}`;
    if (!this.#codes.has(key)) {
      const asked = new Promise((resolve, reject) => this.#live.channel.ask(`slide ${key}`, OPERATION.image, model, [row], ([, , code]) => resolve(code.data.slice()), reject));
      asked.catch(() => this.#codes.delete(key));
      this.#codes.set(key, asked);
    }
    return this.#codes.get(key);
  }

  async #path(event) {
    const turn = this.#turn, model = this.#model();
    try {
      const ends = await Promise.all(this.ends.map((row) => this.#code(model, row)));
      if (turn !== this.#turn || model !== this.#model()) return;
      this.#live.channel.ask("slide path", OPERATION.path, model, [0, FRAMES, ...ends[0], ...ends[1]], ([pixels, , , , judge]) => {
        if (turn !== this.#turn) return;
        this.strip.paint(pixels.data, pixels.shape);
        this.strip.flag(Array.from({ length: FRAMES }, (_, i) => judge.data[4 * i + 2] > 0));
        this.#live.meter.frame(event);
      }, (error) => this.#live.alert(error.message));
    } catch (error) {
      this.#live.alert(error.message);
    }
  }

  // --- the figures -----------------------------------------------------------------------------------------

  #showCharts() {
    const steps = this.#ladder.steps.map(({ config, metrics }, i) => ({ i, rate: config.kind === "vae" ? metrics.kl : undefined, error: metrics.recon_mse?.value, holes: metrics.hole_mass_prior?.value, unreal: metrics.off_manifold_prior?.value }));
    const rated = steps.filter((step) => Number.isFinite(step.rate) && Number.isFinite(step.error));
    const most = Math.max(1, ...rated.map((step) => step.rate));
    const edge = 1.12 * most;
    this.curve = steps.map((step) => [Number.isFinite(step.rate) ? step.rate : edge, step.error]);
    const known = this.curve.filter(([, error]) => Number.isFinite(error));
    const errors = known.map(([, error]) => error);
    const [best, worst] = [Math.min(...errors), Math.max(...errors)], air = 0.12 * (worst - best) || 0.1 * worst || 0.01;
    this.rate.show([
      { colour: "var(--ctm-vae)", points: rated.map((step) => [step.rate, step.error]) },
      { colour: "var(--ctm-ae)", apart: true, points: steps.filter((step) => !Number.isFinite(step.rate) && Number.isFinite(step.error)).map((step) => [edge, step.error]) },
    ], { x: [0, 1.18 * most], y: [Math.max(0, best - air), worst + air] });
    const line = (key) => steps.filter((step) => Number.isFinite(step[key])).map((step) => [step.i, step[key]]);
    this.misses = steps;
    this.holes.show([
      { colour: "var(--ctm-text)", points: line("holes") },
      { colour: "var(--ctm-warn)", points: line("unreal") },
    ], { x: [-0.3, steps.length - 0.7], y: [0, 1.05] });
  }

  #markCharts() {
    const between = (value) => {
      const low = Math.floor(this.#place), high = Math.ceil(this.#place), share = this.#place - low;
      return value(low) + share * (value(high) - value(low));
    };
    const rate = [between((i) => this.curve[i][0]), between((i) => this.curve[i][1])];
    this.rate.mark(Number.isFinite(rate[1]) ? [{ place: rate, colour: "var(--ctm-text)" }] : []);
    this.holes.mark(["holes", "unreal"].map((key) => ({ place: [this.#place, between((i) => this.misses[i][key])], colour: "var(--ctm-text)" })).filter(({ place }) => Number.isFinite(place[1])));
  }

  // --- the map ---------------------------------------------------------------------------------------------

  /** Pixel of image `row` now: between two steps it is on its way from one place to the other. */
  #pixel(row) {
    const { places, labels } = this.#ladder;
    const low = Math.floor(this.#place), share = this.#place - low;
    const here = 2 * (low * labels.length + row), there = 2 * (Math.ceil(this.#place) * labels.length + row);
    const x = places[here] + share * (places[there] - places[here]), y = places[here + 1] + share * (places[there + 1] - places[here + 1]);
    const { width, height } = this.canvas;
    const scale = Math.min(width / (this.#frame[1] - this.#frame[0]), height / (this.#frame[3] - this.#frame[2]));
    const px = width / 2 + scale * (x - (this.#frame[0] + this.#frame[1]) / 2), py = height / 2 - scale * (y - (this.#frame[2] + this.#frame[3]) / 2);
    return [Math.min(width, Math.max(0, px)), Math.min(height, Math.max(0, py))];
  }

  #resize() {
    const { width, height } = this.map.getBoundingClientRect();
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    this.#redraw();
  }

  #redraw() {
    if (!this.#scheduled) this.#scheduled = requestAnimationFrame(() => { this.#scheduled = 0; this.#drawMap(); });
  }

  #drawMap() {
    if (!this.#ladder || !this.canvas.width) return;
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const { labels } = this.#ladder;
    const size = 3.4 * devicePixelRatio;
    context.globalAlpha = 0.8;
    for (let label = 0; label < this.#ladder.classes.length; label++) {
      context.fillStyle = CLASS_COLOURS[label % 10];
      for (let row = 0; row < labels.length; row++) {
        if (labels[row] !== label) continue;
        const [x, y] = this.#pixel(row);
        context.fillRect(x - size / 2, y - size / 2, size, size);
      }
    }
    context.globalAlpha = 1;
    if (this.#row >= 0) {
      context.strokeStyle = getComputedStyle(this.page).getPropertyValue("--ctm-text");
      context.lineWidth = 2 * devicePixelRatio;
      context.beginPath();
      context.arc(...this.#pixel(this.#row), 7 * devicePixelRatio, 0, 7);
      context.stroke();
    }
    this.map.dataset.points = String(labels.length);
  }

  #hover(event) {
    if (!this.#ladder) return;
    const box = this.map.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) * devicePixelRatio, (event.clientY - box.top) * devicePixelRatio];
    let best = REACH * devicePixelRatio, found = -1;
    for (let row = 0; row < this.#ladder.labels.length; row++) {
      const [x, y] = this.#pixel(row);
      const distance = Math.hypot(x - px, y - py);
      if (distance < best) [best, found] = [distance, row];
    }
    if (found === this.#row) return;
    this.#row = found;
    this.#redraw();
    if (found < 0) return this.tooltip.hide();
    const turn = this.#turn;
    this.#live.channel.ask("slide hover", OPERATION.image, this.#model(), [found], ([pixels, , , , , , label]) => {
      if (turn !== this.#turn || this.#row !== found) return;
      this.hoverPicture.paint(pixels.data, pixels.shape);
      this.#live.meter.frame(event);
      this.tooltip.say(`reconstruction of image ${found}: ${this.#ladder.classes[label.data[0]]}`);
      const [x, y] = this.#pixel(found);
      this.tooltip.moveTo(x / devicePixelRatio, y / devicePixelRatio);
    }, (error) => this.#live.alert(error.message));
  }

  // --- play and the address --------------------------------------------------------------------------------

  #playPause() {
    if (this.player.playing) return this.#pause();
    this.playButton.textContent = "❚❚ Pause";
    this.player.play(this.#place / (this.#ladder.steps.length - 1));
  }

  #pause() {
    if (!this.player.playing) return;
    this.player.pause();
    this.playButton.textContent = "▶ Play";
    this.#save();
  }

  #save(step = false) {
    if (this.#ladder) this.#commit({ ladder: this.#ladder.name, p: this.#place.toFixed(2), dice: String(this.#seed) }, step);
  }
}

/**
 * The smallest window [x0, x1, y0, y1] that holds the places, with a margin.
 * @param {Float32Array} places flat x, y @param {number} outside share of them that may lie beyond each side
 */
function frameOf(places, outside) {
  const ends = [0, 1].map((axis) => {
    const values = places.filter((_, i) => i % 2 === axis).sort(); // numbers, as a typed array's are
    const skipped = Math.floor(outside * values.length), low = values[skipped], high = values[values.length - 1 - skipped];
    return [low - MARGIN * (high - low), high + MARGIN * (high - low)];
  });
  return ends.flat();
}
