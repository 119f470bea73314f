/** What the keyboard does, as a table, and the help that prints this table. */
import { h, say, signButton } from "./dom.js";
import { write } from "./conversation.js";
import { closeScenes, toggleScenes } from "./scenes.js";
import { actAs, openThread, room, show, tell } from "./store.js";

const KEYS = [
  ["1 … 9", "Act as this person"],
  ["/", "Type a command"],
  ["r", "Write (reply, if a thread is open)"],
  ["j, k", "Next, previous message"],
  ["Enter", "Open the thread of the message"],
  ["g c, g m, g h", "Go to chat, mail, home"],
  ["n", "What the phone shows"],
  ["i", "Behind the scenes"],
  ["Esc", "Close what is open"],
  ["?", "This list"],
];

const SINGLE = {
  "/": () => write("/"),
  r: () => write(),
  j: () => step(1),
  k: () => step(-1),
  n: () => togglePhone(),
  i: () => toggleScenes(document.activeElement?.dataset?.ts),
  "?": () => showHelp(),
  Enter: () => openFocused(),
  Escape: () => closeScenes() || (room.thread && openThread(null)),
};
const AFTER_G = { c: "chat", m: "mail", h: "home" };

let afterG = false;

/** Starts to listen to keys pressed outside of fields. */
export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [role=menu], .list")) return;
    if (press(event)) event.preventDefault();
  });
}

function press(event) {
  const { key } = event;
  if (afterG) {
    afterG = false;
    if (AFTER_G[key]) return show(AFTER_G[key]) && true;
  }
  if (key === "g") return (afterG = true);
  if (/^[1-9]$/.test(key)) return become(Number(key) - 1);
  if (key === "Enter" && !event.target.classList.contains("message")) return false;
  if (!SINGLE[key]) return false;
  SINGLE[key]();
  return true;
}

function become(index) {
  const people = room.state.people.filter((one) => !one.is_bot);
  if (!people[index]) return false;
  actAs(people[index].id);
  say(`You are ${people[index].name}`);
  return true;
}

function step(by) {
  const scope = document.activeElement?.closest(".messages") ?? document.querySelector(".messages");
  const rows = [...scope.querySelectorAll(".message")];
  const at = rows.indexOf(document.activeElement?.closest(".message"));
  const to = at < 0 ? rows.length - 1 : Math.max(0, Math.min(rows.length - 1, at + by));
  rows[to]?.focus();
}

function openFocused() {
  const ts = document.activeElement.dataset.ts;
  const message = room.messages.find((one) => one.ts === ts);
  if (message) openThread(message.thread_ts ?? message.ts);
}

/** Shows or hides the line that a locked phone would show, beside each of the bot's messages. */
export function togglePhone() {
  room.phone = !room.phone;
  ["line", "messages", "thread"].forEach(tell);
}

/** The list of keys and what this page is. */
export function showHelp() {
  const shut = () => {
    dialog.close();
    dialog.remove();
  };
  const rows = KEYS.map(([keys, words]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, keys)), h("td", {}, words)));
  const dialog = h(
    "dialog",
    { class: "modal help", "aria-label": "Keys and help", "data-testid": "help-dialog", onclose: () => dialog.remove() },
    h("header", {}, h("h2", {}, "Keys and help"), signButton("close", "Close", shut)),
    h("div", { class: "scroll" }, h("p", {}, "Everything here is a pretend outside world on this machine: a workspace like Slack and the suppliers' mailbox. The assistant behind it is the real one. Act as anybody on the left, answer as the supplier on the right."), h("table", {}, h("tbody", {}, rows))),
  );
  document.body.append(dialog);
  dialog.showModal();
}
