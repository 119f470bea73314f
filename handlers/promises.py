"""What a supplier promised of each order line, part by part: every word is kept, the last one counts."""

from collections.abc import Sequence
from datetime import date

from handlers.mail_readings import Said
from handlers.order_content import Line
from orders.promises import Promise, next_day
from storage.tables import LinePromise
from storage.unit_of_work import UnitOfWork


def kept(uow: UnitOfWork, said: Said, promised_on: date, mail_id: int) -> None:
    """Write down how much of a line is promised for which day; what was promised of it before is replaced, never erased.

    What the supplier calls outstanding has no day of its own and stays promised for the day it had, if there was one.
    """
    line = said.line
    coming = min(said.quantity or line.open, line.open)
    before = standing(uow, line.id)
    last = max((row.promised_on for row in before), default=None)
    for row in before:
        uow.change(LinePromise, row.id, replaced_at=uow.now)
    given = {"line_id": line.id, "mail_id": mail_id, "made_at": uow.now, "accepted": line.accepted}
    for part in _of(said.parts, coming) or [Promise(coming, promised_on)]:
        uow.add(LinePromise, **given, quantity=part.quantity, promised_on=part.on)
    rest = line.open - coming
    if rest > 0 and last is not None:
        uow.add(LinePromise, **given, quantity=rest, promised_on=max(last, promised_on))


def _of(parts: Sequence[Promise], coming: int) -> list[Promise]:
    """Return the parts of a promise as far as they are still to come: what has come was of the earliest."""
    left, found = coming, []
    for part in sorted(parts, key=lambda one: one.on, reverse=True):
        if left > 0:
            found.append(Promise(min(part.quantity, left), part.on))
            left -= found[-1].quantity
    return found[::-1]


def standing(uow: UnitOfWork, line_id: int) -> list[LinePromise]:
    """Return what is promised of a line now, in the order in which it was said."""
    return [row for row in uow.all(LinePromise, line_id=line_id) if row.replaced_at is None]


def next_of(uow: UnitOfWork, line: Line) -> date | None:
    """Return the day on which the next open part of a line is promised; None where nothing that is open has a day."""
    rows = standing(uow, line.id)
    if not rows:
        return None
    came = line.accepted - rows[0].accepted
    return next_day([Promise(row.quantity, row.promised_on) for row in rows], came)
