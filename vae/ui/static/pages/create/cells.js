// @ts-check
/** A large picture whose cells can be pointed at, by hand or with the arrow keys. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { Sketch } from "./sketch.js";

export class Cells {
  /** @type {HTMLElement} */
  element;
  /** @type {Sketch} */
  sketch;
  /** @type {HTMLElement} */
  #grid;
  /** @type {HTMLElement[]} */
  #buttons;
  #down = false;
  #listeners = new AbortController();
  /** @type {number} */
  #columns;
  /** @type {(cell: number, first: boolean) => void} */
  #onpoint;

  /**
   * @param {string} name of the picture @param {number} side pixels @param {number} columns cells
   * @param {(cell: number, first: boolean) => void} onpoint a cell was pressed (`first`), or the pressed hand came over it
   */
  constructor(name, side, columns, onpoint) {
    this.#columns = columns;
    this.#onpoint = onpoint;
    this.sketch = new Sketch(name, side);
    this.#buttons = Array.from({ length: columns * columns }, (_, cell) =>
      h("button", {
        type: "button",
        tabindex: cell ? -1 : 0,
        "aria-label": t("row {row}, column {column}", { row: Math.floor(cell / columns) + 1, column: (cell % columns) + 1 }),
        "data-cell": cell,
        onclick: (/** @type {MouseEvent} */ event) => {
          if (event.detail === 0) onpoint(cell, true);
        }, // by the keyboard; the pointer has been heard already
      }),
    );
    this.#grid = h(
      "div",
      {
        class: "ctm-cells",
        role: "group",
        "aria-label": t("Cells of {name}", { name }),
        style: `grid-template-columns:repeat(${columns},1fr)`,
      },
      ...this.#buttons,
    );
    this.element = h("div", { class: "ctm-cellbox" }, this.sketch.element, this.#grid);
    const { signal } = this.#listeners;
    this.#grid.addEventListener(
      "pointerdown",
      (event) => {
        this.#down = true;
        this.#point(event, true);
      },
      { signal },
    );
    this.#grid.addEventListener(
      "pointermove",
      (event) => {
        if (this.#down) this.#point(event, false);
      },
      { signal },
    );
    this.#grid.addEventListener("keydown", (event) => this.#walk(event), { signal });
    for (const type of ["pointerup", "pointercancel"]) {
      const lift = () => {
        this.#down = false;
      };
      window.addEventListener(type, lift, { signal });
    }
  }

  /** Change how each cell looks. @param {(button: HTMLElement, cell: number) => void} look */
  each(look) {
    this.#buttons.forEach(look);
  }

  dispose() {
    this.#listeners.abort();
  }

  /** @param {PointerEvent} event @param {boolean} first */
  #point(event, first) {
    // Asked of the place, not of the event: a finger's events stay with the cell that it first touched.
    const found = /** @type {HTMLElement | null} */ (
      document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-cell]") ?? null
    );
    if (found && this.#grid.contains(found)) this.#onpoint(Number(found.dataset.cell), first);
  }

  /** @param {KeyboardEvent} event */
  #walk(event) {
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns };
    const step = steps[event.key];
    const from = this.#buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement)),
      to = from + step;
    if (!step || from < 0 || to < 0 || to >= this.#buttons.length) return;
    event.preventDefault();
    this.#buttons[from].tabIndex = -1;
    this.#buttons[to].tabIndex = 0;
    this.#buttons[to].focus();
  }
}
