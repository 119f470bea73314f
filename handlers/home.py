"""The Home tab by role: my jobs, what waits for me, what I reported, my team's week, and the orders that need me; flat in queries."""

from typing import Any

import templates
from handlers import (
    home_approver,
    home_team,
    invoice_lists,
    mailroom_rows,
    moments,
    need_lists,
    open_work,
    order_lists,
    questions,
    work_digests,
)
from handlers.happenings import Answer, HomeOpened
from handlers.ids import value
from handlers.open_work import Job
from handlers.work_order_cards import OFFERS, Offer
from orders.people import Role
from storage.tables import WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(WorkOrder)
JOBS, JOBS_OF_OFFICE, WAITING, REQUESTS = 6, 4, 8, 4
"""How many of each are shown, so that the tab stays below its forty blocks."""
MAILROOM = (Role.STOREKEEPER, Role.BUYER, Role.ADMIN)
"""Who sees the mailroom on the tab."""


def opened(uow: UnitOfWork, what: HomeOpened) -> Answer:  # noqa: ARG001  # every handler is called alike
    """Show the Home tab of the acting person as it is now."""
    mine = open_work.is_of(uow.actor.person_id)
    buys = uow.actor.has(Role.BUYER)
    office = buys or uow.actor.has(*home_approver.DECIDES)
    jobs = open_work.listed(uow, mine, most=JOBS_OF_OFFICE if office else JOBS)
    reported = open_work.IS_OPEN & (_ORDERS.c.reported_by_id == uow.actor.person_id) & ~mine
    asked = open_work.listed(uow, reported, most=REQUESTS)
    return Answer(
        home=templates.view(
            "home",
            name=uow.actor.name,
            jobs=[_job(uow, order) for order in jobs],
            waiting=[*home_approver.further(uow), *questions.waiting_rows(uow, decided=True)][:WAITING],
            requests=[open_work.line(uow, job) for job in asked],
            digest=work_digests.is_on(uow) if uow.plant.digests.people else None,
            needs=need_lists.for_home(uow) if buys else [],
            buying=order_lists.for_home(uow) if buys else None,
            invoices=invoice_lists.for_home(uow) if uow.actor.has(Role.FINANCE) else [],
            office=office,
            mailroom=_mailroom(uow) if uow.actor.has(*MAILROOM) else [],
            **home_approver.part(uow),
            **home_team.part(uow),
        )
    )


def _job(uow: UnitOfWork, job: Job) -> dict[str, Any]:
    offer = OFFERS.get(job.phase, Offer(None)).primary
    action, label = offer or ("", "")
    return {"line": open_work.line(uow, job), "action": action, "label": label, "carried": value(job.id)}


def _mailroom(uow: UnitOfWork) -> list[str]:
    """Say how many mails wait, and name those that have waited longest with who looks after them."""
    rows = mailroom_rows.oldest_waiting(uow)
    return [f"{mailroom_rows.counts_words(uow)}", *(_mail(uow, row) for row in rows)]


def _mail(uow: UnitOfWork, row: mailroom_rows.MailRow) -> str:
    holder = f"{row.holder} looks after it" if row.holder else "nobody looks after it"
    return f"{row.who}: “{row.subject[:80]}”, {row.words} since {moments.when(uow, row.received_at)}, {holder}"
