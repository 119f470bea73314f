"""The life of an agreement after its approval: the supplier's yes, suspended, resumed, closed, and what time does to it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

import templates
from handlers import agreement_cards
from handlers.agreement_words import meter, sees_money
from handlers.agreements import agreement, check_buyer, new_form
from handlers.approval_plans import staff
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_content import Dossier, change, opened, today
from orders.agreements import AGREEMENTS, AgreementEvent, AgreementState, standing
from orders.call_offs import warnings
from orders.people import CHARGEHAND, Role
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderState
from storage import agreement_moves, agreements
from storage.tables import Agreement
from storage.unit_of_work import Note, UnitOfWork, table

_HEADS = table(Agreement)
_S, _E = AgreementState, AgreementEvent
TENDED = (_S.APPROVED, _S.ACTIVE, _S.SUSPENDED, _S.EXHAUSTED)
"""States of its own in which time may do something to an agreement."""


def _ask(what: str, event: AgreementEvent) -> Callable[[UnitOfWork, Click], Answer]:
    """Return the handler that opens the form for the reason, where the event is possible at all."""

    def opened_form(uow: UnitOfWork, click: Click) -> Answer:
        check_buyer(uow)
        dossier = agreement(uow, *numbers(click.value, 1))
        AGREEMENTS.follow(_state(uow, dossier), event, uow.actor, subject=dossier.name)
        shared = {"number": dossier.name, "supplier": dossier.supplier_name}
        return Answer(modal=templates.view("agreement_reason_form", what=what, private=click.value, **shared))

    return opened_form


def _state(uow: UnitOfWork, dossier: Dossier) -> AgreementState:
    return standing(dossier.state, agreements.lock(uow, dossier.order.id).state)


def accept_form(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks where the supplier's yes is kept."""
    check_buyer(uow)
    dossier = agreement(uow, *numbers(click.value, 1))
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.ACCEPT, uow.actor, subject=dossier.name)
    shared = {"number": dossier.name, "supplier": dossier.supplier_name}
    return Answer(modal=templates.view("agreement_reason_form", what="accepted", private=click.value, **shared))


def accepted(uow: UnitOfWork, what: Submission) -> Answer:
    """Write down that the supplier has accepted, because a buyer vouches for it; it becomes active on its first day."""
    check_buyer(uow)
    dossier = agreement(uow, *numbers(what.private, 1))
    target = PURCHASE_ORDERS.follow(dossier.state, OrderEvent.ACCEPT, uow.actor, subject=dossier.name)
    if not what.field("words"):
        return Answer(errors={"words": "Write where the supplier's yes is kept."})
    change(uow, dossier, state=target.value, supplier_answer="accepted")
    before, words = {"state": dossier.state}, what.field("words")
    uow.audit(Note(dossier.name, "accepted by hand", before=before, after={"state": target}, words=words))
    agreement_moves.settle(uow, dossier.order.id)
    return _shown(uow, dossier, "accepted")


def suspended(uow: UnitOfWork, what: Submission) -> Answer:
    """Hold an agreement: nothing new is ordered from it until it is resumed."""
    return _moved(uow, what, AgreementEvent.SUSPEND, "suspended")


def closed(uow: UnitOfWork, what: Submission) -> Answer:
    """End an agreement for good; what was ordered from it goes on."""
    told = _moved(uow, what, AgreementEvent.CLOSE, "closed")
    dossier = opened(uow, *numbers(what.private, 1))
    if not told.errors and PURCHASE_ORDERS.step(dossier.state, OrderEvent.CLOSE) is not None:
        change(uow, dossier, state=OrderState.CLOSED.value)
    return told


def _moved(uow: UnitOfWork, what: Submission, event: AgreementEvent, said: str) -> Answer:
    check_buyer(uow)
    dossier = agreement(uow, *numbers(what.private, 1))
    if not what.field("words"):
        return Answer(errors={"words": "Say why in a few words."})
    _followed(uow, dossier, event, what.field("words"))
    return _shown(uow, dossier, said)


def resume(uow: UnitOfWork, click: Click) -> Answer:
    """Let a suspended agreement be ordered from again, if its last day is not over meanwhile."""
    check_buyer(uow)
    dossier = agreement(uow, *numbers(click.value, 1))
    _followed(uow, dossier, AgreementEvent.RESUME, "")
    agreement_moves.settle(uow, dossier.order.id)
    return _shown(uow, dossier, "resumed")


def _followed(uow: UnitOfWork, dossier: Dossier, event: AgreementEvent, why: str) -> None:
    head = agreements.lock(uow, dossier.order.id)
    state = standing(dossier.state, head.state)
    target = AGREEMENTS.follow(state, event, uow.actor, subject=dossier.name)
    uow.change(Agreement, head.id, state=target.value, suspended_why=why if event is _E.SUSPEND else "")
    uow.audit(Note(dossier.name, event.value, before={"state": state}, after={"state": target}, words=why))


def _shown(uow: UnitOfWork, dossier: Dossier, what: str) -> Answer:
    agreement_cards.show(uow, dossier.order.id, staff(uow))
    told = {"number": dossier.name, "supplier": dossier.supplier_name}
    return Answer(private=templates.words("agreement_said", what=what, **told))


def tended(uow: UnitOfWork) -> list[int]:
    """Return the orders of the agreements that time may do something to, oldest first."""
    found = select(_HEADS.c.order_id).where(_HEADS.c.state.in_([state.value for state in TENDED]))
    return list(uow.run(found.order_by(_HEADS.c.id)).scalars())


def tend(uow: UnitOfWork, order_id: int) -> None:
    """Do for one agreement what the day asks for, and warn its buyer once of each thing; twice changes nothing."""
    actor, uow.actor = uow.actor, CHARGEHAND
    dossier = agreement(uow, order_id)
    before = _state(uow, dossier)
    after, known = agreement_moves.settle(uow, order_id), staff(uow)
    told = [after.value] if after is not before and after in {_S.ACTIVE, _S.EXPIRED} else []
    told += _due_warnings(uow, order_id, after)
    for what in told:
        agreement_cards.warn(uow, order_id, known, what)
        uow.audit(Note(dossier.name, "told the buyer", after={"what": what}))
    if told or after is not before:
        agreement_cards.show(uow, order_id, known)
    uow.actor = actor


def _due_warnings(uow: UnitOfWork, order_id: int, state: AgreementState) -> list[str]:
    """Return what the buyer was not told yet, and remember that they are told now."""
    head = agreements.head_of(uow, order_id)
    due = list(warnings(agreements.agreed(uow, order_id, head), today(uow), uow.plant.agreement_watch))
    if state is _S.EXHAUSTED:
        due = ["exhausted"]
    low = next((each for each in due if each != "ending"), "")
    told = [each for each in due if (head.ending_told_at if each == "ending" else head.low_told_at) is None]
    if low and head.low_told_at is None:
        uow.change(Agreement, head.id, low_told_at=uow.now)
    elif not low and head.low_told_at is not None:
        # Something flowed back, so the next time that little is left is news again.
        uow.change(Agreement, head.id, low_told_at=None)
    if "ending" in told:
        uow.change(Agreement, head.id, ending_told_at=uow.now)
    return told


def listed(uow: UnitOfWork, rest: str = "") -> Answer:
    """Answer ``agreements``: those in force and on their way, with what is left; ``agreements new`` opens the form."""
    if rest.strip().lower().startswith("new"):
        return Answer(modal=new_form(uow))
    rows = [_row(uow, order_id) for order_id in tended(uow)]
    card = templates.card("agreements", rows=rows, may_make=uow.actor.has(Role.BUYER))
    return Answer(private=card.text, blocks=card.blocks)


def _row(uow: UnitOfWork, order_id: int) -> dict[str, Any]:
    dossier = opened(uow, order_id)
    state = standing(dossier.state, agreements.head_of(uow, order_id).state)
    return {
        "number": dossier.name,
        "title": f"{dossier.name} with {dossier.supplier_name}",
        "stands": agreement_cards.stands(uow, dossier, state),
        "meter": meter(uow, order_id, money=sees_money(uow)),
        "value": value(order_id) if state is _S.ACTIVE else "",
    }


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.AGREEMENT_ACCEPTED: accept_form,
    Action.AGREEMENT_SUSPEND: _ask("suspend", AgreementEvent.SUSPEND),
    Action.AGREEMENT_RESUME: resume,
    Action.AGREEMENT_CLOSE: _ask("close", AgreementEvent.CLOSE),
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.AGREEMENT_ACCEPTED: accepted,
    Callback.AGREEMENT_SUSPEND: suspended,
    Callback.AGREEMENT_CLOSE: closed,
}
