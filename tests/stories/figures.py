"""What is kept, counted from outside: two plants to which the same has happened once have the same figures."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from bot import inspection
from orders.plant import Plant
from storage.database import Database
from storage.happenings import reading
from storage.tables import Outgoing
from storage.unit_of_work import UnitOfWork, table
from tests.stories.people import Slack

NOT_COUNTED = frozenset(
    {"happenings", "audit", "audit_head", "outbox", "attachments", "counters", "watermarks", "budget_sums", "stock"}
    | {"supplier_months", "order_clocks", "channel_posts"}
)
"""Tables that also hold what was refused or repeated, sums that are verified otherwise, or what only the hour brings."""
OUTGOING = table(Outgoing)


def figures(url: str) -> dict[str, int]:
    """Count the rows of every table that says what exists, and what was said and sent."""
    database = Database(url)
    try:
        found: dict[str, int] = reading(database, Plant(), datetime.now(UTC), _counted)
    finally:
        database.close()
    return found


def _counted(uow: UnitOfWork) -> dict[str, int]:
    tables = [each for each in OUTGOING.metadata.sorted_tables if each.name not in NOT_COUNTED]
    counts = {each.name: int(uow.run(select(func.count()).select_from(each)).scalar_one()) for each in tables}
    for wire, body in uow.run(select(OUTGOING.c.wire, OUTGOING.c.body)).all():
        if wire != "slack" or '"chat.postMessage"' in body:
            counts[f"sent by {wire}"] = counts.get(f"sent by {wire}", 0) + 1
    return counts


def growth(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return what has been added of each kind."""
    grown = {name: count - before.get(name, 0) for name, count in after.items()}
    return {name: count for name, count in grown.items() if count}


def open_rows(url: str) -> list[tuple[str, str, str]]:
    """Return what is still to be sent, or is not known to have been sent, with why."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            query = select(OUTGOING.c.wire, OUTGOING.c.state, OUTGOING.c.outcome)
            rows = connection.execute(query.where(OUTGOING.c.state.not_in(("sent", "dropped")))).all()
    finally:
        database.close()
    return [(row.wire, row.state, str(row.outcome)) for row in rows]


def damage(url: str) -> list[str]:
    """Return what `verify` finds."""
    database = Database(url)
    try:
        return inspection.verify(database)
    finally:
        database.close()


def rows(url: str, kind: Any, **equal: object) -> list[Any]:
    """Return the rows of a table."""
    database = Database(url)
    try:
        found: list[Any] = reading(database, Plant(), datetime.now(UTC), lambda uow: uow.all(kind, **equal))
    finally:
        database.close()
    return found


async def said_twice(slack: Slack) -> list[str]:
    """Return the keys of what came to stand in Slack more than once."""
    posted = [call for call in await slack.calls("chat.postMessage") if call["ok"]]
    keys = Counter(call["args"].get("metadata", {}).get("event_payload", {}).get("key", "") for call in posted)
    return [key for key, count in keys.items() if key and count > 1]


__all__ = ["damage", "figures", "growth", "open_rows", "rows", "said_twice"]
