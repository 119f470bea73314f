"""Mails to whoever reported a fault by mail: in the mail's own thread, what became of the report, and what is asked."""

import re
from typing import Any

import templates
from handlers import people
from handlers.order_tokens import reply_token
from handlers.plain_letters import usable_address
from handlers.staff_letters import REQUEST, StaffLetter, language_of, queue
from orders.requests import RequestState
from orders.work_orders import WorkOrderEvent
from storage import cards
from storage.cards import Place
from storage.tables import InboundMail, Person, Request, WorkOrder
from storage.unit_of_work import UnitOfWork

_SUBJECT = re.compile(r"^(?:\s*(?:re|aw|sv|antw)\s*:)+|\s*\[RQ-[^\]]*\]", re.IGNORECASE)
ENDED = {WorkOrderEvent.COMPLETE: "done", WorkOrderEvent.CANCEL: "cancelled", WorkOrderEvent.WITHDRAW: "cancelled"}
"""What of a work order's life is told to those whose request it was, and how."""
FOLLOWED = (RequestState.ACCEPTED, RequestState.TO_REVIEW, RequestState.DUPLICATE)


def tell(uow: UnitOfWork, request: Request, what: str, **values: Any) -> None:
    """Answer the mail by which a request came; nothing happens for one that came by Slack."""
    person = uow.find(Person, id=request.reported_by_id) if request.reported_by_id else None
    to = usable_address(person.email) if person is not None else None
    if request.mail_id is None or person is None or not to or not uow.plant.mail.address:
        return
    written = _SUBJECT.sub("", uow.get(InboundMail, request.mail_id).subject).strip()
    given = {"number": request.number, "title": request.title, "plant": uow.plant.name, "written": written, **values}
    shown = {"order": "", "due": "", "reason": "", "left": [], "files": 0, **given}
    note = templates.note("request_letter", language=language_of(uow, person), what=what, **shown)
    reply_to = reply_token(uow.plant, request.number)
    queue(uow, StaffLetter(to, request.number, note, REQUEST, reply_to=reply_to, answers=request.message_id))


def followed(uow: UnitOfWork, order: WorkOrder, event: WorkOrderEvent) -> None:
    """Tell those whose requests a work order answers how it ended: by mail, or in the thread of a report that was joined."""
    what = ENDED.get(event)
    for request in uow.all(Request, work_order_id=order.id) if what else ():
        if request.state not in FOLLOWED:
            continue
        tell(uow, request, what or "", order=order.number, reason=order.remedy)
        if request.state == RequestState.DUPLICATE and request.root_ts:
            reporter = people.slack_id(uow, request.reported_by_id) or ""
            given = {"number": request.number, "who": uow.actor.name, "reporter": reporter, "order": order.number}
            said = templates.words("request_said", what=f"order_{what}", reason=order.remedy, **given)
            cards.say(uow, request.number, Place(request.channel, thread_ts=request.root_ts), {"text": str(said)})
