"""Slack's payloads through the real bolt app: every click is answered, privately, in plain words, once."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

import templates
from bot.middle import Middle
from bot.routes import Route, Routes
from bot.slack import Conversation
from handlers.happenings import NOTHING, Answer
from orders.errors import Unlawful
from sandbox.outside import Outside
from storage.tables import Person
from storage.unit_of_work import UnitOfWork
from tests.stories.people import Person as Somebody
from tests.stories.people import Slack

Send = Callable[..., Awaitable[BoltResponse]]
MODAL = templates.view("said", words="Choose")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Desk:
    """Handlers that do what a test tells them, and remember what they were asked."""

    def __init__(self) -> None:
        self.answer: Answer | Exception = NOTHING
        self.asked: list[Any] = []

    def handle(self, uow: UnitOfWork, what: Any) -> Answer:
        self.asked.append(what)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def conversation(middle: Middle, outside: Outside, session: Any, desk: Desk) -> Conversation:
    route = Route("test", desk.handle, "itself")
    routes = Routes(
        command=route,
        message=route,
        home=Route("home", desk.handle, "itself", reads_only=True),
        person=route,
        clicks={"test.click": route, "known.click": Route("known", desk.handle)},
        submissions={"test_form": route},
        shortcuts={"test_shortcut": route},
        lookups={"find.asset": desk.handle, "find.part": desk.handle},
    )
    client = AsyncWebClient(outside.bot_token, outside.api_url, session=session, timeout=2)
    return Conversation(middle, client, bot_user="U0CHARGEHAND", routes=routes)


@pytest.fixture
async def send(conversation: Conversation, outside: Outside) -> Send:
    """Sends a payload through bolt and waits until everything has been said."""
    app = AsyncApp(client=conversation.client, process_before_response=True)
    conversation.listen(app)

    async def send(kind: str = "", **body: Any) -> BoltResponse:
        answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body={"type": kind, **body}))
        await conversation.settled()
        return answer

    return send


@pytest.fixture
def ana(slack: Slack) -> Somebody:
    return Somebody(slack, "U0ANA")


@pytest.fixture
def click(send: Send, outside: Outside) -> Send:
    """Sends a click of Ana's in #maintenance; ``stamp`` tells one click from another."""

    async def click(action: str = "test.click", stamp: str = "1.0", **more: Any) -> BoltResponse:
        element = {"type": "button", "action_id": action, "block_id": "b", "value": "v1:1", "action_ts": stamp}
        trigger = outside.triggers.give("U0ANA")
        body = {"user": {"id": "U0ANA"}, "team": {"id": "T0"}, "channel": {"id": "C0MAINT"}, "trigger_id": trigger}
        return await send("block_actions", **{**body, "actions": [element], "message": {"ts": "1.0"}, **more})

    return click


async def private(ana: Somebody) -> list[str]:
    """Return what is shown in #maintenance to Ana alone."""
    return [one["text"] for one in await ana.sees("C0MAINT") if one.get("ephemeral_to") == "U0ANA"]


async def test_a_refusal_is_said_to_the_clicker_alone_and_cannot_mention_anybody(
    click: Send, desk: Desk, ana: Somebody, slack: Slack
) -> None:
    desk.answer = Unlawful(why="<!channel> & <b>bold</b> says no.")

    answer = await click()

    assert answer.status == 200
    assert await private(ana) == ["&lt;!channel&gt; &amp; &lt;b&gt;bold&lt;/b&gt; says no."]
    assert await Somebody(slack, "U0LUIS").sees("C0MAINT") == []


async def test_words_of_ours_keep_their_marks(click: Send, desk: Desk, ana: Somebody) -> None:
    desk.answer = Answer(private="Type `help`, *please*.")

    await click()

    assert await private(ana) == ["Type `help`, *please*."]


@pytest.mark.parametrize("kind", ["click", "command", "submission", "message"])
async def test_a_broken_handler_is_answered_with_a_code_that_stands_in_the_log(
    click: Send, send: Send, desk: Desk, ana: Somebody, kind: str
) -> None:
    desk.answer = ZeroDivisionError("secret-detail")
    ways: dict[str, Callable[[], Awaitable[BoltResponse]]] = {
        "click": click,
        "command": lambda: send(**COMMAND),
        "submission": lambda: send("view_submission", **SUBMISSION),
        "message": lambda: send("event_callback", event=MESSAGE),
    }

    with structlog.testing.capture_logs() as said:
        answer = await ways[kind]()

    shown = " ".join([*await private(ana), str(answer.body)])
    (line,) = said
    code = re.findall(r"tell the administrator “(?:&ldquo;)?([0-9A-F]{4})”|\\u201c([0-9A-F]{4})\\u201d", shown)
    assert line["code"] in {one for found in code for one in found}
    assert (answer.status, "secret-detail" in shown) == (200, False)


COMMAND = {"command": "/wo", "text": "mine", "trigger_id": "1.1", "user_id": "U0ANA", "channel_id": "C0MAINT"}
VIEW = {"id": "V1", "hash": "1", "callback_id": "test_form", "type": "modal", "private_metadata": "v1:1"}
SUBMISSION = {"user": {"id": "U0ANA"}, "view": {**VIEW, "state": {"values": {"text": {"a": {"value": "leaks"}}}}}}
MESSAGE = {"type": "message", "user": "U0ANA", "channel": "C0MAINT", "ts": "5.0", "text": "leaks"}


@pytest.mark.parametrize("action", ["po_approve_v0", "", "x" * 255])
async def test_a_button_that_nobody_knows_is_answered(click: Send, ana: Somebody, action: str) -> None:
    answer = await click(action)

    assert answer.status == 200
    (said,) = await private(ana)
    assert "older version" in said


async def test_a_stranger_is_told_whom_to_ask_and_nothing_is_done(
    click: Send, desk: Desk, ana: Somebody, middle: Middle
) -> None:
    admin: dict[str, Any] = {"email": "ida@x", "name": "Ida Holm", "roles": "admin"}
    await middle.perform("admin", "test", "", lambda uow: {"id": uow.add(Person, **admin)})

    await click("known.click")

    (said,) = await private(ana)
    assert "ask Ida Holm" in said
    assert desk.asked == []


HOME = {"channel": None, "message": None, "view": {"id": "V9", "type": "home"}}


async def test_an_answer_on_the_home_tab_is_shown_over_it(click: Send, desk: Desk, ana: Somebody) -> None:
    desk.answer = Answer(private="Done.")

    await click(**HOME)

    assert "Done." in json.dumps(await ana.modal())


async def test_a_card_on_the_home_tab_is_shown_over_it_with_its_table_as_lines(
    click: Send, desk: Desk, ana: Somebody
) -> None:
    rows = [[{"type": "raw_text", "text": f"{row}.{cell}"} for cell in "ab"] for row in range(14)]
    said = {"type": "section", "text": {"type": "mrkdwn", "text": "An order"}}
    desk.answer = Answer(private="An order", blocks=[said, {"type": "table", "rows": rows}])

    await click(**HOME)

    shown = (await ana.modal("An order"))["blocks"][1]["text"]["text"].split("\n")
    assert (shown[0], shown[-1], len(shown)) == ("0.a · 0.b", "and 3 more, see the document", 12)


async def test_an_answer_that_slack_shows_no_more_comes_as_a_direct_message(
    click: Send, desk: Desk, slack: Slack, ana: Somebody
) -> None:
    desk.answer = Answer(private="Done.")
    await slack.post("faults", {"kind": "error:expired_trigger_id", "method": "views.open"})

    await click(**HOME)

    assert (await ana.waits_in_direct("Done."))["text"] == "Done."


async def test_the_home_tab_is_shown_again_after_a_press_on_it(click: Send, desk: Desk, outside: Outside) -> None:
    desk.answer = Answer(home={"type": "home", "blocks": [{"type": "divider"}]})

    await click()
    elsewhere = len(outside.workspace.calls.seen("views.publish"))
    await click(stamp="2.0", **HOME)

    assert len(outside.workspace.calls.seen("views.publish")) > elsewhere


async def test_a_form_opens_once_however_often_the_click_arrives(click: Send, desk: Desk, outside: Outside) -> None:
    desk.answer = Answer(modal=MODAL)

    for _ in range(3):
        await click(stamp="1.0")
    once = len(outside.workspace.calls.seen("views.open"))
    await click(stamp="2.0")

    assert (once, len(desk.asked), len(outside.workspace.calls.seen("views.open"))) == (1, 2, 2)


async def test_a_form_over_a_form_is_pushed(click: Send, desk: Desk, outside: Outside, ana: Somebody) -> None:
    desk.answer = Answer(modal=MODAL)
    await click()
    under = await ana.modal()

    await click(stamp="2.0", trigger_id=outside.triggers.give("U0ANA", under["id"]), view=under)

    assert len((await ana.slack.get("views", **{"as": "U0ANA"}))["stack"]) == 2


async def test_a_form_that_slack_opens_no_more_is_said(click: Send, desk: Desk, ana: Somebody, slack: Slack) -> None:
    desk.answer = Answer(modal=MODAL)
    await slack.post("faults", {"kind": "error:expired_trigger_id", "method": "views.open"})

    await click()

    (said,) = await private(ana)
    assert "press the button once more" in said


async def test_a_commands_words_come_with_its_acknowledgement(send: Send, desk: Desk) -> None:
    desk.answer = Answer(private="Nothing waits for you.")

    answer = await send(**COMMAND)

    assert "Nothing waits for you." in answer.body
    assert desk.asked[0].text == "mine"


async def test_errors_of_a_form_stand_at_their_fields_and_a_refusal_takes_its_place(send: Send, desk: Desk) -> None:
    desk.answer = Answer(errors={"text": "Write what is wrong."})
    errors = await send("view_submission", **SUBMISSION)
    desk.answer = Unlawful(why="Too late.")
    refused = await send("view_submission", **{**SUBMISSION, "view": {**SUBMISSION["view"], "hash": "2"}})
    desk.answer = NOTHING
    done = await send("view_submission", **{**SUBMISSION, "view": {**SUBMISSION["view"], "hash": "3"}})

    assert '"errors": {"text": "Write what is wrong."}' in errors.body
    assert '"response_action": "update"' in refused.body
    assert "Too late." in refused.body
    assert (done.status, done.body) == (200, "")
    assert desk.asked[0].field("text") == "leaks"


async def test_a_form_that_nobody_knows_is_answered(send: Send) -> None:
    answer = await send("view_submission", **{**SUBMISSION, "view": {**SUBMISSION["view"], "callback_id": "old_form"}})

    assert "older version" in answer.body


async def test_shortcuts_open_their_form_and_unknown_ones_are_answered(
    send: Send, desk: Desk, ana: Somebody, outside: Outside
) -> None:
    desk.answer = Answer(modal=MODAL)
    body = {"user": {"id": "U0ANA"}, "trigger_id": outside.triggers.give("U0ANA")}
    await send("shortcut", callback_id="test_shortcut", **body)
    opened = await ana.modal()

    await send("shortcut", callback_id="older", **{**body, "trigger_id": "x"})

    assert opened["callback_id"] == MODAL.get("callback_id", "")
    assert "older version" in (await ana.waits_in_direct("older version"))["text"]


@pytest.mark.parametrize(("action", "offers"), [("find.asset", True), ("find.part", False), ("find.old", False)])
async def test_a_field_offers_assets_to_everybody_and_the_rest_to_people_we_know(
    send: Send, desk: Desk, action: str, offers: bool
) -> None:
    desk.answer = Answer(options=[("P-101 CIP pump", "7")])
    asked = {"user": {"id": "U0ANA"}, "block_id": "b", "value": "pump", "view": VIEW}

    with structlog.testing.capture_logs() as said:
        answer = await send("block_suggestion", action_id=action, **asked)

    assert ('"value": "7"' in answer.body, '"options": []' in answer.body) == (offers, not offers)
    assert said == []


async def test_a_message_that_comes_as_two_events_is_answered_once(send: Send, desk: Desk, ana: Somebody) -> None:
    desk.answer = Answer(private="Help is near.")
    event = {**MESSAGE, "text": "<@U0CHARGEHAND> hm"}

    await send("event_callback", event=event)
    await send("event_callback", event={**event, "type": "app_mention"})

    assert (len(desk.asked), await private(ana)) == (1, ["Help is near."])
    assert desk.asked[0].addressed


@pytest.mark.parametrize(
    "event",
    [
        {**MESSAGE, "subtype": "message_changed"},
        {**MESSAGE, "bot_id": "B1"},
        {"type": "reaction_added", "user": "U0ANA"},
        {"type": "app_home_opened", "user": "U0ANA", "tab": "messages"},
        {"type": "user_change", "user": {"id": "U0ANA", "deleted": False}, "event_ts": "1"},
    ],
    ids=["an edit", "a bot", "a reaction", "the messages tab", "a new name"],
)
async def test_events_that_are_no_happening_reach_nobody(send: Send, desk: Desk, event: dict[str, Any]) -> None:
    answer = await send("event_callback", event=event)

    assert (answer.status, desk.asked) == (200, [])


async def test_somebody_who_is_switched_off_is_taken_note_of_once(send: Send, desk: Desk) -> None:
    for _ in range(2):
        await send(
            "event_callback", event={"type": "user_change", "user": {"id": "U0ANA", "deleted": True}, "event_ts": "1"}
        )

    assert [(what.by, what.gone) for what in desk.asked] == [("U0ANA", True)]


async def test_a_form_that_was_wrong_is_taken_once_it_is_corrected_though_slack_calls_it_the_same(
    send: Send, desk: Desk
) -> None:
    desk.answer = Answer(errors={"quantity": "Write a number"})
    await send("view_submission", **SUBMISSION)
    desk.answer = Answer(private="Done.")

    done = await send("view_submission", **SUBMISSION)

    assert "Done." in done.body


async def test_the_home_tab_is_published(send: Send, desk: Desk, slack: Slack) -> None:
    desk.answer = Answer(home={"type": "home", "blocks": [{"type": "divider"}]})

    await send("event_callback", event={"type": "app_home_opened", "user": "U0ANA", "tab": "home", "event_ts": "1"})

    assert (await slack.get("views", **{"as": "U0ANA"}))["home"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize("fault", ["error:channel_not_found", "http_500", "timeout"])
async def test_an_answer_that_slack_does_not_take_breaks_nothing(
    click: Send, desk: Desk, slack: Slack, fault: str
) -> None:
    desk.answer = Answer(private="Done.")
    await slack.post("faults", {"kind": fault, "method": "chat.postEphemeral"})

    with structlog.testing.capture_logs() as said:
        answer = await click()

    assert answer.status == 200
    assert [line["log_level"] for line in said] == ["warning"]


async def test_many_clicks_at_once_are_each_answered_once(click: Send, desk: Desk, outside: Outside) -> None:
    desk.answer = Answer(private="Done.")

    answers = await asyncio.gather(*(click(stamp=f"{number}.0") for number in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert len(desk.asked) == len(outside.workspace.calls.seen("chat.postEphemeral")) == 20
