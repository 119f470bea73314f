"""What follows from the decision on a revision: its money is held and it is mailed; dropped or refused, all that is undone; accepted, it is the order."""

import json
from dataclasses import replace

from handlers import approval_runs, order_mail, order_needs
from handlers.approval_plans import Staff, staff
from handlers.budget_bookings import reserve, settle
from handlers.order_cards import show_line
from handlers.order_closing import close_when_complete
from handlers.order_content import Dossier, Line, change, opened
from handlers.order_documents import Document, frozen
from handlers.order_revisions import BOUGHT, in_force
from orders.money import price_text
from orders.purchase_orders import OrderState, receipt_state
from orders.units import quantity_text
from storage import agreements
from storage.tables import OrderRevision, PurchaseOrderLine
from storage.unit_of_work import Note, UnitOfWork

CAUSE = "amendment"
"""What the budget's ledger calls it."""


def release(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Dossier:
    """Hold the money that an approved revision asks for, freeze its document and queue its mail for after the undo time."""
    released, document = _held(uow, dossier, known, approved_by)
    order_mail.queue(uow, released, document, waits=True)
    after = {"revision": released.order.revision, "code": document["content_hash"]}
    uow.audit(Note(released.name, "release a revision", after=after))
    return released


def tolerated(uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]) -> Dossier:
    """Take into force what the supplier has confirmed so and a rule has approved: nobody has to be told by mail."""
    released, _ = _held(uow, dossier, known, approved_by)
    return into_force(uow, released)


def _held(
    uow: UnitOfWork, dossier: Dossier, known: Staff, approved_by: list[dict[str, str]]
) -> tuple[Dossier, Document]:
    before = opened(uow, dossier.order.id)
    _hold_lines(uow, dossier)
    change(uow, dossier, state=OrderState.APPROVED.value)
    released = _with_rows(uow, dossier.reread(uow))
    reserve(uow, released, CAUSE)
    document = _document(uow, before, released, known, approved_by)
    change(uow, released, document=json.dumps(document, ensure_ascii=False))
    return released.reread(uow), document


def _hold_lines(uow: UnitOfWork, dossier: Dossier) -> None:
    """Give new lines their rows: nothing is expected on them before the supplier accepts, and their numbers stay theirs."""
    for line in dossier.lines:
        if line.id < 0:
            bought = {name: getattr(line, name) for name in BOUGHT}
            uow.add(
                PurchaseOrderLine,
                order_id=dossier.order.id,
                line=line.line,
                quantity=line.quantity,
                price=line.price,
                cost_centre_id=line.cost_centre_id,
                deliver_by=line.deliver_by,
                cancelled=line.quantity,
                dropped_in=dossier.order.revision,
                **bought,
            )


def _with_rows(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Return the same revision with the rows that its new lines were given."""
    rows = {line.line: line.id for line in opened(uow, dossier.order.id).lines}
    return replace(dossier, lines=tuple(replace(line, id=rows[line.line]) for line in dossier.lines))


def _document(
    uow: UnitOfWork, before: Dossier, released: Dossier, known: Staff, approved_by: list[dict[str, str]]
) -> Document:
    """Return the document of a revision: what it replaces, and of each changed line what it was."""
    document = frozen(uow, released, known, approved_by)
    former: Document = json.loads(before.order.document or "{}")
    was = {line.line: line for line in in_force(before).lines if not line.dropped_in}
    now = {line.line: line for line in released.lines}
    for told in document["lines"]:
        line = now[told["line"]]
        if line.dropped_in:
            told |= {"cancelled": True, "quantity": "0", "amount": "0"}
        elif line.line in was:
            told["was"] = _was(was[line.line], line, released)
        else:
            told["new"] = True
    document["charges"] = _marked(document["charges"], former.get("charges") or [])
    ordered_on = former.get("ordered_on") or document["ordered_on"]
    return {**document, "replaces": {"revision": before.order.revision, "ordered_on": ordered_on}}


def _marked(now: list[Document], former: list[Document]) -> list[Document]:
    """Return charges with what each was on the paper that is in force; one that is gone stays as nothing, so that it is seen."""
    was = {each["kind"]: each for each in former if not each.get("cancelled")}
    told = [{**each, **_changed(was.get(each["kind"]), each)} for each in now]
    gone = [each for kind, each in was.items() if kind not in {one["kind"] for one in now}]
    nothing = {"amount": "0", "taxes": [], "cancelled": True}
    return told + [{**each, **nothing, "was": {"amount": each["amount"]}} for each in gone]


def _changed(was: Document | None, now: Document) -> Document:
    if was is None:
        return {"was": {}}
    rates = [[{**tax, "amount": ""} for tax in each["taxes"]] for each in (was, now)]
    told = {"amount": was["amount"]} if was["amount"] != now["amount"] else {}
    told |= {"taxes": was["taxes"]} if rates[0] != rates[1] else {}
    return {"was": told} if told else {}


def _was(was: Line, now: Line, dossier: Dossier) -> Document:
    """Return what is printed beside a changed line."""
    told = {}
    if was.quantity != now.quantity:
        told["quantity"] = quantity_text(was.quantity)
    if was.price != now.price:
        told["unit_price"] = price_text(was.price, dossier.order.currency)
    if was.deliver_by != now.deliver_by and was.deliver_by is not None:
        told["deliver_by"] = was.deliver_by.isoformat()
    return told


def taken_back(uow: UnitOfWork, dossier: Dossier) -> None:
    """Free what an approval held, once its mail was stopped; the revision waits for its approvers again."""
    change(uow, dossier, state=OrderState.PENDING_APPROVAL.value, document="")
    settle(uow, opened(uow, dossier.order.id), CAUSE)


def ended(uow: UnitOfWork, dossier: Dossier, state: OrderState, why: str = "") -> Dossier:
    """Let a revision come to nothing: its questions are void, what it held is free, and the order in force stands."""
    approval_runs.void(uow, dossier, "superseded")
    change(uow, dossier, state=state.value, ended_at=uow.now, rejection=why)
    now = opened(uow, dossier.order.id)
    settle(uow, now, CAUSE)
    agreements.balance(uow, now.order.id)
    after = {"state": state, "revision": dossier.order.revision}
    uow.audit(Note(dossier.name, "end a revision", before={"state": dossier.state}, after=after, words=why))
    return now


def into_force(uow: UnitOfWork, dossier: Dossier) -> Dossier:
    """Make an accepted revision the order: its lines, its head, its money and its needs; returns the order as it then stands."""
    before = opened(uow, dossier.order.id)
    for line in dossier.lines:
        kept = before.line(line.id)
        if kept is None or kept == line:
            continue
        if not kept.dropped_in:
            order_needs.left_open(uow, before, kept, 0 if line.dropped_in else max(line.quantity, kept.accepted))
        _write_line(uow, line)
        if line.part_id not in {None, kept.part_id}:
            order_needs.follow_part(uow, before.shares(line.id), line.part_id)
    revision = uow.get(OrderRevision, dossier.revising)
    uow.change(OrderRevision, revision.id, state=OrderState.ACCEPTED.value, ended_at=uow.now, changed_at=uow.now)
    derived = receipt_state([(line.quantity - line.cancelled, line.accepted) for line in dossier.lines])
    head = {name: getattr(revision, name) for name in TAKEN}
    change(uow, before, state=OrderState.ACCEPTED.value, receipt_state=derived.value, **head)
    now = opened(uow, dossier.order.id)
    settle(uow, now, CAUSE)
    after = {"revision": revision.revision, "total": revision.total, "code": revision.content_hash}
    was = {"revision": before.order.revision, "total": before.order.total, "code": before.order.content_hash}
    uow.audit(Note(now.name, "amend", before=was, after=after, rule=revision.rule, words=revision.reason))
    return now


def was_sent(uow: UnitOfWork, dossier: Dossier) -> None:
    """Take into force what the supplier proposed itself, once our yes to it has gone out in writing."""
    if uow.get(OrderRevision, dossier.revising).proposal_id is not None:
        now = close_when_complete(uow, into_force(uow, dossier))
        show_line(uow, dossier.reread(uow), staff(uow))
        show_line(uow, now, staff(uow))


TAKEN = ("revision", "delivery_place", "deliver_by", "charges", "total", "content_hash", "document")
"""What the order's head takes from the revision that is in force from now on."""


def _write_line(uow: UnitOfWork, line: Line) -> None:
    values = {
        "quantity": line.quantity,
        "price": line.price,
        "tax": line.tax,
        "deliver_by": line.deliver_by,
        "cost_centre_id": line.cost_centre_id,
        "cancelled": line.cancelled,
        "dropped_in": line.dropped_in,
        "part_id": line.part_id,
        "description": line.description,
        "supplier_part": line.supplier_part,
        "gtin": line.gtin,
    }
    uow.change(PurchaseOrderLine, line.id, **values)
