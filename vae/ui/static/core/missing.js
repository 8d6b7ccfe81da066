// @ts-check
/** What a page says in place of itself where there is nothing that it could show. */
import { DEFAULT_MODEL } from "../wire/schema.js";
import { h } from "./dom.js";
import { t } from "./language.js";

/** Nothing can be shown; the message says why, `commands` what would change that. */
export class Missing extends Error {
  /** @param {string} sentence @param {string[]} [commands] for a shell, in their order */
  constructor(sentence, commands = []) {
    super(sentence);
    this.commands = commands;
  }
}

/** There is no model that could be shown. */
export const noModel = () =>
  new Missing(
    t("There is no model to show. Train one, draw its map and measure it:"),
    training(DEFAULT_MODEL, { kind: "vae", data: "mnist" }),
  );

/** The sentence and its commands. @param {Error & {commands?: string[]}} error */
export function notice({ message, commands = [] }) {
  return h(
    "div",
    { role: "alert", class: "ctm-card ctm-missing" },
    h("p", {}, message),
    commands.length > 0 && h("pre", {}, commands.join("\n")),
  );
}

/** A word as a shell reads it. @param {string} text */
export const word = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The commands that train a model and give it what the pages show; beside one of others' a fully connected one.
 * @param {string} name of the model @param {Partial<import("./models.js").Config> & {kind: string, data: string}} config
 */
export function training(name, { kind, data, latent_dim: dim = 16, architecture = "mlp", epochs, seed, image_shape: shape }) {
  const own = data.includes("/"),
    options = [`--data ${word(data)}`, `--model ${kind}`, `--latent-dim ${dim}`];
  if (["mnist", "fashion-mnist"].includes(data)) options.push("--download"); // where it is not on disk
  if (own && shape) options.push(`--size ${shape[1]}`);
  if (["conv", "residual", "spatial"].includes(architecture)) options.push(`--architecture ${architecture}`);
  if (epochs) options.push(`--epochs ${epochs}`);
  if (seed !== undefined) options.push(`--seed ${seed}`);
  return [
    `python -m vae train ${options.join(" ")} --out ${word(`checkpoints/${name}`)}`,
    ...["embed", "evaluate"].map((what) => `python -m vae ${what} ${word(name)}`),
  ];
}
