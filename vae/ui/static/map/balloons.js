// @ts-check
/** σ as balloons: how far the codes z = μ + r σ of the images in view are drawn, on one map or two. */
import { h, say } from "../core/dom.js";
import { t, translated } from "../core/language.js";
import { reachSaid } from "../text/balloons.js";
import { GLOSSARY } from "../text/glossary.js";
import { NumberSlider } from "../widgets/numberslider.js";
import { Ellipses } from "./ellipses.js";

/** @typedef {import("../core/models.js").MappedFacts} MappedFacts */

const TOO_SMALL = t("At this zoom they are smaller than the points.");
const SMALL = 4; // pixels from the middle to the edge: too small to be seen

/** The button and the radius of the balloons on one map or two. */
export class BalloonControl {
  #all;
  #on = false;
  #points = "";

  /** @param {import("../core/connection.js").Live} live @param {Record<string, import("./map.js").LatentMap>} maps by lane */
  constructor(live, maps) {
    this.#all = Object.entries(maps).map(([lane, map]) => new Ellipses(live, map, lane, () => this.#tell()));
    this.button = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        "aria-pressed": "false",
        title: t("Draw σ. {balloon}", { balloon: translated(GLOSSARY.balloon) }),
        onclick: () => this.turn(!this.#on),
      },
      t("σ balloons"),
    );
    this.radius = new NumberSlider(
      t("Radius of the balloons, r"),
      { min: 0, max: 3, step: 0.05, value: 1 },
      { input: () => this.#resized(), refuse: live.alert },
    );
    this.size = h("span", { class: "ctm-line" }, h("span", {}, "r = ", this.radius.number, " σ"), this.radius.slider);
    this.words = h("span", { class: "ctm-note" });
    this.closer = h(
      "button",
      {
        type: "button",
        class: "ctm-chip",
        hidden: true,
        onclick: () => {
          for (const balloons of this.#all) balloons.approach();
        },
      },
      t("come closer"),
    );
    this.element = h("div", { class: "ctm-balloons", hidden: true }, h("div", { class: "ctm-line" }, this.size, this.closer), this.words);
  }

  get on() {
    return this.#on;
  }

  /** Other models. @param {MappedFacts[]} facts one for each map */
  open(facts) {
    const points = facts.filter(({ kind }) => kind === "ae").length;
    this.#points = !points
      ? ""
      : facts.length === 1
        ? t("No balloon has a size: an autoencoder's encoder gives a point, σ = 0.")
        : t("The autoencoder's have no size: σ = 0.");
    this.size.hidden = points === facts.length;
    this.radius.slider.title = facts[0].identity
      ? t("Each ellipse is exactly the set of codes at r standard deviations from the image's mean.")
      : facts[0].plane
        ? t("Each ellipse reaches as far across and up as the codes at r standard deviations from the image's mean do.")
        : t(
            "The map has no room for a {dim}-dimensional balloon: each circle is as large, beside the distances of " +
              "the nearest points on the map, as r‖σ‖ is beside the distances of the nearest codes.",
            { dim: facts[0].latent_dim },
          );
    this.#all.forEach((balloons, i) => balloons.open(facts[i]));
    this.#tell();
  }

  /** Show them or not. @param {boolean} on */
  turn(on) {
    this.#on = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.element.hidden = !on;
    for (const balloons of this.#all) balloons.turn(on);
    this.#tell();
  }

  dispose() {
    for (const balloons of this.#all) balloons.dispose();
  }

  #resized() {
    for (const balloons of this.#all) balloons.resize(this.radius.value);
    this.#tell();
  }

  /** Say how far the balloons reach, and offer to come closer where they cannot be seen. */
  #tell() {
    const seen = this.#all.flatMap(({ typical }) => (typical && typical.size > 0 ? [typical] : [])),
      r = this.radius.value;
    const [largest] = [...seen].sort((one, other) => other.reach - one.reach),
      reach = largest && r > 0 ? reachSaid(largest.reaches.map((each) => r * each)) : "",
      small = r > 0 && seen.some((typical) => typical.size * r < SMALL);
    say(this.words, [small ? TOO_SMALL : "", reach, this.#points].filter((words) => words).join(" "));
    this.closer.hidden = !small;
  }
}
