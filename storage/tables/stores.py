"""Tables of stores: which part may stand in for another, on which assets it is used, and counts of what lies on the shelves."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import key, link, moment, whole, words


class PartAlternate(SQLModel, table=True):
    """A part that may be used instead of another one; that the other may stand in for it as well is not said."""

    __tablename__ = "part_alternates"
    __table_args__ = (UniqueConstraint("part_id", "other_id"),)

    id: int = key()
    part_id: int = link("parts")
    other_id: int = link("parts")


class AssetPart(SQLModel, table=True):
    """A part that is built into an asset, by the plant's own list of spares."""

    __tablename__ = "asset_parts"
    __table_args__ = (UniqueConstraint("asset_id", "part_id"),)

    id: int = key()
    asset_id: int = link("assets")
    part_id: int = link("parts")


class StockCount(SQLModel, table=True):
    """A count of a store, or of some of its parts: who asked for it, and whether its differences were booked."""

    __tablename__ = "stock_counts"

    id: int = key()
    store: str = words()
    scope: str = words()
    """Which parts, as it was asked for; empty: all of the store."""
    state: str = words()
    by_id: int | None = link("people", empty=True, index=False)
    at: datetime = moment(empty=False)
    ended_at: datetime | None = moment()
    reason: str = words()


class StockCountLine(SQLModel, table=True):
    """A part on a count's sheet: what was booked when it was listed, and what somebody counted; in thousandths."""

    __tablename__ = "stock_count_lines"
    __table_args__ = (UniqueConstraint("count_id", "part_id"),)

    id: int = key()
    count_id: int = link("stock_counts")
    part_id: int = link("parts")
    bin: str = words()
    listed: int = whole()
    """What was booked when the sheet was written, or when it had to be counted again."""
    counted: int | None = whole(None)
    difference: int | None = whole(None)
    """What has to be booked so that the ledger says what was counted; later movements do not change it."""
    booked: int = whole()
    """What was booked of it so far."""
    by_id: int | None = link("people", empty=True, index=False)
    again: bool = Field(default=False)
    """Whether it has to be counted again, because stock moved meanwhile."""
