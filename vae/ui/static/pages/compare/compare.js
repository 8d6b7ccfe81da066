/** Compare: an autoencoder and a VAE of the same data and code size, under the same hand. */
import { CertificateButton } from "../../widgets/certificate.js";
import { figure, fill, h, keepFocus, say, segmented, select } from "../../core/dom.js";
import { FloorControl } from "../../map/floor.js";
import { Ground } from "./sameground.js";
import { whereabouts } from "../explore/explore.js";
import { Unreachable } from "../../core/fetching.js";
import { LatentMap, legend, onRest, Tooltip } from "../../map/map.js";
import { Missing, training } from "../../core/missing.js";
import { byData, dataTitle, modelColour, told } from "../../core/models.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { loadPlotly } from "../../widgets/plotly.js";
import { OPERATION } from "../../wire/protocol.js";
import { Race } from "./race.js";
import { Player, Strip } from "../../widgets/strip.js";
import { Spoken, spokenPlace } from "../../core/spoken.js";
import { readList, readZoom, writeList, writeNumber, writeZoom } from "../../core/view.js";
import * as words from "../../text/words.js";

const KINDS = ["ae", "vae"];
const TITLES = { ae: ["Autoencoder", "a code"], vae: ["Variational autoencoder", "μ and σ"] };
const SHORT = { ae: "AE", vae: "VAE" };
const DRAWS = 64;
const FRAMES = 16;
const VARIATIONS = 24;
const JUDGED = 16; // places along each side of a plane that are judged
const REST = 100; // milliseconds between two counts of the variations that keep their class, and before a plane is judged
const REACH = 60; // pixels within which a dragged end finds its image

/** How many of the judged pictures are unlike anything real; NaN where there is no classifier to say so. */
function strangers({ shape: [count], data }) {
  if (data[0] < 0) return NaN;
  let found = 0;
  for (let i = 0; i < count; i++) found += data[4 * i + 2] > 0;
  return found;
}

/** One of the two models: its card, its map, and what it last answered. */
class Side {
  constructor(kind, events) {
    this.kind = kind;
    this.facts = null;
    this.codes = new Map();
    const name = SHORT[kind];
    this.hoverPicture = new Picture(`${name} hover decoding`, "ctm-hover");
    this.tooltip = new Tooltip(this.hoverPicture);
    this.spoken = new Spoken();
    this.map = new LatentMap(`${name} latent map`, modelColour(kind), events);
    this.wall = new Picture(`${name} samples`, "ctm-wall");
    this.current = new Picture(`${name} decoding`, "ctm-current ctm-own");
    this.neighbourhood = new Picture(`${name} variations`, "ctm-wall");
    this.caption = h("figcaption", {});
    this.strip = new Strip(name, FRAMES, (t) => events.frame(t));
    this.choice = select(`${TITLES[kind][0]} model`, [], "", (chosen) => events.choose(chosen));
    this.numbers = h("dl", { class: "ctm-numbers-line" });
    this.sentence = h("p", { class: "ctm-sentence" });
    this.stage = h(
      "div",
      { class: "ctm-stage" },
      this.wall.element,
      h("figure", { class: "ctm-now" }, this.current.element, this.caption),
      this.neighbourhood.element,
    );
    this.element = h(
      "section",
      { class: "ctm-card ctm-side", "aria-label": TITLES[kind][0] },
      h("header", {}, h("h2", {}, TITLES[kind][0]), h("span", { class: "ctm-quiet" }, TITLES[kind][1]), this.numbers),
      h(
        "div",
        { class: "ctm-body" },
        h("div", { class: "ctm-mapbox" }, this.map.element, this.choice, this.tooltip.element, this.spoken.element),
        this.stage,
      ),
      this.strip.element,
      this.sentence,
    );
    this.element.style.setProperty("--ctm-model", modelColour(kind));
  }

  /** Figures in the head of the card: [name, value, explanation]. */
  show(figures, sentence) {
    const known = figures.filter(([, value]) => !value.startsWith(figure(NaN))); // an empty place would look as though its figure were still to come
    this.numbers.replaceChildren(
      ...known.map(([name, value, title]) => h("div", { title, tabindex: 0 }, h("dd", {}, value), h("dt", {}, name))),
    );
    say(this.sentence, sentence);
  }
}

export class Compare {
  #live;
  #commit;
  #sides = {};
  #list = [];
  #data = "";
  #dim = 2;
  #tab = "dice";
  #row = 0;
  #ends = { A: 0, B: 1 };
  #t = 0;
  #spherical = false;
  #seed = 1;
  #fitted = false;
  #radius = 0.5;
  #picking = null;
  #plotly = null;
  #results = {};
  #view = 0;

  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#build(root);
    this.ready = this.apply(view);
  }

  async apply(view) {
    for (const forget of this.#forget) forget(); // a zoom that belongs to the view before
    const turn = ++this.#view; // what is still answered belongs to the view before, too
    const list = await this.#live.models.list();
    if (turn !== this.#view) return;
    this.#live.unusable(list);
    this.#list = list.filter((model) => model.usable);
    if (!this.pairs.length) throw await this.#unpaired();
    const pair =
      this.pairs.find(([data, dim]) => data === (view.data ?? "mnist") && dim === Number(view.dim ?? 16)) ??
      this.pairs.find(([data]) => data === view.data) ??
      this.pairs[0];
    [this.#data, this.#dim] = pair;
    this.#tab = view.show ?? "dice";
    this.#row = Number(view.i ?? 0);
    this.#seed = Number(view.dice ?? 1);
    this.#fitted = view.from === "fitted";
    this.#radius = Number(view.r ?? 0.5);
    this.#t = Number(view.t ?? 0.5);
    this.#spherical = view.path === "sphere";
    this.#floor = view.floor;
    this.#look = { zoom: { ae: readZoom(view.zae), vae: readZoom(view.zvae) }, hidden: readList(view.hide) };
    this.#wanted = { A: view.a, B: view.b };
    this.#names = { ae: view.ae ?? "", vae: view.vae ?? "" };
    for (const each of [pair, ...this.pairs.filter((other) => other !== pair)]) {
      [this.#data, this.#dim] = each;
      try {
        return await this.#open();
      } catch (error) {
        if (error instanceof Unreachable || each === this.pairs.at(-1) || this.both[0].facts) throw error;
        this.#live.alert(error.message);
      }
    }
  }

  /** What to say where there is no pair: how to train the partner of a model that is there, or both. */
  async #unpaired() {
    const [one] = this.#list.toSorted((a, b) => byData(a.data, b.data) || a.latent_dim - b.latent_dim);
    const needs = "Compare needs an autoencoder and a VAE of the same data and code size";
    if (!one)
      return new Missing(
        `${needs}, and there is neither. Train both, draw their maps and measure them:`,
        KINDS.flatMap((kind) => training(`mnist-${kind}`, { kind, data: "mnist" })),
      );
    const { config } = await this.#live.models.get(one.name),
      kind = one.kind === "ae" ? "vae" : "ae";
    const partner = /\bv?ae\b/.test(one.name) ? one.name.replace(/\bv?ae\b/, kind) : `${one.name}-${kind}`;
    const article = { ae: "an autoencoder", vae: "a VAE" }[kind];
    return new Missing(
      `${needs}. There is no partner for ${one.name} yet: train ${article} on the same data, draw its map and measure it.`,
      training(partner, { ...config, kind }),
    );
  }

  #wanted = {};
  #floor = "none";
  #forget = [];
  #opened = false;
  #look = { zoom: {}, hidden: [] }; // of the maps, when they are drawn next
  #names = { ae: "", vae: "" };

  dispose() {
    for (const forget of this.#forget) forget();
    this.player.pause();
    this.certificate.dispose();
    this.#resizes.disconnect();
    this.floor.dispose();
    this.ground.dispose();
    for (const timer of this.#rests.values()) clearTimeout(timer);
    for (const { map, spoken } of this.both) {
      map.dispose();
      spoken.hush();
    }
    this.#plotly?.purge(this.chart);
  }

  /** Data sets and code sizes that both kinds exist for. @returns {[string, number][]} */
  get pairs() {
    const has = (kind, data, dim) => this.#list.some((model) => model.kind === kind && model.data === data && model.latent_dim === dim);
    const seen = new Map(this.#list.map(({ data, latent_dim: dim }) => [`${data} ${dim}`, [data, dim]]));
    return [...seen.values()]
      .filter(([data, dim]) => KINDS.every((kind) => has(kind, data, dim)))
      .sort((a, b) => byData(a[0], b[0]) || a[1] - b[1]);
  }

  /** Code sizes of the pairs of the data that are compared. */
  get sizes() {
    return this.pairs.filter(([data]) => data === this.#data).map(([, dim]) => dim);
  }

  get both() {
    return KINDS.map((kind) => this.#sides[kind]);
  }

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    for (const kind of KINDS) {
      this.#sides[kind] = new Side(kind, {
        hover: (place, event) => this.#hover(this.#sides[kind], place, event),
        leave: () => this.#leave(),
        pick: (place, row, event) => this.#pick(this.#sides[kind], place, row, event),
        marker: (letter, place, row, done, event) => this.#drag(this.#sides[kind], letter, place, done, event),
        choose: (name) => {
          this.#names[kind] = name;
          this.#reopen();
        },
        frame: (t) => {
          this.#pause();
          this.#scrub(t, null);
          this.#save();
        },
      });
      this.#sides[kind].map.watchers.add(() => this.#judgeLater(this.#sides[kind]));
      this.#forget.push(onRest(this.#sides[kind].map, () => this.#save()));
    }
    this.dataChoice = select("Data set", [], "", (data) => {
      this.#data = data;
      if (!this.pairs.some(([other, dim]) => other === data && dim === this.#dim))
        this.#dim = this.pairs.find(([other]) => other === data)[1];
      this.#reopen();
    });
    this.sizeSlot = h("div", {});
    this.tabs = segmented(
      "What to compare",
      [
        ["dice", "Same dice", "The same random codes through both decoders"],
        ["plane", "Same plane", "Decoded pictures over the whole code plane"],
        ["path", "Same path", "From A to B in both"],
        ["race", "Race", "Straight, spherical and geodesic from A to B, in both"],
        ["freedom", "Same freedom", "Variations of one image at the same distance"],
        ["ground", "Same ground", "Each image's σ as a balloon, and the nearest hole, on both maps"],
      ],
      "dice",
      (tab) => {
        if (tab !== this.#tab) this.#show(tab, true);
      },
    );
    this.legendSlot = h("div", {});
    this.certificate = new CertificateButton(this.#live.base, this.#live.alert);
    this.floor = new FloorControl(this.#live, Object.fromEntries(this.both.map((side) => [side.kind, side.map])), () => {
      this.#floor = this.floor.view.floor;
      this.#save();
    });
    const top = h(
      "div",
      { class: "ctm-line ctm-top" },
      this.tabs.element,
      h("span", { class: "ctm-grow" }),
      this.floor.choice,
      this.certificate.element,
      this.dataChoice,
      h("span", { class: "ctm-quiet" }, "code size"),
      this.sizeSlot,
    );

    this.distribution = segmented(
      "Drawn from",
      [
        ["prior", "N(0, I)", "The distribution that a VAE is trained towards"],
        ["fitted", "fitted Gaussian", "A Gaussian with the mean and covariance of each model's own codes"],
      ],
      "prior",
      (which) => {
        this.#fitted = which === "fitted";
        this.#dice();
        this.#save();
      },
    );
    const dice = h(
      "div",
      { class: "ctm-controls", "data-tab": "dice" },
      h("h2", {}, "The same 64 draws, in both"),
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
              this.#seed = 1 + Math.floor(Math.random() * 1e6);
              this.#dice(event);
              this.#save();
            },
          },
          "⚄ throw again",
        ),
      ),
      h("p", { class: "ctm-quiet" }, "Each dot on the maps is a draw; hollow ones are far from every image's code."),
    );
    this.planeButton = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        onclick: () => {
          this.#dim = 2;
          this.#reopen();
        },
      },
      "Switch to code size 2",
    );
    this.planeWords = h("p", { class: "ctm-quiet" });
    const plane = h(
      "div",
      { class: "ctm-controls", "data-tab": "plane" },
      h("h2", {}, "The whole code plane, decoded"),
      this.planeWords,
      this.planeButton,
    );
    this.playButton = h("button", { type: "button", class: "ctm-chip", onclick: () => this.#playPause() }, "▶ Play");
    this.pathKind = segmented(
      "Kind of path",
      [
        ["line", "straight"],
        ["sphere", "spherical"],
      ],
      "line",
      (kind) => {
        this.#spherical = kind === "sphere";
        this.#path();
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
            title: `Click an image on either map; or drag ${letter}`,
            onclick: () => this.#startPicking(letter),
          },
          `Pick ${letter}`,
        ),
      ]),
    );
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
    const path = h(
      "div",
      { class: "ctm-controls", "data-tab": "path race" },
      h("div", { class: "ctm-line" }, h("h2", {}, "From A to B, in both"), this.pathKind.element),
      h("div", { class: "ctm-line" }, this.playButton, this.pickers.A, this.pickers.B),
      h(
        "div",
        { class: "ctm-scrubber" },
        this.scrubber.slider,
        h("span", { class: "ctm-quiet", "aria-hidden": "true" }, "t ="),
        this.scrubber.number,
      ),
    );
    this.radius = new NumberSlider(
      "Radius",
      { min: 0, max: 3, step: 0.05 },
      {
        input: (event) => {
          this.#radius = this.radius.value;
          this.#freedom(event);
        },
        commit: () => this.#save(),
        refuse: this.#live.alert,
      },
    );
    const freedom = h(
      "div",
      { class: "ctm-controls", "data-tab": "freedom" },
      h("h2", {}, "The same freedom, in both"),
      h("div", { class: "ctm-line" }, "radius", this.radius.number, h("span", { class: "ctm-quiet" }, "standard deviations")),
      this.radius.slider,
      h(
        "p",
        { class: "ctm-quiet" },
        "The same noise in both, in units of each model's own spread of codes. Click an image on a map to take it.",
      ),
    );
    this.player = new Player((t, event) => this.#scrub(t, event));

    this.chart = h("div", { class: "ctm-chart-plot" });
    this.chartLine = h("i", { class: "ctm-chart-line" });
    this.chartBox = h(
      "div",
      { class: "ctm-chart", role: "img", "aria-label": "Change of the picture at each step" },
      h("span", { class: "ctm-quiet" }, "change of the picture at each of 64 steps"),
      this.chart,
      this.chartLine,
    );
    this.verdict = h("p", {});
    this.note = h("p", { class: "ctm-quiet" });
    this.ground = new Ground(this.#live, this.both, this.verdict, (side, row) => this.#code(side, row));
    const bottom = h(
      "section",
      { class: "ctm-card ctm-bottom", "aria-label": "What to compare" },
      h("div", {}, dice, plane, path, freedom, this.ground.controls),
      this.chartBox,
      h(
        "div",
        { class: "ctm-verdict", role: "region", tabindex: 0, "aria-label": "What you see" },
        h("h2", {}, "What you see"),
        this.verdict,
        this.note,
      ),
    );
    this.controls = [dice, plane, path, freedom, this.ground.controls];
    this.race = new Race(this.#live, this.both, this.verdict, (t) => {
      this.#pause();
      this.#scrub(t, null);
      this.#save();
    });
    this.chartBox.after(this.race.charts);
    this.page = h(
      "div",
      { class: "ctm-page ctm-compare" },
      top,
      ...this.both.map((side) => side.element),
      h("div", { class: "ctm-legendrow" }, this.floor.legend, this.legendSlot),
      bottom,
    );
    root.append(this.page);
    this.#resizes = new ResizeObserver(() => {
      if (this.#plotly && this.#tab === "path") this.#drawChart().catch((error) => this.#live.alert(error.message));
    });
    this.#resizes.observe(this.chartBox);
  }

  #resizes;

  // --- models ----------------------------------------------------------------------------------------------

  #reopen() {
    this.#wanted = { A: `i${this.#ends.A}`, B: `i${this.#ends.B}` };
    this.#look = { zoom: {}, hidden: this.both[0].facts?.data === this.#data ? this.both[0].map.hidden : [] };
    const [{ facts }] = this.both,
      before = [facts.data, facts.latent_dim];
    this.#open(true).catch((error) => {
      this.#live.alert(error.message);
      [this.#data, this.#dim] = before; // which are still on screen
      this.both.forEach((side) => {
        this.#names[side.kind] = side.facts.name;
        this.#choose(side.kind);
      });
      this.#opened = true;
      this.#offer();
    });
  }

  /** @param {boolean} [step] whether Back leads to the models before */
  async #open(step = false) {
    this.#opened = false;
    this.#pause();
    const turn = ++this.#view;
    const facts = await Promise.all(
      KINDS.map((kind) => {
        const name = this.#choose(kind),
          loading = this.#live.models.get(name);
        this.#sides[kind].map.progress.follow(this.#live.models.progress(name), loading);
        return loading;
      }),
    );
    if (turn !== this.#view) return;
    this.#opened = true;
    facts.forEach((fact, i) => {
      const side = this.both[i];
      side.facts = fact;
      side.codes.clear();
      Object.assign(side.map.over, { cursor: null, path: null, at: null, draws: null, far: null, row: -1 });
      side.map.show(fact.places, fact.labels, fact.classes, { zoom: this.#look.zoom[side.kind], hidden: this.#look.hidden });
    });
    this.floor.open(facts, this.#floor);
    this.ground.open(facts);
    this.#live.meter.device = facts[0].device;
    this.certificate.of(facts.map((fact) => fact.name));
    const rows = Math.min(...facts.map((fact) => fact.labels.length)) - 1;
    const { labels, classes } = facts[0];
    const first = (label) => Math.max(0, labels.indexOf(Math.min(label, classes.length - 1)));
    const known = (row, otherwise) => {
      if (row <= rows) return row;
      this.#live.alert(`There is no image ${row} on these maps, which end with image ${rows}; image ${otherwise} is shown in its place.`);
      return otherwise;
    };
    const end = (text, otherwise) => (/^i\d+$/.test(text ?? "") ? known(Number(text.slice(1)), otherwise) : otherwise);
    this.#ends = { A: end(this.#wanted.A, first(4)), B: end(this.#wanted.B, first(1)) };
    this.#row = known(this.#row, 0);
    this.#offer();
    this.legendSlot.replaceChildren(
      legend(
        this.both.map((side) => side.map),
        classes,
        this.#look.hidden,
        () => this.#save(),
      ),
    );
    say(
      this.note,
      facts[0].identity
        ? "These maps are the code planes themselves."
        : "These maps are UMAPs, which tear continuous spaces into islands: white space on them is not a hole.",
    );
    this.distribution.choose(this.#fitted ? "fitted" : "prior");
    this.pathKind.choose(this.#spherical ? "sphere" : "line");
    this.radius.value = this.#radius;
    this.#show(this.#tab, step);
  }

  /** The data sets and code sizes that can be chosen. */
  #offer() {
    fill(
      this.dataChoice,
      [...new Set(this.pairs.map(([data]) => data))].map((data) => [data, dataTitle(data)]),
      this.#data,
    );
    const sizes = this.sizes.map((dim) => [String(dim), String(dim)]);
    const size = segmented("Code size", sizes, String(this.#dim), (dim) => {
      this.#dim = Number(dim);
      this.#reopen();
    }).element;
    keepFocus(this.sizeSlot, () => this.sizeSlot.replaceChildren(size), size.firstElementChild);
  }

  /** The model of one kind for this data set and code size: the chosen one, else the one of the usual name, else any. */
  #choose(kind) {
    const models = this.#list.filter((model) => model.kind === kind && model.data === this.#data && model.latent_dim === this.#dim),
      names = models.map((model) => model.name);
    const usual = [`${this.#data}-${kind}-${this.#dim}`, `${this.#data}-${kind}`];
    const name = [this.#names[kind], ...usual].find((wanted) => names.includes(wanted)) ?? names[0];
    this.#names[kind] = usual.includes(name) ? "" : name;
    fill(
      this.#sides[kind].choice,
      models.map((model) => [model.name, told(model, models) || "plain"]),
      name,
    );
    this.#sides[kind].choice.hidden = names.length < 2;
    return name;
  }

  /** Show one comparison. @param {string} tab @param {boolean} [step] whether Back leads to the one before */
  #show(tab, step = false) {
    this.#pause();
    if (this.#tab === "plane" && tab !== "plane") for (const { map } of this.both) map.reset(); // its zoom was for the pictures
    this.#tab = tab;
    this.floor.force(tab === "plane" && this.#dim === 2 ? "pictures" : null);
    this.tabs.choose(tab);
    this.page.dataset.tab = tab;
    for (const element of this.controls) element.hidden = !element.dataset.tab.split(" ").includes(tab);
    this.ground.stop();
    this.race.stop();
    this.race.hidden = tab !== "race";
    this.pathKind.element.hidden = tab === "race";
    this.chartBox.hidden = tab !== "path";
    for (const side of this.both) {
      side.wall.element.hidden = tab !== "dice";
      side.neighbourhood.element.hidden = tab !== "freedom";
      side.current.element.parentElement.hidden = tab !== "path" && tab !== "freedom";
      side.strip.element.hidden = tab !== "path";
      side.stage.hidden = ["plane", "race", "ground"].includes(tab);
      side.show([], "");
      side.shown = null; // the path's picture stands where the image's stood
      Object.assign(side.map.over, { cursor: null, path: null, at: null, draws: null, far: null });
      for (const letter of ["A", "B"]) side.map.mark(letter, null);
    }
    this.#results = {};
    say(this.verdict, "");
    this.#run();
    this.#save(step);
  }

  #run() {
    if (this.#tab === "dice") this.#dice();
    else if (this.#tab === "path" || this.#tab === "race") this.#path();
    else if (this.#tab === "freedom") this.#freedom();
    else if (this.#tab === "ground") this.ground.start(this.#row);
    else {
      const there = this.#dim === 2,
        none = !this.sizes.includes(2);
      keepFocus(
        this.planeButton.parentElement,
        () => {
          this.planeButton.hidden = there || none;
        },
        this.tabs.element.querySelector("[aria-pressed=true]"),
      );
      say(
        this.planeWords,
        there
          ? "Every picture is what the decoder makes of that place; the dots are the data. Zoom and pan: it is decoded again."
          : `Only codes of two numbers lie in a plane that can be shown whole${none ? ", and no pair of models has them for these data" : ""}.`,
      );
      for (const side of this.both) this.#judgeLater(side);
    }
  }

  /** Ask both models; `done` is called with what each made of it once both have answered. */
  #ask(lane, operation, payload, use, event, done = () => {}) {
    const turn = this.#view,
      tab = this.#tab;
    for (const side of this.both) {
      const { facts, kind } = side;
      this.#live.channel.ask(
        `${lane} ${kind}`,
        operation,
        facts.name,
        payload(side),
        (arrays) => {
          if (turn !== this.#view || tab !== this.#tab) return;
          this.#results[kind] = use(side, arrays);
          this.#live.meter.frame(event);
          side.map.redraw();
          if (KINDS.every((each) => this.#results[each])) done(this.#results);
        },
        (error) => {
          this.#live.alert(error.message);
          ({ dice: side.wall, path: side.strip, freedom: side.neighbourhood })[lane].clear();
        },
      );
    }
  }

  /** The code of an image in each model. @returns {Promise<Float32Array>} */
  #code(side, row) {
    if (!side.codes.has(row)) {
      side.codes.set(
        row,
        new Promise((resolve, reject) => {
          this.#live.channel.ask(
            `code ${side.kind} ${row}`,
            OPERATION.image,
            side.facts.name,
            [row],
            ([, , code]) => resolve(code.data.slice()),
            reject,
          );
        }),
      );
      side.codes.get(row).catch((error) => {
        side.codes.delete(row);
        this.#live.alert(error.message);
      });
    }
    return side.codes.get(row);
  }

  /** The codes of images in both models, by kind; null if one of them cannot be had, which has been said. @returns {Promise<Map<string, Float32Array[]>|null>} */
  async #codesOf(...rows) {
    try {
      return new Map(
        await Promise.all(this.both.map(async (side) => [side.kind, await Promise.all(rows.map((row) => this.#code(side, row)))])),
      );
    } catch {
      return null;
    }
  }

  // --- the same dice ---------------------------------------------------------------------------------------

  #dice(event = null) {
    const fitted = this.#fitted;
    this.#ask(
      "dice",
      OPERATION.sample,
      () => [this.#seed, DRAWS, 1, fitted ? 1 : 0],
      (side, [pixels, places, , judge]) => {
        side.wall.paint(pixels.data, pixels.shape, { columns: 8, gap: 2 });
        const column = (index) => Array.from({ length: DRAWS }, (_, i) => judge.data[4 * i + index]);
        const flags = column(3).map((value) => value > 0);
        side.map.over.draws = places.data;
        side.map.over.far = flags;
        const labels = column(0);
        const judged = side.facts.judged;
        const result = {
          kind: side.kind,
          classes: judged ? new Set(labels).size : NaN,
          all: side.facts.classes.length,
          far: flags.filter(Boolean).length,
          strange: strangers(judge),
          n: DRAWS,
          fitted,
          frechet: side.facts.metrics[`frechet_c_${fitted ? "fitted" : "prior"}`]?.value,
        };
        side.show(
          [
            [
              "far from codes",
              `${result.far} / ${DRAWS}`,
              "Draws farther from the nearest image's code than 99 % of codes are from their nearest neighbour",
            ],
            ["classes", `${figure(result.classes)} / ${result.all}`, "Different classes among the 64 pictures, by our classifier"],
            [
              "unreal",
              `${figure(result.strange)} / ${DRAWS}`,
              "Pictures farther from every real one, in the features of our classifier, than 99 % of unseen real images are",
            ],
            [
              "Fréchet distance",
              figure(result.frechet),
              "Between Gaussians fitted to classifier features of 10,000 draws and of real images: it counts both unreal pictures and missing kinds. Lower is closer. Not FID.",
            ],
          ],
          words.diceSide(result),
        );
        return result;
      },
      event,
      (results) => say(this.verdict, words.diceBoth({ ...results, fitted })),
    );
  }

  // --- the same plane --------------------------------------------------------------------------------------

  #rests = new Map();

  /** Judge a plane once its window has come to rest: sixteen rows of verdicts would hold up the pictures. */
  #judgeLater(side) {
    clearTimeout(this.#rests.get(side));
    if (this.#tab === "plane")
      this.#rests.set(
        side,
        setTimeout(() => this.#judgePlane(side), REST),
      );
  }

  #judgePlane(side) {
    if (this.#tab !== "plane" || this.#dim !== 2 || !side.map.window) return;
    const view = side.map.window;
    const turn = this.#view;
    const [x0, x1, y0, y1] = view;
    const places = [];
    for (let i = 0; i < JUDGED; i++)
      for (let j = 0; j < JUDGED; j++) places.push(x0 + ((i + 0.5) / JUDGED) * (x1 - x0), y0 + ((j + 0.5) / JUDGED) * (y1 - y0));
    this.#live.channel.ask(
      `judge ${side.kind}`,
      OPERATION.verdicts,
      side.facts.name,
      places,
      ([judge]) => {
        if (turn !== this.#view || this.#tab !== "plane") return;
        const n = JUDGED * JUDGED;
        const strange = strangers(judge);
        const result = (this.#results[side.kind] = { kind: side.kind, strange, n });
        side.show(
          [
            [
              "of this window unreal",
              Number.isNaN(strange) ? "–" : `${Math.round((100 * strange) / n)} %`,
              `Of ${n} places in the visible window, those whose picture is farther from every real one than 99 % of unseen real images are`,
            ],
          ],
          words.planeSide(result),
        );
        if (KINDS.every((kind) => this.#results[kind])) say(this.verdict, words.planeBoth(this.#results));
      },
      (error) => this.#live.alert(error.message),
    );
  }

  // --- the same path ---------------------------------------------------------------------------------------

  /** Between other ends; also for the race, which is run between the same two images. */
  async #path(event = null) {
    const { A, B } = this.#ends,
      turn = this.#view;
    const codes = await this.#codesOf(A, B);
    if (!codes || turn !== this.#view || A !== this.#ends.A || B !== this.#ends.B) return;
    this.#codes = codes;
    if (this.#tab === "race") {
      this.race.start(codes, event);
      this.#scrub(this.#t, event);
    }
    if (this.#tab !== "path") return;
    this.#ask(
      "path",
      OPERATION.path,
      (side) => [this.#spherical ? 1 : 0, FRAMES, ...codes.get(side.kind).flatMap((code) => [...code])],
      (side, [pixels, places, steps, figures, judge]) => {
        side.strip.paint(pixels.data, pixels.shape);
        side.map.over.path = places.data;
        side.map.mark("A", [places.data[0], places.data[1]]);
        side.map.mark("B", [places.data.at(-2), places.data.at(-1)]);
        const column = (index) => Array.from({ length: FRAMES }, (_, i) => judge.data[4 * i + index]);
        const strange = column(2).map((value) => value > 0);
        side.strip.flag(strange);
        const result = {
          kind: side.kind,
          steps: [...steps.data],
          length: steps.data.reduce((sum, step) => sum + step, 0),
          ratio: figures.data[0],
          gap: figures.data[1],
          flips: judge.data[0] < 0 ? NaN : words.needlessFlips(column(0)),
          strange: strangers(judge),
          frames: FRAMES,
        };
        side.show(
          [
            [
              "step ratio",
              figure(result.ratio),
              "step_max_ratio: the largest change of the picture in one of 64 steps, divided by the mean change; 1 is perfectly even",
            ],
            [
              "cycle gap",
              figure(result.gap),
              "cycle_gap: how far codes of the path come back from decoding and encoding, as a share of the data's spread; 0 is perfect",
            ],
            ["needless flips", figure(result.flips), "Class changes along the 16 frames beyond the one that the two ends require"],
            [
              "unreal frames",
              `${figure(result.strange)} / ${FRAMES}`,
              "Frames farther from every real image, in the features of our classifier, than 99 % of unseen real images are",
            ],
          ],
          words.pathSide(result),
        );
        return result;
      },
      event,
      (results) => {
        say(this.verdict, words.pathBoth(results));
        this.#drawChart().catch((error) => this.#live.alert(error.message));
      },
    );
    this.#scrub(this.#t, event);
  }

  #codes = new Map();

  #scrub(t, event) {
    this.#t = t;
    this.scrubber.value = t;
    if (this.#tab === "race") {
      this.race.scrub(t);
      this.#live.meter.frame(event);
      return;
    }
    const turn = this.#view;
    for (const side of this.both) {
      const ends = this.#codes.get(side.kind);
      if (!ends || ends[0].length !== side.facts.latent_dim) return;
      side.strip.at(t);
      this.#live.channel.ask(
        `along ${side.kind}`,
        OPERATION.along,
        side.facts.name,
        [this.#spherical ? 1 : 0, t, ...ends[0], ...ends[1]],
        ([pixels, place]) => {
          if (turn !== this.#view || this.#tab !== "path") return;
          side.current.paint(pixels.data, pixels.shape);
          say(side.caption, `t = ${t.toFixed(2)}`);
          this.#live.meter.frame(event);
          side.map.over.at = [...place.data];
          side.map.redraw();
        },
        (error) => {
          this.#live.alert(error.message);
          side.current.clear();
        },
      );
    }
    this.#moveChartLine();
  }

  /** Step sizes of both paths, as a Plotly chart that is drawn again when the path changes, not when t does. */
  async #drawChart() {
    const Plotly = (this.#plotly ??= await loadPlotly(`${this.#live.base}/continuum/plotly.min.js`));
    if (this.#tab !== "path" || !this.chart.isConnected || !KINDS.every((kind) => this.#results[kind]?.steps)) return;
    const style = getComputedStyle(this.page);
    const colour = (name) => style.getPropertyValue(name).trim();
    const traces = KINDS.map((kind) => ({
      type: "scatter",
      mode: "lines",
      x: Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64),
      y: this.#results[kind].steps,
      name: SHORT[kind],
      line: { color: colour(`--ctm-${kind}`), width: 2 },
      hovertemplate: `${SHORT[kind]} %{y:.3f}<extra></extra>`,
    }));
    const { width, height } = this.chart.getBoundingClientRect();
    Plotly.react(
      this.chart,
      traces,
      {
        width,
        height,
        margin: { l: 34, r: 6, t: 4, b: 18 },
        showlegend: false,
        hovermode: "x",
        paper_bgcolor: "transparent",
        plot_bgcolor: "transparent",
        font: { size: 11, color: colour("--ctm-soft") },
        xaxis: { range: [0, 1], showgrid: false, zeroline: false, fixedrange: true, nticks: 6 },
        yaxis: { rangemode: "tozero", gridcolor: colour("--ctm-line"), zeroline: false, fixedrange: true, nticks: 4 },
      },
      { displayModeBar: false },
    );
    this.#moveChartLine();
  }

  #moveChartLine() {
    const axis = this.chart._fullLayout?.xaxis;
    if (axis) this.chartLine.style.left = `${axis._offset + axis.d2p(this.#t)}px`;
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

  #startPicking(letter) {
    const same = this.#picking === letter;
    this.#picking = same ? null : letter;
    for (const [name, button] of Object.entries(this.pickers)) button.setAttribute("aria-pressed", String(name === this.#picking));
  }

  #drag(side, letter, place, done, event) {
    const row = side.map.nearest(place, REACH);
    if (row >= 0 && row !== this.#ends[letter]) this.#ends[letter] = row;
    else if (!done) return;
    this.#path(event); // also when nothing was near: the marker goes back to its image
    if (done) this.#save();
  }

  // --- the same freedom ------------------------------------------------------------------------------------

  async #freedom(event = null) {
    const row = this.#row,
      turn = this.#view,
      radius = this.#radius;
    const codes = await this.#codesOf(row);
    if (!codes || turn !== this.#view || row !== this.#row || this.#tab !== "freedom") return;
    for (const side of this.both) {
      side.map.over.row = row;
      if (side.shown === `${side.facts.name} ${row}`) continue;
      side.shown = `${side.facts.name} ${row}`;
      this.#live.channel.ask(
        `current ${side.kind}`,
        OPERATION.decode,
        side.facts.name,
        codes.get(side.kind)[0],
        ([pixels]) => side.current.paint(pixels.data, pixels.shape),
        (error) => this.#live.alert(error.message),
      );
    }
    const payload = (side) => [this.#seed, VARIATIONS, radius, ...codes.get(side.kind)[0]];
    this.#ask(
      "freedom",
      OPERATION.perturb,
      payload,
      (side, [pixels, places]) => {
        side.neighbourhood.paint(pixels.data, pixels.shape, { columns: 6, gap: 2 });
        side.map.over.draws = places.data;
        side.map.over.far = null;
        return { radius };
      },
      event,
    );
    this.#judge({ turn, row, radius, payload });
  }

  #unjudged = null;
  #judging = false;

  /** Count who keeps the class, one model after the other and always for the newest radius: the pictures do not wait for it. */
  async #judge(newest) {
    this.#unjudged = newest;
    if (this.#judging) return;
    this.#judging = true;
    while (this.#unjudged) {
      const { turn, row, radius, payload } = this.#unjudged;
      this.#unjudged = null;
      const shares = {};
      for (const side of this.both) {
        const share = await new Promise((resolve) => {
          this.#live.channel.ask(
            "kept",
            OPERATION.kept,
            side.facts.name,
            payload(side),
            ([reply]) => resolve(reply.data),
            (error) => {
              this.#live.alert(error.message);
              resolve([NaN, -1]);
            },
          );
        });
        if (turn !== this.#view || row !== this.#row || this.#tab !== "freedom") break;
        const [kept, label] = share;
        const name = side.facts.classes[label];
        say(side.caption, name ? `image ${row} · decoded as ${name}` : `image ${row}`);
        side.show(
          [
            [
              "keep the class",
              Number.isFinite(kept) ? `${Math.round(100 * kept)} %` : "–",
              `Of ${VARIATIONS} variations, those that our classifier puts in the class of the unmoved picture`,
            ],
          ],
          Number.isFinite(kept) ? words.freedomSide({ kind: side.kind, kept, n: VARIATIONS, radius, name }) : "",
        );
        shares[side.kind] = kept;
      }
      if (!KINDS.every((kind) => kind in shares)) continue;
      say(this.verdict, Number.isFinite(shares.ae) ? words.freedomBoth({ ...shares, n: VARIATIONS, radius }) : words.UNJUDGED);
      await new Promise((resolve) => setTimeout(resolve, REST)); // figures that change faster cannot be read, and cost the pictures their time
    }
    this.#judging = false;
  }

  // --- both maps -------------------------------------------------------------------------------------------

  #hover(side, place, event) {
    if (!side.facts) return;
    const row = side.map.nearest(place);
    const other = this.both.find((each) => each !== side);
    const turn = this.#view;
    this.#live.channel.ask(
      "hover",
      OPERATION.at,
      side.facts.name,
      place,
      ([pixels, , info]) => {
        if (turn !== this.#view) return;
        const [inside, ...corners] = info.data;
        if (inside) side.hoverPicture.paint(pixels.data, pixels.shape);
        else side.hoverPicture.clear();
        this.#live.meter.frame(event);
        side.tooltip.say(
          inside ? whereabouts(corners, side.facts.classes, side.facts.identity) : "outside the map: no codes around this place",
        );
        const { classes, identity: plane, labels } = side.facts;
        side.spoken.say(spokenPlace({ place, corners: inside ? corners : null, classes, plane, row, label: labels[row] }));
        side.tooltip.moveTo(...side.map.pixel(...place));
      },
      (error) => this.#live.alert(error.message),
    );
    for (const each of this.both) {
      each.map.over.row = row;
      each.map.redraw();
    }
    if (row < 0) return other.tooltip.hide();
    this.#live.channel.ask(
      "link",
      OPERATION.image,
      other.facts.name,
      [row],
      ([pixels, , , , at, , label]) => {
        if (turn !== this.#view || other.map.over.row !== row) return;
        other.hoverPicture.paint(pixels.data, pixels.shape);
        other.tooltip.say(`the same image: ${other.facts.classes[label.data[0]]}`);
        other.tooltip.moveTo(...other.map.pixel(...at.data));
      },
      (error) => this.#live.alert(error.message),
    );
  }

  #leave() {
    for (const lane of ["hover", "link"]) this.#live.channel.drop(lane);
    for (const side of this.both) {
      side.tooltip.hide();
      side.spoken.hush();
      side.map.over.row = ["freedom", "ground"].includes(this.#tab) ? this.#row : -1;
      side.map.redraw();
    }
  }

  #pick(side, place, row, event) {
    if (row < 0) return;
    if ((this.#tab === "path" || this.#tab === "race") && this.#picking) {
      this.#ends[this.#picking] = row;
      this.#startPicking(this.#picking);
      this.#path(event);
    } else {
      this.#row = row;
      if (this.#tab === "freedom") this.#freedom(event);
      if (this.#tab === "ground") this.ground.start(row);
    }
    this.#save();
  }

  // --- the address -----------------------------------------------------------------------------------------

  #save(step = false) {
    if (!this.#opened) return; // the models that are meant are not those on the page
    const hidden = this.both[0].map.hidden;
    this.#commit(
      {
        data: this.#data,
        dim: String(this.#dim),
        show: this.#tab,
        i: String(this.#row),
        a: `i${this.#ends.A}`,
        b: `i${this.#ends.B}`,
        t: writeNumber(this.#t),
        ...Object.fromEntries(Object.entries(this.#names).filter(([, name]) => name)),
        path: this.#spherical ? "sphere" : "line",
        dice: String(this.#seed),
        from: this.#fitted ? "fitted" : "prior",
        r: writeNumber(this.#radius),
        ...this.floor.view,
        ...Object.fromEntries(this.both.filter(({ map }) => map.closeup).map(({ kind, map }) => [`z${kind}`, writeZoom(map.closeup)])),
        ...(hidden.length ? { hide: writeList(hidden) } : {}),
      },
      step,
    );
  }
}
