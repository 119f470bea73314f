"""Why a work order waits: put on hold by a person or by a missing part, and set free again."""

import templates
from handlers import issuing, order_holdings, safety_gate
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback
from handlers.work_order_cards import line, look, open_holds, short_number, show_card
from handlers.work_order_steps import Table, carried, check, check_holder, locked, move, start_timer, stop_timers
from orders.errors import ReasonMissing, Unlawful
from orders.people import Role
from orders.work_orders import HoldReason, WorkOrderEvent, WorkOrderState
from storage.tables import WorkOrder, WorkOrderHold
from storage.unit_of_work import Note, UnitOfWork

REASON_WORDS = {
    HoldReason.MATERIAL: "a part",
    HoldReason.PURCHASE: "a purchase",
    HoldReason.VENDOR: "the supplier",
    HoldReason.PERMIT: "a permit or safety",
    HoldReason.PLANT_CONDITION: "production",
    HoldReason.LABOUR: "people",
    HoldReason.INFORMATION: "information",
    HoldReason.OTHER_JOB: "another job",
    HoldReason.OTHER: "something else",
}
"""What is waited for, as people choose it."""

HINTS = {
    "part": HoldReason.MATERIAL, "material": HoldReason.MATERIAL, "spare": HoldReason.MATERIAL, "purchase": HoldReason.PURCHASE,
    "supplier": HoldReason.VENDOR, "contractor": HoldReason.VENDOR, "permit": HoldReason.PERMIT, "safety": HoldReason.PERMIT,
    "production": HoldReason.PLANT_CONDITION, "shutdown": HoldReason.PLANT_CONDITION, "people": HoldReason.LABOUR,
    "help": HoldReason.LABOUR, "drawing": HoldReason.INFORMATION, "information": HoldReason.INFORMATION,
}  # fmt: skip
"""Which reason a typed word means."""

SYSTEMS = frozenset({HoldReason.MATERIAL, HoldReason.PURCHASE})
"""Reasons that end by themselves when the part is there."""


def hold(uow: UnitOfWork, what: Click) -> Answer:
    """Ask why the work waits."""
    order = carried(uow, what.value)
    _check_hold(uow, order)
    reasons = [
        (reason.value, words[0].upper() + words[1:])
        for reason, words in REASON_WORDS.items()
        if reason is not HoldReason.OTHER_JOB
    ]
    return Answer(modal=templates.view("hold_form", carried=what.value, number=order.number, reasons=reasons))


def held(uow: UnitOfWork, what: Submission) -> Answer:
    """Put a work order on hold with the reason that was chosen and the words that were written."""
    order = carried(uow, what.private)
    reason, note = what.field("reason"), what.field("note")
    if reason == HoldReason.OTHER and not note:
        return Answer(errors={"note": "Write what it waits for."})
    if reason not in set(HoldReason):
        return Answer(errors={"reason": "Choose what it waits for."})
    return pause(uow, order, HoldReason(reason), note)


def hold_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Put a work order on hold for a typed reason, for instance ``waiting for crane``."""
    words = written.removeprefix("for ").strip()
    if not words:
        raise ReasonMissing(subject=order.number)
    found = next((reason for word, reason in HINTS.items() if word in words.lower().split()), HoldReason.OTHER)
    return pause(uow, locked(uow, order.id), found, words)


def pause(uow: UnitOfWork, order: WorkOrder, reason: HoldReason, note: str) -> Answer:
    """Put a locked work order on hold on behalf of the acting person."""
    _check_hold(uow, order)
    put_on_hold(uow, order.id, reason, note)
    line(uow, order, "held", reason=REASON_WORDS[reason], note=note)
    return NOTHING


def _check_hold(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.HOLD)
    check_holder(uow, order)


def put_on_hold(uow: UnitOfWork, work_order_id: int, reason: HoldReason, note: str) -> None:
    """Let a work order wait for a reason, once; running timers stop, every card says so."""
    order = locked(uow, work_order_id)
    if all(row.reason != reason.value for row in open_holds(uow, order.id)):
        check(uow, order, WorkOrderEvent.HOLD)
        stop_timers(uow, order)
        uow.add(WorkOrderHold, work_order_id=order.id, reason=reason.value, note=note, since=uow.now)
        uow.audit(Note(order.number, WorkOrderEvent.HOLD.value, after={"reason": reason.value}, words=note))
    show_card(uow, order.id)


def release_hold(uow: UnitOfWork, work_order_id: int, reason: HoldReason, words: str) -> bool:
    """End one reason to wait, and say whether there was one; the thread is told once, and whoever has the job by name."""
    order = locked(uow, work_order_id)
    if not _release(uow, order, frozenset({reason}), words):
        return False
    sight = look(uow, order)
    holder = sight.people.get(order.responsible_id) if order.responsible_id else None
    if not sight.holds:
        line(uow, order, "freed", holder=holder.slack_id if holder else "", note=words)
    show_card(uow, order.id)
    return True


def _release(uow: UnitOfWork, order: WorkOrder, reasons: frozenset[HoldReason], words: str) -> bool:
    """Write down that reasons to wait are over; say whether there were any."""
    ending = [row for row in open_holds(uow, order.id) if HoldReason(row.reason) in reasons]
    for row in ending:
        uow.change(WorkOrderHold, row.id, released_at=uow.now)
        uow.audit(Note(order.number, WorkOrderEvent.RESUME.value, before={"reason": row.reason}, words=words))
    return bool(ending)


def resume(uow: UnitOfWork, what: Click) -> Answer:
    """Go on with a work order that waits or was paused; a missing part is passed over by the supervisor, with a reason."""
    order = carried(uow, what.value)
    if _passes_over(uow, order):
        return Answer(modal=templates.view("resume_form", carried=what.value, number=order.number))
    return go_on(uow, order)


def resumed(uow: UnitOfWork, what: Submission) -> Answer:
    """Go on without the missing part, for the reason that was written."""
    reason = what.field("reason")
    if not reason:
        return Answer(errors={"reason": "Write why the work can go on all the same."})
    return go_on(uow, carried(uow, what.private), reason)


def _passes_over(uow: UnitOfWork, order: WorkOrder) -> bool:
    return _is_blocked(uow, order) and uow.actor.has(Role.SUPERVISOR)


def _is_blocked(uow: UnitOfWork, order: WorkOrder) -> bool:
    return _waits_for_parts(uow, order) or bool(order_holdings.blocking(uow, order))


def _waits_for_parts(uow: UnitOfWork, order: WorkOrder) -> bool:
    """Say whether a part is really missing; a wait for one that nobody asked for ends like any other."""
    waits = {HoldReason(row.reason) for row in open_holds(uow, order.id)} & SYSTEMS
    return bool(waits) and issuing.is_short(uow, order.id)


def go_on(uow: UnitOfWork, order: WorkOrder, reason: str = "") -> Answer:
    """End every reason to wait that this person may end, and start the timer when work had begun."""
    check(uow, order, WorkOrderEvent.RESUME)
    check_holder(uow, order)
    reasons = {HoldReason(row.reason) for row in open_holds(uow, order.id)}
    if safety_gate.unconfirmed(order):
        return Answer(modal=safety_gate.form(order))
    if _is_blocked(uow, order) and not (reason and uow.actor.has(Role.SUPERVISOR)):
        _refuse_blocked(uow, order)
    order_holdings.pass_over(uow, order, [], reason)
    _release(uow, order, frozenset(reasons), reason)
    if WorkOrderState(order.state) is WorkOrderState.IN_PROGRESS:
        start_timer(uow, order)
    move(uow, order, WorkOrderEvent.RESUME, words=reason)
    line(uow, order, "resumed", note=f"Without what it waits for: {reason}" if reason else "")
    show_card(uow, order.id)
    return NOTHING


def _refuse_blocked(uow: UnitOfWork, order: WorkOrder) -> None:
    typed, waits = short_number(order.number), " and ".join(order_holdings.blocking(uow, order)) or "a part"
    raise Unlawful(
        why=f"{order.number} waits for {waits}. A supervisor can go on without it: `resume {typed} <reason>`.",
        subject=order.number,
    )


CLICKS: Table = {Action.HOLD: hold, Action.RESUME: resume}
SUBMISSIONS: Table = {Callback.HOLD: held, Callback.RESUME: resumed}

__all__ = ["CLICKS", "SUBMISSIONS", "put_on_hold", "release_hold"]
