/** "Try this": a small panel that leads a newcomer through the loop step by step. */
import { fill, h, signButton, toast } from "./dom.js";
import { openMail } from "./outside.js";
import { actAs, goTo, goToBot, keep, kept, on, openThread, room, show } from "./store.js";
import { inWords, post } from "./wire.js";

const FAULT = "Seal leaking on P-101, line stands";
const role = (...titles) => titles.map((title) => room.state.people.find((one) => new RegExp(title, "i").test(one.title ?? ""))).find(Boolean) ?? room.state.people[0];
const operator = () => role("operator", "line lead");
const technician = () => role("technician", "mechanic", "fitter", "electrician");
const owner = () => role("budget", "owner", "head of", "production manager", "maintenance manager", "manager");
const storekeeper = () => role("store", "warehouse");
const planner = () => role("planner", "supervisor", "manager");
const channel = (...names) => names.map((name) => room.state.channels.find((one) => one.kind !== "dm" && new RegExp(name, "i").test(one.name))).find(Boolean) ?? room.state.channels[0];
const faults = () => channel("fault", "maint", "line");
const stores = () => channel("store", "goods", "receiv");

async function be(someone, where) {
  await actAs(someone.id);
  const there = where();
  if (there) await goTo(there.id);
}

const inThread = (someone) => async () => {
  await be(someone(), faults);
  const root = room.messages.filter((message) => message.reply_count).at(-1);
  if (root) await openThread(root.ts);
};

async function reportFault() {
  await be(operator(), faults);
  const answer = await post("say", { as: room.me, channel: room.channel, text: FAULT });
  return answer.ok ? openThread(answer.ts) : toast(inWords(answer));
}

async function answerLastOrder(kind) {
  const mail = room.mail.sent.find((one) => one.answers?.some((answer) => (answer.kind ?? answer) === kind));
  if (!mail) return toast("No order has been sent yet. Approve it first.");
  openMail(mail.id);
  const answer = await post("mail/answer", { mail_id: mail.id, kind });
  return answer.ok ? toast("The delivery note is in the plant's mailbox.", "good") : toast(inWords(answer));
}

// [title, words, go there, do it or null]
const STEPS = [
  ["Report a fault", () => `You are ${operator().name}. Write what is wrong in #${faults().name}, in your own words: "${FAULT}".`, () => be(operator(), faults), reportFault],
  ["Take the job", () => `Become ${technician().name}. Open the thread and press "Take this job", then "Start", and confirm the lock-out.`, inThread(technician), null],
  ["Ask for the part", () => 'Press "Need a part" and choose the mechanical seal 45 mm, 2 pieces. None are in stock, so an order is drafted: press "Request 2".', inThread(technician), null],
  ["Approve the order", () => `Become ${owner().name}, who owns the budget. The question waits in the direct message: press "Approve".`, async () => { await actAs(owner().id); await goToBot(); }, null],
  ["Be the supplier", () => 'A few seconds later, when "Undo" has passed, the order is in the mail with its PDF. Answer it: "Delivers everything".', () => show("mail"), () => answerLastOrder("despatch")],
  ["Take the delivery in", () => `Become ${storekeeper().name}. The delivery is a card in #${stores().name}: press "All as listed", or "Count lines".`, () => be(storekeeper(), stores), null],
  ["Finish the job", () => `Become ${technician().name} again. The job woke up when the part came: press "Done" and say what it was.`, inThread(technician), null],
  ["Close it", () => `Become ${planner().name}, who looks after the jobs: press "Close". The whole story stays in the thread.`, inThread(planner), null],
];

let at = Number(kept("step") ?? 0);
const panel = () => document.getElementById("guide");

/** Shows the panel unless it was sent away before in this window. */
export function buildGuide() {
  on("place", () => room.ready && panel().hidden && kept("guide") !== "away" && openGuide());
}

/** Opens the panel at the step it was left. */
export function openGuide() {
  keep("guide", "open");
  panel().hidden = false;
  draw();
}

function away() {
  keep("guide", "away");
  panel().hidden = true;
}

function move(by) {
  at = Math.max(0, Math.min(STEPS.length - 1, at + by));
  keep("step", String(at));
  draw();
}

function draw() {
  const [title, words, go, act] = STEPS[at];
  const dots = h("span", { class: "steps", role: "img", "aria-label": `Step ${at + 1} of ${STEPS.length}` }, STEPS.map((_, index) => h("i", { class: index === at ? "now" : index < at ? "past" : "" })));
  const doIt = act ? h("button", { type: "button", class: "button small", "data-testid": "guide-do", onclick: () => run(act) }, "Do it for me") : null;
  const next = at < STEPS.length - 1 ? h("button", { type: "button", class: "button small", "data-testid": "guide-next", onclick: () => move(1) }, "Next") : h("button", { type: "button", class: "button small", onclick: away }, "Finish");
  const back = at ? h("button", { type: "button", class: "link", onclick: () => move(-1) }, "Back") : null;
  const there = h("button", { type: "button", class: "link", "data-testid": "guide-go", onclick: () => run(go) }, "Take me there");
  fill(panel(), h("h2", {}, `${at + 1}. ${title}`), dots, h("p", {}, words()), h("div", { class: "buttons" }, back, there, doIt, next), signButton("close", "Close", away, { "data-testid": "guide-close" }));
}

async function run(work) {
  await work();
  draw();
}
