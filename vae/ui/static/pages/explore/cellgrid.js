// @ts-check
/** A decoding with the cells of its code over it: a hand presses and drags over them, the arrow keys walk through them. */
import { figure, h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Picture } from "../../widgets/picture.js";

/** @type {Record<string, [number, number]>} down and to the right */
const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @typedef {{row: number, column: number}} Cell */

/**
 * The cells from one to another, without the first: a quick hand leaves none out.
 * @param {Cell} from @param {Cell} to @returns {Cell[]}
 */
export function between(from, to) {
  const down = to.row - from.row,
    right = to.column - from.column,
    steps = Math.max(Math.abs(down), Math.abs(right));
  return Array.from({ length: steps }, (_, i) => ({
    row: Math.round(from.row + (down * (i + 1)) / steps),
    column: Math.round(from.column + (right * (i + 1)) / steps),
  }));
}

export class CellGrid {
  picture = new Picture("", "ctm-large ctm-own");
  element;
  /** Where the keyboard is. @type {Cell} */
  at = { row: 0, column: 0 };
  #hand;
  #over;
  #mark = h("i", {});
  #rows = 1;
  #columns = 1;
  /** @type {Cell|null} the last that the pressed hand was over */
  #last = null;

  /**
   * @param {{press: (cells: Cell[], event: Event) => void, lift: () => void, step: (way: 1|-1, event: Event) => void,
   *   value: (cell: Cell) => number}} hand
   *   cells came under the pressed hand; it was let go; a key changes the cell where the keyboard is; the number of a cell
   */
  constructor(hand) {
    this.#hand = hand;
    this.#over = h(
      "div",
      {
        class: "ctm-brushcells",
        role: "spinbutton",
        tabindex: 0,
        "aria-label": t("Cells"),
        onpointerdown: (/** @type {PointerEvent} */ event) => this.#down(event),
        onpointermove: (/** @type {PointerEvent} */ event) => this.#move(event),
        onpointerup: () => this.#up(),
        onpointercancel: () => this.#up(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      },
      this.#mark,
    );
    this.element = h("div", { class: "ctm-brushbox" }, this.picture.element, this.#over);
  }

  /** Another model. @param {number} rows @param {number} columns @param {number} width @param {number} height of its pictures */
  enter(rows, columns, width, height) {
    this.#rows = rows;
    this.#columns = columns;
    this.#last = null;
    this.at = { row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
    this.element.style.aspectRatio = `${width} / ${height}`;
    for (const [name, value] of Object.entries({ "--rows": rows, "--columns": columns })) this.#over.style.setProperty(name, `${value}`);
  }

  /** Say where the keyboard is, and the number there. */
  tell() {
    const { row, column } = this.at,
      value = figure(this.#hand.value(this.at));
    this.#mark.style.translate = `${100 * column}% ${100 * row}%`;
    this.#over.setAttribute("aria-valuenow", String(this.#hand.value(this.at)));
    this.#over.setAttribute("aria-valuetext", t("row {row}, column {column}: {value}", { row: row + 1, column: column + 1, value }));
  }

  /** @param {PointerEvent} event @returns {Cell|null} none beside them */
  #cell({ clientX, clientY }) {
    const { left, top, width, height } = this.#over.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * this.#columns),
      row = Math.floor(((clientY - top) / height) * this.#rows);
    return row >= 0 && row < this.#rows && column >= 0 && column < this.#columns ? { row, column } : null;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const cell = event.button === 0 ? this.#cell(event) : null;
    if (!cell) return;
    this.#over.setPointerCapture(event.pointerId);
    this.#last = this.at = cell;
    this.#hand.press([cell], event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const cell = this.#last && this.#cell(event);
    if (!this.#last || !cell) return;
    const cells = between(this.#last, cell);
    if (!cells.length) return;
    this.#last = this.at = cell;
    this.#hand.press(cells, event);
  }

  #up() {
    if (this.#last) this.#hand.lift();
    this.#last = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (!way && !["+", "=", "-"].includes(event.key)) return;
    event.preventDefault();
    if (!way) return this.#hand.step(event.key === "-" ? -1 : 1, event);
    const row = this.at.row + way[0],
      column = this.at.column + way[1];
    if (row >= 0 && row < this.#rows && column >= 0 && column < this.#columns) this.at = { row, column };
    this.tell();
  }
}
