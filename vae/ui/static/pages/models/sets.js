// @ts-check
/** The data sets that have been imported: what each is, some of its pictures, what its import found, how to train on it. */
import { h } from "../../core/dom.js";
import { t } from "../../core/language.js";
import { training } from "../../core/missing.js";
import { about, findings, nearlySame, skipped } from "../../text/pictures.js";
import { Pair } from "./pair.js";

/**
 * A data set as the server describes it; of one that cannot be used there are only its names and the sentence.
 * @typedef {object} Imported
 * @property {string} name
 * @property {string} title
 * @property {string|null} sentence
 * @property {Record<string, number>} counts by split
 * @property {number} classes
 * @property {[number, number, number]} shape channels, height, width
 * @property {string} identity
 * @property {Record<string, number>} report
 * @property {[string, string][]} skipped paths and reasons, the first of them
 * @property {[string, string][]} near pairs of paths, the first of them
 */

/** A card. @param {Imported} set @param {string} base of all addresses @param {AbortSignal} gone once it is shown no longer */
export function card(set, base, gone) {
  const heading = h("h3", {}, set.title);
  if (set.sentence !== null) return h("article", { class: "ctm-card ctm-set", "aria-label": set.title }, heading, h("p", {}, set.sentence));
  const address = `${base}/continuum/datasets/${encodeURIComponent(set.name)}`,
    total = Object.values(set.counts).reduce((sum, count) => sum + count, 0);
  const strip = h("img", {
    class: "ctm-setstrip",
    src: `${address}/strip.png?of=${set.identity.slice(0, 16)}`,
    alt: t("{total} of the pictures of {title}", { total: Math.min(16, total), title: set.title }),
    height: 48,
  });
  return h(
    "article",
    { class: "ctm-card ctm-set", "aria-label": set.title },
    h("div", { class: "ctm-line" }, heading, h("span", { class: "ctm-quiet" }, about(set))),
    h("div", { class: "ctm-setpictures" }, strip),
    found(set, `${address}/skipped.csv`),
    h("div", { class: "ctm-setactions" }, new Pair(set.name, base, gone).element, commands(set)),
  );
}

/** What the import found. @param {Imported} set @param {string} csv where all that was skipped is listed */
function found({ counts, report, skipped: left, near }, csv) {
  const lines = findings(report, counts).map((line) => h("li", {}, line));
  if (report.skipped) {
    const all = report.skipped > left.length && h("li", {}, h("a", { class: "ctm-link", href: csv }, t("All of them as CSV")));
    lines.unshift(listed(skipped(report.skipped), [...left.map(([path, reason]) => h("li", {}, h("b", {}, path), `: ${reason}`)), all]));
  }
  if (report.near_duplicates) {
    lines.push(
      listed(
        nearlySame(report),
        near.map(([one, other]) => h("li", {}, t("{one} and {other}", { one, other }))),
      ),
    );
  }
  return lines.length > 0 && h("ul", { class: "ctm-setreport", "aria-label": t("What the import found") }, ...lines);
}

/** A line that opens. @param {string} summary @param {(HTMLElement|false)[]} items */
const listed = (summary, items) =>
  h("li", {}, h("details", {}, h("summary", {}, summary), h("ul", { class: "ctm-setlist", tabindex: 0, "aria-label": summary }, ...items)));

/** @param {Imported} set */
function commands({ name, shape: [, height, width] }) {
  const architecture = height % 4 || width % 4 ? "mlp" : "conv";
  const lines = /** @type {const} */ (["ae", "vae"]).flatMap((kind) => training(`${name}-${kind}`, { kind, data: name, architecture }));
  return h("details", {}, h("summary", {}, t("Train an AE and a VAE on the command line")), h("pre", { tabindex: 0 }, lines.join("\n")));
}
