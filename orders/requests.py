"""The request: what somebody reported, apart from the work order that may come of it; its states, and which way it goes."""

from enum import StrEnum

from orders.lifecycle import Lifecycle, rows
from orders.people import Role
from orders.work_orders import Impact


class RequestState(StrEnum):
    """Where a request stands."""

    NEW = "new"
    """Nobody has decided on it yet."""
    NEEDS_INFORMATION = "needs_information"
    """The reporter is asked something; the answer makes it new again."""
    TO_REVIEW = "to_review"
    """It could not wait: its work order was made at once, and somebody looks at it afterwards."""
    ACCEPTED = "accepted"
    """Its work order stands."""
    DUPLICATE = "duplicate"
    """It is about what another work order is about, and was joined to that one."""
    REJECTED = "rejected"
    """Nothing will be done, for the reason that was given."""
    WITHDRAWN = "withdrawn"
    """Whoever reported it has taken it back."""


class RequestEvent(StrEnum):
    """What may happen to a request."""

    ACCEPT = "accept"
    MAKE_AT_ONCE = "make_at_once"
    ASK = "ask"
    ANSWER = "answer"
    JOIN = "join"
    REJECT = "reject"
    WITHDRAW = "withdraw"


_S, _E = RequestState, RequestEvent
_SUP, _TECH, _REQ, _SYS = Role.SUPERVISOR, Role.TECHNICIAN, Role.OPERATOR, Role.SYSTEM
WAITING = (_S.NEW, _S.NEEDS_INFORMATION)
"""States in which no work order stands for it yet."""
UNDECIDED = (*WAITING, _S.TO_REVIEW)
"""States in which somebody has still to look at it."""

REQUESTS = Lifecycle(
    "request",
    (
        *rows(WAITING, _E.ACCEPT, _S.ACCEPTED, (_SUP, _SYS)),
        *rows((_S.TO_REVIEW,), _E.ACCEPT, _S.ACCEPTED, (_SUP, _SYS)),
        *rows((_S.NEW,), _E.MAKE_AT_ONCE, _S.TO_REVIEW, (_SYS,)),
        *rows((_S.NEW,), _E.ASK, _S.NEEDS_INFORMATION, (_SUP,)),
        *rows((_S.NEEDS_INFORMATION,), _E.ANSWER, _S.NEW, (_REQ, _TECH, _SUP, _SYS)),
        *rows(UNDECIDED, _E.JOIN, _S.DUPLICATE, (_REQ, _TECH, _SUP)),
        *rows(UNDECIDED, _E.REJECT, _S.REJECTED, (_SUP,)),
        *rows(WAITING, _E.WITHDRAW, _S.WITHDRAWN, (_REQ,)),
    ),
)


class Way(StrEnum):
    """What becomes of a report first."""

    AT_ONCE = "at_once"
    """Its work order is made before anybody is asked."""
    ASK = "ask"
    """Whether it is the same as an open work order is asked first."""
    TRIAGE = "triage"
    """The planners decide."""


CANNOT_WAIT = frozenset({Impact.SAFETY, Impact.STANDS})
"""What a fault does for which no question keeps its work order waiting."""


def way_of(criticality: str, impact: Impact, *, planned: bool, alike: bool) -> Way:
    """Return which way a report goes: ``planned`` where planners decide, ``alike`` where an open work order is likely the same."""
    if impact in CANNOT_WAIT:
        return Way.AT_ONCE
    if alike:
        return Way.ASK
    return Way.TRIAGE if planned and criticality != "A" else Way.AT_ONCE
