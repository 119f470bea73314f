"""The question to an approver as a card: what, for what, from which budget, at which price, and by which rule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import templates
from handlers import agreement_words, approval_letters, budget_checks, last_prices, order_taxes, supplier_gates
from handlers.approval_plans import Staff, split_said
from handlers.ids import value
from handlers.order_cards import content_of
from handlers.order_content import Dossier
from handlers.order_differences import since_asked
from handlers.order_rates import rate_of, worth
from orders.approvals import Ruling
from orders.purchase_orders import short_code
from orders.requisitions import Origin
from orders.units import measured
from storage import cards
from storage.cards import Place
from storage.tables import Approval, ApprovalTask, Requisition
from storage.unit_of_work import Note, UnitOfWork

Said = tuple[str, dict[str, Any]]
"""A sentence by its key among the words of letters, and what it names."""
MOST_NEEDS = 3
"""How many needs a question names."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a question ended: the state the card shows, by whom and when, and what else there is to say."""

    state: str
    at: datetime
    by: str = ""
    reason: str = ""
    leaves_at: datetime | None = None
    sent_to: str = ""
    asked: str = ""
    """Who is asked next."""


def key_of(order_id: int, task_id: int) -> str:
    """Return the key of the card that asks one person about one order."""
    return f"po:{order_id}:task:{task_id}"


def ask(uow: UnitOfWork, dossier: Dossier, known: Staff, tasks: Sequence[ApprovalTask]) -> None:
    """Put the question to each of these people in a direct message."""
    shared = _shared(uow, dossier, known) if tasks else {}
    for task in tasks:
        facts = shared | _asked(uow, known, task)
        if approval_letters.ask(uow, dossier, known, task, facts):
            continue
        channel = known.slack_id(task.person_id) or uow.plant.channels.purchasing
        facts |= {"instead": _in_words(facts["instead"])}
        card = templates.card("approval", **facts, value=value(dossier.order.id, task.id))
        place = Place(channel, person_id=task.person_id)
        cards.show(uow, key_of(dossier.order.id, task.id), dossier.name, place, content_of(card))


def tell(uow: UnitOfWork, dossier: Dossier, known: Staff, ruling: Ruling) -> None:
    """Tell people whom a rule does not ask the same facts, without buttons."""
    shared = _shared(uow, dossier, known) if ruling.told else {}
    by: list[Said] = [("by_rule", {"rule": ruling.automatic})] if ruling.automatic else []
    for rule, people in ruling.told:
        facts = shared | {"state": "told", "rule": rule, "instead": by}
        card = templates.card("approval", **facts | {"instead": _in_words(by)}, value="")
        for person in people:
            channel = known.slack_id(person)
            if channel:
                cards.say(uow, dossier.name, Place(channel, person_id=person), content_of(card))
            else:
                approval_letters.tell(uow, dossier, known, person, facts)
    if ruling.told:
        names = [known.name(person) for _, people in ruling.told for person in people]
        uow.audit(Note(dossier.name, "told", after={"people": names}, rule=", ".join(rule for rule, _ in ruling.told)))


def _asked(uow: UnitOfWork, known: Staff, task: ApprovalTask) -> dict[str, Any]:
    return {"rule": task.rule, "instead": [*_instead(known, task), *_how_many(uow, task)]}


def _in_words(instead: Sequence[Said]) -> str:
    return " ".join(templates.note_said("approval_question", "en", key, **values) for key, values in instead)


def _how_many(uow: UnitOfWork, task: ApprovalTask) -> list[Said]:
    """Return how many of those who are asked have to say yes, where one is not enough."""
    need = json.loads(uow.get(Approval, task.approval_id).needs)[task.step]
    beside = uow.all(ApprovalTask, approval_id=task.approval_id, step=task.step)
    asked = {each.instead_of_id or each.person_id for each in beside}
    if need == 1:
        return []
    return [("some" if need < len(asked) else "all", {"need": need, "of": len(asked)})]


def _instead(known: Staff, task: ApprovalTask) -> list[Said]:
    """Return in whose place somebody is asked, and why; nothing where a rule names them."""
    return [(task.why, {"whom": known.name(task.instead_of_id)})] if task.instead_of_id is not None else []


def remind(uow: UnitOfWork, dossier: Dossier, known: Staff, task: ApprovalTask, *, also: str = "") -> None:
    """Remind somebody in their direct messages of a question that is still open; the question's own card has the buttons."""
    order = dossier.order
    if approval_letters.address_of(uow, known, task.person_id):
        facts = _shared(uow, dossier, known) | _asked(uow, known, task)
        approval_letters.ask(uow, dossier, known, task, facts, "reminder")
        return
    card = templates.card(
        "approval_reminder",
        number=dossier.name,
        supplier=dossier.supplier_name,
        total=order.total,
        currency=order.currency,
        since=task.asked_at,
        waits=next(iter(dossier.work_orders()), ""),
        also=also,
        value=value(order.id),
    )
    channel = known.slack_id(task.person_id) or uow.plant.channels.purchasing
    cards.say(uow, dossier.name, Place(channel, person_id=task.person_id), content_of(card))


def end(uow: UnitOfWork, dossier: Dossier, tasks: Sequence[ApprovalTask], ended: Ended) -> None:
    """Condense the cards of these questions to what became of them."""
    order = dossier.order
    for task in tasks:
        card = templates.card(
            "approval",
            state=ended.state,
            number=dossier.name,
            revision=order.revision,
            supplier=dossier.supplier_name,
            total=order.total,
            currency=order.currency,
            code=short_code(order.content_hash),
            value=value(order.id, task.id),
            at=ended.at,
            by=ended.by,
            reason=ended.reason,
            leaves_at=ended.leaves_at,
            sent_to=ended.sent_to,
            asked=ended.asked,
        )
        cards.refresh(uow, key_of(order.id, task.id), content_of(card))


def tasks_of(uow: UnitOfWork, approval: Approval) -> list[ApprovalTask]:
    """Return the questions of one run in the order in which they were put."""
    return uow.all(ApprovalTask, approval_id=approval.id)


def _shared(uow: UnitOfWork, dossier: Dossier, known: Staff) -> dict[str, Any]:
    order = dossier.order
    brief, budgets = budget_checks.for_approver(uow, dossier)
    return {
        "state": "open",
        "number": dossier.name,
        "revision": order.revision,
        "supplier": dossier.supplier_name,
        "total": order.total,
        "currency": order.currency,
        "charges": order_taxes.charges_said(dossier),
        "tax": order_taxes.said(uow, dossier),
        "code": short_code(order.content_hash),
        "work_order": next(iter(dossier.work_orders()), ""),
        "purpose": "; ".join([*_purposes(dossier), *_needs(uow, dossier, known)]),
        "needed_by": order.deliver_by,
        "budget": brief,
        "budgets": budgets,
        "price_change": last_prices.changes(uow, dossier),
        "requester": known.name(order.requested_by_id),
        "delivery_place": order.delivery_place,
        "reason": " ".join(
            filter(
                None, [order.reason, agreement_words.above_sentence(uow, dossier), supplier_gates.said(uow, dossier)]
            )
        ),
        "changes": since_asked(uow, dossier),
        "amends": dossier.revising is not None,
        "split": split_said(uow, dossier),
        "worth": _worth(uow, dossier),
        "lines": agreement_words.rows(dossier) if dossier.is_agreement else _rows(dossier),
    }


def _rows(dossier: Dossier) -> list[tuple[Any, ...]]:
    return [
        (line.line, line.description, measured(line.quantity, line.unit), dossier.amount(line).grouped())
        for line in dossier.lines
    ]


def _worth(uow: UnitOfWork, dossier: Dossier) -> str:
    """Say what an order in another currency is worth in the plant's, and by which rate."""
    rate, amount = rate_of(uow, dossier.order), worth(uow, dossier.order, dossier.total.minor)
    if dossier.order.currency == uow.plant.currency or rate is None or amount is None:
        return ""
    return f"That is {amount}, at {rate.worth} {uow.plant.currency} for one {rate.currency} of {rate.on:%-d %b %Y}."


def _purposes(dossier: Dossier) -> list[str]:
    """Say for each work order which asset waits and for what."""
    said = {}
    for line in dossier.lines:
        if line.work_order is not None:
            asset = f"{line.asset_name} {line.asset}: " if line.asset else ""
            said[line.work_order] = f"{asset}{line.work_title}, {line.work_order}"
    return list(said.values())


def _needs(uow: UnitOfWork, dossier: Dossier, known: Staff) -> list[str]:
    """Say who needs what no work order waits for, and why; the first few."""
    numbers = [share.requisition_id for share in dossier.needs if share.work_order is None]
    needs = [uow.get(Requisition, number) for number in dict.fromkeys(numbers)]
    said = [_need(need, known) for need in needs[:MOST_NEEDS]]
    left = len(needs) - len(said)
    return [*said, *([f"and {left} more needs"] if left > 0 else [])]


def _need(need: Requisition, known: Staff) -> str:
    who = "stock is low" if need.origin == Origin.REORDER_POINT else known.name(need.requested_by_id)
    why = f": {need.reason}" if need.reason and need.origin != Origin.REORDER_POINT else ""
    project = f" for {need.project}" if need.project else ""
    return f"{who}{project}{why} ({need.number})"
