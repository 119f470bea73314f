/** Draws rich_text blocks: sections, lists, quotes and preformatted text. */
import { h } from "./dom.js";
import { formatDate } from "./dates.js";
import { emoji } from "./emoji.js";
import { channelMention, link, userMention } from "./mrkdwn.js";

/** Nodes of a rich_text block. */
export function richText(block) {
  return nested((block.elements ?? []).map((part) => [part.indent ?? 0, PARTS[part.type]?.(part) ?? h("p", { class: "refused" }, `Cannot be shown: unknown rich text "${part.type}"`)]));
}

function nested(pairs) {
  return pairs.map(([indent, node]) => {
    if (indent) node.style.marginLeft = `${indent * 20}px`;
    return node;
  });
}

const run = (elements) => (elements ?? []).map((element) => styled(element, PIECES[element.type]?.(element) ?? `[${element.type}]`));

function styled(element, node) {
  const style = element.style ?? {};
  let shown = node;
  if (style.code) shown = h("code", {}, shown);
  if (style.bold) shown = h("strong", {}, shown);
  if (style.italic) shown = h("em", {}, shown);
  if (style.strike) shown = h("s", {}, shown);
  return shown;
}

const list = (part) => h(part.style === "ordered" ? "ol" : "ul", { start: part.offset ? part.offset + 1 : null }, part.elements.map((item) => h("li", {}, run(item.elements))));

const PARTS = {
  rich_text_section: (part) => h("div", { class: "line" }, run(part.elements)),
  rich_text_list: list,
  rich_text_quote: (part) => h("blockquote", {}, run(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, run(part.elements)),
};

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text ?? null),
  emoji: (piece) => emoji(piece.name) ?? `:${piece.name}:`,
  user: (piece) => userMention(piece.user_id),
  usergroup: (piece) => h("span", { class: "mention" }, `@${piece.usergroup_id}`),
  channel: (piece) => channelMention(piece.channel_id),
  broadcast: (piece) => h("span", { class: "mention loud" }, `@${piece.range}`),
  date: (piece) => formatDate(Number(piece.timestamp), piece.format ?? "{date}") ?? piece.fallback ?? "",
  color: (piece) => piece.value,
};
