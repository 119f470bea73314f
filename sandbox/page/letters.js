/** A new mail to the plant from any sender, with or without a good signature. */
import { h, signButton, toast } from "./dom.js";
import { wake } from "./store.js";
import { inWords, post } from "./wire.js";

const SIGNATURES = [
  ["pass", "Genuine", "the sender's domain vouches for it"],
  ["fail", "Forged", "the domain says it is not from there"],
  ["none", "Unsigned", "the domain says nothing"],
];

/** The form of a new mail; `back` leads to the list. */
export function newMail(senders, back) {
  const field = (name, label, extra = {}) => h("label", { class: "labelled" }, h("span", {}, label), h("input", { class: "field", name, "data-testid": `new-${name}`, autocomplete: "off", ...extra }));
  const options = h("datalist", { id: "senders" }, senders.map((one) => h("option", { value: one })));
  const text = h("label", { class: "labelled" }, h("span", {}, "Text"), h("textarea", { class: "field", name: "text", rows: 10, "data-testid": "new-text" }));
  const file = h("label", { class: "labelled" }, h("span", {}, "Attachment"), h("input", { type: "file", name: "file", class: "field", "data-testid": "new-file" }));
  const send = h("button", { type: "submit", class: "button primary", "data-testid": "new-send" }, "Send to the plant");
  const form = h("form", { class: "scroll new-mail", onsubmit: (event) => submit(event, back) }, options, field("from", "From", { list: "senders", required: true, placeholder: "Name <name@supplier.example>" }), field("subject", "Subject"), text, file, signatures(), h("div", { class: "buttons end" }, send));
  return [h("header", { class: "title" }, signButton("back", "Back to the list", back), h("h2", {}, "New mail to the plant")), form];
}

function signatures() {
  const row = ([value, label, note], index) => h("label", { class: "mark" }, h("input", { type: "radio", name: "authentication", value, checked: index === 0, "data-testid": `signature-${value}` }), h("span", {}, label, h("small", {}, note)));
  return h("fieldset", { class: "marks" }, h("legend", {}, "Signature"), SIGNATURES.map(row));
}

async function submit(event, back) {
  event.preventDefault();
  const form = new FormData(event.target);
  const file = form.get("file");
  const attachments = file?.size ? [{ name: file.name, type: file.type || "application/octet-stream", mimetype: file.type || "application/octet-stream", base64: await base64(file) }] : [];
  const answer = await post("mail/new", { from: form.get("from"), subject: form.get("subject"), text: form.get("text"), authentication: form.get("authentication"), attachments });
  if (!answer.ok) return toast(inWords(answer));
  toast("Put into the plant's mailbox.", "good");
  await wake("mail");
  return back();
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 32768) text += String.fromCharCode(...bytes.subarray(from, from + 32768));
  return btoa(text);
}
