// @ts-check
/** What the server knows of its models, fetched over HTTP once. */
import { askAnswer, askJson } from "./fetching.js";
import { isPlane, onProjection } from "./projections.js";
import { LADDER_MAP, LIMITS, LINEAR, MAP } from "../wire/schema.js";

/** @typedef {"ae"|"vae"} Kind */
/**
 * A model as the list of all names it. Of one that is not usable only the name and the sentence are known; the rest is null.
 * @typedef {object} ModelName
 * @property {string} name
 * @property {Kind} kind
 * @property {string} data name of the data set, or the path of a folder
 * @property {number} latent_dim
 * @property {string} architecture
 * @property {string} likelihood
 * @property {number} beta
 * @property {number} noise
 * @property {number} l2
 * @property {boolean} sphere
 * @property {boolean} originals whether the images of its data set are on disk
 * @property {boolean} usable
 * @property {string|null} sentence why it is not usable
 * @property {boolean} [waits] whether it lacks nothing but its map
 */

/**
 * What a model is and how it was trained: the fields of `ModelConfig` in `vae/models/config.py`.
 * @typedef {object} Config
 * @property {Kind} kind
 * @property {number} latent_dim
 * @property {[number, number, number]} image_shape channels, height, width
 * @property {string} architecture
 * @property {number[]} hidden
 * @property {number} dense
 * @property {string} likelihood
 * @property {number} noise
 * @property {boolean} sphere
 * @property {string} weights
 * @property {string} data
 * @property {number} beta
 * @property {number} first_noise
 * @property {number} l2
 * @property {number} first_blur
 * @property {number} seed
 * @property {number} epochs
 * @property {number} batch_size
 * @property {number} learning_rate
 * @property {string} optimizer
 * @property {string} precision
 * @property {number} holdout
 * @property {{source: string, code_shape: number[], low: number, high: number}} [foreign] of a model that others have made; `code_shape`:
 *   of a code before it is flat
 */

/** @typedef {{value: number, low: number, high: number, n: number}} Measured a figure with its 95 % interval, of n */
/**
 * What `evaluate` has measured, by the names in `vae/continuity/scorecard.py`: each is there only where it could be measured.
 * @typedef {{kl?: number, active_units?: number, kl_per_dimension?: number[], recon_mse?: Measured, pca_mse?: Measured,
 *   hole_mass_prior?: Measured, off_manifold_prior?: Measured, frechet_c_prior?: Measured,
 *   frechet_c_fitted?: Measured} & Record<string, any>} Metrics
 */

/**
 * One number of the code.
 * @typedef {object} Dimension
 * @property {number} index in the code
 * @property {number|null} kl nats; null for an autoencoder
 * @property {number} variance of its mean over the test images
 * @property {number} mean
 * @property {number} std
 * @property {number} low end of its slider
 * @property {number} high
 * @property {number[]} histogram counts between them
 */

/**
 * All that the pages write about one model: `Library.describe` in `vae/live/bundle.py`.
 * @typedef {object} Facts
 * @property {string} name
 * @property {Kind} kind
 * @property {string} data
 * @property {number} latent_dim
 * @property {[number, number, number]} image_shape channels, height, width
 * @property {number} beta
 * @property {Config} config
 * @property {string[]} classes
 * @property {number} count codes on the map
 * @property {boolean} identity whether the map is the plane of codes itself
 * @property {boolean} plane whether each place of the map is a code of its own
 * @property {string[]} layouts further maps that were made of the same codes
 * @property {{method: string} & Record<string, any>} settings how the map was made
 * @property {string} device
 * @property {Metrics} metrics
 * @property {string|null} metrics_sentence why there are none although there is a file
 * @property {boolean} originals whether the original images are shown
 * @property {string|null} originals_sentence why they are not
 * @property {boolean} judged whether classes are told
 * @property {string} judge who judges the pictures, or why nobody does
 * @property {boolean} learned whether there is a learned prior to draw from
 * @property {number} radius
 * @property {Dimension[]} dimensions most used first
 */

/**
 * @typedef {{places: Float32Array, labels: Int32Array, projection?: string}} Mapped
 * the map of a model: (N, 2) flat, (N,); and the projection that it is, where it is not the model's own map
 */
/** @typedef {Facts & Mapped} MappedFacts facts with their map */

/** @typedef {{name: string, config: Config, metrics: Metrics}} LadderStep */
/**
 * A ladder of models between two ends; its places are those of all steps, (S, N, 2) flat.
 * @typedef {object} Ladder
 * @property {string} name
 * @property {string[]} classes
 * @property {number} count images
 * @property {{method: string} & Record<string, any>} settings
 * @property {LadderStep[]} steps
 * @property {string} device
 */

export class Models {
  /** @type {Map<string, Promise<MappedFacts>>} */
  #known = new Map();
  /** @type {Map<string, Promise<Facts>>} */
  #facts = new Map();
  /** @type {Map<string, Promise<{share: number, lengths: Float32Array}>>} */
  #linear = new Map();
  #base;

  /** @param {string} base path before all addresses */
  constructor(base) {
    this.#base = base;
  }

  /** @returns {Promise<ModelName[]>} */
  list() {
    return this.#json("/continuum/models");
  }

  /** All facts of one model with its map, its own or another projection. @param {string} name @param {string} [projection] */
  get(name, projection = "") {
    const facts = this.facts(name);
    if (!projection) return remembered(this.#known, name, () => this.#mapped(facts, address(name), MAP));
    // What is learned of the model meanwhile holds for all of its maps.
    const seen = facts.then((own) => Object.assign(Object.create(own), { projection, plane: isPlane(projection), identity: false }));
    return remembered(this.#known, `${name}/${projection}`, () => this.#mapped(seen, address(name), MAP, onProjection(projection)));
  }

  /**
   * The facts of one model as soon as they are known: the same object gets `places` and `labels` when the map comes.
   * @param {string} name
   */
  facts(name) {
    return remembered(this.#facts, name, () => /** @type {Promise<Facts>} */ (this.#json(address(name))));
  }

  /** The facts of a model as they are now, in the object that holds those from before. @param {string} name */
  async renew(name) {
    const [facts, now] = await Promise.all([this.facts(name), this.#json(address(name))]);
    return Object.assign(facts, now);
  }

  /**
   * What a linear map from one model's codes to another's misses: the share of their variance, and of each image.
   * @param {string} name @param {string} other @returns {Promise<{share: number, lengths: Float32Array}>}
   */
  linear(name, other) {
    return remembered(this.#linear, `${name}/${other}`, async () => {
      const { share, lengths } = await askAnswer(LINEAR, `${this.#base}${address(name)}/linear/${encodeURIComponent(other)}`);
      return { share, lengths: lengths.data };
    });
  }

  /** Where the server says how far it is with loading a model. @param {string} name */
  progress(name) {
    return `${this.#base}${address(name)}/progress`;
  }

  /** The names of the ladders. @returns {Promise<string[]>} */
  ladders() {
    return this.#json("/continuum/ladders");
  }

  /** One ladder with its maps. @param {string} name @returns {Promise<Ladder & Mapped>} */
  ladder(name) {
    const ladder = `/continuum/ladders/${encodeURIComponent(name)}`;
    return this.#mapped(/** @type {Promise<Ladder>} */ (this.#json(ladder)), ladder, LADDER_MAP);
  }

  /**
   * Facts with the places and labels of their map.
   * @template {object} F
   * @param {Promise<F>} loading @param {string} path @param {typeof MAP | typeof LADDER_MAP} operation @param {string} [query]
   * @returns {Promise<F & Mapped>}
   */
  async #mapped(loading, path, operation, query = "") {
    // Labels are whole numbers, or bytes where there are few classes.
    const answered = askAnswer(/** @type {typeof MAP} */ (operation), `${this.#base}${path}/map${query}`);
    const [facts, { places, labels }] = await Promise.all([loading, answered]);
    return Object.assign(facts, { places: places.data, labels: labels.data });
  }

  /** @param {string} path @returns {Promise<any>} */
  #json(path) {
    return askJson(this.#base + path);
  }
}

/** @param {string} name */
const address = (name) => `/continuum/models/${encodeURIComponent(name)}`;

/**
 * What was made for `key` before, or is made now; a failure is not remembered.
 * @template T
 * @param {Map<string, Promise<T>>} known @param {string} key @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
function remembered(known, key, make) {
  const before = known.get(key);
  if (before) return before;
  const making = make();
  making.catch(() => known.delete(key));
  known.set(key, making);
  return making;
}

/** Whether a linear map between two models' codes can be measured: of as many images, and of enough. @param {Facts} a @param {Facts} b */
export const comparable = (a, b) => a.count === b.count && a.count >= LIMITS.fewest_compared;
