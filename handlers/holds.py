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
    "teil": HoldReason.MATERIAL, "ersatzteil": HoldReason.MATERIAL, "lieferant": HoldReason.VENDOR, "freigabe": HoldReason.PERMIT,
    "produktion": HoldReason.PLANT_CONDITION, "stillstand": HoldReason.PLANT_CONDITION, "leute": HoldReason.LABOUR,
    "zeichnung": HoldReason.INFORMATION,
}  # fmt: skip
"""Which reason a typed word means."""

SYSTEMS = frozenset({HoldReason.MATERIAL, HoldReason.PURCHASE})
"""Reasons that end by themselves when the part is there."""
WAITED = frozenset({HoldReason.OTHER_JOB, HoldReason.PURCHASE, HoldReason.VENDOR})
"""Reasons that end by themselves when the job, the order or the contractor is done."""


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
    """Put a work order on hold with every reason that was chosen, and the words that were written."""
    order = carried(uow, what.private)
    chosen, note = [word for word in what.field("reason").split(",") if word], what.field("note")
    if HoldReason.OTHER in chosen and not note:
        return Answer(errors={"note": "Write what it waits for."})
    if not chosen or not set(chosen) <= set(HoldReason):
        return Answer(errors={"reason": "Choose what it waits for."})
    return pause(uow, order, [HoldReason(word) for word in chosen], note)


def hold_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Put a work order on hold for a typed reason, for instance ``waiting for crane``."""
    words = written.removeprefix("for ").strip()
    if not words:
        raise ReasonMissing(subject=order.number)
    found = next((reason for word, reason in HINTS.items() if word in words.lower().split()), HoldReason.OTHER)
    return pause(uow, locked(uow, order.id), [found], words)


def pause(uow: UnitOfWork, order: WorkOrder, reasons: list[HoldReason], note: str) -> Answer:
    """Put a locked work order on hold on behalf of the acting person."""
    _check_hold(uow, order)
    for reason in reasons:
        put_on_hold(uow, order.id, reason, note)
    line(uow, order, "held", reason=" and ".join(REASON_WORDS[reason] for reason in reasons), note=note)
    return NOTHING


def _check_hold(uow: UnitOfWork, order: WorkOrder) -> None:
    check(uow, order, WorkOrderEvent.HOLD)
    check_holder(uow, order)


def put_on_hold(uow: UnitOfWork, work_order_id: int, reason: HoldReason, note: str) -> None:
    """Let a work order wait for a reason, once, with all that was said of it; running timers stop, every card says so."""
    order = locked(uow, work_order_id)
    earlier = next((row for row in open_holds(uow, order.id) if row.reason == reason.value), None)
    if earlier is None:
        check(uow, order, WorkOrderEvent.HOLD)
        stop_timers(uow, order)
        uow.add(WorkOrderHold, work_order_id=order.id, reason=reason.value, note=note, since=uow.now)
        uow.audit(Note(order.number, WorkOrderEvent.HOLD.value, after={"reason": reason.value}, words=note))
    elif note and note not in earlier.note.split("; "):
        uow.change(WorkOrderHold, earlier.id, note="; ".join(filter(None, [earlier.note, note])))
        uow.audit(Note(order.number, WorkOrderEvent.HOLD.value, after={"reason": reason.value}, words=note))
    show_card(uow, order.id)


def release_hold(uow: UnitOfWork, work_order_id: int, reason: HoldReason, words: str) -> bool:
    """End one reason to wait, and say whether there was one; the thread is told once, and whoever has the job by name."""
    order = locked(uow, work_order_id)
    if not _release(uow, order, frozenset({reason}), words):
        return False
    sight = look(uow, order)
    holder = sight.people.get(order.responsible_id) if order.responsible_id else None
    name = holder.slack_id if holder else ""
    line(uow, order, "freed", holder=name, note=words, left=_still(uow, order))
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
    """Go on with a work order that waits or was paused.

    Of several reasons those that are over are chosen; a missing part is passed over by the supervisor, with a reason.
    """
    order = carried(uow, what.value)
    rows, passes = open_holds(uow, order.id), _passes_over(uow, order)
    if not passes and len(rows) <= 1:
        return go_on(uow, order)
    waits = [(row.reason, _said(row)) for row in rows] if len(rows) > 1 else []
    blocked = _blocked(uow, order)
    over = [reason for reason, _ in waits if HoldReason(reason) not in blocked]
    form = {"carried": what.value, "number": order.number, "waits": waits, "over": over, "passes": passes}
    return Answer(modal=templates.view("resume_form", **form))


def _said(row: WorkOrderHold) -> str:
    words = REASON_WORDS[HoldReason(row.reason)]
    return f"{words[0].upper()}{words[1:]}{': ' * bool(row.note)}{row.note}"


def _still(uow: UnitOfWork, order: WorkOrder) -> str:
    """Say what a work order still waits for, empty for nothing."""
    return " and ".join(REASON_WORDS[HoldReason(row.reason)] for row in open_holds(uow, order.id))


def resumed(uow: UnitOfWork, what: Submission) -> Answer:
    """End the reasons that were chosen, or all; without a missing part only for the reason that was written."""
    order, reason = carried(uow, what.private), what.field("reason")
    several = len(open_holds(uow, order.id)) > 1 and "over" in what.fields
    chosen = frozenset(HoldReason(word) for word in what.field("over").split(",") if word in set(HoldReason))
    if several and not chosen:
        return Answer(errors={"over": "Choose what it does not wait for any more."})
    asked = _blocked(uow, order) & (chosen if several else frozenset(HoldReason))
    if asked and not reason and uow.actor.has(Role.SUPERVISOR):
        return Answer(errors={"reason": "Write why the work can go on all the same."})
    return go_on(uow, order, reason, chosen if several else None)


def resume_typed(uow: UnitOfWork, order: WorkOrder, written: str) -> Answer:
    """Take ``resume 412 permit``, which ends one of several reasons, or ``resume 412 because we use the old one``."""
    waits = frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id))
    named = {HINTS[word] for word in written.lower().split() if word in HINTS} & waits
    if len(waits) > 1 and len(named) == 1 and len(written.split()) <= len(named) + 1:
        return go_on(uow, order, "", frozenset(named))
    return go_on(uow, order, written)


def _passes_over(uow: UnitOfWork, order: WorkOrder) -> bool:
    return _is_blocked(uow, order) and uow.actor.has(Role.SUPERVISOR)


def _is_blocked(uow: UnitOfWork, order: WorkOrder) -> bool:
    return _waits_for_parts(uow, order) or bool(order_holdings.blocking(uow, order))


def _blocked(uow: UnitOfWork, order: WorkOrder) -> frozenset[HoldReason]:
    """Return the reasons that nobody ends by saying so: what they wait for is really not there."""
    short = SYSTEMS if _waits_for_parts(uow, order) else frozenset()
    waits = frozenset(WAITED) if order_holdings.blocking(uow, order) else frozenset()
    return frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id)) & (short | waits)


def _waits_for_parts(uow: UnitOfWork, order: WorkOrder) -> bool:
    """Say whether a part is really missing; a wait for one that nobody asked for ends like any other."""
    waits = {HoldReason(row.reason) for row in open_holds(uow, order.id)} & SYSTEMS
    return bool(waits) and issuing.is_short(uow, order.id)


def go_on(uow: UnitOfWork, order: WorkOrder, reason: str = "", over: frozenset[HoldReason] | None = None) -> Answer:
    """End reasons to wait, all or those that are ``over``; when none is left, the timer starts where work had begun."""
    check(uow, order, WorkOrderEvent.RESUME)
    check_holder(uow, order)
    reasons = frozenset(HoldReason(row.reason) for row in open_holds(uow, order.id))
    ending = reasons if over is None else reasons & over
    if ending == reasons and safety_gate.unconfirmed(order):
        return Answer(modal=safety_gate.form(order))
    if (_blocked(uow, order) & ending or (ending == reasons and _is_blocked(uow, order))) and not (
        reason and uow.actor.has(Role.SUPERVISOR)
    ):
        _refuse_blocked(uow, order)
    if ending != reasons:
        return _end_some(uow, order, ending, reason)
    order_holdings.pass_over(uow, order, [], reason)
    _release(uow, order, reasons, reason)
    if WorkOrderState(order.state) is WorkOrderState.IN_PROGRESS:
        start_timer(uow, order)
    move(uow, order, WorkOrderEvent.RESUME, words=reason)
    line(uow, order, "resumed", note=f"Without what it waits for: {reason}" if reason else "")
    show_card(uow, order.id)
    return NOTHING


def _end_some(uow: UnitOfWork, order: WorkOrder, ending: frozenset[HoldReason], reason: str) -> Answer:
    """End some of several reasons; the work still waits for the others."""
    _release(uow, order, ending, reason)
    over = " and ".join(REASON_WORDS[each] for each in HoldReason if each in ending)
    line(uow, order, "waits_still", over=over, left=_still(uow, order))
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
