"""What a sentence says of all the articles that it lists: 'your order (A 800 kg, B 400 kg) is put off until the 27th'."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .claims import Claim
from .dates import Calendar
from .sentences import flags_of, promised

_OTHERWISE = frozenset({"despatch", "delivery", "question", "conditional", "negation", "cancellation", "rejected"})
#: Nothing but a comma and a joint stands between one article with its count and the next.
_LISTED = re.compile(
    r"[\s,;&+)]*(?:(?:and|und|et|e|y|en|i|och|og|ja|a|\u00e9s|ve|sowie|oraz|as well as)\s*)?", re.IGNORECASE
)


def spread_delay(sentence: str, claims: list[Claim], calendar: Calendar) -> None:
    """Gives the one new day of a sentence to each article of its list; one with words of its own keeps them."""
    flags = flags_of(sentence, calendar.words)
    if len(claims) < 2 or "delay" not in flags or flags & _OTHERWISE:  # noqa: PLR2004 - nothing to spread
        return
    day = promised(sentence, calendar, calendar.words)
    if day is None or any(claim.expected_on not in (None, day) for claim in claims):
        return
    for claim in claims[:-1]:
        if claim.expected_on is None and not calendar.days(claim.text) and _is_listed(claim):
            claim.expected_on = day
            claim.flags.add("delay")
        elif claim.expected_on is None:
            return


def _is_listed(claim: Claim) -> bool:
    counts = [figure.text for figures in claim.figures.values() for figure in figures]
    last = max(
        (claim.free.rfind(text) + len(text) for text in [*counts, *claim.items] if text in claim.free), default=-1
    )
    return bool(counts) and last > 0 and _LISTED.fullmatch(claim.free, last) is not None


_WAITS = frozenset({"future", "delay", "negation"})
_MOVED = frozenset({"despatch", "delivery"})
_BESIDE = 8
_TIMES = frozenset({"words.tomorrow", "words.week"})
_FOLLOWS = frozenset({"says.future", "says.delay", "words.outstanding"})
_ARRIVES = frozenset({"words.arrives", "labels.expected_on"})
_LEAVING = frozenset({"says.despatch", "says.delivery", "words.gone", "words.today", "words.yesterday"})
_JOINED = re.compile(
    r"(?:,|(?<!\w)(?:y|and|und|et|e|en|og|och|ja|i|oraz|ve|\u00e9s|sowie|plus|as well as))\s*$", re.IGNORECASE
)


def spread_wait(said: list[Claim], verbs: frozenset[str]) -> None:
    """What a sentence says of its first article holds for those it joins to it without a verb of their own: 'still open are 4 A and 6 B'."""
    for before, claim in pairwise(said):
        put_off = before.flags & _WAITS
        if not put_off or before.flags & _MOVED or claim.flags & (verbs | _WAITS):
            continue
        claim.flags |= put_off if _JOINED.search(before.text) else {"torn"}


@dataclass(slots=True)
class _Piece:
    """What a stretch of one article says of when: that it left, on which other day, or that it follows."""

    joined: str
    left: bool
    dated: bool
    follows: bool
    arrives: bool

    @property
    def later(self) -> bool:
        """Whether it names a day and no verb."""
        return self.dated and not (self.left or self.follows or self.arrives)


def _piece(text: str, calendar: Calendar) -> _Piece:
    hits = calendar.words.hits(text)
    names = {hit.meaning for hit in hits}
    times = [hit for hit in hits if hit.meaning in _TIMES or hit.meaning.startswith("weekdays.")]
    waits = [hit for hit in hits if hit.meaning in _FOLLOWS]
    joint = _JOINED.search(text)
    return _Piece(
        joined=joint.group().strip() if joint else "",
        left=bool(names & _LEAVING),
        dated=bool(times) or any(_is_ahead(day.day, calendar) for day in calendar.days(text)),
        follows=any(not any(one.first <= hit.last and hit.first <= one.last for one in times) for hit in waits),
        arrives=bool(names & _ARRIVES),
    )


def _is_ahead(day: date, calendar: Calendar) -> bool:
    return calendar.written is None or day > calendar.written


def tear_lists(texts: list[str], said: list[Claim], calendar: Calendar, *, left: bool) -> None:
    """'2 A gone today, 6 B and 8 C on Monday': a day behind goods that have no verb of their own, and what it may hold for; left says that goods left in a sentence before."""
    if len(texts) < 2 and not left:  # noqa: PLR2004 - no list
        return
    pieces = [_piece(text, calendar) for text in texts]
    before = [left or any(one.left for one in pieces[:at]) for at in range(len(pieces))]
    torn = [one.later and before[at] for at, one in enumerate(pieces)]
    for at in range(len(pieces) - 2, -1, -1):
        one, behind = pieces[at], pieces[at + 1]
        own = one.left or one.dated or one.follows or one.arrives
        spreads = torn[at + 1] or behind.later or (behind.follows and not behind.left and one.joined not in ("", ","))
        torn[at] = torn[at] or bool(one.joined and not own and spreads)
    for claim, apart in zip(said, torn, strict=True):
        claim.flags |= {"torn"} if apart else set()


def planned(flags: frozenset[str] | set[str], sentence: str, calendar: Calendar) -> set[str]:
    """'Balance 300 pcs, despatch on 26 November' of a mail of the 18th: what is left leaves on a day that is still to come."""
    if not flags & _MOVED or "delivery" in flags:
        return {*flags}
    hits = calendar.words.hits(sentence)
    rests = [hit.start for hit in hits if hit.meaning in ("words.outstanding", "columns.outstanding")]
    verbs = [hit for hit in hits if hit.meaning == "says.despatch"]
    ahead = [day.start for day in calendar.days(sentence) if day.sure and _is_ahead(day.day, calendar)]
    told = [hit for hit in verbs if any(0 <= at - hit.end <= _BESIDE for at in ahead)]
    if not rests or not verbs or len(told) < len(verbs) or min(rests) > verbs[0].start:
        return {*flags}
    return {*flags} - _MOVED | {"future"}
