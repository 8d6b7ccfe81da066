/** From AE to VAE: one slider through a ladder of models, under the same dice and the same images. */
import { Chart } from "../../widgets/chart.js";
import { figure, h, keepFocus, say, segmented } from "../../core/dom.js";
import { classColour, Tooltip } from "../../map/map.js";
import { classPixels } from "../../map/colours.js";
import { Points } from "../../map/points.js";
import { fit, onResolution, pixelRatio } from "../../map/resolution.js";
import { Missing, training } from "../../core/missing.js";
import { dataTitle } from "../../core/models.js";
import { Picture } from "../../widgets/picture.js";
import { OPERATION } from "../../wire/protocol.js";
import { Spoken } from "../../core/spoken.js";
import { Player, Strip } from "../../widgets/strip.js";
import * as words from "../../text/words.js";

const DRAWS = 64;
const FRAMES = 16;
const SECONDS = 9; // from one end to the other when it plays
const POINT = 3.8; // diameter of an image's point in pixels
const REACH = 14; // pixels within which the pointer means an image
const KEY_STEP = 12; // pixels an arrow key moves the cursor
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
  #live;
  #commit;
  #ladder = null;
  #names = [];
  #place = 0;
  #step = -1;
  #seed = 1;
  #row = -1;
  #cursor = null;
  #codes = new Map();
  #turn = 0;
  #scheduled = 0;
  #listeners = new AbortController();
  #resizes;
  #frame = null;
  #size = [0, 0];
  #points;
  #at = new Float32Array();
  #colours = new Int32Array();
  #unwatch; // the map's size, its points, where they are in pixels, the colours of classes

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
    if (!this.#names.length) throw await this.#none();
    this.#seed = Number(view.dice ?? 1);
    const name = this.#names.includes(view.ladder) ? view.ladder : (this.#names.find((each) => each.endsWith("-16")) ?? this.#names[0]);
    await this.#open(name, view.p === undefined ? 0 : Number(view.p));
  }

  /** What to say where there is no ladder: how to make one of the models that are there. */
  async #none() {
    const models = (await this.#live.models.list()).filter((model) => model.usable);
    const like = (one) => models.filter(({ data, latent_dim: dim }) => data === one.data && dim === one.latent_dim);
    const steps = models.map(like).sort((a, b) => b.length - a.length)[0] ?? [];
    const sentence = "There is no ladder of models yet: two or more of the same data and code size, from an autoencoder to a VAE.";
    if (steps.length < 2)
      return new Missing(
        `${sentence} Train some, then lay their maps on each other:`,
        ["ae", "vae"]
          .flatMap((kind) => training(`mnist-${kind}`, { kind, data: "mnist" }))
          .concat("python -m vae ladder mnist-16 mnist-ae mnist-vae"),
      );
    const names = steps.toSorted((a, b) => a.kind.localeCompare(b.kind) || a.beta - b.beta).map((model) => model.name);
    return new Missing(`${sentence} Make one of those that are here:`, [
      `python -m vae ladder ${dataTitle(steps[0].data).toLowerCase()}-${steps[0].latent_dim} ${names.join(" ")}`,
    ]);
  }

  dispose() {
    this.player.pause();
    this.#listeners.abort();
    this.spoken.hush();
    this.#resizes.disconnect();
    this.#unwatch();
    cancelAnimationFrame(this.#scheduled);
    for (const chart of [this.rate, this.holes]) chart.dispose();
  }

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    this.choice = h("div", {});
    this.playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, "▶ Play");
    this.player = new Player((t, event) => this.#move(t * (this.#ladder.steps.length - 1), event), SECONDS);
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      value: 0,
      "aria-label": "From AE to VAE",
      oninput: (event) => {
        this.#pause();
        this.#move(Number(this.slider.value), event);
      },
      onchange: () => this.#save(),
    });
    this.stops = h("div", { class: "ctm-stops" });
    const top = h(
      "section",
      { class: "ctm-card ctm-slidebar", "aria-label": "Ladder" },
      this.playButton,
      h("div", { class: "ctm-slidetrack" }, this.slider, this.stops),
      this.choice,
    );

    this.canvas = h("canvas", { class: "ctm-layer", "aria-hidden": "true" });
    this.hoverPicture = new Picture("Hover reconstruction", "ctm-hover");
    this.tooltip = new Tooltip(this.hoverPicture);
    this.spoken = new Spoken();
    this.map = h(
      "div",
      {
        class: "ctm-map",
        role: "application",
        tabindex: 0,
        "aria-label": "Latent map",
        "aria-description": "Arrow keys move over the map, with Shift farther.",
      },
      this.canvas,
    );
    this.legend = h("div", { class: "ctm-legend", role: "group", "aria-label": "Classes on the map" });
    this.note = h("span", { class: "ctm-note" });
    const map = h(
      "section",
      { class: "ctm-card ctm-slidemap", "aria-label": "Map" },
      this.map,
      this.tooltip.element,
      this.spoken.element,
      h("div", { class: "ctm-mapfoot" }, this.legend, this.note),
    );

    this.title = h("h2", {});
    this.wall = new Picture("Samples", "ctm-wall");
    this.again = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        onclick: (event) => {
          this.#seed = 1 + Math.floor(Math.random() * 1e6);
          this.#draw(event);
          this.#save();
        },
      },
      "⚄ throw again",
    );
    const draws = h(
      "section",
      { class: "ctm-card ctm-slidewall", "aria-label": "Samples" },
      h("div", { class: "ctm-line" }, this.title, h("span", { class: "ctm-grow" }), this.again),
      h("div", { class: "ctm-wallbox" }, this.wall.element),
      h("p", { class: "ctm-quiet" }, "The same 64 draws of N(0, I), decoded by the model on the slider."),
    );

    this.rate = new Chart("Rate and distortion", { x: "KL, nats", y: "squared error", format: (value) => value.toFixed(3) });
    this.holes = new Chart("Draws of N(0, I) that miss", { x: "", y: "", format: (value) => `${Math.round(100 * value)} %` });
    const charts = h(
      "section",
      { class: "ctm-card ctm-slidecharts", "aria-label": "Figures of the whole ladder" },
      h(
        "h2",
        {
          title:
            "KL says how many nats a code tells of its image; squared error is what is lost of the picture. A model without a KL term has no rate: its error is a hollow dot at the right edge.",
        },
        "what is kept against what is said; ○ has no KL",
      ),
      this.rate.element,
      h(
        "h2",
        {
          title:
            "Of 10,000 draws of N(0, I): how many fall farther from every image's code than codes lie from each other, and how many decode to something farther from every real image, in our classifier's features, than 99 % of unseen real images are.",
        },
        "draws of N(0, I): ",
        h("span", { class: "ctm-keyhole" }, "in holes"),
        " · ",
        h("span", { class: "ctm-keyunreal" }, "unreal pictures"),
      ),
      this.holes.element,
    );

    this.strip = new Strip("Path", FRAMES);
    this.sentence = h("p", {});
    const bottom = h(
      "section",
      { class: "ctm-card ctm-slidefoot", "aria-label": "Path and verdict" },
      h(
        "div",
        { class: "ctm-film" },
        h("span", { class: "ctm-quiet" }, "from one image to another, by the same model; dashed frames look unlike anything real"),
        this.strip.element,
      ),
      h("div", { class: "ctm-verdict" }, h("h2", {}, "What you see"), this.sentence),
    );
    this.page = h("div", { class: "ctm-page ctm-slide" }, top, map, draws, charts, bottom);
    root.append(this.page);

    const { signal } = this.#listeners;
    for (const type of ["pointermove", "pointerdown"]) this.map.addEventListener(type, (event) => this.#hover(event), { signal }); // a finger does not hover
    this.map.addEventListener("keydown", (event) => this.#walk(event), { signal });
    for (const type of ["pointerleave", "blur"]) this.map.addEventListener(type, () => this.#leave(), { signal });
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(this.map);
    this.#unwatch = onResolution(() => this.#resize());
    this.#points = new Points(this.canvas);
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
    const sizes = segmented(
      "Code size",
      this.#names.map((each) => [each, each.replace(/^(.*)-(\d+)$/, (_, data, dim) => `${dataTitle(data)} · ${dim} numbers`)]),
      name,
      (other) => this.#open(other, this.#place, true).catch((error) => this.#live.alert(error.message)),
    ).element;
    keepFocus(this.choice, () => this.choice.replaceChildren(sizes), sizes.firstElementChild);
    this.slider.max = last;
    this.stops.replaceChildren(
      ...steps.map(({ config }, i) => {
        const [short, long] = stepName(config);
        return h(
          "button",
          {
            type: "button",
            title: long,
            style: `left:${(100 * i) / last}%`,
            onclick: (event) => {
              this.#pause();
              this.#move(i, event);
              this.#save();
            },
          },
          short,
        );
      }),
    );
    this.legend.replaceChildren(...classes.map((text, i) => h("span", {}, h("i", { style: `background:${classColour(i)}` }), text)));
    const plane = ladder.settings.method === "procrustes"; // where an autoencoder's outliers would make all others small
    say(
      this.note,
      plane
        ? `${labels.length.toLocaleString("en")} images on each model's own code plane, turned and scaled to match its neighbours; those far out stand at the edge.`
        : `${labels.length.toLocaleString("en")} images. These UMAPs were fitted together so that points travel; white space on them is not a hole.`,
    );
    this.#at = new Float32Array(2 * labels.length);
    this.#colours = classPixels(classes.length);
    this.#frame = frameOf(ladder.places, plane ? OUTLIERS : 0);
    this.#showCharts();
    this.#move(Math.min(Math.max(0, place), last), null);
    this.#save(step);
    this.#fetchAll(turn);
  }

  /** The other models come to the server's hand one after the other, so that the slider finds them there. */
  async #fetchAll(turn) {
    for (const { name } of this.#ladder.steps) {
      if (turn !== this.#turn) return;
      await this.#code(name, this.ends[0]).catch(() => {}); // whoever comes to it is told
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
    const turn = this.#turn,
      model = this.#model();
    this.#live.channel.ask(
      "slide draws",
      OPERATION.sample,
      model,
      [this.#seed, DRAWS, 1, 0],
      ([pixels]) => {
        if (turn !== this.#turn) return;
        this.wall.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
        this.#live.meter.frame(event);
      },
      (error) => this.#failed(error, this.wall),
    );
  }

  /** The code of an image in one model. @returns {Promise<Float32Array>} */
  #code(model, row) {
    const key = `${model} ${row}`;
    if (!this.#codes.has(key)) {
      const asked = new Promise((resolve, reject) =>
        this.#live.channel.ask(`slide ${key}`, OPERATION.image, model, [row], ([, , code]) => resolve(code.data.slice()), reject),
      );
      asked.catch(() => this.#codes.delete(key));
      this.#codes.set(key, asked);
    }
    return this.#codes.get(key);
  }

  async #path(event) {
    const turn = this.#turn,
      model = this.#model();
    try {
      const ends = await Promise.all(this.ends.map((row) => this.#code(model, row)));
      if (turn !== this.#turn || model !== this.#model()) return;
      this.#live.channel.ask(
        "slide path",
        OPERATION.path,
        model,
        [0, FRAMES, ...ends[0], ...ends[1]],
        ([pixels, , , , judge]) => {
          if (turn !== this.#turn) return;
          this.strip.paint(pixels.data, pixels.shape);
          this.strip.flag(Array.from({ length: FRAMES }, (_, i) => judge.data[4 * i + 2] > 0));
          this.#live.meter.frame(event);
        },
        (error) => this.#failed(error, this.strip),
      );
    } catch (error) {
      this.#failed(error, this.strip);
    }
  }

  /** Say what went wrong; pictures that were to show it show nothing. @param {Error} error @param {{clear: () => void}} pictures */
  #failed(error, pictures) {
    this.#live.alert(error.message);
    pictures.clear();
  }

  // --- the figures -----------------------------------------------------------------------------------------

  #showCharts() {
    const steps = this.#ladder.steps.map(({ config, metrics }, i) => ({
      i,
      rate: config.kind === "vae" ? metrics.kl : undefined,
      error: metrics.recon_mse?.value,
      holes: metrics.hole_mass_prior?.value,
      unreal: metrics.off_manifold_prior?.value,
    }));
    const rated = steps.filter((step) => Number.isFinite(step.rate) && Number.isFinite(step.error));
    const most = Math.max(1, ...rated.map((step) => step.rate));
    const edge = 1.12 * most;
    this.curve = steps.map((step) => [Number.isFinite(step.rate) ? step.rate : edge, step.error]);
    const known = this.curve.filter(([, error]) => Number.isFinite(error));
    const errors = known.map(([, error]) => error);
    const [best, worst] = errors.length ? [Math.min(...errors), Math.max(...errors)] : [0, 1],
      air = 0.12 * (worst - best) || 0.1 * worst || 0.01;
    this.rate.show(
      [
        { colour: "var(--ctm-vae)", points: rated.map((step) => [step.rate, step.error]) },
        {
          colour: "var(--ctm-ae)",
          apart: true,
          points: steps.filter((step) => !Number.isFinite(step.rate) && Number.isFinite(step.error)).map((step) => [edge, step.error]),
        },
      ],
      { x: [0, 1.18 * most], y: [Math.max(0, best - air), worst + air] },
    );
    const line = (key) => steps.filter((step) => Number.isFinite(step[key])).map((step) => [step.i, step[key]]);
    this.misses = steps;
    this.holes.show(
      [
        { colour: "var(--ctm-text)", points: line("holes") },
        { colour: "var(--ctm-warn)", points: line("unreal") },
      ],
      { x: [-0.3, steps.length - 0.7], y: [0, 1.05] },
    );
  }

  #markCharts() {
    const between = (value) => {
      const low = Math.floor(this.#place),
        high = Math.ceil(this.#place),
        share = this.#place - low;
      return value(low) + share * (value(high) - value(low));
    };
    const rate = [between((i) => this.curve[i][0]), between((i) => this.curve[i][1])];
    this.rate.mark(Number.isFinite(rate[1]) ? [{ place: rate, colour: "var(--ctm-text)" }] : []);
    this.holes.mark(
      ["holes", "unreal"]
        .map((key) => ({ place: [this.#place, between((i) => this.misses[i][key])], colour: "var(--ctm-text)" }))
        .filter(({ place }) => Number.isFinite(place[1])),
    );
  }

  // --- the map ---------------------------------------------------------------------------------------------

  /** CSS pixel of image `row` now: between two steps it is on its way from one place to the other. */
  #pixel(row) {
    const { places, labels } = this.#ladder;
    const low = Math.floor(this.#place),
      share = this.#place - low;
    const here = 2 * (low * labels.length + row),
      there = 2 * (Math.ceil(this.#place) * labels.length + row);
    const x = places[here] + share * (places[there] - places[here]),
      y = places[here + 1] + share * (places[there + 1] - places[here + 1]);
    const [width, height] = this.#size;
    const scale = Math.min(width / (this.#frame[1] - this.#frame[0]), height / (this.#frame[3] - this.#frame[2]));
    const px = width / 2 + scale * (x - (this.#frame[0] + this.#frame[1]) / 2),
      py = height / 2 - scale * (y - (this.#frame[2] + this.#frame[3]) / 2);
    return [Math.min(width, Math.max(0, px)), Math.min(height, Math.max(0, py))];
  }

  #resize() {
    const { width, height } = this.map.getBoundingClientRect();
    this.#size = [width, height];
    fit(this.canvas, width, height);
    this.#drawMap(); // at once: a canvas of another size is empty
  }

  #redraw() {
    if (!this.#scheduled)
      this.#scheduled = requestAnimationFrame(() => {
        this.#scheduled = 0;
        this.#drawMap();
      });
  }

  #drawMap() {
    if (!this.#ladder || !this.canvas.width) return;
    const { labels } = this.#ladder,
      ratio = pixelRatio();
    for (let row = 0; row < labels.length; row++) [this.#at[2 * row], this.#at[2 * row + 1]] = this.#pixel(row);
    this.#points.draw(this.#at, labels, this.#colours, POINT, ratio);
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = getComputedStyle(this.page).getPropertyValue("--ctm-text");
    context.lineWidth = 2;
    for (const [place, radius] of [
      [this.#row >= 0 && this.#pixel(this.#row), 7],
      [this.#cursor, 10],
    ]) {
      if (!place) continue;
      context.beginPath();
      context.arc(...place, radius, 0, 7);
      context.stroke();
    }
    this.map.dataset.points = String(labels.length);
  }

  #hover(event) {
    if (!this.#ladder) return;
    const box = this.map.getBoundingClientRect();
    this.#cursor = null;
    this.#look([event.clientX - box.left, event.clientY - box.top], event);
  }

  /** By the arrow keys, from the middle on. */
  #walk(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || !this.#ladder) return;
    event.preventDefault();
    const ends = this.#size,
      reach = (event.shiftKey ? 5 : 1) * KEY_STEP;
    const from = this.#cursor ?? [ends[0] / 2, ends[1] / 2];
    this.#cursor = from.map((at, axis) => Math.min(ends[axis], Math.max(0, at + way[axis] * reach)));
    this.#look(this.#cursor, event);
    this.#redraw();
  }

  #leave() {
    this.#row = -1;
    this.#cursor = null;
    this.spoken.hush();
    this.tooltip.hide();
    this.#redraw();
  }

  /** Show the image that is nearest to a pixel of the map. */
  #look([px, py], event) {
    let best = REACH,
      found = -1;
    for (let row = 0; row < this.#ladder.labels.length; row++) {
      const [x, y] = this.#pixel(row);
      const distance = Math.hypot(x - px, y - py);
      if (distance < best) [best, found] = [distance, row];
    }
    const { labels, classes } = this.#ladder;
    this.spoken.say(found < 0 ? "no image here" : `image ${found}, class ${classes[labels[found]]}`);
    if (found === this.#row) return;
    this.#row = found;
    this.#redraw();
    if (found < 0) return this.tooltip.hide();
    const turn = this.#turn;
    this.#live.channel.ask(
      "slide hover",
      OPERATION.image,
      this.#model(),
      [found],
      ([pixels, , , , , , label]) => {
        if (turn !== this.#turn || this.#row !== found) return;
        this.hoverPicture.paint(pixels.data, pixels.shape);
        this.#live.meter.frame(event);
        this.tooltip.say(`reconstruction of image ${found}: ${this.#ladder.classes[label.data[0]]}`);
        this.tooltip.moveTo(...this.#pixel(found));
      },
      (error) => this.#live.alert(error.message),
    );
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
    const skipped = Math.floor(outside * values.length),
      low = values[skipped],
      high = values[values.length - 1 - skipped];
    return [low - MARGIN * (high - low), high + MARGIN * (high - low)];
  });
  return ends.flat();
}
