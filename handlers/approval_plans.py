"""Whom the rules ask about an order: the directory of this moment, and the plan that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, select

from handlers.approval_splits import beside, sentence
from handlers.order_authors import authors_of
from handlers.order_content import Dossier, today
from orders import approvals
from orders.absences import Absence as Absent
from orders.absences import away_on, stand_ins
from orders.approval_rules import why_not
from orders.approvals import Case, Directory, PlanStep, Ruling
from orders.money import Money
from orders.people import Role, roles_named
from orders.purchase_orders import OrderKind
from storage.prepared import Prepared
from storage.tables import Absence, CostCentre, Part, Person, PurchaseOrder, PurchaseOrderLine
from storage.unit_of_work import UnitOfWork, table

_PEOPLE, _CENTRES, _ABSENCES = table(Person), table(CostCentre), table(Absence)
_PARTS, _LINES = table(Part), table(PurchaseOrderLine)
_CATEGORIES = Prepared(
    select(_PARTS.c.category)
    .select_from(_LINES)
    .outerjoin(_PARTS, _PARTS.c.id == _LINES.c.part_id)
    .where(_LINES.c.order_id == bindparam("order"))
)
_ACTIVE = Prepared(
    select(_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.email, _PEOPLE.c.roles, _PEOPLE.c.slack_id, _PEOPLE.c.language)
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

    def language(self, person_id: int | None) -> str:
        """Return the language that a person reads, as two letters; empty where nobody knows it."""
        person = self.people.get(person_id or 0)
        return str(person.language or "")[:2].lower() if person is not None else ""

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


def ruling_for(
    uow: UnitOfWork, dossier: Dossier, known: Staff, *, counted: Money | None = None, by_people: bool = False
) -> Ruling:
    """Return what the plant's rules say of an order now; ``counted`` is the amount that its question was put with.

    ``by_people`` leaves automatic rules out: whoever was asked once stays asked, whatever a rule would approve by now.
    Raises ``NobodyMayApprove``, and ``RateMissing`` where a limit has to be compared with an unknown amount.
    """
    plant = uow.plant
    case = case_of(uow, dossier, counted=counted)
    rules = [rule for rule in plant.approval_rules if not (by_people and rule.automatic)]
    return approvals.ruling(case, rules, known.directory, plant.approval_fallback)


def plan_for(uow: UnitOfWork, dossier: Dossier, known: Staff, *, counted: Money | None = None) -> tuple[PlanStep, ...]:
    """Return the steps of ``ruling_for``; none where a rule approves by itself."""
    return ruling_for(uow, dossier, known, counted=counted).steps


def _cost_centres(dossier: Dossier) -> tuple[str, ...]:
    """Return who pays by the lines and the charges, and for an agreement whoever answers for it."""
    answers = dossier.terms.cost_centre if dossier.terms is not None else None
    charged = (charge.cost_centre for charge in dossier.charges)
    named = [*(line.cost_centre for line in dossier.lines), *charged, answers]
    return tuple(dict.fromkeys(code for code in named if code))


def case_of(uow: UnitOfWork, dossier: Dossier, *, counted: Money | None = None) -> Case:
    """Return what the rules look at of an order, counted with what was ordered beside it."""
    order, plant = dossier.order, uow.plant
    found = beside(uow, dossier) if counted is None else None
    return Case(
        subject=dossier.name,
        total=counted if found is None else found.counted(count=plant.split == "count"),
        cost_centres=_cost_centres(dossier),
        requester=order.requested_by_id,
        authors=authors_of(uow, order),
        kind=order.kind or OrderKind.STANDARD.value,
        categories=_categories(uow, dossier),
        risk=dossier.supplier.risk if dossier.supplier is not None else "",
        releases_of=_called_off(uow, dossier),
        whole=counted if found is None else found.whole,
        lacking=order.currency,
    )


def split_said(uow: UnitOfWork, dossier: Dossier) -> str:
    """Say what was ordered beside an order, against the limits of the rules that would ask about an order like it."""
    found = beside(uow, dossier)
    return sentence(uow, dossier, found, _limits(uow, dossier)) if found.orders else ""


def _limits(uow: UnitOfWork, dossier: Dossier) -> list[Money]:
    """Return the amounts above which a rule would ask about this order, lowest first."""
    case = case_of(uow, dossier, counted=Money(0, uow.plant.currency))
    found = {
        rule.above
        for rule in uow.plant.approval_rules
        if rule.asks and rule.above is not None and not why_not(rule, replace(case, total=_just(rule.above)))
    }
    return sorted(found, key=lambda limit: limit.minor)


def _just(limit: Money) -> Money:
    """Return the least amount above a limit."""
    return Money(limit.minor + 1, limit.currency)


def _called_off(uow: UnitOfWork, dossier: Dossier) -> str:
    """Return the kind of agreement that a release calls off; every other order calls off none."""
    order = dossier.order
    if order.kind != OrderKind.RELEASE or order.parent_id is None:
        return ""
    return str(uow.get(PurchaseOrder, order.parent_id).kind)


def _categories(uow: UnitOfWork, dossier: Dossier) -> tuple[str, ...]:
    """Return the categories of an order's lines; looked up only where a rule goes by them."""
    if not any(rule.categories for rule in uow.plant.approval_rules):
        return ()
    return tuple(dict.fromkeys(row.category or "" for row in uow.rows(_CATEGORIES, order=dossier.order.id)))


def stand_ins_for(uow: UnitOfWork, dossier: Dossier, steps: Sequence[PlanStep], known: Staff) -> dict[int, int]:
    """Return who decides today instead of the people of a plan who are away."""
    return stand_ins([step.approvers for step in steps], known.away, authors_of(uow, dossier.order))
