"""The views of each person: the stack of modals and the Home tab."""

import hashlib

from sandbox.blocks import check_view, settle_blocks
from sandbox.timing import fresh
from sandbox.triggers import Triggers
from sandbox.wire import Json, Refused, packed
from sandbox.workspace import Workspace

DEEPEST = 3
WRITTEN = ("type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id")
FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")


class Modals:
    """Opens, pushes, updates and closes views as Slack does."""

    def __init__(self, workspace: Workspace, triggers: Triggers) -> None:
        self.workspace, self.triggers, self.store = workspace, triggers, workspace.store

    def open(self, trigger: str, view: Json) -> Json:
        """A new modal for whoever pulled the trigger; what was open is replaced."""
        self._check(view, "modal")
        person = self.triggers.exchange(trigger).person
        self.store.drop_views(person, 0)
        return self._place(person, view, [])

    def push(self, trigger: str, view: Json) -> Json:
        """A further modal on the stack from which the trigger came; raises push_limit_reached."""
        self._check(view, "modal")
        return self.push_for(self.triggers.exchange(trigger).person, view)

    def push_for(self, person: str, view: Json) -> Json:
        """A further modal on a person's stack, as a response action does it."""
        self._check(view, "modal")
        stack = self.stack(person)
        if len(stack) >= DEEPEST:
            raise Refused("push_limit_reached")
        return self._place(person, view, stack)

    def update(self, view_id: str, view: Json, *, known_hash: str = "") -> Json:
        """Replace the content of a view; raises not_found, hash_conflict."""
        self._check(view, "")
        found = self.store.view(view_id)
        if found is None:
            raise Refused("not_found")
        before, person, kind, place = found
        if known_hash and known_hash != before["hash"]:
            raise Refused("hash_conflict")
        after = {**self._shape(view, before), "id": view_id}
        self.store.put_view(after, person, kind, place)
        self._tell(person, kind, "update", after)
        return after

    def publish(self, person: str, view: Json, *, known_hash: str = "") -> Json:
        """The Home tab of a person; raises user_not_found, hash_conflict."""
        self._check(view, "home")
        self.workspace.person(person)
        before = self.home(person)
        if before and known_hash and known_hash != before["hash"]:
            raise Refused("hash_conflict")
        after = {**self._shape(view, before), "id": before["id"] if before else fresh("V")}
        after |= {"root_view_id": after["id"], "previous_view_id": None}
        self.store.put_view(after, person, "home", 0)
        self._tell(person, "home", "publish", after)
        return after

    def close(self, person: str, view_id: str) -> Json:
        """Close one modal and what lies above it; gives the closed view; raises not_found."""
        found = self.store.view(view_id)
        if found is None or found[1] != person or found[2] != "modal":
            raise Refused("not_found")
        self.store.drop_views(person, found[3])
        self._tell(person, "modal", "close", found[0])
        return found[0]

    def clear(self, person: str) -> None:
        """Close all modals of a person."""
        self.store.drop_views(person, 0)
        self._tell(person, "modal", "clear", {"id": ""})

    def keep_state(self, view: Json, person: str, place: int, kind: str) -> None:
        """Remember what the person typed so far."""
        self.store.put_view(view, person, kind, place)

    def stack(self, person: str) -> list[Json]:
        """A person's open modals, lowest first."""
        return self.store.views(person, "modal")

    def home(self, person: str) -> Json | None:
        """A person's Home tab, if one was published."""
        homes = self.store.views(person, "home")
        return homes[0] if homes else None

    def _place(self, person: str, view: Json, stack: list[Json]) -> Json:
        doc = {**self._shape(view, None), "id": fresh("V")}
        doc["root_view_id"] = stack[0]["id"] if stack else doc["id"]
        doc["previous_view_id"] = stack[-1]["id"] if stack else None
        self.store.put_view(doc, person, "modal", len(stack))
        self._tell(person, "modal", "push" if stack else "open", doc)
        return doc

    def _check(self, view: Json, kind: str) -> None:
        errors = check_view(view)
        if kind and view.get("type") != kind:
            errors = [*errors, f"[ERROR] expected a view of type {kind} [json-pointer:/view/type]"]
        if errors:
            raise Refused("invalid_arguments", errors)

    def _shape(self, view: Json, before: Json | None) -> Json:
        place = self.workspace
        doc = {key: view.get(key) for key in WRITTEN} | {key: bool(view.get(key, False)) for key in FLAGS}
        doc |= {"private_metadata": view.get("private_metadata") or "", "callback_id": view.get("callback_id") or ""}
        doc["external_id"] = view.get("external_id") or ""
        taken = doc["external_id"] and self.store.view_by_external_id(doc["external_id"])
        if taken and (before is None or before["id"] != taken):
            raise Refused("duplicate_external_id")
        doc["blocks"] = settle_blocks(view["blocks"])
        doc |= {"team_id": place.team, "app_id": place.app, "app_installed_team_id": place.team, "bot_id": place.bot_id}
        doc["state"] = before["state"] if before else {"values": {}}
        for key in ("root_view_id", "previous_view_id"):
            doc[key] = before[key] if before else None
        digest = hashlib.sha256(packed([doc, place.stamps.next()]).encode()).hexdigest()[:8]
        return {**doc, "hash": f"{int(place.timing.now())}.{digest}"}

    def _tell(self, person: str, kind: str, change: str, view: Json) -> None:
        word = "home" if kind == "home" else "view"
        self.workspace.feed.push(word, frozenset({person}), user=person, change=change, view_id=view["id"])
