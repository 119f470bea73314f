"""Tables of what people's attention is asked for: clocks of work orders, digests nobody wants, and what was posted unasked."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, words


class OrderClock(SQLModel, table=True):
    """When a work order's clocks are looked at next, and which of their marks have been told."""

    __tablename__ = "order_clocks"
    __table_args__ = (UniqueConstraint("work_order_id"),)

    id: int = key()
    work_order_id: int = link("work_orders", index=False)
    look_at: datetime = moment(empty=False, index=True)
    told: str = words()
    """Marks as ``respond:past``, with a blank between them."""


class DigestOff(SQLModel, table=True):
    """A digest that a person has turned off."""

    __tablename__ = "digests_off"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: int = key()
    person_id: int = link("people")
    digest: str = words()


class ChannelPost(SQLModel, table=True):
    """A message that nobody caused and that stands in a channel by itself, with the moment from which on it may leave."""

    __tablename__ = "channel_posts"
    __table_args__ = (Index("channel_posts_lately", "channel", "at"),)

    id: int = key()
    channel: str = words()
    at: datetime = moment(empty=False)
