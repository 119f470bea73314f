"""Inspecting held goods: what is good goes into stock, what is not is rejected; each finding is written down once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import templates
from handlers import inspection_cards, people, supplier_returns
from handlers.happenings import Answer, Click, Submission
from handlers.ids import Action, Callback, numbers, value
from handlers.order_content import Dossier, Line, locked
from handlers.receipt_cards import Delivery, condense, delivery
from handlers.receipt_counts import number
from handlers.receipt_named import receipt_named
from handlers.receipt_posting import Into, accept, raise_counters
from orders.errors import NotYours, Refusal, Unlawful
from orders.people import Role
from orders.receiving import Count, ReceiptDocState
from orders.units import measured, quantity_text
from storage.tables import Inspection, Receipt, ReceiptLine
from storage.unit_of_work import Note, UnitOfWork

INSPECTORS = (Role.STOREKEEPER, Role.SUPERVISOR, Role.BUYER)
_BAD = re.compile(
    r"^(?:(?P<good>[\d.,]+)\s+(?:good|gut|ok)[,;\s]*)?(?:(?P<bad>[\d.,]+)\s+)?(?:bad|schlecht)\s+(?P<why>\S.*)$",
    re.DOTALL,
)
_GOOD = re.compile(r"^(?:(?P<good>[\d.,]+)\s+)?(?:good|gut|ok|okay)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one held receipt line (thousandths)."""

    good: int
    bad: int = 0
    reason: str = ""


def all_good(uow: UnitOfWork, click: Click) -> Answer:
    """Release everything that a receipt holds."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    return _found(uow, receipt, dossier, {row.id: Finding(row.held) for row in _held(uow, receipt)})


def inspect(uow: UnitOfWork, click: Click) -> Answer:
    """Open the form that asks how many are good, and what is wrong with the others."""
    receipt, dossier = _locked(uow, *numbers(click.value, 1))
    shown = delivery(uow, receipt, dossier)
    rows = [
        {"block": f"good_{each.id}", "item": f"{line.line} {line.description}", "held": measured(each.held, line.unit)}
        for each, line in shown.paired()
        if each.held
    ]
    form = {"private": value(receipt.id), "number": receipt.number, "order": dossier.name, "lines": rows}
    return Answer(modal=templates.view("inspect_form", **form))


def inspected(uow: UnitOfWork, what: Submission) -> Answer:
    """Take what the form says; a line that is left empty stays held."""
    receipt, dossier = _locked(uow, *numbers(what.private, 1))
    findings: dict[int, Finding] = {}
    for row in _held(uow, receipt):
        written, block = what.field(f"good_{row.id}"), f"good_{row.id}"
        line = dossier.line(row.order_line_id)
        if not written or line is None:
            continue
        try:
            good = number(written, line)
        except Refusal as refusal:
            return Answer(errors={block: str(refusal)})
        if good > row.held:
            return Answer(errors={block: f"Only {quantity_text(row.held)} are held"})
        if good < row.held and not what.field("why"):
            return Answer(errors={"why": "Say what is wrong with the others; the supplier is told."})
        findings[row.id] = Finding(good, row.held - good, what.field("why")[:200])
    return _found(uow, receipt, dossier, findings)


def inspect_named(uow: UnitOfWork, written: str, rest: str) -> Answer:
    """Take ``inspect GR-44 good`` or ``inspect GR-44 1 good, 1 bad torn``; without a finding the form asks."""
    receipt, dossier = _locked(uow, receipt_named(uow, written).id)
    held = _held(uow, receipt)
    if not rest.strip():
        return inspect(uow, Click(uow.key, uow.actor.slack_id or "", "", value(receipt.id)))
    good, bad = _GOOD.match(rest.strip()), _BAD.match(rest.strip())
    if (good is not None and not good["good"]) or (bad is not None and not bad["bad"] and not bad["good"]):
        why = bad["why"].strip() if bad is not None else ""
        found = {row.id: Finding(0, row.held, why) if bad is not None else Finding(row.held) for row in held}
        return _found(uow, receipt, dossier, found)
    if len(held) != 1 or (good is None and bad is None):
        raise Unlawful(why=f"Write `inspect {receipt.number} good`, or `1 good, 1 bad torn` where one line is held.")
    line = dossier.line(held[0].order_line_id)
    assert line is not None
    said = good or bad
    ok = number(said["good"] or "0", line) if said is not None else 0
    off = number(bad["bad"] or "0", line) if bad is not None else 0
    return _found(uow, receipt, dossier, {held[0].id: Finding(ok, off, bad["why"].strip() if bad is not None else "")})


def _locked(uow: UnitOfWork, receipt_id: int) -> tuple[Receipt, Dossier]:
    """Lock a receipt and its order for an inspection; refuses whoever may not inspect."""
    if not uow.actor.has(*INSPECTORS):
        raise NotYours(
            roles="storekeepers, supervisors and buyers",
            what="do this",
            who=f"Ask {people.names(uow, Role.STOREKEEPER)}.",
        )
    receipt = uow.lock(Receipt, receipt_id)
    dossier = locked(uow, receipt.order_id)
    if receipt.state != ReceiptDocState.POSTED or not _held(uow, receipt):
        raise Unlawful(why=f"{receipt.number} holds nothing that waits to be inspected.", subject=receipt.number)
    return receipt, dossier


def _held(uow: UnitOfWork, receipt: Receipt) -> list[ReceiptLine]:
    """Return the lines that hold something; a counter-receipt holds less than nothing."""
    return [row for row in uow.all(ReceiptLine, receipt_id=receipt.id) if row.held > 0]


def _found(uow: UnitOfWork, receipt: Receipt, dossier: Dossier, findings: Mapping[int, Finding]) -> Answer:
    """Write findings down, and let what is good move everything that a receipt moves."""
    rows = {row.id: row for row in _held(uow, receipt)}
    findings = {row: one for row, one in findings.items() if one.good or one.bad}
    _check(findings, rows, dossier)
    into: dict[int, Into] = {}
    for row_id, one in findings.items():
        into[rows[row_id].order_line_id] = Into(one.good, inspection_id=_written(uow, rows[row_id], one))
    counts = {rows[row].order_line_id: one for row, one in findings.items()}
    raise_counters(uow, {line: _raised(one) for line, one in counts.items()}, received=False)
    after = {str(rows[row].order_line_id): [one.good, one.bad, one.reason] for row, one in findings.items()}
    uow.audit(Note(receipt.number, "inspect", after={"order": dossier.name, "good, bad": after}))
    freed, now = accept(uow, receipt, dossier, into)
    shown = delivery(uow, uow.get(Receipt, receipt.id), now)
    condense(uow, shown, freed=freed)
    inspection_cards.show(uow, shown, _how(uow, findings, rows, dossier))
    supplier_returns.propose(uow, shown, list(findings))
    return Answer(private=templates.words("receiving_said", what="inspected", number=receipt.number, order=now.name))


def _raised(one: Finding) -> Count:
    return Count(one.good + one.bad, one.bad, 0, one.reason)


def _check(findings: Mapping[int, Finding], rows: Mapping[int, ReceiptLine], dossier: Dossier) -> None:
    if not findings:
        raise Unlawful(why="Say how many are good.", subject=dossier.name)
    for row_id, one in findings.items():
        row = rows.get(row_id)
        if row is None or one.good + one.bad > row.held:
            held = quantity_text(row.held) if row is not None else "0"
            raise Unlawful(why=f"Only {held} are held, so no more can be inspected.", subject=dossier.name)


def _written(uow: UnitOfWork, row: ReceiptLine, one: Finding) -> int:
    kept = row.reason if row.rejected else ""
    reason = "; ".join(filter(None, [kept, one.reason])) if one.bad else row.reason
    left = row.held - one.good - one.bad
    uow.change(ReceiptLine, row.id, held=left, rejected=row.rejected + one.bad, reason=reason)
    by = uow.actor.person_id
    return uow.add(
        Inspection, receipt_line_id=row.id, accepted=one.good, rejected=one.bad, reason=one.reason, by_id=by, at=uow.now
    )


def _how(uow: UnitOfWork, findings: Mapping[int, Finding], rows: Mapping[int, ReceiptLine], dossier: Dossier) -> str:
    told = []
    for row_id, one in findings.items():
        line: Line | None = dossier.line(rows[row_id].order_line_id)
        if line is not None:
            bad = f", {quantity_text(one.bad)} not: {one.reason}" if one.bad else ""
            told.append(f"{measured(one.good, line.unit)} {line.description} good{bad}")
    return f"{'; '.join(told)}. Inspected by {uow.actor.name}."


CLICKS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Action.ALL_GOOD: all_good, Action.INSPECT: inspect}
SUBMISSIONS: dict[str, Callable[[UnitOfWork, Any], Answer]] = {Callback.INSPECT: inspected}

__all__ = ["CLICKS", "SUBMISSIONS", "Delivery", "Finding", "inspect_named"]
