/** Draws Block Kit's interactive elements and reports what a person does with them. */
import { chooser } from "./chooser.js";
import { h, icon, safeLink } from "./dom.js";
import { answerKey } from "./form.js";
import { openMenu } from "./menu.js";
import { plain, textOf, words } from "./mrkdwn.js";
import { channelName, room } from "./store.js";

/**
 * An element's node. `desk` is where it stands: {form, blockId, act(element, answer), options(element, query), label?, quiet?};
 * `quiet` elements only fill the form, the others also tell the bot at once.
 */
export function drawElement(element, desk) {
  const draw = DRAWERS[element.type];
  return draw ? draw(element, desk) : unknown(element.type);
}

/** A thing this page (or Slack) does not know, said plainly. */
export function unknown(type) {
  return h("span", { class: "refused", role: "note" }, `Cannot be shown: unknown element "${type}"`);
}

const testid = (element) => `action-${element.action_id}`;
const nameOf = (element, desk) => desk.label ?? element.accessibility_label ?? (words(element.placeholder) || null);

function report(element, desk, answer) {
  desk.form.put(desk.blockId, element, answer);
  if (!desk.quiet) desk.act(element, { [answerKey(element.type)]: answer });
}

function button(element, desk) {
  const press = (event) => {
    if (element.url) open(safeLink(element.url), "_blank", "noopener");
    desk.act(element, { value: element.value }, event.currentTarget);
  };
  const props = { type: "button", class: `button ${element.style ?? ""}`, "data-testid": testid(element), "aria-label": element.accessibility_label, onclick: press };
  return h("button", props, textOf(element.text));
}

function overflow(element, desk) {
  const items = element.options.map((option) => ({
    label: words(option.text),
    note: option.description ? words(option.description) : null,
    testid: `option-${option.value}`,
    pick: () => {
      if (option.url) open(safeLink(option.url), "_blank", "noopener");
      desk.act(element, { selected_option: option }, dots);
    },
  }));
  const dots = h("button", { type: "button", class: "button more", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": element.accessibility_label ?? "More actions", "data-testid": testid(element), onclick: () => openMenu(dots, "More actions", items) }, icon("dots"));
  return dots;
}

const fromOption = (option, group) => ({ key: option.value, label: option.text, note: option.description, group, option });
const ofOptions = (element) => (element.options ?? []).map((option) => fromOption(option));
const ofGroups = (element) => (element.option_groups ?? []).flatMap((group) => group.options.map((option) => fromOption(option, words(group.label))));
const narrow = (list, query) => list.filter((one) => words(one.label).toLowerCase().includes(query.toLowerCase()));
const ofPeople = () => room.state.people.map((one) => ({ key: one.id, label: { type: "plain_text", text: one.name }, note: one.title ? { type: "plain_text", text: one.title } : null }));
const ofChannels = () => room.state.channels.filter((one) => one.kind !== "dm").map((one) => ({ key: one.id, label: { type: "plain_text", text: `#${channelName(one)}` } }));

// What a select offers, and whether its answer is the option itself or its key.
const SOURCES = {
  static: { list: (element) => [...ofOptions(element), ...ofGroups(element)], whole: true },
  external: { ask: true, whole: true },
  users: { list: ofPeople, whole: false },
  conversations: { list: ofChannels, whole: false },
  channels: { list: ofChannels, whole: false },
};

function select(element, desk) {
  const many = element.type.startsWith("multi_");
  const source = SOURCES[element.type.replace("multi_", "").replace("_select", "")];
  const all = source.ask ? [] : source.list(element);
  const toAnswer = (one) => (source.whole ? one.option : one.key);
  const first = [desk.form.begin(desk.blockId, element)].flat().filter(Boolean);
  const find = (answer) => (source.whole ? fromOption(answer) : all.find((one) => one.key === answer));
  return chooser({
    many,
    search: Boolean(source.ask) || all.length > 7,
    least: source.ask ? (element.min_query_length ?? 3) : 0,
    source: source.ask ? (query) => asked(element, desk, query) : async (query) => narrow(all, query),
    chosen: first.map(find).filter(Boolean),
    placeholder: words(element.placeholder) || (many ? "Choose one or more" : "Choose"),
    testid: testid(element),
    label: nameOf(element, desk),
    onChange: (list) => report(element, desk, many ? list.map(toAnswer) : toAnswer(list[0])),
  });
}

async function asked(element, desk, query) {
  const answer = await desk.options(element, query);
  return [...ofOptions(answer), ...ofGroups(answer)];
}

function input(type, extra = () => ({})) {
  return (element, desk) => {
    const field = h("input", { type, class: "field", "data-testid": testid(element), "aria-label": nameOf(element, desk), placeholder: words(element.placeholder) || null, value: desk.form.begin(desk.blockId, element) ?? "", autocomplete: "off", ...extra(element) });
    return filled(field, element, desk);
  };
}

function filled(field, element, desk) {
  field.addEventListener("input", () => desk.form.put(desk.blockId, element, field.value || null));
  const hears = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!desk.quiet && hears.includes("on_character_entered")) field.addEventListener("input", () => desk.act(element, { value: field.value }));
  if (!desk.quiet && hears.includes("on_enter_pressed")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      desk.act(element, { value: field.value });
    });
  }
  return field;
}

const lineInput = input("text", (element) => ({ maxlength: element.max_length }));

function textInput(element, desk) {
  if (!element.multiline) return lineInput(element, desk);
  const area = h("textarea", { class: "field", rows: 4, maxlength: element.max_length, "data-testid": testid(element), "aria-label": nameOf(element, desk), placeholder: words(element.placeholder) || null, value: desk.form.begin(desk.blockId, element) ?? "" });
  return filled(area, element, desk);
}

function richInput(element, desk) {
  const area = h("textarea", { class: "field", rows: 4, "data-testid": testid(element), "aria-label": nameOf(element, desk) });
  desk.form.begin(desk.blockId, element);
  const section = (text) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] });
  area.addEventListener("input", () => desk.form.put(desk.blockId, element, area.value ? section(area.value) : null));
  return area;
}

function moment(type, read, write) {
  return (element, desk) => {
    const first = desk.form.begin(desk.blockId, element);
    const field = h("input", { type, class: "field moment", "data-testid": testid(element), "aria-label": nameOf(element, desk) ?? type, value: first === null ? "" : read(first) });
    field.addEventListener("change", () => report(element, desk, field.value ? write(field.value) : null));
    return field;
  };
}

const two = (value) => String(value).padStart(2, "0");
const localMinute = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

function marks(type) {
  return (element, desk) => {
    const first = [desk.form.begin(desk.blockId, element)].flat().filter(Boolean).map((option) => option.value);
    const group = `${desk.blockId}-${element.action_id}-${Math.random()}`;
    const answers = () => element.options.filter((_, index) => fields[index].checked);
    const tell = () => report(element, desk, type === "radio" ? (answers()[0] ?? null) : answers());
    const fields = element.options.map((option) => h("input", { type, name: group, checked: first.includes(option.value), "data-testid": `option-${option.value}`, onchange: tell }));
    const rows = element.options.map((option, index) => h("label", { class: "mark" }, fields[index], h("span", {}, textOf(option.text), option.description ? h("small", {}, textOf(option.description)) : null)));
    return h("div", { class: "marks", role: type === "radio" ? "radiogroup" : "group", "aria-label": nameOf(element, desk), "data-testid": testid(element) }, rows);
  };
}

function iconButton(element, desk) {
  const props = { type: "button", class: "button", "data-testid": testid(element), onclick: (event) => desk.act(element, { value: element.value }, event.currentTarget) };
  return h("button", props, plain(element.text?.text ?? element.icon ?? ""));
}

function feedback(element, desk) {
  const one = (choice) => h("button", { type: "button", class: "button", onclick: (event) => desk.act(element, { value: choice.value }, event.currentTarget) }, textOf(choice.text));
  return h("span", { class: "buttons" }, one(element.positive_button), one(element.negative_button));
}

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`]);

const DRAWERS = {
  button,
  workflow_button: button,
  overflow,
  ...Object.fromEntries(SELECTS.map((type) => [type, select])),
  plain_text_input: textInput,
  number_input: input("text", (element) => ({ inputmode: element.is_decimal_allowed ? "decimal" : "numeric" })),
  email_text_input: input("email"),
  url_text_input: input("url"),
  rich_text_input: richInput,
  datepicker: moment("date", (value) => value, (value) => value),
  timepicker: moment("time", (value) => value, (value) => value),
  datetimepicker: moment("datetime-local", (value) => localMinute(new Date(value * 1000)), (value) => Math.round(new Date(value).getTime() / 1000)),
  checkboxes: marks("checkbox"),
  radio_buttons: marks("radio"),
  icon_button: iconButton,
  feedback_buttons: feedback,
};
