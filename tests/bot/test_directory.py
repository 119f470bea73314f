"""People in Slack: found once by their address, and one person stays one, whoever was written down first."""

from typing import Any

import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.directory import find_leavers, find_people
from bot.lacking import Lacking
from bot.middle import Middle
from handlers import people
from sandbox.outside import Outside
from storage.tables import AuditEntry, Person
from storage.unit_of_work import UnitOfWork
from tests.stories.people import Slack

LUIS, NOBODY = "luis.moreno@halden.example", "nobody@halden.example"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def client(outside: Outside, session: Any) -> AsyncWebClient:
    return AsyncWebClient(outside.bot_token, outside.api_url, session=session, timeout=1)


async def hire(middle: Middle, *emails: str, **more: Any) -> None:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        for email in emails:
            uow.add(Person, **({"email": email, "name": email, "roles": "technician"} | more))
        return {}

    await middle.perform(f"hire {emails}", "test", "", work)


async def known(middle: Middle) -> dict[str, tuple[str | None, bool]]:
    return {one.email: (one.slack_id, one.active) for one in await middle.read(lambda uow: uow.all(Person))}


async def test_people_are_found_by_their_address_and_the_rest_is_named(middle: Middle, client: AsyncWebClient) -> None:
    await hire(middle, LUIS, NOBODY)

    unknown = await find_people(client, middle, Lacking())

    assert unknown == [NOBODY]
    assert await known(middle) == {LUIS: ("U0LUIS", True), NOBODY: (None, True)}


async def test_whoever_is_known_is_not_asked_for_again(
    middle: Middle, client: AsyncWebClient, outside: Outside
) -> None:
    await hire(middle, LUIS)

    for _ in range(3):
        await find_people(client, middle, Lacking())

    assert len(outside.workspace.calls.seen("users.lookupByEmail")) == 1


async def test_a_row_that_was_made_up_for_a_reporter_gives_its_slack_id_to_the_imported_person(
    middle: Middle, client: AsyncWebClient
) -> None:
    await middle.perform("fault", "test", "", lambda uow: {"by": people.reporter(uow, "U0LUIS").person_id})
    await hire(middle, LUIS)

    await find_people(client, middle, Lacking())
    again = await middle.perform("again", "test", "", lambda uow: {"by": people.reporter(uow, "U0LUIS").name})

    assert await known(middle) == {"u0luis@slack.invalid": (None, False), LUIS: ("U0LUIS", True)}
    assert again["by"] == LUIS
    notes = await middle.read(lambda uow: [entry.action for entry in uow.all(AuditEntry)])
    assert notes[-2:] == ["known by another address", "found in Slack"]


async def test_a_slack_id_that_another_imported_person_has_stays_there(middle: Middle, client: AsyncWebClient) -> None:
    await hire(middle, "other@halden.example", slack_id="U0LUIS")
    await hire(middle, LUIS)

    with structlog.testing.capture_logs() as said:
        await find_people(client, middle, Lacking())

    assert await known(middle) == {"other@halden.example": ("U0LUIS", True), LUIS: (None, True)}
    assert [line["event"] for line in said] == ["a Slack id belongs to somebody else already"]


@pytest.mark.parametrize("fault", ["error:missing_scope", "error:unknown_method", "http_429", "http_500", "timeout"])
async def test_where_slack_does_not_answer_nobody_is_called_unknown(
    middle: Middle, client: AsyncWebClient, slack: Slack, fault: str
) -> None:
    await hire(middle, LUIS, NOBODY)
    client.retry_handlers = []
    await slack.post("faults", {"kind": fault, "method": "users.lookupByEmail", "count": 9})

    with structlog.testing.capture_logs() as said:
        unknown = await find_people(client, middle, Lacking())

    assert (unknown, len(said)) == ([], 1)


async def test_whoever_was_switched_off_while_nobody_told_us_is_found(
    middle: Middle, client: AsyncWebClient, outside: Outside
) -> None:
    await hire(middle, LUIS, slack_id="U0LUIS")
    await hire(middle, NOBODY)
    await find_leavers(client, middle, Lacking())
    before = await known(middle)
    outside.workspace.store.put_person(outside.workspace.person("U0LUIS") | {"deleted": True})

    await find_leavers(client, middle, Lacking())

    assert before[LUIS] == ("U0LUIS", True)
    assert await known(middle) == {LUIS: ("U0LUIS", False), NOBODY: (None, True)}


async def test_without_the_permission_nobody_is_switched_off_and_it_is_noted(
    middle: Middle, client: AsyncWebClient, slack: Slack
) -> None:
    await hire(middle, LUIS, slack_id="U0LUIS")
    lacking = Lacking()
    await slack.fault("error:missing_scope", "users.list")

    await find_leavers(client, middle, lacking)

    assert (await known(middle))[LUIS] == ("U0LUIS", True)
