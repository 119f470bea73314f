"""Asking finance: an order that a budget stops is put before whoever may release it beyond that, and ended there once it is."""

from collections.abc import Sequence

import templates
from handlers import budget_checks
from handlers.approval_plans import Staff
from handlers.happenings import Answer
from handlers.ids import value
from handlers.order_authors import authors_of
from handlers.order_cards import content_of
from handlers.order_content import Dossier
from orders.budgets import Weighed
from orders.people import Role
from storage import cards
from storage.cards import Place
from storage.tables import BudgetRelease
from storage.unit_of_work import Note, UnitOfWork


def stop(uow: UnitOfWork, dossier: Dossier, known: Staff, *, alone: bool = False) -> Answer | None:
    """Put an order that a budget stops before finance and say so; None where none does. ``alone``: a rule approves it."""
    stopped = budget_checks.blocked(uow, dossier, alone=alone)
    if stopped:
        return _ask(uow, dossier, stopped, known)
    if uow.plant.budget.stops and not uow.all(BudgetRelease, order_id=dossier.order.id):
        end(uow, dossier, known)
    return None


def _ask(uow: UnitOfWork, dossier: Dossier, stopped: Sequence[Weighed], known: Staff) -> Answer:
    """Put an order that budgets stop before everybody of finance who may release it; tells the acting person who that is."""
    free = may_release(uow, dossier, known)
    for number in free:
        channel = known.slack_id(number) or uow.plant.channels.purchasing
        if channel:
            card = templates.card("budget_release", **_asked(dossier, stopped, known))
            cards.show(uow, key_of(dossier, number), dossier.name, Place(channel, person_id=number), content_of(card))
    names = " or ".join(known.name(number) for number in free[:2])
    short = {one.figures.cost_centre: one.figures.short(one.amount) for one in stopped}
    uow.audit(Note(dossier.name, "stopped by the budget", after={"short": short, "asked": names}))
    told = [one.sentence(money=budget_checks.sees_budget(uow, one.cost_centre_id)) for one in stopped]
    words = {"number": dossier.name, "budget": " ".join(told[: budget_checks.MOST_SAID]), "asked": names}
    return Answer(private=templates.words("budget_said", what="stopped", **words))


def may_release(uow: UnitOfWork, dossier: Dossier, known: Staff) -> list[int]:
    """Return the people of finance who have nothing to do with how an order came to be."""
    barred = {dossier.order.requested_by_id, *authors_of(uow, dossier.order)}
    return [person.id for person in known.having(Role.FINANCE) if person.id not in barred]


def key_of(dossier: Dossier, person_id: int) -> str:
    """Return the key of the card that asks somebody of finance about an order."""
    return f"po:{dossier.order.id}:budget:{person_id}"


def end(uow: UnitOfWork, dossier: Dossier, known: Staff, *, by: str = "", reason: str = "") -> None:
    """Condense every card that asks finance about an order to what became of it; without ``by`` nothing is asked any more."""
    head = {"number": dossier.name, "supplier": dossier.supplier_name, "by": by, "reason": reason, "at": uow.now}
    total = {"total": dossier.order.total, "currency": dossier.order.currency}
    card = templates.card("budget_release", state="released" if by else "over", **head, **total)
    for person in known.having(Role.FINANCE):
        cards.refresh(uow, key_of(dossier, person.id), content_of(card))


def _asked(dossier: Dossier, stopped: Sequence[Weighed], known: Staff) -> dict[str, object]:
    return {
        "state": "open",
        "number": dossier.name,
        "supplier": dossier.supplier_name,
        "total": dossier.order.total,
        "currency": dossier.order.currency,
        "budgets": [one.sentence() for one in stopped],
        "requester": known.name(dossier.order.requested_by_id),
        "waits": next(iter(dossier.work_orders()), ""),
        "value": value(dossier.order.id),
    }
