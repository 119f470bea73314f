"""What a sentence says of all the articles that it lists: 'your order (A 800 kg, B 400 kg) is put off until the 27th'."""

import re
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
