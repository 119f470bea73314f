"""What a person does with a modal: sends it, closes it; and the opening of Home."""

import re
from decimal import Decimal, InvalidOperation

from sandbox.delivery import Delivery
from sandbox.modals import Modals
from sandbox.payloads import CHOICE, common, state_of
from sandbox.wire import Json, Refused

REQUIRED = "Please complete this required field."


class Forms:
    """Submissions and closings, with the answers the app may give."""

    def __init__(self, delivery: Delivery, modals: Modals) -> None:
        self.workspace = delivery.workspace
        self.delivery, self.modals = delivery, modals

    async def submit(self, act: Json) -> Json:
        """{as, view_id, state} → {ok, response_action?, errors?}; required inputs are checked first, as the client does."""
        who, view = self._own_view(act)
        values = state_of(view["blocks"], act.get("state", {}).get("values") or {})
        errors = _client_errors(view["blocks"], values)
        if errors:
            return {"ok": False, "response_action": "errors", "errors": errors}
        view["state"] = {"values": values}
        self.modals.keep_state(view, who, len(self._below(who, view["id"])), "modal")
        payload = {**common(self.workspace, "view_submission", who), "view": view, "response_urls": []}
        payload["trigger_id"] = self.modals.triggers.give(who, view["id"])
        reply = await self.delivery.deliver("interactive", payload)
        if not reply.ok:
            raise Refused(reply.reason)
        return self._follow(who, view, reply.payload)

    async def close(self, act: Json) -> Json:
        """{as, view_id}; the app hears of it when the view asked for that."""
        who, view = self._own_view(act)
        if view["clear_on_close"]:
            self.modals.clear(who)
        else:
            self.modals.close(who, view["id"])
        if view["notify_on_close"]:
            payload = {**common(self.workspace, "view_closed", who), "view": view, "is_cleared": bool(act.get("all"))}
            await self.delivery.deliver("interactive", payload)
        return {"ok": True}

    def open_home(self, act: Json) -> Json:
        """{as, tab?: home|messages} tells the app that the person looks at its Home."""
        who = self.workspace.person(act["as"])["id"]
        channel = self.workspace.direct_message([who])["id"]
        event = {"type": "app_home_opened", "user": who, "channel": channel, "tab": act.get("tab", "home")}
        home = self.modals.home(who)
        if home is not None and event["tab"] == "home":
            event["view"] = home
        self.workspace.tell_app({**event, "event_ts": self.workspace.stamps.next()})
        return {"ok": True}

    def _own_view(self, act: Json) -> tuple[str, Json]:
        who = self.workspace.person(act["as"])["id"]
        found = self.workspace.store.view(act["view_id"])
        if found is None or found[1] != who or found[2] != "modal":
            raise Refused("not_found")
        return who, found[0]

    def _below(self, who: str, view_id: str) -> list[Json]:
        stack = self.modals.stack(who)
        return stack[: [view["id"] for view in stack].index(view_id)]

    def _follow(self, who: str, view: Json, answer: Json) -> Json:
        action = answer.get("response_action")
        if action == "errors":
            return {"ok": False, "response_action": "errors", "errors": self._known_errors(view, answer)}
        if action == "update":
            self.modals.update(view["id"], answer["view"])
        elif action == "push":
            self.modals.push_for(who, answer["view"])
        elif action == "clear":
            self.modals.clear(who)
        elif action is None:
            if self.workspace.store.view(view["id"]) is not None:
                self.modals.close(who, view["id"])
        else:
            raise Refused("invalid_response_action", [f"[ERROR] unknown response_action: {action}"])
        return {"ok": True, **({"response_action": action} if action else {})}

    def _known_errors(self, view: Json, answer: Json) -> Json:
        errors = answer.get("errors")
        inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise Refused("invalid_errors", ["[ERROR] each error must name the block_id of an input block"])
        return errors


def _client_errors(blocks: list[Json], values: Json) -> Json:
    errors = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]][CHOICE[element["type"]]]
        is_missing = value in (None, "", [])
        wrong = REQUIRED * (not block.get("optional")) if is_missing else _wrong(element, value)
        if wrong:
            errors[block["block_id"]] = wrong
    return errors


def _wrong(element: Json, value: object) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        return _wrong_length(element, str(value))
    if kind == "number_input":
        return _wrong_number(element, str(value))
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", str(value)):
        return "Please enter a valid URL."
    return ""


def _wrong_length(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter no more than {most} characters." if len(value) > most else ""


def _wrong_number(element: Json, value: str) -> str:
    try:
        figure = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not figure.is_finite() or (not element["is_decimal_allowed"] and figure != figure.to_integral_value()):
        return "Please enter a whole number." if figure.is_finite() else "Please enter a number."
    if element.get("min_value") and figure < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if element.get("max_value") and figure > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""
