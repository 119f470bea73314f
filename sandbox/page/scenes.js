/** The drawer behind the scenes: a message's blocks as JSON and what it uses of Slack's limits. */
import { fill, h, signButton } from "./dom.js";
import { usage } from "./limits.js";
import { room } from "./store.js";

const drawer = () => document.getElementById("scenes");
let subject = null;
let cameFrom = null;

/** Opens the drawer on a message or view. */
export function behindTheScenes(one) {
  subject = one;
  cameFrom = document.activeElement;
  draw();
  drawer().hidden = false;
  drawer().querySelector("button").focus();
}

/** Closes the drawer; says whether it was open. */
export function closeScenes() {
  if (drawer().hidden) return false;
  drawer().hidden = true;
  if (document.contains(cameFrom)) cameFrom?.focus();
  return true;
}

/** Opens the drawer on the last thing the bot showed here, or closes it. */
export function toggleScenes(focused = null) {
  if (closeScenes()) return;
  const shown = [...room.messages, ...room.replies];
  const last = room.place === "home" ? room.home : shown.filter((message) => message.bot && message.blocks.length).at(-1);
  behindTheScenes(room.stack.at(-1) ?? shown.find((message) => message.ts === focused) ?? last ?? shown.at(-1) ?? {});
}

function draw() {
  const rows = subject.blocks || subject.text ? usage(subject) : [];
  const limits = h("table", {}, h("tbody", {}, rows.map((row) => h("tr", { class: row.used > row.allowed ? "over" : "" }, h("th", { scope: "row" }, row.name), h("td", {}, `${row.used.toLocaleString("en")} of ${row.allowed.toLocaleString("en")}`)))));
  const copy = h("button", { type: "button", class: "button small", onclick: () => navigator.clipboard?.writeText(JSON.stringify(subject.blocks ?? [], null, 2)) }, "Copy blocks");
  const head = h("header", {}, h("h2", {}, "Behind the scenes"), signButton("close", "Close", closeScenes));
  const rest = Object.fromEntries(Object.entries(subject).filter(([name]) => name !== "blocks"));
  fill(drawer(), head, h("div", { class: "scroll", tabindex: "0" }, h("h3", {}, "Limits used"), limits, h("h3", {}, "Blocks ", copy), h("pre", {}, JSON.stringify(subject.blocks ?? [], null, 2)), h("h3", {}, "Everything else"), h("pre", {}, JSON.stringify(rest, null, 2))));
}
