"""A contractor's visit to a work order: its lifecycle, and what a few plain words in a mail mean."""

import re
from enum import StrEnum

from orders.lifecycle import Lifecycle, rows
from orders.people import Role


class VisitState(StrEnum):
    """Where a contractor's work stands."""

    ASKED = "asked"
    """The work order went out by mail."""
    AGREED = "agreed"
    """They will come."""
    REFUSED = "refused"
    """They will not come."""
    DONE = "done"
    """They say that it is done; that is a claim."""
    TAKEN_OVER = "taken_over"
    """A person of ours has accepted the work: that is its receipt."""
    CANCELLED = "cancelled"
    """It is not needed any more."""


class VisitEvent(StrEnum):
    """What may happen to a contractor's visit."""

    AGREE = "agree"
    REFUSE = "refuse"
    FINISH = "finish"
    TAKE_OVER = "take_over"
    SEND_BACK = "send_back"
    CANCEL = "cancel"


_S, _E = VisitState, VisitEvent
_SUPP, _OURS = (Role.SUPPLIER,), (Role.SUPERVISOR, Role.BUYER)
VISITS = Lifecycle(
    "visit",
    (
        *rows((_S.ASKED, _S.AGREED, _S.REFUSED), _E.AGREE, _S.AGREED, _SUPP),
        *rows((_S.ASKED, _S.AGREED), _E.REFUSE, _S.REFUSED, _SUPP),
        *rows((_S.ASKED, _S.AGREED, _S.DONE), _E.FINISH, _S.DONE, _SUPP),
        *rows((_S.DONE,), _E.TAKE_OVER, _S.TAKEN_OVER, (Role.SUPERVISOR,)),
        *rows((_S.DONE,), _E.SEND_BACK, _S.AGREED, _OURS),
        *rows((_S.ASKED, _S.AGREED, _S.REFUSED), _E.CANCEL, _S.CANCELLED, _OURS),
    ),
)
OPEN = (_S.ASKED, _S.AGREED, _S.DONE)
"""States in which a visit is still to be spoken about."""

_DENIED = r"\b(?:not|nicht|kein(?:e|en)?|cannot|can't|noch|yet|will be|wird|will|werden|if|wenn|once|sobald)\b"
_SAID = (
    (_E.REFUSE, r"\b(?:we (?:cannot|can't|decline)|decline[ds]?|lehnen .{0,40}\bab|können .{0,60}nicht (?:kommen|übernehmen))\b"),
    (_E.FINISH, r"\b(?:done|completed|finished|erledigt|fertig|abgeschlossen)\b"),
    (_E.AGREE, r"\b(?:accept(?:ed)?|agreed|confirm(?:ed)?|we(?:'ll| will) come|nehmen .{0,60}\ban\b|bestätig\w*|wir kommen|einverstanden)\b"),
)  # fmt: skip
"""What words mean, the strongest first; a sentence that denies or puts off says none of it."""
_DAYS = re.compile(r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{4}\b)?|\d{1,2}\.(?=\s[^\W\d_]))")
"""Days, whose points end no sentence."""


def heard(text: str) -> VisitEvent | None:
    """Return what a contractor says in plain words; None for a question, a remark, or words that contradict each other."""
    found = set()
    for sentence in re.split(r"(?<=[?.!;\n])", _DAYS.sub("", text).casefold()):
        if "?" in sentence:
            continue
        for event, words in _SAID:
            if re.search(words, sentence) and (event is not _E.FINISH or not re.search(_DENIED, sentence)):
                found.add(event)
                break
    return found.pop() if len(found) == 1 else None
