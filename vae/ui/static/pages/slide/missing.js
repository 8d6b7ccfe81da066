// @ts-check
/** What to say where there is no ladder: how to make one of the models that are there. */
import { Missing, training } from "../../core/missing.js";
import { MAKE_ONE, TRAIN_SOME } from "../../text/slide.js";

/** @param {import("../../core/models.js").ModelName[]} models all that are known */
export function noLadder(models) {
  const usable = models.filter((model) => model.usable);
  const alike = usable.map((one) => usable.filter(({ data, latent_dim: dim }) => data === one.data && dim === one.latent_dim));
  const steps = alike.sort((a, b) => b.length - a.length)[0] ?? [];
  if (steps.length < 2) {
    const commands = /** @type {const} */ (["ae", "vae"]).flatMap((kind) => training(`mnist-${kind}`, { kind, data: "mnist" }));
    return new Missing(TRAIN_SOME, [...commands, "python -m vae ladder mnist-16 mnist-ae mnist-vae"]);
  }
  const names = steps.toSorted((a, b) => a.kind.localeCompare(b.kind) || a.beta - b.beta).map((model) => model.name);
  const [{ data, latent_dim: dim }] = steps;
  return new Missing(MAKE_ONE, [`python -m vae ladder ${data.split("/").at(-1)?.toLowerCase()}-${dim} ${names.join(" ")}`]);
}
