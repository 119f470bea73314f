"""What people in a hurry say without the whole verb: 'all 120 gone', 'not the 18th but the 2nd'."""

import re
from dataclasses import replace

from .lexicon import Hit
from .stretches import segments

_MOVED = frozenset({"says.despatch", "says.delivery"})
_NOT_SURE = frozenset(
    {f"says.{name}" for name in ("future", "conditional", "question", "delay", "cancellation", "rejected")}
    | {f"words.{name}" for name in ("must", "negation", "doubtful", "hanging", "rejected", "except", "unfinished")}
)
_COUNT_ENDS = re.compile(r"(?<![\w/.,-])\d[\d.,]*\s?(?:[^\W\d_]{1,8}\.?)?\s$")
_CONTRAST = re.compile(
    r"(?<!\w)(?:sondern|mais|maar|but|tylko|ale|lecz|sino|bens\u00ec|ma|utan|men|mas|n\u00fdbr\u017e|hanem|vaan|ama|fakat)(?!\w)",
    re.IGNORECASE,
)
#: A day in figures, or the day of a month behind its article: '18.11', 'le 26', 'the 18th'.
_BESIDE = 2
_DAY = re.compile(
    r"(?<![\w.,/])(?:\d{1,2}[./]\d{1,2}(?:[./]|[./](?:\d\d){1,2})?(?![\w/])|(?<=\ble )\d{1,2}|(?<=\bam )\d{1,2}\.|\d{1,2}(?:st|nd|rd|th))(?!\w)",
    re.IGNORECASE,
)


def clipped(text: str, hits: list[Hit], *, asked: bool) -> list[Hit]:
    """The verbs of leaving of which half is left out; never where it may be a wish or a plan."""
    went = [hit for hit in hits if hit.meaning == "words.went"]
    if not went or asked or any(hit.meaning in _MOVED for hit in hits):
        return []
    return [
        replace(hit, meaning="says.despatch")
        for start, end in segments(text)
        for inside in [[hit for hit in hits if start <= hit.start < end]]
        if not {hit.meaning for hit in inside} & _NOT_SURE
        for hit in inside
        if hit.meaning == "words.went" and _is_told(text[start : hit.start], hit, inside)
    ]


def _is_told(before: str, hit: Hit, inside: list[Hit]) -> bool:
    """Whether a count stands just before, a word for today beside it, or it was yesterday."""
    days = [one for one in inside if one.meaning == "words.today"]
    beside = any(abs(one.first - hit.last) <= _BESIDE or abs(hit.first - one.last) <= _BESIDE for one in days)
    return beside or _COUNT_ENDS.search(before) is not None or any(one.meaning == "words.yesterday" for one in inside)


def put_off(text: str, hits: list[Hit]) -> list[Hit]:
    """'Not on the 18th but on the 2nd' says that something is late, whatever the verb; what left on another day is not."""
    denials = [hit for hit in hits if hit.meaning == "words.denies"]
    contrast = _CONTRAST.search(text, denials[0].end) if denials else None
    if contrast is None or any(hit.meaning in _MOVED for hit in hits):
        return []
    first = _names_day(text, (denials[0].end, contrast.start()), hits)
    second = _names_day(text, (contrast.end(), len(text)), hits)
    return [replace(denials[0], meaning="says.delay")] if first and second else []


def _names_day(text: str, place: tuple[int, int], hits: list[Hit]) -> bool:
    start, end = place
    named = any(hit.meaning.startswith(("weekdays.", "months.")) and start <= hit.start < end for hit in hits)
    return named or _DAY.search(text, start, end) is not None


_CLAUSE_ENDS = re.compile(r"[.,;:!?()\u2013\n]|\s-\s")
_TO_BE = re.compile(r"\s{0,2}be\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|u|sie|ihr|je)\s$", re.IGNORECASE)


def bound(text: str, hits: list[Hit]) -> list[Hit]:
    """Verbs of leaving that another verb puts into the future or makes a wish: 'werden am Montag verschickt', 'should go today'."""
    musts = [hit for hit in hits if hit.meaning == "words.must" and not _YOU.search(text[: hit.start])]
    return [
        replace(hit, meaning="says.future")
        if hit.meaning in _MOVED and any(_binds(text, must, hit) for must in musts)
        else hit
        for hit in hits
    ]


def _binds(text: str, must: Hit, verb: Hit) -> bool:
    """Whether a verb such as 'will' stands before another one in its clause, or right behind it as German and Dutch put it."""
    between = text[must.end : verb.start]
    if text[must.start : must.end].lower() == "to" and not _TO_BE.match(between):
        return False
    if must.start >= verb.end:
        return text[verb.end : must.start].strip() == "" and "\n" not in text[verb.end : must.start]
    return must.end <= verb.start and not _CLAUSE_ENDS.search(between)
