"""One sentence about finished work, read: what was wrong, why, what was done, how long it took and what was used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import wording
from handlers.done_parts import KnownPart, PartSaid, used
from handlers.done_times import Spent, spent
from handlers.done_words import STRONG, WEAK, choice, codes, pattern

TALK = ("plan", "ask", "condition", "unfinished", "elsewhen")
MOST_READ = 600
"""Of longer messages only so many letters are read."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader is given: the hour, the person's running timer, the parts that can be meant."""

    now: datetime
    timer_since: datetime | None = None
    parts: Sequence[KnownPart] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence tells; whatever it does not tell is empty or None."""

    words: str
    cause: str
    remedies: tuple[str, ...]
    spent: Spent | None
    parts: tuple[PartSaid, ...]
    telling: str
    """The words that can tell what was wrong: without times, and without what was said not to be."""


def read(text: str, known: Known, *, addressed: bool = False) -> Reading | None:
    """Read what somebody wrote about a job; None for everything that does not really say that it is done.

    ``addressed``: it was said to the bot, or with the word *done*, so that less is needed to believe it.
    """
    words = wording.bare(text)
    said = wording.folded(words)[:MOST_READ]
    if _is_talk(said):
        return None
    time, left = spent(said, known.now, known.timer_since)
    remedies, weak = _deeds(left, STRONG), _deeds(left, WEAK)
    parts = used(left, known.parts, replaced="REP" in {*remedies, *weak})
    telling = _affirmed(left)
    found = Reading(words, _cause(left), tuple(dict.fromkeys((*remedies, *weak))), time, parts, telling)
    ended = pattern("ends", "said").search(pattern("ends", "not_said").sub(" ", left)) is not None
    return found if _is_told(found, strong=bool(remedies), ended=ended, addressed=addressed) else None


def _is_talk(said: str) -> bool:
    """Say whether a sentence asks, plans, doubts or tells of another time."""
    if "?" in said or not said:
        return True
    kept = pattern("ends", "not_said").search(said)
    return kept is not None or any(pattern("talk", kind).search(said) for kind in TALK)


def _is_told(found: Reading, *, strong: bool, ended: bool, addressed: bool) -> bool:
    """Say whether enough was told: what was done, beside a time, a part, a cause or an end; or an end beside a time or a part."""
    sure = any(part.sure for part in found.parts)
    timed = found.spent is not None
    beside = sum((timed, sure, ended))
    if strong:
        return addressed or bool(beside) or bool(found.cause)
    if found.remedies:
        return beside > 0
    sooner = found.spent is not None and found.spent.within
    return (ended and (timed or sure) and not sooner) or (timed and sure) or (addressed and (ended or timed))


def _deeds(said: str, section: str) -> tuple[str, ...]:
    """Return the remedies that were really done, in the order in which they were told."""
    found: dict[str, int] = {}
    for code, deed in codes(section).items():
        places = [match.start() for match in deed.finditer(said) if not _denied(said[: match.start()])]
        if places:
            found[code] = places[0]
    return tuple(sorted(found, key=lambda code: found[code]))


def _denied(before: str) -> bool:
    """Say whether a word that denies stands close before."""
    clause = re.split(r"[,;.!]|(?<!\w)(?:and|und|et|y|but|aber|mais|pero)(?!\w)", before)[-1]
    return re.search(rf"(?<!\w){choice('not', 'words')}(?!\w)", " ".join(clause.split()[-3:])) is not None


def _cause(said: str) -> str:
    """Return the code of the cause that is told by the longest words."""
    told = [
        (len(match[0]), code)
        for code, each in codes("causes").items()
        for match in each.finditer(said)
        if not _denied(said[: match.start()])
    ]
    return max(told, key=lambda found: found[0])[1] if told else ""


def _affirmed(said: str) -> str:
    """Return a sentence without what was said not to be: ``no leak`` tells of no leak."""
    return re.sub(
        rf"(?<!\w){choice('not', 'words')}\s+(?:more\s+|longer\s+|mehr\s+)?\w+",
        " ",
        pattern("ends", "said").sub(" ", said),
    )
