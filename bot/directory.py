"""People in Slack: whoever has no Slack id yet is looked up once by e-mail address, and the id is kept."""

from functools import partial

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from bot.lacking import Lacking, error_of
from bot.middle import Middle
from handlers import leavers, people
from storage.tables import Person
from storage.unit_of_work import Note, UnitOfWork, table

log = structlog.get_logger()
_PEOPLE = table(Person)
NOT_FOUND = "users_not_found"
PAGE = 200
"""How many people Slack is asked for at once."""


async def find_people(client: AsyncWebClient, middle: Middle, lacking: Lacking) -> list[str]:
    """Look up everybody without a Slack id; returns the addresses that Slack does not know."""
    unknown = []
    for person_id, email in await middle.read(_without_slack):
        try:
            answer = await client.users_lookupByEmail(email=email)
        except SlackApiError as refused:
            if error_of(refused) == NOT_FOUND:
                unknown.append(email)
                continue
            lacking.note("finding people in Slack by their e-mail address", refused)
            break
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            log.warning("people could not be looked up in Slack now", error=repr(lost))
            break
        slack_id = str(answer["user"]["id"])
        key = f"slack id:{person_id}:{slack_id}"
        await middle.perform(key, "directory", slack_id, partial(_keep, person_id, slack_id))
    return unknown


async def find_leavers(client: AsyncWebClient, middle: Middle, lacking: Lacking) -> None:
    """Look for people who were switched off in Slack while nobody told us, and write each down."""
    try:
        async for page in await client.users_list(limit=PAGE):
            gone = {str(user["id"]) for user in page["members"] if user.get("deleted")}
            for slack_id in sorted(gone & await middle.read(_active_ids)):
                key = f"leaver:{slack_id}:{middle.clock():%Y%m%dT%H}"
                await middle.perform(key, "directory", slack_id, partial(_switched_off, slack_id))
    except SlackApiError as refused:
        lacking.note("seeing who was switched off in Slack", refused)
    except (aiohttp.ClientError, TimeoutError, OSError) as lost:
        log.warning("people could not be compared with Slack now", error=repr(lost))


def _active_ids(uow: UnitOfWork) -> set[str]:
    found = select(_PEOPLE.c.slack_id).where(_PEOPLE.c.slack_id.is_not(None), _PEOPLE.c.active)
    return set(uow.run(found).scalars())


def _switched_off(slack_id: str, uow: UnitOfWork) -> dict[str, object]:
    leavers.gone(uow, slack_id)
    return {}


def _without_slack(uow: UnitOfWork) -> list[tuple[int, str]]:
    found = select(_PEOPLE.c.id, _PEOPLE.c.email).where(_PEOPLE.c.slack_id.is_(None), _PEOPLE.c.active)
    return [(row.id, row.email) for row in uow.run(found)]


def _keep(person_id: int, slack_id: str, uow: UnitOfWork) -> dict[str, object]:
    owner = uow.find(Person, slack_id=slack_id)
    if owner is not None and not people.is_made_up(owner):
        log.warning("a Slack id belongs to somebody else already", slack_id=slack_id, person=person_id, owner=owner.id)
        return {}
    if owner is not None:
        people.give_up(uow, owner)
    uow.change(Person, person_id, slack_id=slack_id)
    uow.audit(Note(f"person {person_id}", "found in Slack", after={"slack_id": slack_id}))
    return {}
