// @ts-check
/** What to say where an address names a model that cannot be shown, or nothing can be but a model that waits for its map. */
import { t } from "./language.js";
import { Missing, training, word } from "./missing.js";
import { DEFAULT_MODEL } from "../wire/schema.js";

/** @typedef {import("./models.js").ModelName} ModelName */

/** The command that makes the map of a model. @param {string} name */
const embed = (name) => `python -m vae embed ${word(name)}`;

/**
 * Why a model that an address names is not shown, in a sentence with what to do; "" where it is, or none is named.
 * @param {ModelName[]} list all models, usable or not @param {string|undefined} name
 */
export function unshown(list, name) {
  const model = list.find((each) => each.name === name);
  if (!name || model?.usable) return "";
  if (!model) return t("There is no model {name} here, so another one is shown. The page Models lists those that there are.", { name });
  if (model.waits)
    return t("{name} has no map yet, so another model is shown. Make its map with: {command}", { name, command: embed(name) });
  return t("{name} cannot be used, so another model is shown: {why}", { name, why: model.sentence ?? "" });
}

/** What stands in the place of a page that has no model to show. @param {ModelName[]} list all models */
export function noModel(list) {
  const waiting = list.filter((model) => model.waits);
  if (waiting.length)
    return new Missing(
      t("No model has a map yet. Make one, then open this page again:"),
      waiting.slice(0, 3).map(({ name }) => embed(name)),
    );
  const said = t("There is no model to show. Train one, draw its map and measure it:");
  return new Missing(said, training(DEFAULT_MODEL, { kind: "vae", data: "mnist" }));
}
