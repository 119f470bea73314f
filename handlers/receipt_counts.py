"""What somebody counted, read from a form or from typed numbers: what is here, damaged, held, and the makers' lots."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from handlers.happenings import Submission
from handlers.order_content import Line
from handlers.receipt_cards import Delivery
from orders.errors import Refusal, Unlawful
from orders.money import QUANTITY_SCALE
from orders.receiving import Count, Lot
from orders.units import quantity_of, quantity_text

Counts = Mapping[int, Count]
"""Counts by the order line's id."""
_SAID = re.compile(r"^(?:(?P<line>\d{1,4})\s*:)?\s*(?P<words>\S.*)$", re.DOTALL)
_NUMBERED = re.compile(r"^(?P<number>[\d.,]*\d)(?:\s*x?\s+(?P<words>\S.*))?$", re.DOTALL)
_HELD = re.compile(r"^(?:hold|inspect|check|pr[uü]fen)\s+(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
_INSTEAD = re.compile(r"^(?:instead|substitute|statt\w*)[\s:]+(?P<rest>\S.*)$", re.IGNORECASE | re.DOTALL)
_PLACE = re.compile(r"^(?:at|in|an|am)\s+(?P<place>\S.*)$", re.IGNORECASE | re.DOTALL)
_PIECES = re.compile(r"[;\n]|,\s+(?=(?:\d+\s*:|\d+\s|hold|inspect|instead|at\s))")
EXAMPLE = "2: 1 torn"
_LOT = re.compile(r"^(?P<name>\S{1,80})(?:\s+(?P<quantity>[\d.,]+))??(?:\s+(?P<day>\d{4}-\d{2}-\d{2}))?$")
MOST_WORDS = 200


@dataclass
class Form:
    """A form while it is read: what was counted by order line, and what is wrong at which field."""

    counts: dict[int, Count] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    place: list[str] = field(default_factory=list)


def read(what: Submission, shown: Delivery) -> Form:
    """Read a count form: the numbers first, then what some of them are; faults are named by field."""
    form = Form()
    listed = {each.order_line_id for each in shown.lines}
    for line in countable(shown):
        written = what.field(f"line_{line.id}")
        if not written and line.id not in listed:
            continue
        try:
            form.counts[line.id] = Count(number(written, line))
        except Refusal:
            form.wrong[f"line_{line.id}"] = f"Write a number from 0 to {quantity_text(line.to_come)}"
    for block, take in _MORE.items():
        fault = "" if form.wrong else take(what.field(block), _Counted(shown, form.counts, form.place))
        if fault:
            form.wrong[block] = fault
    return form


def countable(shown: Delivery) -> list[Line]:
    """Return the lines that may be counted: those of the delivery first, then what else is to come."""
    listed = [line for _, line in shown.paired()]
    numbers_listed = {line.id for line in listed}
    return listed + [line for line in shown.dossier.lines if line.to_come and line.id not in numbers_listed]


def tracked_hint(lines: Sequence[Line]) -> str:
    """Say how the makers' numbers of these lines are written, empty where none are wanted."""
    wanted = [line for line in lines if line.tracked or line.expires]
    if not wanted:
        return ""
    told = [
        f"{line.line}: 88-4410, 88-4411"
        if line.tracked == "serial"
        else f"{line.line}: L-42 4{' 2027-05-31' if line.expires else ''}"
        for line in wanted[:3]
    ]
    return "Such as " + "; ".join(told)


def number(written: str, line: Line) -> int:
    """Read one counted number as thousandths, nought included; raises a refusal."""
    return 0 if written in {"0", "0.0", "0,0"} else quantity_of(written, line.unit)


@dataclass(frozen=True)
class _Counted:
    """The lines that were counted, and the numbers that are changed while further fields are read."""

    shown: Delivery
    counts: dict[int, Count]
    place: list[str]

    def lines(self) -> dict[int, Line]:
        return {line.line: line for line in self.shown.dossier.lines if line.id in self.counts}

    def line(self, written: str | None) -> Line | None:
        """Return the line with a written number; without one the only line that was counted."""
        lines = self.lines()
        if written:
            return lines.get(int(written))
        found = [line for line in lines.values() if self.counts[line.id].here] or list(lines.values())
        return found[0] if len(found) == 1 else None


def _not_right(written: str, counted: _Counted) -> str:
    """Read what is not right, piece by piece: ``1 torn``, ``2: hold 1``, ``3: instead a seal of another make``, ``at gate 4``."""
    for piece in (each.strip() for each in _PIECES.split(written)) if written else ():
        found = _SAID.match(piece)
        if found is None:
            continue
        place = _PLACE.match(found["words"]) if not found["line"] else None
        if place is not None:
            counted.place.append(place["place"].strip()[:MOST_WORDS])
            continue
        line = counted.line(found["line"])
        if line is None:
            return f"Write line and number, for example {EXAMPLE}"
        fault = _of_line(found["words"], line, counted)
        if fault:
            return fault
    return ""


def _of_line(words: str, line: Line, counted: _Counted) -> str:
    """Read what is said of one line; returns what is wrong with it, empty when nothing is."""
    count = counted.counts[line.id]
    instead, held = _INSTEAD.match(words), _HELD.match(words)
    if instead is not None:
        counted.counts[line.id] = replace(count, instead=instead["rest"].strip()[:MOST_WORDS])
        return ""
    found = _NUMBERED.match(held["rest"] if held is not None else words)
    if found is None:
        return f"Write line and number, for example {EXAMPLE}"
    try:
        quantity = number(found["number"], line)
    except Refusal as refusal:
        return str(refusal)
    why = (found["words"] or "").strip()[:MOST_WORDS]
    return _taken_off(counted, line, quantity, why, held=held is not None)


def _taken_off(counted: _Counted, line: Line, quantity: int, why: str, *, held: bool) -> str:
    count = counted.counts[line.id]
    if quantity > count.here:
        return f"Only {quantity_text(count.here)} of line {line.line} were counted"
    if quantity + (count.rejected if held else count.held) > count.here:
        return f"More of line {line.line} are damaged and held than were counted"
    if quantity and not held and not why:
        return f"Say what is wrong with them, for example {line.line}: {quantity_text(quantity)} torn"
    # The supplier is told why something is rejected, and not what we want to look at.
    kept = count.reason if count.rejected else ""
    reason = (kept or why) if held else "; ".join(filter(None, [kept, why]))
    rejected, aside = (count.rejected, quantity) if held else (quantity, count.held)
    counted.counts[line.id] = replace(count, reason=reason, rejected=rejected, held=aside)
    return ""


def _lots(written: str, counted: _Counted) -> str:
    """Read makers' numbers: ``1: L-42 4 2027-05-31, L-43 2`` for lots, ``1: 88-4410, 88-4411`` for serial numbers."""
    for piece in re.split(r"[;\n]", written) if written else []:
        found = _SAID.match(piece.strip())
        line = counted.line(found["line"]) if found is not None else None
        if found is None or line is None:
            return "Write line and numbers, for example 2: L-42 4 2027-05-31"
        try:
            lots = tuple(_lot(each, line, counted) for each in found["words"].split(",") if each.strip())
        except Refusal as refusal:
            return str(refusal)
        counted.counts[line.id] = replace(counted.counts[line.id], lots=lots)
    return ""


def _lot(written: str, line: Line, counted: _Counted) -> Lot:
    found = _LOT.match(written.strip())
    serial = line.tracked == "serial"
    if found is None or (serial and found["quantity"]):
        example = "88-4410, 88-4411" if serial else "L-42 4 2027-05-31, L-43 2 2027-06-30"
        raise Unlawful(why=f"“{written.strip()[:40]}” cannot be read. Write, for example, {line.line}: {example}")
    try:
        expires_on = date.fromisoformat(found["day"]) if found["day"] else None
    except ValueError:
        raise Unlawful(why=f"{found['day']} is no day. Write it as 2027-05-31.") from None
    if serial:
        return Lot(QUANTITY_SCALE, serial=found["name"], expires_on=expires_on)
    quantity = number(found["quantity"], line) if found["quantity"] else counted.counts[line.id].here
    return Lot(quantity, lot=found["name"], expires_on=expires_on)


_MORE: dict[str, Callable[[str, _Counted], str]] = {"damaged": _not_right, "lots": _lots}
"""What may be said of the counted numbers, by the form's field, in the order in which it is read."""


def of_numbers(shown: Delivery, typed: Sequence[str]) -> dict[int, Count]:
    """Read one number a line of the delivery, or of everything that is to come; raises a refusal."""
    for lines in ([line for _, line in shown.paired()], [line for line in shown.dossier.lines if line.to_come]):
        if len(lines) == len(typed):
            return {line.id: Count(number(text, line)) for line, text in zip(lines, typed, strict=True)}
    name, many = shown.dossier.name, len(shown.lines)
    raise Unlawful(why=f"{name} has {many} lines to count. Write {many} numbers, 0 where nothing came.")
