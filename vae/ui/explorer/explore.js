/** Explore: one model, its map, its sliders, and a path through its codes. */
import { BalloonControl } from "./balloons.js";
import { figure, fill, h, say, segmented, select } from "./dom.js";
import { FloorControl } from "./floor.js";
import { Handles } from "./handles.js";
import { Holes } from "./holes.js";
import { LatentMap, legend, onRest, Tooltip } from "./map.js";
import { byData, dataTitle, KIND, modelColour, told } from "./models.js";
import { Picture, squaredError } from "./picture.js";
import { OPERATION } from "./protocol.js";
import { Sliders } from "./sliders.js";
import { Player, Strip } from "./strip.js";
import { readFloats, readList, readPoint, readZoom, writeFloats, writeList, writePoint, writeZoom } from "./view.js";

const VARIATIONS = 16;
const FRAMES = 16;
const DRAWS = 64;

export class Explore {
  #live; #facts = null; #commit; #view = {};
  #current = { row: 0, code: null, sigma: null, original: null };
  #ends = { A: { row: -1, code: null }, B: { row: -1, code: null } };
  #t = 0; #spherical = false; #seed = 1; #picking = null; #edited = false;
  #sample = { seed: 1, temperature: 1, fitted: false, codes: null };

  /**
   * @param {HTMLElement} root
   * @param {{channel: import("./channel.js").Channel, models: import("./models.js").Models, meter: import("./meter.js").Meter, base: string, alert: (text: string) => void}} live
   * @param {Record<string, string>} view what the address bar says
   * @param {(view: Record<string, string>, step?: boolean) => void} commit
   */
  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#build(root);
    this.ready = this.apply(view);
  }

  /** Show what an address says. */
  async apply(view) {
    this.#forget(); // a zoom that belongs to the view before
    const turn = ++this.#turn;
    const list = await this.#live.models.list();
    if (turn !== this.#turn) return;
    this.#view = view;
    const usable = list.filter((model) => model.usable);
    if (!usable.length) throw new Error("There is no model to show. Train one with: python -m vae train --out checkpoints/my-model");
    const wanted = usable.find(({ name }) => name === view.model) ?? usable.find(({ name }) => name === "mnist-vae") ?? usable[0];
    this.#list = usable;
    for (const { name, usable: good, sentence } of list) if (!good) this.#live.alert(`${name}: ${sentence}`);
    await this.#open(wanted.name);
  }

  dispose() {
    this.#forget();
    this.player.pause();
    this.handles.dispose();
    this.floor.dispose();
    this.holes.stop();
    this.balloons.dispose();
    this.map.dispose();
  }

  #list = []; #forget = () => {}; #turn = 0; #step = false;

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    const hoverPicture = (this.hoverPicture = new Picture("decoding under the pointer", "ctm-hover"));
    this.tooltip = new Tooltip(hoverPicture);
    this.map = new LatentMap("Latent map", `${this.#live.base}/continuum/plotly.min.js`, "var(--ctm-model)", {
      hover: (place, event) => this.#hover(place, event),
      leave: () => { this.#live.channel.drop("hover"); this.tooltip.hide(); },
      pick: (place, row, event) => this.#pick(place, row, event),
      marker: (letter, place, row, done, event) => this.#dragEnd(letter, place, row, done, event),
    });
    this.#forget = onRest(this.map, () => this.#save());
    this.floor = new FloorControl(this.#live, { map: this.map }, () => this.#save());
    this.balloons = new BalloonControl(this.#live, { map: this.map });
    this.holes = new Holes(this.#live, this.map, { code: () => this.sliders.code, go: (code, event) => this.#setCode(code, this.#meanStd(), event), done: () => this.#save() });
    this.dataChoice = select("Data set", [], "", (data) => this.#choose(data));
    this.modelChoice = select("Model", [], "", (name) => this.#switch(name));
    this.modelChoice.classList.add("ctm-model");
    this.sampleButton = h("button", { type: "button", class: "ctm-chip", "aria-expanded": "false", onclick: () => { this.#toggleSample(); this.#save(); } }, "⚄ Sample");
    this.legendSlot = h("div", {});
    this.note = h("p", { class: "ctm-note" });
    this.wall = this.#buildSample();
    const mapCard = h("section", { class: "ctm-card ctm-mapcard", "aria-label": "Map" },
      h("div", { class: "ctm-mapbox" }, this.map.element, h("div", { class: "ctm-toolbar" }, this.dataChoice, this.modelChoice, this.floor.choice, this.sampleButton, this.holes.button, this.balloons.button, this.balloons.element), this.holes.card,
        h("div", { class: "ctm-mapfoot" }, this.floor.legend, this.legendSlot, this.note), this.tooltip.element),
      this.wall);

    this.original = new Picture("original image", "ctm-large");
    this.decoding = new Picture("decoding", "ctm-large ctm-own");
    this.variations = new Picture("16 variations", "ctm-large");
    this.originalCaption = h("figcaption", {}, "original");
    this.decodingCaption = h("figcaption", {}, "reconstruction");
    this.variationCaption = h("figcaption", {});
    this.again = h("button", { type: "button", class: "ctm-link", onclick: (event) => { this.#seed = 1 + Math.floor(Math.random() * 1e6); this.#decode(event); this.#save(); } }, "draw again");
    this.noVariations = h("p", { class: "ctm-empty" }, "An autoencoder's code is one point: there is nothing to vary.");
    this.sliders = new Sliders((event) => this.#slide(event), () => this.#save());
    this.slidersTitle = h("h2", {});
    this.handles = new Handles(this.#live, {
      sliders: this.sliders, map: this.map, label: () => this.#current.label ?? 0, slide: (event) => this.#slide(event), save: () => this.#save(),
      changed: (mode) => { this.sliders.element.hidden = mode !== "dimensions"; this.#title(mode); },
    });
    this.useTitle = h("span", { class: "ctm-usetitle" });
    const figures = h("div", { class: "ctm-three" },
      h("figure", {}, this.original.element, this.originalCaption),
      h("figure", {}, this.decoding.element, this.decodingCaption),
      h("figure", {}, this.variations.element, this.noVariations, this.variationCaption));
    const panel = h("section", { class: "ctm-card ctm-panel", "aria-label": "Code" }, figures, this.handles.choice.element,
      h("div", { class: "ctm-heading" }, this.slidersTitle, h("button", { type: "button", class: "ctm-link", onclick: (event) => { this.sliders.reset(); this.#edited = false; this.#decode(event); this.handles.moved(); this.#save(); } }, "reset"), this.useTitle),
      this.sliders.element, this.handles.element);

    this.strip = new Strip("path", FRAMES, (t) => this.#scrub(t, null, true));
    this.scrubber = h("input", { type: "range", min: 0, max: 1, step: 0.005, "aria-label": "Place on the path, t", oninput: (event) => { this.#pause(); this.#scrub(Number(this.scrubber.value), event); }, onchange: () => this.#save() });
    this.player = new Player((t, event) => { this.scrubber.value = t; this.#scrub(t, event); });
    this.playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, "▶ Play");
    this.kind = segmented("Kind of path", [["line", "straight", "Straight line between the two codes"], ["sphere", "spherical", "Great circle about the origin: keeps the length of the code"]], "line", (kind) => { this.#spherical = kind === "sphere"; this.#path(null); this.#save(); });
    this.pickers = Object.fromEntries(["A", "B"].map((letter) => [letter, h("button", { type: "button", class: "ctm-chip", "aria-pressed": "false", title: `Click the map to put ${letter} there; or drag ${letter} on the map`, onclick: () => this.#startPicking(letter) }, `Pick ${letter}`)]));
    this.scrubPicture = new Picture("path decoding", "ctm-scrub ctm-own");
    this.pathWords = h("p", { class: "ctm-quiet" });
    const pathCard = h("section", { class: "ctm-card ctm-pathcard", "aria-label": "Path from A to B" },
      h("div", { class: "ctm-pathcontrols" }, h("div", { class: "ctm-line" }, h("h2", {}, "A → B"), this.kind.element), h("div", { class: "ctm-line" }, this.playButton, this.pickers.A, this.pickers.B, h("button", { type: "button", class: "ctm-chip", title: "Swap A and B", onclick: () => this.#swap() }, "swap"))),
      h("div", { class: "ctm-film" }, this.strip.element, this.scrubber),
      h("figure", { class: "ctm-scrubbed" }, this.scrubPicture.element), this.pathWords);

    this.page = h("div", { class: "ctm-page ctm-explore" }, mapCard, panel, pathCard);
    this.page.addEventListener("pointerdown", () => this.holes.stop(), true);
    root.append(this.page);
  }

  #buildSample() {
    this.samplePicture = new Picture("64 samples", "ctm-wall");
    this.samplePicture.element.addEventListener("click", (event) => this.#takeSample(event));
    this.distribution = segmented("Drawn from", [["prior", "N(0, I)", "What a VAE promises to decode"], ["fitted", "fitted Gaussian", "A Gaussian with the mean and covariance of this model's own codes"]], "prior", (which) => { this.#sample.fitted = which === "fitted"; this.#draw(); this.#save(); });
    this.temperature = h("input", { type: "range", min: 0, max: 2, step: 0.05, value: 1, "aria-label": "Temperature", oninput: (event) => { this.#sample.temperature = Number(this.temperature.value); say(this.temperatureWords, this.#sample.temperature.toFixed(2)); this.#draw(event); }, onchange: () => this.#save() });
    this.temperatureWords = h("span", {}, "1.00");
    this.sampleWords = h("p", { class: "ctm-quiet" });
    return h("section", { class: "ctm-drawer", hidden: true, "aria-label": "Samples" },
      h("div", { class: "ctm-line" }, this.distribution.element, h("button", { type: "button", class: "ctm-chip", onclick: (event) => { this.#sample.seed = 1 + Math.floor(Math.random() * 1e6); this.#draw(event); this.#save(); } }, "draw again"), h("button", { type: "button", class: "ctm-chip ctm-close", "aria-label": "Close samples", onclick: () => { this.#toggleSample(); this.#save(); } }, "✕")),
      this.samplePicture.element,
      h("label", { class: "ctm-line ctm-quiet" }, "temperature", this.temperatureWords, this.temperature), this.sampleWords);
  }

  // --- models ----------------------------------------------------------------------------------------------

  #choose(data) {
    const { kind, latent_dim: dim } = this.#facts;
    const there = this.#list.filter((model) => model.data === data);
    this.#switch((there.find((model) => model.kind === kind && model.latent_dim === dim) ?? there[0]).name);
  }

  #switch(name) {
    // Rows of the atlas are the same images in every model of one data set; codes are not.
    const same = this.#list.find((model) => model.name === name)?.data === this.#facts.data;
    const keep = (point) => (same && point.row >= 0 ? `i${point.row}` : "");
    this.#view = { model: name, at: keep(this.#current), a: keep(this.#ends.A), b: keep(this.#ends.B), t: String(this.#t), by: this.handles.mode, ...this.floor.view, ...this.#drawer, ...(same ? { hide: writeList(this.map.hidden) } : {}), ...(this.#spherical === this.#facts.config.sphere ? {} : { path: this.#spherical ? "sphere" : "line" }) };
    this.#open(name, true).catch((error) => this.#live.alert(error.message));
  }

  /** @param {string} name @param {boolean} [step] whether Back leads to the model before */
  async #open(name, step = false) {
    this.#pause();
    const turn = ++this.#turn;
    for (const lane of ["image", "place"]) this.#live.channel.drop(lane); // they speak of the view before
    const view = this.#view;
    const chosen = readPoint(view.at);
    this.#current = { model: null, row: chosen?.row ?? 0, code: null, sigma: null, original: null };
    if (chosen?.row >= 0 || !chosen) this.#askImage(name, chosen?.row ?? 0, null); // the first picture does not wait for the map
    const facts = await this.#live.models.get(name);
    if (turn !== this.#turn) return;
    this.#facts = facts;
    this.#step = step;
    const words = facts.kind === "vae" ? "VAE" : "AE";
    this.page.style.setProperty("--ctm-model", modelColour(facts.kind));
    this.#live.meter.device = facts.device;
    fill(this.dataChoice, [...new Set(this.#list.map((model) => model.data))].sort(byData).map((data) => [data, dataTitle(data)]), facts.data);
    fill(this.modelChoice, this.#list.filter((model) => model.data === facts.data).sort((a, b) => a.latent_dim - b.latent_dim || a.kind.localeCompare(b.kind) || a.noise - b.noise || a.l2 - b.l2 || a.beta - b.beta).map((model) => [model.name, this.#label(model)]), name);
    this.decoding.name = `${words} decoding`;
    this.variations.name = `${words} variations`;
    this.scrubPicture.name = `${words} path decoding`;
    this.samplePicture.name = `${words} samples`;
    this.hoverPicture.name = `${words} hover decoding`;
    say(this.note, facts.identity ? "The map is the plane of codes itself." : "The map is a UMAP: white space here is not a hole in the latent space.");
    const isVae = facts.kind === "vae";
    this.variations.element.hidden = this.variationCaption.hidden = !isVae;
    this.noVariations.hidden = isVae;
    this.variationCaption.replaceChildren("z = μ + σ⊙ε · ", this.again);
    this.sliders.build(facts.kind, facts.dimensions);
    this.handles.open(facts, view);
    const hidden = readList(view.hide);
    this.legendSlot.replaceChildren(legend([this.map], facts.classes, hidden, () => this.#save()));
    this.#t = Number(view.t ?? 0.5);
    this.scrubber.value = this.#t;
    this.#spherical = view.path ? view.path === "sphere" : facts.config.sphere; // where only the direction of a code counts, the arc is the even way
    this.kind.choose(this.#spherical ? "sphere" : "line");
    this.#seed = Number(view.seed) || 1;
    Object.assign(this.map.over, { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1 });
    this.map.mark("A", null);
    this.map.mark("B", null);
    this.floor.open([facts], view.floor);
    this.holes.open(facts);
    this.balloons.open([facts]);
    this.map.show(facts.places, facts.labels, facts.classes, { zoom: readZoom(view.zoom), hidden }).catch((error) => this.#live.alert(error.message));
    const [a, b] = this.#defaultEnds();
    this.#ends = { A: readPoint(view.a) ?? a, B: readPoint(view.b) ?? b };
    const sigma = view.s ? readFloats(view.s) : this.#meanStd();
    const source = readPoint(view.of);
    // A code that was made from an image by the sliders is shown beside that image.
    if (chosen?.row < 0 && source) this.#askImage(name, source.row, null, () => { this.sliders.set(chosen.code, sigma, true); this.#slide(null); this.handles.moved(); this.#save(); });
    else if (chosen?.row < 0) this.#setCode(chosen.code, sigma, null);
    else if (this.#current.code?.length === facts.latent_dim && this.#current.model === name) this.#showImage(); // it was faster than the facts
    this.#resolveEnds();
    this.#sample = { seed: Number(view.draws ?? this.#sample.seed), temperature: Number(view.temp ?? this.#sample.temperature), fitted: view.from ? view.from === "fitted" : this.#sample.fitted, codes: null };
    this.temperature.value = this.#sample.temperature;
    say(this.temperatureWords, this.#sample.temperature.toFixed(2));
    this.distribution.choose(this.#sample.fitted ? "fitted" : "prior");
    if (this.wall.hidden === Boolean(view.draws)) this.#toggleSample();
    else if (!this.wall.hidden) this.#draw();
    this.#save();
  }

  /** What stands over the handles. */
  #title(mode) {
    const vae = this.#facts.kind === "vae";
    const titles = { dimensions: vae ? "μ and σ, most used first" : "z, most used first", local: "most change first, in standard deviations", examples: "a direction from examples" };
    say(this.slidersTitle, titles[mode]);
    say(this.useTitle, { dimensions: vae ? "KL, nats" : "variance", local: "picture change per 1", examples: "" }[mode]);
  }

  /** What a model is called in the list: as little as tells it apart from the others of its data set. */
  #label(model) {
    const others = this.#list.filter((other) => other.data === model.data && other.latent_dim === model.latent_dim && other.kind === model.kind);
    return [`${KIND[model.kind]} · ${model.latent_dim} dimensions`, others.length > 1 ? told(model, others) : ""].filter(Boolean).join(" · ");
  }

  /** Two images of different classes, so that there is always a path to look at. */
  #defaultEnds() {
    const { labels } = this.#facts;
    const first = Math.max(0, labels.indexOf(Math.min(4, this.#facts.classes.length - 1)));
    const second = Math.max(0, labels.indexOf(Math.min(9, this.#facts.classes.length - 1) === 9 ? 1 : 0));
    return [{ row: first, code: null }, { row: second, code: null }];
  }

  #meanStd() {
    const sigma = new Float32Array(this.#facts.latent_dim);
    for (const { index, std } of this.#facts.dimensions) sigma[index] = std;
    return sigma;
  }

  // --- the current code ------------------------------------------------------------------------------------

  #askImage(name, row, event, then = () => {}) {
    this.#live.channel.ask("image", OPERATION.image, name, [row], ([pixels, original, code, std, place, error, label]) => {
      this.#edited = false;
      this.#current = { model: name, row, code: code.data.slice(), sigma: std.data.slice(), original: original.shape[0] ? original : null, error: error.data[0], label: label.data[0], place: [...place.data] };
      this.decoding.paint(pixels.data, pixels.shape);
      this.#live.meter.frame(event);
      if (original.shape[0]) this.original.paint(original.data, original.shape);
      else this.original.paint(pixels.data, pixels.shape); // labelled as what it is
      if (this.#facts?.name === name) { this.#showImage(); then(); }
    }, (error) => { this.#live.alert(error.message); if (row !== 0) this.#askImage(name, 0, event); });
  }

  #showImage() {
    const { code, sigma, original, error, row, label, place } = this.#current;
    this.sliders.set(code, sigma);
    this.handles.moved();
    say(this.originalCaption, original ? `original · ${this.#facts.classes[label]}` : "reconstruction (data set not on disk)");
    say(this.decodingCaption, original ? `reconstruction · squared error ${figure(error)}` : "reconstruction");
    this.map.over.cursor = place;
    this.map.over.row = row;
    this.map.redraw();
    if (this.#facts.kind === "vae") this.#decode(null);
    this.#save();
  }

  #setCode(code, sigma, event) {
    this.#current = { model: this.#facts.name, row: -1, code: Float32Array.from(code), sigma: Float32Array.from(sigma), original: null };
    this.#edited = true;
    this.sliders.set(code, sigma);
    this.handles.moved();
    this.original.clear();
    this.map.over.row = -1;
    say(this.originalCaption, "no original: a code between images");
    this.#decode(event);
  }

  #slide(event) {
    this.#edited = true;
    this.#decode(event);
  }

  /** Decode the sliders' code, with its variations. */
  #decode(event) {
    const { code, sigma } = this.sliders;
    const vae = this.#facts.kind === "vae";
    const payload = vae ? [this.#seed, VARIATIONS, ...code, ...sigma] : code;
    this.#live.channel.ask("slider", vae ? OPERATION.vary : OPERATION.decode, this.#facts.name, payload, ([pixels, places]) => {
      this.decoding.paint(pixels.data, pixels.shape, { count: 1 });
      if (vae) this.variations.paint(pixels.data, pixels.shape, { first: 1, columns: 4, gap: 2 });
      this.#live.meter.frame(event);
      this.map.over.cursor = [places.data[0], places.data[1]];
      this.map.over.spread = vae ? places.data.slice(2) : null;
      this.map.redraw();
      const { original } = this.#current;
      const kind = this.#edited ? "decoding" : "reconstruction";
      say(this.decodingCaption, original ? `${kind} · squared error ${figure(squaredError(original.data, pixels.data.subarray(0, original.data.length)))}` : kind);
    }, (error) => this.#live.alert(error.message));
  }

  // --- the map ---------------------------------------------------------------------------------------------

  #hover(place, event) {
    if (!this.#facts) return;
    const name = this.#facts.name;
    this.#live.channel.ask("hover", OPERATION.at, name, place, ([pixels, , info]) => {
      if (this.#facts.name !== name) return;
      const [inside, ...corners] = info.data;
      if (inside) this.hoverPicture.paint(pixels.data, pixels.shape);
      else this.hoverPicture.clear();
      this.#live.meter.frame(event);
      const row = this.map.nearest(place);
      this.tooltip.say(inside ? whereabouts(corners, this.#facts.classes, this.#facts.identity) : "outside the map: no codes around this place");
      this.map.over.row = row >= 0 ? row : this.#current.row;
      this.tooltip.moveTo(...this.map.pixel(...place));
      this.map.redraw();
    }, (error) => this.#live.alert(error.message));
  }

  #pick(place, row, event) {
    if (this.#picking) {
      const letter = this.#picking;
      this.#stopPicking();
      this.#moveEnd(letter, place, row, true, event);
    } else if (row >= 0) {
      this.#askImage(this.#facts.name, row, event);
    } else this.#codeAt(place, (code) => { this.#setCode(code, this.#meanStd(), event); this.#save(); });
  }

  #codeAt(place, use) {
    this.#live.channel.ask("place", OPERATION.at, this.#facts.name, place, ([, code, info]) => {
      if (info.data[0]) use(code.data);
      else this.tooltip.say("outside the map: no codes around this place");
    }, (error) => this.#live.alert(error.message));
  }

  // --- the path --------------------------------------------------------------------------------------------

  #startPicking(letter) {
    const again = this.#picking === letter;
    this.#stopPicking();
    if (again) return;
    this.#picking = letter;
    this.pickers[letter].setAttribute("aria-pressed", "true");
  }

  #stopPicking() {
    if (this.#picking) this.pickers[this.#picking].setAttribute("aria-pressed", "false");
    this.#picking = null;
  }

  #dragEnd(letter, place, row, done, event) {
    this.#moveEnd(letter, place, row, done, event);
  }

  /** Put an end of the path at an image, or at any other place of the map. */
  #moveEnd(letter, place, row, done, event) {
    if (row >= 0) {
      if (this.#ends[letter].row === row && !done) return;
      this.#ends[letter] = { row, code: null };
      this.#resolveEnds(event, done);
    } else this.#codeAt(place, (code) => { this.#ends[letter] = { row: -1, code: code.slice() }; this.#path(event); if (done) this.#save(); });
  }

  #swap() {
    this.#ends = { A: this.#ends.B, B: this.#ends.A };
    this.#t = 1 - this.#t;
    this.scrubber.value = this.#t;
    this.#path(null);
    this.#save();
  }

  /** Ask for the codes of ends that are images, then draw the path. */
  #resolveEnds(event = null, save = false) {
    const { name } = this.#facts;
    for (const letter of ["A", "B"]) {
      const end = this.#ends[letter];
      if (end.code || end.row < 0) continue;
      this.#live.channel.ask(`end ${letter}`, OPERATION.image, name, [end.row], ([, , code]) => {
        if (this.#facts.name !== name || this.#ends[letter] !== end) return;
        end.code = code.data.slice();
        this.#path(event);
        if (save) this.#save();
      }, (error) => { this.#live.alert(error.message); this.#ends[letter] = this.#defaultEnds()[letter === "A" ? 0 : 1]; this.#resolveEnds(); });
    }
    this.#path(event);
  }

  #path(event) {
    const { A, B } = this.#ends;
    if (!A.code || !B.code) return;
    const { name } = this.#facts;
    this.#live.channel.ask("path", OPERATION.path, name, [this.#spherical ? 1 : 0, FRAMES, ...A.code, ...B.code], ([pixels, places, , figures]) => {
      if (this.#facts.name !== name) return;
      this.strip.paint(pixels.data, pixels.shape);
      this.#live.meter.frame(event);
      this.map.over.path = places.data;
      this.map.mark("A", [places.data[0], places.data[1]]);
      this.map.mark("B", [places.data.at(-2), places.data.at(-1)]);
      this.#figures = figures.data;
      this.#scrub(this.#t, event);
    }, (error) => this.#live.alert(error.message));
  }

  #figures = [];

  #scrub(t, event, jump = false) {
    const { A, B } = this.#ends;
    if (!A.code || !B.code) return;
    if (jump) { this.#pause(); this.scrubber.value = t; }
    this.#t = t;
    this.strip.at(t);
    const { name } = this.#facts;
    this.#live.channel.ask("scrub", OPERATION.along, name, [this.#spherical ? 1 : 0, t, ...A.code, ...B.code], ([pixels, place]) => {
      if (this.#facts.name !== name) return;
      this.scrubPicture.paint(pixels.data, pixels.shape);
      this.#live.meter.frame(event);
      this.map.over.at = [...place.data];
      this.map.redraw();
      const [ratio, gap] = this.#figures;
      this.pathWords.replaceChildren(`t = ${t.toFixed(2)}`, h("br"), h("span", { title: "Largest change of the picture in one of 64 steps, divided by the mean change: 1 is perfectly even." }, `step ratio ${figure(ratio)}`), h("br"), h("span", { title: "How far the codes of the path come back from decoding and encoding, as a share of the data's spread: 0 is perfect." }, `cycle gap ${figure(gap)}`));
    }, (error) => this.#live.alert(error.message));
    if (jump) this.#save();
  }

  #playPause() {
    if (this.player.playing) return this.#pause();
    this.playButton.textContent = "❚❚ Pause";
    this.player.play(this.#t);
  }

  #pause() {
    if (!this.player.playing) return;
    this.player.pause();
    this.playButton.textContent = "▶ Play";
    this.#save();
  }

  // --- samples ---------------------------------------------------------------------------------------------

  #toggleSample() {
    this.wall.hidden = !this.wall.hidden;
    this.sampleButton.setAttribute("aria-expanded", String(!this.wall.hidden));
    if (this.wall.hidden) { this.map.over.draws = this.map.over.far = null; this.map.redraw(); } else this.#draw();
  }

  /** What the address keeps of the drawer, while it is open. */
  get #drawer() {
    const { seed, temperature, fitted } = this.#sample;
    return this.wall.hidden ? {} : { draws: String(seed), temp: temperature.toFixed(2), from: fitted ? "fitted" : "prior" };
  }

  #draw(event = null) {
    const { seed, temperature, fitted } = this.#sample;
    const { name } = this.#facts;
    this.#live.channel.ask("sample", OPERATION.sample, name, [seed, DRAWS, temperature, fitted ? 1 : 0], ([pixels, places, codes, judge]) => {
      if (this.#facts.name !== name || this.wall.hidden) return;
      this.samplePicture.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
      this.#live.meter.frame(event);
      this.#sample.codes = codes.data;
      const far = Array.from({ length: DRAWS }, (_, i) => judge.data[4 * i + 3] > 0);
      this.map.over.draws = places.data;
      this.map.over.far = far;
      this.map.redraw();
      const lost = far.filter(Boolean).length;
      say(this.sampleWords, `${lost ? `${lost} of ${DRAWS} draws (hollow on the map) lie` : "No draw lies"} farther from every image's code than codes lie from each other.`);
    }, (error) => this.#live.alert(error.message));
  }

  #takeSample(event) {
    const { codes } = this.#sample;
    if (!codes) return;
    const box = this.samplePicture.element.getBoundingClientRect();
    const column = Math.min(7, Math.floor((8 * (event.clientX - box.left)) / box.width)), row = Math.min(7, Math.floor((8 * (event.clientY - box.top)) / box.height));
    const dim = this.#facts.latent_dim, first = (8 * row + column) * dim;
    this.#setCode(codes.slice(first, first + dim), this.#meanStd(), event);
    this.#save();
  }

  // --- the address -----------------------------------------------------------------------------------------

  #saved = "";

  #save() {
    const { code, sigma } = this.sliders;
    if (!this.#facts || this.#current.model !== this.#facts.name) return; // the first image is still on its way
    const chosen = this.#edited ? -1 : this.#current.row;
    const view = { model: this.#facts.name, at: writePoint({ row: chosen, code }), t: this.#t.toFixed(3), path: this.#spherical ? "sphere" : "line", seed: String(this.#seed), ...this.floor.view, ...this.#drawer, ...this.handles.view };
    if (this.map.closeup) view.zoom = writeZoom(this.map.closeup);
    if (this.map.hidden.length) view.hide = writeList(this.map.hidden);
    if (chosen < 0 && this.#facts.kind === "vae") view.s = writeFloats(sigma);
    if (chosen < 0 && this.#current.row >= 0) view.of = `i${this.#current.row}`;
    for (const letter of ["A", "B"]) view[letter.toLowerCase()] = writePoint(this.#ends[letter]);
    const text = JSON.stringify(view);
    if (text !== this.#saved || this.#step) this.#commit(view, this.#step);
    this.#saved = text;
    this.#step = false;
  }
}

/** Where a place lies, from the classes of the three codes around it. */
export function whereabouts(corners, classes, plane) {
  const around = [...new Set(corners)].map((corner) => classes[corner]);
  if (around.length === 1) return `among: ${around[0]}`;
  return plane ? `near: ${around.join(", ")}` : `between: ${around.join(" · ")}`;
}
