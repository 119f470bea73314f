"""What a person does at the keyboard: writes, types a command, picks a shortcut."""

from sandbox import mrkdwn
from sandbox.delivery import Delivery
from sandbox.payloads import common, named
from sandbox.replies import Replies
from sandbox.triggers import Triggers
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace


class Keyboard:
    """Acts of people that bring words to the app."""

    def __init__(self, workspace: Workspace, delivery: Delivery, replies: Replies, triggers: Triggers) -> None:
        self.workspace, self.delivery, self.replies, self.triggers = workspace, delivery, replies, triggers

    def say(self, act: Json) -> Json:
        """{as, channel, text, thread_ts?, files?} → {ok, ts}; raises channel_not_found, not_in_channel, no_text."""
        who, channel = self._place(act)
        text, files = str(act.get("text") or ""), act.get("files") or []
        if not text and not files:
            raise Refused("no_text")
        root = self.workspace.thread_root(channel, str(act.get("thread_ts") or ""))
        kept = [self.workspace.keep_file(who, one["name"], one["mimetype"], one["base64"]) for one in files]
        doc = self.workspace.say(who, channel, text, thread_ts=root, files=kept)
        for file in kept:
            self.workspace.feed.push("file", self.workspace.audience(channel), id=file["id"])
        return {"ok": True, "ts": doc["ts"]}

    def edit(self, act: Json) -> Json:
        """{as, channel, ts, text}: people edit only what they wrote themselves."""
        who, channel = self._place(act)
        self._own(who, channel, act["ts"])
        people, channels = self.workspace.names()
        edited = {"user": who, "ts": self.workspace.stamps.next()}
        self.workspace.rewrite(
            channel, act["ts"], {"text": mrkdwn.typed(act["text"], people, channels), "edited": edited}
        )
        return {"ok": True}

    def delete(self, act: Json) -> Json:
        """{as, channel, ts}: people delete only what they wrote themselves."""
        who, channel = self._place(act)
        self._own(who, channel, act["ts"])
        self.workspace.erase(channel, act["ts"])
        return {"ok": True}

    def react(self, act: Json) -> Json:
        """{as, channel, ts, name} adds a reaction."""
        who, channel = self._place(act)
        self.workspace.react(who, channel, act["ts"], act["name"].strip(":"))
        return {"ok": True}

    def invite(self, act: Json) -> Json:
        """{as, channel, who} lets somebody (or the bot) into a channel."""
        _who, channel = self._place(act)
        self.workspace.join(channel, [self.workspace.person(act["who"])["id"]])
        return {"ok": True}

    async def command(self, act: Json) -> Json:
        """{as, channel, command, text} → {ok} or {ok: false, error}; the acknowledgement's text is said as Slack says it."""
        who, channel = self._place(act)
        command = act["command"]
        known = [one["command"] for one in self.workspace.setting("commands", [])]
        if command not in known:
            raise Refused("no_such_command", [f"{command} is not a valid command. Known: {', '.join(known)}"])
        reply = await self.delivery.deliver(
            "slash_commands", self._command(who, channel, command, str(act.get("text") or ""))
        )
        if not reply.ok:
            raise Refused(_shown(reply.reason))
        self.replies.speak(channel, who, reply.payload)
        return {"ok": True}

    async def shortcut(self, act: Json) -> Json:
        """{as, callback_id, type: global|message, channel?, message_ts?} → {ok}."""
        who = self.workspace.person(act["as"])["id"]
        if act.get("type") == "message":
            payload = self._message_shortcut(who, act)
        else:
            payload = common(self.workspace, "shortcut", who)
        payload |= {"callback_id": act["callback_id"], "trigger_id": self.triggers.give(who)}
        payload["action_ts"] = self.workspace.stamps.next()
        reply = await self.delivery.deliver("interactive", payload)
        if not reply.ok:
            raise Refused(_shown(reply.reason))
        return {"ok": True}

    def _command(self, who: str, channel: str, command: str, text: str) -> Json:
        frame = common(self.workspace, "", who)
        people, channels = self.workspace.names()
        where = named(self.workspace, channel)
        return {
            "token": frame["token"],
            "team_id": frame["team"]["id"],
            "team_domain": frame["team"]["domain"],
            "channel_id": where["id"],
            "channel_name": where["name"],
            "user_id": who,
            "user_name": frame["user"]["name"],
            "command": command,
            "text": mrkdwn.typed_command(text, people, channels),
            "api_app_id": frame["api_app_id"],
            "is_enterprise_install": "false",
            "response_url": self.replies.address(channel, who),
            "trigger_id": self.triggers.give(who),
        }

    def _message_shortcut(self, who: str, act: Json) -> Json:
        where = self.workspace.channel(act["channel"])["id"]
        message = self.workspace.store.message(where, act["message_ts"])
        if message is None:
            raise Refused("message_not_found")
        payload = common(self.workspace, "message_action", who)
        payload |= {"channel": named(self.workspace, where), "message": message, "message_ts": message["ts"]}
        return {**payload, "response_url": self.replies.address(where, who)}

    def _place(self, act: Json) -> tuple[str, str]:
        who = self.workspace.person(act["as"])["id"]
        channel = self.workspace.channel(act["channel"])["id"]
        if who not in self.workspace.audience(channel):
            raise Refused("not_in_channel")
        return who, channel

    def _own(self, who: str, channel: str, ts: str) -> None:
        message = self.workspace.store.message(channel, ts)
        if message is None:
            raise Refused("message_not_found")
        if message.get("user") != who:
            raise Refused("cant_update_message")


def _shown(reason: str) -> str:
    return reason if reason in ("operation_timeout", "dispatch_failed") else "dispatch_failed"
