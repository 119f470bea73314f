"""Column types and makers that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: ``timestamptz`` on PostgreSQL, UTC text on SQLite; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Return what writes a moment, for SQLite without the detour over two functions."""
        return _lite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what reads a moment, for SQLite in one step."""
        return _lite_moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware moment into UTC; raises ``ValueError`` for a naive one."""
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back with its time zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = f"{value} has no time zone"
        raise ValueError(message)
    return value.astimezone(UTC)


def _lite_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _lite_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


WholeNumber = BigInteger().with_variant(Integer, "sqlite")
"""64 bits everywhere; SQLite only numbers rows by itself in a column that is called INTEGER."""


def key() -> Any:
    """Declare the row's own number, given by the database."""
    return Field(default=None, sa_column=Column(WholeNumber, primary_key=True, autoincrement=True))


def whole(default: int | None = 0) -> Any:
    """Declare thousandths, ten-thousandths or minor units."""
    return Field(default=default, sa_type=WholeNumber, nullable=default is None)


def moment(*, empty: bool = True, index: bool = False) -> Any:
    """Declare an aware point in time."""
    return Field(default=None, sa_type=UtcDateTime, nullable=empty, index=index)


def words(*, empty: bool = False, **options: Any) -> Any:
    """Declare text of any length."""
    return Field(default=None if empty else "", sa_type=Text, nullable=empty, **options)


def link(target: str, *, empty: bool = False, index: bool = True) -> Any:
    """Declare a reference to another table's row."""
    return Field(default=None, sa_type=WholeNumber, foreign_key=f"{target}.id", nullable=empty, index=index)
