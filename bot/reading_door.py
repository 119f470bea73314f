"""POST /readings: what machines and other programs read on meters, signed, each reading taken once or refused in a sentence."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from aiohttp import web

from bot.http_mode import Guard
from bot.middle import Middle
from handlers import readings
from storage.unit_of_work import UnitOfWork

PATH = "/readings"
MOST = 500
"""How many readings one request may bring."""
STAMP, SIGNATURE = "X-Chargehand-Timestamp", "X-Chargehand-Signature"
TAKEN, UNREADABLE, UNAUTHORIZED, TOLD_ALREADY, REFUSED = 200, 400, 401, 409, 422


class Unreadable(ValueError):  # noqa: N818  # said to whoever sent it
    """A request cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One reading as it was sent."""

    meter: str
    value: Decimal
    at: datetime | None
    reset: bool


def add(application: web.Application, middle: Middle, secret: str) -> None:
    """Let a web application take readings that are signed with a secret, as Slack signs its requests."""
    guard = Guard(secret)

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        signature = request.headers.get(SIGNATURE, "")
        if guard.refuses(request.headers.get(STAMP, ""), signature, body):
            return _told(UNAUTHORIZED, error="The signature is wrong, or older than five minutes.")
        if guard.taken(signature, time.monotonic()):
            return _told(TOLD_ALREADY, error="This request was taken already.")
        try:
            sent = _read(body)
        except Unreadable as unreadable:
            return _told(UNREADABLE, error=str(unreadable))
        answers = [await _perform(middle, f"reading:{signature}:{place}", one) for place, one in enumerate(sent)]
        guard.remember(signature, time.monotonic())
        refused = [{"meter": one.meter, "why": why} for one, why in zip(sent, answers, strict=True) if why]
        status = REFUSED if len(refused) == len(sent) else TAKEN
        return _told(status, taken=len(sent) - len(refused), refused=refused)

    application.router.add_post(PATH, take)


async def _perform(middle: Middle, key: str, one: Sent) -> str:
    """Take one reading in a happening of its own; returns why it was refused, or nothing."""
    content = [one.meter, str(one.value), str(one.at), one.reset]
    answer = await middle.perform(key, "reading", content, partial(_taken, one))
    return str(answer["private"]) if "refused" in answer else ""


def _taken(one: Sent, uow: UnitOfWork) -> dict[str, object]:
    readings.sent(uow, one.meter, one.value, at=one.at, reset=one.reset)
    return {}


def _read(body: bytes) -> list[Sent]:
    """Read ``{"readings": [{"meter": …, "value": …, "at": …}]}``; raises ``Unreadable``."""
    try:
        # A number that is none becomes a decimal that is none, and is refused as a reading of its meter.
        found = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as wrong:
        raise Unreadable("The body is no JSON.") from wrong
    rows = found.get("readings") if isinstance(found, Mapping) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise Unreadable(f'Write {{"readings": [...]}} with 1 to {MOST} readings.')
    return [_one(row, place) for place, row in enumerate(rows, 1)]


def _one(row: Any, place: int) -> Sent:
    meter = row.get("meter") if isinstance(row, Mapping) else None
    value = row.get("value") if isinstance(row, Mapping) else None
    if not isinstance(meter, str) or not meter.strip() or not isinstance(value, Decimal):
        raise Unreadable(f"Reading {place} needs a meter's code and a number.")
    reset = row.get("reset", False)
    if not isinstance(reset, bool):
        raise Unreadable(f"Reading {place}: reset is true or false.")
    return Sent(meter, value, _moment(row.get("at"), place), reset)


def _moment(written: Any, place: int) -> datetime | None:
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except (TypeError, ValueError) as wrong:
        raise Unreadable(f"Reading {place}: write the moment like 2026-11-22T14:05:00+01:00.") from wrong
    if at.tzinfo is None or at.year < readings.FIRST_YEAR:
        raise Unreadable(f"Reading {place}: the moment says no zone, or lies before {readings.FIRST_YEAR}.")
    return at


def _told(status: int, **what: object) -> web.Response:
    return web.json_response(what, status=status)
