"""The relay: rows leave in order, late owners are fenced, and what is uncertain is never sent again by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot import outbox as relaying
from bot.middle import Middle
from bot.outbox import Relay
from bot.outcomes import Delivered, Later, Outcome, Refused, Unsure
from storage import outbox
from storage.outbox import Claimed, Letter
from storage.tables import Happening, Outgoing
from tests.wires.scripted_wire import Moment, Scripted

Queue = Callable[..., Awaitable[None]]


@pytest.fixture
def wire() -> Scripted:
    return Scripted()


@pytest.fixture
async def relay(middle: Middle, wire: Scripted) -> AsyncIterator[Relay]:
    """A relay that is not started yet; whatever was queued wakes it."""
    relay = Relay(middle, {"slack": wire}, owner="this relay")
    middle.after_commit = relay.wake
    yield relay
    await relay.stop()


@pytest.fixture
def queue(middle: Middle) -> Queue:
    """Queues rows by their keys, with their subject before a slash: ``a/1``."""

    async def queue(*keys: str, **more: Any) -> None:
        letters = [
            Letter(**({"wire": "slack", "subject": key.partition("/")[0], "lane": "C0", "body": {}, "key": key} | more))
            for key in keys
        ]
        work: Callable[[Any], dict[str, Any]] = lambda uow: {"rows": [outbox.queue(uow, one) for one in letters]}  # noqa: E731
        await middle.perform(f"queue {keys}", "test", "", work)

    return queue


async def rows(middle: Middle) -> dict[str, Any]:
    return {row.key: row for row in await middle.read(lambda uow: uow.all(Outgoing))}


async def states(middle: Middle) -> dict[str, str]:
    return {key: row.state for key, row in (await rows(middle)).items()}


async def held_by_another(middle: Middle, *, transmitting: bool) -> Claimed:
    """Let another relay claim the first row that is due, and perhaps begin to transmit it."""

    def hold(connection: Connection, now: Any) -> Claimed:
        (row,) = outbox.claim(connection, now, owner="another relay", lease=relaying.LEASE, most=1)
        if transmitting:
            outbox.transmitting(connection, row)
        return row

    return await middle.write(hold)


async def test_rows_of_one_subject_leave_in_order_while_others_pass(relay: Relay, wire: Scripted, queue: Queue) -> None:
    wire.gates["a/1"] = asyncio.Event()
    await queue("a/1", "a/2", "a/3", "b/1", "b/2")

    await relay.start()
    await wire.until(lambda: "b/2" in wire.sent)
    passed = list(wire.sent)
    wire.gates["a/1"].set()
    await relay.quiet()

    assert [key for key in passed if key.startswith("a")] == ["a/1"]
    assert wire.sent[-2:] == ["a/2", "a/3"]
    assert relay.sent == 5


async def test_a_row_that_is_queued_later_wakes_the_relay(
    relay: Relay, wire: Scripted, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "POLL", timedelta(hours=1))
    await relay.start()
    await relay.quiet()

    await queue("a/1")
    await wire.until(lambda: wire.sent == ["a/1"])


async def test_quiet_waits_for_what_is_on_its_way(relay: Relay, middle: Middle, wire: Scripted, queue: Queue) -> None:
    wire.gates["a/1"] = asyncio.Event()
    await queue("a/1")
    await relay.start()
    await wire.at_gate.wait()

    quiet = asyncio.create_task(relay.quiet())
    await middle.read(lambda _: None)
    early = quiet.done()
    wire.gates["a/1"].set()
    await quiet

    assert not early
    assert await states(middle) == {"a/1": "sent"}


async def test_what_a_dead_relay_had_only_claimed_is_sent_and_what_it_transmitted_is_unknown(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    await queue("a/1")
    await held_by_another(middle, transmitting=True)
    await queue("b/1")
    await held_by_another(middle, transmitting=False)
    moment.passes(seconds=91)

    await relay.start()
    await relay.quiet()

    assert await states(middle) == {"a/1": "unknown", "b/1": "sent"}
    assert wire.sent == ["b/1"]


async def test_a_living_relay_s_rows_are_left_alone(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    await queue("a/1")
    await held_by_another(middle, transmitting=True)
    moment.passes(seconds=60)

    await relay.start()
    await relay.quiet()

    assert await states(middle) == {"a/1": "transmitting"}
    assert wire.sent == []


async def test_a_late_owner_writes_nothing(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    wire.gates["a/1"] = asyncio.Event()
    await queue("a/1")
    await relay.start()
    await wire.at_gate.wait()

    moment.passes(seconds=91)
    await relay.take_over()
    wire.gates["a/1"].set()
    await relay.quiet()

    assert await states(middle) == {"a/1": "unknown"}
    assert wire.sent == ["a/1"]


async def test_a_lease_that_is_lost_before_the_first_byte_keeps_the_row_from_leaving(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    await queue("a/1")
    row = await held_by_another(middle, transmitting=False)
    moment.passes(seconds=91)
    await relay.take_over()

    await relay._deliver(row)

    assert (wire.sent, await states(middle)) == ([], {"a/1": "due"})


async def test_tries_are_spaced_in_doubling_steps(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    wire.script["a/1"] = [Later("busy") for _ in range(4)]
    await queue("a/1")
    await relay.start()
    waits = []

    for _ in range(4):
        await relay.quiet()
        row = (await rows(middle))["a/1"]
        waits.append((row.not_before - moment.now).total_seconds())
        moment.now = row.not_before
    await relay.quiet()

    assert waits == [2, 4, 8, 16]
    assert await states(middle) == {"a/1": "sent"}


async def test_a_wait_that_the_other_side_names_is_kept_and_burns_no_try(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    wire.script["a/1"] = [Later("slow down", timedelta(seconds=30), burnt=False)]
    await queue("a/1")
    await relay.start()

    await relay.quiet()
    row = (await rows(middle))["a/1"]

    assert ((row.not_before - moment.now).total_seconds(), row.tries) == (30, 0)


async def test_a_lane_that_rests_holds_all_its_rows_and_no_other_lane(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    wire.script["a/1"] = [Later("slow down", timedelta(seconds=30), rests=True)]
    await queue("a/1")
    await relay.start()
    await relay.quiet()

    await queue("b/1")
    await queue("c/1", lane="C1")
    await relay.quiet()
    resting = await states(middle)
    moment.passes(seconds=31)
    await relay.quiet()

    assert resting == {"a/1": "due", "b/1": "due", "c/1": "sent"}
    assert set((await states(middle)).values()) == {"sent"}


@pytest.mark.parametrize(
    ("days", "burnt", "state"), [(4.9, True, "due"), (5.1, True, "dead"), (5.1, False, "due")], ids=str
)
async def test_a_row_is_given_up_by_time_and_not_by_count(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment, days: float, burnt: bool, state: str
) -> None:
    wire.script["a/1"] = [Later("away", burnt=burnt)]
    await queue("a/1")
    moment.passes(days=days)

    await relay.start()
    await relay.quiet()

    assert await states(middle) == {"a/1": state}


POISON: list[tuple[Outcome | Exception, str]] = [
    (RuntimeError("a fault of ours"), "unknown"),
    (Unsure("no answer"), "unknown"),
    (Refused("never"), "dead"),
    (Later("not now"), "due"),
]


@pytest.mark.parametrize(("poison", "state"), POISON, ids=[state for _, state in POISON])
async def test_a_poison_row_never_delays_another_subject(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, poison: Outcome | Exception, state: str
) -> None:
    others = [f"b{number}/1" for number in range(2 * relaying.AT_ONCE)]
    wire.script["a/1"] = [poison]
    await queue("a/1", *others)

    await relay.start()
    await relay.quiet()

    found = await states(middle)
    assert found.pop("a/1") == state
    assert set(found.values()) == {"sent"}


async def test_a_row_for_a_wire_that_is_not_set_up_is_given_to_a_person(
    relay: Relay, middle: Middle, queue: Queue
) -> None:
    await queue("a/1", wire="mail")

    await relay.start()
    await relay.quiet()

    row = (await rows(middle))["a/1"]
    assert (row.state, "no server is set up" in row.outcome) == ("dead", True)


async def unknown(relay: Relay, wire: Scripted, queue: Queue) -> None:
    wire.script["a/1"] = [Unsure("no answer")]
    await queue("a/1", "a/2")
    await relay.start()
    await relay.quiet()


async def test_an_unknown_outcome_holds_its_subject_back_until_a_look_finds_it(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue
) -> None:
    await unknown(relay, wire, queue)
    before = await states(middle)
    wire.found["a/1"] = [Delivered({"ts": "7.0", "channel": "C0"})]

    await relay.look()
    await relay.quiet()

    assert before == {"a/1": "unknown", "a/2": "due"}
    assert await states(middle) == {"a/1": "sent", "a/2": "sent"}
    assert wire.sent == ["a/1", "a/2"]


async def test_a_look_that_proves_that_nothing_went_out_sends_it_again(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    await unknown(relay, wire, queue)
    wire.found["a/1"] = [Later("never stored")]

    await relay.look()
    moment.passes(seconds=10)
    await relay.quiet()

    assert wire.sent == ["a/1", "a/1", "a/2"]
    assert set((await states(middle)).values()) == {"sent"}


async def test_a_look_that_finds_nothing_out_changes_nothing_and_comes_back_ever_more_rarely(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue, moment: Moment
) -> None:
    await unknown(relay, wire, queue)
    happened = await middle.read(lambda uow: uow.count(Happening))
    wire.found["a/1"] = [Unsure("Slack is away")]

    for _ in range(100):
        await relay.look()
        moment.passes(seconds=5)

    assert await states(middle) == {"a/1": "unknown", "a/2": "due"}
    assert await middle.read(lambda uow: uow.count(Happening)) == happened
    assert 5 <= len(wire.looked) <= 9


async def test_a_relay_that_stops_finishes_what_is_on_its_way_and_begins_nothing_new(
    relay: Relay, middle: Middle, wire: Scripted, queue: Queue
) -> None:
    wire.gates["a/1"] = asyncio.Event()
    await queue("a/1", "a/2")
    await relay.start()
    await wire.at_gate.wait()

    stopping = asyncio.create_task(relay.stop())
    await middle.read(lambda _: None)
    wire.gates["a/1"].set()
    await stopping

    assert await states(middle) == {"a/1": "sent", "a/2": "due"}


async def test_a_relay_that_starts_again_takes_its_own_rows_over_at_once(
    middle: Middle, wire: Scripted, queue: Queue
) -> None:
    await queue("a/1")
    await held_by_another(middle, transmitting=False)
    again = Relay(middle, {"slack": wire}, owner="another relay")

    await again.start()
    await again.quiet()
    await again.stop()

    assert wire.sent == ["a/1"]
