"""Gives each quantity of a sentence its meaning, by the words of its own stretch, in an ordered table of rules."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .claims import Claim
from .counting import (
    around,
    ends_row,
    follows_verb,
    is_called_ordered,
    is_described,
    is_first_of,
    is_numbered_paper,
    is_of,
    is_rest_that_left,
    is_set_aside,
    leads_answer,
    names_other_goods,
    stands_alone,
    touches,
    without_own_pack,
)
from .figures import Written
from .lexicon import Hit, Lexicon
from .sentences import ends_with, labelled_piece
from .spotting import Spot
from .words import fold

_BEFORE = 24


@dataclass(slots=True)
class Counts:
    """The quantities of one sentence, its words and articles, and what was found of the quantities so far."""

    text: str
    found: list[Written]
    hits: list[Hit]
    spots: list[Spot]
    words: Lexicon
    named: list[str]
    """What our order calls the goods that the sentence names."""
    answering: bool
    """Whether the sentence speaks of articles that it need not name."""
    of_line: bool
    told: list[Written] = field(default_factory=list)
    apart: list[Written] = field(default_factory=list)
    loose: list[Written] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Leaves out what only repeats the name of the goods."""
        self.found = [one for one in self.found if not is_described(self.text, one, self.named)] or self.found

    def names(self, one: Written) -> set[str]:
        """The meanings of the words around a quantity."""
        return around(self.text, one, without_own_pack(self.text, one, self.hits))

    def follows(self, one: Written, meaning: str) -> bool:
        """Whether words of a meaning stand right before a quantity."""
        return ends_with(fold(self.text[max(one.start - _BEFORE, 0) : one.start]), self.words, meaning)

    def alone(self, one: Written) -> bool:
        """Whether a quantity without a unit stands for nothing but a count."""
        return stands_alone(self.text, one, self.spots, self.hits, self.named)


def give(claim: Claim, counts: Counts) -> None:
    """Adds each quantity to the claim under its meaning; one that has none is passed on as a doubt."""
    for one in counts.found:
        meaning = next((meaning for meaning, holds in _RULES if holds(counts, one)), "")
        if meaning == _ASIDE:
            (counts.apart if names_other_goods(one, counts.hits) else counts.loose).append(one)
        elif meaning:
            claim.add(meaning, one.figure)
        if meaning == "ordered" and counts.told and _is_whole_of_the_last(counts, one):
            _lend_unit(claim, counts, one)
        if meaning == "quantity":
            counts.told.append(one)
    if any(_waits_behind(counts, one) for one in counts.found):
        claim.flags.add("behind")
    _pass_on(claim, counts)


def _waits_behind(counts: Counts, one: Written) -> bool:
    """'Gauges:  4 pcs fine; one stays here': that something is still to come is said only behind the count's own clause."""
    piece = labelled_piece(counts.text, one.start, one.end)
    cut = counts.text.find(";", one.end, piece[1]) if piece is not None else -1
    if piece is None or cut < 0:
        return False
    waits = [hit.start for hit in counts.hits if hit.meaning in _COMING and piece[0] <= hit.start < piece[1]]
    return bool(waits) and min(waits) > cut


def _lend_unit(claim: Claim, counts: Counts, whole: Written) -> None:
    """'5 of the 10 drums' counts drums."""
    last = counts.told[-1]
    if not whole.figure.units:
        return
    lent = last.figure.with_unit(whole.figure) if not last.figure.units and not last.figure.strange else last.figure
    figures = claim.figures.get("quantity", [])
    claim.figures["quantity"] = [lent if one is last.figure else one for one in figures]


def _pass_on(claim: Claim, counts: Counts) -> None:
    bare = [one for one in counts.found if not one.counted]
    unused = [one for one in bare if all(one.figure not in figures for figures in claim.figures.values())]
    unused = [one for one in unused if one not in counts.told]
    unused = [one for one in unused if not counts.told or not is_numbered_paper(counts.text, one, counts.hits)]
    dropped = [one for one in counts.found if one.counted and one in counts.loose]
    claim.passed = [one.figure for one in unused + dropped if one not in counts.apart]
    if any(not one.figure.whole for one in unused) and any(one in counts.told for one in bare):
        claim.flags.add("several")


def _is_whole_of_the_last(counts: Counts, one: Written) -> bool:
    """'8 of 10': the quantity before it is a part of this one."""
    if not counts.told or not is_of(counts.text[counts.told[-1].end : one.start], worded=one.worded):
        return False
    last = counts.told[-1]
    return one.counted or last.counted or any(counts.alone(each) for each in (last, one))


def _is_aside(counts: Counts, one: Written) -> bool:
    hits = without_own_pack(counts.text, one, counts.hits)
    return is_set_aside(counts.text, one, hits) and not touches(one, counts.spots)


def _is_rest_that_left(counts: Counts, one: Written) -> bool:
    return is_rest_that_left(counts.text, one, counts.hits) and len(counts.found) == 1


def _is_open(counts: Counts, one: Written) -> bool:
    names = counts.names(one)
    to_come = "says.future" in names and "says.despatch" not in names
    return "words.outstanding" in names or bool(to_come and counts.told)


def _is_ordered(counts: Counts, one: Written) -> bool:
    return counts.follows(one, "words.ordered") or is_called_ordered(one, counts.hits)


def _is_total(counts: Counts, one: Written) -> bool:
    rest_behind = "words.outstanding" in around(counts.text, counts.found[-1], counts.hits)
    return "words.total" in counts.names(one) and bool(counts.told or rest_behind)


def _is_count(counts: Counts, one: Written) -> bool:
    text, spots = counts.text, counts.spots
    return (
        one.counted
        or counts.alone(one)
        or is_first_of(text, one, counts.found)
        or ends_row(text, one, spots)
        or (bool(spots or counts.answering) and _is_said(counts, one))
        or (counts.of_line and counts.follows(one, "words.everything"))
    )


def _is_said(counts: Counts, one: Written) -> bool:
    leads = counts.answering and leads_answer(counts.text, one, counts.hits)
    return leads or follows_verb(counts.text, one, counts.hits) or counts.follows(one, "words.all")


_ASIDE = "aside"
_COMING = frozenset({"words.outstanding", "says.future"})
_RULES: tuple[tuple[str, Callable[[Counts, Written], bool]], ...] = (
    ("ordered", _is_whole_of_the_last),
    (_ASIDE, _is_aside),
    ("rest", _is_rest_that_left),
    ("outstanding", _is_open),
    ("ordered", _is_ordered),
    ("total", _is_total),
    ("quantity", _is_count),
)
"""The meanings of a quantity in the order in which they are tried; the first that holds is taken."""
