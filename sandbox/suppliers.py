"""Pretend suppliers: ready answers to an order, from the polite confirmation to the forged delivery note.

Each answer is a TOML file in `answers/`: what it is called, who it seems to come from, how the plant's mail server judges it,
how much of each line it covers, and its words.
"""

import csv
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sandbox.sent_orders import OrderLine, SentOrder

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Answer:
    """One ready answer, as its file says; `kind` is the file's name without its place in the list."""

    kind: str
    label: str
    group: str
    subject: str
    text: str = ""
    html: str = ""
    language: str = "en"
    share: str = "all"
    repeats: str = ""
    sender: str = ""
    sender_name: str = ""
    domain: str = "{{ domain }}"
    authentication: str = "pass"
    reply: bool = True
    csv: list[list[str]] = field(default_factory=list)
    csv_name: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """A composed mail: its bytes, and how the plant's own mail server judges its sender (pass, fail or none)."""

    message: bytes
    sender: str
    authentication: str


class NoSuchAnswer(LookupError):  # noqa: N818 - errors are named by what is wrong
    """There is no ready answer of this kind."""


@cache
def answers() -> Mapping[str, Answer]:
    """All ready answers by kind, in the order of their files."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        kind = file.stem.partition("-")[2]
        found[kind] = Answer(kind=kind, **tomllib.loads(file.read_text("utf-8")))
    return found


def compose(
    kind: str, order: SentOrder, *, now: datetime, text: str = "", name: str = "", before: Sequence[str] = ()
) -> Reply:
    """The supplier's answer of this kind to an order; `text` are the words of a free answer.

    `name` is the supplier's, when it is known; `before` are the kinds that were answered earlier: each delivery note gets
    a number of its own, except one that repeats the latest. Raises NoSuchAnswer.
    """
    answer = answers().get(kind)
    if answer is None:
        raise NoSuchAnswer(kind)
    said = _Said(answer, _values(answer, order, now, text=text, name=name, document=_document(answer, order, before)))
    message = said.mail(order, now)
    return Reply(message.as_bytes(), said.address, answer.authentication)


class _Said:
    """One answer with its values filled in."""

    def __init__(self, answer: Answer, values: dict[str, Any]) -> None:
        self.answer, self.values = answer, values
        local = self.fill(answer.sender) or values["local"]
        self.domain = self.fill(answer.domain)
        self.address = f"{local}@{self.domain}"

    def fill(self, words: str, *, html: bool = False) -> str:
        return (_HTML if html else _TEXT).from_string(words).render(self.values)

    def mail(self, order: SentOrder, now: datetime) -> EmailMessage:
        answer, mail = self.answer, EmailMessage(policy=SMTP)
        shown = self.fill(answer.sender_name) or self.values["name"]
        mail["From"] = Address(display_name=shown, addr_spec=self.address)
        mail["To"] = order.reply_to if answer.reply else order.plant
        mail["Subject"] = " ".join(self.fill(answer.subject).split())
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{_digest(answer.kind, order.message_id, now.isoformat())[:24]}@{self.domain}>"
        if answer.reply and order.message_id:
            mail["In-Reply-To"] = order.message_id
            mail["References"] = f"{order.references} {order.message_id}".strip()
        for header, value in answer.headers.items():
            mail[header] = self.fill(value)
        self._fill_body(mail)
        return mail

    def _fill_body(self, mail: EmailMessage) -> None:
        if self.answer.text:
            mail.set_content(self.fill(self.answer.text).strip("\n") + "\n")
        if self.answer.html:
            page = self.fill(self.answer.html, html=True)
            (mail.add_alternative if self.answer.text else mail.set_content)(page, subtype="html")
        if self.answer.csv:
            table = self._table()
            mail.add_attachment(table, subtype="csv", filename=self.fill(self.answer.csv_name))

    def _table(self) -> str:
        head, row = self.answer.csv
        file = io.StringIO()
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(head)
        for line in self.values["lines"]:
            cells = _Said(self.answer, {**self.values, "line": line})
            writer.writerow([cells.fill(cell) for cell in row])
        return file.getvalue()


@dataclass(frozen=True)
class AnsweredLine:
    """A line as the supplier sees it: `now` of the ordered quantity is covered, `open` is still to come."""

    line: str
    part: str
    sellers: str
    description: str
    unit: str
    ordered: Decimal
    now: Decimal
    open: Decimal
    price: Decimal | None
    dearer: Decimal | None


def _values(answer: Answer, order: SentOrder, now: datetime, *, text: str, name: str, document: str) -> dict[str, Any]:
    local, _, domain = order.supplier.partition("@")
    today = now.date()
    share = _SHARES[answer.share]
    return {
        "order": order,
        "lines": [_answered(line, share, answer.language) for line in order.lines],
        "name": name or domain.split(".")[0].replace("-", " ").title(),
        "local": local,
        "domain": domain,
        "document": document,
        "today": today,
        "soon": _working_day(today + timedelta(days=4)),
        "later": _working_day(today + timedelta(days=16)),
        "words": text,
        "quoted": "\n".join(f"> {line}".rstrip() for line in order.text.splitlines()),
    }


def _document(answer: Answer, order: SentOrder, before: Sequence[str]) -> str:
    """Eight digits; an answer that repeats another one bears the number of its latest."""
    kind = answer.repeats or answer.kind
    serial = max(0, before.count(kind) - bool(answer.repeats))
    return _digest(order.number, kind, str(serial))[:8].upper().translate(_DIGITS)


def _answered(line: OrderLine, share: Callable[[Decimal], Decimal], language: str) -> AnsweredLine:
    covered = min(share(line.quantity), line.quantity)
    return AnsweredLine(
        line=line.line,
        part=line.buyers,
        sellers=line.sellers or line.buyers,
        description=line.description,
        unit=_UNIT_WORDS[language].get(line.unit, line.unit),
        ordered=line.quantity,
        now=covered,
        open=line.quantity - covered,
        price=line.price,
        dearer=None if line.price is None else (line.price * Decimal("1.085")).quantize(Decimal("0.01")),
    )


def _tenths(tenths: int) -> Callable[[Decimal], Decimal]:
    """So many tenths in whole units, at least one."""
    return lambda quantity: max(quantity * tenths // 10, min(quantity, Decimal(1)))


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > _FRIDAY else 0)


def _digest(*words: str) -> str:
    return sha256("\n".join(words).encode()).hexdigest()


def _english(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _german(value: Decimal) -> str:
    return f"{value.normalize():,f}".translate(_SWAPPED)


def _german_price(value: Decimal) -> str:
    return f"{value:,.2f}".translate(_SWAPPED)


_FRIDAY = 4
_SWAPPED = str.maketrans(",.", ".,")
# Document numbers of suppliers are digits; letters of the digest are folded onto them.
_DIGITS = str.maketrans("ABCDEF", "012345")
_SHARES: dict[str, Callable[[Decimal], Decimal]] = {
    "all": lambda quantity: quantity,
    "part": _tenths(6),
    "fewer": _tenths(4),
    "rest": lambda quantity: quantity - _tenths(6)(quantity),
}
_UNIT_WORDS: dict[str, dict[str, str]] = {
    "en": {"C62": "pcs", "EA": "pcs", "MTR": "m", "KGM": "kg", "LTR": "l", "SET": "sets", "PR": "pairs", "BX": "boxes"},
    "de": {"C62": "Stk", "EA": "Stk", "MTR": "m", "KGM": "kg", "LTR": "l", "SET": "Satz", "PR": "Paar", "BX": "Karton"},
}
_FILTERS: dict[str, Callable[[Any], str]] = {
    "amount": _english,
    "menge": _german,
    "money": lambda value: f"{value:,.2f}",
    "betrag": _german_price,
    "day": lambda day: f"{day.day} {day:%B %Y}",
    "tag": lambda day: f"{day:%d.%m.%Y}",
    "look_alike": lambda domain: domain.replace("m", "rn", 1) if "m" in domain.split(".")[0] else domain[0] + domain,
}


def _environment(*, html: bool) -> Environment:
    # Plain text is no HTML: escaping would put &amp; into a supplier's words.
    environment = Environment(
        autoescape=html,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    return environment


_TEXT = _environment(html=False)
_HTML = _environment(html=True)
