/** One mail as a person reads it: text, source, headers, papers drawn inline, and answers to give. */
import { fill, h, icon, safeLink, signButton, toast } from "./dom.js";
import { mailDate } from "./dates.js";
import { room, wake } from "./store.js";
import { getText, inWords, post } from "./wire.js";

const base = (mail) => `mail/${encodeURIComponent(mail.id)}`;

/** The whole mail; `back` leads to the list. */
export function drawMail(mail, back) {
  const given = answers(mail);
  const toAnswer = given ? h("button", { type: "button", class: "button small", onclick: () => given.scrollIntoView({ block: "nearest" }) }, "Answer") : null;
  const head = h("header", { class: "title" }, signButton("back", "Back to the list", back, { "data-testid": "mail-back" }), h("h2", {}, mail.subject || "(no subject)"), toAnswer);
  const facts = h("dl", { class: "facts" }, fact("From", mail.from), fact("To", mail.to), fact("Date", mailDate(mail.date)));
  const papers = (mail.attachments ?? []).map((paper, index) => ({ ...paper, address: `/sandbox/${base(mail)}/attachment/${encodeURIComponent(paper.id ?? index)}` }));
  return h("article", { class: "mail", "data-testid": "mail-open", "aria-label": mail.subject }, head, h("div", { class: "scroll", tabindex: "0" }, facts, faces(mail), paperList(papers), papers.filter(isPdf).map(pdf), given));
}

function fact(name, value) {
  return value ? [h("dt", {}, name), h("dd", {}, Array.isArray(value) ? value.join(", ") : String(value))] : null;
}

const FACES = [
  ["html", "Mail", (mail) => (mail.html ? htmlFace(mail) : textFace(mail))],
  ["plain", "Plain", textFace],
  ["source", "Source", (mail) => later(mail, (raw) => raw)],
  ["headers", "Headers", (mail) => later(mail, (raw) => raw.split(/\r?\n\r?\n/, 1)[0])],
];

function faces(mail) {
  const body = h("div", { class: "mail-body" });
  const buttons = FACES.map(([id, label]) => h("button", { type: "button", class: "box", "aria-pressed": "false", "data-testid": `mail-${id}`, onclick: () => turn(id) }, label));
  const turn = (id) => {
    FACES.forEach(([one], index) => buttons[index].setAttribute("aria-pressed", String(one === id)));
    fill(body, FACES.find(([one]) => one === id)[2](mail));
  };
  turn("html");
  return h("div", {}, h("div", { class: "boxes", role: "group", "aria-label": "How to show the mail" }, buttons), body);
}

// Foreign HTML stays in a frame that may run nothing and, by the page's own policy, fetch nothing from elsewhere.
function htmlFace(mail) {
  const frame = h("iframe", { class: "html", sandbox: "allow-same-origin", title: `Mail: ${mail.subject}`, srcdoc: withoutErrands(mail.html), "data-testid": "mail-frame" });
  frame.addEventListener("load", () => {
    const page = frame.contentDocument;
    if (page?.body) frame.style.height = `${Math.min(page.documentElement.scrollHeight + 2, 2400)}px`;
  });
  return frame;
}

// Scripts and far pictures would only be blocked one by one and leave broken signs behind.
function withoutErrands(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("script, link, meta[http-equiv], base").forEach((one) => one.remove());
  for (const image of page.querySelectorAll("img")) {
    if (!/^data:image\//.test(image.getAttribute("src") ?? "")) image.replaceWith(image.getAttribute("alt") ?? "");
  }
  return page.documentElement.outerHTML;
}

function textFace(mail) {
  return h("pre", { class: "plain" }, mail.text || "(no plain text)");
}

function later(mail, read) {
  const shown = h("pre", { class: "source" }, "Loading…");
  getText(`${base(mail)}/raw`).then((raw) => {
    shown.textContent = read(raw).slice(0, 200000);
  });
  return shown;
}

const isPdf = (paper) => paper.type === "application/pdf" || /\.pdf$/i.test(paper.name ?? "");

function paperList(papers) {
  if (!papers.length) return null;
  const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round((bytes ?? 0) / 1024))} kB`);
  return h("ul", { class: "papers", "aria-label": "Attachments" }, papers.map((paper) => h("li", {}, h("a", { class: "file", href: safeLink(paper.address), target: "_blank", rel: "noopener", "data-testid": `attachment-${paper.name}` }, icon("file"), h("span", {}, paper.name || "attachment"), h("small", {}, size(paper.size))))));
}

function pdf(paper) {
  return h("iframe", { class: "pdf", src: `${paper.address}#toolbar=0&navpanes=0&view=FitH`, title: `PDF: ${paper.name}`, "data-testid": "pdf" });
}

// ---- answering as the supplier -----------------------------------------------------------------------------------------------

function answers(mail) {
  if (!mail.answers?.length) return null;
  const field = h("textarea", { class: "field", rows: 4, "aria-label": "Your answer as the supplier", placeholder: "Or write your own answer", "data-testid": "answer-text" });
  const send = (kind, control) => answer(mail, kind, field, control);
  const ready = mail.answers.map(named).filter((one) => one.kind !== "free");
  const button = (one) => h("button", { type: "button", class: "button", "data-testid": `answer-${one.kind}`, onclick: (event) => send(one.kind, event.currentTarget) }, one.label);
  const groups = [...new Set(ready.map((one) => one.group ?? ""))];
  const group = (name) => h("fieldset", {}, name ? h("legend", {}, name) : null, h("div", { class: "buttons" }, ready.filter((one) => (one.group ?? "") === name).map(button)));
  const free = h("button", { type: "button", class: "button primary", "data-testid": "answer-free", onclick: (event) => (field.value.trim() ? send("free", event.currentTarget) : field.focus()) }, "Send answer");
  return h("section", { class: "answers", "aria-label": "Answer as the supplier" }, h("h3", {}, "Answer as the supplier"), groups.map(group), field, h("div", { class: "buttons end" }, free));
}

const named = (one) => (typeof one === "string" ? { kind: one, label: one[0].toUpperCase() + one.slice(1).replaceAll("_", " ") } : one);

async function answer(mail, kind, field, control) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  const answered = await post("mail/answer", { mail_id: mail.id, kind, text: field.value.trim() || undefined, as: room.me });
  control.removeAttribute("aria-busy");
  if (!answered.ok) return toast(inWords(answered));
  field.value = "";
  toast("Sent to the plant's mailbox.", "good");
  await wake("mail");
}
