"""Receiving: a delivery is proposed from a notice or by the store, counted by a storekeeper, and posted once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

import templates
from handlers import cancelling, late_deliveries, over_deliveries, receipt_counts
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.mail_texts import shown_mail
from handlers.order_closing import discard
from handlers.order_content import Dossier, Line, locked, opened, order_named
from handlers.receipt_cards import Delivery, delivery, show_delivery, taken_in
from handlers.receipt_checks import Named, check_open, excess
from handlers.receipt_counts import Counts
from handlers.receipt_posting import post
from orders.agreements import check_buys
from orders.errors import NotYours, TooMuch, Unlawful
from orders.people import Role
from orders.purchase_orders import OrderKind
from orders.receiving import Count, ReceiptDocState, check_receivable
from orders.units import quantity_text, unit_word
from storage import numbering
from storage.prepared import Prepared
from storage.tables import DeliveryNotice, DeliveryNoticeLine, PurchaseOrderLine, Receipt, ReceiptLine
from storage.unit_of_work import Note, UnitOfWork, table

_ORDER_LINES, _CLAIMS = table(PurchaseOrderLine), table(DeliveryNoticeLine)
_ORDERS_CLAIMED = Prepared(
    select(_ORDER_LINES.c.id, _ORDER_LINES.c.order_id)
    .join(_CLAIMS, _CLAIMS.c.order_line_id == _ORDER_LINES.c.id)
    .where(_CLAIMS.c.notice_id == bindparam("notice"))
)


def propose(uow: UnitOfWork, notice_id: int, words: str = "") -> list[int]:
    """Propose one receipt for each order on a matched notice; returns their ids. A proposal changes nothing yet."""
    claims = uow.all(DeliveryNoticeLine, notice_id=notice_id)
    orders = {row.id: row.order_id for row in uow.rows(_ORDERS_CLAIMED, notice=notice_id)}
    proposed = []
    for order_id in dict.fromkeys(orders[claim.order_line_id] for claim in claims):
        cancelling.stands(uow, opened(uow, order_id), "overtaken")
        mine = [claim for claim in claims if orders[claim.order_line_id] == order_id]
        proposed.append(_proposed(uow, opened(uow, order_id), mine, notice_id, words))
    return proposed


def _proposed(
    uow: UnitOfWork, dossier: Dossier, claims: Sequence[DeliveryNoticeLine], notice_id: int | None, words: str
) -> int:
    receipt_id = _receipt(uow, dossier, notice_id)
    for claim in claims:
        given = {"order_line_id": claim.order_line_id, "notice_line_id": claim.id, "claimed": claim.quantity}
        uow.add(ReceiptLine, receipt_id=receipt_id, rejected=0, **given)
    receipt = uow.get(Receipt, receipt_id)
    after = {"order": dossier.name, "claimed": {str(claim.order_line_id): claim.quantity for claim in claims}}
    uow.audit(Note(receipt.number, "propose", after=after))
    show_delivery(uow, delivery(uow, receipt, dossier), words)
    return receipt_id


def _receipt(uow: UnitOfWork, dossier: Dossier, notice_id: int | None) -> int:
    return uow.add(
        Receipt,
        number=numbering.draw(uow, "receipt"),
        order_id=dossier.order.id,
        notice_id=notice_id,
        state=ReceiptDocState.PROPOSED.value,
        created_at=uow.now,
    )


def from_store(uow: UnitOfWork, order_id: int) -> int:
    """Propose a receipt of everything that is to come, because the store has something and no notice came."""
    dossier = locked(uow, order_id)
    check_buys(dossier.name, OrderKind(dossier.order.kind), what="received")
    check_receivable(dossier.name, dossier.state, buyer=Named(uow, Role.BUYER))
    cancelling.stands(uow, dossier, "overtaken")
    receipt_id = _receipt(uow, dossier, None)
    for line in dossier.lines:
        if line.to_come:
            uow.add(ReceiptLine, receipt_id=receipt_id, order_line_id=line.id, rejected=0)
    receipt = uow.get(Receipt, receipt_id)
    uow.audit(Note(receipt.number, "propose", after={"order": dossier.name}))
    return receipt_id


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about a delivery: its words, where the goods are when that is odd, and the job they went straight to."""

    words: str
    place: str = ""
    work_order_id: int | None = None


def said_by_person(uow: UnitOfWork, dossier: Dossier, counts: Counts, said: Said) -> int:
    """Propose a receipt of what one of our own people says is here; it waits for one click. Returns its id."""
    receipt_id = _receipt(uow, dossier, None)
    uow.change(
        Receipt,
        receipt_id,
        said=said.words[:500],
        said_by_id=uow.actor.person_id,
        place=said.place,
        work_order_id=said.work_order_id,
    )
    for number, count in counts.items():
        told = {"rejected": count.rejected, "held": count.held, "reason": count.reason, "instead": count.instead}
        uow.add(ReceiptLine, receipt_id=receipt_id, order_line_id=number, claimed=count.here, **told)
    receipt = uow.get(Receipt, receipt_id)
    after = {"order": dossier.name, "here": {str(number): count.here for number, count in counts.items()}}
    uow.audit(Note(receipt.number, "propose", after=after, words=said.words[:500]))
    _in_place_of(uow, receipt, counts)
    show_delivery(uow, delivery(uow, uow.get(Receipt, receipt_id), dossier))
    return receipt_id


def _in_place_of(uow: UnitOfWork, said: Receipt, counts: Counts) -> None:
    """Put away the delivery that somebody speaks of, so that it is not counted once more: the only one that waits for these lines."""
    meant = [one for one in spoken_of(uow, said.order_id, counts) if one.id != said.id]
    if len(meant) == 1:
        discard(uow, meant[0], f"{uow.actor.name} has counted it: {said.number}")
        uow.change(Receipt, said.id, notice_id=meant[0].notice_id)


def spoken_of(uow: UnitOfWork, order_id: int, counts: Counts) -> list[Receipt]:
    """Return the deliveries that wait to be counted and are of no other lines than these."""
    waiting = uow.all(Receipt, order_id=order_id, state=ReceiptDocState.PROPOSED.value)
    lines = {one.id: {row.order_line_id for row in uow.all(ReceiptLine, receipt_id=one.id)} for one in waiting}
    return [one for one in waiting if lines[one.id] <= counts.keys()]


def newest(uow: UnitOfWork, order_id: int) -> str:
    """Return the number of the newest receipt of an order."""
    return str(uow.all(Receipt, order_id=order_id)[-1].number)


def remark(uow: UnitOfWork, receipt_id: int, words: str) -> None:
    """Add a sentence to the card of a delivery that waits to be counted."""
    receipt = uow.get(Receipt, receipt_id)
    show_delivery(uow, delivery(uow, receipt, opened(uow, receipt.order_id)), words)


def as_listed(uow: UnitOfWork, click: Click) -> Answer:
    """Take in exactly what is listed, in one click; what a supplier claims only where counting is not blind."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    check_open(uow, receipt, dossier)
    rows = uow.all(ReceiptLine, receipt_id=receipt.id)
    blind = uow.plant.blind != "none" and not receipt.said
    if blind or any(row.claimed is None for row in rows):
        raise Unlawful(why="Here every line is counted, so nothing can be taken in as listed. Choose “Count lines”.")
    return _posted(uow, receipt, dossier, {row.order_line_id: _listed(row) for row in rows})


def _listed(row: ReceiptLine) -> Count:
    return Count(row.claimed or 0, row.rejected, row.held, row.reason, row.instead)


def _locked(uow: UnitOfWork, receipt_id: int) -> tuple[Receipt, Dossier]:
    receipt = uow.lock(Receipt, receipt_id)
    return receipt, locked(uow, receipt.order_id)


def _posted(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> Answer:
    shown = post(uow, receipt, dossier, counts)
    complete = not any(line.open for line in shown.dossier.lines)
    said = {"what": "taken_in", "order": shown.dossier.name, "result": taken_in(shown), "complete": complete}
    return Answer(private=templates.words("receiving_said", **said))


def count(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form with one number a line: what the notice lists, and whatever else is to come on the order."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    check_open(uow, receipt, dossier)
    return Answer(modal=_form(uow, delivery(uow, receipt, dossier)))


def _form(uow: UnitOfWork, shown: Delivery) -> dict[str, Any]:
    listed = {each.order_line_id for each in shown.lines}
    lines = receipt_counts.countable(shown)
    rows = [
        {
            "block": f"line_{line.id}",
            "line": line.line,
            "item": line.description,
            "unit": unit_word(line.unit, 0),
            "open": "" if uow.plant.blind == "all" else quantity_text(line.to_come),
            "listed": line.id in listed,
        }
        for line in lines
    ]
    jobs = _jobs(shown.dossier, lines)
    also = [(EXTRA, "More came than ordered: ask whether it stays")]
    also += [(f"{JOB}{number}", f"Straight to {name}, not into the store") for number, name in list(jobs.items())[:5]]
    tracked = receipt_counts.tracked_hint(lines)
    given = {"order": shown.dossier.name, "lines": rows, "also": also, "tracked": tracked}
    return templates.view("count_form", private=value(shown.receipt.id), **given)


EXTRA, JOB = "extra", "job:"
"""What may be ticked in the form: more came than ordered, and that it went straight to a job."""


def _jobs(dossier: Dossier, lines: Sequence[Line]) -> dict[int, str]:
    """Return the jobs that these lines are for, with their numbers."""
    of_lines = {line.work_order_id: line.work_order or "" for line in lines if line.work_order_id is not None}
    shares = [share for line in lines for share in dossier.shares(line.id)]
    return of_lines | {each.work_order_id: each.work_order or "" for each in shares if each.work_order_id is not None}


def counted(uow: UnitOfWork, what: Submission) -> Answer:
    """Post what the form says; a number that cannot be or is too much stands as an error at its field."""
    receipt, dossier = _locked(uow, *numbers(what.private, 1))
    check_open(uow, receipt, dossier)
    shown = delivery(uow, receipt, dossier)
    form = receipt_counts.read(what, shown)
    if form.wrong:
        return Answer(errors=form.wrong)
    ticked = what.field("also").split(",")
    jobs = _jobs(dossier, receipt_counts.countable(shown))
    job = next((number for number in jobs if f"{JOB}{number}" in ticked), receipt.work_order_id)
    uow.change(Receipt, receipt.id, place="; ".join(form.place)[:200] or receipt.place, work_order_id=job)
    try:
        return _taken(uow, uow.get(Receipt, receipt.id), dossier, form.counts, extra=EXTRA in ticked)
    except TooMuch as too_much:
        # Every count is checked before the first is written, so there is nothing to take back.
        line = next(line for line in dossier.lines if line.line == too_much.values["line"])
        return Answer(errors={f"line_{line.id}": str(too_much)})


def _taken(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts, *, extra: bool) -> Answer:
    """Post a count, or where somebody says that more came than ordered, ask whether it stays."""
    if extra and excess(uow, dossier, counts):
        return over_deliveries.ask(uow, receipt, dossier, counts)
    return _posted(uow, receipt, dossier, counts)


def not_here(uow: UnitOfWork, click: Click) -> Answer:
    """Note that a delivery has not arrived; its card stays until it does."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    check_open(uow, receipt, dossier)
    uow.audit(Note(receipt.number, "not here", after={"order": dossier.name}))
    show_delivery(uow, delivery(uow, receipt, dossier), f"Not here yet, says {uow.actor.name}.")
    return Answer(private=_said_not_here(receipt, dossier))


def _said_not_here(receipt: Receipt, dossier: Dossier) -> str:
    return templates.words("receiving_said", what="not_here", number=receipt.number, order=dossier.name)


def count_named(uow: UnitOfWork, written: str, figures: str) -> Answer:
    """Post a typed count such as ``count PO-118 2, 4``: one number a line of the delivery, or of all that is to come."""
    if not uow.actor.has(Role.STOREKEEPER):
        raise NotYours(roles="storekeepers", what="do this", who=f"Ask {Named(uow, Role.STOREKEEPER)}.")
    order = order_named(uow, written)
    typed = [each for each in re.split(r"[;\s]+|,\s+", figures.strip()) if each]
    marks = {each.lower() for each in typed} & {AGAIN, EXTRA}
    typed = [each for each in typed if each.lower() not in marks]
    late = late_deliveries.asked(uow, order.id, figures)
    if late is not None:
        return late
    waiting = _meant(uow, order.id, typed)
    receipt, dossier = _locked(uow, waiting or from_store(uow, order.id))
    counts = receipt_counts.of_numbers(delivery(uow, receipt, dossier), typed)
    if waiting is None and AGAIN not in marks:
        check_first(uow, dossier, counts)
    return _taken(uow, receipt, dossier, counts, extra=EXTRA in marks)


AGAIN = "again"
"""What somebody writes behind a count to say that as much has come once more."""
A_SHIFT = timedelta(hours=8)
"""Within this time the same typed count is more likely a repetition than a second delivery."""


def _meant(uow: UnitOfWork, order_id: int, typed: Sequence[str]) -> int | None:
    """Return the delivery that a typed count is for: the only one that waits, or the one that claims these numbers."""
    waiting = uow.all(Receipt, order_id=order_id, state=ReceiptDocState.PROPOSED.value)
    if len(waiting) <= 1:
        return waiting[0].id if waiting else None
    dossier = opened(uow, order_id)
    claims = {receipt: _claims(delivery(uow, receipt, dossier)) for receipt in waiting}
    fitting = next((receipt.id for receipt, claimed in claims.items() if claimed == [*typed]), None)
    if fitting is None:
        told = " and ".join(f"{receipt.number} ({', '.join(claimed)})" for receipt, claimed in claims.items())
        raise Unlawful(
            why=f"Several deliveries of {dossier.name} wait: {told}. Count on the card of the one that came."
        )
    return fitting


def _claims(shown: Delivery) -> list[str]:
    return [quantity_text(each.claimed if each.claimed is not None else line.to_come) for each, line in shown.paired()]


def check_first(uow: UnitOfWork, dossier: Dossier, counts: Counts) -> None:
    """Refuse what was typed or pressed a moment ago already: nothing more was announced, and the numbers are the same."""
    wanted = {number: count.here for number, count in counts.items() if count.here}
    for receipt in uow.all(Receipt, order_id=dossier.order.id, state=ReceiptDocState.POSTED.value):
        lines = uow.all(ReceiptLine, receipt_id=receipt.id)
        fresh = receipt.posted_at is not None and uow.now - receipt.posted_at < A_SHIFT
        if fresh and wanted == {row.order_line_id: row.counted for row in lines if row.counted}:
            why = f"{receipt.number} has taken in exactly this today. If as much has come once more, write “{AGAIN}” behind it."
            raise Unlawful(why=why, subject=dossier.name)


def show_mail(uow: UnitOfWork, click: Click) -> Answer:
    """Show the storekeeper the words that a delivery was read from."""
    receipt = uow.get(Receipt, *numbers(click.value, 1))
    notice = uow.find(DeliveryNotice, id=receipt.notice_id) if receipt.notice_id is not None else None
    if notice is None or notice.mail_id is None:
        raise Unlawful(why=f"{receipt.number} came without a mail; the store proposed it.")
    return Answer(private=shown_mail(uow, notice.mail_id))


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.AS_LISTED: as_listed,
    Action.COUNT: count,
    Action.NOT_HERE: not_here,
    Action.SHOW_MAIL: show_mail,
}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.COUNT: counted}
