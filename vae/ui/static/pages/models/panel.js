// @ts-check
/** Importing pictures of one's own on the Models page: choosing them, how they are brought to one shape, how far it is, what came of it. */
import { Alerts } from "../../core/alerts.js";
import { BASE } from "../../core/base.js";
import { h, say, segmented } from "../../core/dom.js";
import { askJson } from "../../core/fetching.js";
import { t } from "../../core/language.js";
import { follow } from "../../core/theme.js";
import { AS_FOUND, DROP, fileCount, FITS, IMPORT_STEPS, megabytes, SHARE } from "../../text/pictures.js";
import { droppedIn, filesOf, plainName, untaken, uploadOf } from "./choosing.js";
import { card } from "./sets.js";
import { Work } from "./work.js";

/** @typedef {import("./choosing.js").Upload} Upload */

const work = new Work(); // of this tab
/** @type {WeakMap<HTMLElement, Panel>} */
const mounted = new WeakMap();

/** Called by Streamlit at every change of the theme. @param {{parentElement: HTMLElement}} component */
export function mount({ parentElement }) {
  const panel = mounted.get(parentElement) ?? new Panel(parentElement);
  mounted.set(parentElement, panel);
  follow(panel.root);
  return () => {
    mounted.delete(parentElement);
    panel.dispose();
  };
}

class Panel {
  /** What is sent, or a folder of the server. @type {Upload|string|null} */
  #source = null;
  /** @type {string[]} names of the data sets that are there */
  #names = [];
  #gone = new AbortController();
  #listed = new AbortController(); // the cards that are shown
  #fit = "crop";
  #told = "";

  /** @param {HTMLElement} parent */
  constructor(parent) {
    const many = this.#input(t("Choose files"), { multiple: true });
    const whole = this.#input(t("Choose a folder"), { webkitdirectory: true });
    this.chosen = h("span", { class: "ctm-quiet", role: "status" });
    this.folder = h("input", { class: "ctm-field", placeholder: "/home/me/pictures", oninput: () => this.#name(this.folder.value) });
    this.here = h("label", { class: "ctm-line", hidden: true }, t("or a folder on the server"), this.folder);
    this.drop = h(
      "div",
      { class: "ctm-drop", ondragover: this.#over, ondragleave: this.#over, ondrop: this.#dropped },
      h("span", {}, DROP),
      h("span", { class: "ctm-line" }, many, whole),
      this.here,
      this.chosen,
    );
    this.name = h("input", { class: "ctm-field", maxlength: 64, "aria-label": t("Name"), required: true });
    this.side = h("input", {
      class: "ctm-field ctm-side",
      type: "number",
      min: 8,
      max: 512,
      placeholder: t("as found"),
      title: AS_FOUND,
      "aria-label": t("Side in pixels"),
    });
    this.share = h("input", { class: "ctm-field ctm-fewdigits", type: "number", min: 0, max: 90, value: 10, title: SHARE });
    this.background = h("input", { type: "color", value: "#ffffff", title: t("Behind what is transparent and around what is padded") });
    this.grey = h("input", { type: "checkbox" });
    this.button = h("button", { type: "button", class: "ctm-chip ctm-main", onclick: () => this.form.requestSubmit() }, t("Import"));
    const fit = segmented(t("Fit"), FITS, this.#fit, (value) => (this.#fit = value));
    this.form = h(
      "form",
      { class: "ctm-line ctm-shape", onsubmit: this.#start, onkeydown: this.#entered },
      h("label", {}, t("Name"), this.name),
      h("label", {}, t("Side"), this.side),
      h("label", {}, t("For testing, %"), this.share),
      fit.element,
      h("label", {}, t("Background"), this.background),
      h("label", {}, this.grey, t("Grey")),
      this.button,
    );
    this.stop = h("button", { type: "button", class: "ctm-chip", onclick: () => work.stop() }, t("Stop"));
    this.bar = h("progress", { max: 1, value: 0, "aria-label": t("Import") });
    this.words = h("span", { role: "status" });
    this.going = h("div", { class: "ctm-line ctm-going", hidden: true }, this.bar, this.words, this.stop);
    this.sets = h("div", { class: "ctm-sets" });
    this.root = h("section", { class: "ctm-root ctm-pictures", "aria-label": t("Your pictures") });
    this.alerts = new Alerts(this.root);
    this.root.append(h("div", { class: "ctm-card ctm-import" }, this.drop, this.form, this.going), this.alerts.element, this.sets);
    parent.append(this.root);
    work.onchange = () => this.#show();
    this.#show();
    this.#open();
  }

  dispose() {
    this.#gone.abort();
    this.#listed.abort();
    work.onchange = () => {};
    this.root.remove();
  }

  /** What is there, and what is under way. */
  async #open() {
    await this.#list();
    try {
      const { folders } = await askJson(`${BASE}/continuum/imports`, { signal: this.#gone.signal });
      this.here.hidden = !folders;
      if (!work.busy) await work.takeUp(BASE);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #list() {
    try {
      const sets = await askJson(`${BASE}/continuum/datasets`, { signal: this.#gone.signal });
      this.#names = sets.map((/** @type {{name: string}} */ set) => set.name);
      this.#listed.abort();
      const { signal } = (this.#listed = new AbortController());
      this.sets.replaceChildren(...sets.map((/** @type {import("./sets.js").Imported} */ set) => card(set, BASE, signal)));
    } catch (error) {
      this.#tell(error);
    }
  }

  /** A button that opens the browser's own choice of files. @param {string} label @param {Record<string, boolean>} properties */
  #input(label, properties) {
    const input = h("input", { type: "file", class: "ctm-spoken", "aria-label": label, ...properties });
    input.addEventListener("change", () => {
      this.#take(() => filesOf(input));
      input.value = ""; // so that the same choice counts again
    });
    return h("label", { class: "ctm-chip" }, input, label);
  }

  /** @param {DragEvent} event */
  #over = (event) => {
    event.preventDefault();
    this.drop.toggleAttribute("data-over", event.type === "dragover");
  };

  /** @param {DragEvent} event */
  #dropped = (event) => {
    event.preventDefault();
    this.drop.removeAttribute("data-over");
    const { dataTransfer } = event;
    if (dataTransfer) this.#take(() => droppedIn(dataTransfer));
  };

  /** @param {() => import("./archive.js").Chosen[] | Promise<import("./archive.js").Chosen[]>} files */
  async #take(files) {
    try {
      const taken = uploadOf(await files());
      this.#choose(taken, taken.called, `${fileCount(taken.files)}, ${megabytes(taken.size)}`);
      this.folder.value = "";
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {string} folder of the server */
  #name(folder) {
    if (folder.trim()) this.#choose(folder.trim(), plainName(folder.trim().replace(/[\\/]+$/, "")), "");
  }

  /** @param {Upload|string} source @param {string} called @param {string} words */
  #choose(source, called, words) {
    this.#source = source;
    this.name.value = untaken(called, this.#names);
    say(this.chosen, words);
    this.alerts.tell("", "import");
    this.#show();
  }

  /** Enter in a field imports, too. @param {KeyboardEvent} event */
  #entered = (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) this.form.requestSubmit();
  };

  /** @param {SubmitEvent} event */
  #start = (event) => {
    event.preventDefault();
    if (!this.#source || work.busy) return;
    this.alerts.tell("", "import");
    const { name, side, share, background, grey } = this;
    work.start(BASE, this.#source, {
      name: name.value,
      size: Number(side.value),
      test_share: share.valueAsNumber / 100,
      fit: this.#fit,
      background: background.value,
      grey: grey.checked,
    });
  };

  /** How far it is. */
  #show() {
    const { step, name, share, words } = work.state,
      { busy } = work;
    this.going.hidden = !busy;
    this.bar.value = share;
    say(this.words, busy ? `${name}: ${IMPORT_STEPS[step]} ${Math.floor(100 * share)} %${words ? `, ${words}` : ""}` : "");
    this.button.disabled = busy || !this.#source;
    if (step === this.#told) return;
    this.#told = step;
    if (step === "failed") this.alerts.tell(words, "import");
    if (step === "ready") this.#done();
  }

  #done() {
    this.#source = null;
    this.name.value = "";
    say(this.chosen, "");
    this.#show();
    this.#list();
  }

  /** @param {unknown} error */
  #tell(error) {
    if (!this.#gone.signal.aborted) this.alerts.tell(/** @type {Error} */ (error).message, "import");
  }
}
