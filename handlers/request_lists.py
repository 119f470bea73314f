"""Lists of requests that nobody has decided on yet, as rows of an answer or of the Home tab."""

from typing import Any

from sqlalchemy import select

from handlers import people
from orders.lifecycle import said
from orders.requests import UNDECIDED, RequestState
from storage.tables import Request, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_REQUESTS = table(Request)
LISTED = 8
"""How many are named at once."""


def waiting(uow: UnitOfWork) -> list[str]:
    """Name the requests that somebody has still to look at, the oldest first."""
    return [_row_words(uow, row) for row in _undecided(uow)]


def own(uow: UnitOfWork) -> list[str]:
    """Name those that the acting person reported and nobody has decided on."""
    return [_row_words(uow, row) for row in _undecided(uow, _REQUESTS.c.reported_by_id == uow.actor.person_id)]


def _undecided(uow: UnitOfWork, *conditions: Any) -> list[Any]:
    states = _REQUESTS.c.state.in_([state.value for state in UNDECIDED])
    return list(uow.run(select(_REQUESTS).where(states, *conditions).order_by(_REQUESTS.c.id).limit(LISTED)).all())


def _row_words(uow: UnitOfWork, request: Request) -> str:
    return f"{request.number}: {request.title}, {state_words(uow, request)}"


def state_words(uow: UnitOfWork, request: Request) -> str:
    """Say where a request stands, in a few words."""
    order = uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None
    who = people.name(uow, request.reported_by_id) if request.reported_by_id else "somebody"
    return f"{said(RequestState(request.state))}{f', {order.number}' if order else ''}, reported by {who}"
