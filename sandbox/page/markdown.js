/** Draws the markdown block's own dialect: headings, lists, quotes, tables, code, bold, italics, links. */
import { h } from "./dom.js";
import { link } from "./mrkdwn.js";

/** Nodes of a Markdown text. */
export function markdown(text) {
  const lines = text.replace(/\r/g, "").split("\n");
  const nodes = [];
  while (lines.length) nodes.push(...take(lines));
  return nodes;
}

// In order: the first kind of paragraph whose opening line fits takes as many lines as are its own.
const KINDS = [
  [/^```/, fence],
  [/^#{1,6} /, (lines) => h("h4", {}, inline(lines.shift().replace(/^#+ /, "")))],
  [/^ {0,3}(-{3,}|\*{3,})\s*$/, (lines) => lines.shift() && h("hr")],
  [/^\s*[-*+] /, (lines) => items(lines, "ul", /^\s*[-*+] (.*)$/)],
  [/^\s*\d+[.)] /, (lines) => items(lines, "ol", /^\s*\d+[.)] (.*)$/)],
  [/^> ?/, (lines) => h("blockquote", {}, inline(while_(lines, /^> ?(.*)$/).join("\n")))],
  [/^\|.*\|\s*$/, table],
];

function take(lines) {
  if (!lines[0].trim()) {
    lines.shift();
    return [];
  }
  const kind = KINDS.find(([opening]) => opening.test(lines[0]));
  return [kind ? kind[1](lines) : paragraph(lines)];
}

function while_(lines, pattern) {
  const taken = [];
  while (lines.length && pattern.test(lines[0])) taken.push(pattern.exec(lines.shift())[1]);
  return taken;
}

function fence(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !lines[0].startsWith("```")) code.push(lines.shift());
  lines.shift();
  return h("pre", {}, code.join("\n"));
}

const items = (lines, tag, pattern) => h(tag, {}, while_(lines, pattern).map((item) => h("li", {}, inline(item))));

function paragraph(lines) {
  const taken = [];
  while (lines.length && lines[0].trim() && !(taken.length && KINDS.some(([opening]) => opening.test(lines[0])))) taken.push(lines.shift());
  return h("p", {}, inline(taken.join("\n")));
}

function table(lines) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const rows = while_(lines, /^(\|.*\|)\s*$/).map(cells).filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
  const [head, ...body] = rows;
  const line = (tag) => (row) => h("tr", {}, row.map((cell) => h(tag, {}, inline(cell))));
  return h("table", {}, h("thead", {}, line("th")(head)), h("tbody", {}, body.map(line("td"))));
}

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|~~(.+?)~~|\[([^\]]+)\]\(([^)\s]+)\)/g;

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(from, match.index), marked(match));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}

function marked([, code, bold, strong, italic, slanted, strike, label, address]) {
  if (code) return h("code", {}, code);
  if (bold ?? strong) return h("strong", {}, inline(bold ?? strong));
  if (italic ?? slanted) return h("em", {}, inline(italic ?? slanted));
  if (strike) return h("s", {}, inline(strike));
  return link(address, label);
}
