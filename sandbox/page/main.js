/** Starts the page: builds its parts, loads the first picture, then follows the server. */
import { buildConversation } from "./conversation.js";
import { buildGuide } from "./guide.js";
import { watchKeys } from "./keys.js";
import { watchModals } from "./modal.js";
import { buildOutside } from "./outside.js";
import { buildSides } from "./sides.js";
import { on, room, start } from "./store.js";
import { toast } from "./dom.js";

on("state", () => {
  room.clockSeenAt = Date.now();
});
buildSides();
buildConversation(document.getElementById("middle"));
buildOutside(document.getElementById("outside"));
buildGuide();
watchModals();
watchKeys();

start().then(
  () => document.body.classList.add("ready"),
  () => toast("The sandbox does not answer. Is it running?"),
);
