"""Methods of the conversations family: channels, direct messages and their history."""

from sandbox.web_api.call import Call, paged
from sandbox.wire import Json, Refused
from sandbox.workspace import Workspace

TYPES = {"public_channel": "channel", "private_channel": "private", "im": "dm", "mpim": "group_dm"}
LAST = "9999999999.000000"


def list_channels(call: Call) -> Json:
    """conversations.list; the bot sees public channels and what it is in."""
    wanted = [one.strip() for one in (call.text("types") or "public_channel").split(",")]
    if not set(wanted) <= set(TYPES):
        raise Refused("invalid_types")
    kinds = [TYPES[one] for one in wanted]
    bot = call.workspace.bot_user
    rows = [
        one
        for one in call.workspace.store.channels()
        if one["kind"] in kinds and (one["kind"] == "channel" or bot in call.workspace.audience(one["id"]))
    ]
    page, cursor = call.page(rows)
    return paged("channels", [shown(call.workspace, one) for one in page], cursor)


def info(call: Call) -> Json:
    """conversations.info."""
    return {"ok": True, "channel": shown(call.workspace, call.channel())}


def members(call: Call) -> Json:
    """conversations.members."""
    page, cursor = call.page(sorted(call.workspace.audience(call.channel()["id"])))
    return paged("members", page, cursor)


def open_channel(call: Call) -> Json:
    """conversations.open: by users, or an existing one by channel."""
    if call.text("channel"):
        return {"ok": True, "channel": shown(call.workspace, call.channel())}
    users = call.args.get("users") or ""
    people = users if isinstance(users, list) else [one.strip() for one in str(users).split(",") if one.strip()]
    if not people:
        raise Refused("users_list_not_supplied")
    for person in people:
        call.workspace.person(person)
    opened = call.workspace.direct_message(people)
    channel = shown(call.workspace, opened) if call.flag("return_im") else {"id": opened["id"]}
    return {"ok": True, "channel": channel}


def join(call: Call) -> Json:
    """conversations.join: public channels only."""
    channel = call.channel()
    if channel["kind"] != "channel":
        raise Refused("method_not_supported_for_channel_type")
    call.workspace.join(channel["id"], [call.workspace.bot_user])
    return {"ok": True, "channel": shown(call.workspace, channel)}


def history(call: Call) -> Json:
    """conversations.history: roots, newest first."""
    channel = call.inside(call.channel())
    after, before = _window(call)
    limit = call.limit()
    rows = call.workspace.store.page(channel, after=after, before=before, limit=limit + 1)
    page = rows[:limit]
    more = len(rows) > limit
    cursor = f"next:{page[-1]['ts'].replace('.', '')}=" if more else ""
    counts = call.workspace.store.replies(channel, [one["ts"] for one in page])
    messages = [_counted(_bare(one, call), counts) for one in page]
    return {**paged("messages", messages, cursor), "has_more": more, "pin_count": 0}


def replies(call: Call) -> Json:
    """conversations.replies: the root first, then its replies, oldest first."""
    channel = call.inside(call.channel())
    thread = call.want("ts", "thread_not_found")
    given = call.workspace.store.message(channel, thread)
    if given is None:
        raise Refused("thread_not_found")
    root = given.get("thread_ts", thread)
    oldest, latest = call.text("oldest") or "0", call.text("latest") or LAST
    rows = [doc for doc, private in call.workspace.store.messages(channel, root, None) if not private]
    inside = [doc for doc in rows if doc["ts"] == root or oldest < doc["ts"] < latest]
    page, cursor = call.page(inside)
    counts = call.workspace.store.replies(channel, [root])
    messages = [_counted(_bare(one, call), counts) for one in page]
    return {**paged("messages", messages, cursor), "has_more": bool(cursor)}


def shown(workspace: Workspace, channel: Json) -> Json:
    """A conversation as Slack describes it."""
    kind, people = channel["kind"], workspace.audience(channel["id"])
    doc = {"id": channel["id"], "created": channel["created"], "context_team_id": workspace.team, "is_archived": False}
    doc |= {"is_im": kind == "dm", "is_mpim": kind == "group_dm", "is_private": kind != "channel"}
    doc |= {"is_member": workspace.bot_user in people, "is_org_shared": False, "is_ext_shared": False}
    if kind == "dm":
        return {**doc, "user": channel["with"][0], "is_user_deleted": False, "priority": 0, "is_open": True}
    topic = {"value": channel["topic"], "creator": "", "last_set": 0}
    named = {"name": channel["name"] or "mpdm", "name_normalized": channel["name"], "is_channel": kind == "channel"}
    named |= {"is_group": kind == "private", "is_general": channel["name"] == "general", "creator": workspace.bot_user}
    return {**doc, **named, "topic": topic, "purpose": topic, "num_members": len(people)}


def _window(call: Call) -> tuple[str, str]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or LAST
    if call.flag("inclusive"):
        # One step beyond the stamp, so that the stamp itself falls inside.
        oldest, latest = _beside(oldest, -1), _beside(latest, 1)
    if call.cursor():
        latest = _stamp(call.cursor())
    return _padded(oldest), _padded(latest)


def _padded(ts: str) -> str:
    whole, _point, part = ts.partition(".")
    return f"{whole:0>10}.{part:0<6}"


def _beside(ts: str, step: int) -> str:
    return _stamp(max(0, int(_padded(ts).replace(".", "")) + step))


def _stamp(micros: int) -> str:
    return f"{micros // 1_000_000:010d}.{micros % 1_000_000:06d}"


def _bare(doc: Json, call: Call) -> Json:
    if call.flag("include_all_metadata"):
        return doc
    return {key: value for key, value in doc.items() if key != "metadata"}


def _counted(doc: Json, counts: dict[str, tuple[int, str, list[str]]]) -> Json:
    if doc["ts"] not in counts:
        return doc
    count, latest, people = counts[doc["ts"]]
    thread = {"thread_ts": doc["ts"], "reply_count": count, "latest_reply": latest, "reply_users": people}
    return {**doc, **thread, "reply_users_count": len(people), "is_locked": False, "subscribed": True}
