/** What somebody has filled in but not yet sent, kept through redraws of the same view or message. */

// Where each element keeps its answer, in Slack's own words.
const ANSWER = {
  plain_text_input: "value",
  number_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  rich_text_input: "rich_text_value",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  overflow: "selected_option",
  users_select: "selected_user",
  conversations_select: "selected_conversation",
  channels_select: "selected_channel",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  multi_users_select: "selected_users",
  multi_conversations_select: "selected_conversations",
  multi_channels_select: "selected_channels",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};

/** The key under which an element's answer travels. */
export const answerKey = (type) => ANSWER[type] ?? "value";

/** The key under which a bot gives a first answer. */
export const initialKey = (type) => (answerKey(type) === "value" ? "initial_value" : answerKey(type).replace(/^selected_/, "initial_"));

/** The answers of one view or message: block_id → action_id → {type, …}. */
export class Form {
  constructor() {
    this.values = {};
    this.touched = new Set();
  }

  /** Takes the bot's first answer, unless a person has already given one. */
  begin(blockId, element) {
    const many = answerKey(element.type).endsWith("s");
    if (this.touched.has(`${blockId}/${element.action_id}`)) return this.answer(blockId, element);
    const first = element[initialKey(element.type)] ?? (many ? [] : null);
    this.store(blockId, element, first);
    return first;
  }

  /** A person's answer. */
  put(blockId, element, answer) {
    this.touched.add(`${blockId}/${element.action_id}`);
    this.store(blockId, element, answer);
  }

  store(blockId, element, answer) {
    this.values[blockId] ??= {};
    this.values[blockId][element.action_id] = { type: element.type, [answerKey(element.type)]: answer };
  }

  answer(blockId, element) {
    return this.values[blockId]?.[element.action_id]?.[answerKey(element.type)] ?? null;
  }

  /** The state as Slack sends it, of these blocks only. */
  state(blocks) {
    const ids = new Set(blocks.map((block) => block.block_id));
    return { values: Object.fromEntries(Object.entries(this.values).filter(([blockId]) => ids.has(blockId))) };
  }
}

const number = (value, element) => {
  if (!/^[+-]?(\d+([.,]\d+)?)$/.test(value)) return "Write a number.";
  const read = Number(value.replace(",", "."));
  if (element.is_decimal_allowed === false && !Number.isInteger(read)) return "Write a whole number.";
  if (element.min_value !== undefined && read < Number(element.min_value)) return `Write a number of at least ${element.min_value}.`;
  if (element.max_value !== undefined && read > Number(element.max_value)) return `Write a number of at most ${element.max_value}.`;
  return null;
};

const length = (value, element) => {
  if (element.min_length && value.length < element.min_length) return `Write at least ${element.min_length} characters.`;
  if (element.max_length && value.length > element.max_length) return `Write at most ${element.max_length} characters.`;
  return null;
};

const CHECKS = { number_input: number, plain_text_input: length };
const isEmpty = (answer) => answer === null || answer === undefined || answer === "" || (Array.isArray(answer) && !answer.length);

/** What Slack itself refuses before it asks the bot: {block_id: sentence}. */
export function lacks(blocks, form) {
  const found = {};
  for (const block of blocks.filter((one) => one.type === "input")) {
    const answer = form.answer(block.block_id, block.element);
    const problem = isEmpty(answer) ? (block.optional ? null : "Please fill this in.") : CHECKS[block.element.type]?.(answer, block.element);
    if (problem) found[block.block_id] = problem;
  }
  return found;
}
