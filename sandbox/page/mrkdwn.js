/** Turns Slack's mrkdwn (and its tokens in angle brackets) into nodes. */
import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { formatDate } from "./dates.js";
import { channelOf, goTo, person, room } from "./store.js";

/** Slack escapes three characters and no more. */
export function decode(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Nodes for a text object {type, text} or a bare string (taken as mrkdwn). */
export function textOf(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "plain_text" ? plain(object.text ?? "") : mrkdwn(object.text ?? "", object.verbatim);
}

/** Plain text: entities and emoji names are read, marks are not. */
export function plain(text) {
  return [emojiOnly(decode(text))];
}

function emojiOnly(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

/** The words alone, for titles, labels and screen readers. */
export function words(object) {
  const holder = h("div", {}, textOf(object));
  return holder.textContent;
}

/** mrkdwn with code fences, quotes and inline marks. */
export function mrkdwn(text) {
  return text.split(/```/).flatMap((part, index) => (index % 2 ? [h("pre", {}, decode(part.replace(/^\n|\n$/g, "")))] : lines(part)));
}

function lines(text) {
  const nodes = [];
  let calm = [];
  let quoted = [];
  const flushCalm = () => {
    if (calm.length) nodes.push(...inline(calm.join("\n")));
    calm = [];
  };
  const flushQuoted = () => {
    if (quoted.length) nodes.push(h("blockquote", {}, inline(quoted.join("\n"))));
    quoted = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      flushCalm();
      quoted.push(quote[1]);
    } else {
      flushQuoted();
      calm.push(line);
    }
  }
  flushCalm();
  flushQuoted();
  return nodes;
}

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\p{L}\\p{N}*])\\*(?=\\S)([^*\\n]*[^*\\s])\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?=\\S)([^_\\n]*[^_\\s])_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?=\\S)([^~\\n]*[^~\\s])~(?![\\p{L}\\p{N}~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "gu",
);

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > from) nodes.push(decode(text.slice(from, match.index)));
    nodes.push(marked(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(decode(text.slice(from)));
  return nodes;
}

function marked([whole, code, token, bold, italic, strike, name]) {
  if (code !== undefined) return h("code", {}, decode(code));
  if (token !== undefined) return angle(token);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  return emoji(name) ?? whole;
}

/** One <…> token: mention, date, link. */
export function angle(token) {
  const bar = token.indexOf("|");
  const target = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? null : decode(token.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(decode(target), label);
}

/** A person's name, marked when it is the reader's own. */
export function userMention(id, label = null) {
  const known = room.state.people.find((one) => one.id === id);
  const bot = id === room.state.bot?.id ? room.state.bot.name : null;
  const name = known?.name ?? bot ?? label ?? person(id).name;
  return h("span", { class: id === room.me ? "mention mine" : "mention" }, `@${name}`);
}

/** A channel's name that leads there. */
export function channelMention(id, label = null) {
  const channel = channelOf(id);
  const name = `#${channel?.name ?? label ?? id}`;
  return channel ? h("button", { type: "button", class: "mention link", onclick: () => goTo(id) }, name) : h("span", { class: "mention" }, name);
}

function special(target, label) {
  const [kind, ...rest] = target.split("^");
  if (kind === "date") return dateToken(rest, label);
  if (kind === "subteam") return h("span", { class: "mention" }, label ?? `@${rest[0]}`);
  return h("span", { class: "mention loud" }, `@${kind}`);
}

function dateToken([seconds, pattern, address], fallback) {
  const shown = formatDate(Number(seconds), pattern ?? "{date}") ?? fallback ?? seconds;
  const time = h("time", { title: new Date(Number(seconds) * 1000).toLocaleString() }, shown);
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

/** A link; one that leads to a message of this workspace opens it here. */
export function link(address, label = null) {
  const inside = /\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})(?:\?.*?thread_ts=(\d+\.\d+))?/.exec(address);
  if (!inside) return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label ?? address.replace(/^mailto:/, ""));
  const [, channel, seconds, fraction, thread] = inside;
  const open = (event) => {
    event.preventDefault();
    goTo(channel, thread ?? `${seconds}.${fraction}`);
  };
  return h("a", { href: address, onclick: open }, label ?? "message");
}
