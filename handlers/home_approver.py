"""An approver's part of the Home tab: what waits for a decision, what was decided last, and who decides while they are away."""

import json
from typing import Any

from sqlalchemy import select

from handlers import absences, moments, people, questions
from handlers.ids import value
from handlers.order_views import STATES
from orders.approvals import TaskState
from orders.money import Money
from orders.people import Role
from orders.purchase_orders import OrderState, kept_total
from storage.tables import Approval, ApprovalTask, PurchaseOrder, Supplier
from storage.unit_of_work import UnitOfWork, table

_TASKS, _RUNS, _ORDERS, _SUPPLIERS = table(ApprovalTask), table(Approval), table(PurchaseOrder), table(Supplier)
DECIDES = (Role.APPROVER, Role.FINANCE, Role.SUPERVISOR)
"""Who sees this part, and may say here that they are away."""
DECISIONS, DECIDED = 3, 3
"""How many questions have buttons, and how many decisions are looked back at."""
SAID = {
    TaskState.APPROVED: "You approved",
    TaskState.REJECTED: "You said no to",
}
"""How a decision is told to whoever made it."""
_LATELY = (
    select(
        _TASKS.c.id.label("task_id"),
        _TASKS.c.state.label("decision"),
        _RUNS.c.state.label("became"),
        _TASKS.c.instead_of_id,
        _TASKS.c.decided_at,
        _RUNS.c.content,
        _RUNS.c.revision,
        *_ORDERS.c["id", "number", "draft_number", "state", "total", "currency"],
        _SUPPLIERS.c.name.label("supplier"),
    )
    .select_from(_TASKS.join(_RUNS, _RUNS.c.id == _TASKS.c.approval_id))
    .join(_ORDERS, _ORDERS.c.id == _RUNS.c.order_id)
    .outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _ORDERS.c.supplier_id)
    .where(_TASKS.c.decided_at.is_not(None), _TASKS.c.state.in_([state.value for state in SAID]))
    .order_by(_TASKS.c.decided_at.desc(), _TASKS.c.id.desc())
    .limit(DECIDED)
)


def part(uow: UnitOfWork) -> dict[str, Any]:
    """Return what the Home tab shows to somebody who decides; to everybody else only the questions put to them."""
    asked = questions.decisions(uow)
    decides = uow.actor.has(*DECIDES) or bool(asked)
    return {
        "decides": decides,
        "decisions": [_question(uow, row) for row in asked[:DECISIONS]],
        "decided": _decided(uow) if decides else [],
        "away": absences.said(uow) if decides else "",
    }


def further(uow: UnitOfWork) -> list[str]:
    """Return the questions that have no buttons on the tab, one sentence each."""
    return [questions.decision_words(row) for row in questions.decisions(uow)[DECISIONS:]]


def _question(uow: UnitOfWork, row: Any) -> dict[str, str]:
    asked = f"Asked by {people.name(uow, row.asked_by_id)}, {moments.when(uow, row.asked_at)}."
    return {
        "line": f"{questions.decision_words(row)} {asked}",
        "carried": value(row.order_id, row.task_id),
        "order": value(row.order_id),
        "number": row.number or row.draft_number,
    }


def _decided(uow: UnitOfWork) -> list[dict[str, str]]:
    rows = uow.run(_LATELY.where(_TASKS.c.person_id == uow.actor.person_id)).all()
    return [_told(uow, row) for row in rows]


def _told(uow: UnitOfWork, row: Any) -> dict[str, str]:
    """Return one decision with its button: while the order has not left, the yes can be taken back."""
    leaving = row.state == OrderState.APPROVED and row.decision == row.became == TaskState.APPROVED
    undo = value(row.id, row.task_id) if leaving else ""
    return {"line": _words(uow, row), "order": value(row.id), "undo": undo, "number": row.number or row.draft_number}


def _words(uow: UnitOfWork, row: Any) -> str:
    """Say a decision with the amount that was asked about then, and where the order stands now."""
    total = kept_total(json.loads(row.content)) if row.content else Money(row.total, row.currency)
    instead = f" for {people.name(uow, row.instead_of_id)}" if row.instead_of_id is not None else ""
    what = f"{SAID[TaskState(row.decision)]} {total} to {row.supplier or 'nobody yet'}{instead}"
    name = (row.number or row.draft_number) + (f" revision {row.revision}" if row.revision > 1 else "")
    return f"{what}, {moments.when(uow, row.decided_at)}. {name}: {STATES[OrderState(row.state)]}."
