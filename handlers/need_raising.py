"""Raising a need: written down under its number, shown to the buyers, and said back to whoever asked; never with a cost."""

from dataclasses import dataclass
from datetime import date

from handlers import moments, need_cards
from orders.requisitions import NeedState, Origin
from orders.units import measured
from storage import numbering
from storage.tables import CostCentre, Part, Requisition
from storage.unit_of_work import Note, UnitOfWork

TIMES = frozenset({"HUR", "DAY", "MON"})
"""Units that only work is counted in."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody, or a rule, wants to be bought: a part of the register, or something in words; in thousandths."""

    quantity: int
    part: Part | None = None
    description: str = ""
    unit: str = "C62"
    service: bool = False
    needed_by: date | None = None
    cost_centre: CostCentre | None = None
    project: str = ""
    reason: str = ""
    origin: Origin = Origin.PERSON
    projected: int | None = None


def raised(uow: UnitOfWork, wish: Wish) -> Requisition:
    """Write a need down as the acting person's and show it to the buyers; returns it."""
    origin = Origin.PROJECT if wish.project and wish.origin is Origin.PERSON else wish.origin
    number = uow.add(
        Requisition,
        number=numbering.draw(uow, "requisition"),
        part_id=wish.part.id if wish.part is not None else None,
        description="" if wish.part is not None else " ".join(wish.description.split()),
        unit="" if wish.part is not None else wish.unit,
        service=wish.service or (wish.part is None and wish.unit in TIMES),
        quantity=wish.quantity,
        asked=wish.quantity,
        needed_by=wish.needed_by,
        origin=origin.value,
        project=wish.project,
        reason=wish.reason,
        cost_centre_id=wish.cost_centre.id if wish.cost_centre is not None else None,
        requested_by_id=uow.actor.person_id,
        state=NeedState.OPEN.value,
        projected=wish.projected,
        created_at=uow.now,
    )
    need = uow.get(Requisition, number)
    after = {"what": need_cards.what(uow, need), "origin": origin, "needed by": str(wish.needed_by or "")}
    uow.audit(Note(need.number, "need", after=after, words=wish.reason))
    if need.origin in need_cards.BY_PEOPLE:
        need_cards.show(uow, need)
    return need


def said(uow: UnitOfWork, need: Requisition, free: int) -> str:
    """Say back what was written down; ``free`` is what lies in store of it and is promised to nobody."""
    centre = uow.get(CostCentre, need.cost_centre_id).code if need.cost_centre_id is not None else ""
    day = f", needed by {moments.short_day(need.needed_by)}" if need.needed_by else ""
    paid = f", for {centre}" if centre else ""
    words = f"{need.number}: {need_cards.what(uow, need)}{day}{paid}. The buyers have it on their list."
    if free > 0:
        words += f" {measured(free, need_cards.unit_of(uow, need))} are free in store; ask the storekeeper first."
    return words
