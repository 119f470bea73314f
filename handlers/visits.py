"""Outside help: a work order goes to a contractor by mail, their answers come back into its thread, a person accepts the work."""

import json
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.parser import BytesHeaderParser
from typing import Any

import templates
from handlers import people, photos, waiting_for, work_orders
from handlers.delivery_notices import Taken
from handlers.finding import work_order
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.mail_readings import Unsure
from handlers.mail_texts import above_quotes, header, own_text
from handlers.order_cards import content_of
from handlers.order_content import Dossier, Line, locked, opened, order_named
from handlers.order_tokens import reply_token, token_number
from handlers.plain_letters import PlainLetter, queue, usable_address
from handlers.receipt_posting import post
from handlers.supplier_contacts import recipient
from handlers.supplier_holds import check_free
from handlers.visit_days import day_in, time_in
from orders.contacts import Matter
from orders.errors import AlreadyDone, NotYours, Unlawful
from orders.people import Actor, Role
from orders.purchase_orders import RECEIVABLE
from orders.receiving import Count, ReceiptDocState
from orders.visits import OPEN, VISITS, VisitEvent, VisitState, heard
from orders.work_orders import OPEN as OPEN_JOBS
from storage import attachments, cards, numbering
from storage.tables import (
    Asset,
    Enclosure,
    InboundMail,
    PurchaseOrderLine,
    Receipt,
    ReceiptLine,
    Supplier,
    Visit,
    WorkOrder,
)
from storage.unit_of_work import Note, UnitOfWork, table

PURPOSE = "visit_request"
MOST = 1500
HEAD = 65_536
MACHINES = frozenset({"auto_reply", "bounce"})


def typed(uow: UnitOfWork, written: str, rest: str) -> Answer:
    """Take ``outside WO-412 PO-118 bring a lift``: send the work order to whom the service is ordered from."""
    if not uow.actor.has(Role.SUPERVISOR, Role.BUYER):
        who = people.names(uow, Role.SUPERVISOR, Role.BUYER)
        raise NotYours(roles="supervisors and buyers", what="send a job outside", who=f"Ask {who}.")
    number, _, words = rest.strip().partition(" ")
    if not written or not number:
        raise Unlawful(why="Say which job and which order pays for it, for instance `outside WO-412 PO-118`.")
    job = uow.lock(WorkOrder, work_order(uow, written).id)
    if job.state not in OPEN_JOBS:
        raise Unlawful(why=f"{job.number} is {job.state.replace('_', ' ')}, so nobody is sent to it.")
    dossier = locked(uow, order_named(uow, number).id)
    line = _service_line(uow, dossier)
    visit = _asked(uow, job, dossier, line, words.strip() or job.title)
    _send(uow, visit, job, dossier)
    waiting_for.contractor_asked(uow, job, visit.supplier_id)
    _show(uow, visit, job, dossier)
    said = {"number": job.number, "supplier": dossier.supplier_name, "order": dossier.name}
    return Answer(private=templates.words("visit_said", what="asked", **said))


def _service_line(uow: UnitOfWork, dossier: Dossier) -> Line:
    """Return the open service line of an order that the supplier has; refuses everything that nobody has approved."""
    check_free(dossier.supplier)
    if dossier.state not in RECEIVABLE:
        state = dossier.state.value.replace("_", " ")
        raise Unlawful(why=f"{dossier.name} is {state}. The service has to be ordered before anybody is sent.")
    line = next((each for each in dossier.lines if each.open and each.part_id is None), None)
    if line is None:
        raise Unlawful(why=f"{dossier.name} has no service that is still open.")
    taken = next((row for row in uow.all(Visit, order_line_id=line.id) if row.state in OPEN), None)
    if taken is not None:
        who, when = people.name(uow, taken.asked_by_id), f"{taken.asked_at.astimezone(uow.plant.zone):%d %b %H:%M}"
        raise AlreadyDone(what=f"The service of {dossier.name} was sent to a job", who=who, when=when)
    return line


def _asked(uow: UnitOfWork, job: WorkOrder, dossier: Dossier, line: Line, words: str) -> Visit:
    given = {"work_order_id": job.id, "order_line_id": line.id, "supplier_id": dossier.order.supplier_id}
    said = {"state": VisitState.ASKED.value, "description": words[:MOST]}
    number = uow.add(Visit, **given, **said, asked_by_id=uow.actor.person_id, asked_at=uow.now)
    uow.audit(Note(job.number, "ask contractor", after={"order": dossier.name, "visit": number}, words=words[:MOST]))
    return uow.get(Visit, number)


def _send(uow: UnitOfWork, visit: Visit, job: WorkOrder, dossier: Dossier) -> None:
    """Queue the mail that carries the work order, with its safety notes."""
    supplier = dossier.supplier
    asset = uow.find(Asset, id=job.asset_id) if job.asset_id is not None else None
    to = recipient(uow, supplier, Matter.SERVICE)
    if usable_address(to.email) is None:
        raise Unlawful(why=f"{dossier.supplier_name} has no address that a work order can be mailed to.")
    asker = people.name(uow, visit.asked_by_id)
    text = templates.mail(
        PURPOSE,
        document=to.reads(json.loads(dossier.order.document)),
        job=job.number,
        title=job.title,
        asset=f"{asset.name} ({asset.code})" if asset is not None else "",
        location=asset.location if asset is not None else "",
        safety=asset.safety if asset is not None else "",
        due=job.due_at.astimezone(uow.plant.zone).date().isoformat(),
        words=visit.description,
        asker=asker,
    )
    letter = PlainLetter(
        to.email, text, PURPOSE, f"visit:{visit.id}", reply_token(uow.plant, job.number), order_id=dossier.order.id
    )
    queue(uow, letter)


def taken(uow: UnitOfWork, mail: InboundMail, said: dict[str, Any], supplier: Supplier | None) -> Taken | None:
    """Take a contractor's answer to a work order's own address into its thread; None for a mail to no such address.

    Raises ``Unsure`` where somebody else, or somebody unproven, writes to it.
    """
    raw = attachments.content(uow, mail.attachment_id)
    # Only the older parser reads the heads of mails that are hardly any.
    head = BytesHeaderParser().parsebytes(raw[:HEAD])
    number = token_number(uow.plant, f"{header(head, 'To')} {header(head, 'Cc')}")
    job = uow.find(WorkOrder, number=number) if number else None
    if job is None or said["kind"] in MACHINES:
        return None
    visit = _of(uow, job, supplier)
    if visit is None or supplier is None or mail.trust != "verified" or supplier.held:
        raise Unsure(f"it was written to the address of {job.number}, and it is not proven who wrote it")
    _heard(uow, visit, job, mail, own_text(raw))
    kept, _ = photos.from_mail(uow, job.number, message_from_bytes(raw))
    if kept:
        _show(uow, uow.get(Visit, visit.id), job, _order(uow, visit))
    text = above_quotes(own_text(raw))[:MOST]
    line = templates.words("visit_heard", supplier=supplier.name, wrote=text, photos=kept)
    cards.say(uow, job.number, work_orders.thread_of(uow, job), {"text": str(line)})
    return Taken("settled", None, f"an answer about {job.number}, told in its thread")


def _of(uow: UnitOfWork, job: WorkOrder, supplier: Supplier | None) -> Visit | None:
    """Return the newest visit of a supplier to a job, locked."""
    rows = uow.all(Visit, work_order_id=job.id, supplier_id=supplier.id) if supplier is not None else []
    return uow.lock(Visit, rows[-1].id) if rows else None


def _heard(uow: UnitOfWork, visit: Visit, job: WorkOrder, mail: InboundMail, text: str) -> None:
    """Follow what the contractor says as far as it is plain; a day counts where one alone is named."""
    own = above_quotes(text)[:MOST]
    supplier = uow.get(Supplier, visit.supplier_id)
    written = mail.received_at.astimezone(uow.plant.zone).date()
    event, day = heard(own), day_in(own, locale=supplier.locale or supplier.language, written=written)
    state = VisitState(visit.state)
    if event is not None and VISITS.step(state, event) is None:
        event = None
    actor = Actor(None, supplier.name, frozenset({Role.SUPPLIER}))
    target = VisitState(VISITS.follow(state, event, actor, subject=job.number)) if event is not None else state
    values: dict[str, Any] = {"state": target.value, "answered_at": uow.now, "version": visit.version + 1}
    comes = target is VisitState.AGREED and event is not VisitEvent.FINISH
    values |= {"planned_on": day} if day is not None and comes else {}
    values |= (
        {"planned_at": time_in(own)}
        if comes and (day is not None or visit.planned_on is not None) and time_in(own)
        else {}
    )
    values |= {"done_at": uow.now} if event is VisitEvent.FINISH else {}
    uow.change(Visit, visit.id, **values)
    after = {"state": target, "mail": mail.id, "planned_on": day}
    uow.audit(Note(job.number, "contractor wrote", before={"state": state}, after=after, words=own[:MOST]))
    _show(uow, uow.get(Visit, visit.id), job, _order(uow, visit))


def _order(uow: UnitOfWork, visit: Visit) -> Dossier | None:
    line = uow.find(PurchaseOrderLine, id=visit.order_line_id) if visit.order_line_id is not None else None
    return opened(uow, line.order_id) if line is not None else None


def _show(uow: UnitOfWork, visit: Visit, job: WorkOrder, dossier: Dossier | None) -> None:
    """Bring the card about a visit up to date in the job's thread."""
    supplier = uow.get(Supplier, visit.supplier_id)
    card = templates.card(
        "visit",
        state=visit.state,
        number=job.number,
        title=job.title,
        supplier=supplier.name,
        order=dossier.name if dossier is not None else "",
        planned_on=visit.planned_on,
        planned_at=visit.planned_at,
        photos=uow.count(Enclosure, table(Enclosure).c.subject == job.number),
        words=visit.description,
        by=people.name(uow, visit.accepted_by_id),
        asked_by=people.name(uow, visit.asked_by_id),
        phone=supplier.phone,
        value=value(visit.id),
    )
    cards.show(uow, f"visit:{visit.id}", job.number, work_orders.thread_of(uow, job), content_of(card))


def accept(uow: UnitOfWork, click: Click) -> Answer:
    """Accept a contractor's work: a person of ours says that it is as ordered, and that is its receipt."""
    visit, job = _decided(uow, click, VisitEvent.TAKE_OVER)
    dossier = _order(uow, visit)
    uow.change(Visit, visit.id, accepted_by_id=uow.actor.person_id, accepted_at=uow.now)
    if dossier is not None:
        _receive(uow, locked(uow, dossier.order.id), visit)
    waiting_for.contractor_done(uow, job.id, visit.supplier_id)
    _show(uow, uow.get(Visit, visit.id), job, dossier)
    return Answer(private=templates.words("visit_said", what="accepted", number=job.number, supplier="", order=""))


def send_back(uow: UnitOfWork, click: Click) -> Answer:
    """Say that a contractor's work is not done: it stays asked of them, and nothing is received."""
    visit, job = _decided(uow, click, VisitEvent.SEND_BACK)
    _show(uow, uow.get(Visit, visit.id), job, _order(uow, visit))
    return Answer(private=templates.words("visit_said", what="sent_back", number=job.number, supplier="", order=""))


def _decided(uow: UnitOfWork, click: Click, event: VisitEvent) -> tuple[Visit, WorkOrder]:
    visit = uow.lock(Visit, *numbers(click.value, 1))
    job = uow.get(WorkOrder, visit.work_order_id)
    subject = f"The work of {uow.get(Supplier, visit.supplier_id).name} on {job.number}"
    target = VISITS.follow(VisitState(visit.state), event, uow.actor, subject=subject)
    uow.change(Visit, visit.id, state=target.value, version=visit.version + 1)
    uow.audit(Note(job.number, event.value, before={"state": visit.state}, after={"state": target, "visit": visit.id}))
    return visit, job


def _receive(uow: UnitOfWork, dossier: Dossier, visit: Visit) -> None:
    """Post the receipt of a service; whoever approved or asked for the order still cannot, as with goods."""
    line = dossier.line(visit.order_line_id or 0)
    if line is None or not line.open:
        return
    number = uow.add(
        Receipt, number=numbering.draw(uow, "receipt"), order_id=dossier.order.id,
        state=ReceiptDocState.PROPOSED.value, created_at=uow.now, note="Accepted on the job.",
    )  # fmt: skip
    uow.add(ReceiptLine, receipt_id=number, order_line_id=line.id, rejected=0)
    actor = uow.actor
    uow.actor = replace(actor, roles=actor.roles | {Role.STOREKEEPER})
    try:
        post(uow, uow.get(Receipt, number), dossier, {line.id: Count(line.open)})
    finally:
        uow.actor = actor


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.VISIT_ACCEPT: accept,
    Action.VISIT_BACK: send_back,
}
