/** Select elements: one or many options, from a list or from the bot by typing. */
import { h, icon } from "./dom.js";
import { closeList, openBox } from "./menu.js";
import { textOf, words } from "./mrkdwn.js";

let count = 0;

/**
 * A select. `source(query)` answers a list of {key, label, note?, option}; `chosen` is a list of the same;
 * `onChange(list)` hears each change. Options: many, search, placeholder, testid, label.
 */
export function chooser({ source, chosen, onChange, many = false, search = false, least = 0, placeholder, testid, label }) {
  let picked = chosen;
  const shown = h("span", { class: "chosen" });
  const button = h("button", { type: "button", class: "chooser", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-label": label, "data-testid": testid, onclick: () => openList() }, shown, icon("chevron"));
  const draw = () => {
    const name = picked.map((one) => words(one.label)).join(", ");
    shown.textContent = name || placeholder || "Choose";
    shown.classList.toggle("empty", !name);
    if (label) button.setAttribute("aria-label", `${label}: ${shown.textContent}`);
  };
  const toggle = (one) => {
    const already = picked.some((other) => other.key === one.key);
    picked = many ? (already ? picked.filter((other) => other.key !== one.key) : [...picked, one]) : [one];
    draw();
    onChange(picked);
  };
  const openList = () => listFor({ button, source, picked: () => picked, toggle, many, search, least, label: label ?? placeholder ?? "Options" });
  button.clear = () => {
    picked = [];
    draw();
  };
  draw();
  return button;
}

function listFor(choice) {
  const id = `list-${(count += 1)}`;
  const list = h("div", { role: "listbox", id, class: "options", "aria-label": choice.label, "aria-multiselectable": choice.many ? "true" : null });
  const field = h("input", { type: "text", class: "search", role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-label": `Search: ${choice.label}`, placeholder: "Type to search", "data-testid": "chooser-search", autocomplete: "off", hidden: !choice.search });
  const said = h("p", { class: "note", role: "status", hidden: true });
  const box = h("div", { class: "list select", tabindex: "-1" }, field, list, said);
  const state = { at: 0, found: [], list, field, said, id };
  let turn = 0;
  const look = async () => {
    const mine = (turn += 1);
    if (field.value.length < choice.least) return note(state, `Type at least ${choice.least} characters.`);
    const found = await choice.source(field.value);
    if (mine === turn) drawOptions(state, choice, found);
    return null;
  };
  let timer = null;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, choice.least ? 120 : 0);
  });
  box.addEventListener("keydown", (event) => listKey(event, state, choice));
  openBox(choice.button, box);
  (choice.search ? field : box).focus();
  look();
}

function note(state, words) {
  state.found = [];
  state.list.replaceChildren();
  state.list.hidden = true;
  state.said.hidden = false;
  state.said.textContent = words;
}

function drawOptions(state, choice, found) {
  state.found = found;
  state.at = Math.max(0, found.findIndex((one) => choice.picked().some((other) => other.key === one.key)));
  if (!found.length) return note(state, "Nothing found.");
  let group = null;
  const rows = found.flatMap((one, index) => {
    const heading = one.group && one.group !== group ? [h("p", { class: "group", role: "presentation" }, one.group)] : [];
    group = one.group ?? null;
    return [...heading, optionRow(state, choice, one, index)];
  });
  state.list.replaceChildren(...rows);
  state.list.hidden = false;
  state.said.hidden = true;
  mark(state);
  return null;
}

function optionRow(state, choice, one, index) {
  const isPicked = choice.picked().some((other) => other.key === one.key);
  const props = { role: "option", id: `${state.id}-${index}`, "aria-selected": String(isPicked), "data-testid": `option-${one.key}`, onclick: () => pick(state, choice, index) };
  return h("div", props, h("span", {}, textOf(one.label)), one.note ? h("small", {}, textOf(one.note)) : null, isPicked ? icon("check") : null);
}

function pick(state, choice, index) {
  const one = state.found[index];
  if (!one) return;
  if (!choice.many) closeList();
  choice.toggle(one);
  if (choice.many) {
    drawOptions(state, choice, state.found);
    state.at = index;
    mark(state);
  }
}

function mark(state) {
  const rows = [...state.list.querySelectorAll('[role="option"]')];
  rows.forEach((row, index) => row.classList.toggle("at", index === state.at));
  rows[state.at]?.scrollIntoView({ block: "nearest" });
  state.field.setAttribute("aria-activedescendant", rows[state.at]?.id ?? "");
}

function listKey(event, state, choice) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && state.found.length) {
    event.preventDefault();
    state.at = (state.at + step + state.found.length) % state.found.length;
    mark(state);
  } else if (event.key === "Enter") {
    event.preventDefault();
    pick(state, choice, state.at);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeList();
  } else if (event.key === "Tab") closeList(false);
}
