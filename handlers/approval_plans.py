"""Whom the rules ask about an order: the directory of this moment, and the plan that follows from it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handlers.order_content import Dossier
from orders import approvals
from orders.approvals import Case, Directory, PlanStep
from orders.people import Role, roles_named
from storage.prepared import Prepared
from storage.tables import CostCentre, Person
from storage.unit_of_work import UnitOfWork, table

_PEOPLE, _CENTRES = table(Person), table(CostCentre)
_ACTIVE = Prepared(
    select(_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.email, _PEOPLE.c.roles, _PEOPLE.c.slack_id)
    .where(_PEOPLE.c.active.is_(True))
    .order_by(_PEOPLE.c.id)
)
_OWNED = Prepared(select(_CENTRES.c.code, _CENTRES.c.owner_id).where(_CENTRES.c.owner_id.is_not(None)))


@dataclass(frozen=True, slots=True)
class Staff:
    """The active people by id, and what the approval rules may name."""

    people: dict[int, Any]
    directory: Directory

    def name(self, person_id: int | None) -> str:
        """Return a person's name, or "nobody"."""
        person = self.people.get(person_id or 0)
        return str(person.name) if person is not None else "nobody"

    def slack_id(self, person_id: int | None) -> str:
        """Return a person's Slack id, empty when there is none."""
        person = self.people.get(person_id or 0)
        return str(person.slack_id or "") if person is not None else ""

    def having(self, role: Role) -> list[Any]:
        """Return the active people with a role, in order of their ids."""
        return [self.people[number] for number in self.directory.by_role.get(role.value, ())]


def staff(uow: UnitOfWork) -> Staff:
    """Read who is active and who owns which cost centre, as it is in this transaction."""
    people = {row.id: row for row in uow.rows(_ACTIVE)}
    by_role: dict[str, tuple[int, ...]] = {}
    for row in people.values():
        for role in roles_named(row.roles):
            by_role[role.value] = (*by_role.get(role.value, ()), row.id)
    owners = {row.code: row.owner_id for row in uow.rows(_OWNED) if row.owner_id in people}
    admins = [people[number].name for number in by_role.get(Role.ADMIN.value, ())[:2]]
    directory = Directory(
        owners=owners,
        by_role=by_role,
        by_email={row.email: row.id for row in people.values()},
        admin=" or ".join(admins) or "the administrator",
    )
    return Staff(people, directory)


def plan_for(uow: UnitOfWork, dossier: Dossier, known: Staff) -> tuple[PlanStep, ...]:
    """Compute the steps that the plant's rules ask for; raises ``NobodyMayApprove`` or ``CurrenciesDiffer``."""
    centres = tuple(dict.fromkeys(line.cost_centre for line in dossier.lines if line.cost_centre))
    case = Case(dossier.name, dossier.total, centres, dossier.order.requested_by_id)
    plant = uow.plant
    return approvals.plan(case, plant.approval_rules, known.directory, plant.approval_fallback)
