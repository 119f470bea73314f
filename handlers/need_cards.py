"""What is shown of a need that people asked for: its card before the buyers, and what becomes of it to whoever asked."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers import people
from handlers.ids import value
from handlers.order_content import Dossier
from orders.requisitions import NeedState, Origin
from orders.units import measured
from storage import cards
from storage.cards import Place
from storage.prepared import Prepared
from storage.tables import Card, CostCentre, Part, Requisition, Supplier, SupplierPart, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_OFFERS, _SUPPLIERS = table(SupplierPart), table(Supplier)
_PREFERRED = Prepared(
    select(_SUPPLIERS.c.id, _SUPPLIERS.c.name)
    .join(_OFFERS, _OFFERS.c.supplier_id == _SUPPLIERS.c.id)
    .where(_OFFERS.c.part_id == bindparam("part"), _SUPPLIERS.c.blocked.is_(False))
    .order_by(_OFFERS.c.preferred.desc(), _OFFERS.c.id)
)
BY_PEOPLE = frozenset({Origin.PERSON, Origin.PROJECT})
"""Needs that somebody asked for in words, and that are shown one by one; the others stand in the buyers' list alone."""


def name_of(uow: UnitOfWork, need: Requisition) -> str:
    """Return what is needed, as the register calls it or in the words of whoever asked."""
    return need.description if need.part_id is None else uow.get(Part, need.part_id).name


def unit_of(uow: UnitOfWork, need: Requisition) -> str:
    """Return the unit that a need is counted in."""
    return need.unit if need.part_id is None else uow.get(Part, need.part_id).unit


def what(uow: UnitOfWork, need: Requisition) -> str:
    """Say how much of what is needed: ``5 pieces Mechanical seal 45 mm``."""
    return f"{measured(need.quantity, unit_of(uow, need))} {name_of(uow, need)}"


def whence(uow: UnitOfWork, need: Requisition) -> str:
    """Say what a need arose from, in a few words."""
    if need.work_order_id is not None:
        return f"for {uow.get(WorkOrder, need.work_order_id).number}"
    if need.origin == Origin.REORDER_POINT:
        return "stock is low"
    asker = people.name(uow, need.requested_by_id)
    return f"for project {need.project}, {asker}" if need.project else f"asked by {asker}"


def preferred(uow: UnitOfWork, part_id: int | None) -> Any:
    """Return id and name of whom a part is usually bought from, or None."""
    return uow.row(_PREFERRED, part=part_id) if part_id is not None else None


def show(uow: UnitOfWork, need: Requisition) -> None:
    """Show a new need to the buyers."""
    if uow.plant.channels.purchasing:
        cards.show(uow, f"pr:{need.id}", need.number, Place(uow.plant.channels.purchasing), _content(uow, need, None))


def refresh(uow: UnitOfWork, need: Requisition, dossier: Dossier | None = None) -> None:
    """Bring a need's card up to date where it stands, with the order that it is on by now."""
    if need.origin in BY_PEOPLE and uow.find(Card, key=f"pr:{need.id}") is not None:
        cards.refresh(uow, f"pr:{need.id}", _content(uow, need, dossier))


def _content(uow: UnitOfWork, need: Requisition, dossier: Dossier | None) -> dict[str, Any]:
    usual = preferred(uow, need.part_id)
    centre = uow.get(CostCentre, need.cost_centre_id).code if need.cost_centre_id is not None else ""
    drafted = dossier is not None and need.state == NeedState.OPEN
    card = templates.card(
        "need",
        state="drafted" if drafted else need.state,
        number=need.number,
        what=what(uow, need),
        name=name_of(uow, need),
        needed_by=need.needed_by,
        asker=people.name(uow, need.requested_by_id),
        cost_centre=centre,
        project=need.project,
        service=need.service,
        reason=need.reason,
        ending=need.ending,
        supplier=dossier.supplier_name if dossier is not None else (usual.name if usual is not None else ""),
        order=dossier.name if dossier is not None else "",
        comes_on=(dossier.order.promised_on or dossier.order.deliver_by) if dossier is not None else None,
        value=value(need.id),
    )
    return {"text": card.text, "blocks": card.blocks}


def tell(uow: UnitOfWork, needs: Iterable[Requisition], became: str, *, words: str = "", order: Any = None) -> None:
    """Tell those who asked what became of their needs, each once; nobody is told what they did themselves."""
    by_person: dict[int, list[Requisition]] = {}
    for need in needs:
        if need.origin in BY_PEOPLE and need.requested_by_id not in {None, uow.actor.person_id}:
            by_person.setdefault(need.requested_by_id or 0, []).append(need)
    for person_id, mine in by_person.items():
        slack_id = people.slack_id(uow, person_id)
        if not slack_id:
            continue
        card = templates.card(
            "need_told",
            became=became,
            needs=[(need.number, what(uow, need)) for need in mine],
            words=words,
            by=uow.actor.name,
            order=(order.number or order.draft_number) if order is not None else "",
            comes_on=(order.promised_on or order.deliver_by) if order is not None else None,
        )
        place = Place(slack_id, person_id=person_id)
        cards.say(uow, mine[0].number, place, {"text": card.text, "blocks": card.blocks})
