// @ts-check
/** The view as Python that makes it again in a notebook, through nothing but what `import vae` offers. */

const LINE = 120; // letters of a line

/**
 * @typedef {object} Seen
 * @property {string} model
 * @property {string} address of the page, for whoever reads the notebook
 * @property {number} row of the current image, or −1
 * @property {ArrayLike<number>} code the current one
 * @property {Int32Array} rows of the selection
 * @property {boolean} all whether that is every picture
 * @property {number[]} hidden classes
 * @property {readonly number[]|null} window of the map: x0, x1, y0, y1
 */

/** @param {Seen} seen */
export function asPython({ model, address, row, code, rows, all, hidden, window }) {
  const name = JSON.stringify(model);
  const own = row >= 0 ? `atlas.codes[${row}]` : `np.array([${wrapped(Array.from(code, String))}], np.float32)`;
  const chosen = all ? "np.arange(len(atlas))" : `np.array([${wrapped(Array.from(rows, String))}], int)`;
  const shown = hidden.length ? `~np.isin(atlas.labels, [${hidden.join(", ")}])` : "np.ones(len(atlas), bool)";
  const ranges = window
    ? [`map.update_xaxes(range=[${window[0]}, ${window[1]}])`, `map.update_yaxes(range=[${window[2]}, ${window[3]}], scaleanchor="x")`]
    : ['map.update_yaxes(scaleanchor="x")'];
  return `${[
    `# ${address}`,
    "import numpy as np",
    "import plotly.graph_objects as go",
    "import vae",
    "",
    `model, atlas = vae.load(${name}), vae.atlas(${name})`,
    `code = ${own}`,
    `rows = ${chosen}  # the selection`,
    `shown = ${shown}  # on the map`,
    "",
    "picture = model.decode(code[None])[0].permute(1, 2, 0).cpu().numpy()  # (H, W, C) in [0, 1]",
    "pictures = model.decode(atlas.codes[rows[:64]])  # (N, C, H, W), of the selection's first",
    "mean = model.decode(atlas.codes[rows].mean(0, keepdims=True))  # of the selection's mean code",
    "",
    "names = np.array(atlas.classes)[atlas.labels]",
    "map = go.Figure()",
    "for name in atlas.classes:",
    "    x, y = atlas.places[shown & (names == name)].T",
    '    map.add_scattergl(x=x, y=y, mode="markers", marker={"size": 3}, name=name)',
    "x, y = atlas.places[rows].T",
    'map.add_scattergl(x=x, y=y, mode="markers", marker={"size": 7, "symbol": "circle-open", "color": "black"}, name="selection")',
    ...ranges,
    "go.Figure(go.Image(z=(255 * picture).round().repeat(3 // picture.shape[2], 2))).show()",
    "map.show()",
  ].join("\n")}\n`;
}

/** Words with commas, in lines of no more than so many letters. @param {string[]} words */
function wrapped(words) {
  /** @type {string[]} */
  const lines = [""];
  for (const word of words) {
    if (lines[lines.length - 1].length + word.length > LINE) lines.push("");
    lines[lines.length - 1] += `${word}, `;
  }
  return lines.join("\n    ").replace(/, $/, "");
}
