/** Explore: one model, its map, its sliders, and a path through its codes. */
import { BalloonControl } from "../../map/balloons.js";
import { CodeText } from "../../widgets/codetext.js";
import { figure, fill, h, say, segmented, select } from "../../core/dom.js";
import { FloorControl } from "../../map/floor.js";
import { Handles } from "./handles.js";
import { Holes } from "../../map/holes.js";
import { LatentMap, legend, onRest, Tooltip } from "../../map/map.js";
import { Unreachable } from "../../core/fetching.js";
import { Missing, training } from "../../core/missing.js";
import { byData, dataTitle, KIND, modelColour, told } from "../../core/models.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture, squaredError } from "../../widgets/picture.js";
import { OPERATION } from "../../wire/protocol.js";
import { Sliders } from "../../widgets/sliders.js";
import { Spoken, spokenPlace } from "../../core/spoken.js";
import { Player, Strip } from "../../widgets/strip.js";
import {
  readFloats,
  readList,
  readPlace,
  readPoint,
  readZoom,
  writeFloats,
  writeList,
  writeNumber,
  writePlace,
  writePoint,
  writeZoom,
} from "../../core/view.js";
import { WallKeys } from "../../widgets/wallkeys.js";

const VARIATIONS = 16;
const FRAMES = 16;
const DRAWS = 64;
const NOT_ON_DISK = "data set not on disk";

export class Explore {
  #live;
  #facts = null;
  #commit;
  #view = {};
  #current = { row: 0, code: null, sigma: null, original: null };
  #ends = { A: { row: -1, code: null, place: null }, B: { row: -1, code: null, place: null } }; // place: where it was put beside the images
  #t = 0;
  #spherical = false;
  #seed = 1;
  #picking = null;
  #edited = false;
  #sample = { seed: 1, temperature: 1, fitted: false, codes: null };

  /**
   * @param {HTMLElement} root
   * @param {{channel: import("../../wire/oldchannel.js").Channel, models: import("../../core/models.js").Models, meter: import("../../core/meter.js").Meter, base: string, alert: (text: string) => void}} live
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
    this.#live.unusable(list);
    const wanted = usable.find(({ name }) => name === view.model) ?? usable.find(({ name }) => name === "mnist-vae") ?? usable[0];
    this.#list = usable;
    for (const { name } of wanted ? [wanted, ...usable.filter((model) => model !== wanted)] : []) {
      try {
        return await this.#open(name);
      } catch (error) {
        if (error instanceof Unreachable || this.#facts) throw error;
        this.#live.alert(`${name}: ${error.message}`);
        this.#view = {}; // another model's codes are none of the next one's
      }
    }
    throw new Missing(
      "There is no model to show. Train one, draw its map and measure it:",
      training("mnist-vae", { kind: "vae", data: "mnist" }),
    );
  }

  dispose() {
    this.#forget();
    this.#gone = true;
    this.player.pause();
    this.handles.dispose();
    this.spoken.hush();
    this.codeText.dispose();
    this.floor.dispose();
    this.holes.stop();
    this.balloons.dispose();
    this.map.dispose();
  }

  #list = [];
  #forget = () => {};
  #gone = false;
  #turn = 0;
  #step = false;

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    const hoverPicture = (this.hoverPicture = new Picture("decoding under the pointer", "ctm-hover"));
    this.tooltip = new Tooltip(hoverPicture);
    this.spoken = new Spoken();
    this.map = new LatentMap("Latent map", "var(--ctm-model)", {
      hover: (place, event) => this.#hover(place, event),
      leave: () => {
        this.#live.channel.drop("hover");
        this.tooltip.hide();
        this.spoken.hush();
      },
      pick: (place, row, event) => this.#pick(place, row, event),
      marker: (letter, place, row, done, event) => this.#moveEnd(letter, place, row, done, event),
    });
    this.#forget = onRest(this.map, () => this.#save());
    this.floor = new FloorControl(this.#live, { map: this.map }, () => this.#save());
    this.balloons = new BalloonControl(this.#live, { map: this.map });
    this.holes = new Holes(this.#live, this.map, {
      code: () => this.sliders.code,
      go: (code, event) => this.#setCode(code, this.#meanStd(), event),
      done: () => this.#save(),
    });
    this.dataChoice = select("Data set", [], "", (data) => this.#choose(data));
    this.modelChoice = select("Model", [], "", (name) => this.#switch(name));
    this.modelChoice.classList.add("ctm-model");
    this.sampleButton = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        "aria-expanded": "false",
        onclick: () => {
          this.#toggleSample();
          this.#save();
        },
      },
      "⚄ Sample",
    );
    this.legendSlot = h("div", {});
    this.note = h("p", { class: "ctm-note" });
    this.wall = this.#buildSample();
    const mapCard = h(
      "section",
      { class: "ctm-card ctm-mapcard", "aria-label": "Map" },
      h(
        "div",
        { class: "ctm-mapbox" },
        this.map.element,
        h(
          "div",
          { class: "ctm-toolbar" },
          this.dataChoice,
          this.modelChoice,
          this.floor.choice,
          this.sampleButton,
          this.holes.button,
          this.balloons.button,
          this.balloons.element,
        ),
        this.holes.card,
        h("div", { class: "ctm-mapfoot" }, this.floor.legend, this.legendSlot, this.note),
        this.tooltip.element,
        this.spoken.element,
      ),
      this.wall,
    );

    this.original = new Picture("original image", "ctm-large");
    this.decoding = new Picture("decoding", "ctm-large ctm-own");
    this.variations = new Picture("16 variations", "ctm-large");
    this.originalCaption = h("figcaption", {}, "original");
    this.decodingCaption = h("figcaption", {}, "reconstruction");
    this.variationCaption = h("figcaption", {});
    this.again = h(
      "button",
      {
        type: "button",
        class: "ctm-link",
        onclick: (event) => {
          this.#seed = 1 + Math.floor(Math.random() * 1e6);
          this.#decode(event);
          this.#save();
        },
      },
      "draw again",
    );
    this.noVariations = h("p", { class: "ctm-empty" }, "An autoencoder's code is one point: there is nothing to vary.");
    this.sliders = new Sliders(
      (event) => this.#slide(event),
      () => this.#save(),
      this.#live.alert,
    );
    this.codeText = new CodeText(
      () => this.sliders.code,
      (code, event) => {
        this.sliders.set(code, this.sliders.sigma, true);
        this.#slide(event);
        this.handles.moved();
        this.#save();
      },
      this.#live.alert,
    );
    this.slidersTitle = h("h2", {});
    this.handles = new Handles(this.#live, {
      sliders: this.sliders,
      map: this.map,
      label: () => this.#current.label ?? 0,
      hover: (place, event) => this.#hover(place, event),
      slide: (event) => this.#slide(event),
      save: () => this.#save(),
      changed: (mode) => {
        this.sliders.element.hidden = mode !== "dimensions";
        this.#title(mode);
      },
    });
    this.useTitle = h("span", { class: "ctm-usetitle" });
    const figures = h(
      "div",
      { class: "ctm-three" },
      h("figure", {}, this.original.element, this.originalCaption),
      h("figure", {}, this.decoding.element, this.decodingCaption),
      h("figure", {}, this.variations.element, this.noVariations, this.variationCaption),
    );
    const panel = h(
      "section",
      { class: "ctm-card ctm-panel", "aria-label": "Code" },
      figures,
      this.handles.choice.element,
      h(
        "div",
        { class: "ctm-heading" },
        this.slidersTitle,
        h(
          "button",
          {
            type: "button",
            class: "ctm-link",
            onclick: (event) => {
              this.sliders.reset();
              this.#edited = false;
              this.#decode(event);
              this.handles.moved();
              this.#save();
            },
          },
          "reset",
        ),
        this.codeText.copy,
        this.codeText.paste,
        this.codeText.told,
        this.useTitle,
      ),
      this.codeText.element,
      this.sliders.element,
      this.handles.element,
    );

    this.strip = new Strip("path", FRAMES, (t) => this.#scrub(t, null, true));
    this.scrubber = new NumberSlider(
      "Place on the path, t",
      { min: 0, max: 1, step: 0.005 },
      {
        input: (event) => {
          this.#pause();
          this.#scrub(this.scrubber.value, event);
        },
        commit: () => this.#save(),
        refuse: this.#live.alert,
      },
    );
    this.player = new Player((t, event) => {
      this.scrubber.value = t;
      this.#scrub(t, event);
    });
    this.playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, "▶ Play");
    this.kind = segmented(
      "Kind of path",
      [
        ["line", "straight", "Straight line between the two codes"],
        ["sphere", "spherical", "Great circle about the origin: keeps the length of the code"],
      ],
      "line",
      (kind) => {
        this.#spherical = kind === "sphere";
        this.#path(null);
        this.#save();
      },
    );
    this.pickers = Object.fromEntries(
      ["A", "B"].map((letter) => [
        letter,
        h(
          "button",
          {
            type: "button",
            class: "ctm-chip",
            "aria-pressed": "false",
            title: `Click the map to put ${letter} there; or drag ${letter} on the map`,
            onclick: () => this.#startPicking(letter),
          },
          `Pick ${letter}`,
        ),
      ]),
    );
    this.scrubPicture = new Picture("path decoding", "ctm-scrub ctm-own");
    this.pathWords = h("p", { class: "ctm-quiet" });
    const pathCard = h(
      "section",
      { class: "ctm-card ctm-pathcard", "aria-label": "Path from A to B" },
      h(
        "div",
        { class: "ctm-pathcontrols" },
        h("div", { class: "ctm-line" }, h("h2", {}, "A → B"), this.kind.element),
        h(
          "div",
          { class: "ctm-line" },
          this.playButton,
          this.pickers.A,
          this.pickers.B,
          h("button", { type: "button", class: "ctm-chip", title: "Swap A and B", onclick: () => this.#swap() }, "swap"),
        ),
      ),
      h(
        "div",
        { class: "ctm-film" },
        this.strip.element,
        h(
          "div",
          { class: "ctm-scrubber" },
          this.scrubber.slider,
          h("span", { class: "ctm-quiet", "aria-hidden": "true" }, "t ="),
          this.scrubber.number,
        ),
      ),
      h("figure", { class: "ctm-scrubbed" }, this.scrubPicture.element),
      this.pathWords,
    );

    this.page = h("div", { class: "ctm-page ctm-explore" }, mapCard, panel, pathCard);
    this.page.addEventListener("pointerdown", () => this.holes.stop(), true);
    root.append(this.page);
  }

  #buildSample() {
    this.samplePicture = new Picture("64 samples", "ctm-wall");
    this.samplePicture.element.addEventListener("click", (event) => this.#takeSample(event));
    this.sampleKeys = new WallKeys("Draws to take", 8, DRAWS, (index, event) => this.#takeDraw(index, event));
    this.distribution = segmented(
      "Drawn from",
      [
        ["prior", "N(0, I)", "What a VAE promises to decode"],
        ["fitted", "fitted Gaussian", "A Gaussian with the mean and covariance of this model's own codes"],
      ],
      "prior",
      (which) => {
        this.#sample.fitted = which === "fitted";
        this.#draw();
        this.#save();
      },
    );
    this.temperature = new NumberSlider(
      "Temperature",
      { min: 0, max: 2, step: 0.05, value: 1 },
      {
        input: (event) => {
          this.#sample.temperature = this.temperature.value;
          this.#draw(event);
        },
        commit: () => this.#save(),
        refuse: this.#live.alert,
      },
    );
    this.sampleWords = h("p", { class: "ctm-quiet" });
    return h(
      "section",
      { class: "ctm-drawer", hidden: true, "aria-label": "Samples" },
      h(
        "div",
        { class: "ctm-line" },
        this.distribution.element,
        h(
          "button",
          {
            type: "button",
            class: "ctm-chip",
            onclick: (event) => {
              this.#sample.seed = 1 + Math.floor(Math.random() * 1e6);
              this.#draw(event);
              this.#save();
            },
          },
          "draw again",
        ),
        h(
          "button",
          {
            type: "button",
            class: "ctm-chip ctm-close",
            "aria-label": "Close samples",
            onclick: () => {
              this.#toggleSample();
              this.sampleButton.focus();
              this.#save();
            },
          },
          "✕",
        ),
      ),
      h("div", { class: "ctm-wallgrid" }, this.samplePicture.element, this.sampleKeys.element),
      h("div", { class: "ctm-line ctm-quiet" }, "temperature", this.temperature.number, this.temperature.slider),
      this.sampleWords,
    );
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
    this.#view = {
      model: name,
      at: keep(this.#current),
      a: keep(this.#ends.A),
      b: keep(this.#ends.B),
      t: writeNumber(this.#t),
      by: this.handles.mode,
      ...this.floor.view,
      ...this.#drawer,
      ...(same ? { hide: writeList(this.map.hidden) } : {}),
      ...(this.#spherical === this.#facts.config.sphere ? {} : { path: this.#spherical ? "sphere" : "line" }),
    };
    const before = this.#current;
    this.#open(name, true).catch((error) => {
      this.#opening = this.modelChoice.value = this.#facts.name; // what is still on screen
      this.#current = before;
      this.dataChoice.value = this.#facts.data;
      this.#live.alert(error.message);
    });
  }

  /** @param {string} name @param {boolean} [step] whether Back leads to the model before */
  async #open(name, step = false) {
    this.#pause();
    const turn = ++this.#turn;
    this.#opening = name;
    for (const lane of ["image", "place"]) this.#live.channel.drop(lane); // they speak of the view before
    const view = this.#view;
    const chosen = readPoint(view.at);
    this.#current = { model: null, row: chosen?.row ?? 0, code: null, sigma: null, original: null };
    if (chosen?.row >= 0 || !chosen) this.#askImage(name, chosen?.row ?? 0, null); // the first picture does not wait for the map
    const loading = this.#live.models.get(name);
    loading.catch(() => {}); // said below; the facts may fail first
    this.map.progress.follow(this.#live.models.progress(name), loading);
    const facts = await this.#live.models.facts(name);
    if (turn !== this.#turn) return;
    this.#facts = facts;
    this.#step = step;
    const words = facts.kind === "vae" ? "VAE" : "AE";
    this.page.style.setProperty("--ctm-model", modelColour(facts.kind));
    this.#live.meter.device = facts.device;
    fill(
      this.dataChoice,
      [...new Set(this.#list.map((model) => model.data))].sort(byData).map((data) => [data, dataTitle(data)]),
      facts.data,
    );
    fill(
      this.modelChoice,
      this.#list
        .filter((model) => model.data === facts.data)
        .sort((a, b) => a.latent_dim - b.latent_dim || a.kind.localeCompare(b.kind) || a.noise - b.noise || a.l2 - b.l2 || a.beta - b.beta)
        .map((model) => [model.name, this.#label(model)]),
      name,
    );
    this.decoding.name = `${words} decoding`;
    this.variations.name = `${words} variations`;
    this.scrubPicture.name = `${words} path decoding`;
    this.samplePicture.name = `${words} samples`;
    this.hoverPicture.name = `${words} hover decoding`;
    const changed =
      facts.originals || !facts.originals_sentence.includes("no longer")
        ? ""
        : ` There are no originals: ${facts.originals_sentence} ${name}`;
    say(
      this.note,
      (facts.identity
        ? "The map is the plane of codes itself."
        : "The map is a UMAP: white space here is not a hole in the latent space.") + changed,
    );
    const isVae = facts.kind === "vae";
    this.variations.element.hidden = this.variationCaption.hidden = !isVae;
    this.noVariations.hidden = isVae;
    this.variationCaption.replaceChildren("z = μ + σ⊙ε · ", this.again);
    this.sliders.build(facts.kind, facts.dimensions);
    this.handles.open(facts, view);
    this.#t = Number(view.t ?? 0.5);
    this.scrubber.value = this.#t;
    this.#spherical = view.path ? view.path === "sphere" : facts.config.sphere; // where only the direction of a code counts, the arc is the even way
    this.kind.choose(this.#spherical ? "sphere" : "line");
    this.#seed = Number(view.seed) || 1;
    Object.assign(this.map.over, { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1 });
    for (const letter of ["A", "B"]) this.map.mark(letter, null);
    this.map.clear();
    this.legendSlot.replaceChildren();
    this.holes.open(facts);
    this.#ends = { A: { row: -1, code: null, place: null }, B: { row: -1, code: null, place: null } };
    const sigma = view.s ? readFloats(view.s) : this.#meanStd();
    const source = this.#known(readPoint(view.of));
    // A code that was made from an image by the sliders is shown beside that image.
    if (chosen?.row < 0 && source)
      this.#askImage(name, source.row, null, () => {
        this.sliders.set(chosen.code, sigma, true);
        this.#slide(null);
        this.handles.moved();
        this.#save();
      });
    else if (chosen?.row < 0) this.#setCode(chosen.code, sigma, null);
    else if (chosen && !this.#known(chosen)) this.#askImage(name, 0, null);
    else if (this.#current.code?.length === facts.latent_dim && this.#current.model === name) this.#showImage(); // it was faster than the facts
    this.#sample = {
      seed: Number(view.draws ?? this.#sample.seed),
      temperature: Number(view.temp ?? this.#sample.temperature),
      fitted: view.from ? view.from === "fitted" : this.#sample.fitted,
      codes: null,
    };
    this.temperature.value = this.#sample.temperature;
    this.distribution.choose(this.#sample.fitted ? "fitted" : "prior");
    if (this.wall.hidden === Boolean(view.draws)) this.#toggleSample();
    else if (!this.wall.hidden) this.#draw();
    // Sliders and pictures are at work meanwhile.
    const mapped = loading.then(() => {
      if (turn === this.#turn && !this.#gone) this.#openMap(view);
    });
    if (facts.places) await mapped;
    else mapped.catch((error) => this.#live.alert(error.message));
  }

  /** The part of the page that needs the map. */
  #openMap(view) {
    const facts = this.#facts,
      hidden = readList(view.hide);
    this.floor.open([facts], view.floor);
    this.balloons.open([facts]);
    this.map.show(facts.places, facts.labels, facts.classes, { zoom: readZoom(view.zoom), hidden });
    this.legendSlot.replaceChildren(legend([this.map], facts.classes, hidden, () => this.#save()));
    const [a, b] = this.#defaultEnds();
    const end = (text, place, otherwise) => {
      const point = this.#known(readPoint(text)) ?? otherwise;
      return { ...point, place: point.row < 0 ? readPlace(place) : null };
    };
    this.#ends = { A: end(view.a, view.pa, a), B: end(view.b, view.pb, b) };
    this.#resolveEnds();
    this.#save();
  }

  /** The point, or null with a sentence if it is an image that this map does not have. */
  #known(point) {
    const last = this.#facts.count - 1;
    if (!(point?.row > last)) return point;
    this.#live.alert(`There is no image ${point.row} on this map, which ends with image ${last}; another one is shown in its place.`);
    return null;
  }

  /** What stands over the handles. */
  #title(mode) {
    const vae = this.#facts.kind === "vae";
    const titles = {
      dimensions: vae ? "μ and σ, most used first" : "z, most used first",
      local: "most change first, in standard deviations",
      examples: "a direction from examples",
    };
    say(this.slidersTitle, titles[mode]);
    say(this.useTitle, { dimensions: vae ? "KL, nats" : "variance", local: "picture change per 1", examples: "" }[mode]);
  }

  /** What a model is called in the list: as little as tells it apart from the others of its data set. */
  #label(model) {
    const others = this.#list.filter(
      (other) => other.data === model.data && other.latent_dim === model.latent_dim && other.kind === model.kind,
    );
    return [`${KIND[model.kind]} · ${model.latent_dim} dimensions`, others.length > 1 ? told(model, others) : ""]
      .filter(Boolean)
      .join(" · ");
  }

  /** Two images of different classes, so that there is always a path to look at. */
  #defaultEnds() {
    const { labels } = this.#facts;
    const first = Math.max(0, labels.indexOf(Math.min(4, this.#facts.classes.length - 1)));
    const second = Math.max(0, labels.indexOf(Math.min(9, this.#facts.classes.length - 1) === 9 ? 1 : 0));
    return [
      { row: first, code: null, place: null },
      { row: second, code: null, place: null },
    ];
  }

  #meanStd() {
    const sigma = new Float32Array(this.#facts.latent_dim);
    for (const { index, std } of this.#facts.dimensions) sigma[index] = std;
    return sigma;
  }

  // --- the current code ------------------------------------------------------------------------------------

  #opening = ""; // the model that was asked for last

  #askImage(name, row, event, then = () => {}) {
    this.#live.channel.ask(
      "image",
      OPERATION.image,
      name,
      [row],
      ([pixels, original, code, std, place, error, label]) => {
        if (name !== this.#opening) return;
        this.#edited = false;
        this.#current = {
          model: name,
          row,
          code: code.data.slice(),
          sigma: std.data.slice(),
          original: original.shape[0] ? original : null,
          error: error.data[0],
          label: label.data[0],
          place: [...place.data],
        };
        this.decoding.paint(pixels.data, pixels.shape);
        this.#live.meter.frame(event);
        if (original.shape[0]) this.original.paint(original.data, original.shape);
        else this.original.paint(pixels.data, pixels.shape); // labelled as what it is
        if (this.#facts?.name === name) {
          this.#showImage();
          then();
        }
      },
      (error) =>
        this.#live.models.facts(name).then(
          ({ count }) => {
            // whether there is such an image is known with the facts, and said then
            if (name === this.#opening && row < count) this.#failed(error, this.decoding, this.original, this.variations);
          },
          () => {},
        ),
    );
  }

  /** Say what went wrong; pictures that were to show it show nothing. @param {Error} error @param {...{clear: () => void}} pictures */
  #failed(error, ...pictures) {
    this.#live.alert(error.message);
    for (const picture of pictures) picture.clear();
  }

  #showImage() {
    const { code, sigma, original, error, row, label, place } = this.#current;
    this.sliders.set(code, sigma);
    this.handles.moved();
    say(
      this.originalCaption,
      original
        ? `original · ${this.#facts.classes[label]}`
        : `reconstruction (${this.#facts.originals || this.#facts.originals_sentence !== NOT_ON_DISK ? "no original that fits the map" : NOT_ON_DISK})`,
    );
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
    if (!code) return;
    const vae = this.#facts.kind === "vae";
    const payload = vae ? [this.#seed, VARIATIONS, ...code, ...sigma] : code;
    this.#live.channel.ask(
      "slider",
      vae ? OPERATION.vary : OPERATION.decode,
      this.#facts.name,
      payload,
      ([pixels, places]) => {
        this.decoding.paint(pixels.data, pixels.shape, { count: 1 });
        if (vae) this.variations.paint(pixels.data, pixels.shape, { first: 1, columns: 4, gap: 2 });
        this.#live.meter.frame(event);
        this.map.over.cursor = [places.data[0], places.data[1]];
        this.map.over.spread = vae ? places.data.slice(2) : null;
        this.map.redraw();
        const { original } = this.#current;
        const kind = this.#edited ? "decoding" : "reconstruction";
        say(
          this.decodingCaption,
          original ? `${kind} · squared error ${figure(squaredError(original.data, pixels.data.subarray(0, original.data.length)))}` : kind,
        );
      },
      (error) => this.#failed(error, this.decoding, this.variations),
    );
  }

  // --- the map ---------------------------------------------------------------------------------------------

  #hover(place, event) {
    if (!this.#facts) return;
    const name = this.#facts.name;
    this.#live.channel.ask(
      "hover",
      OPERATION.at,
      name,
      place,
      ([pixels, , info]) => {
        if (this.#facts.name !== name) return;
        const [inside, ...corners] = info.data;
        if (inside) this.hoverPicture.paint(pixels.data, pixels.shape);
        else this.hoverPicture.clear();
        this.#live.meter.frame(event);
        const row = this.map.nearest(place);
        this.tooltip.say(
          inside ? whereabouts(corners, this.#facts.classes, this.#facts.identity) : "outside the map: no codes around this place",
        );
        const { classes, identity: plane, labels } = this.#facts;
        this.spoken.say(spokenPlace({ place, corners: inside ? corners : null, classes, plane, row, label: labels[row] }));
        this.map.over.row = row >= 0 ? row : this.#current.row;
        this.tooltip.moveTo(...this.map.pixel(...place));
        this.map.redraw();
      },
      (error) => {
        this.#live.alert(error.message);
        this.tooltip.hide();
      },
    );
  }

  #pick(place, row, event) {
    if (this.#picking) {
      const letter = this.#picking;
      this.#stopPicking();
      this.#moveEnd(letter, place, row, true, event);
    } else if (row >= 0) {
      this.#askImage(this.#facts.name, row, event);
    } else
      this.#codeAt(place, (code) => {
        this.#setCode(code, this.#meanStd(), event);
        this.#save();
      });
  }

  /** Ask for the code at a place; `nowhere` is called where there is none. */
  #codeAt(place, use, nowhere = () => {}) {
    this.#live.channel.ask(
      "place",
      OPERATION.at,
      this.#facts.name,
      place,
      ([, code, info]) => {
        if (info.data[0]) return use(code.data);
        this.tooltip.say("outside the map: no codes around this place");
        nowhere();
      },
      (error) => {
        this.#live.alert(error.message);
        nowhere();
      },
    );
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

  /** Put an end of the path at an image, or at any other place of the map. */
  #moveEnd(letter, place, row, done, event) {
    const before = this.#ends[letter];
    if (row >= 0) {
      if (before.row === row && !done) return;
      this.#ends[letter] = { row, code: null, place: null };
      return this.#resolveEnds(event, done);
    }
    const back = before.place;
    if (done) before.place = place; // it stays where the hand has left it while its code is on its way
    this.#codeAt(
      place,
      (code) => {
        this.#ends[letter] = { row: -1, code: code.slice(), place };
        this.#path(event);
        if (done) this.#save();
      },
      () => {
        if (!done || this.#ends[letter] !== before) return;
        before.place = back; // the last place under the hand that has a code
        this.#path(event);
        this.#save();
      },
    );
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
      this.#live.channel.ask(
        `end ${letter}`,
        OPERATION.image,
        name,
        [end.row],
        ([, , code]) => {
          if (this.#facts.name !== name || this.#ends[letter] !== end) return;
          end.code = code.data.slice();
          this.#path(event);
          if (save) this.#save();
        },
        (error) => {
          if (this.#ends[letter] === end) this.#failed(error, this.strip, this.scrubPicture);
        },
      );
    }
    this.#path(event);
  }

  #path(event) {
    const { A, B } = this.#ends;
    if (!A.code || !B.code) return;
    const { name } = this.#facts;
    this.#live.channel.ask(
      "path",
      OPERATION.path,
      name,
      [this.#spherical ? 1 : 0, FRAMES, ...A.code, ...B.code],
      ([pixels, places, , figures]) => {
        if (this.#facts.name !== name) return;
        this.strip.paint(pixels.data, pixels.shape);
        this.#live.meter.frame(event);
        this.map.over.path = places.data;
        // A code made between images falls where its nearest ones are; its marker stands where it was put.
        for (const [letter, fell] of [
          ["A", [...places.data.slice(0, 2)]],
          ["B", [...places.data.slice(-2)]],
        ])
          this.map.mark(letter, this.#ends[letter].place ?? fell, fell);
        this.#figures = figures.data;
        this.#scrub(this.#t, event);
      },
      (error) => this.#failed(error, this.strip, this.scrubPicture),
    );
  }

  #figures = [];

  #scrub(t, event, jump = false) {
    const { A, B } = this.#ends;
    if (!A.code || !B.code) return;
    if (jump) {
      this.#pause();
      this.scrubber.value = t;
    }
    this.#t = t;
    this.strip.at(t);
    const { name } = this.#facts;
    this.#live.channel.ask(
      "scrub",
      OPERATION.along,
      name,
      [this.#spherical ? 1 : 0, t, ...A.code, ...B.code],
      ([pixels, place]) => {
        if (this.#facts.name !== name) return;
        this.scrubPicture.paint(pixels.data, pixels.shape);
        this.#live.meter.frame(event);
        this.map.over.at = [...place.data];
        this.map.redraw();
        const [ratio, gap] = this.#figures;
        this.pathWords.replaceChildren(
          h(
            "span",
            { title: "Largest change of the picture in one of 64 steps, divided by the mean change: 1 is perfectly even." },
            `step ratio ${figure(ratio)}`,
          ),
          h("br"),
          h(
            "span",
            { title: "How far the codes of the path come back from decoding and encoding, as a share of the data's spread: 0 is perfect." },
            `cycle gap ${figure(gap)}`,
          ),
        );
      },
      (error) => this.#failed(error, this.scrubPicture),
    );
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
    if (this.wall.hidden) {
      this.map.over.draws = this.map.over.far = null;
      this.map.redraw();
    } else this.#draw();
  }

  /** What the address keeps of the drawer, while it is open. */
  get #drawer() {
    const { seed, temperature, fitted } = this.#sample;
    return this.wall.hidden ? {} : { draws: String(seed), temp: writeNumber(temperature), from: fitted ? "fitted" : "prior" };
  }

  #draw(event = null) {
    const { seed, temperature, fitted } = this.#sample;
    const { name } = this.#facts;
    this.#live.channel.ask(
      "sample",
      OPERATION.sample,
      name,
      [seed, DRAWS, temperature, fitted ? 1 : 0],
      ([pixels, places, codes, judge]) => {
        if (this.#facts.name !== name || this.wall.hidden) return;
        this.samplePicture.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
        this.#live.meter.frame(event);
        this.#sample.codes = codes.data;
        const far = Array.from({ length: DRAWS }, (_, i) => judge.data[4 * i + 3] > 0);
        this.sampleKeys.name((i) => {
          const drawn = this.#facts.classes[judge.data[4 * i]];
          return `${drawn ? `, looks like ${drawn}` : ""}${far[i] ? ", far from every image's code" : ""}`;
        });
        this.map.over.draws = places.data;
        this.map.over.far = far;
        this.map.redraw();
        const lost = far.filter(Boolean).length;
        say(
          this.sampleWords,
          `${lost ? `${lost} of ${DRAWS} draws (hollow on the map) lie` : "No draw lies"} farther from every image's code than codes lie from each other.`,
        );
      },
      (error) => {
        this.#sample.codes = null;
        this.#failed(error, this.samplePicture);
      },
    );
  }

  #takeSample(event) {
    const box = this.samplePicture.element.getBoundingClientRect();
    const column = Math.min(7, Math.floor((8 * (event.clientX - box.left)) / box.width)),
      row = Math.min(7, Math.floor((8 * (event.clientY - box.top)) / box.height));
    this.#takeDraw(8 * row + column, event);
  }

  #takeDraw(index, event) {
    const { codes } = this.#sample;
    if (!codes) return;
    const dim = this.#facts.latent_dim;
    this.#setCode(codes.slice(index * dim, (index + 1) * dim), this.#meanStd(), event);
    this.#save();
  }

  // --- the address -----------------------------------------------------------------------------------------

  #saved = "";

  #save() {
    const { code, sigma } = this.sliders;
    // The map, the first image or its code is still on its way.
    if (!this.#facts?.places || this.#current.model !== this.#facts.name || code?.length !== this.#facts.latent_dim) return;
    const chosen = this.#edited ? -1 : this.#current.row;
    const view = {
      model: this.#facts.name,
      at: writePoint({ row: chosen, code }),
      t: writeNumber(this.#t),
      path: this.#spherical ? "sphere" : "line",
      seed: String(this.#seed),
      ...this.floor.view,
      ...this.#drawer,
      ...this.handles.view,
    };
    if (this.map.closeup) view.zoom = writeZoom(this.map.closeup);
    if (this.map.hidden.length) view.hide = writeList(this.map.hidden);
    if (chosen < 0 && this.#facts.kind === "vae") view.s = writeFloats(sigma);
    if (chosen < 0 && this.#current.row >= 0) view.of = `i${this.#current.row}`;
    for (const [letter, { row, code: own, place }] of Object.entries(this.#ends)) {
      if (row < 0 && !own) continue;
      view[letter.toLowerCase()] = writePoint({ row, code: own });
      if (row < 0 && place) view[`p${letter.toLowerCase()}`] = writePlace(place);
    }
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
