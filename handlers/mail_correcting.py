"""The form in which a person says what a mail means: its rows from the reading, and what the form says, checked strictly."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import templates
from handlers.happenings import Submission
from handlers.ids import is_id, value
from handlers.mail_cards import FOR_THE_BUYER
from handlers.mail_readings import day
from handlers.order_content import Dossier, Line, opened
from orders.errors import Refusal
from orders.purchase_orders import RECEIVABLE
from orders.units import quantity_of, quantity_text, unit_word
from storage.tables import InboundMail, PurchaseOrder, Supplier
from storage.unit_of_work import UnitOfWork, fingerprint, table

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "despatch": "goods were shipped",
        "delivery": "goods were handed over",
        "order_response": "an answer to the order",
        "delay": "goods come later",
        "nothing": "nothing for us",
    }
)
"""What a person may say that a mail is."""
MOST_ROWS, EMPTY_ROWS = 20, 5
MOST_LINES = 100
"""As many lines as Slack lets people choose from."""
MOST_CHOICES = 1000
"""How many choices all rows of a form hold together, so that Slack still takes it."""
_ORDERS = table(PurchaseOrder)


@dataclass(frozen=True, slots=True)
class Open:
    """One order line that a mail of this supplier may speak of."""

    dossier: Dossier
    line: Line

    @property
    def label(self) -> str:
        """The line as people choose it."""
        return f"{self.dossier.name}, line {self.line.line}: {self.line.description}"


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says: of which line, how much (thousandths, None for nothing said), for when, read from which words."""

    open: Open
    quantity: int | None
    day: date | None
    evidence: str


@dataclass(slots=True)
class Filled:
    """A form that was filled in: the kind, what its rows say, and what is wrong at which field."""

    kind: str
    rows: list[Said]
    day: date | None
    wrong: dict[str, str]


def open_lines(uow: UnitOfWork, supplier: Supplier, named: Sequence[str]) -> list[Open]:
    """Return the supplier's open lines, those of the orders that are named first, at most a hundred."""
    receivable = _ORDERS.c.state.in_([state.value for state in RECEIVABLE])
    orders = uow.all(PurchaseOrder, receivable, supplier_id=supplier.id)
    found: list[Open] = []
    for order in sorted(orders, key=lambda one: (one.number not in named, -one.id)):
        dossier = opened(uow, order.id)
        found += [Open(dossier, line) for line in dossier.lines if line.open]
        if len(found) >= MOST_LINES:
            break
    return found[:MOST_LINES]


def stamp(mail: InboundMail) -> int:
    """Return what changes whenever a mail is read again or corrected, so that an old form is recognised."""
    return int(fingerprint([mail.reading, mail.state, mail.correction, mail.attempts])[:7], 16)


def reading_of(mail: InboundMail) -> dict[str, Any]:
    """Return a mail's reading, an empty one where it could not be read."""
    empty = {"orders": [], "lines": [], "kind": "", "shipment": {}, "document": {}, "decision": {}}
    read: dict[str, Any] = json.loads(mail.reading) if mail.reading else empty
    return read


def form(uow: UnitOfWork, mail: InboundMail, supplier: Supplier) -> dict[str, Any]:
    """Return the form: one row for each line that was read, and one for each open line of its orders that was not."""
    reading = reading_of(mail)
    lines = open_lines(uow, supplier, reading["orders"])
    rows = _rows(reading, lines)
    kind = reading["kind"] if reading["kind"] in KINDS else "despatch"
    return templates.view(
        "correct_mail_form",
        private=value(mail.id, stamp(mail), len(rows)),
        supplier=supplier.name,
        kinds=[(name, words.capitalize()) for name, words in KINDS.items()],
        kind=kind,
        rows=rows,
        lines=_choices(rows, lines),
        dated=kind in FOR_THE_BUYER,
        day=day((reading.get("shipment") or {}).get("expected_on")),
        number=mail.id,
        subject=mail.subject,
    )


def _choices(rows: Sequence[Mapping[str, Any]], lines: Sequence[Open]) -> list[tuple[str, str]]:
    """Return the lines to choose from: those that rows speak of in any case, of the others as many as Slack takes."""
    spoken = {row["line"] for row in rows}
    others = [str(each.line.id) for each in lines if str(each.line.id) not in spoken]
    kept = spoken | set(others[: max(MOST_CHOICES // max(len(rows), 1) - len(spoken), 0)])
    return [(str(each.line.id), each.label) for each in lines if str(each.line.id) in kept]


def _rows(reading: Mapping[str, Any], lines: Sequence[Open]) -> list[dict[str, Any]]:
    by_place = {(each.dossier.name, each.line.line): each for each in lines}
    read = [(each, by_place.get((each.get("order"), each.get("line")))) for each in reading["lines"]]
    told = {found.line.id for _, found in read if found is not None}
    rest = [each for each in lines if each.dossier.name in reading["orders"] and each.line.id not in told]
    rows = [_row(each, found) for each, found in read] + [_row({}, found) for found in rest]
    rows = (rows or [_row({}, None) for _ in range(EMPTY_ROWS)])[:MOST_ROWS]
    return [{"block": f"row_{at}", **row} for at, row in enumerate(rows)]


def _row(each: Mapping[str, Any], found: Open | None) -> dict[str, Any]:
    return {
        "evidence": _evidence(each),
        "line": str(found.line.id) if found is not None else None,
        "unit": unit_word(found.line.unit, 0) if found is not None else "",
        "open": quantity_text(found.line.open) if found is not None else "",
        "quantity": str(each.get("quantity") or each.get("outstanding") or ""),
        "day": day(each.get("expected_on")),
    }


def _evidence(each: Mapping[str, Any]) -> str:
    return " ".join(str((each.get("evidence") or {}).get("text") or "").split())


def filled(uow: UnitOfWork, what: Submission, mail: InboundMail, supplier: Supplier, rows: int) -> Filled:
    """Read what a form says; whatever cannot be stands as an error at its field."""
    kind = what.field("kind")
    read = Filled(kind, [], day(what.field("day")), {} if kind in KINDS else {"kind": "Choose what it says"})
    if kind == "nothing":
        return read
    known = {str(each.line.id): each for each in open_lines(uow, supplier, reading_of(mail)["orders"])}
    evidence = _rows(reading_of(mail), list(known.values()))
    for at in range(min(rows, MOST_ROWS)):
        words = evidence[at]["evidence"] if at < len(evidence) else ""
        read.rows += _said(what, f"row_{at}", known, words, read)
    if kind == "delay" and read.day and all(row.quantity is None and row.day is None for row in read.rows):
        # A new day alone is for everything that is chosen.
        read.wrong |= {} if read.rows else {"row_0_line": "Choose the line that comes later"}
    else:
        read.rows = [row for row in read.rows if row.quantity is not None or row.day is not None]
    _check_whole(read)
    return read


def _said(what: Submission, block: str, known: Mapping[str, Open], evidence: str, read: Filled) -> Iterator[Said]:
    chosen, written, on = (what.field(f"{block}_{name}") for name in ("line", "quantity", "day"))
    if not chosen:
        if written:
            read.wrong[f"{block}_line"] = "Choose our line"
        return
    found = known.get(chosen) if is_id(chosen) else None
    if found is None:
        read.wrong[f"{block}_line"] = "This line is not open any more. Choose another"
    elif written and any(row.open.line.id == found.line.id and row.quantity is not None for row in read.rows):
        read.wrong[f"{block}_line"] = f"Line {found.line.line} of {found.dossier.name} stands here twice"
    else:
        yield Said(found, _quantity(written, found.line, block, read), day(on), evidence)


def _quantity(written: str, line: Line, block: str, read: Filled) -> int | None:
    if not written:
        return None
    try:
        quantity = 0 if written in {"0", "0.0", "0,0"} else quantity_of(written, line.unit, most=line.open)
    except Refusal:
        read.wrong[f"{block}_quantity"] = f"Write a number from 0 to {quantity_text(line.open)}"
        return None
    return quantity


def _check_whole(read: Filled) -> None:
    """A delivery has to say how much, an answer of which line, a later date which day."""
    if read.wrong:
        return
    if read.kind in ("despatch", "delivery") and not any(row.quantity for row in read.rows):
        read.wrong["row_0_quantity"] = "Write how much came of at least one line"
    elif read.kind == "order_response" and all(row.quantity is None for row in read.rows):
        read.wrong["row_0_quantity"] = "Write how much they confirm"
    elif read.kind == "delay" and not (read.rows and all(row.day or read.day for row in read.rows)):
        read.wrong["day"] = "Choose the new day"
