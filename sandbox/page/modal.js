/** Shows the top of a person's stack of modals, collects what is filled in, and says errors where they belong. */
import { drawBlocks } from "./blocks.js";
import { deskFor } from "./desk.js";
import { fill, h, signButton } from "./dom.js";
import { Form, lacks } from "./form.js";
import { closeList } from "./menu.js";
import { textOf, words } from "./mrkdwn.js";
import { on, room, wake } from "./store.js";
import { inWords, post } from "./wire.js";

const forms = new Map();
let dialog = null;
let view = null;
let sign = null;
let cameFrom = null;

/** Lets modals appear whenever the stack of views changes. */
export function watchModals() {
  on("views", draw);
}

function draw() {
  const top = room.stack.at(-1) ?? null;
  if (!top) return shut();
  // The server keeps what is typed in `state`; only a change by the bot is worth a redraw.
  const fresh = JSON.stringify({ ...top, state: null });
  if (fresh === sign) return null;
  const sameView = view?.id === top.id;
  [view, sign] = [top, fresh];
  if (!forms.has(top.id)) forms.set(top.id, new Form());
  if (!dialog) openDialog();
  closeList(false);
  drawView({}, null, sameView);
  return null;
}

function openDialog() {
  cameFrom = { element: document.activeElement, testid: document.activeElement?.dataset?.testid };
  dialog = h("dialog", { class: "modal", "data-testid": "modal", oncancel: cancel });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  if (!dialog) return;
  dialog.close();
  dialog.remove();
  [dialog, view, sign] = [null, null, null];
  forms.clear();
  const again = cameFrom.testid ? document.querySelector(`[data-testid="${CSS.escape(cameFrom.testid)}"]`) : null;
  const target = document.contains(cameFrom.element) ? cameFrom.element : again;
  (target ?? document.querySelector('[data-testid="composer"]'))?.focus();
}

function cancel(event) {
  event.preventDefault();
  close();
}

async function close() {
  await post("close", { as: room.me, view_id: view.id });
  await wake("views");
}

function drawView(errors, problem, keepFocus) {
  const form = forms.get(view.id);
  const scroll = dialog.querySelector(".scroll")?.scrollTop ?? 0;
  const held = keepFocus ? document.activeElement?.dataset?.testid : null;
  const title = words(view.title);
  const back = room.stack.length > 1 ? signButton("back", "Back", close) : null;
  const head = h("header", {}, back, h("h2", {}, textOf(view.title)), signButton("close", "Close", close, { "data-testid": "modal-x" }));
  const body = h("div", { class: "scroll" }, problem ? h("p", { class: "error", role: "alert" }, problem) : null, drawBlocks(view.blocks, deskFor({ view_id: view.id }, form, view.blocks), errors));
  dialog.setAttribute("aria-label", title);
  fill(dialog, h("form", { novalidate: true, onsubmit: submit }, head, body, foot()));
  body.scrollTop = scroll;
  focusIn(errors, held);
}

function foot() {
  const leave = h("button", { type: "button", class: "button", "data-testid": "modal-close", onclick: close }, view.close ? textOf(view.close) : "Cancel");
  const needsSubmit = view.submit || view.blocks.some((block) => block.type === "input");
  const submit = needsSubmit ? h("button", { type: "submit", class: "button primary", "data-testid": "modal-submit" }, view.submit ? textOf(view.submit) : "Submit") : null;
  return h("footer", {}, h("span", { class: "by" }, h("img", { src: "/page/mark.svg", alt: "", class: "face bot tiny" }), "Chargehand"), leave, submit);
}

function focusIn(errors, held) {
  const [wrong] = Object.keys(errors);
  const block = wrong ? dialog.querySelector(`[data-block="${CSS.escape(wrong)}"]`) : null;
  const same = held ? dialog.querySelector(`[data-testid="${CSS.escape(held)}"]`) : null;
  const field = "input, textarea, select, button.chooser";
  (block?.querySelector(field) ?? same ?? dialog.querySelector(`.scroll :is(${field})`) ?? dialog.querySelector("footer .primary, footer .button"))?.focus();
}

async function submit(event) {
  event.preventDefault();
  const form = forms.get(view.id);
  const missing = lacks(view.blocks, form);
  if (Object.keys(missing).length) return drawView(missing, null, false);
  const button = dialog.querySelector('[data-testid="modal-submit"]');
  if (button.getAttribute("aria-busy") === "true") return null;
  button.setAttribute("aria-busy", "true");
  const sent = view.id;
  const answer = await post("submit", { as: room.me, view_id: sent, state: form.state(view.blocks) });
  button.removeAttribute("aria-busy");
  if (answer.errors && Object.keys(answer.errors).length) return drawView(answer.errors, stray(answer.errors), false);
  if (!answer.ok) return drawView({}, inWords(answer), true);
  return wake("views", "messages", "thread");
}

// An error for a block that is not there would be lost; it is said above the form.
function stray(errors) {
  const known = new Set(view.blocks.map((block) => block.block_id));
  const lost = Object.entries(errors).filter(([blockId]) => !known.has(blockId));
  return lost.length ? lost.map(([, words]) => words).join(" ") : null;
}

