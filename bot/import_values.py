"""How one cell of an import file is read: a function a kind, each refusing in a short reason what it cannot read."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from bot import import_times
from bot.import_columns import Column
from handlers.readings import FIRST_YEAR
from orders.budgets import period_named
from orders.checklist import MOST_STEPS, steps_of
from orders.errors import Refusal
from orders.maintenance import Basis
from orders.meters import MeterKind, exact
from orders.money import PRICE_SCALE, QUANTITY_SCALE
from orders.people import Role, roles_named
from orders.recurrence import rhythm_named, season_named
from orders.taxes import tax_named
from orders.units import MOST, quantity_text, unit_named
from orders.work_orders import Priority, TaskType


class Unreadable(ValueError):  # noqa: N818  # the reason is what counts
    """A cell cannot be read; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A price in ten-thousandths, and the currency that stood beside it, if one did."""

    price: int
    currency: str


_MONEY = re.compile(
    r"^(?P<before>[A-Z]{3}|[€$£])?\s*(?P<number>-?[\d.,' \u00a0\u202f]+?)\s*(?P<after>[A-Z]{3}|[€$£])?$"
)
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_SHAPES = {
    ",": re.compile(r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$"),
    ".": re.compile(r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$"),
}
_UNSURE = re.compile(r"^-?[1-9]\d{0,2}[.,]\d{3}$")
_EVIDENCE = {
    ",": re.compile(r"^-?(0,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})$"),
    ".": re.compile(r"^-?(0\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})$"),
}
NUMERIC = frozenset({"quantity", "price", "amount"})
"""Kinds whose cells show how a file writes its decimals."""


def decimal_mark(cells: Iterable[str]) -> str:
    """Return ``,`` or ``.`` as the cells show it, empty when no cell shows it."""
    seen = {",": 0, ".": 0}
    for cell in cells:
        text = _bare(cell)
        for mark, shape in _EVIDENCE.items():
            seen[mark] += bool(shape.match(text))
    if seen[","] == seen["."] == 0:
        return ""
    return "," if seen[","] > seen["."] else "."


def _bare(cell: str) -> str:
    found = _MONEY.match(cell.strip())
    return re.sub(r"[' \u00a0\u202f]", "", found["number"]) if found else ""


def number(written: str, mark: str) -> Decimal:
    """Read a number in a file whose decimal mark is known; what could mean two numbers is refused."""
    text = _bare(written)
    if not mark and _UNSURE.match(text):
        plain = text.replace(",", "").replace(".", "")
        split = text.replace(",", ".")
        raise Unreadable(f"could be {plain} or {split}; write {plain} or {split}0")
    if not text or not _SHAPES[mark or "."].match(text):
        raise Unreadable(f"is no number with a decimal {'comma' if mark == ',' else 'point'}")
    thousands = "." if mark == "," else ","
    try:
        return Decimal(text.replace(thousands, "").replace(",", "."))
    except InvalidOperation as unreadable:
        raise Unreadable("is no number") from unreadable


def _scaled(value: Decimal, scale: int, what: str) -> int:
    scaled = value * scale
    if scaled != scaled.to_integral_value():
        raise Unreadable(f"has more decimals than {what} may have")
    if not 0 <= scaled <= MOST * 10:
        raise Unreadable(f"is no {what}: write a number from 0 on" if scaled < 0 else f"is too large for a {what}")
    return int(scaled)


def _text(written: str, column: Column, mark: str) -> str:  # noqa: ARG001
    text = " ".join(written.split()) if "\n" not in written else written
    if len(text) > column.most:
        raise Unreadable(f"has {len(text)} characters, at most {column.most} are kept")
    if any(ord(letter) < ord(" ") and letter not in "\n\t\r" for letter in text):
        raise Unreadable("holds a control character")
    return text


def _email(written: str, column: Column, mark: str) -> str:
    text = _text(written, column, mark).lower()
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", text):
        raise Unreadable("is no e-mail address")
    return text


def _slack(written: str, column: Column, mark: str) -> str:
    text = _text(written, column, mark)
    if not re.fullmatch(r"[UW][A-Z0-9]{2,}", text):
        raise Unreadable("is no Slack id; write the id that begins with U, or leave it empty: the e-mail finds it")
    return text


def _roles(written: str, column: Column, mark: str) -> str:
    words = re.split(r"[+,;/|]", _text(written, column, mark))
    try:
        named = roles_named("+".join(words))
    except ValueError as unknown:
        known = ", ".join(role.value for role in Role if role not in {Role.SYSTEM, Role.SUPPLIER})
        raise Unreadable(f"names an unknown role; known are {known}, several with +") from unknown
    if named & {Role.SYSTEM, Role.SUPPLIER}:
        raise Unreadable("names a role that no person of the plant has")
    return "+".join(role.value for role in Role if role in named)


def _list(written: str, column: Column, mark: str) -> str:
    return "+".join(part.strip() for part in re.split(r"[+,;|]", _text(written, column, mark)) if part.strip())


def _domains(written: str, column: Column, mark: str) -> str:
    found = [part.strip().lower().lstrip("@") for part in re.split(r"[+,;|\s]+", _text(written, column, mark))]
    domains = [part for part in found if part]
    if any("." not in domain or "@" in domain for domain in domains):
        raise Unreadable("is no list of mail domains such as hartmann.example")
    return ",".join(domains)


_YES = {"yes", "y", "true", "1", "x", "ja", "j", "wahr"}
_NO = {"no", "n", "false", "0", "nein", "falsch"}


def _yes_no(written: str, column: Column, mark: str) -> bool:
    word = _text(written, column, mark).lower()
    if word not in _YES | _NO:
        raise Unreadable("is neither yes nor no")
    return word in _YES


_CRITICALITIES = {"a": "A", "b": "B", "c": "C", "1": "A", "2": "A", "3": "B", "4": "C", "5": "C"}


def _criticality(written: str, column: Column, mark: str) -> str:
    found = _CRITICALITIES.get(_text(written, column, mark).lower())
    if found is None:
        raise Unreadable("is no criticality; write A, B or C (1 and 2 are A, 3 is B, 4 and 5 are C)")
    return found


_STATUS = {
    "running": "running", "operating": "running", "active": "running", "in service": "running",
    "standby": "standby", "idle": "standby", "down": "down", "not ready": "down", "broken": "down",
    "retired": "retired", "decommissioned": "retired", "scrapped": "retired", "disposed": "retired",
} | dict.fromkeys(_YES, "retired") | dict.fromkeys(_NO, "running")  # fmt: skip


def _status(written: str, column: Column, mark: str) -> str:
    found = _STATUS.get(_text(written, column, mark).lower())
    if found is None:
        raise Unreadable("is no status; write running, standby, down or retired")
    return found


def _timed(read: Callable[[str], Any]) -> Callable[[str, Column, str], Any]:
    """Read text by a function that refuses with a ``ValueError`` in which the reason stands."""

    def reading(written: str, column: Column, mark: str) -> Any:
        try:
            return read(_text(written, column, mark))
        except ValueError as unclear:
            raise Unreadable(str(unclear)) from unclear

    return reading


_date = _timed(import_times.date_of)


def _quantity(written: str, column: Column, mark: str) -> int:  # noqa: ARG001
    value = _scaled(number(written, mark), QUANTITY_SCALE, "quantity")
    if value > MOST:
        raise Unreadable(f"is more than {quantity_text(MOST)}")
    return value


def _price(written: str, column: Column, mark: str) -> Priced:  # noqa: ARG001
    found = _MONEY.match(written.strip())
    word = (found["before"] or found["after"] or "") if found else ""
    return Priced(_scaled(number(written, mark), PRICE_SCALE, "price"), _SIGNS.get(word, word))


def _amount(written: str, column: Column, mark: str) -> Decimal:  # noqa: ARG001
    value = number(written, mark)
    if value < 0:
        raise Unreadable("is below zero")
    return value


def _whole(most: int, what: str, least: int = 0) -> Callable[[str, Column, str], int]:
    def read(written: str, column: Column, mark: str) -> int:  # noqa: ARG001
        text = written.strip().removesuffix("%").strip()
        text = text.removesuffix(".0")
        if not text.isdecimal() or not least <= int(text) <= most:
            raise Unreadable(f"is no {what}; write a whole number from {least} to {most}")
        return int(text)

    return read


_DAYS = _whole(999, "number of days")
UNKNOWN_LEAD = 999


def _lead_days(written: str, column: Column, mark: str) -> int | None:
    days = _DAYS(written, column, mark)
    return None if days == UNKNOWN_LEAD else days


def _period(written: str, column: Column, mark: str) -> tuple[int, int]:  # noqa: ARG001
    try:
        return period_named(written)
    except ValueError as unknown:
        raise Unreadable("is no period; write year, Q1 to Q4, 1 to 12 or a month such as May") from unknown


def _unit(written: str, column: Column, mark: str) -> str:  # noqa: ARG001
    try:
        return unit_named(written).code
    except Refusal as unknown:
        raise Unreadable("is no unit I know; write a UNECE code or a word such as piece, metre or box") from unknown


def _matching(pattern: str, reason: str, *, upper: bool = False) -> Callable[[str, Column, str], str]:
    def read(written: str, column: Column, mark: str) -> str:
        text = _text(written, column, mark)
        text = text.upper() if upper else text
        if not re.fullmatch(pattern, text):
            raise Unreadable(reason)
        return text

    return read


def _tax(written: str, column: Column, mark: str) -> str:
    try:
        return tax_named(_text(written, column, mark)).written()
    except Refusal as unreadable:
        raise Unreadable(f"is no tax: {unreadable}") from unreadable


def _rhythm(written: str, column: Column, mark: str) -> str:
    text = _text(written, column, mark)
    try:
        return rhythm_named(text).words()
    except Refusal as unclear:
        raise Unreadable(
            "says no interval; write every 3 months, weekly, every monday or an RRULE by days"
        ) from unclear


def _season(written: str, column: Column, mark: str) -> str:
    try:
        season = season_named(_text(written, column, mark))
    except Refusal as unclear:
        raise Unreadable("is no season; write Apr to Oct or 15 Oct to 31 Mar") from unclear
    return season.words() if season is not None else ""


_AHEAD = re.compile(r"in (\d{1,3}) days?")


def _first_day(written: str, column: Column, mark: str) -> date | timedelta:
    """Read a day, or how many days after the import it is."""
    found = _AHEAD.fullmatch(" ".join(written.lower().split()))
    return timedelta(days=int(found[1])) if found else _date(written, column, mark)


def _moment(written: str, column: Column, mark: str) -> datetime:
    """Read a moment; without a zone it is by the plant's clock."""
    text = _text(written, column, mark)
    found = None
    for read in (datetime.fromisoformat, lambda said: datetime.strptime(said, "%d.%m.%Y %H:%M")):  # noqa: DTZ007  # whoever knows the plant adds its zone
        with suppress(ValueError):
            found = found or read(text)
    if found is None or found.year < FIRST_YEAR:
        raise Unreadable("is no moment; write it like 2026-11-22 14:05")
    return found


def _reading(written: str, column: Column, mark: str) -> int:  # noqa: ARG001
    try:
        return exact(number(written, mark))
    except Refusal as unclear:
        raise Unreadable("is no reading; write a number with at most three decimals") from unclear


def _steps(written: str, column: Column, mark: str) -> str:
    steps = [step.strip() for step in re.split(r"[|\n]", _text(written, column, mark)) if step.strip()]
    if len(steps) > MOST_STEPS:
        raise Unreadable(f"has more than {MOST_STEPS} steps")
    try:
        steps_of(steps)
    except Refusal as unclear:
        raise Unreadable(f"has a step that cannot be taken: {unclear}".rstrip(".")) from unclear
    return "\n".join(steps)


def _one_of(kinds: type[StrEnum], what: str) -> Callable[[str, Column, str], str]:
    """Read one of the words of an enumeration, written with spaces or underscores."""

    def read(written: str, column: Column, mark: str) -> str:
        word = _text(written, column, mark).lower().replace(" ", "_")
        if word not in set(kinds):
            raise Unreadable(f"is no {what}; write {', '.join(kind.replace('_', ' ') for kind in kinds)}")
        return word

    return read


KINDS: dict[str, Callable[[str, Column, str], Any]] = {
    "text": _text,
    "code": _text,
    "email": _email,
    "slack": _slack,
    "roles": _roles,
    "list": _list,
    "domains": _domains,
    "yes_no": _yes_no,
    "criticality": _criticality,
    "status": _status,
    "date": _date,
    "quantity": _quantity,
    "price": _price,
    "amount": _amount,
    "percent": _whole(100, "percentage"),
    "year": _whole(2200, "year", 1990),
    "period": _period,
    "lead_days": _lead_days,
    "meter_kind": _one_of(MeterKind, "kind of meter"),
    "moment": _moment,
    "reading": _reading,
    "minutes": _whole(99_999, "number of minutes"),
    "rhythm": _rhythm,
    "first_day": _first_day,
    "season": _season,
    "steps": _steps,
    "skills": _timed(import_times.skills),
    "clock_time": _timed(import_times.clock_time),
    "weekdays": _timed(import_times.weekdays),
    "basis": _one_of(Basis, "basis"),
    "task_type": _one_of(TaskType, "kind of task"),
    "order_priority": _one_of(Priority, "priority"),
    "unit": _unit,
    "tax": _tax,
    "currency": _matching(r"[A-Z]{3}", "is no currency; write three letters such as EUR", upper=True),
    "country": _matching(r"[A-Z]{2}", "is no country; write two letters such as DE", upper=True),
    "language": _matching(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", "is no language; write a code such as de or en-GB"),
    "tracked": _matching(
        r"(?:lot|serial)?", "is nothing that parts are tracked by; write lot, serial, or leave it empty"
    ),
    "unattended": _matching(
        r"(?:delivery|despatch)?",
        "is no kind of note; write delivery, despatch, or leave it empty so that a person counts",
    ),
    "incoterm": _matching(
        r"EXW|FCA|CPT|CIP|DAP|DPU|DDP|FAS|FOB|CFR|CIF", "is no term of Incoterms 2020, such as DAP", upper=True
    ),
}
"""How the cells of each kind of column are read."""

EMPTY: dict[str, Any] = {
    "yes_no": False, "date": None, "first_day": None, "quantity": 0, "price": Priced(0, ""), "amount": None, "percent": None,
    "lead_days": None, "slack": None, "minutes": None, "reading": None,
    "skills": {},
}  # fmt: skip
"""What a cleared cell means, by kind; everything else becomes empty text."""


def read_cell(written: str, column: Column, mark: str) -> Any:
    """Read one cell; raises ``Unreadable`` with the reason."""
    return KINDS[column.kind](written.strip(), column, mark)
