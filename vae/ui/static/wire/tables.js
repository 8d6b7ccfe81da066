// @ts-check
/** What an answer is made of: arrays with their shape, and tables whose columns have names. Both are views of the reply's frame. */

/** @typedef {import("./frames.js").Values} Values */

/**
 * An array of numbers, row-major.
 * @template {Values} [A=Values]
 * @typedef {{readonly shape: readonly number[], readonly data: A}} Tensor
 */

/**
 * Rows of named columns.
 * @template {string} [C=string]
 * @template {Values} [A=Values]
 */
export class Table {
  /** @type {Map<string, A>} */
  #gathered = new Map();

  /**
   * @param {readonly C[]} columns
   * @param {readonly number[]} shape all sides but that of the columns
   * @param {A} data row by row
   */
  constructor(columns, shape, data) {
    this.columns = columns;
    /** Of the rows: one side, or more where there is a table for each of several things. */
    this.shape = shape;
    /** The rows one after the other, for what takes them as they lie: a view, not a copy. */
    this.data = data;
    /** How many rows there are. */
    this.length = shape.reduce((product, side) => product * side, 1);
  }

  /**
   * One column, gathered once: a typed array cannot leave out what lies between.
   * @param {C} name
   * @returns {A}
   */
  column(name) {
    const known = this.#gathered.get(name);
    if (known) return known;
    const at = this.columns.indexOf(name),
      width = this.columns.length;
    if (at < 0) throw new TypeError(`there is no column ${name}; there are ${this.columns.join(", ")}`);
    const column = /** @type {A} */ (this.data.slice(0, this.length));
    for (let row = 0; row < this.length; row++) column[row] = this.data[width * row + at];
    this.#gathered.set(name, column);
    return column;
  }

  /**
   * One row's numbers, in the order of the columns: a view. A negative row counts from the end.
   * @param {number} index
   * @returns {A}
   */
  row(index) {
    const row = index < 0 ? index + this.length : index,
      width = this.columns.length;
    if (!(row >= 0 && row < this.length)) throw new RangeError(`there is no row ${index}; there are ${this.length}`);
    return /** @type {A} */ (this.data.subarray(width * row, width * (row + 1)));
  }

  /** All rows, each a view. @returns {A[]} */
  get rows() {
    return Array.from({ length: this.length }, (_, row) => this.row(row));
  }
}

/**
 * One of several things of equal size that an array holds: a picture, a code. A view. A negative index counts from the end.
 * @template {Values} A
 * @param {Tensor<A>} tensor
 * @param {number} index along its first side
 * @returns {Tensor<A>}
 */
export function nth({ shape: [count, ...shape], data }, index) {
  const at = index < 0 ? index + count : index,
    size = shape.reduce((product, side) => product * side, 1);
  if (!(at >= 0 && at < count)) throw new RangeError(`there is no part ${index}; there are ${count}`);
  return { shape, data: /** @type {A} */ (data.subarray(size * at, size * (at + 1))) };
}
