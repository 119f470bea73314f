"""Going beyond a budget: finance releases an order with a reason, and an approver who goes beyond one says why."""

from collections.abc import Callable
from typing import Any

import templates
from handlers import approval_cards, approvals, budget_checks, budget_requests
from handlers.approval_plans import Staff, staff
from handlers.approval_runs import newest
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_content import Dossier, locked, opened, order_named
from handlers.order_notices import tell_requester
from orders.approvals import TaskState
from orders.budgets import Weighed
from orders.errors import NotPossible, NotYours, OwnRelease, ReasonMissing
from orders.people import Role
from orders.purchase_orders import OrderState
from storage import cards
from storage.cards import Place
from storage.tables import BudgetRelease
from storage.unit_of_work import Note, UnitOfWork

UNDECIDED = (OrderState.DRAFT, OrderState.PENDING_APPROVAL)
"""States in which money is still only asked for."""


def form(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form for the reason, for somebody of finance."""
    return _form(uow, opened(uow, *numbers(click.value, 1)))


def _form(uow: UnitOfWork, dossier: Dossier) -> Answer:
    _check_releaser(uow, dossier, staff(uow))
    order = dossier.order
    head = {"number": dossier.name, "supplier": dossier.supplier_name, "total": order.total, "currency": order.currency}
    budgets = [one.sentence() for one in budget_checks.stopping(uow, dossier)]
    return Answer(modal=templates.view("budget_release_form", private=value(order.id), budgets=budgets, **head))


def released(uow: UnitOfWork, what: Submission) -> Answer:
    """Release what the form was about, with its reason."""
    if not what.field("words"):
        return Answer(errors={"words": "Say why in a few words."})
    return _release(uow, locked(uow, *numbers(what.private, 1)), what.field("words"))


def release_named(uow: UnitOfWork, written: str, reason: str) -> Answer:
    """Release by typed number with the reason behind it; without one the form asks for it."""
    order = order_named(uow, written)
    return _release(uow, locked(uow, order.id), reason) if reason else _form(uow, opened(uow, order.id))


def _release(uow: UnitOfWork, dossier: Dossier, reason: str) -> Answer:
    """Let an order take what it asks for now from every cost centre that lacks it; if it asks for more later, that is void."""
    known = staff(uow)
    _check_releaser(uow, dossier, known)
    if not reason.strip():
        raise ReasonMissing(subject=dossier.name)
    beyond = budget_checks.stopping(uow, dossier)
    if not beyond:
        budget_requests.end(uow, dossier, known)
        return Answer(private=templates.words("budget_said", what="not_needed", number=dossier.name))
    for one in beyond:
        _write(uow, dossier, one, reason.strip())
    amounts = {one.figures.cost_centre: [one.amount, one.figures.currency] for one in beyond}
    uow.audit(Note(dossier.name, "release the budget", after={"up to": amounts}, words=reason.strip()))
    budget_requests.end(uow, dossier, known, by=uow.actor.name, reason=reason.strip())
    told = _tell(uow, dossier, known, reason.strip())
    return Answer(private=templates.words("budget_said", what="released", number=dossier.name, asked=told))


def _check_releaser(uow: UnitOfWork, dossier: Dossier, known: Staff) -> None:
    """Refuse everybody but finance, whoever had a hand in the order, and an order on which nothing is asked any more."""
    if not uow.actor.has(Role.FINANCE):
        names = " or ".join(person.name for person in known.having(Role.FINANCE)[:2])
        who = f"Ask {names}." if names else "Nobody has that role yet."
        raise NotYours(roles="people of finance", what="release a budget", who=who)
    if uow.actor.person_id not in budget_requests.may_release(uow, dossier, known):
        raise OwnRelease(subject=dossier.name)
    if dossier.state not in UNDECIDED and not budget_checks.stopping(uow, dossier):
        state = dossier.state.replace("_", " ")
        raise NotPossible(
            subject=dossier.name, state=state, event="released", possible="nothing more has to be released"
        )


def _write(uow: UnitOfWork, dossier: Dossier, one: Weighed, reason: str) -> None:
    uow.add(
        BudgetRelease,
        order_id=dossier.order.id,
        cost_centre_id=one.cost_centre_id,
        amount=one.amount,
        currency=one.figures.currency,
        person_id=uow.actor.person_id,
        reason=reason,
        at=uow.now,
    )


def _tell(uow: UnitOfWork, dossier: Dossier, known: Staff, reason: str) -> str:
    """Tell whoever can go on: the approvers of an order that waits for them, else whoever asked for it; returns their names."""
    run = newest(uow, dossier.order.id)
    if run is not None and run.state == "open":
        asked = [task for task in approval_cards.tasks_of(uow, run) if task.state == TaskState.PENDING]
        words = {"number": dossier.name, "by": uow.actor.name, "reason": reason}
        for task in asked:
            channel = known.slack_id(task.person_id) or uow.plant.channels.purchasing
            content = {"text": templates.words("budget_said", what="told", **words)}
            cards.say(uow, dossier.name, Place(channel, person_id=task.person_id), content)
        return " and ".join(known.name(task.person_id) for task in asked)
    tell_requester(uow, dossier, known, "budget_released", words=reason)
    return known.name(dossier.order.requested_by_id)


def beyond(uow: UnitOfWork, what: Submission) -> Answer:
    """Say yes to an order that goes beyond its budget, with the reason from the form."""
    if not what.field("words"):
        return Answer(errors={"words": "Say why in a few words."})
    return approvals.approve_because(uow, what.private, what.field("words"))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.RELEASE_BUDGET: form}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Callback.RELEASE_BUDGET: released,
    Callback.BEYOND_BUDGET: beyond,
}
