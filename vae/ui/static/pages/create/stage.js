/** The candidates: a wall of equals while they are drawn, then in the reranker's order with the best four large. */
import { h } from "../../core/dom.js";
import { Sketch } from "./sketch.js";

const GAP = 8;
const LARGE = 4;
const MOVE = { duration: 700, easing: "cubic-bezier(.2,.8,.2,1)" };
const NARROW = 640; // pixels: less than this is a phone, on which the others go below the best

export class Stage {
  #tiles = [];
  #side;
  #ranked = false;
  #resizes;
  #onchoose;

  /** @param {number} side of a picture, pixels @param {(place: number) => void} onchoose the tile at this place was chosen, counting from 0 */
  constructor(side, onchoose) {
    this.#side = side;
    this.#onchoose = onchoose;
    this.element = h("div", { class: "ctm-tiles", role: "group", "aria-label": "Drawings" });
    this.#resizes = new ResizeObserver(() => this.#lay());
    this.#resizes.observe(this.element);
  }

  get count() {
    return this.#tiles.length;
  }

  /** An empty wall of `count`. */
  begin(count) {
    if (count !== this.#tiles.length) {
      this.#tiles = Array.from({ length: count }, (_, place) => {
        const sketch = new Sketch(`DALL-E drawing ${place + 1}`, this.#side);
        return { sketch, button: h("button", { type: "button", class: "ctm-tile", onclick: () => this.#onchoose(place) }, sketch.element) };
      });
      this.element.replaceChildren(...this.#tiles.map(({ button }) => button));
    } else this.#tiles.forEach(({ sketch }) => sketch.clear());
    this.#tiles.forEach(({ button }) => {
      button.disabled = true;
      button.title = "";
    });
    this.choose(-1);
    this.#ranked = false;
    this.#lay();
  }

  /** @param {import("./studio.js").State} state of a drawing under way */
  grow({ tokens, pixels, cells }) {
    this.#tiles.forEach(({ sketch }, place) => sketch.paint(pixels, place, tokens.data, place * cells, cells));
  }

  /** The finished pictures, best first; each goes from where it was drawn to its place. @param {import("./studio.js").State} state @param {boolean} still without a movement */
  rank({ pixels, order, scores }, still) {
    const before = this.#places();
    this.#ranked = true;
    this.#tiles.forEach(({ sketch, button }, place) => {
      sketch.paint(pixels, order[place]);
      button.disabled = false;
      const score = scores[order[place]];
      button.title = Number.isFinite(score) ? `drawing ${place + 1}; the reranker gives it ${score.toFixed(2)}` : `drawing ${place + 1}`;
    });
    this.#lay();
    if (still || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const after = this.#places();
    this.#tiles.forEach(({ button }, place) => {
      const from = before[order[place]],
        to = after[place];
      button.animate(
        [
          { transformOrigin: "0 0", transform: `translate(${from.x - to.x}px, ${from.y - to.y}px) scale(${from.side / to.side})` },
          { transformOrigin: "0 0", transform: "none" },
        ],
        MOVE,
      );
    });
  }

  /** Mark a tile as the chosen one. */
  choose(place) {
    this.#tiles.forEach(({ button }, other) => button.setAttribute("aria-pressed", String(other === place)));
  }

  dispose() {
    this.#resizes.disconnect();
  }

  #lay() {
    this.#places().forEach(({ x, y, side }, place) => {
      Object.assign(this.#tiles[place].button.style, { left: `${x}px`, top: `${y}px`, width: `${side}px`, height: `${side}px` });
    });
  }

  #places() {
    const count = this.#tiles.length,
      width = this.element.clientWidth,
      narrow = width < NARROW;
    const [large, small] = [Math.min(LARGE, count), Math.max(0, count - LARGE)];
    let height = this.element.clientHeight;
    if (narrow) {
      height = count === 1 ? width : width + (small ? GAP + wall(small, width, width * 0.62).down : 0);
      this.element.style.height = `${height}px`;
    } else this.element.style.height = "";
    if (!this.#ranked || !small) return place(count, 0, 0, width, height, 0.5);
    const block = narrow ? width : Math.min(height, width * 0.62);
    const best = place(large, 0, 0, block, block, 0);
    if (narrow) return [...best, ...place(small, 0, block + GAP, width, height - block - GAP, 0.5)];
    const rest = place(small, block + 2 * GAP, 0, width - block - 2 * GAP, height, 0.5);
    return [...best, ...rest];
  }
}

/** How `count` squares fill a box best. */
function wall(count, width, height) {
  let best = { side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const side = Math.max(1, Math.floor(Math.min((width - (columns - 1) * GAP) / columns, (height - (rows - 1) * GAP) / rows)));
    if (side > best.side) best = { side, columns, rows };
  }
  return { ...best, across: best.columns * (best.side + GAP) - GAP, down: best.rows * (best.side + GAP) - GAP };
}

function place(count, left, top, width, height, middle) {
  const { side, columns, across, down } = wall(count, width, height);
  const [x, y] = [left + (width - across) * middle, top + (height - down) * middle];
  return Array.from({ length: count }, (_, i) => ({
    x: x + (i % columns) * (side + GAP),
    y: y + Math.floor(i / columns) * (side + GAP),
    side,
  }));
}
