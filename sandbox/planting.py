"""Puts a seed into the store: adds what is new, renews what is known, forgets nothing."""

from sandbox.seed import Seed
from sandbox.store import Store
from sandbox.wire import Json


def plant(store: Store, seed: Seed, now: float) -> None:
    """Upsert people, channels with their members, and a direct message of each person with the bot."""
    store.put_person(_bot(seed))
    for row in seed.people:
        store.put_person({"title": "", **row})
    everybody = [row["id"] for row in seed.people]
    for row in seed.channels:
        members = row.get("members", "all")
        inside = everybody if members == "all" else list(members)
        kind = "private" if row.get("private") else "channel"
        channel = {"id": row["id"], "kind": kind, "name": row["name"], "topic": row.get("topic", "")}
        _put_channel(store, channel, inside + [seed.bot_user] * bool(row.get("bot", True)), now)
    for row in seed.people:
        direct = {"id": "D" + row["id"][1:], "kind": "dm", "name": "", "with": [row["id"]], "topic": ""}
        _put_channel(store, direct, [row["id"], seed.bot_user], now)


def _bot(seed: Seed) -> Json:
    return {"id": seed.bot_user, "name": seed.bot, "handle": seed.bot, "email": "", "title": "", "is_bot": True}


def _put_channel(store: Store, channel: Json, members: list[str], now: float) -> None:
    known = store.channel(channel["id"])
    created = known["created"] if known else int(now)
    store.put_channel({**channel, "created": created})
    store.join(channel["id"], members)
