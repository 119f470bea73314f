"""The mailroom as plain values: every mail with its state, filtered and page by page, and the counts of what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from handlers.extraction.mime import words_of
from handlers.order_content import today
from storage.tables import InboundMail, Person, Supplier
from storage.unit_of_work import UnitOfWork, table

_MAILS, _SUPPLIERS, _PEOPLE = table(InboundMail), table(Supplier), table(Person)
PAGE = 15
"""How many mails are shown at once."""
MOST_SUPPLIERS = 99
"""How many suppliers can be chosen from: those who wrote last; Slack takes a hundred choices, one of them is "all"."""
LOOKED_BACK = {"day": 3_000, "week": 15_000}
"""How many of the newest mails are looked through for those of a day or a week."""

STATES: Mapping[str, str] = {
    "stored": "waits to be read",
    "asked": "waits for somebody",
    "failed": "could not be read",
    "quarantined": "held back",
    "proposed": "taken in as a proposal",
    "settled": "dealt with",
    "ignored": "put away",
    "duplicate": "the same mail was there before",
    "read": "read",
}
"""What each state of a mail is called."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mails are shown: its name on the command line, its words, the states, and since which moment."""

    name: str
    words: str
    states: tuple[str, ...] = ()
    since: str = ""
    oldest_first: bool = False


FILTERS: tuple[Filter, ...] = (
    Filter("waiting", "Waiting for somebody", ("asked", "failed", "quarantined"), oldest_first=True),
    Filter("held-back", "Held back", ("quarantined",), oldest_first=True),
    Filter("failed", "Could not be read", ("failed",), oldest_first=True),
    Filter("today", "Taken today", ("proposed", "settled"), "day"),
    Filter("week", "Taken this week", ("proposed", "settled"), "week"),
    Filter("ignored", "Put away", ("ignored",)),
    Filter("all", "All mails"),
)
"""The filters in the order in which they are offered; buttons carry the place in this row."""
WAITING = FILTERS[0]


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks at: a filter by its place, one supplier or 0 for all, and the page from 0 on."""

    filter: int = 0
    supplier: int = 0
    page: int = 0

    @property
    def chosen(self) -> Filter:
        """The filter itself; a place that is none means the first."""
        return FILTERS[self.filter] if self.filter < len(FILTERS) else WAITING

    def numbers(self) -> tuple[int, int, int]:
        """What buttons carry."""
        return self.filter, self.supplier, self.page


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail as a list shows it; ``holder`` is who looks after it, ``who`` the supplier or else the sender."""

    number: int
    state: str
    kind: str
    who: str
    subject: str
    received_at: datetime
    lines: int
    holder: str = ""
    problem: str = ""

    @property
    def words(self) -> str:
        """The state in words."""
        return STATES.get(self.state, self.state)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of mails, how many there are in all, and whether more follow."""

    rows: list[MailRow]
    total: int
    first: int
    more: bool


def page_of(uow: UnitOfWork, sought: Sought, most: int = PAGE, *, states: tuple[str, ...] = ()) -> Page:
    """Return one page of the mails that somebody looks for, or of some ``states``; a page beyond the end is the last one."""
    chosen = Filter("", "", states) if states else sought.chosen
    conditions = _conditions(uow, chosen, sought.supplier)
    total = uow.count(InboundMail, *conditions)
    page = min(sought.page, max(0, (total - 1) // most))
    order = _MAILS.c.id if chosen.oldest_first else _MAILS.c.id.desc()
    found = uow.run(_ROWS.where(*conditions).order_by(order).limit(most).offset(page * most)).all()
    rows = [_row(each) for each in found]
    return Page(rows, total, page * most + 1, page * most + len(rows) < total)


def oldest_waiting(uow: UnitOfWork, most: int = 3) -> list[MailRow]:
    """Return the mails that have waited longest for somebody."""
    return page_of(uow, Sought(), most).rows


def counts(uow: UnitOfWork) -> dict[str, int]:
    """Return how many mails wait in each state that needs somebody, how many are unread, and how many were taken today."""
    states = (*WAITING.states, "stored")
    query = select(_MAILS.c.state, func.count()).where(_MAILS.c.state.in_(states)).group_by(_MAILS.c.state)
    found: dict[str, int] = {row[0]: row[1] for row in uow.run(query)}
    taken = uow.count(InboundMail, *_conditions(uow, FILTERS[place("today")]))
    return {**{state: found.get(state, 0) for state in states}, "today": taken}


def counts_words(uow: UnitOfWork) -> str:
    """Say the counts in one sentence: only what there is."""
    told = counts(uow)
    said = {"asked": "waiting for somebody", "quarantined": "held back", "failed": "that could not be read"}
    said |= {"stored": "not read yet", "today": "taken today"}
    parts = [f"{told[name]} {words}" for name, words in said.items() if told[name]]
    return ", ".join(parts) or "No mail waits."


def suppliers(uow: UnitOfWork, chosen: int = 0) -> list[tuple[int, str]]:
    """Return the suppliers who wrote last, by name; the chosen one is always among them."""
    newest = func.max(_MAILS.c.id)
    writers = select(_MAILS.c.supplier_id, newest).where(_MAILS.c.supplier_id.is_not(None))
    lately = uow.run(writers.group_by(_MAILS.c.supplier_id).order_by(newest.desc()).limit(MOST_SUPPLIERS)).all()
    ids = [row[0] for row in lately]
    ids = [chosen, *ids][:MOST_SUPPLIERS] if chosen and chosen not in ids else ids
    rows = uow.run(select(_SUPPLIERS.c.id, _SUPPLIERS.c.name).where(_SUPPLIERS.c.id.in_(ids))).all() if ids else []
    return sorted(((row.id, row.name) for row in rows), key=lambda each: each[1].casefold())


def place(name: str) -> int:
    """Return the place of a filter by its name; raises ``LookupError`` for one that is none."""
    found = next((at for at, each in enumerate(FILTERS) if each.name == name), None)
    if found is None:
        raise LookupError(name)
    return found


_WHAT = ("id", "state", "kind", "subject", "sender", "received_at", "line_count", "problem")
_ROWS = (
    select(*(_MAILS.c[name] for name in _WHAT), _SUPPLIERS.c.name, _PEOPLE.c.name.label("holder"))
    .outerjoin(_SUPPLIERS, _SUPPLIERS.c.id == _MAILS.c.supplier_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _MAILS.c.taken_by_id)
)


def _row(row: Any) -> MailRow:
    return MailRow(
        number=row.id,
        state=row.state,
        kind=row.kind,
        who=row.name or words_of(row.sender) or "Somebody",
        subject=words_of(row.subject) or "no subject",
        received_at=row.received_at,
        lines=row.line_count,
        holder=row.holder or "",
        problem=row.problem,
    )


def _conditions(uow: UnitOfWork, chosen: Filter, supplier: int = 0) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_MAILS.c.state.in_(chosen.states)] if chosen.states else []
    conditions += [_MAILS.c.kind != "own copy"] if chosen.since else []
    conditions += _lately(uow, chosen.since) if chosen.since else []
    return conditions + ([_MAILS.c.supplier_id == supplier] if supplier else [])


def _lately(uow: UnitOfWork, period: str) -> list[ColumnElement[bool]]:
    """Return what holds for the mails of the plant's day or week, looked for among the newest ones only."""
    newest = uow.run(select(func.max(_MAILS.c.id))).scalar() or 0
    return [_MAILS.c.id > newest - LOOKED_BACK[period], _MAILS.c.received_at >= _since(uow, period)]


def _since(uow: UnitOfWork, period: str) -> datetime:
    """Return when the plant's day or week began; weeks begin on Monday."""
    day = today(uow)
    first = day - timedelta(days=day.weekday()) if period == "week" else day
    return datetime.combine(first, time(), uow.plant.zone)
