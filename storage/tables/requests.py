"""The table of requests: what people reported, apart from the work orders that came of it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.columns import key, link, moment, words


class Request(SQLModel, table=True):
    """One report, where its conversation hangs, and what became of it."""

    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("channel", "root_ts"),)

    id: int = key()
    number: str = words(unique=True)
    title: str = words()
    description: str = words()
    asset_id: int | None = link("assets", empty=True)
    unlisted: bool = False
    """Whether it is about something that is in no list of assets."""
    impact: str = words()
    guessed: str = words()
    state: str = words(index=True)
    reported_by_id: int | None = link("people", empty=True)
    channel: str = words()
    root_ts: str | None = words(empty=True)
    """The Slack message that the conversation hangs from; None until the card that is the root has been posted."""
    mail_id: int | None = link("inbound_mails", empty=True)
    """The mail that it came by, if it came by mail."""
    message_id: str = words(index=True)
    """The Message-ID of that mail, so that replies to it find the request."""
    work_order_id: int | None = link("work_orders", empty=True)
    """The work order that was made of it, or that it was joined to."""
    asked_until: datetime | None = moment(index=True)
    """Until when an answer is waited for whether it is the same as another work order."""
    reason: str = words()
    """Why it was rejected, or what the reporter was asked last."""
    decided_by_id: int | None = link("people", empty=True, index=False)
    decided_at: datetime | None = moment()
    created_at: datetime = moment(empty=False)
    version: int = 1
