"""POST /readings: signed requests taken once, whatever is wrong in one of them said, and nothing taken from strangers."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import reading_door
from bot.middle import Middle
from orders.plant import Channels, Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Asset, Meter, MeterReading, WorkOrder
from storage.unit_of_work import table

SECRET = "0123456789abcdef0123456789abcdef"
PLANT = Plant(channels=Channels(faults=("C0MAINT",)))


class Door:
    """The door on a port of its own, and the machine that knocks."""

    def __init__(self, database: Database, session: aiohttp.ClientSession) -> None:
        self.database, self.session, self.url = database, session, ""

    async def sends(self, body: bytes | list[Any], *, secret: str = SECRET, ago: float = 0) -> tuple[int, Any]:
        text = body if isinstance(body, bytes) else json.dumps({"readings": body}).encode()
        return await self.knocks(text, signed(text, secret, time.time() - ago))

    async def knocks(self, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        async with self.session.post(self.url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    def kept(self, kind: Any = MeterReading) -> list[Any]:
        return list(reading(self.database, PLANT, datetime.now(UTC), lambda uow: uow.all(kind)))


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {reading_door.STAMP: stamp, reading_door.SIGNATURE: f"v0={digest}"}


@pytest.fixture
async def door(database: Database, session: aiohttp.ClientSession) -> AsyncIterator[Door]:
    with database.transaction() as connection:
        connection.execute(
            table(Asset).insert().values(Asset(id=1, code="P-101", plain_code="P101", name="Pump").model_dump())
        )
        for number, (code, kind, high) in enumerate((("P101-H", "counter", None), ("P101-T", "gauge", 80_000)), 1):
            row = Meter(
                id=number,
                code=code,
                plain_code=code.replace("-", ""),
                name=code,
                asset_id=1,
                unit="h",
                kind=kind,
                high=high,
            )
            connection.execute(table(Meter).insert().values(row.model_dump()))
    middle = Middle(database, PLANT)
    application = web.Application()
    reading_door.add(application, middle, SECRET)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made = Door(database, session)
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}{reading_door.PATH}"
    yield made
    await runner.cleanup()
    middle.close()


async def test_signed_readings_are_taken_and_a_limit_asks_for_work(door: Door) -> None:
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()

    told = await door.sends(
        [
            {"meter": "P101-H", "value": 1240.5, "at": an_hour_ago},
            {"meter": "p101h", "value": 1241},
            {"meter": "P101-T", "value": 91.25},
        ]
    )

    assert told == (200, {"taken": 3, "refused": []})
    assert [(row.value, row.source) for row in door.kept()] == [(1_240_500, "web"), (1_241_000, "web"), (91_250, "web")]
    assert [row.title for row in door.kept(WorkOrder)] == ["P101-T of 91.25 h is above 80"]


async def test_the_same_request_again_is_refused_and_counts_once(door: Door) -> None:
    body = json.dumps({"readings": [{"meter": "P101-H", "value": 7}]}).encode()
    headers = signed(body)

    first, again = await door.knocks(body, headers), await door.knocks(body, headers)

    assert (first[0], again) == (200, (409, {"error": "This request was taken already."}))
    assert len(door.kept()) == 1


async def test_a_replay_after_a_restart_has_no_second_effect(door: Door, database: Database) -> None:
    body = json.dumps({"readings": [{"meter": "P101-T", "value": 7}]}).encode()
    headers = signed(body)
    await door.knocks(body, headers)
    middle = Middle(database, PLANT)
    application = web.Application()
    reading_door.add(application, middle, SECRET)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}{reading_door.PATH}"

    again = await door.knocks(body, headers)

    await runner.cleanup()
    middle.close()
    assert again == (200, {"taken": 1, "refused": []})
    assert len(door.kept()) == 1


async def test_whoever_cannot_sign_or_comes_too_late_is_refused(door: Door) -> None:
    row = [{"meter": "P101-H", "value": 7}]
    body = json.dumps({"readings": row}).encode()

    assert (await door.sends(row, secret="another"))[0] == 401
    assert (await door.sends(row, ago=301))[0] == 401
    assert (await door.sends(row, ago=-301))[0] == 401
    assert (await door.knocks(body, {}))[0] == 401
    assert (await door.knocks(body, signed(body) | {reading_door.STAMP: "soon"}))[0] == 401
    assert (await door.knocks(body + b" ", signed(body)))[0] == 401
    assert door.kept() == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"no json", b"[]", b"{}", b'{"readings": []}', b'{"readings": {}}', b'{"readings": [1]}', b'{"readings": [{"meter": "P101-H"}]}',
        b'{"readings": [{"meter": "P101-H", "value": "7"}]}', b'{"readings": [{"meter": "P101-H", "value": true}]}',
        b'{"readings": [{"meter": "", "value": 7}]}', b'{"readings": [{"meter": "P101-H", "value": 7, "at": "now"}]}',
        b'{"readings": [{"meter": "P101-H", "value": 7, "at": 7}]}', b'{"readings": [{"meter": "P101-H", "value": 7, "at": "2026-01-01T08:00"}]}',
        b'{"readings": [{"meter": "P101-H", "value": 7, "at": "0001-01-01T00:00:00+14:00"}]}',
        b'{"readings": [{"meter": "P101-H", "value": 7, "reset": "yes"}]}', b"[" * 100_000, b'{"readings": [' + b"1," * 600 + b"1]}",
    ],
    ids=range(18),
)  # fmt: skip
async def test_what_cannot_be_read_is_said_and_nothing_is_taken(door: Door, body: bytes) -> None:
    status, told = await door.sends(body)

    assert status == 400
    assert told["error"]
    assert door.kept() == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('{"meter": "X-9", "value": 7}', "I know no meter X-9."),
        ('{"meter": "P101-H", "value": NaN}', "I cannot read “NaN”"),
        ('{"meter": "P101-H", "value": -Infinity}', "I cannot read “-Infinity”"),
        ('{"meter": "P101-H", "value": 1e400}', "I cannot read"),
        ('{"meter": "P101-H", "value": 0.12345}', "at most three decimals"),
        ('{"meter": "P101-H", "value": 7, "at": "2199-01-01T00:00:00+00:00"}', "that is still to come"),
    ],
)
async def test_one_reading_that_is_wrong_is_named_and_the_others_are_taken(door: Door, row: str, why: str) -> None:
    alone = await door.sends(f'{{"readings": [{row}]}}'.encode())
    status, told = await door.sends(f'{{"readings": [{row}, {{"meter": "P101-T", "value": 20}}]}}'.encode())

    assert (alone[0], alone[1]["taken"]) == (422, 0)
    assert (status, told["taken"]) == (200, 1)
    assert why in told["refused"][0]["why"]
    assert [row.value for row in door.kept()] == [20_000]


async def test_a_meter_that_was_changed_is_said_to_be_reset(door: Door) -> None:
    await door.sends([{"meter": "P101-H", "value": 900}])
    below = await door.sends([{"meter": "P101-H", "value": 3}])
    told = await door.sends([{"meter": "P101-H", "value": 3, "reset": True}])

    assert "write `reset` behind it" in below[1]["refused"][0]["why"]
    assert told[1]["taken"] == 1
