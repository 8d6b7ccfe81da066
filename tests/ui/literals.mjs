// Prints as JSON where in the modules that are named a string stands that a person may see and that no catalogue is asked for.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [typescript, headings, ...files] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(typescript);
const HEADINGS = new Set(JSON.parse(headings)); // of the glossary: an entry is named by its English one

const LOOKED_UP = new Set(["t", "plural", "translated"]);
const SEEN = new Set(["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"]); // attributes
const TOLD = new Set(["label", "words", "about", "meaning", "means", "unit", "question", "measured"]); // of objects that are shown
const FIRST = new Set(["select", "segmented", "button", "chip"]); // functions that show what they are called with first
// What the program reads, not a person: selectors, classes, styles, addresses, drawings, commands for a shell.
const NOT_READ = /\bctm-|^[.#[]|var\(|translate\(|rotate\(|oklch\(|color-mix|cubic-bezier|^--|^\?|^<|^[Mm][\d ]|:\/\/|\/continuum|%\{|python -m|^python|prefers-|^grid-/;
// Names that are the same in every language, and the captions that the painter reads, which are English.
const NAMES = /^(AE|VAE|MNIST|Fashion-MNIST|CSV|Parquet|NPZ|JSON|GIF|MP4|KL|log₁₀|N\(0, I\)|top-k|Continuum|DALL·E)$|^a purple cat|^a brown avocado|on a\s+background/;
// What stands for something: what an alert is about, a step of the preparation, a tab, what the server says, what only a programmer reads.
const WORDS_OF_THE_PROGRAM = new Set([
  ...["own picture", "pasted code", "take out", "crop", "grey", "invert", "centre", "stroke", "path race", "data set not on disk", "no longer"],
  ...["continuum import", "/home/me/pictures", "it has no size", "it cannot be decoded", "another page holds the store"],
  ...["button, input, select, a, [tabindex]", "(pointer: coarse)", "(resolution: dppx)", "/one, held out/joint", "/one, seen/joint"],
]);
const PROSE = /\p{L}[\p{L},.;:’']*\s+[\p{L}(“]*\p{L}/u;

const isText = (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
/** The words of a literal, without what is put into it. */
const words = (node) =>
  ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(" ") : node.text;
const nameOf = (expression) => (ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText());

/** What holds a literal, beyond conditions and sums of it. */
function holder(node) {
  let inner = node,
    outer = node.parent;
  while (
    (ts.isConditionalExpression(outer) && outer.condition !== inner) ||
    ts.isParenthesizedExpression(outer) ||
    (ts.isBinaryExpression(outer) && !/[=!]==/.test(outer.operatorToken.getText()))
  )
    [inner, outer] = [outer, outer.parent];
  return [inner, outer];
}

/** Whether a person may see it. */
function isShown(node) {
  const text = words(node).trim();
  if (!/\p{L}{2}/u.test(text) || NOT_READ.test(text) || NAMES.test(text)) return false;
  if (WORDS_OF_THE_PROGRAM.has(text.replace(/\s+/g, " "))) return false;
  const [inner, outer] = holder(node);
  if (ts.isCallExpression(outer)) {
    const name = nameOf(outer.expression),
      place = outer.arguments.indexOf(inner);
    if (name === "h") return place > 1 || (place > 0 && PROSE.test(text));
    if (name === "say" && place === 1) return true;
    if (FIRST.has(name) && place === 0) return true;
    if (/^(querySelector|querySelectorAll|closest|matches)$/.test(name)) return false;
  }
  if (ts.isPropertyAssignment(outer)) {
    const name = outer.name.getText().replaceAll('"', "");
    if (outer.name === inner) return false;
    if (SEEN.has(name) || TOLD.has(name)) return true;
    if (["class", "style", "entry", "lane"].includes(name)) return false;
  }
  if (ts.isNewExpression(outer) && /^(RangeError|TypeError|URL|RegExp)$/.test(outer.expression.getText())) return false; // a programmer's
  if (ts.isBinaryExpression(node.parent) && /[=!]==/.test(node.parent.operatorToken.getText())) return false;
  if (HEADINGS.has(text)) return false;
  if (ts.isArrayLiteralExpression(outer) && ts.isArrayLiteralExpression(outer.parent) && outer.elements.indexOf(inner) > 0) return true;
  return PROSE.test(text);
}

const found = [];
for (const file of files) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isCaseClause(node.parent ?? node)) return;
    // The sentences themselves are looked for elsewhere; what is put into them is looked at here.
    if (ts.isCallExpression(node) && LOOKED_UP.has(nameOf(node.expression))) return void node.arguments.filter(ts.isObjectLiteralExpression).forEach(visit);
    if (isText(node) && isShown(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
console.log(JSON.stringify(found, null, 1));
