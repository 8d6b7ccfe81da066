/** Token X-ray: what the transformer expected at every cell, which words it looked at, and what another code would paint. */
import { Cells } from "./cells.js";
import { Sketch } from "./sketch.js";
import { STUDIO } from "./studio.js";
import { figure, h, keepFocus, say, segmented } from "../../core/dom.js";
import { onResolution } from "../../map/resolution.js";

const DOT = 62; // of the largest dot, and
const FAINT = 8; // of the smallest that is still shown: percent of half a cell
const AROUND = 0.5; // of a cell, shown about the one that a guess would change
const SLOTS = ["tint", "object", "relation", "second tint", "second object", "background"];

export class Inside {
  #studio;
  #facts;
  #cell = -1;
  #tokens = null;
  #ids = null;
  #words = [];
  #seen = null;
  #book = null;
  #overlay = "entropy";
  #past = [];
  #goeson = false;
  #aim = -1;
  #onedit;
  #oncell;
  #resizes;
  #unwatch;

  /**
   * @param {import("./studio.js").Studio} studio @param {any} facts of the painter
   * @param {(given: number[]) => void} onedit these cells are to be kept, the rest (−1) drawn
   * @param {() => void} oncell another cell was chosen @param {(message: string) => void} alert
   */
  constructor(studio, facts, onedit, oncell, alert) {
    this.#studio = studio;
    this.#facts = facts;
    this.#onedit = onedit;
    this.#oncell = oncell;
    this.alert = alert;
    const {
      grid,
      image_shape: [, side],
      codebook_size: size,
    } = facts;
    this.cells = new Cells("Picture under the X-ray", side, grid, (cell) => {
      this.#choose(cell);
      this.#oncell();
    });
    const overlay = segmented(
      "Overlay",
      [
        [
          "entropy",
          "doubt",
          "Entropy of the transformer's expectation at each cell, in nats: a large dot where it was undecided, none where it was sure.",
        ],
        [
          "surprise",
          "surprise",
          "−ln of the probability of the code that was drawn, in nats: a large dot where something unlikely was drawn.",
        ],
        ["none", "none", "The picture alone."],
      ],
      "entropy",
      (kind) => {
        this.#overlay = kind;
        this.#shade();
      },
    );
    this.scale = h("span", { class: "ctm-quiet" });
    this.undo = h("button", { type: "button", class: "ctm-chip", disabled: true, onclick: () => this.#undo() }, "Undo");
    this.redraw = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        title: "Keep the cells up to this one, as they are now, and draw the others anew.",
        onclick: () => this.#drawOn(),
      },
      "Draw on from here",
    );
    const left = h("div", { class: "ctm-xleft" }, this.cells.element, h("div", { class: "ctm-line" }, overlay.element, this.scale));

    this.title = h("h2", { "aria-live": "polite" }, "");
    this.code = h("input", {
      type: "number",
      class: "ctm-number",
      min: 0,
      max: size - 1,
      step: 1,
      "aria-label": "Code of the cell",
      onchange: () => this.#swap(Number(this.code.value)),
    });
    this.own = h("span", { class: "ctm-quiet" });
    this.guesses = h("div", { class: "ctm-guesses", role: "group", "aria-label": "What the transformer expected here" });
    this.attention = h("div", { class: "ctm-attention", role: "group", "aria-label": "Attention to the words" });
    this.map = h("canvas", {
      class: "ctm-book",
      role: "img",
      "aria-label": "Codebook map",
      tabindex: 0,
      "data-frames": 0,
      onpointerdown: (event) => this.#pickCode(event),
      onkeydown: (event) => this.#walk(event),
    });
    this.aimed = h(
      "span",
      { class: "ctm-quiet", role: "status", "aria-label": "Code under the arrow keys" },
      "each code painted by itself; among others it looks different",
    );
    const right = h(
      "div",
      { class: "ctm-xright" },
      h("div", { class: "ctm-line" }, this.title, h("span", { class: "ctm-grow" }), this.undo, this.redraw),
      h("div", { class: "ctm-line" }, h("label", { class: "ctm-quiet" }, "code ", this.code), this.own),
      h(
        "div",
        {},
        h(
          "h3",
          {
            title:
              "The likeliest codes here, given the words and the cells before: each as this cell and its surroundings would be with it, with its probability. Press one to put it in.",
          },
          "expected here",
        ),
        this.guesses,
      ),
      h(
        "div",
        { class: "ctm-xfoot" },
        h(
          "div",
          {},
          h(
            "h3",
            {
              title:
                "How much this cell looked at each word of the caption, averaged over the transformer's heads; the six add up to 100 %.",
            },
            "looked at",
          ),
          this.attention,
        ),
        h(
          "div",
          { class: "ctm-bookbox" },
          h(
            "h3",
            {
              title:
                "Every code as the patch that it paints by itself, at its place on a UMAP of the codes' vectors: neighbours paint alike. Press one to put it in; by the keyboard, arrows and Enter.",
            },
            "the codebook",
          ),
          this.aimed,
          this.map,
        ),
      ),
    );
    this.element = h("section", { class: "ctm-xray", "aria-label": "Token X-ray" }, left, right);
    this.#resizes = new ResizeObserver(() => this.#drawMap());
    this.#resizes.observe(this.map);
    this.#unwatch = onResolution(() => this.#drawMap());
  }

  /** The cell that is looked at; −1 for the one with most to see. */
  get cell() {
    return this.#cell;
  }
  set cell(cell) {
    this.#cell = cell;
    this.#tokens = null;
  }

  /** Look into a picture. @param {number[]} tokens @param {{ids: number[], words: string[]}} reading that it was drawn to */
  show(tokens, { ids, words }) {
    if (!this.#goeson) {
      if (String(tokens) === String(this.#tokens) && String(ids) === String(this.#ids)) return;
      this.#past = [];
    }
    this.#goeson = false;
    this.#ids = ids;
    this.#words = words;
    this.#look(tokens);
  }

  /** @param {import("./studio.js").State} state of a drawing under way, of which the first is shown */
  grow({ tokens, pixels, cells }) {
    this.cells.sketch.paint(pixels, 0, tokens.data, 0, cells);
    this.cells.each((button) => dot(button, 0));
  }

  dispose() {
    this.cells.dispose();
    this.#unwatch();
    this.#resizes.disconnect();
  }

  #look(tokens) {
    this.#tokens = tokens;
    keepFocus(
      this.undo.parentElement,
      () => {
        this.undo.disabled = !this.#past.length;
      },
      this.redraw,
    );
    this.#studio.ask(
      "inside picture",
      STUDIO.paint,
      tokens,
      ([pixels]) => this.cells.sketch.paint(pixels, 0),
      (error) => this.alert(error.message),
    );
    this.#studio.ask(
      "inside",
      STUDIO.inspect,
      [...this.#ids, ...tokens],
      ([codes, probabilities, own, entropy, attention]) => {
        if (this.#tokens !== tokens) return;
        this.#seen = { codes, probabilities, own: own.data, entropy: entropy.data, attention };
        if (this.#cell < 0) this.#cell = this.#seen.entropy.indexOf(Math.max(...this.#seen.entropy)); // where there is most to see
        this.#shade();
        this.#tell();
        this.#drawMap();
      },
      (error) => this.alert(error.message),
    );
    if (!this.#book) {
      this.#book = {};
      this.#studio.ask(
        "codebook",
        STUDIO.codebook,
        [],
        ([patches, places]) => {
          this.#book = { patches, places: places.data };
          this.#drawMap();
        },
        (error) => {
          this.#book = null;
          this.alert(error.message);
        },
      );
    }
  }

  #choose(cell) {
    this.#cell = cell;
    this.#shade();
    this.#tell();
    this.#drawMap();
  }

  #swap(code) {
    if (!this.#tokens || !Number.isInteger(code) || code < 0 || code >= this.#facts.codebook_size) {
      this.alert(`A code is a whole number from 0 to ${this.#facts.codebook_size - 1}.`);
      return;
    }
    if (code === this.#tokens[this.#cell]) return;
    this.#past.push(this.#tokens);
    this.#aim = -1;
    this.#edit(this.#tokens.with(this.#cell, code));
  }

  #drawOn() {
    this.#past.push(this.#tokens);
    this.#goeson = true;
    this.#onedit(this.#tokens.map((code, cell) => (cell <= this.#cell ? code : -1)));
  }

  #undo() {
    const before = this.#past.pop();
    if (before) this.#edit(before);
  }

  #edit(tokens) {
    this.#look(tokens);
    this.#onedit(tokens);
  }

  #shade() {
    const seen = this.#seen;
    const values =
      seen &&
      (this.#overlay === "entropy"
        ? [...seen.entropy]
        : this.#overlay === "surprise"
          ? [...seen.own].map((p) => -Math.log(Math.max(p, 1e-9)))
          : null);
    const most = values ? Math.max(...values, 1e-6) : 1;
    say(this.scale, values ? `largest dot: ${figure(most)} nats` : "");
    this.cells.each((button, cell) => {
      dot(button, values && cell !== this.#cell ? values[cell] / most : 0);
      button.setAttribute("aria-pressed", String(cell === this.#cell));
    });
  }

  #tell() {
    const seen = this.#seen,
      cell = this.#cell,
      grid = this.#facts.grid;
    if (!seen) return;
    const count = seen.codes.shape[1],
      codes = [...seen.codes.data.subarray(cell * count, (cell + 1) * count)],
      own = this.#tokens[cell];
    say(this.title, `row ${Math.floor(cell / grid) + 1}, column ${(cell % grid) + 1}`);
    this.code.value = own;
    say(this.own, `had ${percent(seen.own[cell])} · doubt ${figure(seen.entropy[cell])} nats`);
    const tokens = this.#tokens;
    this.#studio.ask(
      "guesses",
      STUDIO.paint,
      codes.flatMap((code) => tokens.with(cell, code)),
      ([pixels]) => {
        if (this.#tokens !== tokens || this.#cell !== cell) return;
        const size = pixels.shape[1] / grid,
          window = (2 * AROUND + 1) * size;
        const guesses = codes.map((code, i) => {
          const sketch = new Sketch(`With code ${code}`, window);
          sketch.crop(pixels, i, ((cell % grid) - AROUND) * size, (Math.floor(cell / grid) - AROUND) * size);
          const share = seen.probabilities.data[cell * count + i];
          return h(
            "button",
            {
              type: "button",
              class: "ctm-guess",
              "aria-pressed": String(code === own),
              title: `code ${code}: ${percent(share)}`,
              "aria-label": `code ${code}, ${percent(share)}`,
              onclick: () => this.#swap(code),
            },
            sketch.element,
            h("i", { style: `--share:${share}` }),
            h("span", {}, percent(share)),
          );
        });
        keepFocus(
          this.guesses,
          () => this.guesses.replaceChildren(...guesses),
          guesses.find((guess) => guess.getAttribute("aria-pressed") === "true") ?? guesses[0],
        );
      },
      (error) => this.alert(error.message),
    );
    const six = [...seen.attention.data.subarray(cell * 6, cell * 6 + 6)];
    const all = six.reduce((sum, share) => sum + share, 0) || 1;
    const looks = this.#words.map((word, slot) => ({ word, slot: SLOTS[slot], share: six[slot] / all, faint: word === "any" }));
    if (this.#words[2] === "nothing") {
      // the three places of a second thing are empty
      const share = looks.splice(2, 3).reduce((sum, look) => sum + look.share, 0);
      looks.push({ word: "no more", slot: "the three places of the caption where a second thing would stand", share, faint: true });
    }
    this.attention.replaceChildren(
      ...looks.map(({ word, slot, share, faint }) =>
        h(
          "div",
          { class: faint ? "ctm-faint" : "", title: slot },
          h("span", {}, word),
          h("i", { style: `--share:${share}` }),
          h("span", { class: "ctm-quiet" }, percent(share)),
        ),
      ),
    );
  }

  #frame() {
    const { places } = this.#book,
      frame = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < places.length; i += 2) {
      frame[0] = Math.min(frame[0], places[i]);
      frame[1] = Math.max(frame[1], places[i]);
      frame[2] = Math.min(frame[2], places[i + 1]);
      frame[3] = Math.max(frame[3], places[i + 1]);
    }
    return frame;
  }

  #pixel(code) {
    const [x0, x1, y0, y1] = this.#book.frame,
      edge = this.#book.edge,
      { width, height } = this.map;
    const [x, y] = [this.#book.places[2 * code], this.#book.places[2 * code + 1]];
    return [edge + ((x - x0) / (x1 - x0 || 1)) * (width - 2 * edge), height - edge - ((y - y0) / (y1 - y0 || 1)) * (height - 2 * edge)];
  }

  #drawMap() {
    const { width, height } = this.map.getBoundingClientRect();
    if (!this.#book?.places || !width || this.#cell < 0) return;
    this.map.width = Math.round(width * devicePixelRatio);
    this.map.height = Math.round(height * devicePixelRatio);
    const {
        patches: {
          data,
          shape: [count, rows, columns],
        },
      } = this.#book,
      context = this.map.getContext("2d");
    const size = Math.max(4, Math.sqrt((this.map.width * this.map.height) / count) * 0.72);
    Object.assign(this.#book, { frame: this.#frame(), edge: size });
    const small = new OffscreenCanvas(columns, rows),
      brush = small.getContext("2d"),
      image = brush.createImageData(columns, rows);
    context.imageSmoothingEnabled = false;
    const draw = (code, scale) => {
      for (let i = 0; i < rows * columns; i++) {
        for (let channel = 0; channel < 3; channel++) image.data[4 * i + channel] = data[(code * rows * columns + i) * 3 + channel];
        image.data[4 * i + 3] = 255;
      }
      brush.putImageData(image, 0, 0);
      const [x, y] = this.#pixel(code),
        side = size * scale;
      context.drawImage(small, Math.round(x - side / 2), Math.round(y - side / 2), Math.round(side), Math.round(side));
      return [x, y, side];
    };
    for (let code = 0; code < count; code++) draw(code, 1);
    context.strokeStyle = getComputedStyle(this.map).color;
    context.lineWidth = 2 * devicePixelRatio;
    for (const [code, dashes] of [[this.#tokens[this.#cell], []], ...(this.#aim < 0 ? [] : [[this.#aim, [3 * devicePixelRatio]]])]) {
      const [x, y, side] = draw(code, 2);
      context.setLineDash(dashes);
      context.strokeRect(x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2);
    }
    this.map.dataset.frames = String(Number(this.map.dataset.frames) + 1);
  }

  /** Arrow keys go from code to code, Enter puts the one there in. */
  #walk(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!this.#book?.frame || !(way || (event.key === "Enter" && this.#aim >= 0))) return;
    event.preventDefault();
    if (!way) return this.#swap(this.#aim);
    const from = this.#aim < 0 ? this.#tokens[this.#cell] : this.#aim,
      [x, y] = this.#pixel(from);
    let best = Infinity;
    for (let code = 0; code < this.#facts.codebook_size; code++) {
      const [dx, dy] = [this.#pixel(code)[0] - x, this.#pixel(code)[1] - y];
      const along = dx * way[0] + dy * way[1],
        across = Math.abs(dx * way[1] + dy * way[0]);
      if (code === from || along <= 0 || across > along || along + across >= best) continue;
      [best, this.#aim] = [along + across, code];
    }
    say(this.aimed, `code ${this.#aim < 0 ? from : this.#aim}; Enter puts it in`);
    this.#drawMap();
  }

  #pickCode(event) {
    if (!this.#book?.frame) return;
    const box = this.map.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) * devicePixelRatio, (event.clientY - box.top) * devicePixelRatio];
    let nearest = 0,
      best = Infinity;
    for (let code = 0; code < this.#facts.codebook_size; code++) {
      const [x, y] = this.#pixel(code),
        distance = Math.hypot(x - px, y - py);
      if (distance < best) [nearest, best] = [code, distance];
    }
    this.#swap(nearest);
  }
}

/** Mark a cell with a dot whose area says how much, from 0 to 1: the picture under it keeps its colours. */
function dot(button, share) {
  const size = Math.round(DOT * Math.sqrt(Math.max(0, share)));
  button.classList.toggle("ctm-dotted", size >= FAINT);
  button.style.setProperty("--size", `${size}%`);
}

function percent(share) {
  return share >= 0.095 ? `${Math.round(100 * share)} %` : share >= 0.0005 ? `${(100 * share).toFixed(1)} %` : "0 %";
}
