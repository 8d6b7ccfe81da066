// @ts-check
/** Trainings on the Models page: what to train, and those that are under way. */
import { Alerts } from "../../core/alerts.js";
import { BASE } from "../../core/base.js";
import { fill, h, select } from "../../core/dom.js";
import { askJson, tellJson, Unreachable } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { follow } from "../../core/theme.js";
import { ABOUT, FIRST, MORE, OFFLINE, TRAIN } from "../../text/learning.js";
import { plainName, untaken } from "./choosing.js";
import { field } from "./fields.js";
import { Following, mayAsk } from "./following.js";
import { LearningRow } from "./learningrow.js";

/** @typedef {import("./following.js").Training} Training */

const following = new Following(); // of this tab
/** @type {WeakMap<HTMLElement, Learning>} */
const mounted = new WeakMap();

/** Called by Streamlit at every change of the theme. @param {{parentElement: HTMLElement}} component */
export function mount({ parentElement }) {
  const panel = mounted.get(parentElement) ?? new Learning(parentElement);
  mounted.set(parentElement, panel);
  follow(panel.root);
  return () => {
    mounted.delete(parentElement);
    panel.dispose();
  };
}

class Learning {
  #gone = new AbortController();
  /** @type {Map<string, import("./fields.js").Field>} by setting */
  #fields = new Map();
  /** @type {Map<string, LearningRow>} by id */
  #rows = new Map();
  /** @type {string[]} names of the trainings that are told of */
  #names = [];
  #named = false; // by hand

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.data = select(t("Data set"), [], "", () => this.#name());
    this.name = h("input", {
      class: "ctm-field",
      maxlength: 64,
      "aria-label": t("Name"),
      required: true,
      oninput: () => (this.#named = true),
    });
    this.first = h("span", { class: "ctm-line ctm-shape" });
    this.more = h("div", { class: "ctm-line ctm-shape ctm-moresettings" });
    this.button = h("button", { type: "button", class: "ctm-chip ctm-main", title: ABOUT, onclick: () => this.#start() }, TRAIN);
    this.allow = h(
      "button",
      { type: "button", class: "ctm-chip", title: t("The browser says so, also while you look at another window"), onclick: this.#allow },
      t("Tell me when one is done"),
    );
    this.form = h(
      "div",
      { class: "ctm-card ctm-import", role: "form", "aria-label": t("New training") },
      h(
        "div",
        { class: "ctm-line ctm-shape" },
        h("label", {}, t("Data"), this.data),
        this.first,
        h("label", {}, t("Name"), this.name),
        this.button,
      ),
      h("details", {}, h("summary", {}, MORE), this.more),
    );
    this.list = h("div", { class: "ctm-sets", "aria-label": t("Trainings"), role: "group" });
    this.root = h("section", { class: "ctm-root ctm-pictures", "aria-label": t("Trainings") });
    this.alerts = new Alerts(this.root);
    this.root.append(this.form, this.alerts.element, this.allow, this.list);
    parent.append(this.root);
    this.allow.hidden = true;
    following.onlist = (trainings) => this.#show(trainings);
    following.onfail = (error) => this.#tell(error instanceof Unreachable && error.away ? new Error(OFFLINE) : error);
    this.#open();
  }

  dispose() {
    this.#gone.abort();
    following.onlist = following.onfail = () => {};
    for (const row of this.#rows.values()) row.dispose();
    this.root.remove();
  }

  async #open() {
    following.look(BASE);
    try {
      const { fields, data } = await askJson(`${BASE}/continuum/learning/fields`, { signal: this.#gone.signal });
      const there = data.filter((/** @type {{there: boolean}} */ each) => each.there);
      fill(
        this.data,
        there.map((/** @type {{name: string, title: string}} */ { name, title }) => [name, title]),
        there[0]?.name ?? "",
      );
      for (const described of fields) this.#fields.set(described.name, field(described));
      for (const [name, { element }] of this.#fields) if (!FIRST.includes(name)) this.more.append(element);
      for (const name of FIRST) this.first.append(this.#fields.get(name)?.element ?? "");
      this.first.addEventListener("change", () => this.#name());
      this.#name();
    } catch (error) {
      this.#tell(error);
    }
  }

  /** A name that says what it is, until one is written. */
  #name() {
    if (this.#named) return;
    const say = (/** @type {string} */ name) => String(this.#fields.get(name)?.value() ?? "");
    this.name.value = untaken(plainName([this.data.value, say("latent_dim"), say("model")].join("-")), this.#names);
  }

  async #start() {
    this.alerts.tell("", "training");
    const settings = Object.fromEntries([...this.#fields].map(([name, { value }]) => [name, value()]));
    try {
      await tellJson(`${BASE}/continuum/learning`, { ...settings, name: this.name.value, data: this.data.value });
      this.#named = false;
    } catch (error) {
      this.#tell(error);
    }
    await following.look(BASE);
  }

  #allow = async () => {
    await Notification.requestPermission();
    this.allow.hidden = true;
  };

  /** @param {Training[]} trainings the newest first */
  #show(trainings) {
    this.#names = trainings.map(({ name }) => name);
    const gone = [...this.#rows].filter(([id]) => !trainings.some((training) => training.id === id));
    for (const [id, row] of gone) {
      row.dispose();
      this.#rows.delete(id);
    }
    for (const training of [...trainings].reverse()) {
      let row = this.#rows.get(training.id);
      if (!row) {
        row = new LearningRow(
          training,
          BASE,
          () => following.look(BASE),
          (error) => this.#tell(error),
        );
        this.#rows.set(training.id, row);
        this.list.prepend(row.element);
      }
      row.show(training);
    }
    this.allow.hidden = !mayAsk() || !trainings.some(({ state }) => state === "waiting" || state === "working");
    this.#name();
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!this.#gone.signal.aborted) this.alerts.tell(/** @type {Error} */ (error).message, "training");
  }
}
