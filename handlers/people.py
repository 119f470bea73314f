"""Who acts: people by their Slack id, and whom to name when somebody may not."""

from sqlalchemy import select

from orders.errors import Stranger
from orders.people import CHARGEHAND, Actor, Role, roles_named
from storage.tables import Person
from storage.unit_of_work import Note, UnitOfWork, table

_PEOPLE = table(Person)
STRANGERS = "@slack.invalid"
"""How the address ends that is made up for somebody who is known by a Slack id alone."""


def actor(person: Person) -> Actor:
    """Return a person as somebody who acts."""
    return Actor(person.id, person.name, roles_named(person.roles), person.slack_id)


def known(uow: UnitOfWork, slack_id: str) -> Actor:
    """Return who has this Slack id; raises ``Stranger`` for somebody unknown or no longer active."""
    person = uow.find(Person, slack_id=slack_id)
    if person is None or not person.active:
        raise Stranger(who=names(uow, Role.ADMIN) or "the administrator")
    return actor(person)


def reporter(uow: UnitOfWork, slack_id: str) -> Actor:
    """Return who has this Slack id, and write down somebody new as an operator: anybody may report a fault."""
    person = uow.find(Person, slack_id=slack_id)
    if person is not None:
        return actor(person) if person.active else CHARGEHAND
    email = f"{slack_id.lower()}{STRANGERS}"
    earlier = uow.find(Person, email=email)
    if earlier is None:
        uow.add(Person, email=email, name=f"<@{slack_id}>", slack_id=slack_id, roles=Role.OPERATOR.value)
    else:
        uow.change(Person, earlier.id, slack_id=slack_id, active=True)
    return known(uow, slack_id)


def is_made_up(person: Person) -> bool:
    """Say whether a person was written down by ``reporter`` and never named by an import."""
    return person.email.endswith(STRANGERS)


def give_up(uow: UnitOfWork, stranger: Person) -> None:
    """Take the Slack id from a row that was made up, for the person who really has it; what was done stays there."""
    uow.change(Person, stranger.id, slack_id=None, active=False)
    before = {"slack_id": stranger.slack_id}
    uow.audit(Note(stranger.email, "known by another address", before=before, after={"slack_id": None}))


def having(uow: UnitOfWork, role: Role) -> list[Person]:
    """Return the active people with a role, in order of their ids."""
    return [person for person in uow.all(Person, active=True) if role in roles_named(person.roles)]


def names(uow: UnitOfWork, *roles: Role, most: int = 2) -> str:
    """Name a few people who have one of the roles, for a refusal: ``Ana Ruiz or Bo Lindqvist``."""
    found = dict.fromkeys(person.name for role in roles for person in having(uow, role))
    return " or ".join(list(found)[:most])


def slack_id(uow: UnitOfWork, person_id: int | None) -> str | None:
    """Return a person's Slack id, if there is one."""
    if person_id is None:
        return None
    found: str | None = uow.run(select(_PEOPLE.c.slack_id).where(_PEOPLE.c.id == person_id)).scalar()
    return found


def name(uow: UnitOfWork, person_id: int | None) -> str:
    """Return a person's name, or "nobody"."""
    return "nobody" if person_id is None else str(uow.get(Person, person_id).name)
