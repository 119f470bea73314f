/** Draws Block Kit's blocks: a table of drawers, one per type, and a red line for what nobody knows. */
import { chart } from "./charts.js";
import { h } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { textOf, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/** Nodes of all blocks; `desk` as in elements.js but without blockId. `errors` is {block_id: sentence}. */
export function drawBlocks(blocks, desk, errors = {}) {
  return blocks.map((block) => drawBlock(block, { ...desk, blockId: block.block_id, error: errors[block.block_id] }));
}

function drawBlock(block, desk) {
  const draw = DRAWERS[block.type];
  const node = draw ? draw(block, desk) : h("p", { class: "refused", role: "note" }, `Cannot be shown: unknown block "${block.type}"`);
  node.classList.add("block", `block-${block.type}`);
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}

const header = (block) => h("h3", {}, textOf(block.text));
const divider = () => h("hr");
const context = (block, desk) => h("div", {}, block.elements.map((element) => (element.type === "image" ? picture(element, "tiny") : element.type === "mrkdwn" || element.type === "plain_text" ? h("span", {}, textOf(element)) : drawElement(element, desk))));
const actions = (block, desk) => h("div", { role: "group", "aria-label": "Actions" }, block.elements.map((element) => drawElement(element, desk)));

function section(block, desk) {
  const accessory = block.accessory;
  const fields = block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "fact" }, textOf(field)))) : null;
  const text = h("div", { class: "words" }, block.text ? h("div", { class: "text" }, textOf(block.text)) : null, fields);
  const named = accessory && accessory.type !== "image" ? { ...desk, label: accessory.accessibility_label ?? (accessory.text ? null : words(block.text) || null) } : desk;
  const beside = accessory ? (accessory.type === "image" ? picture(accessory, "thumb") : drawElement(accessory, named)) : null;
  return h("div", {}, text, beside ? h("div", { class: "accessory" }, beside) : null);
}

let labels = 0;

function inputBlock(block, desk) {
  const id = `label-${(labels += 1)}`;
  const control = drawElement(block.element, { ...desk, quiet: !block.dispatch_action, label: words(block.label) });
  const below = [];
  if (block.hint) below.push(h("p", { class: "hint", id: `${id}-hint` }, textOf(block.hint)));
  if (desk.error) below.push(h("p", { class: "error", id: `${id}-error`, "data-testid": `error-${block.block_id}` }, desk.error));
  if (below.length) control.setAttribute("aria-describedby", below.map((one) => one.id).join(" "));
  if (desk.error) control.setAttribute("aria-invalid", "true");
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  return h("div", {}, h("div", { class: "label", id }, textOf(block.label), optional), control, below);
}

const FILE_ADDRESS = /\/files(?:-pri)?\/([^/?#]+)/;

/** A picture by its address or by its file; one from elsewhere is not fetched, its words are shown. */
export function picture(block, size = "") {
  const address = block.image_url ?? block.slack_file?.url ?? "";
  const id = block.slack_file?.id ?? FILE_ADDRESS.exec(address)?.[1];
  const inside = id || address.startsWith("data:image/") || (address && new URL(address, location).origin === location.origin);
  const words = () => h("span", { class: "no-picture" }, `Picture: ${block.alt_text ?? "no words given"}`);
  if (!inside) return words();
  const source = id ? `/sandbox/files/${encodeURIComponent(id)}` : address;
  const instead = () => image.replaceWith(words());
  const image = h("img", { class: size, src: source, alt: block.alt_text ?? "", loading: "lazy", onerror: instead });
  return image;
}

function image(block) {
  return h("figure", {}, block.title ? h("figcaption", {}, textOf(block.title)) : null, picture(block, "large"));
}

function table(block, desk) {
  const setting = (index) => block.column_settings?.[index] ?? {};
  const cell = (tag) => (value, index) => h(tag, { class: `${setting(index).align ?? "left"} ${setting(index).is_wrapped ? "" : "one-line"}`, scope: tag === "th" ? "col" : null }, cellOf(value, desk));
  const [head, ...rows] = block.rows;
  const body = rows.map((row) => h("tr", {}, row.map(cell("td"))));
  return h("div", { tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, body)));
}

function cellOf(value) {
  if (value.type === "rich_text") return richText(value);
  return [String(value.text ?? value.value ?? value.number ?? "")];
}

function alert(block) {
  return h("div", { class: block.level ?? "default", role: "note" }, textOf(block.text));
}

function file(block) {
  return h("p", { class: "file-block" }, `File ${block.external_id ?? ""}`);
}

function card(block, desk) {
  const part = (name) => (block[name] ? h("div", { class: `card-${name}` }, textOf(block[name])) : null);
  const picked = block.hero_image ? picture(block.hero_image, "large") : null;
  const done = block.actions ? h("div", { class: "buttons" }, block.actions.map((element) => drawElement(element, desk))) : null;
  return h("div", {}, picked, part("title"), part("subtitle"), part("body"), done);
}

const carousel = (block, desk) => h("div", {}, block.elements.map((one) => drawBlock(one, desk)));

function container(block, desk) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textOf(block.title);
  const details = h("details", {}, h("summary", {}, title), drawBlocks(block.child_blocks, desk));
  details.open = !block.default_collapsed;
  return details;
}

const DRAWERS = {
  header,
  section,
  actions,
  context,
  context_actions: actions,
  divider,
  input: inputBlock,
  image,
  table,
  data_table: table,
  data_visualization: chart,
  rich_text: (block) => h("div", {}, richText(block)),
  markdown: (block) => h("div", {}, markdown(block.text ?? "")),
  alert,
  file,
  card,
  carousel,
  container,
};

/** Block types that can be drawn; the test of this table walks it. */
export const KNOWN_BLOCKS = Object.keys(DRAWERS);
