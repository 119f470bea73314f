"""What was written while the bot was away: all pages, all threads, once, and again only what broke."""

from collections.abc import Callable
from typing import Any

import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import history
from bot.history import History
from bot.lacking import Lacking
from bot.middle import Middle
from bot.routes import Route, Routes
from bot.slack import Conversation
from handlers import watermarks
from handlers.happenings import NOTHING, Answer, Message
from sandbox.outside import Outside
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork
from tests.stories.people import Person, Slack
from tests.wires.scripted_wire import Moment

CHANNELS = ("C0MAINT",)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Ears:
    """Hears every message, and breaks at some words."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.breaks_at: set[str] = set()

    def hear(self, uow: UnitOfWork, what: Message) -> Answer:
        if what.text in self.breaks_at:
            raise ZeroDivisionError
        self.heard.append(what.text)
        return NOTHING


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def past(middle: Middle, moment: Moment, outside: Outside, session: Any, ears: Ears) -> History:
    """The history of a channel that was read up to the day before."""
    moment.now = moment.now.fromtimestamp(outside.workspace.timing.now(), moment.now.tzinfo)
    moment.passes(days=-1)
    await history.begin(middle, CHANNELS)
    moment.passes(days=1)
    client = AsyncWebClient(outside.bot_token, outside.api_url, session=session, timeout=1)
    client.retry_handlers = []
    routes = Routes(message=Route("message", ears.hear, "itself"))
    return History(Conversation(middle, client, bot_user="U0BOT", routes=routes), client, middle, Lacking())


@pytest.fixture
def ana(slack: Slack) -> Person:
    return Person(slack, "U0ANA")


async def mark(middle: Middle) -> float:
    return float(await middle.read(lambda uow: watermarks.since(uow, "C0MAINT")) or 0)


async def test_every_page_is_read_in_the_order_of_writing_and_once(
    past: History, ears: Ears, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    written = [f"fault {number}" for number in range(8)]
    for text in written:
        await ana.says("C0MAINT", text)

    looked = [await past.catch_up(CHANNELS) for _ in range(3)]

    assert ears.heard == written
    assert looked == [8, 8, 8]


async def test_replies_in_the_threads_of_work_orders_that_are_not_closed_are_read_too(
    past: History, ears: Ears, ana: Person, middle: Middle
) -> None:
    roots = [await ana.says("C0MAINT", f"root {number}") for number in range(3)]
    for number, root in enumerate(roots):
        await ana.says("C0MAINT", f"reply {number}", thread=root)
    await middle.perform("orders", "test", "", _orders(dict(zip(roots, ("ready", "closed", "completed"), strict=True))))

    await past.catch_up(CHANNELS)

    assert [text for text in ears.heard if text.startswith("reply")] == ["reply 0", "reply 2"]


def _orders(states: dict[str, str]) -> Callable[[UnitOfWork], dict[str, Any]]:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        for number, (root, state) in enumerate(states.items()):
            shared = {"title": "t", "channel": "C0MAINT", "priority": "3", "created_at": uow.now, "due_at": uow.now}
            uow.add(WorkOrder, number=f"WO-{number}", root_ts=root, state=state, **shared)
        return {}

    return work


async def test_a_thread_whose_root_was_deleted_hides_no_other(
    past: History, ears: Ears, ana: Person, middle: Middle
) -> None:
    root = await ana.says("C0MAINT", "root")
    await ana.says("C0MAINT", "reply", thread=root)
    await middle.perform("orders", "test", "", _orders({root: "ready", "1.000100": "ready"}))

    await past.catch_up(CHANNELS)

    assert ears.heard == ["root", "reply"]


async def test_a_message_that_breaks_its_handler_is_tried_again_and_holds_nobody_up(
    past: History, ears: Ears, ana: Person, middle: Middle, slack: Slack
) -> None:
    ears.breaks_at = {"second"}
    for text in ("first", "second", "third"):
        await ana.says("C0MAINT", text)

    await past.catch_up(CHANNELS)
    ears.breaks_at.clear()
    await past.catch_up(CHANNELS)

    assert ears.heard == ["first", "third", "second"]
    assert await slack.calls("chat.postEphemeral") == []


async def test_what_broke_is_given_up_after_an_hour(
    past: History, ears: Ears, ana: Person, middle: Middle, moment: Moment
) -> None:
    ears.breaks_at = {"poison"}
    await ana.says("C0MAINT", "poison")
    for _ in range(2):
        moment.passes(minutes=61)
        await past.catch_up(CHANNELS)

    ears.breaks_at.clear()
    await past.catch_up(CHANNELS)

    assert ears.heard == []


async def test_the_mark_stays_a_little_behind_because_slacks_clock_is_not_ours(
    past: History, middle: Middle, moment: Moment
) -> None:
    await past.catch_up(CHANNELS)

    assert moment.now.timestamp() - await mark(middle) == pytest.approx(120)


@pytest.mark.parametrize("fault", ["error:not_in_channel", "error:missing_scope", "http_429", "http_500", "timeout"])
async def test_a_channel_that_cannot_be_read_keeps_its_mark_and_everything_after_it(
    past: History, ears: Ears, ana: Person, middle: Middle, slack: Slack, fault: str
) -> None:
    await ana.says("C0MAINT", "leaks")
    before = await mark(middle)
    await slack.post("faults", {"kind": fault, "method": "conversations.history"})

    with structlog.testing.capture_logs() as said:
        await past.catch_up(CHANNELS)
    kept = await mark(middle)
    await past.catch_up(CHANNELS)

    assert (kept, len(said), ears.heard) == (before, 1, ["leaks"])


async def test_a_channel_without_a_mark_is_not_read(past: History, ears: Ears, ana: Person) -> None:
    await ana.says("C0STORES", "not a fault channel")

    assert await past.catch_up(("C0STORES",)) == 0
    assert ears.heard == []


async def test_beginning_again_moves_no_mark(past: History, middle: Middle, moment: Moment) -> None:
    before = await mark(middle)
    moment.passes(hours=5)

    await history.begin(middle, CHANNELS)

    assert await mark(middle) == before
