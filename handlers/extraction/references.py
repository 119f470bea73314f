"""Settles what a structured document calls our orders and articles: other spellings of known numbers, and strangers."""

from .claims import Claim, Notice
from .identity import Numbers
from .lexicon import Lexicon

_GTIN = (12, 13, 14)


def settle(notice: Notice, numbers: Numbers, words: Lexicon) -> None:
    """Known orders get our spelling; a line of an order that is not known is marked, so that no other order takes it."""
    notice.orders = list(dict.fromkeys(_ours(number, numbers, words) or number for number in notice.orders))
    for claim in notice.claims:
        _settle_order(claim, numbers, words)
        claim.items += [other for item in claim.items for other in _spellings(item)]


def _settle_order(claim: Claim, numbers: Numbers, words: Lexicon) -> None:
    said, claim.order = claim.order, _ours(claim.order, numbers, words)
    if not claim.order and any(map(str.isdigit, said)):
        claim.flags.add("stranger")


def _ours(said: str, numbers: Numbers, words: Lexicon) -> str:
    """The one known order that is named, also behind zeros that fill it up; an empty text for none or several."""
    for text in (said, said.lstrip("0")):
        found = {mention.number for mention in numbers.mentions(text, words)}
        if len(found) == 1:
            return found.pop()
    return ""


def _spellings(item: str) -> list[str]:
    """A GTIN with as many zeros before it as each of its lengths has."""
    if not (item.isascii() and item.isdecimal() and len(item) in _GTIN):
        return []
    bare = item.lstrip("0")
    return [text for text in (bare.zfill(length) for length in _GTIN if length >= len(bare)) if text != item]
