// @ts-check
/** Whether a hand has begun something new: a press, a turn of the wheel, a key. */

export class Gesture {
  #begun = false;
  /** @type {EventTarget|null} the field that the keys go to */
  #typing = null;

  /** @param {HTMLElement} element in which hands are at work @param {AbortSignal} signal ends it */
  constructor(element, signal) {
    const begin = () => {
      this.#begun = true;
      this.#typing = null;
    };
    for (const type of ["pointerdown", "wheel", "drop", "paste"])
      element.addEventListener(type, begin, { capture: true, passive: true, signal });
    element.addEventListener("keydown", (event) => this.#press(event), { capture: true, signal });
  }

  /** Whether one has begun since the last was taken. */
  get begun() {
    return this.#begun;
  }

  /** What has begun is dealt with. */
  take() {
    this.#begun = false;
  }

  /** Keys that follow each other on one slider, or in one field, are one gesture. @param {KeyboardEvent} event */
  #press({ target, key, ctrlKey, metaKey }) {
    if (key === "Tab" || ctrlKey || metaKey) return;
    const typing = target instanceof HTMLInputElement ? target : null;
    if (!typing || typing !== this.#typing) this.#begun = true;
    this.#typing = typing;
  }
}
