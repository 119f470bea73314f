"""The Home tab: my jobs, what waits for me, and what I reported."""

from typing import Any

import templates
from handlers import moments, questions
from handlers.happenings import Answer, HomeOpened
from handlers.ids import value
from handlers.work_order_cards import OFFERS, Offer, Sight, look, state_words
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork

JOBS, DECISIONS, WAITING, REQUESTS = 10, 4, 8, 6
"""How many of each are shown, so that the tab stays below its forty blocks."""


def opened(uow: UnitOfWork, what: HomeOpened) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Show the Home tab of the acting person as it is now."""
    jobs = questions.my_jobs(uow, JOBS)
    mine = {order.id for order in jobs}
    asked = [order for order in questions.my_requests(uow, JOBS) if order.id not in mine][:REQUESTS]
    decisions = questions.decisions(uow)
    more = [questions.decision_words(row) for row in decisions[DECISIONS:]]
    return Answer(
        home=templates.view(
            "home",
            name=uow.actor.name,
            jobs=[_job(uow, order) for order in jobs],
            decisions=[_decision(row) for row in decisions[:DECISIONS]],
            waiting=[*more, *questions.waiting_rows(uow, decided=True)][:WAITING],
            requests=[_line(uow, order, look(uow, order)) for order in asked],
        )
    )


def _job(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    sight = look(uow, order)
    offer = OFFERS.get(sight.phase, Offer(None)).primary
    action, label = offer or ("", "")
    return {"line": _line(uow, order, sight), "action": action, "label": label, "carried": value(order.id)}


def _decision(row: Any) -> dict[str, str]:
    return {
        "line": questions.decision_words(row),
        "carried": value(row.order_id, row.task_id),
        "number": row.draft_number,
    }


def _line(uow: UnitOfWork, order: WorkOrder, sight: Sight) -> str:
    return f"{order.title}: {state_words(uow, sight)}, due {moments.when(uow, order.due_at)} ({order.number})"
