"""The outbox: rows rendered inside a happening and sent by the relay, each claimed by a lease that fences late owners."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, update

from storage.prepared import Prepared
from storage.tables import Outgoing
from storage.unit_of_work import UnitOfWork, table

_ROWS = table(Outgoing)
_EARLIER = _ROWS.alias("earlier")

_written = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

GIVE_UP_AFTER = timedelta(days=5)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)
UNFINISHED = ("due", "claimed", "transmitting", "unknown")
"""States of a row that keep later rows of the same subject waiting."""


def _in(column: ColumnElement[str], *states: str) -> ColumnElement[bool]:
    return or_(*(column == state for state in states))


_BLOCKED = exists().where(
    _EARLIER.c.subject == _ROWS.c.subject, _EARLIER.c.id < _ROWS.c.id, _in(_EARLIER.c.state, *UNFINISHED)
)
_OPEN = _ROWS.c.ended_at.is_(None)
"""Said in every look for unfinished rows, so that the index of open rows is used and not the whole past."""
_DUE = (
    select(_ROWS)
    .where(_OPEN, _ROWS.c.state == "due", _ROWS.c.not_before <= bindparam("now"), ~_BLOCKED)
    .order_by(_ROWS.c.not_before, _ROWS.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIMABLE = Prepared(_DUE)
_LEASE: dict[str, Any] = {
    name: bindparam(f"now_{name}") for name in ("state", "lease_no", "lease_owner", "lease_until", "tries")
}
_HOLD = Prepared(update(_ROWS).where(_ROWS.c.id == bindparam("of")).values(_LEASE))
_NEXT = Prepared(
    select(_ROWS.c.not_before)
    .where(_OPEN, _ROWS.c.state == "due", _ROWS.c.not_before > bindparam("now"))
    .order_by(_ROWS.c.not_before)
    .limit(1)
)
_WAITING = Prepared(
    select(func.count().label("rows"), func.min(_ROWS.c.not_before).label("first")).where(_OPEN, _ROWS.c.state == "due")
)
_HELD = ("claimed", "transmitting", "unknown")


@cache
def _ending(names: tuple[str, ...], states: tuple[str, ...]) -> Prepared:
    """Prepare what writes these columns while the row is in one of the states and under the given lease."""
    where = (_ROWS.c.id == bindparam("of"), _ROWS.c.lease_no == bindparam("under"), _in(_ROWS.c.state, *states))
    return Prepared(update(_ROWS).where(*where).values({name: bindparam(f"now_{name}") for name in names}))


class MailLoop(Exception):  # noqa: N818  # says what would have been
    """A supplier's mail would have caused a mail of ours."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be said: over which wire, about what, in which lane, and what follows from its outcome."""

    wire: str
    subject: str
    lane: str
    body: dict[str, Any]
    purpose: str = ""
    wait: timedelta = timedelta(0)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that a relay holds: it may write the outcome only under this lease number."""

    id: int
    key: str
    wire: str
    subject: str
    lane: str
    purpose: str
    lease_no: int
    tries: int
    give_up_at: datetime
    created_at: datetime
    body: dict[str, Any] = field(hash=False)


def queue(uow: UnitOfWork, letter: Letter) -> int:
    """Add a row that is due at once, or after ``wait``; returns its id. The same key twice is refused by the database.

    Raises ``MailLoop`` for a mail that would follow from a supplier's mail: there is no way to answer mail by mail.
    """
    if uow.silent and letter.wire == "mail":
        raise MailLoop(letter.subject)
    return uow.add(
        Outgoing,
        key=letter.key or uow.next_key(),
        wire=letter.wire,
        subject=letter.subject,
        lane=letter.lane,
        purpose=letter.purpose,
        body=_written(letter.body),
        state="due",
        not_before=uow.now + letter.wait,
        give_up_at=uow.now + letter.wait + GIVE_UP_AFTER,
        created_at=uow.now,
    )


def replace(uow: UnitOfWork, row_id: int, body: dict[str, Any]) -> bool:
    """Write a newer body into a row that nobody has claimed yet; say whether that was still possible."""
    return uow.change_if(Outgoing, row_id, {"state": "due", "tries": 0}, body=_written(body))


def drop(uow: UnitOfWork, key: str, why: str) -> bool:
    """Take back a row that has not been claimed yet; say whether that was still possible."""
    dropped = update(_ROWS).where(_ROWS.c.key == key, _ROWS.c.state == "due")
    return bool(uow.run(dropped.values(state="dropped", outcome=why, ended_at=uow.now)).rowcount == 1)


def settle(uow: UnitOfWork, row_id: int, state: str, why: str) -> bool:
    """End a row whose outcome was unknown, or that was given up, as ``sent`` or ``dropped``; say whether it was one."""
    open_ended = update(_ROWS).where(_ROWS.c.id == row_id, _ROWS.c.state.in_(("unknown", "dead")))
    return bool(uow.run(open_ended.values(state=state, outcome=why, ended_at=uow.now)).rowcount == 1)


def claim(  # one relay's terms
    connection: Connection,
    now: datetime,
    *,
    owner: str,
    lease: timedelta,
    most: int = 20,
    resting: Collection[str] = (),
) -> list[Claimed]:
    """Claim due rows, the longest due first, at most one a subject and none of a resting lane.

    Other relays skip the rows that are being claimed.
    """
    if resting:
        due = connection.execute(_DUE.where(_ROWS.c.lane.not_in(resting)), {"now": now, "most": most}).all()
    else:
        due = _CLAIMABLE.rows(connection, {"now": now, "most": most})
    for row in due:
        held = {"lease_no": row.lease_no + 1, "lease_owner": owner, "lease_until": now + lease, "tries": row.tries + 1}
        _HOLD.write(
            connection, {"of": row.id, "now_state": "claimed"} | {f"now_{name}": it for name, it in held.items()}
        )
    return [_claimed(row, row.lease_no + 1) for row in due]


def _claimed(row: Any, lease_no: int) -> Claimed:
    return Claimed(
        row.id, row.key, row.wire, row.subject, row.lane, row.purpose, lease_no, row.tries + 1, row.give_up_at,
        row.created_at, json.loads(row.body),
    )  # fmt: skip


def transmitting(connection: Connection, row: Claimed) -> bool:
    """Write down that the next byte cannot be taken back; False when the lease was lost meanwhile."""
    return _under_lease(connection, row, "claimed", {"state": "transmitting"})


def sent(connection: Connection, row: Claimed, now: datetime, outcome: dict[str, Any]) -> bool:
    """Write down that the other side took it; False when the lease was lost meanwhile."""
    values = {"state": "sent", "outcome": json.dumps(outcome), "ended_at": now, "lease_until": None}
    return _under_lease(connection, row, None, values)


def unknown(connection: Connection, row: Claimed, why: str) -> bool:
    """Write down that nobody can tell whether it went out; a person decides."""
    return _under_lease(connection, row, None, {"state": "unknown", "outcome": why, "lease_until": None})


def dead(connection: Connection, row: Claimed, now: datetime, why: str) -> bool:
    """Write down that it cannot be sent; a person decides."""
    return _under_lease(connection, row, None, {"state": "dead", "outcome": why, "ended_at": now, "lease_until": None})


def again(connection: Connection, row: Claimed, at: datetime, why: str, *, burnt: bool = True) -> bool:
    """Put it back for another try at a later time; ``burnt`` says whether the last one counts as a try."""
    tries = row.tries if burnt else row.tries - 1
    values = {"state": "due", "not_before": at, "outcome": why, "lease_until": None, "tries": tries}
    return _under_lease(connection, row, None, values)


def rest(connection: Connection, row: Claimed) -> bool:
    """Put it back as it was, because its lane has to rest; False when the lease was lost meanwhile."""
    return _under_lease(connection, row, None, {"state": "due", "lease_until": None, "tries": row.tries - 1})


def wait_before(tries: int) -> timedelta:
    """Return how long to wait after so many tries: doubled from 2 seconds up to an hour."""
    return min(FIRST_WAIT * (1 << min(max(tries - 1, 0), 20)), LONGEST_WAIT)


def _under_lease(connection: Connection, row: Claimed, state: str | None, values: dict[str, Any]) -> bool:
    ending = _ending(tuple(values), (state,) if state else _HELD)
    given = {"of": row.id, "under": row.lease_no} | {f"now_{name}": value for name, value in values.items()}
    return ending.write(connection, given) == 1


def claim_unknown(connection: Connection, now: datetime, *, wire: str, owner: str, lease: timedelta) -> list[Claimed]:
    """Claim rows of one wire whose outcome is unknown, to look up what became of them."""
    free = or_(_ROWS.c.lease_until.is_(None), _ROWS.c.lease_until < now)
    found = (
        select(_ROWS)
        .where(_OPEN, _ROWS.c.state == "unknown", _ROWS.c.wire == wire, free)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for row in connection.execute(found).all():
        held = {"lease_no": row.lease_no + 1, "lease_owner": owner, "lease_until": now + lease}
        connection.execute(update(_ROWS).where(_ROWS.c.id == row.id).values(held))
        claimed.append(_claimed(row, row.lease_no + 1))
    return claimed


def look_later(connection: Connection, row: Claimed, at: datetime) -> bool:
    """Let nobody look up an unknown outcome again before then; False when the lease was lost meanwhile."""
    return _under_lease(connection, row, "unknown", {"lease_until": at})


def take_over(connection: Connection, now: datetime, *, owner: str | None = None) -> list[int]:
    """Free rows whose lease has run out (or that ``owner`` held before a restart); returns the ids that are now unknown.

    What was only claimed is due again; what was being transmitted may have gone out, so a person is asked.
    """
    late = _ROWS.c.lease_until < now
    mine = or_(late, _ROWS.c.lease_owner == owner) if owner else late
    fenced = {"lease_no": _ROWS.c.lease_no + 1, "lease_until": None}
    connection.execute(update(_ROWS).where(_OPEN, _ROWS.c.state == "claimed", mine).values(fenced | {"state": "due"}))
    lost = select(_ROWS.c.id).where(_OPEN, _ROWS.c.state == "transmitting", mine).with_for_update(skip_locked=True)
    numbers = [row.id for row in connection.execute(lost).all()]
    why = "The process ended while this was being sent."
    gone = update(_ROWS).where(_ROWS.c.id.in_(numbers))
    connection.execute(gone.values(fenced | {"state": "unknown", "outcome": why}))
    return numbers


def renew(connection: Connection, now: datetime, rows: Collection[Claimed], *, lease: timedelta) -> None:
    """Go on holding rows that are still being sent, as far as they have not been taken over meanwhile."""
    for row in rows:
        mine = (_ROWS.c.id == row.id, _ROWS.c.lease_no == row.lease_no, _in(_ROWS.c.state, "claimed", "transmitting"))
        connection.execute(update(_ROWS).where(*mine).values(lease_until=now + lease))


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """Return how many rows are due, and when the first one is."""
    found = _WAITING.row(connection, {})
    return found.rows, found.first


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """Return when the next row becomes due that is not due yet."""
    found = _NEXT.row(connection, {"now": now})
    return found.not_before if found is not None else None
