"""The Home tab: my jobs, what waits for me, what I reported, and for those who decide or buy the orders that need them."""

from typing import Any

import templates
from handlers import home_approver, invoice_lists, mailroom_rows, moments, need_lists, order_lists, questions
from handlers.happenings import Answer, HomeOpened
from handlers.ids import value
from handlers.work_order_cards import OFFERS, Offer, Sight, look, state_words
from orders.people import Role
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork

JOBS, WAITING, REQUESTS = 6, 8, 4
"""How many of each are shown, so that the tab stays below its forty blocks."""
MAILROOM = (Role.STOREKEEPER, Role.BUYER, Role.ADMIN)
"""Who sees the mailroom on the tab."""


def opened(uow: UnitOfWork, what: HomeOpened) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Show the Home tab of the acting person as it is now."""
    jobs = questions.my_jobs(uow, JOBS)
    mine = {order.id for order in jobs}
    asked = [order for order in questions.my_requests(uow, JOBS) if order.id not in mine][:REQUESTS]
    buys = uow.actor.has(Role.BUYER)
    return Answer(
        home=templates.view(
            "home",
            name=uow.actor.name,
            jobs=[_job(uow, order) for order in jobs],
            waiting=[*home_approver.further(uow), *questions.waiting_rows(uow, decided=True)][:WAITING],
            requests=[_line(uow, order, look(uow, order)) for order in asked],
            needs=need_lists.for_home(uow) if buys else [],
            buying=order_lists.for_home(uow) if buys else None,
            invoices=invoice_lists.for_home(uow) if uow.actor.has(Role.FINANCE) else [],
            office=buys or uow.actor.has(*home_approver.DECIDES),
            mailroom=_mailroom(uow) if uow.actor.has(*MAILROOM) else [],
            **home_approver.part(uow),
        )
    )


def _job(uow: UnitOfWork, order: WorkOrder) -> dict[str, Any]:
    sight = look(uow, order)
    offer = OFFERS.get(sight.phase, Offer(None)).primary
    action, label = offer or ("", "")
    return {"line": _line(uow, order, sight), "action": action, "label": label, "carried": value(order.id)}


def _mailroom(uow: UnitOfWork) -> list[str]:
    """Say how many mails wait, and name those that have waited longest with who looks after them."""
    rows = mailroom_rows.oldest_waiting(uow)
    return [f"{mailroom_rows.counts_words(uow)}", *(_mail(uow, row) for row in rows)]


def _mail(uow: UnitOfWork, row: mailroom_rows.MailRow) -> str:
    holder = f"{row.holder} looks after it" if row.holder else "nobody looks after it"
    return f"{row.who}: “{row.subject[:80]}”, {row.words} since {moments.when(uow, row.received_at)}, {holder}"


def _line(uow: UnitOfWork, order: WorkOrder, sight: Sight) -> str:
    return f"{order.title}: {state_words(uow, sight)}, due {moments.when(uow, order.due_at)} ({order.number})"
