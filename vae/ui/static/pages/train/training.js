// @ts-check
/** A training on the server: begun, ordered about and forked over HTTP. */
import { askJson, tellJson } from "../../core/fetching.js";

/** @typedef {import("./hand.js").Hand} Hand */
/** @typedef {{data: string, latent_dim: number, seed: number, hidden?: number[]}} Setup */
/** @typedef {{kept?: Record<string, string>, mapped?: boolean}} Kept */
/** @typedef {{kept: Kept, unjudged: string|null}} Known what was kept, and why nobody tells unreal pictures: null until it is known */
/** @typedef {Known & {name: string, setup: Setup, phase: string, sentence: string, hand: Hand|null, step: number, no_mp4: string}} How */
/** @typedef {{do: string, hand?: Hand, steps?: number, most?: number|null, name?: string}} Order */
/** @typedef {{name: string, title: string, there: boolean, classes: string[]}} Choice */

export class Trainings {
  #base;

  /** @param {string} base path before all addresses */
  constructor(base) {
    this.#base = `${base}/continuum/trainings`;
  }

  /** The data sets that can be learned. @returns {Promise<Choice[]>} */
  choices() {
    return askJson(this.#base);
  }

  /** @param {Setup} setup @returns {Promise<string>} its name */
  async begin(setup) {
    return (await this.#post("", setup)).name;
  }

  /**
   * @param {string} name @param {number} step @param {Hand} [hand] the one that led there, if left out
   * @returns {Promise<string>} the new one's name
   */
  async fork(name, step, hand) {
    return (await this.#post("", { of: name, step, hand })).name;
  }

  /** @param {string} name @returns {Promise<How>} */
  look(name) {
    return askJson(`${this.#base}/${name}`);
  }

  /** @param {string} name @param {Order} order @returns {Promise<How>} */
  order(name, order) {
    return this.#post(`/${name}`, order);
  }

  /** Where its recording and its film lie. @param {string} name */
  address(name) {
    return `${this.#base}/${name}`;
  }

  /** @param {string} path @param {object} body @returns {Promise<any>} */
  #post(path, body) {
    return tellJson(`${this.#base}${path}`, body);
  }
}
