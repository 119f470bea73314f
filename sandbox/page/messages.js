/** Draws messages and keeps a list of them in step with the server without redrawing what has not changed. */
import { drawBlocks } from "./blocks.js";
import { dayName, clockTime } from "./dates.js";
import { deskFor } from "./desk.js";
import { botFace, face, h, icon, signButton } from "./dom.js";
import { emoji } from "./emoji.js";
import { Form } from "./form.js";
import { excess } from "./limits.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { behindTheScenes } from "./scenes.js";
import { botName, openThread, person, room } from "./store.js";
import { inWords, post } from "./wire.js";
import { toast } from "./dom.js";

const forms = new Map();
const dismissed = new Set();

function formOf(message, channel) {
  const key = `${room.me}/${channel}/${message.ts}`;
  if (!forms.has(key)) forms.set(key, new Form());
  return forms.get(key);
}

const isBot = (message) => Boolean(message.bot || message.bot_id);
const author = (message) => (isBot(message) ? (typeof message.bot === "object" && message.bot?.name) || botName() : person(message.user).name);
const sameHand = (one, other) => one && !one.ephemeral_to && !other.ephemeral_to && one.user === other.user && isBot(one) === isBot(other) && other.ts - one.ts < 300 && !other.blocks?.length;

/** Brings a list element in step with messages; `where` is "channel" or "thread". Says whether something came at its end. */
export function paint(list, messages, where) {
  const shown = messages.filter((message) => !dismissed.has(`${room.me}/${message.ts}`));
  const before = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const focus = focusMark(list);
  const rows = shown.flatMap((message, index) => rowsFor(message, shown[index - 1], where, before));
  const added = rows.some((row) => !before.has(row.dataset.key));
  rows.forEach((row, index) => list.children[index] !== row && list.insertBefore(row, list.children[index] ?? null));
  while (list.children.length > rows.length) list.lastElementChild.remove();
  restore(list, focus);
  return added;
}

function rowsFor(message, previous, where, before) {
  const newDay = where === "channel" && (!previous || dayName(previous.ts) !== dayName(message.ts));
  const grouped = !newDay && sameHand(previous, message);
  const day = newDay ? [reuse(before, `day-${message.ts}`, dayName(message.ts), () => h("div", { class: "day" }, h("span", {}, dayName(message.ts))))] : [];
  const sign = JSON.stringify([message, grouped, room.me, room.state.people.length, room.phone]);
  return [...day, reuse(before, message.ts, sign, () => row(message, grouped, where))];
}

function reuse(before, key, sign, draw) {
  const old = before.get(key);
  if (old?.sign === sign) return old;
  const fresh = draw();
  fresh.dataset.key = key;
  fresh.sign = sign;
  if (old) fresh.classList.add("seen");
  return fresh;
}

// A card may be redrawn under the finger of somebody: the focus then goes to the same control of the new card.
function focusMark(list) {
  const at = document.activeElement;
  if (!list.contains(at)) return null;
  return { key: at.closest("[data-key]")?.dataset.key, testid: at.dataset.testid };
}

function restore(list, focus) {
  if (!focus || list.contains(document.activeElement)) return;
  const at = list.querySelector(`[data-key="${CSS.escape(focus.key ?? "")}"]`);
  const same = focus.testid ? at?.querySelector(`[data-testid="${CSS.escape(focus.testid)}"]`) : null;
  (same ?? at)?.focus();
}

function row(message, grouped, where) {
  const classes = ["message", grouped ? "grouped" : "", isBot(message) ? "from-bot" : "", message.ephemeral_to ? "private" : "", message.subtype === "tombstone" ? "gone" : ""];
  const testid = where === "thread" && message.ts === room.thread ? `root-${message.ts}` : `message-${message.ts}`;
  return h(
    "article",
    { class: classes.join(" "), tabindex: "-1", "data-testid": testid, "data-ts": message.ts, "aria-label": `${author(message)}, ${clockTime(message.ts)}` },
    h("div", { class: "gutter" }, grouped ? h("time", {}, clockTime(message.ts)) : isBot(message) ? botFace() : face(person(message.user))),
    h("div", { class: "body" }, message.ephemeral_to ? privateNote(message) : null, grouped ? null : head(message), content(message, where), foot(message, where)),
    tools(message, where),
  );
}

function head(message) {
  const title = isBot(message) ? h("span", { class: "app" }, "app") : h("span", { class: "role" }, person(message.user).title ?? "");
  const time = new Date(message.ts * 1000);
  return h("header", {}, h("strong", {}, author(message)), title, h("time", { title: time.toLocaleString(), datetime: time.toISOString() }, clockTime(message.ts)), message.edited ? h("span", { class: "edited" }, "edited") : null);
}

function privateNote(message) {
  const drop = (event) => {
    dismissed.add(`${room.me}/${message.ts}`);
    event.currentTarget.closest(".message").remove();
  };
  return h("p", { class: "only-you" }, "Only visible to you", h("button", { type: "button", class: "link", onclick: drop }, "Dismiss"));
}

function content(message) {
  const blocks = message.blocks ?? [];
  const own = blocks.length && (isBot(message) || blocks.some((block) => block.type !== "rich_text"));
  const address = { channel: message.channel ?? room.channel, message_ts: message.ts };
  const card = own ? h("div", { class: isCard(blocks) ? "card" : "flat" }, drawBlocks(blocks, deskFor(address, formOf(message, address.channel), blocks))) : null;
  const said = !own && message.text ? h("div", { class: "said" }, mrkdwn(message.text)) : null;
  const phone = room.phone && isBot(message) && message.text ? phoneLine(message) : null;
  const wrong = own ? excess(message).map((words) => h("p", { class: "refused" }, words)) : [];
  return [said, card, wrong, phone, files(message.files)];
}

const isCard = (blocks) => blocks.length > 1 || ["actions", "table", "input"].includes(blocks[0]?.type) || Boolean(blocks[0]?.fields);

function phoneLine(message) {
  const length = message.text.length;
  const words = h("div", {}, mrkdwn(message.text)).textContent;
  return h("div", { class: "phone-line", "data-testid": `phone-${message.ts}` }, icon("phone"), h("span", {}, h("b", {}, botName()), " ", words), h("small", { class: length > 120 ? "long" : "" }, `${length} of 120`));
}

function files(list) {
  if (!list?.length) return null;
  return h("div", { class: "files" }, list.map(file));
}

function file(one) {
  const address = `/sandbox/files/${encodeURIComponent(one.id)}`;
  const name = one.name ?? one.title ?? "file";
  if (/^image\/(png|jpe?g|gif|webp)$/.test(one.mimetype ?? "")) return h("a", { href: address, target: "_blank", rel: "noopener", class: "photo" }, h("img", { src: address, alt: one.alt_txt ?? `Photo ${name}`, loading: "lazy" }));
  return h("a", { href: address, target: "_blank", rel: "noopener", class: "file" }, icon("file"), h("span", {}, name), one.size ? h("small", {}, `${Math.max(1, Math.round(one.size / 1024))} kB`) : null);
}

function foot(message, where) {
  const reactions = (message.reactions ?? []).map((one) => h("span", { class: "reaction" }, emoji(one.name) ?? `:${one.name}:`, ` ${one.count ?? one.users?.length ?? 1}`));
  const count = message.reply_count ?? 0;
  const replies = where === "channel" && count ? h("button", { type: "button", class: "replies", "data-testid": `replies-${message.ts}`, onclick: () => openThread(message.ts) }, icon("reply"), `${count} ${count === 1 ? "reply" : "replies"}`) : null;
  return reactions.length || replies ? h("div", { class: "below" }, reactions, replies) : null;
}

function tools(message, where) {
  const root = message.thread_ts ?? message.ts;
  const reply = where === "channel" && !message.ephemeral_to ? signButton("reply", "Reply in thread", () => openThread(root), { "data-testid": `reply-${message.ts}` }) : null;
  const menu = signButton("dots", "Message actions", () => openMenu(menu, "Message actions", actionsFor(message)), { "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": `actions-${message.ts}` });
  return h("div", { class: "tools" }, reply, signButton("code", "Behind the scenes", () => behindTheScenes(message), { class: "sign scene" }), menu);
}

function actionsFor(message) {
  const shortcuts = room.state.shortcuts.filter((one) => one.type === "message" && !message.ephemeral_to);
  const items = shortcuts.map((one) => ({ label: one.name, note: botName(), testid: `shortcut-${one.callback_id}`, pick: () => useShortcut(one, message) }));
  return [...items, { label: "Reply in thread", pick: () => openThread(message.thread_ts ?? message.ts) }, { label: "Behind the scenes", pick: () => behindTheScenes(message) }];
}

async function useShortcut(one, message) {
  const answer = await post("shortcut", { as: room.me, callback_id: one.callback_id, type: "message", channel: room.channel, message_ts: message.ts });
  if (!answer.ok) toast(inWords(answer));
}
