/** The place to write: text, slash commands, mentions, files and shortcuts. */
import { fill, h, icon, signButton, toast } from "./dom.js";
import { openMenu } from "./menu.js";
import { botName, channelName, channelOf, room, wake } from "./store.js";
import { inWords, post } from "./wire.js";

const LARGEST = 10 * 1024 * 1024;
const drafts = new Map();

/** A composer for the channel or for the thread pane; `draw()` brings it in step with the place. */
export function composer(where) {
  const self = { where, files: [], hints: [], at: 0 };
  const prefix = where === "thread" ? "thread-" : "";
  self.field = h("textarea", { rows: 1, "data-testid": `${prefix}composer`, "aria-autocomplete": "list", "aria-controls": `${prefix}hints`, oninput: () => changed(self), onkeydown: (event) => key(event, self), onpaste: (event) => takeFiles(self, event.clipboardData.files) });
  self.previews = h("div", { class: "previews" });
  self.hintBox = h("div", { class: "hints", id: `${prefix}hints`, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, "data-testid": `${prefix}file`, onchange: () => takeFiles(self, picker.files) });
  const send = h("button", { type: "button", class: "sign send", "aria-label": "Send", title: "Send (Enter)", "data-testid": `${prefix}send`, onclick: () => submit(self) }, icon("send"));
  const bolt = signButton("bolt", "Shortcuts", () => openMenu(bolt, "Shortcuts", shortcuts()), { "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": "shortcuts" });
  const row = h("div", { class: "row" }, signButton("attach", "Add a photo or file", () => picker.click()), where === "thread" ? null : bolt, self.field, send, picker);
  self.node = h("div", { class: "composer", ondragover: (event) => event.preventDefault(), ondrop: (event) => drop(event, self) }, self.hintBox, self.previews, row);
  self.draw = () => draw(self);
  addEventListener("resize", () => grow(self.field));
  return self;
}

const draftKey = (self) => `${room.me}/${room.channel}/${self.where === "thread" ? room.thread : ""}`;

function draw(self) {
  const channel = channelOf(room.channel);
  const target = channel ? (channel.kind === "dm" ? channelName(channel) : `#${channelName(channel)}`) : "";
  self.field.placeholder = self.where === "thread" ? "Reply" : room.thread ? `Message ${target}` : `Message ${target}, or / for a command`;
  self.field.setAttribute("aria-label", self.where === "thread" ? "Reply in thread" : `Message to ${target}`);
  self.field.disabled = !channel;
  const written = drafts.get(draftKey(self)) ?? "";
  if (self.drawnFor !== draftKey(self)) {
    self.field.value = written;
    self.drawnFor = draftKey(self);
    self.files = [];
    drawPreviews(self);
    grow(self.field);
    hideHints(self);
  }
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
}

function changed(self) {
  drafts.set(draftKey(self), self.field.value);
  grow(self.field);
  showHints(self);
}

// ---- suggestions --------------------------------------------------------------------------------------------------------

function hintsFor(text, before) {
  const command = /^\/(\S*)$/.exec(text);
  if (command) return commandHints(text);
  const mention = /(?:^|\s)@([\p{L}\p{N}. -]{0,30})$/u.exec(before);
  if (mention) return mentionHints(mention[1]);
  return [];
}

function commandHints(text) {
  const fits = room.state.commands.filter((one) => one.command.startsWith(text));
  return fits.map((one) => ({ label: one.command, note: [one.description, one.hint ?? one.usage_hint].filter(Boolean).join("  "), put: `${one.command} `, from: text.length }));
}

function mentionHints(begun) {
  const bot = { id: room.state.bot?.id ?? null, name: botName(), title: "app" };
  const all = [...room.state.people, ...(bot.id ? [bot] : [])];
  const fits = all.filter((one) => one.name.toLowerCase().includes(begun.toLowerCase())).slice(0, 8);
  return fits.map((one) => ({ label: one.name, note: one.title, put: `@${one.name} `, from: begun.length + 1 }));
}

function showHints(self) {
  const before = self.field.value.slice(0, self.field.selectionStart);
  self.hints = hintsFor(self.field.value, before);
  self.at = 0;
  drawHints(self);
}

function drawHints(self) {
  self.hintBox.hidden = !self.hints.length;
  const rows = self.hints.map((hint, index) => h("div", { role: "option", id: `${self.hintBox.id}-${index}`, "aria-selected": String(index === self.at), class: index === self.at ? "at" : "", onpointerdown: (event) => { event.preventDefault(); take(self, hint); } }, h("b", {}, hint.label), h("small", {}, hint.note ?? "")));
  fill(self.hintBox, rows);
  self.field.setAttribute("aria-activedescendant", self.hints.length ? `${self.hintBox.id}-${self.at}` : "");
}

function hideHints(self) {
  self.hints = [];
  drawHints(self);
}

function take(self, hint) {
  const to = self.field.selectionStart;
  self.field.setRangeText(hint.put, to - hint.from, to, "end");
  hideHints(self);
  changed(self);
  hideHints(self);
  self.field.focus();
}

function key(event, self) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (self.hints.length && step) {
    event.preventDefault();
    self.at = (self.at + step + self.hints.length) % self.hints.length;
    drawHints(self);
  } else if (self.hints.length && event.key === "Escape") {
    event.stopPropagation();
    hideHints(self);
  } else if (self.hints.length && (event.key === "Tab" || (event.key === "Enter" && self.field.value !== self.hints[self.at].label))) {
    event.preventDefault();
    take(self, self.hints[self.at]);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit(self);
  }
}

// ---- files ---------------------------------------------------------------------------------------------------------------

function drop(event, self) {
  event.preventDefault();
  takeFiles(self, event.dataTransfer.files);
}

async function takeFiles(self, list) {
  for (const file of list) {
    if (file.size > LARGEST) toast(`${file.name} is larger than 10 MB.`);
    else self.files.push({ name: file.name, mimetype: file.type || "application/octet-stream", base64: await base64(file) });
  }
  drawPreviews(self);
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function drawPreviews(self) {
  const one = (file, index) => {
    const drop = signButton("close", `Remove ${file.name}`, () => {
      self.files.splice(index, 1);
      drawPreviews(self);
      self.field.focus();
    });
    const picture = /^image\/(png|jpe?g|gif|webp)$/.test(file.mimetype) ? h("img", { src: `data:${file.mimetype};base64,${file.base64}`, alt: file.name }) : h("span", { class: "file" }, icon("file"), file.name);
    return h("div", { class: "preview", "data-testid": "preview" }, picture, drop);
  };
  fill(self.previews, self.files.map(one));
}

// ---- sending -------------------------------------------------------------------------------------------------------------

async function submit(self) {
  const text = self.field.value.trim();
  if ((!text && !self.files.length) || self.sending) return;
  self.sending = true;
  const answer = await sendText(self, text);
  self.sending = false;
  if (!answer.ok) toast(inWords(answer));
  if (!answer.ok && answer.error !== "operation_timeout") return;
  self.field.value = "";
  self.files = [];
  drawPreviews(self);
  changed(self);
  await wake("messages", "thread");
}

function sendText(self, text) {
  const [, command, rest] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const known = room.state.commands.some((one) => one.command === command);
  if (known) return post("command", { as: room.me, channel: room.channel, command, text: rest });
  if (command && !self.files.length) return { ok: false, error: `${command} is not a command here` };
  const thread = self.where === "thread" ? { thread_ts: room.thread } : {};
  return post("say", { as: room.me, channel: room.channel, text, files: self.files, ...thread });
}

function shortcuts() {
  const items = room.state.shortcuts.filter((one) => one.type === "global").map((one) => ({ label: one.name, note: botName(), testid: `shortcut-${one.callback_id}`, pick: () => useShortcut(one) }));
  return items.length ? items : [{ label: "No shortcuts here", pick: () => {} }];
}

async function useShortcut(one) {
  const answer = await post("shortcut", { as: room.me, callback_id: one.callback_id, type: "global", channel: room.channel });
  if (!answer.ok) toast(inWords(answer));
}
