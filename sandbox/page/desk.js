/** Carries a person's clicks to the server: asks first where the bot wants it, shows waiting, says failures. */
import { h, say, toast } from "./dom.js";
import { textOf, words } from "./mrkdwn.js";
import { room, wake } from "./store.js";
import { inWords, post } from "./wire.js";

/** A desk for a message or view: `address` is {channel, message_ts} or {view_id}; `form` keeps what is filled in. */
export function deskFor(address, form, blocks) {
  return {
    form,
    act(element, answer, control) {
      return act({ address, form, blocks, element, answer, control, blockId: this.blockId });
    },
    options(element, query) {
      return post("options", { as: room.me, ...address, block_id: this.blockId, action_id: element.action_id, query });
    },
  };
}

async function act(click) {
  const { element, control } = click;
  if (control?.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await agreed(element.confirm))) return;
  control?.setAttribute("aria-busy", "true");
  const answer = await post("click", bodyOf(click));
  control?.removeAttribute("aria-busy");
  if (!answer.ok) toast(inWords(answer));
  else if (element.type === "button") say(`${words(element.text)}: done`);
  await wake("messages", "thread", "views");
}

function bodyOf({ address, form, blocks, element, answer, blockId }) {
  return { as: room.me, ...address, block_id: blockId, action_id: element.action_id, ...answer, state: form.state(blocks) };
}

function agreed(confirm) {
  return new Promise((resolve) => {
    const end = (yes) => () => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-label": words(confirm.title), "data-testid": "confirm", oncancel: end(false) },
      h("h2", {}, textOf(confirm.title)),
      h("p", {}, textOf(confirm.text)),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: end(false), "data-testid": "confirm-deny" }, textOf(confirm.deny)), h("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, onclick: end(true), "data-testid": "confirm-ok" }, textOf(confirm.confirm))),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
