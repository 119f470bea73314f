"""Story: the whole loop once over signed HTTP, and requests that are not Slack's change nothing."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from storage.tables import WorkOrder
from tests.stories.door import FORM, HTTP, JSON, Door, open_door
from tests.stories.figures import damage, figures, rows
from tests.stories.loop import World, walk
from tests.stories.plants import Plant, plant_among_people
from tests.stories.test_whole_loop import everything_agrees
from tests.wires.dovecot import Dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Called:
    """A plant whose bot is called by Slack, the people around it, and the door at which it is called."""

    plant: Plant
    world: World
    door: Door


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def called(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> AsyncIterator[Called]:
    """A running plant in HTTP mode; at the end nothing is damaged and the log holds no trace of a failure."""
    folder = tmp_path_factory.mktemp("http")
    async with plant_among_people(folder, f"sqlite:///{folder}/plant.db", dovecot, HTTP) as (plant, world):
        yield Called(plant, world, await open_door(plant, world.slack))
        assert damage(plant.url) == []
        assert plant.bot is not None
        assert [line for line in plant.bot.lines if "Traceback" in line or "[error" in line] == []


async def test_one_fault_travels_all_the_way_over_signed_http(called: Called) -> None:
    await walk(called.world)

    await everything_agrees(called.plant, called.world)


Headers = dict[str, str]
STAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
FORGED: dict[str, tuple[int, Callable[[Door, bytes], Headers]]] = {
    "no headers": (401, lambda *_: {}),
    "no signature": (401, lambda door, body: {STAMP: door.signed(body)[STAMP]}),
    "another signature": (401, lambda door, body: door.signed(body) | {SIGNATURE: "v0=" + "0" * 64}),
    "another body's signature": (401, lambda door, body: door.signed(body + b" ")),
    "a signature with letters of no alphabet": (401, lambda door, body: door.signed(body) | {SIGNATURE: "v0=ü"}),
    "a moment in words": (401, lambda door, body: door.signed(body) | {STAMP: "yesterday"}),
    "too old": (401, lambda door, body: door.signed(body, at=time.time() - 301)),
    "from the future": (401, lambda door, body: door.signed(body, at=time.time() + 302)),
}
"""What is wrong with a request, and the status with which it is refused."""


@pytest.mark.parametrize("wrong", FORGED)
async def test_a_request_that_slack_did_not_sign_changes_nothing(called: Called, wrong: str) -> None:
    status, headers = FORGED[wrong]
    body = called.door.command("U0ANA", "report P-101 leaks badly")
    before = figures(called.plant.url)

    answered, _ = await called.door.knock(body, headers(called.door, body))

    assert answered == status
    assert figures(called.plant.url) == before


UNREADABLE: dict[str, tuple[int, bytes]] = {
    "no text": (401, b"text=\xff\xfe\x00"),
    "a mebibyte": (413, b"a" * 2**20),
    "nothing": (400, b""),
    "half an object": (400, b"{"),
    "a list": (400, b"[1, 2]"),
    "a hundred thousand brackets": (400, b"[" * 100_000),
    "half a payload": (400, b"payload=%7B"),
    "a payload of brackets": (400, b"payload=" + b"%5B" * 50_000),
}
"""Bodies that Slack never writes, and the status with which each is refused even when it is signed."""


@pytest.mark.parametrize("kind", [FORM, JSON])
@pytest.mark.parametrize("what", UNREADABLE)
async def test_a_signed_body_that_says_nothing_is_refused(called: Called, what: str, kind: str) -> None:
    status, body = UNREADABLE[what]
    before = figures(called.plant.url)

    answered, _ = await called.door.knock(body, called.door.signed(body), kind)

    assert answered in {status, 404}
    assert figures(called.plant.url) == before


async def test_a_fault_with_the_word_payload_is_a_fault_like_any_other(called: Called) -> None:
    said = await called.door.commands("U0ANA", "payload sensor of P-101 is torn off", "/fault")

    assert "is open" in said


async def test_a_signed_request_that_is_replayed_has_no_second_effect(called: Called) -> None:
    body = called.door.command("U0ANA", "report P-101 drips since noon")
    headers = called.door.signed(body, at=time.time() - 240)
    before = len(rows(called.plant.url, WorkOrder))

    told = [await called.door.knock(body, headers) for _ in range(3)]

    assert [status for status, _ in told] == [200, 200, 200]
    assert len(rows(called.plant.url, WorkOrder)) == before + 1
