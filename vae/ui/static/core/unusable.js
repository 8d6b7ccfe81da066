// @ts-check
/** One quiet line for models that cannot be used, which opens to a sentence for each. One that only waits for its map is no such. */
import { h } from "./dom.js";
import { plural, t } from "./language.js";

/**
 * @param {import("./models.js").ModelName[]} list all models, usable or not
 * @returns {HTMLElement|null} null where all can be used, or will be
 */
export function unusable(list) {
  const broken = list.filter((model) => !model.usable && !model.waits);
  if (!broken.length) return null;
  const lines = broken.map(({ name, sentence }) => h("li", {}, h("b", {}, name), `: ${sentence ?? ""}`));
  return h(
    "details",
    { class: "ctm-unusable" },
    h("summary", {}, plural(broken.length, "{n} model cannot be used", "{n} models cannot be used")),
    h("ul", { tabindex: 0, "aria-label": t("Models that cannot be used") }, ...lines),
  );
}
