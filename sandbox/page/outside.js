/** The suppliers' side: mail that the plant has sent, its answers, and the plant's own mailbox. */
import { fill, h, icon, signButton } from "./dom.js";
import { mailTime } from "./dates.js";
import { newMail } from "./letters.js";
import { drawMail } from "./mail.js";
import { kept, keep, on, room, show, tell } from "./store.js";

const at = { box: "sent", open: null, writing: false, search: "" };
const read = new Set((kept("mails") ?? "").split(" ").filter(Boolean));
let root = null;

/** Builds the outside column; afterwards it follows the store. */
export function buildOutside(element) {
  root = element;
  on("mail", draw);
  on("place", () => document.body.classList.toggle("mail-wide", room.place === "mail"));
  draw();
}

/** Number of sent mails that nobody has opened on this page. */
export function unreadMail() {
  return room.mail.sent.filter((mail) => !read.has(String(mail.id))).length;
}

const newestFirst = (list) => [...list].sort((one, other) => Date.parse(other.date) - Date.parse(one.date) || Number(other.id) - Number(one.id) || 0);
const boxes = { sent: ["Sent to suppliers", () => newestFirst(room.mail.sent)], plant: ["Plant's mailbox", () => newestFirst(room.mail.plant)] };

let drawnMail = null;

function draw() {
  const mail = at.open ? [...room.mail.sent, ...room.mail.plant].find((one) => String(one.id) === at.open) : null;
  if (at.writing) return fill(root, newMail(suppliers(), back));
  if (!mail) {
    drawnMail = null;
    return refill(titles(), list());
  }
  // An open mail is left alone while others arrive: somebody may be writing the answer.
  if (drawnMail === at.open && root.querySelector(".mail")) return null;
  drawnMail = at.open;
  return fill(root, drawMail(mail, back));
}

function refill(...children) {
  const searching = document.activeElement?.dataset?.testid === "mail-search";
  const caret = searching ? document.activeElement.selectionStart : 0;
  fill(root, ...children);
  if (!searching) return;
  const field = root.querySelector('[data-testid="mail-search"]');
  field.focus();
  field.setSelectionRange(caret, caret);
}

function back() {
  const was = at.open;
  Object.assign(at, { open: null, writing: false });
  draw();
  root.querySelector(`[data-testid="mail-${was}"], .box`)?.focus();
}

/** Opens a mail, and the mail tab where it is not in sight. */
export function openMail(id) {
  Object.assign(at, { open: String(id), writing: false });
  read.add(String(id));
  keep("mails", [...read].join(" "));
  tell("mail");
  if (innerWidth < 900 && room.place !== "mail") show("mail");
}

function titles() {
  const large = room.place === "mail";
  const wide = signButton("wide", large ? "Back beside the chat" : "Show mail large", () => show(large ? "chat" : "mail").then(draw), { class: "sign wide-only" });
  const write = () => {
    at.writing = true;
    draw();
  };
  return h("header", { class: "title" }, h("h2", {}, "Outside"), h("p", {}, "the suppliers' mail"), signButton("pencil", "Write a mail to the plant", write, { "data-testid": "new-mail" }), wide);
}

function list() {
  const [, mails] = boxes[at.box];
  const shown = mails().filter((mail) => `${mail.from} ${mail.to} ${mail.subject} ${mail.text ?? ""}`.toLowerCase().includes(at.search.toLowerCase()));
  const words = at.box === "sent" ? "No order has been sent yet. The first one appears here with its PDF." : "Nothing has come in yet.";
  const search = h("input", { type: "search", class: "field", placeholder: "Search mail", "aria-label": "Search mail", value: at.search, "data-testid": "mail-search", oninput: seek });
  return [tabs(), h("div", { class: "search-row" }, search), h("ul", { class: "mails", "aria-label": boxes[at.box][0] }, shown.map((mail) => h("li", {}, mailRow(mail)))), shown.length ? null : h("p", { class: "note" }, at.search ? "No mail has these words." : words)];
}

function seek(event) {
  at.search = event.target.value;
  draw();
}

function turnTo(box) {
  at.box = box;
  draw();
}

function tabs() {
  const tab = ([box, [label, mails]]) => h("button", { type: "button", class: "box", "aria-pressed": String(at.box === box), "data-testid": `box-${box}`, onclick: () => turnTo(box) }, label, h("span", { class: "count" }, String(mails().length)));
  return h("div", { class: "boxes", role: "group", "aria-label": "Mailboxes" }, Object.entries(boxes).map(tab));
}

function mailRow(mail) {
  const fresh = at.box === "sent" && !read.has(String(mail.id));
  const other = at.box === "sent" ? mail.to : mail.from;
  const clip = mail.attachments?.length ? h("span", { class: "clip" }, icon("attach"), String(mail.attachments.length)) : null;
  return h("button", { type: "button", class: `mail-row ${fresh ? "unread" : ""}`, "data-testid": `mail-${mail.id}`, onclick: () => openMail(mail.id) }, h("span", { class: "who" }, addressName(other)), h("time", {}, mailTime(mail.date)), h("span", { class: "subject" }, mail.subject || "(no subject)"), clip);
}

/** The name in an address, or the address. */
export function addressName(address) {
  const text = Array.isArray(address) ? address.join(", ") : String(address ?? "");
  return /^\s*"?([^"<]+?)"?\s*</.exec(text)?.[1] ?? text;
}

function suppliers() {
  const seeded = room.state.suppliers ?? [];
  const seen = [...room.mail.sent.map((mail) => mail.to), ...room.mail.plant.map((mail) => mail.from)].flat().filter(Boolean);
  return [...new Set([...seeded.map((one) => `${one.name} <${one.address}>`), ...seen.map(String)])];
}
