"""How a request looks: the card in its conversation for whoever reported it, and the planners' card, both kept up to date."""

from typing import Any

import templates
from handlers import duplicates, people
from handlers.ids import is_id, value
from handlers.work_order_cards import PRIORITY_WORDS, content
from orders.requests import UNDECIDED, WAITING
from orders.work_orders import IMPACT_WORDS, Impact, urgency
from storage import cards
from storage.cards import Place
from storage.tables import Asset, Enclosure, Request, WorkOrder
from storage.unit_of_work import UnitOfWork, table

_REQUESTS = table(Request)


def thread_of(request: Request) -> Place:
    """Return where a request's conversation is: below its root message, or below its own card."""
    if request.root_ts:
        return Place(request.channel, thread_ts=request.root_ts)
    return Place(request.channel, thread_card=key_of(request))


def key_of(request: Request) -> str:
    """Return the key of the card in a request's conversation."""
    return f"rq:{request.id}"


def by_thread(uow: UnitOfWork, channel: str, ts: str) -> Request | None:
    """Return the request whose conversation hangs from this message."""
    card = cards.stands_at(uow, channel, ts)
    kind, _, number = card.key.partition(":") if card else ("", "", "")
    own = int(number) if kind == "rq" and is_id(number) else 0
    return uow.find(Request, channel=channel, root_ts=ts) or (uow.find(Request, id=own) if own else None)


def asset_of(uow: UnitOfWork, request: Request) -> Asset | None:
    """Return what a request is about, if that is known."""
    return uow.find(Asset, id=request.asset_id) if request.asset_id else None


def likely(uow: UnitOfWork, request: Request) -> list[WorkOrder]:
    """Return the open work orders that a request is likely about."""
    return duplicates.likely(uow, asset_of(uow, request), request.description, but=request.work_order_id)


def line(uow: UnitOfWork, request: Request, what: str, **values: Any) -> None:
    """Say one line in a request's conversation."""
    reporter = people.slack_id(uow, request.reported_by_id)
    given = {"number": request.number, "who": uow.actor.name, "reporter": reporter or "", **values}
    said = templates.words("request_said", what=what, **given)
    cards.say(uow, request.number, thread_of(request), {"text": str(said)})


def show(uow: UnitOfWork, request_id: int) -> None:
    """Bring both cards of a request up to date; the one in the conversation comes only where somebody has to wait or choose."""
    request = uow.get(Request, request_id)
    facts = _facts(uow, request)
    made = content(templates.card("request", **facts))
    if request.state in WAITING or request.asked_until:
        place = Place(request.channel, thread_ts=request.root_ts) if request.root_ts else Place(request.channel)
        cards.show(uow, key_of(request), request.number, place, made)
    else:
        cards.refresh(uow, key_of(request), made)
    if uow.plant.channels.planning:
        planners = content(templates.card("request_triage", **facts))
        cards.show(uow, f"{key_of(request)}:triage", request.number, Place(uow.plant.channels.planning), planners)


def show_others(uow: UnitOfWork, request: Request) -> None:
    """Bring the cards of the other undecided requests on the same asset up to date: what they may be joined to has changed."""
    if request.asset_id is None:
        return
    undecided = _REQUESTS.c.state.in_([state.value for state in UNDECIDED])
    for other in uow.all(Request, undecided, asset_id=request.asset_id):
        if other.id != request.id:
            show(uow, other.id)


def _facts(uow: UnitOfWork, request: Request) -> dict[str, Any]:
    asset = asset_of(uow, request)
    criticality = (asset.criticality if asset else "") or "B"
    order = uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None
    undecided = request.state in UNDECIDED
    return {
        "number": request.number,
        "short_number": request.number.rsplit("-", 1)[-1].lstrip("0"),
        "state": request.state,
        "title": request.title,
        "words": request.description,
        "asset": f"{asset.code} {asset.name}" if asset else "",
        "where": asset.location if asset else "",
        "priority": PRIORITY_WORDS[urgency(criticality, Impact(request.impact), request.created_at).priority],
        "why": f"{IMPACT_WORDS[Impact(request.impact)]}, criticality {criticality}",
        "reporter": people.name(uow, request.reported_by_id) if request.reported_by_id else "",
        "reported_at": request.created_at,
        "by_mail": request.mail_id is not None,
        "files": files_of(uow, request.number),
        "order": order.number if order else "",
        "reason": request.reason,
        "by": people.name(uow, request.decided_by_id) if request.decided_by_id else "Chargehand",
        "asked": request.asked_until is not None,
        "planned": bool(uow.plant.channels.planning),
        "alike": [_named(request, row) for row in likely(uow, request)] if undecided else [],
        "carried": value(request.id),
    }


def _named(request: Request, row: WorkOrder) -> tuple[str, str, str]:
    """Return what the button carries that joins a request to a work order, with that order's number and title."""
    return value(request.id, row.id), row.number, row.title


def files_of(uow: UnitOfWork, number: str) -> int:
    """Count the files that are kept with a document."""
    return uow.count(Enclosure, table(Enclosure).c.subject == number)
