"""The request from report to work order: taken in, accepted, asked about, joined, rejected or taken back."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from handlers import closing, duplicates, ids, moments, people, photos, reports, request_letters, wording
from handlers import request_cards as shown
from handlers.finding import Spotted
from handlers.reports import Reading, Report
from handlers.work_order_cards import line
from handlers.work_order_steps import locked
from orders.errors import NotYours, OldCard, Unlawful
from orders.people import CHARGEHAND, Role
from orders.requests import REQUESTS, UNDECIDED, RequestEvent, RequestState, Way, way_of
from orders.work_orders import OPEN, Impact, WorkOrderState, check_reason
from storage import numbering
from storage.tables import Asset, InboundMail, Request, WorkOrder
from storage.unit_of_work import Note, UnitOfWork, table

_REQUESTS = table(Request)
ASKED_FOR = timedelta(minutes=30)
"""How long an answer is waited for whether a report is the same as another; then it counts as one of its own."""
_E = RequestEvent


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report at once: its work order, or the request that somebody has to look at, or both."""

    order: WorkOrder | None
    request: Request | None = None


def take_in(uow: UnitOfWork, report: Report, mail: InboundMail | None = None) -> Taken:
    """Make a work order of a report at once, or keep it as a request that somebody decides on."""
    read = reports.read(uow, report)
    alike = duplicates.likely(uow, read.spotted.asset, read.said)
    planned = bool(uow.plant.channels.planning)
    way = way_of(read.criticality, read.impact, planned=planned, alike=bool(alike))
    if way is Way.AT_ONCE and not planned and not alike and mail is None:
        known = replace(report, asset=read.spotted, impact=read.impact, guessed=read.guessed)
        return Taken(reports.open_order(uow, known))
    request = _written(uow, report, read, mail)
    if alike:
        uow.change(Request, request.id, asked_until=uow.now + ASKED_FOR)
    photos.fetch(uow, request.number, report.files)
    if way is Way.AT_ONCE:
        _make_by_rule(uow, request, stays_open=planned or bool(alike))
    shown.show(uow, request.id)
    request = uow.get(Request, request.id)
    return Taken(uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None, request)


def _written(uow: UnitOfWork, report: Report, read: Reading, mail: InboundMail | None) -> Request:
    number = numbering.draw(uow, "request")
    request_id = uow.add(
        Request, number=number, title=read.title, description=report.text.strip()[: reports.TEXT_MOST],
        asset_id=read.asset_id, unlisted=report.unlisted, impact=read.impact.value, guessed=read.guessed,
        state=RequestState.NEW.value, reported_by_id=uow.actor.person_id, channel=report.channel, root_ts=report.root_ts,
        mail_id=mail.id if mail else None, message_id=mail.message_id if mail else "", created_at=uow.now,
    )  # fmt: skip
    uow.audit(Note(number, "reported", after={"impact": read.impact.value}, words=read.said))
    return uow.get(Request, request_id)


def _make_by_rule(uow: UnitOfWork, request: Request, *, stays_open: bool) -> None:
    """Make the work order of a request that cannot wait; somebody looks at it afterwards where it ``stays_open``."""
    actor, uow.actor = uow.actor, CHARGEHAND
    order = _make(uow, request)
    event = _E.MAKE_AT_ONCE if stays_open else _E.ACCEPT
    _follow(uow, request, event, work_order_id=order.id)
    uow.actor = actor


def _make(uow: UnitOfWork, request: Request) -> WorkOrder:
    """Make the work order of a request in the same conversation, with its words and its files."""
    asset = uow.find(Asset, id=request.asset_id) if request.asset_id else None
    order = reports.open_order(
        uow,
        Report(
            request.description, request.channel, request.root_ts, asset=Spotted(asset) if asset else None,
            impact=Impact(request.impact), unlisted=request.unlisted, reporter_id=request.reported_by_id,
            reported_at=request.created_at, guessed=request.guessed if asset else None,
        ),
    )  # fmt: skip
    uow.change(Request, request.id, work_order_id=order.id)
    photos.carry(uow, request.number, order.number)
    return order


def carried(uow: UnitOfWork, value: str) -> Request:
    """Return, locked, the request that a button or a form carries; raises ``OldCard`` for one that is not there."""
    return locked_request(uow, *ids.numbers(value, 1))


def locked_request(uow: UnitOfWork, request_id: int) -> Request:
    """Return a request and keep everybody else from changing it; raises ``OldCard`` for one that is not there."""
    try:
        return uow.lock(Request, request_id)
    except LookupError:
        raise OldCard from None


def check(uow: UnitOfWork, request: Request, event: RequestEvent) -> RequestState:
    """Return the state after the event; raises ``NotPossible``, or ``NotYours`` with the names of those who may."""
    try:
        target = REQUESTS.follow(RequestState(request.state), event, uow.actor, subject=request.number)
    except NotYours as refused:
        who = people.names(uow, Role.SUPERVISOR)
        raise NotYours(**{**refused.values, "subject": request.number, "who": f"Ask {who}." if who else ""}) from None
    return RequestState(target)


def _follow(uow: UnitOfWork, request: Request, event: RequestEvent, words: str = "", **values: Any) -> None:
    """Take a lawful step: write the new state with whatever else changes, and note it."""
    target = check(uow, request, event)
    decided = {"decided_by_id": uow.actor.person_id, "decided_at": uow.now, "version": request.version + 1}
    asked = {} if target in UNDECIDED else {"asked_until": None}
    uow.change(Request, request.id, state=target.value, **asked, **decided, **values)
    uow.audit(
        Note(request.number, event.value, {"state": request.state}, {"state": target.value, **values}, words=words)
    )


def accept(uow: UnitOfWork, request: Request) -> WorkOrder:
    """Make the work order of a locked request, or say that the one that was made at once is right."""
    check(uow, request, _E.ACCEPT)
    order = uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None
    made = order or _make(uow, request)
    _follow(uow, request, _E.ACCEPT, work_order_id=made.id)
    if order is None:
        opened_told(uow, request, made)
    _seen(uow, request)
    return uow.get(WorkOrder, made.id)


def opened_told(uow: UnitOfWork, request: Request, order: WorkOrder, **more: Any) -> None:
    """Tell whoever reported by mail that the work order is open, and when it is due."""
    request_letters.tell(uow, request, "opened", order=order.number, due=moments.when(uow, order.due_at), **more)


def reject(uow: UnitOfWork, request: Request, reason: str) -> None:
    """Say that nothing will be done about a locked request, and why; a work order that was made at once is cancelled."""
    check(uow, request, _E.REJECT)
    why = check_reason(reason, request.number)
    _follow(uow, request, _E.REJECT, why, reason=why)
    _end_order(uow, request, why)
    shown.line(uow, request, "rejected", reason=why)
    request_letters.tell(uow, request, "rejected", reason=why)
    _seen(uow, request)


def _end_order(uow: UnitOfWork, request: Request, why: str) -> None:
    """Cancel the work order that was made of a request, unless it has ended already."""
    order = locked(uow, request.work_order_id) if request.work_order_id else None
    if order is None or WorkOrderState(order.state) not in OPEN:
        return
    actor = uow.actor
    if order.state in {WorkOrderState.DRAFT, WorkOrderState.READY}:
        # Nobody has it yet, so whoever may decide on the report may end what came of it.
        uow.actor = replace(actor, roles=actor.roles | {Role.SUPERVISOR})
    closing.cancel_order(uow, order, why)
    uow.actor = actor


def join(uow: UnitOfWork, request: Request, order: WorkOrder) -> None:
    """Say that a locked request is about what another open work order is about; its words and files go there."""
    _as_reporter(uow, request, _E.JOIN)
    if WorkOrderState(order.state) not in OPEN or order.id == request.work_order_id:
        raise Unlawful(why=f"{order.number} is not open any more. Choose another, or let this be one of its own.")
    _follow(uow, request, _E.JOIN, work_order_id=order.id)
    _end_order(uow, request, f"the same as {order.number}")
    who = people.name(uow, request.reported_by_id) if request.reported_by_id else "Somebody"
    line(uow, order, "reported_again", reporter=who, words=request.description[:1500])
    uow.audit(Note(order.number, "reported again", after={"request": request.number}, words=request.description))
    photos.carry(uow, request.number, order.number, shown=True)
    shown.line(uow, request, "joined", order=order.number, title=order.title)
    request_letters.tell(uow, request, "joined", order=order.number)
    _seen(uow, request)


def _as_reporter(uow: UnitOfWork, request: Request, event: RequestEvent) -> None:
    """Let whoever reported something speak for it, whatever else they are; refuse others who are no technicians or planners."""
    own = request.reported_by_id is not None and request.reported_by_id == uow.actor.person_id
    if own and not uow.actor.has(Role.OPERATOR):
        uow.actor = replace(uow.actor, roles=uow.actor.roles | {Role.OPERATOR})
    check(uow, request, event)
    if own or uow.actor.has(Role.TECHNICIAN, Role.SUPERVISOR, Role.SYSTEM):
        return
    who = people.name(uow, request.reported_by_id)
    raise NotYours(
        roles="whoever reported it, or a supervisor,", what="do this", who=f"{who} can.", subject=request.number
    )


def ask(uow: UnitOfWork, request: Request, question: str) -> None:
    """Ask whoever reported something; the answer brings the request back."""
    check(uow, request, _E.ASK)
    words = check_reason(question, request.number)
    _follow(uow, request, _E.ASK, words, reason=words)
    shown.line(uow, request, "asked", reason=words)
    request_letters.tell(uow, request, "asked", reason=words)
    _seen(uow, request)


def told_more(uow: UnitOfWork, request: Request, words: str) -> bool:
    """Add what somebody says in a request's conversation; say whether it was an answer, or the reporter's telling more."""
    answers = request.state == RequestState.NEEDS_INFORMATION and uow.actor.person_id != request.decided_by_id
    own = request.reported_by_id is not None and request.reported_by_id == uow.actor.person_id
    more = own and bool(words.strip()) and not wording.is_thanks(words)
    if more and request.state == RequestState.DUPLICATE:
        _pass_on(uow, request, words)
        return True
    if not words.strip() or not (answers or (more and request.state == RequestState.NEW)):
        return False
    told = f"{request.description}\n{uow.actor.name}: {words.strip()}"[: reports.TEXT_MOST]
    values: dict[str, Any] = {"description": told}
    if request.asset_id is None:
        read = reports.read(uow, Report(told, request.channel, impact=Impact(request.impact)))
        values |= {"asset_id": read.asset_id, "guessed": read.guessed}
    if answers:
        _answered(uow, request, words, values)
    else:
        uow.change(Request, request.id, version=request.version + 1, **values)
        uow.audit(Note(request.number, "told more", words=words.strip()))
    shown.show(uow, request.id)
    return True


def _pass_on(uow: UnitOfWork, request: Request, words: str) -> None:
    """Say what the reporter of a joined request tells where the other work order is spoken of."""
    order = uow.get(WorkOrder, request.work_order_id)
    line(uow, order, "reported_again", reporter=uow.actor.name, words=words.strip()[:1500])
    uow.audit(Note(order.number, "told more", after={"request": request.number}, words=words.strip()))


def _answered(uow: UnitOfWork, request: Request, words: str, values: dict[str, Any]) -> None:
    actor = uow.actor
    uow.actor = replace(actor, roles=actor.roles | {Role.OPERATOR})
    _follow(uow, request, _E.ANSWER, words.strip(), **values)
    uow.actor = actor


def withdraw(uow: UnitOfWork, request: Request) -> None:
    """Take back one's own locked request, before anybody has accepted it."""
    _as_reporter(uow, request, _E.WITHDRAW)
    if request.reported_by_id != uow.actor.person_id:
        who = people.name(uow, request.reported_by_id)
        raise NotYours(roles="whoever reported it", what="take it back", who=f"{who} can.", subject=request.number)
    _follow(uow, request, _E.WITHDRAW)
    shown.line(uow, request, "withdrawn")
    request_letters.tell(uow, request, "withdrawn")
    _seen(uow, request)


def another(uow: UnitOfWork, request: Request) -> WorkOrder | None:
    """Say that a locked request is a fault of its own; returns its work order, unless the planners decide on it."""
    _as_reporter(uow, request, _E.JOIN)
    return go_on(uow, request)


def go_on(uow: UnitOfWork, request: Request) -> WorkOrder | None:
    """Go on with a locked request as with any other: nobody said that it is the same as another."""
    uow.change(Request, request.id, asked_until=None)
    request = uow.get(Request, request.id)
    planned = bool(uow.plant.channels.planning)
    asset = shown.asset_of(uow, request)
    way = way_of((asset.criticality if asset else "") or "B", Impact(request.impact), planned=planned, alike=False)
    if request.state == RequestState.NEW and way is Way.AT_ONCE:
        _make_by_rule(uow, request, stays_open=planned)
        made = uow.get(Request, request.id)
        opened_told(uow, made, uow.get(WorkOrder, made.work_order_id))
    elif request.state == RequestState.TO_REVIEW and not planned:
        actor, uow.actor = uow.actor, CHARGEHAND
        _follow(uow, request, _E.ACCEPT)
        uow.actor = actor
    _seen(uow, request)
    request = uow.get(Request, request.id)
    return uow.find(WorkOrder, id=request.work_order_id) if request.work_order_id else None


def _seen(uow: UnitOfWork, request: Request) -> None:
    """Bring every card up to date that shows the request, or may show what came of it."""
    shown.show(uow, request.id)
    shown.show_others(uow, request)


def due(uow: UnitOfWork) -> list[int]:
    """Return the requests about which nobody said in time whether they are the same as another."""
    return [row.id for row in uow.all(Request, _REQUESTS.c.asked_until <= uow.now)]


def tend(uow: UnitOfWork, request_id: int) -> None:
    """Go on with a request that nobody spoke about in time."""
    request = uow.lock(Request, request_id)
    if request.asked_until is not None:
        go_on(uow, request)
