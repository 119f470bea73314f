/** The frame around the conversation: head line, people to act as, channels, and the tabs. */
import { botFace, face, fill, h, icon, signButton } from "./dom.js";
import { showHelp, togglePhone } from "./keys.js";
import { unreadMail } from "./outside.js";
import { toggleScenes } from "./scenes.js";
import { actAs, botName, channelName, goTo, isBotDm, goToBot, on, person, room, show, unreadOf, withWhom } from "./store.js";
import { openGuide } from "./guide.js";

/** Builds head line, people, places and tabs; afterwards they follow the store. */
export function buildSides() {
  const draws = [drawTop, drawPeople, drawPlaces, drawTabs, drawWindowTitle];
  for (const topic of ["state", "place", "mail", "line"]) on(topic, () => draws.forEach((draw) => draw()));
}

const part = (id) => document.getElementById(id);

function drawTop() {
  const state = room.state;
  const connected = state.bot_connected;
  const line = !room.online ? ["bad", "The sandbox does not answer"] : connected ? ["good", `${botName()} is connected`] : ["waiting", `${botName()} is not connected`];
  fill(
    part("top"),
    h("div", { class: "brand" }, h("img", { src: "/page/mark.svg", alt: "", class: "face bot" }), h("div", {}, h("h1", {}, state.team?.name ?? state.team ?? ""), h("small", {}, "Chargehand sandbox"))),
    h("p", { class: "banner", role: "note" }, "Simulated Slack: nothing leaves this machine"),
    h("p", { class: `status ${line[0]}`, "data-testid": "line" }, line[1]),
    h("div", { class: "signs" }, h("button", { type: "button", class: "button small", onclick: openGuide, "data-testid": "open-guide" }, "Try this"), signButton("phone", "What the phone shows (n)", togglePhone, { "data-testid": "toggle-phone", "aria-pressed": String(room.phone) }), signButton("code", "Behind the scenes (i)", () => toggleScenes(), { "data-testid": "toggle-scenes" }), signButton("theme", "Light or dark", switchTheme, { "data-testid": "theme" }), signButton("help", "Keys and help (?)", showHelp, { "data-testid": "help" })),
  );
}

function switchTheme() {
  const root = document.documentElement;
  const dark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("chargehand.theme", root.dataset.theme);
  } catch {
    // Without storage the theme lasts as long as the page.
  }
}

// Redrawing a list must not take the focus away from somebody who walks through it by keyboard.
function refill(element, children) {
  const held = element.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  fill(element, children);
  if (held) element.querySelector(`[data-testid="${CSS.escape(held)}"]`)?.focus();
}

function drawPeople() {
  const rows = room.state.people.filter((one) => !one.is_bot).map((one, index) => h("li", {}, personButton(one, index)));
  refill(part("people"), [h("h2", {}, "Act as"), h("ul", {}, rows)]);
  part("people").querySelector(".mine")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function personButton(one, index) {
  const mine = one.id === room.me;
  const waiting = one.unread ?? 0;
  const key = index < 9 ? h("kbd", { "aria-hidden": "true" }, String(index + 1)) : null;
  return h("button", { type: "button", class: mine ? "person mine" : "person", "aria-pressed": String(mine), title: `${one.name}, ${one.title ?? ""}`, "data-testid": `act-as-${one.id}`, onclick: () => actAs(one.id) }, face(one, "small"), h("span", { class: "name" }, one.name), h("span", { class: "role" }, one.title ?? ""), waiting ? h("span", { class: "badge" }, String(waiting), h("span", { class: "quiet" }, " unread")) : key);
}

// While another person's places are on their way, the last person's must not be clickable: a click there would go astray.
function drawPlaces() {
  if (room.becoming) return refill(part("places"), []);
  const channels = room.state.channels.filter((one) => one.kind !== "dm");
  const dms = room.state.channels.filter((one) => one.kind === "dm").sort((one, other) => isBotDm(other) - isBotDm(one));
  const botRow = dms.some(isBotDm) ? null : h("li", {}, placeRow({ one: { kind: "dm", with: room.state.bot?.id }, here: false, testid: "dm-bot", sign: botFace("tiny"), go: goToBot }));
  const rows = (list) => list.map((one) => h("li", {}, placeButton(one)));
  refill(part("places"), [h("h2", {}, "Channels"), h("ul", {}, rows(channels)), h("h2", {}, "Direct messages"), h("ul", {}, botRow, rows(dms))]);
}

function placeButton(one) {
  const here = one.id === room.channel && room.place !== "home";
  const bot = isBotDm(one);
  const testid = one.kind !== "dm" ? `channel-${one.name}` : bot ? "dm-bot" : `dm-${withWhom(one)}`;
  const sign = one.kind !== "dm" ? icon("hash") : bot ? botFace("tiny") : face(person(withWhom(one)), "tiny");
  const go = () => goTo(one.id);
  return placeRow({ one, here, testid, sign, go });
}

function placeRow({ one, here, testid, sign, go }) {
  const unread = unreadOf(one);
  return h("button", { type: "button", class: `place ${here ? "here" : ""} ${unread ? "unread" : ""}`, "aria-current": here ? "page" : null, "data-testid": testid, onclick: go }, sign, h("span", { class: "name" }, channelName(one)), unread ? h("span", { class: "badge" }, String(unread), h("span", { class: "quiet" }, " unread")) : null);
}

const TABS = [
  ["places", "people", "Channels", "tab-places"],
  ["chat", "chat", "Chat", "tab-chat"],
  ["home", "home", "Home", "tab-home"],
  ["mail", "mail", "Mail", "tab-mail"],
];

function drawTabs() {
  const mails = unreadMail();
  const chats = room.state.channels.reduce((sum, one) => sum + unreadOf(one), 0);
  const count = { mail: mails, places: chats };
  const tab = ([place, sign, label, testid]) => h("button", { type: "button", class: `tab tab-of-${place}`, "aria-current": room.place === place ? "page" : null, "data-testid": testid, onclick: () => show(place) }, icon(sign), h("span", {}, label), count[place] ? h("span", { class: "badge" }, String(count[place]), h("span", { class: "quiet" }, " unread")) : null);
  refill(part("tabs"), TABS.map(tab));
}

function drawWindowTitle() {
  const unread = room.state.channels.reduce((sum, one) => sum + unreadOf(one), 0) + unreadMail();
  document.title = `${unread ? `(${unread}) ` : ""}${room.state.team?.name ?? room.state.team ?? ""} · Chargehand sandbox`;
}
