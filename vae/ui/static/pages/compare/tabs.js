// @ts-check
/** The seven comparisons, and the way from A to B that two of them share. */
import { Dice } from "./dice.js";
import { Freedom } from "./freedom.js";
import { Ground } from "./ground.js";
import { Path } from "./path.js";
import { Plane } from "./plane.js";
import { YourPicture } from "./picture.js";
import { Race } from "./race.js";
import { Way } from "./way.js";

export class Tabs {
  way;
  dice;
  plane;
  path;
  race;
  freedom;
  ground;
  picture;

  /**
   * @param {import("./shared.js").Shared} shared @param {import("./choice.js").Choice} choice
   * @param {{focus: () => HTMLElement|null, root: HTMLElement, come: () => void}} hand
   *   where the keyboard goes when the plane's button does; where a picture of somebody's own is dropped, and that it has come
   */
  constructor(shared, choice, hand) {
    this.way = new Way(shared);
    this.dice = new Dice(shared);
    this.plane = new Plane(shared, choice, hand.focus);
    this.path = new Path(shared, this.way);
    this.freedom = new Freedom(shared, () => this.dice.seed);
    this.ground = new Ground(shared);
    this.race = new Race(shared, this.way);
    this.picture = new YourPicture(shared, hand.root, hand.come);
  }

  /** @param {string} name @returns {import("./shared.js").Tab} */
  of(name) {
    const { dice, plane, path, race, freedom, ground, picture } = this;
    const tab = { dice, plane, path, race, freedom, ground, picture }[name];
    if (!tab) throw new RangeError(`there is no comparison ${name}`);
    return tab;
  }

  /** What is shown for one tab, or for two. */
  get controls() {
    return [this.dice, this.plane, this.path, this.freedom, this.ground, this.picture].map((tab) => tab.controls);
  }

  /** Take what an address names. @param {import("../../core/types.js").View} view */
  read(view) {
    for (const part of [this.dice, this.freedom, this.way, this.picture]) part.read(view);
  }

  /** Their parts of the address. */
  get views() {
    const { path, ...ends } = this.way.view;
    return { path, ends, draws: { ...this.dice.view, ...this.freedom.view, ...this.picture.view } };
  }
}
