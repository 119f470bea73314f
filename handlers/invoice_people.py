"""Who may do what with an invoice: by role, by limit, and never whoever approved its order or took its goods in."""

from decimal import Decimal

from sqlalchemy import bindparam, select

from handlers import people
from handlers.invoice_content import Papers
from orders.errors import NotYours, RateMissing, ReleaserTookPart, VarianceTooLarge
from orders.lifecycle import people_with
from orders.money import Money
from orders.people import Role
from orders.rates import converted
from orders.receiving import ReceiptDocState
from storage.prepared import Prepared
from storage.tables import Approval, ApprovalTask, Inspection, Person, Receipt, ReceiptLine
from storage.unit_of_work import UnitOfWork, table

_RUNS, _TASKS = table(Approval), table(ApprovalTask)
_RECEIPTS, _COUNTED, _INSPECTIONS = table(Receipt), table(ReceiptLine), table(Inspection)
_SAID_YES = Prepared(
    select(_TASKS.c.person_id, _TASKS.c.instead_of_id)
    .join(_RUNS, _RUNS.c.id == _TASKS.c.approval_id)
    .where(_RUNS.c.order_id == bindparam("order"), _RUNS.c.state == "approved", _TASKS.c.state == "approved")
)
_FOUND_GOOD = Prepared(
    select(_INSPECTIONS.c.by_id)
    .join(_COUNTED, _COUNTED.c.id == _INSPECTIONS.c.receipt_line_id)
    .join(_RECEIPTS, _RECEIPTS.c.id == _COUNTED.c.receipt_id)
    .where(_RECEIPTS.c.order_id == bindparam("order"), _INSPECTIONS.c.accepted > 0)
)


def check_role(uow: UnitOfWork, *roles: Role) -> None:
    """Refuse whoever has none of the roles; raises ``NotYours`` with whom to ask."""
    if not uow.actor.has(*roles):
        names = people.names(uow, *roles) or "the administrator"
        raise NotYours(roles=people_with(roles), what="do this", who=f"Ask {names}.")


def check_apart(uow: UnitOfWork, papers: Papers) -> None:
    """Refuse whoever approved an order of the invoice, took its goods in or found them good, unless the plant lets one do both."""
    if not uow.plant.invoices.distinct:
        return
    for dossier in papers.dossiers.values():
        approvers, receivers = _approvers(uow, dossier.order.id), _receivers(uow, dossier.order.id)
        did = "approved" if uow.actor.person_id in approvers else "took in goods of"
        if uow.actor.person_id in approvers | receivers:
            free = [one.name for one in people.having(uow, Role.FINANCE) if one.id not in approvers | receivers]
            who = f"{' or '.join(free[:2])} can." if free else "Nobody else of finance is known yet."
            raise ReleaserTookPart(did=did, order=dossier.name, invoice=papers.name, who=who)


def _approvers(uow: UnitOfWork, order_id: int) -> frozenset[int]:
    rows = uow.rows(_SAID_YES, order=order_id)
    return frozenset(person for row in rows for person in (row.person_id, row.instead_of_id) if person is not None)


def _receivers(uow: UnitOfWork, order_id: int) -> frozenset[int]:
    rows = uow.all(Receipt, order_id=order_id, state=ReceiptDocState.POSTED.value)
    counted = {person for row in rows for person in (row.posted_by_id, row.counted_by_id)}
    found = {row.by_id for row in uow.rows(_FOUND_GOOD, order=order_id)}
    return frozenset(person for person in counted | found if person is not None)


def check_limit(uow: UnitOfWork, papers: Papers, over: int) -> None:
    """Refuse to accept more than somebody may: finance the plant's limit, an approver their own; without one, nothing."""
    limit, own = _limit(uow), uow.plant.currency
    worth = _worth(uow, papers, over)
    if limit is None or worth > limit:
        said = Money(limit or 0, own)
        names = _who_may(uow, worth)
        who = f"{names} may." if names else "Ask for credit instead."
        raise VarianceTooLarge(invoice=papers.name, over=Money(over, papers.invoice.currency), limit=said, who=who)


def _limit(uow: UnitOfWork) -> int | None:
    """Return up to how many minor units of the plant's currency the actor may accept."""
    return _limit_of(uow, uow.get(Person, uow.actor.person_id)) if uow.actor.person_id is not None else None


def _limit_of(uow: UnitOfWork, person: Person) -> int | None:
    actor = people.actor(person)
    limits = [uow.plant.invoices.accept_limit] if actor.has(Role.FINANCE) else []
    if actor.has(Role.APPROVER) and person.currency in ("", uow.plant.currency):
        limits.append(person.approval_limit)
    known = [limit for limit in limits if limit is not None]
    return max(known, default=None)


def _who_may(uow: UnitOfWork, worth: int) -> str:
    able = (*people.having(uow, Role.FINANCE), *people.having(uow, Role.APPROVER))
    found = [one.name for one in able if one.id != uow.actor.person_id and (_limit_of(uow, one) or -1) >= worth]
    return " or ".join(list(dict.fromkeys(found))[:2])


def _worth(uow: UnitOfWork, papers: Papers, over: int) -> int:
    """Return an amount of the invoice in the plant's currency by its frozen rate; raises ``RateMissing`` without one."""
    invoice, own = papers.invoice, uow.plant.currency
    if invoice.currency == own:
        return over
    if not invoice.rate:
        raise RateMissing(subject=papers.name, currency=invoice.currency, into=own)
    return converted(Money(over, invoice.currency), Decimal(invoice.rate), own).minor
