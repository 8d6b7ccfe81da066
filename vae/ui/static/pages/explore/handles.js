/**
 * Handles of the current code beside its raw numbers: local sliders along the directions that the decoder answers to
 * most there, and one slider along the difference of two sets of examples. All of them move the one code that the raw
 * sliders hold.
 */
import { figure, fill, h, say, segmented, select } from "../../core/dom.js";
import { lasso } from "../../map/lasso.js";
import { NumberSlider } from "../../widgets/numberslider.js";
import { Picture } from "../../widgets/picture.js";
import { OPERATION } from "../../wire/protocol.js";
import { readFloats, writeFloats } from "../../core/view.js";

const LOCAL = 6; // sliders, or as many as the code has numbers
const REACH = 2; // of every slider to either side
const STEP = 0.02;
const CORNERS = 64; // of an outline, which the address holds
const SELECTION = "-1"; // in place of a class: what was outlined on the map, or all the rest

/** A slider from −2 to 2 about the current code, with what the decoder makes of both ends. */
class Handle {
  constructor(name, { input, change, reset, down = () => {}, leave = () => {}, refuse }) {
    this.both = new NumberSlider(
      name,
      { min: -REACH, max: REACH, step: STEP, value: 0 },
      {
        input,
        commit: change,
        leave,
        refuse,
        home: (event) => {
          if (event.type !== "dblclick") this.value = 0;
          reset(event);
        },
      },
    );
    this.both.slider.addEventListener("pointerdown", down);
    this.low = new Picture(`${name} at −${REACH}`, "ctm-end");
    this.high = new Picture(`${name} at +${REACH}`, "ctm-end");
    this.use = h("span", { class: "ctm-use" });
    const head = h("div", { class: "ctm-handle-head" }, h("span", {}, name), this.both.number, this.use);
    this.element = h(
      "div",
      { class: "ctm-handle" },
      this.low.element,
      h("div", { class: "ctm-handle-track" }, head, this.both.slider),
      this.high.element,
    );
  }

  get value() {
    return this.both.value;
  }
  set value(value) {
    this.both.value = value;
  }
}

export class Handles {
  mode = "dimensions";
  #live;
  #explore;
  #facts = null;
  #base = null;
  #directions = null;
  #touched = 0;
  #hand = false;
  #downs = [];
  #outline = null;
  #giveUp = () => {};
  #listeners = new AbortController();

  /**
   * @param {{channel: import("../../wire/oldchannel.js").Channel, alert: (text: string) => void}} live
   * @param {{sliders: import("../../widgets/sliders.js").Sliders, map: import("../../map/map.js").LatentMap, label: () => number, hover: (place: [number, number], event: Event) => void, slide: (event: Event|null) => void, save: () => void, changed: (mode: string) => void}} explore
   */
  constructor(live, explore) {
    this.#live = live;
    this.#explore = explore;
    this.choice = segmented(
      "Handles",
      [
        ["dimensions", "dimensions", "The numbers of the code themselves"],
        ["local", "local", "The directions in which the picture changes most around the current code"],
        ["examples", "examples", "From the mean code of one set of images to that of another"],
      ],
      "dimensions",
      (mode) => {
        this.show(mode);
        this.#explore.save();
      },
    );

    this.rows = h("div", { class: "ctm-handles-rows" });
    this.local = h(
      "div",
      { class: "ctm-handles", role: "group", "aria-label": "Local directions" },
      this.rows,
      h("p", { class: "ctm-quiet" }, "0 is the current code. Let go, and the directions are found anew where you are."),
    );

    this.toward = select("Toward", [], "", () => this.#choose());
    this.away = select("Away from", [], "", () => this.#choose());
    this.lassoButton = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        "aria-pressed": "false",
        title: "Draw around points on the map: their mean minus that of all the rest",
        onclick: () => this.#draw(),
      },
      "◌ Draw around points",
    );
    this.contrast = new Handle("direction", {
      input: (event) => this.#move(event),
      change: () => this.#explore.save(),
      reset: (event) => {
        this.contrast.value = 0;
        this.#move(event);
        this.#explore.save();
      },
      refuse: live.alert,
    });
    this.contrastWords = h("p", { class: "ctm-quiet" });
    this.examples = h(
      "div",
      { class: "ctm-handles ctm-examples", role: "group", "aria-label": "Direction from examples" },
      h("div", { class: "ctm-line" }, "mean of", this.toward, "minus", this.away, this.lassoButton),
      this.contrast.element,
      this.contrastWords,
    );
    this.element = h("div", { class: "ctm-handlebox", hidden: true }, this.local, this.examples);
    const { signal } = this.#listeners;
    for (const end of ["pointerup", "pointercancel"])
      window.addEventListener(
        end,
        () => {
          this.#hand = false;
        },
        { signal },
      );
  }

  dispose() {
    this.#giveUp();
    this.#listeners.abort();
  }

  /** The part of the view that the address keeps. */
  get view() {
    if (this.mode === "dimensions") return {};
    if (this.mode !== "examples" || !this.#chosen) return { by: this.mode };
    return {
      by: this.mode,
      toward: this.toward.value,
      away: this.away.value,
      ...(this.#outline ? { around: writeFloats(this.#outline) } : {}),
    };
  }

  /** Another model. @param {any} facts @param {{by?: string, toward?: string, away?: string, around?: string}} view what the address says */
  open(facts, { by: mode = "dimensions", toward, away, around }) {
    this.#giveUp();
    this.#facts = facts;
    this.#base = this.#directions = null;
    this.#outline = around ? readFloats(around) : null;
    const count = Math.min(LOCAL, facts.latent_dim);
    this.handles = Array.from(
      { length: count },
      (_, i) =>
        new Handle(`local ${i + 1}`, {
          input: (event) => {
            this.#touched += 1;
            this.#move(event);
          },
          change: () => {
            this.#explore.save();
            if (this.#downs.at(-1)?.index === i && this.#downs.at(-1).held) this.#settle();
          },
          down: (event) => this.#press(i, event),
          leave: () => {
            if (!this.#hand && this.handles[i].value !== 0) this.#settle();
          },
          reset: (event) => this.#reset(i, event),
          refuse: this.#live.alert,
        }),
    );
    this.rows.replaceChildren(...this.handles.map((handle) => handle.element));
    this.#chosen = Boolean(toward ?? away ?? around);
    this.#classes();
    for (const [choice, wanted] of [
      [this.toward, toward],
      [this.away, away],
    ])
      if ([...choice.options].some(({ value }) => value === wanted)) choice.value = wanted;
    this.show(mode);
  }

  /** Show one kind of handle. */
  show(mode) {
    this.mode = mode;
    this.#giveUp();
    this.choice.choose(mode);
    this.element.hidden = mode === "dimensions";
    this.local.hidden = mode !== "local";
    this.examples.hidden = mode !== "examples";
    this.#explore.map.over.others = mode === "examples" && this.#outline ? [outlined(this.#outline)] : null;
    this.#explore.map.redraw();
    this.#explore.changed(mode);
    this.moved();
  }

  /** The code was changed by something else than these handles: they stand at 0 there. */
  moved() {
    const { code } = this.#explore.sliders;
    if (!this.#facts || code?.length !== this.#facts.latent_dim) return;
    this.#touched += 1;
    this.#base = Float32Array.from(code);
    this.#directions = null;
    for (const handle of [...this.handles, this.contrast]) handle.value = 0;
    if (this.mode === "local") this.#find(this.#base, null);
    if (!this.#chosen) this.#classes();
    if (this.mode === "examples") this.#contrast();
  }

  // --- local directions ------------------------------------------------------------------------------------

  /** Ask for the directions at `code`; they are taken over unless a hand has moved something meanwhile. */
  #find(code, before) {
    const touched = this.#touched,
      { name } = this.#facts,
      count = this.handles.length;
    this.#live.channel.ask(
      "handles",
      OPERATION.handles,
      name,
      [count, REACH, ...code, ...(before ?? [])],
      ([directions, values, pixels]) => {
        if (name !== this.#facts.name || touched !== this.#touched || this.#hand) return;
        this.#base = code;
        this.#directions = directions.data;
        this.handles.forEach((handle, i) => {
          handle.value = 0;
          handle.low.paint(pixels.data, pixels.shape, { first: 2 * i, count: 1 });
          handle.high.paint(pixels.data, pixels.shape, { first: 2 * i + 1, count: 1 });
          say(handle.use, figure(values.data[i]));
          handle.use.title =
            "How much the picture changes for a small move, per standard deviation of this model's codes that way: the singular value of the decoder's Jacobian";
        });
      },
      (error) => this.#live.alert(error.message),
    );
  }

  #press(i, event) {
    this.#hand = true;
    this.#touched += 1;
    const still = this.#at(this.handles.map(({ value }, j) => (j === i ? 0 : value)));
    this.#downs = [...this.#downs.slice(-1), { index: i, held: true, time: event.timeStamp, code: still }];
  }

  /** The hand has let go: where it left the code is the new 0, and the directions are found there. */
  #settle() {
    this.#hand = false;
    for (const down of this.#downs) down.held = false;
    if (this.#directions) this.#find(Float32Array.from(this.#explore.sliders.code), this.#directions);
  }

  /** Back to 0: by the keyboard, or to where the code was before a double click moved it. */
  #reset(i, event) {
    this.#hand = false;
    this.#touched += 1;
    if (event.type !== "dblclick") {
      this.#move(event);
      this.#explore.save();
      return;
    }
    const code = this.#downs[0]?.code;
    if (!code) return;
    this.#explore.sliders.set(code, this.#explore.sliders.sigma, true);
    this.#explore.slide(event);
    this.#explore.save();
    this.#find(Float32Array.from(code), this.#directions);
  }

  // --- a direction from examples ---------------------------------------------------------------------------

  #chosen = false; // by the hand; until then the classes follow the current image

  #classes() {
    const { classes } = this.#facts;
    const named = classes.map((name, index) => [String(index), name]);
    const own = Math.max(0, this.#explore.label()); // the picture's own class lies at the slider's left
    fill(
      this.toward,
      this.#outline ? [...named, [SELECTION, "outlined points"]] : named,
      this.#outline ? SELECTION : String((own + 1) % classes.length),
    );
    fill(this.away, [...named, [SELECTION, "all others"]], this.#outline || classes.length < 2 ? SELECTION : String(own));
  }

  #choose() {
    this.#chosen = true;
    this.moved();
    this.#explore.save();
  }

  #draw() {
    if (this.lassoButton.getAttribute("aria-pressed") === "true") return this.#giveUp();
    this.lassoButton.setAttribute("aria-pressed", "true");
    this.#giveUp = lasso(
      this.#explore.map,
      (outline) => {
        this.#giveUp = () => {};
        this.lassoButton.setAttribute("aria-pressed", "false");
        if (!outline) return;
        this.#outline = thinned(outline);
        this.#chosen = true;
        this.#classes();
        this.show("examples");
        this.#explore.save();
      },
      this.#explore.hover,
    );
  }

  #contrast() {
    const { name } = this.#facts,
      base = this.#base;
    const toward = Number(this.toward.value),
      away = Number(this.away.value);
    const outline = toward < 0 ? (this.#outline ?? []) : [];
    this.#live.channel.ask(
      "contrast",
      OPERATION.contrast,
      name,
      [toward, away, REACH, ...base, ...outline],
      ([direction, pixels, counts]) => {
        if (name !== this.#facts.name || base !== this.#base || this.mode !== "examples") return;
        this.#directions = direction.data;
        this.contrast.low.paint(pixels.data, pixels.shape, { first: 0, count: 1 });
        this.contrast.high.paint(pixels.data, pixels.shape, { first: 1, count: 1 });
        say(
          this.contrastWords,
          `Mean code of ${counts.data[0].toLocaleString("en")} images minus that of ${counts.data[1].toLocaleString("en")}. At +1 the code has moved by exactly that difference; 0 is where it was.`,
        );
      },
      (error) => {
        if (base !== this.#base) return;
        this.#directions = null;
        say(this.contrastWords, error.message);
      },
    );
  }

  // --- the code --------------------------------------------------------------------------------------------

  /** The code at these values of the handles on screen. */
  #at(values) {
    const code = Float32Array.from(this.#base),
      size = code.length;
    values.forEach((value, i) => {
      if (value !== 0) for (let j = 0; j < size; j++) code[j] += value * this.#directions[i * size + j];
    });
    return code;
  }

  #move(event) {
    if (!this.#directions || !this.#base) return;
    const handles = this.mode === "local" ? this.handles : [this.contrast];
    this.#explore.sliders.set(this.#at(handles.map(({ value }) => value)), this.#explore.sliders.sigma, true);
    this.#explore.slide(event);
  }
}

/** An outline with no more corners than an address should hold, evenly chosen. */
function thinned(outline) {
  const count = outline.length / 2,
    kept = Math.min(CORNERS, count);
  return Float32Array.from({ length: 2 * kept }, (_, i) => outline[2 * Math.floor(((i >> 1) * count) / kept) + (i % 2)]);
}

/** An outline as a path on the map. */
const outlined = (outline) => ({ places: [...outline, outline[0], outline[1]], dash: [5, 4], at: null });
