"""Revisions of an order that the supplier has: which one waits, and the order as that one would have it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from handlers.order_content import Dossier, Line, locked, opened, under
from orders.amendments import WAITING, check_alone
from orders.purchase_orders import OrderState
from storage.tables import CostCentre, OrderRevision, Part
from storage.unit_of_work import UnitOfWork, table

_REVISIONS = table(OrderRevision)
_WAITS = _REVISIONS.c.state.in_([state.value for state in WAITING])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a revision says of one line; the last fields are for a line that is new. Thousandths and ten-thousandths."""

    line: int
    quantity: int
    price: int
    deliver_by: date | None
    cost_centre_id: int | None
    dropped: bool = False
    part_id: int | None = None
    description: str = ""
    supplier_part: str = ""
    gtin: str = ""
    unit: str = ""
    pack_unit: str = ""
    pack_size: int = 0
    tax: str = ""
    """As it is written; of a line that is not new, empty where it stays."""

    @property
    def is_replaced(self) -> bool:
        """Say whether something else comes on a line that is there: it has a number and a description, and no unit."""
        return bool(self.supplier_part and not self.unit)

    @property
    def is_new(self) -> bool:
        """Say whether the order in force has no such line."""
        return bool(self.unit)


BOUGHT = ("part_id", "description", "supplier_part", "gtin", "unit", "pack_unit", "pack_size", "tax")
"""What only a new line says."""
SAID = ("line", "quantity", "price", "deliver_by", "cost_centre_id")
"""What every line says."""


def written(lines: Sequence[Wanted]) -> str:
    """Return lines as a revision's row keeps them."""
    told = [{each.name: getattr(line, each.name) for each in fields(line)} for line in lines]
    return json.dumps(told, default=str, ensure_ascii=False)


def wanted(revision: OrderRevision) -> list[Wanted]:
    """Return the lines that a revision changes, adds or drops."""
    return [Wanted(**{**each, "deliver_by": _day(each["deliver_by"])}) for each in json.loads(revision.lines or "[]")]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def waiting(uow: UnitOfWork, order_id: int) -> OrderRevision | None:
    """Return the revision of an order that is not settled yet; there is never more than one."""
    found = uow.all(OrderRevision, _WAITS, order_id=order_id)
    return found[-1] if found else None


def held(uow: UnitOfWork, order_id: int) -> OrderRevision | None:
    """Return the revision that is before approvers, on its way or with the supplier; None while it is only written."""
    found = waiting(uow, order_id)
    return found if found is not None and found.state != OrderState.DRAFT else None


def check_none_waits(uow: UnitOfWork, dossier: Dossier) -> None:
    """Refuse to end an order, or a part of it, while a change of it is before approvers or with the supplier."""
    found = held(uow, dossier.order.id)
    check_alone(dossier.name, None if found is None else (found.revision, OrderState(found.state)))


def asked_about(uow: UnitOfWork, order_id: int) -> Dossier:
    """Read an order, locked, as what is asked about it has it: as its waiting revision says, else as it is in force."""
    dossier = locked(uow, order_id)
    revision = held(uow, order_id)
    return dossier if revision is None else revised(uow, dossier, revision)


def at_revision(uow: UnitOfWork, order_id: int, number: int) -> Dossier | None:
    """Read an order, locked, as one revision has it; None for a revision that is in force no longer and was no amendment."""
    dossier = locked(uow, order_id)
    revision = uow.find(OrderRevision, order_id=order_id, revision=number)
    if revision is not None and revision.state != OrderState.ACCEPTED:
        return revised(uow, dossier, revision)
    return dossier if dossier.order.revision == number else None


def seen_at(uow: UnitOfWork, order_id: int, number: int) -> Dossier:
    """Read an order as a mail of one of its revisions has it, without its lock."""
    dossier = opened(uow, order_id)
    revision = uow.find(OrderRevision, order_id=order_id, revision=number)
    if revision is None or revision.state == OrderState.ACCEPTED:
        return dossier
    return revised(uow, dossier, revision)


def revised(uow: UnitOfWork, dossier: Dossier, revision: OrderRevision) -> Dossier:
    """Return an order as a revision of it would have it."""
    now = overlaid(uow, dossier, wanted(revision), revision.revision)
    return replace(now, order=under(dossier.order, revision), revising=revision.id)


def overlaid(uow: UnitOfWork, dossier: Dossier, says: Sequence[Wanted], revision: int) -> Dossier:
    """Return an order with lines as somebody wants them under the number of a revision; its head stays."""
    by_line = {line.line: line for line in says}
    centres = _centres(uow, says)
    kept = [
        _instead(uow, _under(line, by_line.get(line.line), centres, revision), by_line.get(line.line))
        for line in dossier.lines
    ]
    known = {line.line for line in dossier.lines}
    new = [_new(uow, line, centres) for number, line in sorted(by_line.items()) if number not in known]
    lines = tuple(line for line in kept if line.dropped_in in {0, revision})
    return replace(dossier, lines=(*lines, *new))


def _centres(uow: UnitOfWork, lines: Sequence[Wanted]) -> Mapping[int, str]:
    numbers = {line.cost_centre_id for line in lines if line.cost_centre_id is not None}
    return {number: uow.get(CostCentre, number).code for number in numbers}


def _under(line: Line, says: Wanted | None, centres: Mapping[int, str], revision: int) -> Line:
    """Return a line of the order in force as a revision has it: what was given up before is wanted no longer."""
    if says is None and line.dropped_in:
        return line
    if (says is None and line.cancelled >= line.quantity > 0) or (says is not None and says.dropped):
        return replace(line, cancelled=line.quantity, dropped_in=revision)
    if says is None:
        return replace(line, quantity=line.quantity - line.cancelled, cancelled=0)
    return replace(
        line,
        quantity=says.quantity,
        cancelled=0,
        dropped_in=0,
        price=says.price,
        tax=says.tax or line.tax,
        deliver_by=says.deliver_by,
        cost_centre_id=says.cost_centre_id,
        cost_centre=centres.get(says.cost_centre_id or 0),
    )


def _instead(uow: UnitOfWork, line: Line, says: Wanted | None) -> Line:
    """Return a line with what comes instead of what was ordered, if something does."""
    if says is None or not says.is_replaced:
        return line
    now = replace(line, supplier_part=says.supplier_part, description=says.description, gtin="")
    part = uow.get(Part, says.part_id) if says.part_id not in {None, line.part_id} else None
    if part is None:
        return now
    limits = {name: getattr(part, name) for name in ("tolerance_percent", "under_percent")}
    checks = {name: getattr(part, name) for name in ("inspected", "tracked", "expires", "store", "bin")}
    return replace(now, part_id=part.id, part=part.code, part_unit=part.unit, **limits, **checks)


def with_replaced(lines: Sequence[Wanted], earlier: OrderRevision | None) -> list[Wanted]:
    """Return lines of a form, which asks for no articles, with what an earlier draft of the same says comes instead."""
    told = {line.line: line for line in wanted(earlier) if line.is_replaced} if earlier is not None else {}
    return [
        replace(line, **{name: getattr(told[line.line], name) for name in ("supplier_part", "description", "part_id")})
        if line.line in told and not line.dropped
        else line
        for line in lines
    ]


def _new(uow: UnitOfWork, says: Wanted, centres: Mapping[int, str]) -> Line:
    """Return a line that the order in force does not have, under a number that no row has."""
    part = uow.get(Part, says.part_id) if says.part_id is not None else None
    of_part = {"part": part.code, "part_unit": part.unit, "store": part.store, "bin": part.bin} if part else {}
    values: dict[str, Any] = {
        **dict.fromkeys((each.name for each in fields(Line)), None),
        **dict.fromkeys(("received", "accepted", "rejected", "returned", "billed", "cancelled", "dropped_in"), 0),
        **{name: getattr(says, name) for name in (*BOUGHT, *SAID)},
        **of_part,
        "id": -says.line,
        "listed": False,
        "cost_centre": centres.get(says.cost_centre_id or 0),
    }
    return Line(**values)


def in_force(dossier: Dossier) -> Dossier:
    """Return an order as it is in force, without what was given up of it: what a revision is compared with."""
    return replace(dossier, lines=tuple(_under(line, None, {}, dossier.order.revision) for line in dossier.lines))
