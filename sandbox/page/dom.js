/** Builds elements from values: text always enters as text, links only with harmless schemes. */

const SVG = "http://www.w3.org/2000/svg";
const HARMLESS = /^(https?:|mailto:|\/(?!\/)|#)/i;

/** h("button", {class: "x", onclick: f}, "text", node, null): an element; false and null children are left out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") element.value = value;
  else if (name === "checked" || name === "disabled" || name === "hidden") element[name] = value;
  else if (name === "hue") element.style.background = value;
  else if (name === "href") element.setAttribute("href", safeLink(value));
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** The address itself, or "#" when its scheme could do harm. */
export function safeLink(address) {
  return HARMLESS.test(String(address).trim()) ? String(address).trim() : "#";
}

/** Replaces everything inside an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  attach: "M15.5 9.5 9.6 15.4a3.6 3.6 0 0 1-5-5l6.4-6.5a2.4 2.4 0 0 1 3.4 3.4l-6.3 6.4a1.2 1.2 0 0 1-1.7-1.7l5.6-5.7",
  back: "M12.5 4.5 7 10l5.5 5.5",
  bolt: "M11 2.8 4.8 11.4H10l-1 5.8 6.2-8.6H10z",
  chat: "M3.5 4.5h13v9h-7l-3.5 3v-3H3.5z",
  check: "m4.5 10.5 3.6 3.6 7.4-8",
  chevron: "m6 8 4 4 4-4",
  close: "m5.5 5.5 9 9m0-9-9 9",
  code: "M7 5.5 2.8 10 7 14.5m6-9 4.2 4.5-4.2 4.5",
  dots: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  file: "M5.5 2.8h6l3.5 3.5v10.9h-9.5zM11 3v4h4",
  hash: "M7.6 4 6.4 16m7.2-12-1.2 12M4.2 7.8h12m-12.4 4.6h12",
  help: "M7.6 7.6A2.5 2.5 0 1 1 10 10.8v1.4m0 2.6h.01M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0z",
  home: "M3.5 9.2 10 3.5l6.5 5.7M5.4 8v8.5h9.2V8",
  mail: "M2.8 5h14.4v10H2.8zm.4.6L10 11l6.8-5.4",
  people: "M7.2 9.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M2.5 16c.2-3 2-4.6 4.7-4.6S11.7 13 12 16m1-7a2.2 2.2 0 1 0-.6-4.3M14 11.7c2 .2 3.3 1.7 3.5 4.3",
  phone: "M6 2.5h8v15H6zM9.5 15.2h1",
  pencil: "m4 16 .8-3.4 8.6-8.6 2.6 2.6-8.6 8.6z",
  reply: "M8 5 3.5 9.5 8 14m-4.2-4.5h7.7c3 0 5 2 5 5.5",
  send: "M3.5 10 16.5 4 12 16.5 9.6 11.4z",
  theme: "M10 3v14a7 7 0 0 0 0-14zM17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  wide: "M3 5.5h14v9H3zM8 5.5v9",
};

/** A drawn sign; it never speaks, the control around it carries the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with a sign and words for those who cannot see the sign. */
export function signButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "sign", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

const HUES = ["#0B5C7A", "#1A7048", "#8A5300", "#6B4A9E", "#9C3D54", "#3B5BA5", "#4F6B1F", "#7A4A2B"];

/** A face made of initials; the same person always has the same colour. */
export function face(person, size = "") {
  const name = person?.name ?? "?";
  const initials = name.split(/\s+/).map((word) => word[0] ?? "").join("").slice(0, 2).toUpperCase();
  const hue = HUES[[...(person?.id ?? name)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES.length];
  return h("span", { class: `face ${size}`, hue, "aria-hidden": "true" }, initials);
}

/** The bot's mark. */
export function botFace(size = "") {
  return h("img", { class: `face bot ${size}`, src: "/page/mark.svg", alt: "" });
}

const toasts = () => document.getElementById("toasts");

/** Says something that went wrong (or right) for a few seconds; errors stay until dismissed. */
export function toast(words, kind = "bad") {
  const close = signButton("close", "Dismiss", () => note.remove());
  const note = h("div", { class: `toast ${kind}`, "data-testid": "toast" }, h("span", {}, words), close);
  toasts().append(note);
  if (kind !== "bad") setTimeout(() => note.remove(), 4000);
}

/** Speaks a sentence to a screen reader. */
export function say(words) {
  document.getElementById("said").textContent = words;
}
