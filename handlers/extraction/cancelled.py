"""Which lines a cancellation ends: those of which it says so, or the only one that it names."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from .claims import Claim
from .identity import Numbers, Scope, keys_of, match
from .known import Order
from .lexicon import Hit, Lexicon
from .merging import Heard, Statement
from .sentences import flags_of, line_refs, spoken
from .units import Unclear, in_order_unit

_ENDS = frozenset({"cancellation", "rejected"})
_SUPPOSED = frozenset({"conditional", "question", "asked"})
#: What is said besides of a line that is not cancelled, and changes nothing that is proposed.
_GOES_ON = frozenset({"unaffected", "future", "order_response"})
_VERBS = frozenset({"says.cancellation", "words.rejected", "says.rejected"})
_MOVED = frozenset({"says.despatch", "says.delivery"})
#: So many words beside a verb a denial is its own: 'is not cancelled'.
_BESIDE = 2
_BRIDGE = 40
_STOP = re.compile(r"[,.;:()]")
#: What makes the order that from which something is taken, and anything else that is named between.
_FROM = re.compile(
    r"\d|[,;:()]|(?<!\w)(?:from|off|of|on|in|aus|von|auf|de|du|sur|dans|del|en|da|dal|dall|dalla|di|nel|van|uit|op|z|ze|ur|fr\u00e5n|fra|af|av|i|p\u00e5|do|na|no)(?!\w)",
    re.IGNORECASE,
)


def named_lines(claims: list[Claim], scope: Scope, orders: list[Order]) -> None:
    """'We strike line 3' speaks of the article on our line 3 where another sentence of the mail names it."""
    named: dict[int, set[str]] = {}
    for claim in claims:
        for order in orders if claim.items else ():
            line = match(claim, order, scope).line
            if line is not None:
                named.setdefault(line.line, set()).add(claim.items[0])
    for claim in claims:
        items = named.get(int(claim.line), set()) if claim.line.isdecimal() else set()
        if claim.form == "prose" and not claim.line_ours and not keys_of(claim, scope) and len(items) == 1:
            claim.items = sorted(items)


def cancelled(heard: Heard, claims: list[Claim], scope: Scope, orders: list[Order]) -> Heard:
    """Adds the lines that are named without a count, and leaves out or doubts those that are not said to be cancelled."""
    told = {(one.order.number, one.line.line) for one in heard.statements}
    for claim in claims:
        if claim.form != "prose" or claim.figures or not (claim.items or claim.line or claim.line_ours):
            continue
        for order in orders if not claim.flags & (_SUPPOSED | _GOES_ON) else ():
            line, by = (found := match(claim, order, scope)).line, found.by
            if line is not None and (order.number, line.line) not in told:
                told.add((order.number, line.line))
                heard.statements.append(Statement(order, line, Decimal(0), None, None, claim, by))
    ended = [one for one in heard.statements if one.claim.flags & _ENDS]
    others = [one for one in heard.statements if one not in ended]
    heard.statements = [replace(one, outstanding=None) for one in ended or others]
    _doubt(heard, ended, others)
    return heard


def _doubt(heard: Heard, ended: list[Statement], others: list[Statement]) -> None:
    if not ended and len(others) > 1:
        heard.trouble("which line is cancelled is not said", others[0].claim)
    for one in others if ended else ():
        if one.claim.figures and not one.claim.flags & _GOES_ON:
            heard.trouble("named beside what is cancelled", one.claim)
    for one in heard.statements:
        cut, whole = _counted(one), {one.line.quantity, one.line.open}
        if one.claim.flags & _SUPPOSED:
            heard.trouble("cancelled with a reservation", one.claim)
        elif one.claim.expected_on is not None:
            heard.trouble("cancelled, and a day beside it", one.claim)
        elif cut and not cut & whole:
            heard.trouble("only a part of the line may be cancelled", one.claim)


def _counted(one: Statement) -> set[Decimal]:
    """What a sentence counts of a line, in the order's unit; a size of the goods is no count."""
    found = set()
    for figure in (figure for figures in one.claim.figures.values() for figure in figures):
        with suppress(Unclear):
            found.add(in_order_unit(figure, one.line))
    return found


def cancelling_doubts(told: Iterable[str], words: Lexicon, numbers: Numbers, orders: list[Order]) -> list[str]:
    """Sentences that deny a cancellation, suppose one, or cancel an order as a whole that has more than one line."""
    told = list(told)
    several = any(sum(line.open > 0 for line in order.lines) > 1 for order in orders)
    doubts = [] if any(_struck(one, words) for one in told) else ["it is not said that a line is cancelled"]
    for sentence in told:
        verbs = [hit for hit in spoken(sentence, words) if hit.meaning == "says.cancellation"]
        said = " ".join(sentence.split())[:120]
        if len(sentence.split()) > _BESIDE and _MOVED & {hit.meaning for hit in spoken(sentence, words)}:
            doubts.append(f"something else was sent: {said}")
        if not verbs:
            continue
        if _is_denied(sentence, verbs, words):
            doubts.append(f"a cancellation that is denied: {said}")
        elif flags_of(sentence, words) & {"conditional", "question", "asked"}:
            doubts.append(f"a cancellation that is not sure: {said}")
        elif several and _is_of_all(sentence, verbs, words, numbers):
            doubts.append(f"the whole order may be cancelled: {said}")
    return doubts


def _struck(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence cancels goods: what is only made no longer may come all the same, and a journey may be cancelled, too."""
    hits = words.hits(sentence)
    ceased = [hit for hit in hits if hit.meaning == "words.ceased"]
    verbs = [hit for hit in hits if hit.meaning == "says.cancellation"]
    journey = any(hit.meaning in ("words.sending", "titles.despatch") for hit in hits)
    named = line_refs(sentence, words) or any(map(str.isdigit, sentence))
    return (bool(named) or not journey) and any(
        not any(one.first <= verb.first and verb.last <= one.last for one in ceased) for verb in verbs
    )


def _is_denied(sentence: str, verbs: list[Hit], words: Lexicon) -> bool:
    denials = [hit for hit in words.hits(sentence) if hit.meaning == "words.denies"]
    return any(
        not (verb.first <= no.first and no.last <= verb.last)
        and (0 < verb.first - no.last <= _BESIDE or no.first - verb.last == 1)
        and not _STOP.search(sentence, min(verb.end, no.end), max(verb.start, no.start))
        for verb in verbs
        for no in denials
    )


def _is_of_all(sentence: str, verbs: list[Hit], words: Lexicon, numbers: Numbers) -> bool:
    """'We have cancelled your order 4711': nothing smaller is named before or between."""
    if any(hit.meaning == "words.everything" for hit in words.hits(sentence)):
        return True
    refs = [ref.start for ref in line_refs(sentence, words)]
    for order in numbers.mentions(sentence, words):
        for verb in verbs:
            first, last = sorted([(order.start, order.end), (verb.start, verb.end)])
            between = sentence[first[1] : last[0]]
            near = len(between) <= _BRIDGE and not _FROM.search(between)
            if near and not any(at < last[0] or 0 <= at - order.end <= 2 for at in refs):  # noqa: PLR2004
                return True
    return False
