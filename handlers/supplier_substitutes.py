"""What a supplier would deliver instead: a buyer says what it is, as what it is kept, and who says that it fits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import templates
from handlers import finding, supplier_answers
from handlers.happenings import Answer, Submission
from handlers.ids import numbers, value
from handlers.mail_readings import Said, Unsure, lines_of
from handlers.order_content import Dossier, Line, locked
from handlers.supplier_holds import check_free
from handlers.supplier_proposals import Instead
from orders.errors import NotKnown, Unlawful
from orders.purchase_orders import PURCHASE_ORDERS, OrderEvent, OrderKind
from orders.requisitions import NeedState
from orders.units import unit_word
from storage.tables import InboundMail, Part, Requisition, SupplierPart
from storage.unit_of_work import UnitOfWork

MOST_LINES, MOST_WORDS = 4, 300
LEAST_WORDS = 5


def replaced(mail: InboundMail, dossier: Dossier) -> list[Said]:
    """Return what a mail would deliver instead of an order's lines; nothing where it fits the order no more."""
    reading = json.loads(mail.reading) if mail.reading else {"lines": []}
    mine = {**reading, "lines": [each for each in reading["lines"] if each["order"] == dossier.name]}
    try:
        return [each for each in lines_of(mine, {dossier.name: dossier}) if each.substitute]
    except Unsure:
        return []


def form(uow: UnitOfWork, mail: InboundMail, order_id: int) -> Answer | None:
    """Return the form that asks what comes instead; None where nothing would. Refuses whoever may not agree."""
    dossier = locked(uow, order_id)
    said = replaced(mail, dossier)
    if not said:
        return None
    _check(uow, dossier, said)
    lines = [_asked(uow, dossier, each) for each in said]
    given = {"number": dossier.name, "supplier": dossier.supplier_name, "lines": lines}
    return Answer(modal=templates.view("substitute_form", carried=value(mail.id), **given))


def _check(uow: UnitOfWork, dossier: Dossier, said: Sequence[Said]) -> None:
    PURCHASE_ORDERS.follow(dossier.state, OrderEvent.AGREE, uow.actor, subject=dossier.name)
    check_free(dossier.supplier)
    if OrderKind(dossier.order.kind) is OrderKind.RELEASE:
        why = (
            f"{dossier.name} is ordered from an agreement, which does not list this. Refuse it, or order it by itself."
        )
        raise Unlawful(why=why, subject=dossier.name)
    if len(said) > MOST_LINES:
        why = f"{len(said)} lines would be replaced, and one form asks about {MOST_LINES}. Ask the supplier for a new offer."
        raise Unlawful(why=why, subject=dossier.name)


def _asked(uow: UnitOfWork, dossier: Dossier, said: Said) -> dict[str, Any]:
    """Return what the form shows of one line: what was read of it is filled in."""
    line = said.line
    known = _part_of(uow, dossier, said.instead)
    return {
        "line": line.line,
        "ordered": f"{line.supplier_part or line.part or ''} {line.description}".strip(),
        "wrote": " ".join(said.evidence.split())[:200],
        "number": said.instead,
        "item": known.name if known is not None else line.description,
        "part": (known.code if known is not None else line.part) if line.part_id is not None else None,
    }


def _part_of(uow: UnitOfWork, dossier: Dossier, number: str) -> Part | None:
    """Return the part of ours that the supplier calls so."""
    row = (
        uow.find(SupplierPart, supplier_id=dossier.order.supplier_id, supplier_part=number)
        if number and dossier.order.supplier_id is not None
        else None
    )
    return uow.get(Part, row.part_id) if row is not None else None


@dataclass
class Read:
    """What a form says instead of each line, and what is wrong by field."""

    instead: dict[int, Instead] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def accepted(uow: UnitOfWork, what: Submission) -> Answer:
    """Agree to what comes instead: the order becomes a revision that names it, approved anew."""
    mail = uow.lock(InboundMail, *numbers(what.private, 1))
    if mail.order_id is None:
        raise Unlawful(why="This mail belongs to no order.")
    dossier = locked(uow, mail.order_id)
    said = replaced(mail, dossier)
    _check(uow, dossier, said)
    read = Read()
    for each in said:
        _line(uow, what, dossier, each.line, read)
    words = what.field("words")[:MOST_WORDS]
    if len(words) < LEAST_WORDS:
        read.wrong["words"] = "Write who says that it fits, and why."
    if read.wrong:
        return Answer(errors=read.wrong)
    return supplier_answers.agreed(uow, mail, dossier.order.id, instead=read.instead, words=words)


def _line(uow: UnitOfWork, what: Submission, dossier: Dossier, line: Line, read: Read) -> None:
    """Read what comes instead of one line: from three fields, or of several lines from one field each."""
    blocks = {name: f"{name}_{line.line}" for name in ("number", "item", "part")}
    texts = {name: what.field(block) for name, block in blocks.items()}
    if (block := f"line_{line.line}") in what.fields:
        blocks = dict.fromkeys(blocks, block)
        told = [each.strip() for each in what.field(block).split(";")]
        texts = dict(zip(texts, [*told, "", "", ""], strict=False))
    number, item = texts["number"], texts["item"]
    if not item:
        read.wrong[blocks["item"]] = "Write what it is."
    if not number or number == line.supplier_part:
        read.wrong[blocks["number"]] = "Write their number of what comes instead."
    field_, written = blocks["part"], texts["part"]
    part = _part(uow, (field_, written), dossier, line, read) if line.part_id is not None else None
    read.instead[line.line] = Instead(number[:60], item[:255], part)


def _part(uow: UnitOfWork, written: tuple[str, str], dossier: Dossier, line: Line, read: Read) -> int | None:
    """Return the part as which it is kept; another one than ordered only while nothing has come, and for whole needs."""
    name, code = written
    try:
        part = finding.part(uow, code or line.part or "")
    except NotKnown as unknown:
        read.wrong[name] = str(unknown)
        return None
    if part.id == line.part_id:
        return part.id
    shared = next((each.number for each in dossier.shares(line.id) if not _whole(uow, each)), "")
    if part.unit != line.part_unit:
        ours, theirs = unit_word(line.part_unit or "", 0), unit_word(part.unit, 0)
        read.wrong[name] = f"{line.part} is counted in {ours} and {part.code} in {theirs}."
    elif line.received:
        read.wrong[name] = f"Some of it has come as {line.part}; keep the rest as the same part."
    elif shared:
        read.wrong[name] = f"{shared} is on another order as well; keep it as {line.part}."
    return part.id


def _whole(uow: UnitOfWork, share: Any) -> bool:
    need = uow.get(Requisition, share.requisition_id)
    return bool(need.quantity == share.quantity and need.state == NeedState.ON_ORDER)
