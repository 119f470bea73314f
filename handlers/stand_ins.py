"""Another part instead of one that is missing: chosen from those that the plant allows, kept for the job, nothing bought."""

import templates
from handlers import needs, parts, shelves
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback, is_id, numbers
from handlers.work_order_steps import Table
from orders.errors import Unlawful
from orders.requisitions import NeedState
from orders.units import measured
from storage.tables import Part, Requisition
from storage.unit_of_work import UnitOfWork


def choose(uow: UnitOfWork, what: Click) -> Answer:
    """Ask which of the allowed parts is used, each with what is free of it."""
    need = _missing(uow, *numbers(what.value, 1))
    part = uow.get(Part, need.part_id)
    options = [
        (str(other.id), f"{other.name} ({other.code}), {measured(shelves.free(uow, other), other.unit)} free"[:75])
        for other in shelves.stand_ins(uow, part)
    ]
    if not options:
        raise Unlawful(why=f"Nothing is known that may be used instead of {part.name}.")
    form = {"carried": what.value, "number": need.number, "part": part.name, "options": options}
    return Answer(modal=templates.view("stand_in_form", **form, quantity=measured(need.quantity, part.unit)))


def _missing(uow: UnitOfWork, need_id: int) -> Requisition:
    """Return a need that a work order waits for and nobody has ordered yet, locked; raises why that is not so."""
    need = uow.lock(Requisition, need_id)
    if need.state != NeedState.OPEN or need.part_id is None or need.work_order_id is None:
        raise Unlawful(why=f"{need.number} is not missing any more; look at its card.")
    return need


def chosen(uow: UnitOfWork, what: Submission) -> Answer:
    """Give the need up, and need the other part for the same work order: what is free of it is kept at once."""
    need = _missing(uow, *numbers(what.private, 1))
    part, written = uow.get(Part, need.part_id), what.field("part")
    other = next((each for each in shelves.stand_ins(uow, part) if is_id(written) and each.id == int(written)), None)
    if other is None or need.work_order_id is None:
        return Answer(errors={"part": "Choose one of the parts."})
    needs.cancel_named(uow, need.number, f"{other.code} is used instead")
    parts.need(uow, need.work_order_id, other.id, need.quantity)
    return NOTHING


CLICKS: Table = {Action.USE_ANOTHER: choose}
SUBMISSIONS: Table = {Callback.USE_ANOTHER: chosen}
