/** Lists that open at a control: menus of actions, and lists of options to choose from. */
import { h } from "./dom.js";

let open = null;

/** Closes whatever list is open; gives the focus back unless told otherwise. */
export function closeList(giveBack = true) {
  if (!open) return;
  const { box, anchor, onClose } = open;
  open = null;
  box.remove();
  anchor.setAttribute("aria-expanded", "false");
  onClose?.();
  if (giveBack) anchor.focus();
}

/** Places a box at a control and keeps it on the screen. */
export function openBox(anchor, box, onClose = null) {
  closeList(false);
  open = { anchor, box, onClose };
  (anchor.closest("dialog") ?? document.body).append(box);
  anchor.setAttribute("aria-expanded", "true");
  place(anchor, box);
}

function place(anchor, box) {
  const at = anchor.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = innerHeight - at.bottom > size.height + 12 || at.top < size.height + 12;
  box.style.minWidth = `${Math.min(at.width, innerWidth - 16)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.getBoundingClientRect().width - 8))}px`;
  box.style.top = below ? `${Math.min(at.bottom + 4, innerHeight - size.height - 8)}px` : `${at.top - size.height - 4}px`;
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) closeList(false);
});
addEventListener("resize", () => closeList(false));
document.addEventListener("scroll", (event) => open && !open.box.contains(event.target) && follow(), true);

// What lies below may move while a list is open; the list stays at its control as long as that is there.
function follow() {
  const at = open.anchor.getBoundingClientRect();
  if (!document.contains(open.anchor) || at.bottom < 0 || at.top > innerHeight) closeList(false);
  else place(open.anchor, open.box);
}

/** A menu of actions: items {label, note?, pick, testid?}; arrows move, Enter picks, Esc closes. */
export function openMenu(anchor, label, items) {
  const entries = items.map((item) => entry(item));
  const box = h("div", { class: "list menu", role: "menu", "aria-label": label, onkeydown: (event) => walk(event, entries) }, entries);
  openBox(anchor, box);
  entries[0]?.focus();
}

function entry(item) {
  const pick = () => {
    closeList();
    item.pick();
  };
  return h("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : "", "data-testid": item.testid, onclick: pick }, h("span", {}, item.label), item.note ? h("small", {}, item.note) : null);
}

/** Moves the focus up and down a list of elements. */
export function walk(event, entries) {
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeList();
  } else if (event.key === "Tab") closeList(false);
  else if (to !== undefined && entries.length) {
    event.preventDefault();
    entries[(to + entries.length) % entries.length].focus();
  }
}
