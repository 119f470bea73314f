"""Parts of a work order: needed, kept, missing and ordered, arrived, taken out and brought back."""

import templates
from handlers import finding, issuing, purchase_orders, reordering
from handlers.happenings import NOTHING, Answer, Click, OptionsAsked, Submission
from handlers.holds import put_on_hold, release_hold
from handlers.ids import Action, Callback
from handlers.work_order_cards import line, show_card
from handlers.work_order_steps import Table, carried, check, locked
from orders.errors import Refusal
from orders.units import measured, quantity_of, quantity_text
from orders.work_orders import OPEN, HoldReason, WorkOrderEvent, WorkOrderState
from storage.tables import Part, WorkOrder, WorkOrderPart
from storage.unit_of_work import UnitOfWork

LABEL_MOST = 75
BACK = "back"
"""What is chosen in the form to bring a part back."""
SHOWN = 5
MOST = 100_000_000
"""The largest need that is believed, in thousandths: a hundred thousand pieces."""


def need_part(uow: UnitOfWork, what: Click) -> Answer:
    """Ask which part is needed, and how many; what the order has so far is shown with the four figures."""
    order = carried(uow, what.value)
    check(uow, order, WorkOrderEvent.NEED_PARTS)
    form = {"carried": what.value, "number": order.number, "figures": _figures(uow, order)}
    return Answer(modal=templates.view("need_part_form", **form))


def _figures(uow: UnitOfWork, order: WorkOrder) -> list[str]:
    rows = uow.all(WorkOrderPart, work_order_id=order.id)[:SHOWN]
    parts = [uow.get(Part, row.part_id) for row in rows]
    return [f"{part.name}: {issuing.figures_words(uow, part)}" for part in parts]


def needed(uow: UnitOfWork, what: Submission) -> Answer:
    """Need the part that was chosen."""
    order = carried(uow, what.private)
    part, quantity, errors = _read(uow, what)
    if part is None or errors:
        return Answer(errors=errors)
    need(uow, order.id, part.id, quantity)
    return NOTHING


def _read(uow: UnitOfWork, what: Submission) -> tuple[Part | None, int, dict[str, str]]:
    """Read part and quantity of a form; what cannot be read is said at its field."""
    chosen = what.field("part")
    part = uow.find(Part, id=int(chosen)) if chosen.isdigit() else None
    if part is None:
        return None, 0, {"part": "Choose a part from the list."}
    try:
        return part, quantity_of(what.field("quantity"), part.unit, most=MOST), {}
    except Refusal as unreadable:
        return part, 0, {"quantity": str(unreadable)}


def need(uow: UnitOfWork, work_order_id: int, part_id: int, quantity: int) -> None:
    """Need a part (thousandths of its unit) for a work order: keep what is free; what is short is requested and waited for."""
    order, part = locked(uow, work_order_id), uow.get(Part, part_id)
    check(uow, order, WorkOrderEvent.NEED_PARTS)
    covered = issuing.keep(uow, order, part, quantity)
    if not covered.shortfall:
        reordering.after_movement(uow, part.id)
        line(uow, order, "part_kept", quantity=measured(quantity, part.unit), part=part.name, place=_place(part))
        show_card(uow, order.id)
        return
    kept = f"{measured(covered.reserved, part.unit)} kept, " if covered.reserved else ""
    missing = measured(covered.shortfall, part.unit)
    line(uow, order, "part_short", quantity=measured(quantity, part.unit), part=part.name, kept=kept, missing=missing)
    purchase_orders.shortage(uow, work_order_id=order.id, part_id=part.id, quantity=covered.shortfall)
    reordering.after_movement(uow, part.id)
    put_on_hold(uow, order.id, HoldReason.MATERIAL, f"{missing} {part.name}")


def arrived(uow: UnitOfWork, work_order_id: int, part_id: int, quantity: int) -> bool:
    """Keep what came in (thousandths of the part's unit) for its work order; say whether nothing is short any more."""
    order, part = locked(uow, work_order_id), uow.get(Part, part_id)
    if WorkOrderState(order.state) not in OPEN:
        return False
    kept = issuing.keep_arrived(uow, order, part, quantity)
    whole = not issuing.is_short(uow, order.id)
    if not (whole and _no_longer_waits(uow, order.id, part, "is there")) and kept:
        line(uow, order, "part_arrived", quantity=measured(kept, part.unit), part=part.name)
    show_card(uow, order.id)
    return whole


def _no_longer_waits(uow: UnitOfWork, work_order_id: int, part: Part, became: str) -> bool:
    """End the wait for parts; say whether there was one."""
    place = _place(part)
    words = f"{part.name} {became}{', ' + place if place else ''}."
    return release_hold(uow, work_order_id, HoldReason.MATERIAL, words)


def _place(part: Part) -> str:
    """Say where a part lies."""
    return ", ".join(filter(None, [part.store, part.bin and f"bin {part.bin}"]))


def issue_part(uow: UnitOfWork, what: Click) -> Answer:
    """Ask which part is taken out; what is kept for the work order is filled in."""
    order = carried(uow, what.value)
    check(uow, order, WorkOrderEvent.ISSUE)
    kept = next((row for row in uow.all(WorkOrderPart, work_order_id=order.id) if row.reserved), None)
    part = uow.get(Part, kept.part_id) if kept else None
    form = {
        "carried": what.value,
        "number": order.number,
        "figures": _figures(uow, order),
        "part": (str(part.id), _label(uow, part)) if part else None,
        "quantity": quantity_text(kept.reserved) if kept else "",
    }
    return Answer(modal=templates.view("issue_part_form", **form))


def issued(uow: UnitOfWork, what: Submission) -> Answer:
    """Take the chosen part out of the store, or bring it back."""
    order = carried(uow, what.private)
    part, quantity, errors = _read(uow, what)
    if part is None or errors:
        return Answer(errors=errors)
    try:
        (bring_back if what.field("way") == BACK else issue)(uow, order.id, part.id, quantity)
    except Refusal as refused:
        return Answer(errors={"quantity": str(refused)})
    return NOTHING


def issue(uow: UnitOfWork, work_order_id: int, part_id: int, quantity: int) -> None:
    """Take a part (thousandths) out of the store for a work order, at the cost of this moment."""
    order, part = locked(uow, work_order_id), uow.get(Part, part_id)
    check(uow, order, WorkOrderEvent.ISSUE)
    issuing.take_out(uow, order, part, quantity)
    reordering.after_movement(uow, part.id)
    line(uow, order, "part_issued", quantity=measured(quantity, part.unit), part=part.name)
    if not issuing.is_short(uow, order.id):
        _no_longer_waits(uow, order.id, part, "was taken out")
    show_card(uow, order.id)


def bring_back(uow: UnitOfWork, work_order_id: int, part_id: int, quantity: int) -> None:
    """Bring a part (thousandths) back into the store, at the cost it went out with."""
    order, part = locked(uow, work_order_id), uow.get(Part, part_id)
    check(uow, order, WorkOrderEvent.BRING_BACK)
    issuing.bring_back(uow, order, part, quantity)
    line(uow, order, "part_returned", quantity=measured(quantity, part.unit), part=part.name)
    show_card(uow, order.id)


def find_parts(uow: UnitOfWork, what: OptionsAsked) -> Answer:
    """Offer parts with their figures while somebody types."""
    return Answer(options=[(_label(uow, part), str(part.id)) for part in finding.parts_like(uow, what.query)])


def _label(uow: UnitOfWork, part: Part) -> str:
    """Return a part's name with its figures, the name shortened rather than the figures."""
    figures = f" ({part.code}): {issuing.figures_words(uow, part)}"
    room = max(LABEL_MOST - len(figures), 12)
    name = part.name if len(part.name) <= room else part.name[: room - 1] + "…"
    return (name + figures)[:LABEL_MOST]


def part_looked_up(uow: UnitOfWork, what: Click) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Looking a part up changes nothing; the form is what counts."""
    return NOTHING


CLICKS: Table = {
    Action.NEED_PART: need_part,
    Action.ISSUE_PART: issue_part,
    Action.FIND_PART: part_looked_up,
}
SUBMISSIONS: Table = {Callback.NEED_PART: needed, Callback.ISSUE_PART: issued}
OPTIONS: Table = {Action.FIND_PART: find_parts}
