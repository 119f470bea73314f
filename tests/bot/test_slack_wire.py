"""The way out to Slack, held against a real server that refuses, breaks, falls silent and forgets."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.middle import Middle
from bot.outcomes import Delivered, Later, Refused, Unsure
from bot.slack_wire import BURST, Pace, SlackWire
from sandbox.outside import Outside
from storage import cards, outbox
from storage.cards import Place
from storage.outbox import Claimed, Letter
from storage.unit_of_work import UnitOfWork
from tests.stories.people import Person, Slack
from tests.wires.scripted_wire import Moment

Claim = Callable[..., Awaitable[Claimed]]
LEASE = timedelta(seconds=90)
POST = {"method": "chat.postMessage", "channel": "C0MAINT", "text": "The seal is there."}

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def wire(outside: Outside, session: aiohttp.ClientSession, middle: Middle) -> SlackWire:
    client = AsyncWebClient(outside.bot_token, outside.api_url, session=session, timeout=1)
    client.retry_handlers = []
    return SlackWire(client, middle)


@pytest.fixture
def claim(middle: Middle) -> Claim:
    """Queues a body and claims it, as the relay does."""

    async def claim(body: dict[str, Any], key: str = "row") -> Claimed:
        letter = Letter("slack", key, str(body["channel"]), body, key=key)
        await middle.perform(f"queue {key}", "test", "", lambda uow: {"row": outbox.queue(uow, letter)})
        rows = await middle.write(lambda connection, now: outbox.claim(connection, now, owner="test", lease=LEASE))
        return rows[0]

    return claim


async def before() -> None:
    """Let every byte go."""


@pytest.fixture
async def card(middle: Middle, wire: SlackWire) -> str:
    """A card that already stands in the channel."""
    posted = await wire.client.chat_postMessage(channel="C0MAINT", text="WO-412")

    def stand(uow: UnitOfWork) -> dict[str, Any]:
        cards.show(uow, "wo:1", "WO-412", Place("C0MAINT"), {"text": "WO-412"})
        cards.stood(uow, "wo:1", "C0MAINT", posted["ts"])
        outbox.drop(uow, "stand#1", "posted by the test")
        return {}

    await middle.perform("stand", "test", "", stand)
    return str(posted["ts"])


UPDATE = {"method": "chat.update", "card": "wo:1", "channel": "C0MAINT", "text": "WO-412 is done"}


async def test_a_message_is_posted_and_carries_our_key(wire: SlackWire, claim: Claim, outside: Outside) -> None:
    row = await claim(POST, "po:118")

    outcome = await wire.send(row, before)

    (call,) = outside.workspace.calls.seen("chat.postMessage")
    assert outcome == Delivered({"channel": "C0MAINT", "ts": call["ts"]})
    assert call["args"]["metadata"]["event_payload"] == {"key": "po:118"}


FAULTS: list[tuple[str, type, dict[str, Any]]] = [
    ("http_429", Later, {"wait": timedelta(seconds=7), "burnt": False, "rests": True}),
    ("http_500", Unsure, {}),
    ("after_store_500", Unsure, {}),
    ("timeout", Unsure, {}),
    ("after_store_timeout", Unsure, {}),
    ("error:internal_error", Unsure, {}),
    ("error:ratelimited", Later, {"burnt": False, "rests": True}),
    ("error:invalid_auth", Later, {"burnt": False, "rests": True}),
    ("error:token_revoked", Later, {"burnt": False, "rests": True}),
    ("error:missing_scope", Later, {"burnt": False, "rests": True}),
    ("error:channel_not_found", Refused, {}),
    ("error:is_archived", Refused, {}),
    ("error:invalid_blocks", Refused, {}),
]


@pytest.mark.parametrize(("fault", "kind", "facts"), FAULTS, ids=[row[0] for row in FAULTS])
async def test_every_answer_to_a_new_message_has_one_meaning(
    wire: SlackWire, claim: Claim, slack: Slack, fault: str, kind: type, facts: dict[str, Any]
) -> None:
    row = await claim(POST)
    await slack.post("faults", {"kind": fault, "method": "chat.postMessage", "seconds": 7.0})

    outcome = await wire.send(row, before)

    assert isinstance(outcome, kind)
    assert {name: getattr(outcome, name) for name in facts} == facts


@pytest.mark.parametrize("fault", ["http_500", "after_store_500", "timeout", "error:internal_error"])
async def test_an_edit_can_simply_be_done_again(
    wire: SlackWire, claim: Claim, slack: Slack, card: str, fault: str
) -> None:
    row = await claim(UPDATE)
    await slack.post("faults", {"kind": fault, "method": "chat.update"})

    assert isinstance(await wire.send(row, before), Later)
    assert isinstance(await wire.send(row, before), Delivered)


async def test_a_slack_that_is_not_there_burns_no_try(claim: Claim, middle: Middle) -> None:
    async with aiohttp.ClientSession() as session:
        wire = SlackWire(AsyncWebClient("xoxb-1", "http://127.0.0.1:9/api/", session=session), middle)

        outcome = await wire.send(await claim(POST), before)

    assert isinstance(outcome, Later)
    assert not outcome.burnt
    assert "does not answer" in wire.trouble


async def test_33_a_refused_token_is_a_clear_state_that_ends_by_itself(
    wire: SlackWire, claim: Claim, slack: Slack
) -> None:
    row = await claim(POST)
    await slack.post("faults", {"kind": "error:invalid_auth", "method": "chat.postMessage"})

    await wire.send(row, before)
    refused = wire.trouble
    await wire.send(row, before)

    assert refused == "Slack refuses us: invalid_auth"
    assert wire.trouble == ""


LOST = [("after_store_500", True), ("after_store_timeout", True), ("http_500", False), ("timeout", False)]


@pytest.mark.parametrize(("fault", "stored"), LOST, ids=[row[0] for row in LOST])
async def test_a_message_whose_answer_was_lost_is_looked_for_by_its_key(
    wire: SlackWire, claim: Claim, slack: Slack, middle: Middle, moment: Moment, fault: str, stored: bool
) -> None:
    moment.now = moment.now.replace(year=2025)
    row = await claim(POST)
    await slack.post("faults", {"kind": fault, "method": "chat.postMessage"})
    lost = await wire.send(row, before)

    looks = [await wire.look(row), await wire.look(row)]

    assert isinstance(lost, Unsure)
    assert [type(look) for look in looks] == ([Delivered, Delivered] if stored else [Unsure, Later])


async def test_a_lost_reply_is_looked_for_in_its_thread_and_a_lost_direct_message_with_its_reader(
    wire: SlackWire, claim: Claim, slack: Slack, card: str, moment: Moment
) -> None:
    moment.now = moment.now.replace(year=2025)
    reply = await claim({**POST, "thread_card": "wo:1"}, "reply")
    direct = await claim({**POST, "channel": "U0BO"}, "direct")
    for row in (reply, direct):
        await slack.post("faults", {"kind": "after_store_500", "method": "chat.postMessage"})
        await wire.send(row, before)

    found = [await wire.look(reply), await wire.look(direct)]

    assert all(isinstance(one, Delivered) for one in found)
    assert len(await Person(slack, "U0ANA").sees("C0MAINT", "The seal is there", thread=card)) == 1


async def test_where_slack_never_lets_us_look_a_message_is_sent_again_and_that_is_said_once(
    wire: SlackWire, claim: Claim, slack: Slack
) -> None:
    scopes = ["chat:write", "im:write"]
    row = await claim(POST)
    await slack.post("app", {"scopes": scopes})

    with structlog.testing.capture_logs() as said:
        looks = [await wire.look(row), await wire.look(row)]

    assert all(isinstance(look, Later) for look in looks)
    assert [line["error"] for line in said] == ["missing_scope"]


async def test_a_look_that_slack_does_not_answer_proves_nothing(wire: SlackWire, claim: Claim, slack: Slack) -> None:
    row = await claim(POST)
    await slack.post("faults", {"kind": "http_429", "method": "conversations.history", "count": 5})

    looks = [await wire.look(row) for _ in range(5)]

    assert all(isinstance(look, Unsure) for look in looks)


async def test_a_reply_waits_until_its_root_stands_and_then_hangs_from_it(
    wire: SlackWire, claim: Claim, slack: Slack, middle: Middle
) -> None:
    row = await claim({**POST, "thread_card": "wo:1"})

    early = await wire.send(row, before)
    posted = await wire.client.chat_postMessage(channel="C0MAINT", text="WO-412")

    def stand(uow: UnitOfWork) -> dict[str, Any]:
        cards.show(uow, "wo:1", "WO-412", Place("C0MAINT"), {"text": "WO-412"})
        cards.stood(uow, "wo:1", "C0MAINT", posted["ts"])
        return {}

    await middle.perform("stand", "test", "", stand)
    late = await wire.send(row, before)

    assert isinstance(early, Later)
    assert not early.burnt
    assert isinstance(late, Delivered)
    assert await Person(slack, "U0ANA").sees("C0MAINT", "The seal is there", thread=posted["ts"])


async def test_an_edit_of_a_card_that_was_never_posted_is_refused(wire: SlackWire, claim: Claim) -> None:
    assert await wire.send(await claim(UPDATE), before) == Refused("the card was never posted")


async def test_a_channel_gets_a_burst_and_then_one_message_a_second_without_a_try_burnt(
    wire: SlackWire, claim: Claim, outside: Outside
) -> None:
    burst = int(BURST)
    outcomes = [await wire.send(await claim(POST, f"row {number}"), before) for number in range(burst + 1)]
    elsewhere = await wire.send(await claim({**POST, "channel": "C0STORES"}, "elsewhere"), before)

    held = outcomes[-1]
    assert all(isinstance(outcome, Delivered) for outcome in [*outcomes[:-1], elsewhere])
    assert isinstance(held, Later)
    assert (held.burnt, held.rests, held.wait is not None and held.wait <= timedelta(seconds=1)) == (False, True, True)
    assert len(outside.workspace.calls.seen("chat.postMessage")) == burst + 1


def test_a_lane_s_turns_come_back_at_one_a_second_up_to_the_burst(database: object) -> None:
    time = [0.0]
    pace = Pace(lambda: time[0])

    first = [pace.wait("C0") for _ in range(5)]
    time[0] = 1.0
    second = [pace.wait("C0"), pace.wait("C0")]
    time[0] = 100.0
    rested = [pace.wait("C0") for _ in range(5)]

    assert first == [0, 0, 0, 0, 1]
    assert second == [0, 1]
    assert rested == [0, 0, 0, 0, 1]
