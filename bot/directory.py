"""People in Slack: whoever has no Slack id yet is looked up once by e-mail address, and the id is kept."""

from functools import partial

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.middle import Middle
from storage.tables import Person
from storage.unit_of_work import Note, UnitOfWork, table

log = structlog.get_logger()
_PEOPLE = table(Person)
MISSING_SCOPE = "missing_scope"


async def find_people(client: AsyncWebClient, middle: Middle) -> list[str]:
    """Look up everybody without a Slack id; returns the addresses that Slack does not know."""
    unknown = []
    for person_id, email in await middle.read(_without_slack):
        try:
            answer = await client.users_lookupByEmail(email=email)
        except SlackApiError as refused:
            if refused.response.get("error") == MISSING_SCOPE:
                log.warning("people cannot be found by e-mail: the app lacks the scope users:read.email")
                return []
            unknown.append(email)
            continue
        slack_id = str(answer["user"]["id"])
        key = f"slack id:{person_id}:{slack_id}"
        await middle.perform(key, "directory", slack_id, partial(_keep, person_id, slack_id))
    return unknown


def _without_slack(uow: UnitOfWork) -> list[tuple[int, str]]:
    found = select(_PEOPLE.c.id, _PEOPLE.c.email).where(_PEOPLE.c.slack_id.is_(None), _PEOPLE.c.active)
    return [(row.id, row.email) for row in uow.run(found)]


def _keep(person_id: int, slack_id: str, uow: UnitOfWork) -> dict[str, object]:
    uow.change(Person, person_id, slack_id=slack_id)
    uow.audit(Note(f"person {person_id}", "found in Slack", after={"slack_id": slack_id}))
    return {}
