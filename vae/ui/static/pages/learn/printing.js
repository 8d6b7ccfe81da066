// @ts-check
/** Opens the sheet for a class, a document outside Streamlit: its language is that of the address, set before any module reads it. */
document.documentElement.lang = new URLSearchParams(location.search).get("lang") ?? "en";
const { sheet } = await import("./sheet.js");
await sheet(document.body);

export {};
