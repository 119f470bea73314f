"""Answers of the app to one act of a person: the acknowledgement's text and the response_url."""

import json
import secrets

from aiohttp import web

from sandbox.blocks import check_message, is_too_long, settle_blocks
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace

MOST_USES = 5
KEPT = ("text", "attachments", "metadata", "thread_ts")


class Replies:
    """Gives response_urls and carries out what is posted there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        workspace.store.forget_reply_addresses(workspace.timing.now())

    def address(self, channel: str, person: str, message_ts: str = "") -> str:
        """A fresh response_url for one act: five uses within half an hour."""
        secret = secrets.token_urlsafe(18)
        until = self.workspace.timing.now() + self.workspace.timing.response_url
        self.workspace.store.put_reply_address(secret, until, {"channel": channel, "person": person, "ts": message_ts})
        return f"{self.workspace.url}/actions/{self.workspace.team}/{secret}"

    async def serve(self, request: web.Request) -> web.Response:
        """POST on a response_url; answers "ok" as text, or Slack's error with status 404."""
        try:
            body = json.loads(await request.read() or b"{}")
            self._use(request.match_info["secret"], body)
        except Refused as refused:
            return web.json_response(refused.answer(), status=404 if refused.code in _GONE else 200)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        return web.Response(text="ok")

    def speak(self, channel: str, person: str, body: Json) -> None:
        """Say what an answer asks for: privately unless response_type is in_channel."""
        if not body.get("text") and not body.get("blocks"):
            return
        doc = self._words(body)
        private = body.get("response_type", "ephemeral") != "in_channel"
        self.workspace.post(channel, self.workspace.bot_words(doc), person if private else None)

    def _use(self, secret: str, body: Json) -> None:
        found = self.workspace.store.use_reply_address(secret)
        if found is None:
            raise Refused("expired_url")
        uses, until, act = found
        if self.workspace.timing.now() > until:
            raise Refused("expired_url")
        if uses > MOST_USES:
            raise Refused("used_url")
        if act["ts"] and body.get("delete_original"):
            self.workspace.erase(act["channel"], act["ts"])
        elif act["ts"] and body.get("replace_original"):
            self.workspace.rewrite(act["channel"], act["ts"], self._words(body))
        elif not body.get("text") and not body.get("blocks"):
            raise Refused("no_text")
        else:
            self.speak(act["channel"], act["person"], body)

    def _words(self, body: Json) -> Json:
        doc = {key: body[key] for key in KEPT if body.get(key)}
        doc.setdefault("text", "")
        if body.get("blocks"):
            errors = check_message(body["blocks"])
            if errors:
                raise Refused("invalid_blocks", errors)
            if is_too_long(body["blocks"]):
                raise Refused("msg_blocks_too_long")
            doc["blocks"] = settle_blocks(body["blocks"])
        return doc


_GONE = ("expired_url", "used_url")
