/** Slack's limits as a table: what is counted, how much is allowed, and what a message uses of it. */

const texts = (blocks, type, read) => blocks.filter((block) => block.type === type).map(read);
const longest = (list) => Math.max(0, ...list.map((text) => (text ?? "").length));
const elementsOf = (blocks) => blocks.flatMap((block) => [...(block.elements ?? []), block.accessory, block.element].filter(Boolean));
const buttonsOf = (blocks) => elementsOf(blocks).filter((element) => element.type === "button");
const primaries = (blocks) => Math.max(0, ...blocks.map((block) => (block.elements ?? []).filter((element) => element.style === "primary").length));

// [name, allowed, counted]
const OF_BLOCKS = [
  ["Characters of all blocks", 13200, (blocks) => JSON.stringify(blocks).length],
  ["Longest heading", 150, (blocks) => longest(texts(blocks, "header", (block) => block.text?.text))],
  ["Longest section text", 3000, (blocks) => longest(texts(blocks, "section", (block) => block.text?.text))],
  ["Most fields in a section", 10, (blocks) => Math.max(0, ...texts(blocks, "section", (block) => block.fields?.length ?? 0))],
  ["Longest field", 2000, (blocks) => longest(blocks.flatMap((block) => (block.fields ?? []).map((field) => field.text)))],
  ["Most elements in a row of actions", 25, (blocks) => Math.max(0, ...texts(blocks, "actions", (block) => block.elements.length))],
  ["Most elements in a context", 10, (blocks) => Math.max(0, ...texts(blocks, "context", (block) => block.elements.length))],
  ["Longest button", 75, (blocks) => longest(buttonsOf(blocks).map((element) => element.text?.text))],
  ["Longest button value", 2000, (blocks) => longest(buttonsOf(blocks).map((element) => element.value))],
  ["Green buttons in a row", 1, primaries],
  ["Rows of a table", 100, (blocks) => Math.max(0, ...texts(blocks, "table", (block) => block.rows.length))],
  ["Characters of markdown", 12000, (blocks) => texts(blocks, "markdown", (block) => block.text.length).reduce((sum, one) => sum + one, 0)],
];
const OF_MESSAGE = [
  ["Blocks", 50, (message) => message.blocks.length],
  ["Text (phones show it)", 40000, (message) => (message.text ?? "").length],
];
const OF_VIEW = [
  ["Blocks", 100, (view) => view.blocks.length],
  ["Title", 24, (view) => (view.title?.text ?? "").length],
  ["Submit word", 24, (view) => (view.submit?.text ?? "").length],
  ["Close word", 24, (view) => (view.close?.text ?? "").length],
  ["Private metadata", 3000, (view) => (view.private_metadata ?? "").length],
];

const measure = (table, subject) => table.map(([name, allowed, counted]) => ({ name, allowed, used: counted(subject) }));

/** What a message or view uses: [{name, used, allowed}], used ones only. */
export function usage(subject) {
  const table = subject.ts ? OF_MESSAGE : OF_VIEW;
  const whole = { ...subject, blocks: subject.blocks ?? [] };
  return [...measure(table, whole), ...measure(OF_BLOCKS, whole.blocks)].filter((row) => row.used > 0);
}

/** Sentences for everything that Slack would refuse. */
export function excess(subject) {
  return usage(subject)
    .filter((row) => row.used > row.allowed)
    .map((row) => `Slack would refuse this. ${row.name}: ${row.used} of ${row.allowed}.`);
}
