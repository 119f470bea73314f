"""The pretend workspace itself: who is in it, what is said in it, and who may see that."""

import base64
import re
from collections.abc import Callable, Iterable
from typing import Any

from sandbox import mrkdwn
from sandbox.faults import Calls, Faults
from sandbox.feed import Feed
from sandbox.seed import Seed
from sandbox.store import Store
from sandbox.timing import Stamps, Timing, fresh
from sandbox.wire import Json, Refused

CHANNEL_TYPES = {"channel": "channel", "private": "group", "dm": "im", "group_dm": "mpim"}
TEAM = "T0SANDBOX"
APP = "A0SANDBOX"
BOT = "B0SANDBOX"
_SLUG = re.compile(r"[^a-z0-9.]+")
"""What an address of a file holds no letter of, as in Slack's own."""


class Workspace:
    """Reads and writes the world; every change is told to the feed and, where Slack does, to the app."""

    def __init__(self, store: Store, seed: Seed, timing: Timing, keys: dict[str, str]) -> None:
        self.store, self.seed, self.timing, self.keys = store, seed, timing, keys
        self.feed, self.faults, self.calls = Feed(), Faults(), Calls()
        self.stamps = Stamps(timing.now, store.last_stamp())
        self.team, self.app, self.bot_id, self.bot_user = TEAM, APP, BOT, seed.bot_user
        self.url = ""
        self.tell_app: Callable[[Json], None] = _nobody
        self._names: tuple[dict[str, str], dict[str, str]] | None = None

    def move_to(self, url: str) -> None:
        """The workspace answers at this address from now on; addresses of kept files follow."""
        before = self.store.recall("url")
        if before and before != url:
            self.store.move_addresses(before, url)
        self.store.keep("url", url)
        self.url = url

    # Settings of the app that may be changed while it runs.

    def setting(self, name: str, default: Any = None) -> Any:
        """One setting of the app: what was set later, else the seed's."""
        return self.store.recall("app", {}).get(name, self.seed.apps.get(name, default))

    def change_settings(self, changes: Json) -> None:
        """Set settings of the app over those of the seed."""
        self.store.keep("app", {**self.store.recall("app", {}), **changes})

    # People and conversations.

    def person(self, person: str) -> Json:
        """One person or the bot; raises user_not_found."""
        found = self.store.person(person)
        if found is None:
            raise Refused("user_not_found")
        return found

    def channel(self, channel: str) -> Json:
        """A conversation by id, by name, or by the person a direct message goes to; raises channel_not_found."""
        found = self.store.channel(channel)
        if found is not None:
            return found
        if channel[:1] in "UW" and self.store.person(channel):
            return self.direct_message([channel])
        name = channel.removeprefix("#")
        for one in self.store.channels():
            if one["name"] == name and one["kind"] in ("channel", "private"):
                return one
        raise Refused("channel_not_found")

    def direct_message(self, people: list[str]) -> Json:
        """The conversation of the bot with these people, opened if there is none."""
        key = people[0] if len(people) == 1 else "G" + "_".join(sorted(people))
        channel = "D" + key[1:] if len(people) == 1 else key
        found = self.store.channel(channel)
        if found is None:
            kind = "dm" if len(people) == 1 else "group_dm"
            found = {
                "id": channel,
                "kind": kind,
                "name": "",
                "with": people,
                "topic": "",
                "created": int(self.timing.now()),
            }
            self.store.put_channel(found)
            self.store.join(channel, [*people, self.bot_user])
        return found

    def audience(self, channel: str) -> frozenset[str]:
        """Who sees what is said here."""
        return self.store.members(channel)

    def names(self) -> tuple[dict[str, str], dict[str, str]]:
        """Ids of people and of channels by every lower-case name one may type."""
        if self._names is None:
            people: dict[str, str] = {}
            for one in self.store.people():
                for name in (one["name"], one.get("handle", ""), one.get("email", "").partition("@")[0]):
                    people.setdefault(name.lower(), one["id"])
            people.pop("", None)
            channels = {one["name"].lower(): one["id"] for one in self.store.channels() if one["name"]}
            self._names = people, channels
        return self._names

    def forget_names(self) -> None:
        """Names have changed."""
        self._names = None

    # Messages.

    def say(self, who: str, channel: str, text: str, **more: Any) -> Json:
        """A person's message; `more` may hold thread_ts and files (descriptions from `keep_file`)."""
        people, channels = self.names()
        doc: Json = {"type": "message", "user": who, "text": mrkdwn.typed(text, people, channels), "team": self.team}
        doc |= {"client_msg_id": fresh("").lower(), **{key: value for key, value in more.items() if value}}
        if doc.get("files"):
            doc |= {"subtype": "file_share", "upload": False}
        return self.post(channel, doc)

    def bot_words(self, doc: Json) -> Json:
        """The frame of a message that the bot writes."""
        profile: Json = {
            "id": self.bot_id,
            "name": self.seed.bot,
            "app_id": self.app,
            "team_id": self.team,
            "deleted": False,
        }
        frame: Json = {
            "type": "message",
            "user": self.bot_user,
            "bot_id": self.bot_id,
            "app_id": self.app,
            "team": self.team,
        }
        return {**frame, "bot_profile": profile, **doc}

    def post(self, channel: str, doc: Json, ephemeral_to: str | None = None) -> Json:
        """Store a message under a new stamp and tell it; a private one is told to its reader only."""
        doc = {**doc, "ts": self.stamps.next()}
        self.store.put_message(channel, doc, ephemeral_to)
        if ephemeral_to:
            self._push("ephemeral", channel, doc, frozenset({ephemeral_to}))
            return doc
        self._push("message", channel, doc)
        self._tell_message(channel, doc)
        return doc

    def thread_root(self, channel: str, ts: str) -> str:
        """The stamp that opens the thread a message belongs to; raises thread_not_found."""
        message = self.store.message(channel, ts) if ts else None
        if ts and message is None:
            raise Refused("thread_not_found")
        return str(message.get("thread_ts") or ts) if message else ""

    def rewrite(self, channel: str, ts: str, changes: Json) -> Json:
        """Change a message in place, told as message_changed; a changed value None removes its key."""
        before = self.store.message(channel, ts)
        if before is None:
            raise Refused("message_not_found")
        merged = {**before, **changes}
        after = {key: value for key, value in merged.items() if value is not None}
        self.store.put_message(channel, after)
        private = self.store.ephemeral_to(channel, ts)
        self._push("update", channel, after, frozenset({private}) if private else None)
        if not private:
            news = {"subtype": "message_changed", "hidden": True, "message": after, "previous_message": before}
            self._tell_hidden(channel, news)
        return after

    def erase(self, channel: str, ts: str) -> None:
        """Remove a message, told as message_deleted; raises message_not_found."""
        before = self.store.message(channel, ts)
        if before is None:
            raise Refused("message_not_found")
        private = self.store.ephemeral_to(channel, ts)
        self.store.drop_message(channel, ts)
        audience = frozenset({private}) if private else self.audience(channel)
        self.feed.push("delete", audience, channel=channel, ts=ts, thread_ts=before.get("thread_ts"))
        if not private:
            news = {"subtype": "message_deleted", "hidden": True, "deleted_ts": ts, "previous_message": before}
            self._tell_hidden(channel, news)

    def react(self, who: str, channel: str, ts: str, name: str) -> None:
        """Add a person's (or the bot's) reaction; raises message_not_found, already_reacted."""
        doc = self.store.message(channel, ts)
        if doc is None:
            raise Refused("message_not_found")
        reactions = [dict(one) for one in doc.get("reactions", [])]
        row = next((one for one in reactions if one["name"] == name), None)
        if row is None:
            row = {"name": name, "users": [], "count": 0}
            reactions.append(row)
        if who in row["users"]:
            raise Refused("already_reacted")
        row |= {"users": [*row["users"], who], "count": row["count"] + 1}
        doc["reactions"] = reactions
        self.store.put_message(channel, doc)
        self._push("update", channel, doc)
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {"type": "reaction_added", "user": who, "reaction": name, "item": item, "item_user": doc.get("user")}
        self._tell(channel, event)

    def join(self, channel: str, people: Iterable[str]) -> None:
        """Let people (or the bot) into a channel and tell who is new."""
        new = [person for person in people if person not in self.store.members(channel)]
        self.store.join(channel, new)
        kind = {"channel": "C", "private": "G"}.get(self.channel(channel)["kind"], "D")
        for person in new:
            event = {
                "type": "member_joined_channel",
                "user": person,
                "channel": channel,
                "channel_type": kind,
                "team": self.team,
            }
            self._tell(channel, event)
        self.feed.push("update", None, channel=channel, members=sorted(self.audience(channel)))

    # Files.

    def keep_file(self, who: str, name: str, mimetype: str, content: bytes | str | None) -> Json:
        """Store a file (bytes, or base64 text, or None while its upload is awaited) and give its description."""
        raw = base64.b64decode(content, validate=True) if isinstance(content, str) else content
        file = fresh("F")
        size = len(raw or b"")
        kind = name.rpartition(".")[2].lower() if "." in name else "binary"
        address = f"{self.url}/files-pri/{file}/{_SLUG.sub('_', name.lower())[:100] or 'file'}"
        doc = {
            "id": file,
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "filetype": kind,
            "size": size,
            "user": who,
        }
        doc |= {"mode": "hosted", "is_external": False, "created": int(self.timing.now()), "url_private": address}
        doc |= {"url_private_download": address, "permalink": f"{self.url}/files/{file}", "file_access": "visible"}
        self.store.put_file(doc, raw)
        return doc

    # What the app hears.

    def _tell_message(self, channel: str, doc: Json) -> None:
        event = {**doc, "channel": channel, "channel_type": CHANNEL_TYPES[self.channel(channel)["kind"]]}
        event.pop("metadata", None)
        self._tell(channel, event)
        mentioned = f"<@{self.bot_user}>" in doc.get("text", "")
        if mentioned and "bot_id" not in doc and event["channel_type"] != "im":
            mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type")}
            self._tell(channel, {**mention, "type": "app_mention"})

    def _tell_hidden(self, channel: str, news: Json) -> None:
        kind = CHANNEL_TYPES[self.channel(channel)["kind"]]
        self._tell(
            channel, {"type": "message", **news, "channel": channel, "channel_type": kind, "ts": self.stamps.next()}
        )

    def _tell(self, channel: str, event: Json) -> None:
        if self.bot_user in self.audience(channel):
            self.tell_app({**event, "event_ts": event.get("ts") or self.stamps.next()})

    def _push(self, kind: str, channel: str, doc: Json, audience: frozenset[str] | None = None) -> None:
        if self.feed.is_heard:
            where = {"channel": channel, "ts": doc["ts"], "thread_ts": doc.get("thread_ts")}
            self.feed.push(kind, audience or self.audience(channel), **where)


def _nobody(_event: Json) -> None:
    """Before the app is wired, nobody listens."""
