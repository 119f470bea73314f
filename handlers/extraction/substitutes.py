"""Tells a row that names a substitute from one that names what was ordered."""

import re

from .claims import Claim
from .identity import Scope
from .known import OrderLine
from .merging import Statement
from .sentences import flags_of
from .words import fold, squash

_FLAGS = frozenset({"substitute", "remark:substitute"})
_NUMBER = re.compile(r"(?<![\w/.-])(?=[\w/.-]*\d)(?=[\w/.-]*[^\W\d_])[\w][\w/.-]{2,38}[\w]")


def names_substitute(claim: Claim, line: OrderLine, scope: Scope) -> bool:
    """Whether a claim speaks of another article in the place of the ordered one: by its words, or by an article number of its own."""
    if claim.flags & _FLAGS:
        return True
    if claim.form == "prose":
        return False
    return _says_so(claim, line, scope) or _is_another(claim, line, scope)


def _says_so(claim: Claim, line: OrderLine, scope: Scope) -> bool:
    """'Ersatz' in any cell of a row, unless what was ordered is called so itself."""
    said = "\n".join([claim.text, *claim.items, claim.free])
    if scope.words is None or "substitute" not in flags_of(said, scope.words):
        return False
    ordered = fold(line.description)
    hits = [hit for hit in scope.words.hits(said) if hit.meaning == "words.substitute"]
    return any(fold(said[hit.start : hit.end]) not in ordered for hit in hits)


def _is_another(claim: Claim, line: OrderLine, scope: Scope) -> bool:
    """An article cell that names one that only looks like ours, or none that is known where both its numbers are known."""
    shown = [text for text in claim.items if any(map(str.isdigit, text))]
    if any(scope.has_stranger(text) for text in shown):
        return True
    named = any(scope.spots(text) for text in claim.items)
    both = bool(line.sku and line.supplier_sku)
    return both and bool(shown) and not named and bool(scope.spots(claim.free))


def has_none_instead(sentence: str, names: set[str]) -> bool:
    """'Any replacement we do not have': a sentence that denies a substitute, counts nothing and sends nothing; names are its meanings."""
    sends = names & {"says.despatch", "says.delivery", "words.gone", "says.future"}
    return "words.denies" in names and not sends and not any(map(str.isdigit, sentence))


def named_instead(one: Statement) -> str:
    """Return the number of the article that comes instead, where its row names one alone besides the ordered; else nothing."""
    ordered = {squash(number) for number in (one.line.sku, one.line.supplier_sku) if number}
    found = {match.group() for text in one.claim.items for match in _NUMBER.finditer(text)}
    others = {number for number in found if squash(number) not in ordered}
    return others.pop() if len(others) == 1 else ""
