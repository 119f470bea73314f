"""Goods that go back to a supplier: where a return stands, and who may move it on."""

from enum import StrEnum

from orders.errors import Unlawful
from orders.lifecycle import Lifecycle, rows
from orders.people import Role


class ReturnState(StrEnum):
    """Where a return to a supplier stands."""

    PROPOSED = "proposed"
    """Something was rejected; nobody has decided what becomes of it."""
    ANNOUNCED = "announced"
    """The supplier has the return note by mail; the goods are still here."""
    SENT = "sent"
    """The goods have left."""
    SETTLED = "settled"
    """The replacement or the credit has come."""
    DROPPED = "dropped"
    """Nothing is sent back."""


class ReturnEvent(StrEnum):
    """What may happen to a return."""

    ANNOUNCE = "announce"
    LEAVE = "leave"
    SETTLE = "settle"
    UNSETTLE = "unsettle"
    DROP = "drop"


class Wanted(StrEnum):
    """What is expected for goods that go back."""

    REPLACEMENT = "replacement"
    """The supplier sends new ones."""
    CREDIT = "credit"
    """The supplier gives the money back."""


_S, _E = ReturnState, ReturnEvent
_BUY, _STORE, _FIN, _SYS = Role.BUYER, Role.STOREKEEPER, Role.FINANCE, Role.SYSTEM
RETURNS = Lifecycle(
    "supplier return",
    (
        *rows((_S.PROPOSED,), _E.ANNOUNCE, _S.ANNOUNCED, (_BUY,)),
        *rows((_S.PROPOSED,), _E.DROP, _S.DROPPED, (_BUY, _SYS)),
        *rows((_S.ANNOUNCED,), _E.LEAVE, _S.SENT, (_STORE, _BUY)),
        *rows((_S.SENT,), _E.SETTLE, _S.SETTLED, (_BUY, _FIN, _SYS)),
        *rows((_S.SETTLED,), _E.UNSETTLE, _S.SENT, (_SYS,)),
    ),
)
"""A rejection makes a proposal; what was sent back is settled by what comes for it."""


def check_outcome(subject: str, wanted: str, written: str) -> str:
    """Return the credit note's number; raises ``Unlawful`` where a replacement is awaited, or nothing was written."""
    if wanted != Wanted.CREDIT:
        raise Unlawful(why=f"A replacement is awaited for {subject}. Counting it settles the return.")
    if not written.strip():
        raise Unlawful(why=f"Write the number of the credit note for {subject}.")
    return written.strip()[:80]


def awaited(open_quantity: int, returned: int) -> int:
    """Return how many thousandths of what was sent back are still to be replaced: what was ordered comes first."""
    return min(max(open_quantity, 0), returned)
