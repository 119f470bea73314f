"""Whom the rules ask about an order: the directory of this moment, and the plan that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from handlers.order_authors import authors_of
from handlers.order_content import Dossier, today
from orders import approvals
from orders.absences import Absence as Absent
from orders.absences import away_on, stand_ins
from orders.approvals import Case, Directory, PlanStep
from orders.money import Money
from orders.people import Role, roles_named
from orders.purchase_orders import OrderState
from storage.prepared import Prepared
from storage.tables import Absence, CostCentre, Person, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_PEOPLE, _CENTRES, _ABSENCES = table(Person), table(CostCentre), table(Absence)
_ORDERS, _LINES = table(PurchaseOrder), table(PurchaseOrderLine)
NOT_STANDING = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.REJECTED_BY_SUPPLIER)
"""States in which an order spends nothing."""
_OWN_JOBS = (
    select(_LINES.c.work_order_id)
    .where(_LINES.c.order_id == bindparam("order"), _LINES.c.work_order_id.is_not(None))
    .scalar_subquery()
)
_SPLIT_OFF = Prepared(
    select(_ORDERS.c.number, _ORDERS.c.draft_number, _ORDERS.c.total)
    .where(
        _ORDERS.c.id.in_(select(_LINES.c.order_id).where(_LINES.c.work_order_id.in_(_OWN_JOBS))),
        _ORDERS.c.id != bindparam("order"),
        _ORDERS.c.supplier_id == bindparam("supplier"),
        _ORDERS.c.currency == bindparam("currency"),
        _ORDERS.c.submitted_at <= bindparam("before"),
        *(_ORDERS.c.state != state.value for state in NOT_STANDING),
    )
    .order_by(_ORDERS.c.id)
)
_ACTIVE = Prepared(
    select(_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.email, _PEOPLE.c.roles, _PEOPLE.c.slack_id)
    .where(_PEOPLE.c.active.is_(True))
    .order_by(_PEOPLE.c.id)
)
_ABSENT = Prepared(
    select(_ABSENCES.c.person_id, _ABSENCES.c.stand_in_id, _ABSENCES.c.first, _ABSENCES.c.last)
    .where(_ABSENCES.c.state == "planned", _ABSENCES.c.first <= bindparam("day"), _ABSENCES.c.last >= bindparam("day"))
    .order_by(_ABSENCES.c.first, _ABSENCES.c.id)
)
_OWNED = Prepared(select(_CENTRES.c.code, _CENTRES.c.owner_id).where(_CENTRES.c.owner_id.is_not(None)))


@dataclass(frozen=True, slots=True)
class Staff:
    """The active people by id, and what the approval rules may name."""

    people: dict[int, Any]
    directory: Directory
    away: dict[int, int | None] = field(default_factory=dict)
    """Who is away today, and who stands in for each."""

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
    return Staff(people, directory, _away(uow, people))


def _away(uow: UnitOfWork, people: dict[int, Any]) -> dict[int, int | None]:
    """Return who is away today by the plant's calendar; a stand-in who has left the plant is none."""
    day = today(uow)
    rows = uow.rows(_ABSENT, day=day)
    planned = [
        Absent(row.person_id, row.stand_in_id if row.stand_in_id in people else None, row.first, row.last)
        for row in rows
    ]
    return away_on(day, planned)


def plan_for(uow: UnitOfWork, dossier: Dossier, known: Staff) -> tuple[PlanStep, ...]:
    """Compute the steps that the plant's rules ask for; raises ``NobodyMayApprove`` or ``CurrenciesDiffer``."""
    centres = tuple(dict.fromkeys(line.cost_centre for line in dossier.lines if line.cost_centre))
    order, total = dossier.order, together(dossier, split_off(uow, dossier))
    case = Case(dossier.name, total, centres, order.requested_by_id, authors_of(uow, order))
    plant = uow.plant
    return approvals.plan(case, plant.approval_rules, known.directory, plant.approval_fallback)


def stand_ins_for(uow: UnitOfWork, dossier: Dossier, steps: Sequence[PlanStep], known: Staff) -> dict[int, int]:
    """Return who decides today instead of the people of a plan who are away."""
    return stand_ins([step.approvers for step in steps], known.away, authors_of(uow, dossier.order))


def split_off(uow: UnitOfWork, dossier: Dossier) -> list[Any]:
    """Return the orders to the same supplier for the same job that were requested before this one.

    One need in several orders is decided like one order, so that nobody stays below a limit by splitting it.
    """
    order = dossier.order
    if order.supplier_id is None or all(line.work_order_id is None for line in dossier.lines):
        return []
    before = uow.now if dossier.state is OrderState.DRAFT or order.submitted_at is None else order.submitted_at
    return uow.rows(_SPLIT_OFF, order=order.id, supplier=order.supplier_id, currency=order.currency, before=before)


def together(dossier: Dossier, others: list[Any]) -> Money:
    """Return the total of an order with those that it was split off from."""
    return sum((Money(row.total, dossier.order.currency) for row in others), dossier.total)
