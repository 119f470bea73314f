"""The silence alarm: a supplier whose mails were read and now read to nothing, one card a silence, cleared when one reads again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

import templates
from handlers.ids import value
from handlers.mailroom_rows import Sought, place
from handlers.order_cards import content_of
from storage import cards
from storage.cards import Place
from storage.tables import Card, InboundMail, Supplier
from storage.unit_of_work import Note, UnitOfWork, table

SILENT_IN_A_ROW = 2
"""How many mails in a row must read to nothing: one alone may be a greeting."""
LOOKED_BACK, READ_BEFORE = 10, 3
"""Of how many mails before the silence at least how many must have been read with lines: who never named lines is not silent."""
WITHOUT_LINES = frozenset({"auto_reply", "bounce", "status", "invoice", "question", "own copy"})
"""Kinds of mail that carry no lines even when they are read well."""
OUTSIDE = frozenset({"stored", "duplicate", "quarantined", "failed"})
"""States that say nothing about how a mail reads."""
NO_NEWS = frozenset({"newsletter", "hostile", "forged"})
"""Rules of the reader that explain why nothing was read."""
_MAILS = table(InboundMail)
_MOST = 60


@dataclass(frozen=True, slots=True)
class _Heard:
    """One mail that could have carried lines: whether it did, and when it came."""

    id: int
    lines: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Silence:
    """Mails in a row that read to nothing, newest first, and the mails before them."""

    silent: Sequence[_Heard]
    before: Sequence[_Heard]

    @property
    def read(self) -> int:
        """How many of the mails before were read with lines."""
        return sum(one.lines > 0 for one in self.before)

    @property
    def is_one(self) -> bool:
        """Whether somebody should look."""
        return len(self.silent) >= SILENT_IN_A_ROW and self.read >= READ_BEFORE


def listen(uow: UnitOfWork, mail: InboundMail, supplier: Supplier | None) -> None:
    """Raise the alarm when a supplier's mails stopped reading, and clear it when one reads again; called for each mail read."""
    if supplier is None or mail.trust == "forged" or mail.kind in WITHOUT_LINES:
        return
    if mail.line_count:
        _cleared(uow, mail, supplier)
        return
    silence = _silence(_heard(uow, supplier.id))
    if silence.is_one and any(one.id == mail.id for one in silence.silent):
        _raised(uow, supplier, silence)


def _heard(uow: UnitOfWork, supplier_id: int) -> list[_Heard]:
    """Return the supplier's last mails that could have carried lines, newest first."""
    columns = (_MAILS.c.id, _MAILS.c.line_count, _MAILS.c.received_at, _MAILS.c.reading)
    query = select(*columns).where(*_counts(supplier_id)).order_by(_MAILS.c.id.desc()).limit(_MOST)
    rows = uow.run(query).all()
    return [_Heard(row.id, row.line_count, row.received_at) for row in rows if row.line_count or _is_news(row.reading)]


def _counts(supplier_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return which of a supplier's mails could have carried lines."""
    kinds, states = _MAILS.c.kind.not_in(WITHOUT_LINES), _MAILS.c.state.not_in(OUTSIDE)
    return (_MAILS.c.supplier_id == supplier_id, kinds, states, _MAILS.c.trust != "forged")


def _is_news(reading: str) -> bool:
    told: dict[str, Any] = json.loads(reading) if reading else {}
    return (told.get("decision") or {}).get("rule") not in NO_NEWS


def _silence(heard: Sequence[_Heard]) -> _Silence:
    length = next((at for at, one in enumerate(heard) if one.lines), len(heard))
    return _Silence(heard[:length], heard[length : length + LOOKED_BACK])


def _raised(uow: UnitOfWork, supplier: Supplier, silence: _Silence) -> None:
    """Show one card a silence; further mails that read to nothing bring it up to date."""
    key = _key(supplier, silence.before[0].id)
    is_new = uow.find(Card, key=key) is None
    first, newest = silence.silent[-1], silence.silent[0]
    card = templates.card(
        "mail_silent",
        state="silent",
        supplier=supplier.name,
        since=first.received_at.astimezone(uow.plant.zone).date(),
        silent=len(silence.silent),
        read=silence.read,
        before=len(silence.before),
        show=value(newest.id),
        mailroom=value(*Sought(place("all"), supplier.id).numbers()),
    )
    channel = uow.plant.channels.purchasing or uow.plant.channels.stores
    cards.show(uow, key, _subject(supplier), Place(channel), content_of(card))
    if is_new:
        after = {"mails": [one.id for one in silence.silent], "read": silence.read, "before": len(silence.before)}
        uow.audit(Note(_subject(supplier), "silent", after=after, rule=f"{SILENT_IN_A_ROW} in a row"))


def _cleared(uow: UnitOfWork, mail: InboundMail, supplier: Supplier) -> None:
    """Take the alarm back: the silence before this mail is over."""
    before = (*_counts(supplier.id), _MAILS.c.line_count > 0, _MAILS.c.id < mail.id)
    earlier = uow.run(select(_MAILS.c.id).where(*before).order_by(_MAILS.c.id.desc()).limit(1)).scalar()
    key = _key(supplier, earlier) if earlier is not None else ""
    if not key or uow.find(Card, key=key) is None:
        return
    card = templates.card("mail_silent", state="settled", supplier=supplier.name, number=mail.id)
    cards.refresh(uow, key, content_of(card))
    uow.audit(Note(_subject(supplier), "heard again", after={"mail": mail.id}))


def _key(supplier: Supplier, last_read: int) -> str:
    return f"silence:{supplier.id}:{last_read}"


def _subject(supplier: Supplier) -> str:
    return f"SUPPLIER-{supplier.code}"
