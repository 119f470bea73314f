/** The middle of the page: a channel's conversation with its docked thread, or the App Home. */
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { deskFor } from "./desk.js";
import { botFace, fill, h, say, signButton } from "./dom.js";
import { Form } from "./form.js";
import { paint } from "./messages.js";
import { botName, channelName, channelOf, isBotDm, on, openThread, room } from "./store.js";

const parts = {};

/** Builds the middle once; afterwards it follows the store. */
export function buildConversation(main) {
  parts.title = h("header", { class: "title" });
  parts.list = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0", "data-testid": "messages" });
  parts.composer = composer("channel");
  parts.replies = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-label": "Replies", tabindex: "0" });
  parts.threadComposer = composer("thread");
  parts.threadTitle = h("div", { class: "title" });
  parts.thread = h("section", { class: "thread", "data-testid": "thread", "aria-label": "Thread", hidden: true }, parts.threadTitle, parts.replies, parts.threadComposer.node);
  parts.home = h("div", { class: "home", "data-testid": "home", hidden: true });
  parts.channel = h("div", { class: "channel" }, parts.title, parts.list, parts.composer.node);
  [parts.list, parts.replies].forEach(stickToEnd);
  main.append(parts.channel, parts.thread, parts.home);
  on("place", drawPlace);
  on("state", drawTitle);
  on("messages", drawMessages);
  on("thread", drawReplies);
  on("views", drawHome);
}

function drawPlace() {
  document.body.dataset.place = room.place;
  parts.home.hidden = room.place !== "home";
  parts.channel.hidden = room.place === "home";
  parts.thread.hidden = room.place === "home" || !room.thread;
  document.body.classList.toggle("with-thread", Boolean(room.thread) && room.place !== "home");
  drawTitle();
  drawMessages();
  drawReplies();
  drawHome();
}

function drawTitle() {
  const channel = channelOf(room.channel);
  const name = channel ? channelName(channel) : "No channel";
  fill(parts.title, h("h2", {}, channel && channel.kind !== "dm" ? `#${name}` : name), channel?.topic ? h("p", {}, channel.topic) : null);
  fill(parts.threadTitle, signButton("back", "Back to the conversation", () => openThread(null), { class: "sign narrow-only" }), h("h2", {}, "Thread"), h("p", {}, channel?.kind === "dm" ? name : `#${name}`), signButton("close", "Close thread", () => openThread(null), { "data-testid": "thread-close" }));
  parts.composer.draw();
  parts.threadComposer.draw();
}

const isRoot = (message) => !message.thread_ts || message.thread_ts === message.ts || message.broadcast;

let drawnFor = null;

function drawMessages() {
  const shown = room.messages.filter(isRoot);
  const place = `${room.me}/${room.channel}`;
  const loaded = room.messagesOf === place;
  const moved = place !== drawnFor;
  const low = moved || atEnd(parts.list);
  if (moved) parts.list.replaceChildren();
  const added = paint(parts.list, shown, "channel");
  if (loaded) drawnFor = place;
  empty(parts.list, loaded ? shown.length : 1);
  if (added && low) toEnd(parts.list);
  if (loaded) offerThread(shown, moved);
}

function empty(list, count) {
  list.classList.toggle("nothing", !count);
  list.dataset.words = room.ready ? emptyWords(channelOf(room.channel)) : "";
}

function emptyWords(channel) {
  if (channel && isBotDm(channel)) return `${botName()} writes here when something needs you. You can write too, for example: help`;
  return channel?.topic ? `Nothing here yet. ${channel.topic}.` : "Nothing here yet. Write the first line.";
}

const atEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 80;

function toEnd(list) {
  list.scrollTop = list.scrollHeight;
  list.sticks = true;
}

// Pictures and windows change their size after they are drawn: the end stays in sight until somebody scrolls away.
function stickToEnd(list) {
  const stay = () => list.sticks && toEnd(list);
  list.addEventListener("scroll", () => {
    list.sticks = atEnd(list);
  });
  list.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(list);
}

let counted = new Map();

// When the bot answers one's own message in a thread, the thread opens by itself where there is room for both.
function offerThread(shown, moved) {
  const counts = new Map(shown.map((message) => [message.ts, message.reply_count ?? 0]));
  const grown = shown.find((message) => message.user === room.me && !message.bot && counts.get(message.ts) > 0 && !counted.get(message.ts));
  counted = counts;
  if (grown && !moved && !room.thread && innerWidth >= 900 && room.place === "chat") openThread(grown.ts);
}

let repliesFor = null;

function drawReplies() {
  if (!room.thread) {
    parts.replies.replaceChildren();
    repliesFor = null;
    return;
  }
  const place = `${room.me}/${room.thread}`;
  const low = place !== repliesFor || atEnd(parts.replies);
  const added = paint(parts.replies, room.replies, "thread");
  if (room.replies.length) repliesFor = place;
  if (added && low) toEnd(parts.replies);
  parts.threadComposer.draw();
}

const homeForms = new Map();
let homeSign = null;

function drawHome() {
  const sign = JSON.stringify([room.home, room.me]);
  if (room.place !== "home" || sign === homeSign) return;
  homeSign = sign;
  const title = h("header", { class: "title" }, botFace(), h("h2", {}, botName()), h("p", {}, "Home"));
  fill(parts.home, title, h("div", { class: "scroll", tabindex: "-1" }, room.home ? homeBlocks() : h("p", { class: "note" }, "Nothing is shown here yet.")));
  say("Home");
}

function homeBlocks() {
  const view = room.home;
  if (!homeForms.has(view.id)) homeForms.set(view.id, new Form());
  return h("div", { class: "flat page" }, drawBlocks(view.blocks, deskFor({ view_id: view.id }, homeForms.get(view.id), view.blocks)));
}

/** Puts the cursor into the composer that is in use. */
export function write(text = null) {
  const one = room.thread && !text ? parts.threadComposer : parts.composer;
  one.field.focus();
  if (text !== null && !one.field.value) {
    one.field.value = text;
    one.field.dispatchEvent(new Event("input"));
  }
}
