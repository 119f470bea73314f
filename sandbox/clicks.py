"""What a person clicks or picks in a message, a modal or on Home, and what a typeahead offers."""

from sandbox.block_rules import Finding, listed
from sandbox.delivery import Delivery
from sandbox.elements import OPTION, OPTION_GROUP
from sandbox.modals import Modals
from sandbox.payloads import CHOICE, chosen, common, find_element, named, state_of
from sandbox.replies import Replies
from sandbox.triggers import Triggers
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace


class Clicks:
    """Builds block_actions and block_suggestion payloads from what is stored."""

    def __init__(self, delivery: Delivery, replies: Replies, modals: Modals) -> None:
        self.workspace: Workspace = delivery.workspace
        self.triggers: Triggers = modals.triggers
        self.delivery, self.replies, self.modals = delivery, replies, modals

    async def click(self, act: Json) -> Json:
        """{as, channel+message_ts | view_id, block_id, action_id, choice…, state?} → {ok}; raises what Slack would show."""
        who = self.workspace.person(act["as"])["id"]
        payload, blocks, view_id = self._scene("block_actions", who, act)
        element = find_element(blocks, act.get("block_id", ""), act["action_id"])
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": element["block_id"]}
        action |= {key: element[key] for key in ("text", "style") if key in element}
        choice = chosen(element, act)
        if choice is not None:
            action[CHOICE[element["type"]]] = choice
        payload["trigger_id"] = self.triggers.give(who, view_id)
        payload["actions"] = [{**action, "action_ts": self.workspace.stamps.next()}]
        reply = await self.delivery.deliver("interactive", payload)
        if not reply.ok:
            raise Refused(reply.reason)
        return {"ok": True}

    async def options(self, act: Json) -> Json:
        """{as, view_id | channel+message_ts, block_id, action_id, query} → {ok, options | option_groups}."""
        who = self.workspace.person(act["as"])["id"]
        payload, blocks, _view = self._scene("block_suggestion", who, act)
        element = find_element(blocks, act.get("block_id", ""), act["action_id"])
        payload |= {
            "action_id": element["action_id"],
            "block_id": element["block_id"],
            "value": str(act.get("query") or ""),
        }
        payload.pop("response_url", None)
        reply = await self.delivery.deliver("interactive", payload)
        if not reply.ok:
            raise Refused(reply.reason)
        return {"ok": True, **_offer(reply.payload)}

    def _scene(self, kind: str, who: str, act: Json) -> tuple[Json, list[Json], str]:
        payload = common(self.workspace, kind, who)
        if act.get("view_id"):
            return self._view_scene(payload, who, act)
        return self._message_scene(payload, who, act)

    def _view_scene(self, payload: Json, who: str, act: Json) -> tuple[Json, list[Json], str]:
        found = self.workspace.store.view(act["view_id"])
        if found is None or found[1] != who:
            raise Refused("not_found")
        view, person, kind, place = found
        given = act.get("state", {}).get("values") or view["state"]["values"]
        view["state"] = {"values": state_of(view["blocks"], given)}
        self.modals.keep_state(view, person, place, kind)
        payload |= {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        return payload, view["blocks"], view["id"]

    def _message_scene(self, payload: Json, who: str, act: Json) -> tuple[Json, list[Json], str]:
        channel = self.workspace.channel(act["channel"])["id"]
        message = self.workspace.store.message(channel, act["message_ts"])
        private = self.workspace.store.ephemeral_to(channel, act["message_ts"])
        if message is None or private not in (None, who):
            raise Refused("message_not_found")
        if who not in self.workspace.audience(channel):
            raise Refused("not_in_channel")
        container = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel,
            "is_ephemeral": bool(private),
        }
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        blocks = message.get("blocks", [])
        values = state_of(blocks, act.get("state", {}).get("values") or {})
        payload |= {"container": container, "channel": named(self.workspace, channel), "state": {"values": values}}
        payload["response_url"] = self.replies.address(channel, who, message["ts"])
        if not private:
            payload["message"] = message
        return payload, blocks, ""


def _offer(payload: Json) -> Json:
    found: list[Finding] = []
    for key, rule in (("options", OPTION), ("option_groups", OPTION_GROUP)):
        if key in payload:
            listed(rule, 100, 0)(payload[key], f"/{key}", found)
            if found:
                raise Refused("invalid_options", [finding.line() for finding in found])
            return {key: payload[key]}
    raise Refused("invalid_options", ["[ERROR] missing required field: options [json-pointer:/]"])
