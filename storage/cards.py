"""Cards in Slack: posted once under our own key, brought up to date in place wherever they stand."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from storage import outbox, pacing
from storage.outbox import Letter
from storage.prepared import Prepared
from storage.tables import Card, Outgoing
from storage.unit_of_work import UnitOfWork, table

_ROWS, _CARDS = table(Outgoing), table(Card)
_WAITING = Prepared(
    select(_ROWS.c.id, _ROWS.c.body, _ROWS.c.not_before)
    .where(_ROWS.c.subject == bindparam("subject"), _ROWS.c.state == "due")
    .order_by(_ROWS.c.id.desc())
)
"""What has not left yet, the newest first: it leaves last, so that what it says is what stays."""
_STOOD = Prepared(
    update(_CARDS).where(_CARDS.c.key == bindparam("of")).values(channel=bindparam("channel"), ts=bindparam("ts"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card goes: a channel or a person's Slack id, and the thread by message or by another card's key."""

    channel: str
    thread_ts: str | None = None
    thread_card: str | None = None
    broadcast: bool = False
    person_id: int | None = None
    urgent: bool = False
    """Whether it may stand in its channel at once, however much stands there already."""


def show(uow: UnitOfWork, key: str, subject: str, place: Place, content: dict[str, Any]) -> None:
    """Post a card under ``key``, or update it where it already stands; ``content`` holds ``text`` and ``blocks``."""
    card = uow.find(Card, key=key)
    if card is None:
        uow.add(Card, key=key, subject=subject, channel=place.channel, ts=None, person_id=place.person_id)
        body = {"method": "chat.postMessage", "card": key, **_placed(place), **content}
        _queue(uow, key, body, pacing.wait(uow, place.channel, alone=_alone(place), urgent=place.urgent))
    else:
        _refresh(uow, card, content)


def refresh(uow: UnitOfWork, key: str, content: dict[str, Any]) -> None:
    """Bring an existing card up to date; nothing happens when there is none."""
    card = uow.find(Card, key=key)
    if card is not None:
        _refresh(uow, card, content)


def _refresh(uow: UnitOfWork, card: Card, content: dict[str, Any]) -> None:
    key = card.key
    waiting = uow.row(_WAITING, subject=f"card:{key}")
    body = {"method": "chat.update", "card": key, "channel": card.channel, **content}
    if waiting is not None and _newer(uow, waiting, content):
        return
    _queue(uow, key, body)


def _newer(uow: UnitOfWork, waiting: Any, content: dict[str, Any]) -> bool:
    """Put the newer content into a row that has not left yet; one that a person acts on need not keep its pace any more."""
    if not outbox.replace(uow, waiting.id, {**json.loads(waiting.body), **content}):
        return False
    if uow.actor.person_id is not None and waiting.not_before > uow.now:
        uow.change_if(Outgoing, waiting.id, {"state": "due"}, not_before=uow.now)
    return True


def say(uow: UnitOfWork, subject: str, place: Place, content: dict[str, Any], *, key: str = "") -> None:
    """Post a message that is never updated, for instance one line in a thread."""
    lane = place.channel
    body = {"method": "chat.postMessage", **_placed(place), **content}
    wait = pacing.wait(uow, place.channel, alone=_alone(place), urgent=place.urgent)
    outbox.queue(uow, Letter("slack", subject, lane, body, key=key, wait=wait))


def keys_of(uow: UnitOfWork, subject: str) -> list[str]:
    """Return the keys of all cards about one subject."""
    return [row.key for row in uow.all(Card, subject=subject)]


def stands_at(uow: UnitOfWork, channel: str, ts: str) -> Card | None:
    """Return the card that is this Slack message, if it is one of ours."""
    return uow.find(Card, channel=channel, ts=ts)


def leaves_at(uow: UnitOfWork, key: str) -> datetime | None:
    """Return when a card that has not left yet may leave; None for one that has left or never was."""
    waiting = uow.row(_WAITING, subject=f"card:{key}")
    return waiting.not_before if waiting is not None else None


def stood(uow: UnitOfWork, key: str, channel: str, ts: str) -> None:
    """Write down where a card has come to stand."""
    uow.write(_STOOD, of=key, channel=channel, ts=ts)


def _queue(uow: UnitOfWork, key: str, body: dict[str, Any], wait: timedelta = timedelta(0)) -> None:
    outbox.queue(uow, Letter("slack", f"card:{key}", _lane(body), body, wait=wait))


def _alone(place: Place) -> bool:
    """Say whether a message stands in its channel by itself, below no other."""
    return place.thread_ts is None and place.thread_card is None


def _lane(body: dict[str, Any]) -> str:
    """Return what a call shares its pace with: new messages with their channel, edits only with other edits."""
    return str(body["channel"]) if body["method"] == "chat.postMessage" else str(body["method"])


def _placed(place: Place) -> dict[str, Any]:
    placed: dict[str, Any] = {"channel": place.channel}
    if place.thread_ts:
        placed["thread_ts"] = place.thread_ts
    if place.thread_card:
        placed["thread_card"] = place.thread_card
    if place.broadcast:
        placed["reply_broadcast"] = True
    return placed
