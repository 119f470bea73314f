"""Goods that go back to the supplier: proposed from what was rejected, announced by mail, sent, and settled by what comes."""

from collections.abc import Callable, Sequence
from typing import Any

import templates
from handlers import people, return_cards, return_notes, short_closing
from handlers.happenings import NOTHING, Answer, Click, Sent, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_content import Dossier, locked, opened
from handlers.receipt_cards import Delivery
from handlers.receipt_named import return_named
from orders.errors import NotYours, Unlawful
from orders.people import CHARGEHAND, Role
from orders.returns import RETURNS, ReturnEvent, ReturnState, Wanted, awaited, check_outcome
from orders.work_orders import check_reason
from storage import numbering
from storage.tables import Outgoing, PurchaseOrderLine, Receipt, ReceiptLine, SupplierReturn, SupplierReturnLine
from storage.unit_of_work import Note, UnitOfWork


def propose(uow: UnitOfWork, shown: Delivery, rows: Sequence[int]) -> int | None:
    """Propose to send back what was rejected of these receipt lines and is on no return yet; returns the return's id."""
    rejected = {row: left for row in rows if (left := _not_on_a_return(uow, row)) > 0}
    if not rejected:
        return None
    receipt, dossier = shown.receipt, shown.dossier
    lines = {row: uow.get(ReceiptLine, row) for row in rejected}
    return_id = uow.add(
        SupplierReturn,
        number=numbering.draw(uow, "supplier_return"),
        order_id=dossier.order.id,
        receipt_id=receipt.id,
        state=ReturnState.PROPOSED.value,
        reason="; ".join(dict.fromkeys(line.reason for line in lines.values() if line.reason)),
        created_at=uow.now,
    )
    for row, quantity in rejected.items():
        line = {"order_line_id": lines[row].order_line_id, "receipt_line_id": row, "reason": lines[row].reason}
        uow.add(SupplierReturnLine, return_id=return_id, quantity=quantity, **line)
    back = uow.get(SupplierReturn, return_id)
    uow.audit(Note(back.number, "propose", after={"order": dossier.name, "receipt": receipt.number}))
    return_cards.show(uow, back, dossier)
    return return_id


def _not_on_a_return(uow: UnitOfWork, receipt_line_id: int) -> int:
    on_it = sum(
        line.quantity
        for line in uow.all(SupplierReturnLine, receipt_line_id=receipt_line_id)
        if uow.get(SupplierReturn, line.return_id).state != ReturnState.DROPPED
    )
    return uow.get(ReceiptLine, receipt_line_id).rejected - on_it


def want_replacement(uow: UnitOfWork, click: Click) -> Answer:
    """Send the goods back and expect new ones."""
    return _announce(uow, *_locked(uow, *numbers(click.value, 1)), Wanted.REPLACEMENT)


def want_credit(uow: UnitOfWork, click: Click) -> Answer:
    """Send the goods back and expect a credit note; no new ones are expected."""
    return _announce(uow, *_locked(uow, *numbers(click.value, 1)), Wanted.CREDIT)


def _locked(uow: UnitOfWork, return_id: int) -> tuple[SupplierReturn, Dossier]:
    # The order first, as everywhere, so that nobody waits for somebody who waits for them.
    dossier = locked(uow, uow.get(SupplierReturn, return_id).order_id)
    return uow.lock(SupplierReturn, return_id), dossier


def _step(uow: UnitOfWork, back: SupplierReturn, event: ReturnEvent) -> ReturnState:
    """Return where a return goes by an event; refuses whoever may not, and names who can."""
    step = RETURNS.step(ReturnState(back.state), event)
    if step is not None and not uow.actor.has(*step.roles):
        who = people.names(uow, *(role for role in (Role.BUYER, Role.STOREKEEPER, Role.FINANCE) if role in step.roles))
        raise NotYours(roles=_WHO[event], what="do this", who=f"Ask {who}.")
    return ReturnState(RETURNS.follow(ReturnState(back.state), event, uow.actor, subject=back.number))


_WHO = {
    ReturnEvent.ANNOUNCE: "buyers",
    ReturnEvent.DROP: "buyers",
    ReturnEvent.LEAVE: "storekeepers and buyers",
    ReturnEvent.SETTLE: "buyers and finance people",
}


def _announce(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier, wanted: Wanted) -> Answer:
    """Write to the supplier that goods go back, with the return note; what is credited is not expected any more."""
    state = _step(uow, back, ReturnEvent.ANNOUNCE)
    if wanted is Wanted.REPLACEMENT and not return_cards.replaceable(uow, back, dossier):
        why = f"Nothing more of it is expected on {dossier.name}, so nothing replaces it. Ask for credit, or reopen the order."
        raise Unlawful(why=why, subject=back.number)
    by = {"announced_at": uow.now, "announced_by_id": uow.actor.person_id}
    _change(uow, back, state, wanted=wanted.value, **by)
    if wanted is Wanted.CREDIT:
        dossier = _expect_less(uow, back, dossier)
    back = uow.get(SupplierReturn, back.id)
    return_notes.queue(uow, back, dossier)
    return_cards.show(uow, back, dossier)
    return Answer(private=_said(back, dossier))


def _change(uow: UnitOfWork, back: SupplierReturn, state: ReturnState, **values: Any) -> None:
    uow.change(SupplierReturn, back.id, state=state.value, version=back.version + 1, **values)
    after = {name: str(said) for name, said in values.items() if said}
    uow.audit(Note(back.number, state.value, before={"state": back.state}, after={"state": state, **after}))


def _expect_less(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier) -> Dossier:
    """Give up what is credited: its money is free, and what is still needed of it is a need again."""
    given_up = []
    for each in uow.all(SupplierReturnLine, return_id=back.id):
        line = next(one for one in opened(uow, dossier.order.id).lines if one.id == each.order_line_id)
        uow.change(PurchaseOrderLine, line.id, cancelled=line.cancelled + min(each.quantity, line.open))
        given_up.append(line)
    why = f"{back.number}: credited, not replaced"
    return short_closing.let_go(uow, opened(uow, dossier.order.id), given_up, why, needed=True)


def left(uow: UnitOfWork, click: Click) -> Answer:
    """Note that the goods have left; the order's lines count them as returned from now on."""
    return _left(uow, *_locked(uow, *numbers(click.value, 1)))


def _left(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier, tracking: str = "") -> Answer:
    state = _step(uow, back, ReturnEvent.LEAVE)
    _change(uow, back, state, left_at=uow.now, left_by_id=uow.actor.person_id, tracking=tracking[:200])
    for each in uow.all(SupplierReturnLine, return_id=back.id):
        line = uow.get(PurchaseOrderLine, each.order_line_id)
        uow.change(PurchaseOrderLine, line.id, returned=line.returned + each.quantity)
    now = opened(uow, dossier.order.id)
    replaced(uow, now)
    back = uow.get(SupplierReturn, back.id)
    return_cards.show(uow, back, now)
    return Answer(private=_said(back, now))


def credit(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks for the credit note's number."""
    back, dossier = _locked(uow, *numbers(click.value, 1))
    _step(uow, back, ReturnEvent.SETTLE)
    return Answer(modal=_form(back, dossier, "credit"))


def _form(back: SupplierReturn, dossier: Dossier, kind: str) -> dict[str, Any]:
    said = {"number": back.number, "order": dossier.name, "supplier": dossier.supplier_name}
    return templates.view("return_form", kind=kind, carried=value(back.id), **said)


def credited(uow: UnitOfWork, what: Submission) -> Answer:
    """Settle a return by the credit note that came."""
    if not what.field("words"):
        return Answer(errors={"words": "Write the number of the credit note."})
    (return_id,) = numbers(what.private, 1)
    return settle_by_credit(uow, return_id, what.field("words"))


def settle_by_credit(uow: UnitOfWork, return_id: int, credit_note: str) -> Answer:
    """Settle a return for which a credit is awaited by the number of the credit note that came."""
    back, dossier = _locked(uow, return_id)
    state = _step(uow, back, ReturnEvent.SETTLE)
    outcome = check_outcome(back.number, back.wanted, credit_note)
    _change(uow, back, state, ended_at=uow.now, ended_by_id=uow.actor.person_id, outcome=outcome)
    back = uow.get(SupplierReturn, back.id)
    return_cards.show(uow, back, dossier)
    return Answer(private=_said(back, dossier))


def replaced(uow: UnitOfWork, dossier: Dossier) -> None:
    """Settle the returns of an order whose replacement has come, the oldest first; open them again when it was taken back."""
    left_over = {line.id: line.open for line in dossier.lines}
    returns = [each for each in uow.all(SupplierReturn, order_id=dossier.order.id) if each.wanted == Wanted.REPLACEMENT]
    for back in reversed(returns):
        lines = uow.all(SupplierReturnLine, return_id=back.id)
        missing = 0
        for line in lines:
            still = awaited(left_over[line.order_line_id], line.quantity)
            left_over[line.order_line_id] -= still
            missing += still
        event = ReturnEvent.UNSETTLE if missing else ReturnEvent.SETTLE
        step = RETURNS.step(ReturnState(back.state), event)
        if step is not None:
            state = ReturnState(RETURNS.follow(ReturnState(back.state), event, CHARGEHAND, subject=back.number))
            ended = {"ended_at": None if missing else uow.now, "outcome": "" if missing else "replaced"}
            _change(uow, back, state, **ended)
            return_cards.show(uow, uow.get(SupplierReturn, back.id), dossier)


def keep(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks why nothing is sent back."""
    back, dossier = _locked(uow, *numbers(click.value, 1))
    _step(uow, back, ReturnEvent.DROP)
    return Answer(modal=_form(back, dossier, "drop"))


def kept(uow: UnitOfWork, what: Submission) -> Answer:
    """Drop a return with its reason; what was rejected stays rejected."""
    if not what.field("words"):
        return Answer(errors={"words": "Write why, in a few words."})
    back, dossier = _locked(uow, *numbers(what.private, 1))
    return _drop(uow, back, dossier, what.field("words"))


def _drop(uow: UnitOfWork, back: SupplierReturn, dossier: Dossier, why: str) -> Answer:
    state = _step(uow, back, ReturnEvent.DROP)
    outcome = check_reason(why, back.number)
    _change(uow, back, state, ended_at=uow.now, ended_by_id=uow.actor.person_id, outcome=outcome)
    back = uow.get(SupplierReturn, back.id)
    return_cards.show(uow, back, dossier)
    return Answer(private=_said(back, dossier))


def taken_back(uow: UnitOfWork, receipt: Receipt, dossier: Dossier) -> None:
    """Drop the proposals of a receipt that is reversed; refuses when the supplier knows of one already."""
    for back in uow.all(SupplierReturn, receipt_id=receipt.id):
        if back.state == ReturnState.PROPOSED:
            state = RETURNS.follow(ReturnState.PROPOSED, ReturnEvent.DROP, CHARGEHAND, subject=back.number)
            _change(uow, back, ReturnState(state), ended_at=uow.now, outcome=f"{receipt.number} was taken back")
            return_cards.show(uow, uow.get(SupplierReturn, back.id), dossier)
        elif back.state != ReturnState.DROPPED:
            why = f"{back.number} tells the supplier that goods of {receipt.number} go back, so it stays as it is."
            raise Unlawful(why=why, subject=receipt.number)


def typed(uow: UnitOfWork, written: str, rest: str) -> Answer:
    """Take ``return RT-4 replacement``, ``credit``, ``sent 00340434``, ``credit CN-778`` when it came, ``none because …``."""
    back, dossier = _locked(uow, return_named(uow, written).id)
    word, _, more = rest.strip().partition(" ")
    word, more = word.lower().strip(",.:"), more.strip()
    if word in {"replacement", "replace", "ersatz"}:
        return _announce(uow, back, dossier, Wanted.REPLACEMENT)
    if word in {"credit", "gutschrift"}:
        return settle_by_credit(uow, back.id, more) if more else _announce(uow, back, dossier, Wanted.CREDIT)
    if word in {"sent", "left", "gesendet"}:
        return _left(uow, back, dossier, more)
    if word in {"none", "keep", "keine"}:
        return _drop(uow, back, dossier, more.removeprefix("because ").strip())
    raise Unlawful(
        why=f"Say what becomes of {back.number}: `return {back.number} replacement`, `credit`, `sent`, or `none because …`."
    )


def _said(back: SupplierReturn, dossier: Dossier) -> str:
    said = {"state": back.state, "wanted": back.wanted, "outcome": back.outcome, "supplier": dossier.supplier_name}
    return templates.words("receiving_said", what="return", number=back.number, order=dossier.name, **said)


def outcome(uow: UnitOfWork, told: Sent) -> Answer:
    """Tell the buyer when the mail with a return note did not reach the supplier, or may not have."""
    return_notes.outcome(uow, uow.get(Outgoing, told.row_id), told)
    return NOTHING


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.RETURN_REPLACE: want_replacement,
    Action.RETURN_CREDIT: want_credit,
    Action.RETURN_LEFT: left,
    Action.RETURN_CREDITED: credit,
    Action.RETURN_NONE: keep,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.RETURN_CREDITED: credited,
    Callback.RETURN_NONE: kept,
}
