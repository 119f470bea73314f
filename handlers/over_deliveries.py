"""More came than ordered: nothing moves until whoever approved the order says whether it stays."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

import templates
from handlers import people
from handlers.happenings import Answer, Click
from handlers.ids import Action, numbers, value
from handlers.order_cards import content_of
from handlers.order_content import Dossier, Line, locked, opened
from handlers.receipt_cards import condense, delivery
from handlers.receipt_checks import check_open, deciders, excess, inspected
from handlers.receipt_counts import Counts
from handlers.receipt_posting import post, write_counts
from orders.errors import AlreadyDone, NotAsked, Unlawful
from orders.money import line_amount
from orders.receiving import RECEIPTS, Count, Lot, ReceiptDocState, ReceiptEvent, check_count
from orders.units import measured, quantity_text
from storage import cards
from storage.cards import Place
from storage.tables import Receipt, ReceiptLine, ReceiptLot
from storage.unit_of_work import Note, UnitOfWork, table

_LOTS = table(ReceiptLot)
REASON = "more than ordered"
"""Why what is not kept is rejected."""


def ask(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts) -> Answer:
    """Write down a count that goes beyond the order, and ask whoever approved it whether all of it stays."""
    check_open(uow, receipt, dossier)
    counts = inspected(counts, dossier)
    for line in dossier.lines:
        if line.id in counts:
            check_count(line.line, counts[line.id])
    asked = deciders(uow, dossier, uow.actor.person_id)
    if not asked:
        raise Unlawful(why=f"Nobody else may say whether more of {dossier.name} stays. Name an approver first.")
    state = RECEIPTS.follow(ReceiptDocState(receipt.state), ReceiptEvent.ASK, uow.actor, subject=receipt.number)
    write_counts(uow, receipt, dossier, counts)
    by = {"counted_by_id": uow.actor.person_id, "version": receipt.version + 1}
    uow.change(Receipt, receipt.id, state=state.value, **by)
    beyond = {str(line.line): excess(uow, dossier, counts).get(line.id, 0) for line in dossier.lines}
    uow.audit(Note(receipt.number, "ask", after={"order": dossier.name, "beyond": beyond}))
    now = uow.get(Receipt, receipt.id)
    names = " or ".join(people.name(uow, person) for person in asked[:2])
    condense(uow, delivery(uow, now, dossier), freed=[], asked=names)
    _show(uow, now, dossier, "")
    return Answer(private=templates.words("receiving_said", what="over_asked", order=dossier.name, asked=names))


def keep_all(uow: UnitOfWork, click: Click) -> Answer:
    """Take in everything that was counted."""
    receipt, dossier = _locked(uow, click)
    counts = counts_of(uow, receipt)
    return _decided(uow, receipt, dossier, counts, excess(uow, dossier, counts))


def keep_ordered(uow: UnitOfWork, click: Click) -> Answer:
    """Take in what was ordered; the rest is rejected and goes back."""
    receipt, dossier = _locked(uow, click)
    counts = counts_of(uow, receipt)
    for number, beyond in excess(uow, dossier, counts).items():
        counts[number] = _without(counts[number], beyond)
    return _decided(uow, receipt, dossier, counts, {})


def _without(count: Count, beyond: int) -> Count:
    """Reject what goes beyond the order; where the goods are held, less of them is held."""
    reason = "; ".join(filter(None, [count.reason if count.rejected else "", REASON]))
    return replace(count, rejected=count.rejected + beyond, held=max(count.held - beyond, 0), reason=reason)


def _locked(uow: UnitOfWork, click: Click) -> tuple[Receipt, Dossier]:
    receipt = uow.lock(Receipt, *numbers(click.value, 1))
    dossier = locked(uow, receipt.order_id)
    if receipt.state != ReceiptDocState.ASKED and receipt.decided_by_id is None:
        raise Unlawful(why=f"Nobody is asked about {receipt.number}.", subject=receipt.number)
    if receipt.state != ReceiptDocState.ASKED:
        when = f"{(receipt.decided_at or uow.now).astimezone(uow.plant.zone):%H:%M}"
        who = people.name(uow, receipt.decided_by_id)
        raise AlreadyDone(subject=receipt.number, what=f"{receipt.number} was decided", who=who, when=when)
    asked = deciders(uow, dossier, receipt.counted_by_id)
    if uow.actor.person_id not in asked:
        raise NotAsked(asked=" or ".join(people.name(uow, person) for person in asked[:2]))
    return receipt, dossier


def counts_of(uow: UnitOfWork, receipt: Receipt) -> dict[int, Count]:
    """Return what was counted on a receipt that is not posted yet, by order line."""
    return {
        row.order_line_id: Count(row.counted, row.rejected, row.held, row.reason, row.instead, _lots(uow, row))
        for row in uow.all(ReceiptLine, receipt_id=receipt.id)
        if row.counted is not None
    }


def _lots(uow: UnitOfWork, row: ReceiptLine) -> tuple[Lot, ...]:
    kept = uow.all(ReceiptLot, receipt_line_id=row.id)
    return tuple(Lot(lot.quantity, lot.lot, lot.serial, lot.expires_on) for lot in kept)


def _decided(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, counts: Counts, kept: Mapping[int, int]) -> Answer:
    decided = {"decided_by_id": uow.actor.person_id, "decided_at": uow.now}
    uow.change(Receipt, receipt.id, **decided)
    after = {"order": dossier.name, "kept beyond the order": {str(line): more for line, more in kept.items()}}
    uow.audit(Note(receipt.number, "decide", after=after))
    for row in uow.all(ReceiptLine, receipt_id=receipt.id):
        uow.run(delete(_LOTS).where(_LOTS.c.receipt_line_id == row.id))
    post(uow, uow.get(Receipt, receipt.id), dossier, counts, kept=kept)
    how = f"{uow.actor.name} keeps all of it" if kept else f"{uow.actor.name} keeps only what was ordered"
    _show(uow, uow.get(Receipt, receipt.id), opened(uow, dossier.order.id), how)
    return Answer(private=templates.words("receiving_said", what="over_decided", order=dossier.name, kept=bool(kept)))


def _show(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, how: str) -> None:
    """Ask everybody who may say so; once one has, all their cards say who."""
    counts = counts_of(uow, receipt)
    beyond = excess(uow, dossier, counts) if not how else {}
    lines = [line for line in dossier.lines if line.id in counts]
    said = {
        "state": "decided" if how else "asked",
        "number": receipt.number,
        "order": dossier.name,
        "supplier": dossier.supplier_name,
        "lines": [_told(line, counts[line.id], beyond.get(line.id, 0)) for line in lines],
        "amount": _amount(dossier, beyond),
        "currency": dossier.order.currency,
        "by": people.name(uow, receipt.counted_by_id),
        "how": how,
        "value": value(receipt.id),
    }
    content = content_of(templates.card("over_delivery", **said))
    if how:
        for key in (key for key in cards.keys_of(uow, receipt.number) if ":over:" in key):
            cards.refresh(uow, key, content)
        return
    for person in deciders(uow, dossier, receipt.counted_by_id):
        place = Place(people.slack_id(uow, person) or uow.plant.channels.purchasing, person_id=person)
        cards.show(uow, f"gr:{receipt.id}:over:{person}", receipt.number, place, content)


def _told(line: Line, count: Count, beyond: int) -> str:
    ordered = measured(line.quantity - line.cancelled, line.unit)
    more = f", {quantity_text(beyond)} beyond the order" if beyond else ""
    return f"{measured(count.here, line.unit)} {line.description} came of {ordered} ordered{more}"


def _amount(dossier: Dossier, beyond: Mapping[int, int]) -> int:
    amounts = [
        line_amount(beyond[line.id], line.price, dossier.order.currency).minor
        for line in dossier.lines
        if line.id in beyond
    ]
    return sum(amounts)


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {
    Action.KEEP_ALL: keep_all,
    Action.KEEP_ORDERED: keep_ordered,
}
