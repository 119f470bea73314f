"""Methods of the chat family: what the bot says, changes and takes back."""

from typing import Any

from sandbox.blocks import check_message, is_too_long, settle_blocks
from sandbox.web_api.call import Call
from sandbox.wire import Json, Refused

LONGEST = 40_000
LONGEST_EDIT = 4_000
EVENT_TYPE_MOST = 255


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = call.inside(call.channel())
    words = _words(call, LONGEST)
    _settle_thread(call, channel, words)
    doc = call.workspace.post(channel, call.workspace.bot_words(words))
    return {"ok": True, "channel": channel, "ts": doc["ts"], "message": doc}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = call.inside(call.channel())
    person = call.want("user", "user_not_in_channel")
    if person not in call.workspace.audience(channel):
        raise Refused("user_not_in_channel")
    words = _words(call, LONGEST)
    words.pop("subtype", None)
    doc = call.workspace.post(channel, call.workspace.bot_words(words), person)
    return {"ok": True, "message_ts": doc["ts"]}


def update(call: Call) -> Json:
    """chat.update."""
    channel = call.inside(call.channel())
    ts = call.want("ts", "message_not_found")
    _own(call, channel, ts, "cant_update_message")
    words = _words(call, LONGEST_EDIT)
    edited = {"user": call.workspace.bot_user, "ts": call.workspace.stamps.next()}
    # Slack keeps the old blocks away when only text is sent.
    changes = {"blocks": None, "attachments": None, **words, "edited": edited}
    changes.pop("thread_ts", None)
    changes.pop("subtype", None)
    doc = call.workspace.rewrite(channel, ts, changes)
    return {"ok": True, "channel": channel, "ts": ts, "text": doc.get("text", ""), "message": doc}


def delete(call: Call) -> Json:
    """chat.delete."""
    channel = call.inside(call.channel())
    ts = call.want("ts", "message_not_found")
    _own(call, channel, ts, "cant_delete_message")
    call.workspace.erase(channel, ts)
    return {"ok": True, "channel": channel, "ts": ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.channel()["id"]
    ts = call.want("message_ts", "message_not_found")
    message = call.workspace.store.message(channel, ts)
    if message is None:
        raise Refused("message_not_found")
    thread = message.get("thread_ts")
    tail = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    link = f"{call.workspace.url}/archives/{channel}/p{ts.replace('.', '')}{tail}"
    return {"ok": True, "channel": channel, "permalink": link}


def add_reaction(call: Call) -> Json:
    """reactions.add."""
    channel = call.inside(call.channel())
    name = call.want("name", "invalid_name").strip(":")
    call.workspace.react(call.workspace.bot_user, channel, call.want("timestamp", "no_item_specified"), name)
    return {"ok": True}


def _words(call: Call, longest: int) -> Json:
    blocks = call.nested("blocks", "invalid_blocks_format")
    attachments = call.nested("attachments", "invalid_attachments")
    text = call.text("text")
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > longest and longest == LONGEST_EDIT:
        raise Refused("msg_too_long")
    words: Json = {"text": text[:longest]}
    if blocks:
        words["blocks"] = checked_blocks(blocks)
    if attachments:
        words["attachments"] = attachments
    if call.args.get("metadata"):
        words["metadata"] = _metadata(call.nested("metadata", "invalid_metadata_format"))
    if call.text("thread_ts"):
        words["thread_ts"] = call.text("thread_ts")
        if call.flag("reply_broadcast"):
            words["subtype"] = "thread_broadcast"
    return words


def checked_blocks(blocks: Any) -> list[Json]:
    """Blocks that Slack would take, with ids filled in; raises invalid_blocks, msg_blocks_too_long."""
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    errors = check_message(blocks)
    if errors:
        raise Refused("invalid_blocks", errors)
    if is_too_long(blocks):
        raise Refused("msg_blocks_too_long")
    return settle_blocks(blocks)


def _metadata(metadata: Any) -> Json:
    good = isinstance(metadata, dict) and set(metadata) <= {"event_type", "event_payload", "entities"}
    if not good or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if not 0 < len(str(metadata.get("event_type") or "")) <= EVENT_TYPE_MOST:
        raise Refused("invalid_metadata_format")
    return dict(metadata)


def _settle_thread(call: Call, channel: str, words: Json) -> None:
    root = call.workspace.thread_root(channel, call.text("thread_ts"))
    if root:
        words["thread_ts"] = root


def _own(call: Call, channel: str, ts: str, error: str) -> None:
    message = call.workspace.store.message(channel, ts)
    # Slack does not find private messages by chat.update or chat.delete.
    if message is None or call.workspace.store.ephemeral_to(channel, ts):
        raise Refused("message_not_found")
    if message.get("bot_id") != call.workspace.bot_id:
        raise Refused(error)
