"""Tables of the record: what happened, who did it, what is still to be said, and which numbers are used up."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, words


class Happening(SQLModel, table=True):
    """One thing that happened outside, by its idempotency key, with the answer it was given."""

    __tablename__ = "happenings"

    key: str = Field(primary_key=True)
    route: str = words()
    content: str = words()
    """SHA-256 of what came, so that the same key with other content is noticed."""
    answer: str = words()
    at: datetime = moment(empty=False, index=True)


class AuditEntry(SQLModel, table=True):
    """One link of the chain: a canonical JSON entry of ids and values, and free text committed to by a salted HMAC."""

    __tablename__ = "audit"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = moment(empty=False)
    subject: str = words(index=True)
    action: str = words()
    entry: str = words()
    note: str = words()
    salt: str = words()
    previous: str = words()
    hash: str = words()


class AuditHead(SQLModel, table=True):
    """The end of the chain; its row is locked while an entry is added."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    number: int = 0
    hash: str = words()


class Counter(SQLModel, table=True):
    """The last number given out under one name."""

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int = 0


class Outgoing(SQLModel, table=True):
    """Something to be said outside: rendered and frozen here, sent by the relay, never forgotten."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_open", "state", "not_before",
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index("outbox_subject", "subject", "state"),
    )  # fmt: skip

    id: int = key()
    key: str = words(unique=True)
    wire: str = words()
    """``slack``, ``mail`` or ``file``."""
    subject: str = words()
    """Rows of one subject leave in the order in which they were written."""
    lane: str = words()
    """What shares one pace: a Slack channel, or the mail server."""
    purpose: str = words()
    """What follows from the outcome, for instance ``purchase_order``; empty for a mere message."""
    body: str = words()
    state: str = words()
    """``due``, ``claimed``, ``transmitting``, ``sent``, ``unknown``, ``dead`` or ``dropped``."""
    not_before: datetime = moment(empty=False)
    give_up_at: datetime = moment(empty=False)
    lease_no: int = 0
    lease_until: datetime | None = moment()
    lease_owner: str = words()
    tries: int = 0
    outcome: str = words()
    created_at: datetime = moment(empty=False)
    ended_at: datetime | None = moment()


class Card(SQLModel, table=True):
    """Where a card stands in Slack, by our own key, so that every copy can be brought up to date."""

    __tablename__ = "cards"
    __table_args__ = (Index("cards_place", "channel", "ts"),)

    key: str = Field(primary_key=True)
    subject: str = words(index=True)
    channel: str = words()
    ts: str | None = words(empty=True)
    person_id: int | None = link("people", empty=True)


class Watermark(SQLModel, table=True):
    """How far something outside has been read, for instance a channel's history."""

    __tablename__ = "watermarks"

    name: str = Field(primary_key=True)
    value: str = words()
