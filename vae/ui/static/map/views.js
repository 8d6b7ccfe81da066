// @ts-check
/** What stands on the map: images as points, images as small pictures, or what the decoder makes of every place. */
import { segmented } from "../core/dom.js";
import { t } from "../core/language.js";

/** @typedef {"points"|"pictures"|"terrain"} MapView */

export class ViewChoice {
  /** @type {MapView} */
  #view = "points";
  #segments;
  #show;

  /** @param {(view: MapView) => void} show @param {() => void} onchoose a hand has chosen */
  constructor(show, onchoose) {
    this.#show = show;
    this.#segments = segmented(
      t("View of the map"),
      [
        ["points", t("points"), t("Each image of the test set is a point, in the colour of its class")],
        ["pictures", t("pictures"), t("The images themselves in place of points; zoomed out, the mean picture of each neighbourhood")],
        ["terrain", t("terrain"), t("What the decoder makes of every place, also where there is no image")],
      ],
      "points",
      (/** @type {MapView} */ view) => {
        this.#turn(view);
        onchoose();
      },
    );
    this.element = this.#segments.element;
  }

  /** What the address keeps. @returns {import("../core/types.js").View} */
  get view() {
    return this.#view === "points" ? {} : { show: this.#view };
  }

  /** Show what the address says; a floor of pictures is an older word for terrain. @param {import("../core/types.js").View} view */
  open({ show, floor }) {
    const view = show ?? (floor === "pictures" ? "terrain" : "points");
    this.#turn(/** @type {MapView} */ (view));
  }

  /** @param {MapView} view */
  #turn(view) {
    this.#view = view;
    this.#segments.choose(view);
    this.#show(view);
  }
}
