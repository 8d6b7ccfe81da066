// @ts-check
/** Pictures that are dropped on a page, or pasted while it is open. */

/**
 * @param {HTMLElement} page @param {(file: File) => void} take @param {AbortSignal} signal
 */
export function arrivals(page, take, signal) {
  const holdsFiles = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const over = (/** @type {DragEvent} */ event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault(); // which lets it be dropped here
    page.toggleAttribute("data-dropping", true);
  };
  const leave = (/** @type {DragEvent} */ event) => {
    if (!page.contains(/** @type {Node|null} */ (event.relatedTarget))) page.removeAttribute("data-dropping");
  };
  const drop = (/** @type {DragEvent} */ event) => {
    page.removeAttribute("data-dropping");
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    take(file);
  };
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return; // text is for the field that it is pasted into
    event.preventDefault();
    take(file);
  };
  page.addEventListener("dragover", over, { signal });
  page.addEventListener("dragleave", leave, { signal });
  page.addEventListener("drop", drop, { signal });
  window.addEventListener("paste", paste, { signal });
}
