"""What people do with requests: the planners' buttons and forms, the reporter's, and the same as typed words."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

import templates
from handlers import finding, ids, request_lists, requests
from handlers.happenings import NOTHING, Answer, Click, Submission
from handlers.ids import Action, Callback
from handlers.questions import answer
from handlers.requests import carried, locked_request
from handlers.work_order_steps import Table, locked
from orders.errors import NotKnown, Unlawful
from orders.people import Role
from orders.requests import RequestEvent
from orders.work_orders import OPEN
from storage.tables import Request, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_ORDERS = table(WorkOrder)
MORE = "More: `requests 12 accept`, `requests 12 reject because …`, `requests 12 ask …`, `requests 12 same 412`"
MOST_OFFERED = 50
"""How many open work orders are offered to be joined."""


def accept(uow: UnitOfWork, what: Click) -> Answer:
    """Accept a request: its work order is made, or stands."""
    return _opened(requests.accept(uow, carried(uow, what.value)))


def _opened(order: WorkOrder) -> Answer:
    return Answer(private=templates.Mrkdwn.escape(f"{order.number} is open: {order.title}."))


def reject(uow: UnitOfWork, what: Click) -> Answer:
    """Ask why nothing shall be done."""
    return _form(uow, what, RequestEvent.REJECT)


def ask(uow: UnitOfWork, what: Click) -> Answer:
    """Ask what the reporter shall be asked."""
    return _form(uow, what, RequestEvent.ASK)


def _form(uow: UnitOfWork, what: Click, event: RequestEvent) -> Answer:
    request = carried(uow, what.value)
    requests.check(uow, request, event)
    given = {"carried": what.value, "number": request.number, "title": request.title}
    return Answer(modal=templates.view("request_reason_form", kind=event.value, **given))


def rejected(uow: UnitOfWork, what: Submission) -> Answer:
    """Reject with the reason that was written."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write why, in a few words."})
    requests.reject(uow, carried(uow, what.private), what.field("reason"))
    return NOTHING


def asked(uow: UnitOfWork, what: Submission) -> Answer:
    """Ask the reporter what was written."""
    if not what.field("reason"):
        return Answer(errors={"reason": "Write what you want to know."})
    requests.ask(uow, carried(uow, what.private), what.field("reason"))
    return NOTHING


def join(uow: UnitOfWork, what: Click) -> Answer:
    """Join a request to the work order that was proposed on a button."""
    request_id, order_id = ids.numbers(what.value, 2)
    request, order = locked_request(uow, request_id), locked(uow, order_id)
    requests.join(uow, request, order)
    return Answer(private=templates.Mrkdwn.escape(f"Joined to {order.number}: {order.title}."))


def duplicate(uow: UnitOfWork, what: Click) -> Answer:
    """Ask which open work order a request is the same as; those on its asset come first."""
    request = carried(uow, what.value)
    requests.check(uow, request, RequestEvent.JOIN)
    rows = _joinable(uow, request)
    if not rows:
        raise Unlawful(why="No other work order is open, so there is nothing that this could be joined to.")
    given = {"carried": what.value, "number": request.number, "title": request.title}
    options = [(str(row.id), f"{row.number}: {row.title}") for row in rows]
    return Answer(modal=templates.view("request_join_form", options=options, **given))


def _joinable(uow: UnitOfWork, request: Request) -> list[Any]:
    still = _ORDERS.c.state.in_([state.value for state in OPEN])
    query = select(_ORDERS.c.id, _ORDERS.c.number, _ORDERS.c.title).where(
        still, _ORDERS.c.id != (request.work_order_id or 0)
    )
    newest = query.order_by(_ORDERS.c.id.desc()).limit(MOST_OFFERED)
    same = list(uow.run(newest.where(_ORDERS.c.asset_id == request.asset_id)).all()) if request.asset_id else []
    known = {row.id for row in same}
    return [*same, *(row for row in uow.run(newest).all() if row.id not in known)][:MOST_OFFERED]


def joined(uow: UnitOfWork, what: Submission) -> Answer:
    """Join to the work order that was chosen."""
    if not ids.is_id(what.field("order")):
        return Answer(errors={"order": "Choose the work order that it is the same as."})
    request = carried(uow, what.private)
    requests.join(uow, request, locked(uow, int(what.field("order"))))
    return NOTHING


def another(uow: UnitOfWork, what: Click) -> Answer:
    """Say that it is another fault."""
    order = requests.another(uow, carried(uow, what.value))
    return _opened(order) if order is not None else Answer(private="Thank you. The planners decide on it.")


def withdraw(uow: UnitOfWork, what: Click) -> Answer:
    """Take one's own request back."""
    request = carried(uow, what.value)
    requests.withdraw(uow, request)
    return Answer(private=f"{request.number} is taken back. Nothing will be done.")


# -- typed

_TYPED = re.compile(
    r"#?(?P<number>(?:rq[\s-]*)?[\d-]+)[\s:,]*(?P<deed>\w+)?[\s:,]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_LEADING = re.compile(r"^(?:because|since|weil|as|wie)\b\s*", re.IGNORECASE)


def typed(uow: UnitOfWork, written: str) -> Answer:
    """Answer ``requests`` with those that wait, and ``requests 12 accept`` as the button would."""
    found = _TYPED.fullmatch(written.strip())
    if found is None:
        return _listed(uow)
    request = finding.numbered(uow, Request, "request", found["number"])
    if request is None:
        raise NotKnown(kind="request", written=found["number"], hint="Type `requests` to see those that wait.")
    deed = DEEDS.get((found["deed"] or "").casefold())
    if deed is None:
        return answer(
            f"{request.number}: {request.title}", [request_lists.state_words(uow, request), request.description]
        )
    return deed(uow, locked_request(uow, request.id), found["rest"])


def _listed(uow: UnitOfWork) -> Answer:
    rows = (request_lists.waiting if uow.actor.has(Role.SUPERVISOR) else request_lists.own)(uow)
    return answer("Requests", rows or ["No request waits."], MORE)


def _reject(uow: UnitOfWork, request: Request, rest: str) -> Answer:
    requests.reject(uow, request, _LEADING.sub("", rest))
    return Answer(private=f"{request.number} is rejected.")


def _ask(uow: UnitOfWork, request: Request, rest: str) -> Answer:
    requests.ask(uow, request, rest)
    return Answer(private=f"The reporter of {request.number} is asked.")


def _same(uow: UnitOfWork, request: Request, rest: str) -> Answer:
    order = locked(uow, finding.work_order(uow, _LEADING.sub("", rest)).id)
    requests.join(uow, request, order)
    return Answer(private=templates.Mrkdwn.escape(f"Joined to {order.number}: {order.title}."))


def _withdraw(uow: UnitOfWork, request: Request, rest: str) -> Answer:  # noqa: ARG001  # every deed is called alike
    requests.withdraw(uow, request)
    return Answer(private=f"{request.number} is taken back. Nothing will be done.")


Deed = Callable[[UnitOfWork, Request, str], Answer]
_BY_WORD: dict[Deed, tuple[str, ...]] = {
    lambda uow, request, rest: _opened(requests.accept(uow, request)): ("accept", "annehmen"),  # noqa: ARG005  # see above
    _reject: ("reject", "ablehnen"),
    _ask: ("ask", "fragen"),
    _same: ("same", "duplicate", "join", "gleich"),
    _withdraw: ("withdraw", "zurück", "zurueck"),
}
DEEDS = {word: deed for deed, words in _BY_WORD.items() for word in words}
"""What may be done with a request in typed words, in English and German."""

CLICKS: Table = {
    Action.REQUEST_ACCEPT: accept,
    Action.REQUEST_REJECT: reject,
    Action.REQUEST_ASK: ask,
    Action.REQUEST_JOIN: join,
    Action.REQUEST_DUPLICATE: duplicate,
    Action.REQUEST_ANOTHER: another,
    Action.REQUEST_WITHDRAW: withdraw,
}
SUBMISSIONS: Table = {
    Callback.REJECT_REQUEST: rejected,
    Callback.ASK_REPORTER: asked,
    Callback.JOIN_REQUEST: joined,
}
