"""Why somebody is asked about an order: the rule by which, in words."""

import templates
from handlers.happenings import Answer, Click
from handlers.ids import numbers
from handlers.order_content import opened
from orders.approval_reasons import conditions_said
from orders.errors import NotThisCard
from storage.tables import ApprovalTask
from storage.unit_of_work import UnitOfWork


def why_me(uow: UnitOfWork, click: Click) -> Answer:
    """Explain by which rule the actor is asked."""
    order_id, task_id = numbers(click.value, 2)
    dossier, task = opened(uow, order_id), uow.find(ApprovalTask, id=task_id)
    if task is None or task.person_id != uow.actor.person_id:
        raise NotThisCard(order=dossier.name)
    rule = next((each for each in uow.plant.approval_rules if each.name == task.rule), None)
    because = " and ".join(_because(word) for word in (rule.who if rule else ())) or "it stood in the rules then"
    if rule is not None and conditions_said(rule):
        because += f", {conditions_said(rule)}"
    order = dossier.order
    shared = {"number": dossier.name, "total": order.total, "currency": order.currency, "rule": task.rule}
    return Answer(private=templates.words("order_said", what="why_me", because=because, **shared))


def _because(who: str) -> str:
    if who == "owner":
        return "you own the cost centre"
    return (
        f"you are one of the people for {who.removeprefix('role:')}" if who.startswith("role:") else f"it names {who}"
    )
