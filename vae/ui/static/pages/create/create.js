/** Create: type a caption, watch it being drawn token by token, and look inside. */
import { Between } from "./between.js";
import { Caption } from "./caption.js";
import { Complete } from "./complete.js";
import { Inside } from "./inside.js";
import { Stage } from "./stage.js";
import { Studio } from "./studio.js";
import { h, keepFocus, say, segmented } from "../../core/dom.js";
import { Missing } from "../../core/missing.js";
import { NumberSlider } from "../../widgets/numberslider.js";

const COUNT = 32;
const SECOND = "a purple cat on a sky background";
const VIEWS = [
  ["draw", "Drawings", "The 32 candidates, the best first."],
  ["complete", "Complete", "Rub out a part of the chosen picture and have it drawn again."],
  ["inside", "Look inside", "What the transformer expected at each cell of the chosen picture."],
  ["between", "Between two", "A strip of pictures from this caption to another one."],
];
const PLAIN = { guidance: 3, temperature: 1, topK: 64 };
const SEEDS = 1e6;
const REST = 250; // milliseconds after a cell was rubbed out until the address says so
const UNREAD = "waits for a caption that can be read";

export class Create {
  #live;
  #commit;
  #studio;
  #facts = null;
  #reading = null;
  #drawn = null;
  #order = "";
  #view = "draw";
  #pick = 0;
  #given = null;
  #second = SECOND;
  #step = false;
  #resting = 0;
  #caption = "";
  #unread = false;
  #waits = false; // the caption that was read last; whether another one is in the field; whether it is for the rest of a picture

  constructor(root, live, view, commit) {
    this.#live = live;
    this.#commit = commit;
    this.#studio = new Studio(live);
    this.#build(root);
    this.ready = this.#open(view);
  }

  async apply(view) {
    if (!this.#facts) return this.#open(view);
    this.#order = "";
    this.#drawn = null;
    this.#waits = false;
    await this.#start(view);
  }

  dispose() {
    clearTimeout(this.#resting);
    this.caption.dispose();
    for (const part of [this.stage, this.inside, this.complete, this.between]) part?.dispose();
    this.#studio.dispose();
    this.page.remove();
  }

  // --- what is on the page ---------------------------------------------------------------------------------

  #build(root) {
    this.caption = new Caption(
      "Caption",
      this.#studio,
      (reading) => this.#understood(reading),
      () => this.#editing(),
    );
    this.examples = h("div", { class: "ctm-examples-row", role: "group", "aria-label": "Examples" });
    this.dice = h(
      "button",
      {
        type: "button",
        class: "ctm-chip ctm-dice",
        title: "A caption at random; half of them hold a pair of object and colour that it has never been shown.",
        onclick: () => this.#throw(),
      },
      "⚄ Surprise me",
    );
    const top = h(
      "section",
      { class: "ctm-card ctm-ask", "aria-label": "Caption" },
      h("div", { class: "ctm-askrow" }, this.caption.element, this.dice),
      this.caption.notes,
      this.examples,
    );

    this.tabs = segmented("View", VIEWS, "draw", (view) => {
      if (view !== this.#view) this.#show(view);
    });
    this.state = h("span", { class: "ctm-quiet", role: "status", "aria-label": "Progress" });
    this.bar = h("div", { class: "ctm-progress", "aria-hidden": "true" });
    this.others = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "The same caption with another seed.",
        onclick: () => {
          this.#step = true;
          this.seed.value = 1 + Math.floor(Math.random() * SEEDS);
          this.#draw();
        },
      },
      "⚄ Draw others",
    );
    this.afresh = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        hidden: true,
        title: "Forget what was kept or put in by hand, and draw everything.",
        onclick: () => {
          this.#given = null;
          this.#waits = false;
          this.#show("draw");
        },
      },
      "Start afresh",
    );
    this.stagebox = h("div", { class: "ctm-stagebox" });
    const work = h(
      "section",
      { class: "ctm-card ctm-work", "aria-label": "Pictures" },
      h("div", { class: "ctm-line" }, this.tabs.element, this.state, h("span", { class: "ctm-grow" }), this.afresh, this.others),
      this.bar,
      this.stagebox,
    );

    this.guidance = this.#range(
      "guidance",
      0,
      10,
      0.5,
      "How strongly the caption pulls: 1 is the transformer as it is, more leads away from what it would draw without a caption.",
    );
    this.temperature = this.#range(
      "temperature",
      0,
      2,
      0.1,
      "How freely codes are chosen: at 0 always the likeliest one, at 1 as likely as the transformer says.",
    );
    this.topK = h("input", {
      type: "number",
      class: "ctm-number",
      min: 1,
      step: 1,
      value: PLAIN.topK,
      "aria-label": "top-k",
      onchange: () => this.#changed(),
    });
    this.seed = h("input", {
      type: "number",
      class: "ctm-number",
      min: 0,
      max: 9999999,
      step: 1,
      value: 1,
      "aria-label": "seed",
      onchange: () => this.#changed(),
    });
    this.chosen = h("h2", { "aria-live": "polite" }, "");
    this.png = h("button", { type: "button", class: "ctm-chip", disabled: true, onclick: () => this.#savePng() }, "Save PNG");
    this.gif = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        disabled: true,
        title: "How this picture was drawn, cell by cell.",
        onclick: () => this.#saveGif(),
      },
      "Save GIF",
    );
    const side = h(
      "aside",
      { class: "ctm-card ctm-settings", "aria-label": "Settings" },
      this.chosen,
      h("div", { class: "ctm-line" }, this.png, this.gif),
      h("hr", {}),
      this.guidance.element,
      this.temperature.element,
      h(
        "label",
        { class: "ctm-setting", title: "How many of the likeliest codes it chooses among, at each cell." },
        h("span", {}, "top-k"),
        this.topK,
      ),
      h(
        "label",
        { class: "ctm-setting", title: "The same seed, caption and settings give the same pictures, on any day." },
        h("span", {}, "seed"),
        this.seed,
      ),
      h(
        "button",
        {
          type: "button",
          class: "ctm-link ctm-reset",
          onclick: () => {
            this.#set({});
            this.#changed();
          },
        },
        "usual settings",
      ),
    );
    this.page = h("div", { class: "ctm-page ctm-create" }, top, work, side);
    root.append(this.page);
  }

  #range(name, min, max, step, meaning) {
    const range = new NumberSlider(name, { min, max, step }, { commit: () => this.#changed(), refuse: this.#live.alert });
    range.element = h(
      "div",
      { class: "ctm-setting", title: meaning },
      h("span", { "aria-hidden": "true" }, name),
      range.number,
      range.slider,
    );
    return range;
  }

  async #open(view) {
    if (!(await this.#studio.painters()).length)
      throw new Missing(
        "There is no painter here, so no caption can be drawn. Train its parts one after the other:",
        ["tokenizer", "decoder", "transformer", "clip", "codebook"].map((part) => `python -m vae dalle ${part}`),
      );
    const facts = await this.#studio.facts();
    this.#facts = facts;
    this.#live.meter.device = facts.device;
    const alert = (message) => this.#live.alert(message);
    this.stage = new Stage(facts.image_shape[1], (place) => {
      this.#choose(place);
      this.#save();
    });
    const keep = (given) => {
      this.#step = true;
      this.#given = given;
      this.#draw();
    };
    this.inside = new Inside(this.#studio, facts, keep, () => this.#save(), alert);
    this.complete = new Complete(
      this.#studio,
      facts,
      (given) => {
        this.#given = given;
        this.#waits = false;
        this.#show("draw");
      },
      () => {
        clearTimeout(this.#resting);
        this.#resting = setTimeout(() => this.#save(), REST);
      },
      alert,
    );
    this.between = new Between(
      this.#studio,
      facts,
      () => this.#settings(),
      (caption) => {
        this.#step ||= caption !== this.#second;
        this.#second = caption;
        this.#save();
      },
      () => this.#offer(),
      alert,
    );
    this.stagebox.append(this.stage.element, this.complete.element, this.inside.element, this.between.element);
    this.examples.append(
      ...facts.examples.map((text) => h("button", { type: "button", class: "ctm-chip", onclick: () => this.#take(text) }, text)),
    );
    this.topK.max = facts.codebook_size;
    const words = [...facts.objects, ...facts.tints, ...facts.backgrounds, ...facts.relations, "background"];
    this.caption.words = this.between.caption.words = [...new Set(words)].sort();
    await this.#start(view);
  }

  /** Show what an address says, from its caption on. */
  async #start(view) {
    this.#read(view);
    this.#unread = true;
    await this.caption.set(view.caption ?? this.#facts.examples[0]);
  }

  /** Take over what an address says. */
  #read(view) {
    this.#set({ seed: view.seed, guidance: view.g, temperature: view.t, topK: view.k });
    this.#second = view.b ?? SECOND;
    this.#pick = Math.max(0, Number(view.pick ?? 1) - 1);
    this.#given = view.given ? readCells(view.given, this.#facts) : null;
    if (view.given && !this.#given) this.#live.alert("The address holds cells of another painter; they were left out.");
    this.inside.cell = view.cell && Number(view.cell) < this.#facts.grid ** 2 ? Number(view.cell) : -1;
    this.complete.rubbed = view.rub ?? "";
    this.#turnTo(view.show ?? "draw");
  }

  #set({ seed = 1, guidance = PLAIN.guidance, temperature = PLAIN.temperature, topK = PLAIN.topK }) {
    this.seed.value = seed;
    this.guidance.value = Number(guidance);
    this.temperature.value = Number(temperature);
    this.topK.value = Math.min(topK, this.#facts.codebook_size);
  }

  #settings() {
    return {
      seed: this.seed.valueAsNumber,
      guidance: this.guidance.value,
      temperature: this.temperature.value,
      topK: this.topK.valueAsNumber,
    };
  }

  // --- drawing -------------------------------------------------------------------------------------------------

  #editing() {
    this.#stop();
    this.#unread = this.others.disabled = true;
    if (this.#completes) return;
    this.page.classList.add("ctm-stale"); // what is shown answers another caption
    for (const button of [this.png, this.gif]) button.disabled = true;
    if (this.#given && !this.#given.includes(-1)) {
      this.#given = null; // one finished picture says nothing of another caption
      this.#step = true; // Back brings it back
    }
  }

  #stop() {
    if (!this.#order || this.#drawn) return;
    this.#studio.stop();
    this.#order = "";
    this.page.classList.remove("ctm-busy");
    say(this.chosen, "");
    say(this.state, "stopped");
  }

  #understood(reading) {
    this.#reading = reading;
    this.#caption = this.caption.text;
    this.#unread = this.others.disabled = false;
    const [tint, object, , second, other] = reading.words;
    const unseen = [
      [object, tint],
      [other, second],
    ].filter(([name, colour]) => this.#facts.held_out.some((pair) => pair[0] === name && pair[1] === colour));
    this.caption.tell([...reading.notes, ...unseen.map(([name, colour]) => `never seen in training: a ${colour} ${name}`)]);
    this.#changed();
  }

  /** Whether there is a picture under the hand that waits for the rest of it: what is changed then is about the rest. */
  get #completes() {
    return this.#view === "complete" && this.#drawn !== null;
  }

  #changed() {
    if (!this.#completes) return this.#draw();
    this.#waits = true;
    say(this.state, this.#unread ? UNREAD : this.#problem() || `the rest will be ${this.#reading.caption}`);
  }

  #draw() {
    if (!this.#reading) return;
    if (this.#unread) return void say(this.state, UNREAD);
    const problem = this.#problem();
    this.#live.alert(problem, "settings");
    if (problem) return;
    this.page.classList.remove("ctm-stale");
    this.#waits = false;
    this.#offer();
    const given = this.#given,
      whole = given !== null && !given.includes(-1);
    const order = { count: whole ? 1 : COUNT, ...this.#settings(), ids: this.#reading.ids, ...(given ? { given } : {}) };
    this.#save();
    if (this.#view === "between") this.between.show(this.#reading, this.#second);
    const key = JSON.stringify(order);
    if (key === this.#order || this.#view === "between") {
      if (this.#view === "between") this.#order = "";
      return;
    }
    const kept = this.#order !== "" ? 0 : this.#pick; // the address names a drawing of the first order alone
    this.#order = key;
    this.#drawn = null;
    const reading = this.#reading,
      settings = this.#settings(),
      text = this.#caption;
    keepFocus(
      this.page,
      () => {
        this.afresh.hidden = given === null;
      },
      this.tabs.element.querySelector("[aria-pressed=true]"),
    );
    if (!whole || this.stage.count !== 1) this.stage.begin(order.count);
    this.#busy(true);
    let began = false;
    const asked = { timeStamp: performance.now() };
    this.#studio.draw(
      order,
      (state) => {
        const { at, cells, people, done, tokens } = state;
        this.bar.style.setProperty("--share", at / cells);
        if (!done) {
          say(this.state, `${at} of ${cells} cells${people > 1 ? ` · ${people} people are drawing` : ""}`);
          if (!tokens.data.length) return;
          this.stage.grow(state);
          if (this.#view === "inside") this.inside.grow(state);
          if (!began) this.#live.meter.frame(asked);
          began = true;
          return;
        }
        const size = tokens.shape[1];
        this.#drawn = {
          reading,
          text,
          settings,
          given,
          tokens: Array.from(state.order, (from) => [...tokens.data.subarray(from * size, (from + 1) * size)]),
          state,
        };
        this.stage.rank(state, !began);
        this.#busy(false);
        say(this.state, this.#finished());
        this.#choose(Math.min(kept, order.count - 1));
        this.#save();
      },
      (error) => {
        this.#order = "";
        this.#busy(false);
        for (const words of [this.chosen, this.state]) say(words, "");
        this.#live.alert(error.message);
      },
    );
  }

  #finished() {
    return this.#drawn.tokens.length === 1
      ? "edited by hand"
      : this.#drawn.given
        ? "the rest drawn again, the best first"
        : "the best first";
  }

  /** What is wrong with the settings, as a sentence. */
  #problem() {
    const { seed, topK } = this.#settings();
    if (!Number.isInteger(seed) || seed < 0 || seed > 9999999) return "The seed must be a whole number from 0 to 9,999,999.";
    if (!Number.isInteger(topK) || topK < 1 || topK > this.#facts.codebook_size)
      return `top-k must be a whole number from 1 to ${this.#facts.codebook_size}.`;
    return "";
  }

  #busy(busy) {
    this.page.classList.toggle("ctm-busy", busy);
    this.#offer();
    if (busy) {
      say(this.chosen, "drawing …");
      this.bar.style.setProperty("--share", 0);
    }
  }

  /** Which pictures can be saved now. */
  #offer() {
    this.gif.hidden = this.#view === "between";
    if (this.gif.hidden) say(this.chosen, "both strips");
    this.gif.disabled = !this.#drawn;
    this.png.disabled = this.gif.hidden ? !this.between.ready : !this.#drawn;
  }

  #choose(place) {
    if (!this.#drawn) return;
    this.#pick = place;
    this.stage.choose(place);
    const score = this.#drawn.state.scores[this.#drawn.state.order[place]];
    say(this.chosen, this.#drawn.tokens.length === 1 ? "the picture" : `drawing ${place + 1} of ${this.#drawn.tokens.length}`);
    this.chosen.title = Number.isFinite(score)
      ? `The reranker gives it ${score.toFixed(2)}: how well picture and caption go together.`
      : "";
    this.#lookAt();
  }

  #throw() {
    const pick = (list) => list[Math.floor(Math.random() * list.length)];
    const { held_out: unseen, objects, tints, backgrounds, relations } = this.#facts;
    const [object, tint] = Math.random() < 0.5 ? pick(unseen) : [pick(objects), pick(tints)];
    const a = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
    const second = Math.random() < 0.4 ? ` ${pick(relations)} ${a(pick(tints))} ${pick(objects)}` : "";
    if (this.#given && !this.#given.includes(-1)) this.#given = null;
    this.#take(`${a(tint)} ${object}${second} on a ${pick(backgrounds)} background`);
  }

  #take(caption) {
    this.#step = true;
    this.caption.set(caption);
  }

  // --- the other views -----------------------------------------------------------------------------------------

  /** Go to a view, a step for Back. */
  #show(view) {
    this.#step = true;
    this.#turnTo(view);
    if (view === "between") {
      this.#stop();
      say(this.state, "");
      if (this.#reading) this.between.show(this.#reading, this.#second);
    } else {
      if (this.#drawn) this.#choose(this.#pick);
      if (this.#waits && this.#drawn)
        say(
          this.state,
          view === "complete"
            ? `the rest will be ${this.#reading.caption}`
            : `still ${this.#drawn.reading.caption}: press Enter in the caption to draw the new one`,
        );
      else {
        if (this.#drawn) say(this.state, this.#finished());
        this.#draw();
      }
      this.#lookAt();
    }
    this.#offer();
    this.#save();
  }

  #turnTo(view) {
    if (this.#view === "between" && view !== "between") {
      this.between.stop();
      this.#studio.stop();
    }
    this.#view = view;
    this.tabs.choose(view);
    this.page.dataset.view = view;
    const parts = { draw: this.stage, complete: this.complete, inside: this.inside, between: this.between };
    // What is pressed inside a view may lead out of it: the keyboard then goes on from the row of views.
    keepFocus(
      this.page,
      () => {
        for (const [name, part] of Object.entries(parts)) part.element.hidden = name !== view;
        this.others.hidden = view === "inside" || view === "complete";
      },
      this.tabs.element.querySelector("[aria-pressed=true]"),
    );
  }

  #lookAt() {
    if (!this.#drawn) return;
    const tokens = this.#drawn.tokens[this.#pick];
    if (this.#view === "inside") this.inside.show(tokens, this.#drawn.reading);
    if (this.#view === "complete") this.complete.show(tokens);
  }

  // --- keeping it ----------------------------------------------------------------------------------------------

  #save() {
    // What waits to be drawn is not yet what is seen.
    const { text, settings } = this.#waits && this.#drawn ? this.#drawn : { text: this.#caption, settings: this.#settings() };
    const { seed, guidance, temperature, topK } = settings,
      view = { caption: text.slice(0, 300), seed: String(seed) };
    if (guidance !== PLAIN.guidance) view.g = String(guidance);
    if (temperature !== PLAIN.temperature) view.t = String(temperature);
    if (topK !== PLAIN.topK) view.k = String(topK);
    if (this.#view !== "draw") view.show = this.#view;
    if (this.#pick) view.pick = String(this.#pick + 1);
    if (this.#given) view.given = writeCells(this.#given);
    if (this.#view === "inside" && this.inside.cell >= 0) view.cell = String(this.inside.cell);
    if (this.#view === "complete" && this.complete.rubbed) view.rub = this.complete.rubbed;
    if (this.#view === "between") view.b = this.#second.slice(0, 300);
    this.#commit(view, this.#step);
    this.#step = false;
  }

  #name(ending) {
    const words = this.#drawn.reading.caption
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 80);
    return `${words || "drawing"}.${ending}`;
  }

  #savePng() {
    if (this.#view === "between") {
      this.between.picture().toBlob((blob) => hand(blob, "between-two-captions.png"));
      return;
    }
    const { pixels, order } = this.#drawn.state,
      [, height, width] = pixels.shape;
    const small = new OffscreenCanvas(width, height),
      brush = small.getContext("2d"),
      image = brush.createImageData(width, height);
    const first = order[this.#pick] * width * height * 3;
    for (let i = 0; i < width * height; i++) {
      for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = pixels.data[first + 3 * i + channel];
      image.data[4 * i + 3] = 255;
    }
    brush.putImageData(image, 0, 0);
    const large = h("canvas", { width: 16 * width, height: 16 * height }),
      context = large.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, large.width, large.height);
    large.toBlob((blob) => hand(blob, this.#name("png")));
  }

  async #saveGif() {
    this.gif.disabled = true;
    try {
      const given = this.#drawn.given?.includes(-1) ? this.#drawn.given : null;
      hand(await this.#studio.film(this.#drawn.tokens[this.#pick], given), this.#name("gif"));
    } catch (error) {
      this.#live.alert(error.message);
    }
    this.gif.disabled = false;
  }
}

/** Give a file to the person. */
function hand(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The codes of cells as base64url of 16 bits each, all ones where none is given. */
export function writeCells(cells) {
  const bytes = new Uint8Array(Uint16Array.from(cells, (code) => code & 0xffff).buffer);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The reverse; null if they are not those of this painter. */
export function readCells(text, { grid, codebook_size: size }) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  if (bytes.length !== 2 * grid * grid) return null;
  const cells = [...new Uint16Array(bytes.buffer)].map((code) => (code === 0xffff ? -1 : code));
  return cells.every((code) => code < size) ? cells : null;
}
