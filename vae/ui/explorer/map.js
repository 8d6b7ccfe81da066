/**
 * The map of a model's codes. Plotly draws the points once; everything that moves (cursor, path, draws, markers) lies on
 * a canvas over it, so that a moving hand costs no redraw of ten thousand points.
 */
import { h, say } from "./dom.js";

const PICK_RADIUS = 12; // pixels within which a click means the image there
const CLICK_SLOP = 4; // pixels a click may wander
const SLIDE_REST = 150; // milliseconds without a move after which a slid map is drawn where it is
const LOOK_REST = 300; // milliseconds without a move after which the window is worth remembering
const KEY_STEP = 12; // pixels an arrow key moves the cursor

/** Quiet colours of up to ten classes; more classes use them again. */
export const CLASS_COLOURS = ["#7c96f5", "#f5718a", "#52c795", "#f2c557", "#b98cf0", "#4fb8e6", "#f28a66", "#9ccf66", "#e184bf", "#a9b3c4"];

let plotly = null;

/** Load Plotly.js once for the page. @param {string} url @returns {Promise<any>} */
function loadPlotly(url) {
  plotly ??= new Promise((resolve, reject) => {
    const failed = () => { plotly = null; reject(new Error(`The maps cannot be drawn: Plotly.js did not come from ${url}. Reload the page.`)); };
    const script = h("script", { src: url, onload: () => (window.Plotly ? resolve(window.Plotly) : failed()), onerror: failed });
    document.head.append(script);
  });
  return plotly;
}

export { loadPlotly };

/**
 * @typedef {Object} MapEvents
 * @property {(place: [number, number], event: Event) => void} [hover] the pointer (or the keyboard cursor) is at a place
 * @property {() => void} [leave]
 * @property {(place: [number, number], row: number, event: Event) => void} [pick] a place was clicked; row of the image there, or -1
 * @property {(letter: string, place: [number, number], row: number, done: boolean, event: Event) => void} [marker] a marker is dragged
 */
export class LatentMap {
  places = new Float32Array(); labels = new Uint8Array();
  /** What lies over the points: `[x, y]` or null, flat arrays of x, y, a row number or -1. */
  over = { cursor: null, path: null, at: null, spread: null, draws: null, far: null, row: -1, others: null };
  #all; #plot; #floor; #canvas; #markers = {}; #events; #url; #plotted = null; #grid = null; #scheduled = 0; #resizes; #keyboard = null; #hidden = new Set(); #mosaic = null; #colour;
  #slid = [0, 0]; // pixels that a hand has moved the map since Plotly drew it
  #framed = true; // the window still shows all points, and keeps doing so when the size changes
  #given = null; // the close-up that was asked for, until a hand moves the window: Plotly's own is off by a pixel's rounding
  #disposed = false; #listeners = new AbortController();

  /** @param {string} name accessible name @param {string} plotlyUrl @param {string} colour CSS colour of the model @param {MapEvents} events */
  constructor(name, plotlyUrl, colour, events) {
    this.#url = plotlyUrl;
    this.#colour = colour;
    this.#events = events;
    this.#floor = h("canvas", { class: "ctm-layer ctm-floor", "aria-hidden": "true", "data-frames": 0, hidden: true });
    this.#plot = h("div", { class: "ctm-layer" });
    this.#canvas = h("canvas", { class: "ctm-layer ctm-above", "aria-hidden": "true" });
    this.element = h("div", {
      class: "ctm-map", role: "application", tabindex: 0, "aria-label": name,
      "aria-description": "Arrow keys move over the map, Enter chooses, plus and minus zoom, 0 shows all.",
    }, this.#floor, this.#plot, this.#canvas);
    this.#all = h("button", { type: "button", class: "ctm-chip ctm-showall", hidden: true, title: "Key 0 does the same", onclick: () => this.reset() }, "show all");
    this.element.append(this.#all);
    this.#listen();
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(this.element);
  }

  /**
   * Show other points.
   * @param {Float32Array} places (N, 2) flat @param {Uint8Array} labels (N,) @param {string[]} classes
   * @param {{zoom?: [number, number, number]|null, hidden?: number[]}} [look] middle and height of the window, classes that are hidden
   */
  async show(places, labels, classes, { zoom = null, hidden = [] } = {}) {
    this.places = places;
    this.labels = labels;
    delete this.element.dataset.points; // says how many are drawn, once they are
    this.#grid = new Grid(places);
    this.#hidden = new Set(hidden);
    this.#keyboard = null;
    this.#framed = !zoom;
    this.#given = zoom;
    const Plotly = await loadPlotly(this.#url);
    if (this.#disposed || this.places !== places) return;
    const size = places.length > 60000 ? 2 : places.length > 30000 ? 2.6 : 3.2;
    const traces = classes.map((name, index) => {
      const x = [], y = [];
      for (let row = 0; row < labels.length; row++) if (labels[row] === index) { x.push(places[2 * row]); y.push(places[2 * row + 1]); }
      return { type: "scattergl", mode: "markers", x, y, name, visible: !this.#hidden.has(index), hoverinfo: "skip", marker: { size, color: CLASS_COLOURS[index % 10], opacity: 0.75 } };
    });
    const axis = { visible: false, showgrid: false, zeroline: false };
    const { width, height } = this.#plot.getBoundingClientRect();
    const [xRange, yRange] = zoom ? [width / height || 1, 1].map((aspect, i) => [zoom[i] - (zoom[2] * aspect) / 2, zoom[i] + (zoom[2] * aspect) / 2]) : this.#frame(width / height);
    await Plotly.newPlot(this.#plot, traces, {
      width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: false, dragmode: "pan",
      paper_bgcolor: "transparent", plot_bgcolor: "transparent",
      xaxis: { ...axis, range: xRange }, yaxis: { ...axis, range: yRange, scaleanchor: "x", scaleratio: 1 },
    }, { displayModeBar: false, scrollZoom: true, doubleClick: false, plotGlPixelRatio: window.devicePixelRatio || 1 });
    if (this.#disposed) return Plotly.purge(this.#plot);
    // Every newPlot takes the listeners of the one before with it.
    this.#plot.on("plotly_relayouting", () => { this.#letGo(); this.#moved(); });
    this.#plot.on("plotly_relayout", () => this.#moved());
    this.#plotted = Plotly;
    this.element.dataset.points = String(labels.length);
    this.#moved();
  }

  /** Show or hide one class of points. */
  toggle(index) {
    if (!this.#hidden.delete(index)) this.#hidden.add(index);
    this.#plotted?.restyle(this.#plot, { visible: !this.#hidden.has(index) }, [index]);
    return !this.#hidden.has(index);
  }

  /** The classes that are hidden. */
  get hidden() {
    return [...this.#hidden];
  }

  /** Middle and height of the window: [x, y, height]; null while it shows all points. */
  get closeup() {
    if (this.#given) return this.#given;
    const window = this.#framed ? null : this.window;
    return window && [(window[0] + window[1]) / 2, (window[2] + window[3]) / 2, window[3] - window[2]];
  }

  /** Called after every change of the visible window. @type {Set<() => void>} */
  watchers = new Set();

  /** Called with a canvas context in pixels of the map whenever what lies over the points is drawn. @type {Set<(context: CanvasRenderingContext2D) => void>} */
  painters = new Set();

  /** The visible window in map coordinates: [x0, x1, y0, y1], or null before the first drawing. */
  get window() {
    const layout = this.#plot._fullLayout;
    if (!layout?.xaxis) return null;
    const { xaxis, yaxis } = layout, [dx, dy] = this.#slid;
    const across = xaxis.p2d(dx) - xaxis.p2d(0), up = yaxis.p2d(dy) - yaxis.p2d(0);
    return [xaxis.range[0] - across, xaxis.range[1] - across, yaxis.range[0] - up, yaxis.range[1] - up];
  }

  /**
   * Lay a floor under the points: a canvas and the window [x0, x1, y0, y1] that it covers; null removes it.
   * @param {HTMLCanvasElement|null} canvas @param {number[]} [window] @param {{smooth?: boolean, points?: number}} [look] points: their opacity
   */
  lay(canvas, window, { smooth = false, points = 0.4 } = {}) {
    this.#mosaic = canvas && { canvas, window, smooth };
    this.#floor.hidden = !canvas;
    this.#plot.style.opacity = canvas ? points : "";
    this.#floor.dataset.frames = Number(this.#floor.dataset.frames) + 1;
    this.redraw();
  }

  /** Create or move a draggable marker. @param {string} letter @param {[number, number]|null} place */
  mark(letter, place) {
    let marker = this.#markers[letter];
    if (!marker) {
      marker = this.#markers[letter] = { place: null, element: h("button", { type: "button", class: "ctm-marker", "aria-label": `End ${letter} of the path: drag, or move with the arrow keys` }, letter) };
      marker.element.style.setProperty("--model", this.#colour);
      this.element.append(marker.element);
      this.#dragMarker(letter, marker);
    }
    marker.place = place;
    this.redraw();
  }

  /** Draw what lies over the points in the next animation frame. */
  redraw() {
    if (!this.#scheduled) this.#scheduled = requestAnimationFrame(() => { this.#scheduled = 0; this.#draw(); });
  }

  /** Pixel of a place, relative to the map's upper left corner. */
  pixel(x, y) {
    const { xaxis, yaxis } = this.#plot._fullLayout;
    return [xaxis.d2p(x) + xaxis._offset + this.#slid[0], yaxis.d2p(y) + yaxis._offset + this.#slid[1]];
  }

  /** Place of a pixel. */
  place(px, py) {
    const { xaxis, yaxis } = this.#plot._fullLayout;
    return [xaxis.p2d(px - xaxis._offset - this.#slid[0]), yaxis.p2d(py - yaxis._offset - this.#slid[1])];
  }

  /** Row of the image nearest to a place within `radius` pixels, or -1; hidden classes do not count. */
  nearest([x, y], radius = PICK_RADIUS) {
    if (!this.#ready) return -1;
    const reach = Math.abs(this.place(radius, 0)[0] - this.place(0, 0)[0]);
    return this.#grid.nearest(x, y, reach, (row) => !this.#hidden.has(this.labels[row]));
  }

  /** Set the visible window back to all points. */
  reset() {
    const { width, height } = this.element.getBoundingClientRect();
    const [xRange, yRange] = this.#frame(width / height);
    this.#framed = true;
    this.#given = null;
    this.#plotted?.relayout(this.#plot, { "xaxis.range": xRange, "yaxis.range": yRange });
  }

  /** Show what is around a place; the window becomes `factor` times as large. */
  approach([x, y], factor) {
    const window = this.window;
    if (!window) return;
    this.#letGo();
    const around = (at, low, high) => [at - (factor * (high - low)) / 2, at + (factor * (high - low)) / 2];
    this.#plotted.relayout(this.#plot, { "xaxis.range": around(x, window[0], window[1]), "yaxis.range": around(y, window[2], window[3]) });
  }

  /** Zoom about the centre; `factor` below 1 comes closer. */
  zoom(factor) {
    const window = this.window;
    if (window) this.approach([(window[0] + window[1]) / 2, (window[2] + window[3]) / 2], factor);
  }

  dispose() {
    this.#disposed = true;
    this.#listeners.abort();
    this.#resizes.disconnect();
    cancelAnimationFrame(this.#scheduled);
    this.#plotted?.purge(this.#plot);
  }

  get #ready() {
    return Boolean(this.#plotted && this.#plot._fullLayout?.xaxis);
  }

  /** Ranges that show all points with a margin in a window of this aspect. */
  #frame(aspect) {
    let [left, right, bottom, top] = this.#grid.bounds;
    const spread = Math.max((right - left) / (aspect || 1), top - bottom) * 0.58 || 1;
    const x = (left + right) / 2, y = (bottom + top) / 2;
    return [[x - spread * (aspect || 1), x + spread * (aspect || 1)], [y - spread, y + spread]];
  }

  /** The window is where a hand has moved it. */
  #letGo() {
    this.#framed = false;
    this.#given = null;
  }

  #moved() {
    this.#all.hidden = this.#framed;
    this.redraw();
    for (const watcher of this.watchers) watcher();
  }

  #resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.#canvas, this.#floor]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    if (!this.#ready) return;
    // A close-up keeps its middle and its height, which the address names, and shows more or less at the sides.
    const [x, y, tall] = this.closeup ?? [];
    const [xRange, yRange] = this.#framed ? this.#frame(width / height) : [[x - (tall * width) / height / 2, x + (tall * width) / height / 2], [y - tall / 2, y + tall / 2]];
    this.#plotted.relayout(this.#plot, { width, height, "xaxis.range": xRange, "yaxis.range": yRange });
    this.redraw();
  }

  #local(event) {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #listen() {
    const { signal } = this.#listeners;
    const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
    let down = null;
    on(this.element, "pointermove", (event) => {
      if (!this.#ready || event.buttons || event.target.closest?.("button")) return;
      this.#keyboard = null;
      this.#events.hover?.(this.place(...this.#local(event)), event);
    });
    on(this.element, "pointerleave", () => this.#events.leave?.());
    this.element.addEventListener("pointerdown", (event) => {
      down = event.target.closest?.("button") || event.button ? null : this.#local(event);
    }, { signal, capture: true });
    // Plotly covers the page while a button is down, so the end of a click is heard on the window.
    on(window, "pointerup", (event) => {
      if (!down || !this.#ready) return;
      const up = this.#local(event);
      const still = Math.hypot(up[0] - down[0], up[1] - down[1]) <= CLICK_SLOP;
      down = null;
      if (!still) return;
      const place = this.place(...up);
      this.#events.pick?.(place, this.nearest(place), event);
    });
    this.#listenToSlides();
    on(this.element, "keydown", (event) => this.#key(event));
    on(this.element, "blur", () => { this.#keyboard = null; this.#events.leave?.(); this.redraw(); });
  }

  /**
   * While there is a floor, a dragged map slides as it is, and the points are drawn again once it rests: a floor that is
   * decoded as it goes needs the time that ten thousand points would take at every move.
   */
  #listenToSlides() {
    const { signal } = this.#listeners;
    let last = null, timer = 0;
    const rest = () => {
      clearTimeout(timer);
      const window = this.window;
      if (!window || !(this.#slid[0] || this.#slid[1])) return;
      this.#slid = [0, 0];
      this.#plot.style.transform = "";
      this.#plotted.relayout(this.#plot, { "xaxis.range": window.slice(0, 2), "yaxis.range": window.slice(2) });
    };
    const ours = (event) => this.#mosaic && this.#ready && !event.target.closest?.("button");
    // Plotly drags at mousedown and touchstart, which come after these.
    for (const type of ["mousedown", "touchstart"]) this.element.addEventListener(type, (event) => { if (ours(event)) event.stopPropagation(); }, { signal, capture: true, passive: true });
    this.element.addEventListener("pointerdown", (event) => {
      if (!ours(event) || event.button || !event.isPrimary) return;
      last = this.#local(event);
      this.element.setPointerCapture(event.pointerId);
    }, { signal, capture: true });
    this.element.addEventListener("pointermove", (event) => {
      if (!last || !event.isPrimary || !event.buttons) return;
      const now = this.#local(event);
      this.#slid = [this.#slid[0] + now[0] - last[0], this.#slid[1] + now[1] - last[1]];
      last = now;
      this.#letGo();
      this.#plot.style.transform = `translate(${this.#slid[0]}px, ${this.#slid[1]}px)`;
      clearTimeout(timer);
      timer = setTimeout(rest, SLIDE_REST);
      this.#moved();
    }, { signal });
    for (const type of ["pointerup", "pointercancel"]) this.element.addEventListener(type, () => { last = null; rest(); }, { signal });
  }

  #key(event) {
    if (!this.#ready || event.target !== this.element) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      const { width, height } = this.element.getBoundingClientRect();
      const [px, py] = this.#keyboard ? this.pixel(...this.#keyboard) : [width / 2, height / 2];
      const reach = event.shiftKey ? 5 * KEY_STEP : KEY_STEP;
      this.#keyboard = this.place(Math.min(width, Math.max(0, px + step[0] * reach)), Math.min(height, Math.max(0, py + step[1] * reach)));
      this.#events.hover?.(this.#keyboard, event);
    } else if (event.key === "Enter" && this.#keyboard) this.#events.pick?.(this.#keyboard, this.nearest(this.#keyboard), event);
    else if (event.key === "+" || event.key === "=") this.zoom(0.8);
    else if (event.key === "-") this.zoom(1.25);
    else if (event.key === "0") this.reset();
    else return;
    event.preventDefault();
  }

  #dragMarker(letter, marker) {
    const { signal } = this.#listeners;
    const { element } = marker;
    let moved = false;
    const tell = (event, done) => {
      const place = this.place(...this.#local(event));
      marker.place = place;
      this.redraw();
      this.#events.marker?.(letter, place, this.nearest(place), done, event);
    };
    element.addEventListener("pointerdown", (event) => { element.setPointerCapture(event.pointerId); moved = false; event.stopPropagation(); }, { signal });
    element.addEventListener("pointermove", (event) => { if (element.hasPointerCapture(event.pointerId)) { moved = true; tell(event, false); } }, { signal });
    element.addEventListener("pointerup", (event) => { if (moved) tell(event, true); moved = false; }, { signal });
    element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step || !marker.place) return;
      event.preventDefault();
      const [px, py] = this.pixel(...marker.place);
      marker.place = this.place(px + step[0] * KEY_STEP, py + step[1] * KEY_STEP);
      this.redraw();
      this.#events.marker?.(letter, marker.place, -1, true, event);
    }, { signal });
  }

  #draw() {
    const ratio = window.devicePixelRatio || 1;
    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!this.#ready) return;
    this.#drawFloor(ratio);
    const style = getComputedStyle(this.element);
    const colour = style.getPropertyValue(this.#colour.slice(4, -1)).trim() || this.#colour;
    const ink = style.getPropertyValue("--ctm-text").trim(), paper = style.getPropertyValue("--ctm-card").trim();
    const dot = (x, y, radius, fill, edge) => {
      const [px, py] = this.pixel(x, y);
      context.beginPath();
      context.arc(px, py, radius, 0, 2 * Math.PI);
      if (fill) { context.fillStyle = fill; context.fill(); }
      if (edge) { context.strokeStyle = edge; context.stroke(); }
    };
    const { cursor, path, at, spread, draws, far, row, others } = this.over;
    for (const painter of this.painters) painter(context);
    context.lineWidth = 1.5;
    if (spread) for (let i = 0; i < spread.length; i += 2) dot(spread[i], spread[i + 1], 3.5, colour, paper);
    if (draws) for (let i = 0; i < draws.length / 2; i++) {
      if (far?.[i]) dot(draws[2 * i], draws[2 * i + 1], 4, paper, colour);
      else dot(draws[2 * i], draws[2 * i + 1], 4, colour, paper);
    }
    // Several paths at once, each with its own dashes and a dot where it is now; the last one lies on top.
    for (const { places, dash, at: here } of others ?? []) {
      context.beginPath();
      for (let i = 0; i < places.length; i += 2) context.lineTo(...this.pixel(places[i], places[i + 1]));
      context.lineWidth = 4; context.strokeStyle = paper; context.globalAlpha = 0.6; context.stroke();
      context.globalAlpha = 1; context.lineWidth = dash.length ? 1.8 : 2.4; context.strokeStyle = colour; context.setLineDash(dash); context.stroke();
      context.setLineDash([]);
      if (here) dot(here[0], here[1], dash.length ? 4 : 6, dash.length ? paper : colour, dash.length ? colour : ink);
    }
    if (path) {
      context.beginPath();
      for (let i = 0; i < path.length; i += 2) context.lineTo(...this.pixel(path[i], path[i + 1]));
      context.lineWidth = 5; context.strokeStyle = paper; context.globalAlpha = 0.7; context.stroke();
      context.globalAlpha = 1; context.lineWidth = 2.2; context.strokeStyle = colour; context.stroke();
    }
    context.lineWidth = 2;
    if (at) dot(at[0], at[1], 6, colour, ink);
    if (row >= 0) dot(this.places[2 * row], this.places[2 * row + 1], 7, null, ink);
    if (cursor) {
      dot(cursor[0], cursor[1], 5, ink, paper);
      context.lineWidth = 1.5;
      dot(cursor[0], cursor[1], 10, null, ink);
    }
    if (this.#keyboard) dot(this.#keyboard[0], this.#keyboard[1], 8, null, colour);
    for (const { place, element } of Object.values(this.#markers)) {
      element.hidden = !place;
      if (!place) continue;
      const [px, py] = this.pixel(...place);
      element.style.transform = `translate(${px}px, ${py}px) translate(-50%, -50%)`;
    }
  }

  #drawFloor(ratio) {
    const context = this.#floor.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#floor.width, this.#floor.height);
    if (!this.#mosaic) return;
    const { canvas, window: [x0, x1, y0, y1], smooth } = this.#mosaic;
    const [left, bottom] = this.pixel(x0, y0), [right, top] = this.pixel(x1, y1);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(canvas, left * ratio, top * ratio, (right - left) * ratio, (bottom - top) * ratio);
  }
}

/** Buckets of points, for finding the nearest one in constant time. */
class Grid {
  static SIDE = 128;

  constructor(places) {
    this.places = places;
    let left = Infinity, right = -Infinity, bottom = Infinity, top = -Infinity;
    for (let i = 0; i < places.length; i += 2) {
      left = Math.min(left, places[i]); right = Math.max(right, places[i]);
      bottom = Math.min(bottom, places[i + 1]); top = Math.max(top, places[i + 1]);
    }
    this.bounds = [left, right, bottom, top];
    this.cell = Math.max(right - left, top - bottom) / Grid.SIDE || 1;
    this.buckets = new Map();
    for (let row = 0; row < places.length / 2; row++) {
      const key = this.#key(places[2 * row], places[2 * row + 1]);
      if (!this.buckets.has(key)) this.buckets.set(key, []);
      this.buckets.get(key).push(row);
    }
  }

  nearest(x, y, reach, allowed) {
    const [left, , bottom] = this.bounds;
    const clamp = (value) => Math.min(Grid.SIDE, Math.max(0, Math.floor(value)));
    const [i0, i1] = [clamp((x - reach - left) / this.cell), clamp((x + reach - left) / this.cell)];
    const [j0, j1] = [clamp((y - reach - bottom) / this.cell), clamp((y + reach - bottom) / this.cell)];
    let best = reach * reach, found = -1;
    for (let i = i0; i <= i1; i++) for (let j = j0; j <= j1; j++) for (const row of this.buckets.get(i * 1024 + j) ?? []) {
      const distance = (this.places[2 * row] - x) ** 2 + (this.places[2 * row + 1] - y) ** 2;
      if (distance <= best && allowed(row)) { best = distance; found = row; }
    }
    return found;
  }

  #key(x, y) {
    return Math.floor((x - this.bounds[0]) / this.cell) * 1024 + Math.floor((y - this.bounds[2]) / this.cell);
  }
}

/** A legend whose entries show and hide their class in `maps`; those of `hidden` are hidden already. */
export function legend(maps, classes, hidden = [], onchange = () => {}) {
  return h("div", { class: "ctm-legend", role: "group", "aria-label": "Classes on the map" }, ...classes.map((name, index) => {
    const button = h("button", {
      type: "button", "aria-pressed": String(!hidden.includes(index)), title: `Show or hide ${name}`,
      onclick: () => { const shown = maps.map((map) => map.toggle(index))[0]; button.setAttribute("aria-pressed", String(shown)); onchange(); },
    }, h("i", { style: `background:${CLASS_COLOURS[index % 10]}` }), name);
    return button;
  }));
}

/** Calls `settled` when a map's window has come to rest somewhere else. Returns what forgets a move under way. */
export function onRest(map, settled) {
  let timer = 0, before = null;
  const now = () => JSON.stringify(map.closeup);
  map.watchers.add(() => {
    clearTimeout(timer);
    before ??= now(); // where it was drawn first
    timer = setTimeout(() => { if (now() !== before) { before = now(); settled(); } }, LOOK_REST);
  });
  return () => clearTimeout(timer);
}

/** The card that follows the pointer and shows what the decoder makes of the place under it. */
export class Tooltip {
  constructor(picture) {
    this.caption = h("span", {});
    this.element = h("div", { class: "ctm-tooltip", hidden: true }, picture.element, this.caption);
  }

  /** Stand beside a pixel of the parent, inside its borders. */
  moveTo(px, py) {
    const parent = this.element.parentElement;
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = px + 24 + width > parent.clientWidth ? px - 24 - width : px + 24;
    const top = Math.min(Math.max(8, py - height / 2), parent.clientHeight - height - 8);
    this.element.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  }

  say(text) {
    say(this.caption, text);
  }

  hide() {
    this.element.hidden = true;
  }
}
