"""Finds counts that are written in words ('zwölf Stück', 'dwie rolki', 'half a dozen'), and only those that can mean nothing else."""

import re
from dataclasses import dataclass

from .lexicon import Hit, Lexicon, is_everyday
from .words import fold, tokens

_GROUP = "numbers."
_BOTH, _MORE, _JOINT = f"{_GROUP}both", f"{_GROUP}more", f"{_GROUP}joint"
_REACH = 28
_COUNTED_NEXT = re.compile(r"\s*(?:[^\W\d_]{1,7}\s){0,2}\d")
#: A value for what is no sure number; the doubt keeps anybody from counting it.
_UNSURE = 1
_WORDS_BETWEEN = 3
_IN_FIGURES = re.compile(r"[ \u00a0]?\([ ]?(\d{1,3})[ ]?\)")
_FIGURES_BEFORE = re.compile(r"(?<![\w.,/-])(\d{1,3})[ \u00a0]?\([ ]?$")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A count in words with its place and where a unit may follow; doubt says why it is no sure number, both that it means all of two."""

    value: int
    start: int
    end: int
    unit_at: int
    doubt: str = ""
    both: bool = False
    plain: bool = False
    """Whether the words mean nothing but this number, so that they count an article without a unit."""


def spelled(text: str, words: Lexicon) -> list[Spelled]:
    """Every count in words in their order; numbers of several words ('vinte e quatro') are told, with a doubt."""
    hits = words.hits(text)
    named = _longest(_counts(hits))
    if not any(hit.meaning not in (_JOINT, _MORE) for hit in named):
        return []
    return [_read(run, text, hits, words) for run in _runs(named) if any(hit.meaning != _JOINT for hit in run)]


def _counts(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.meaning.startswith(_GROUP)]


def _longest(named: list[Hit]) -> list[Hit]:
    """The hits without those that lie in a longer one; one per place."""
    found: list[Hit] = []
    for hit in sorted(named, key=lambda hit: (hit.first, -hit.last)):
        if not found or hit.first > found[-1].last:
            found.append(hit)
    return found


def _runs(named: list[Hit]) -> list[list[Hit]]:
    """The hits that follow each other without another word between; a joint counts only between two numbers."""
    runs: list[list[Hit]] = []
    for hit in named:
        if runs and runs[-1][-1].last + 1 == hit.first:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return [_without_loose_joints(run) for run in runs]


def _without_loose_joints(run: list[Hit]) -> list[Hit]:
    while run and run[0].meaning == _JOINT:
        run = run[1:]
    while run and run[-1].meaning == _JOINT:
        run = run[:-1]
    return run


def _read(run: list[Hit], text: str, hits: list[Hit], words: Lexicon) -> Spelled:
    first, last = run[0], run[-1]
    said = text[first.start : last.end]
    rival = any(
        one.start == first.start and one.end == first.end and one.meaning != first.meaning for one in _counts(hits)
    )
    if len(run) > 1 or rival or first.meaning == _MORE or _goes_on(text, first.start, last.end):
        return Spelled(_UNSURE, first.start, last.end, last.end, doubt=said)
    if first.meaning == _BOTH:
        joined = any(
            hit.meaning == _JOINT and hit.first > first.last and not _COUNTED_NEXT.match(text, hit.end) for hit in hits
        )
        return Spelled(2, first.start, first.end, first.end, doubt=said if joined else "", both=True, plain=True)
    value = int(first.meaning.removeprefix(_GROUP))
    plain = value > 1 and not _means_more(first, text, hits)
    return _with_figures(Spelled(value, first.start, first.end, _unit_at(first, text, words), plain=plain), text)


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a hyphen joins another word: 'twenty-four', 'six-pack', 'two-part'."""
    return bool(re.match(r"[-\u2010-\u2013][^\W_]", text[end:]) or re.search(r"[^\W_][-\u2010-\u2013]$", text[:start]))


def _unit_at(hit: Hit, text: str, words: Lexicon) -> int:
    """Where the unit begins: behind the words, or with the last of them where it is listed with its unit ('on adet')."""
    said = tokens(fold(text[hit.start : hit.end]))
    units = words.meanings_of(said[-1].word, "units")
    if len(said) > 1 and units and "DZN" not in units:
        return hit.start + said[-2].end
    return hit.end


def _means_more(hit: Hit, text: str, hits: list[Hit]) -> bool:
    """Whether the words could be others too: they have a second meaning, or are everyday words of some language."""
    others = [other for other in hits if other.first == hit.first and not other.meaning.startswith(_GROUP)]
    return bool(others) or is_everyday(text[hit.start : hit.end])


def _with_figures(one: Spelled, text: str) -> Spelled:
    """'two (2) pcs' and '2 (two) pcs' say it twice: both must say the same."""
    behind = _IN_FIGURES.match(text, one.end)
    before = _FIGURES_BEFORE.search(text[: one.start]) if text[one.end : one.end + 1] == ")" else None
    said = behind or before
    if said is None:
        return one
    start, end = (before.start(1), one.end + 1) if before else (one.start, said.end())
    doubt = "" if int(said.group(1)) == one.value else text[start:end]
    return Spelled(one.value, start, end, end, doubt=doubt, plain=one.plain)


def counts_something(one: Spelled, text: str, places: list[tuple[int, int]], others: list[Spelled]) -> bool:
    """Whether an article stands just before, or it or a second count follows so closely that a count without a unit speaks of it."""
    if one.plain and any(0 < one.start - end <= 2 for _, end in places):  # noqa: PLR2004
        return True
    starts = [start for start, _ in places] + [other.start for other in others]
    starts += [one.end + match.start() for match in re.finditer(r"\d", text[one.end : one.end + _REACH])][:1]
    after = [start for start in starts if one.end < start <= one.end + _REACH]
    between = text[one.end : min(after)] if after else ""
    return bool(after) and len(between.split()) <= _WORDS_BETWEEN and not re.search(r"[.;:,]", between)
