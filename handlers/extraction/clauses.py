"""Reads lists and sentences: which article, how many, and whether it left, follows, or only might."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .answers import goes_with, is_plain_yes
from .blocks import Line
from .claims import Claim
from .contents import with_each
from .counting import (
    around,
    hangs,
    is_apart,
    is_choice,
    is_unready,
    with_contents,
    without_own_pack,
)
from .cuts import cut
from .dates import Calendar
from .delays import planned, spread_delay, spread_wait, tear_lists
from .figures import Reader, Written
from .identity import Mention, Numbers, Scope
from .lexicon import Hit, Lexicon
from .masks import masked
from .meanings import Counts, give
from .prices import price_in
from .rests import without_rest
from .sentences import (
    MOST_ENTRY,
    MOST_SENTENCE,
    SHORT,
    Entry,
    LineRef,
    announces_open,
    announces_past,
    ends_with,
    entries,
    flags_of,
    line_refs,
    names_a_pack,
    only_waits,
    promised,
    sentences,
)
from .spotting import Spot
from .stretches import segments
from .substitutes import has_none_instead
from .units import Figure
from .words import fold

_LEAST_SENTENCE = 2
_ASIDE = re.compile(r"\([^()]*\)")
#: So many everyday words make a sentence of an entry of a list.
_MOST_LISTED, _MOST_BESIDE = 3, 2
#: '(drain valve, 1 pc)': the count stands in brackets, and what is said of it behind them.
_COUNTED_ASIDE = re.compile(r"\([^()]*,\s?\d[\d.,]*\s?[^\W\d_]{1,8}\.?\)\s+[^\W\d_]")
#: So many letters at most between a line and the order of which it is said to be.
_OF_ORDER = 36
_SAYING = frozenset(
    {"future", "delay", "order_response", "cancellation", "rejected", "open", "past", "conditional", "question"}
)
_VERBS = ("despatch", "delivery", "order_response", "delay", "cancellation", "rejected")
_PASSING = frozenset({"future", "delay", "negation"})
#: '18 pairs (12 missing, sold out)': said of what is missing only.
_ENDING = frozenset({"rejected", "cancellation"})
_MOVES = frozenset({"despatch", "delivery"})
_PROMISING = frozenset({"says.delay", "says.future", "words.arrives"})
_SUPPOSED = frozenset({"conditional", "question", "asked"})
_AGAINST = frozenset({"negation", "doubtful", "rejected", "cancellation"})
_NO_NEWS = frozenset({"doubtful", "rejected", "cancellation", "conditional", "question"})
_NOT_ALONG = frozenset({"words.must", "words.negation", "words.hanging", "says.conditional", "words.doubtful"})
_NO_GOODS = frozenset({"words.unshipped", "labels.total_row", "words.total", "columns.weight"})


@dataclass(slots=True)
class Prose:
    """Reads the lines of one source."""

    scope: Scope
    reader: Reader
    calendar: Calendar
    numbers: Numbers
    claims: list[Claim] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    _last: list[Claim] = field(default_factory=list)
    _order: str = ""
    _open: bool = False
    _past: bool = False
    _section: str = ""
    _led: bool = False
    _before: frozenset[str] = frozenset()
    _aside: bool = False
    _priced: bool = False
    _answers: bool = False
    _offers: bool = False

    @property
    def words(self) -> Lexicon:
        """The words of the mail's languages."""
        return self.reader.words

    def read(self, lines: list[Line]) -> None:
        """Adds a claim for everything that the lines say of known articles."""
        for entry in entries(lines, self.words, self.scope):
            self._read_entry(entry)

    def _read_entry(self, entry: Entry) -> None:
        mentions = self._named(entry.text)
        last: list[Claim] = []
        if entry.near and self._last and not entry.listed and not self.scope.spots(entry.text):
            self._carry(entry)
        for sentence in self._sentences(entry):
            if len(sentence) > MOST_SENTENCE or len(entry.text) > MOST_ENTRY:
                self.doubts.append("a sentence or paragraph longer than is read")
                break
            spots = self.scope.spots(sentence)
            refs = line_refs(sentence, self.words)
            if not spots and not refs and not (entry.above and not last):
                self._go_on(sentence, last, entry)
                self._count_alone(sentence, entry, after=bool(last))
            else:
                last = self._say(sentence, entry, spots, refs) or last
        if len({mention.number for mention in mentions}) == 1 and not self.scope.spots(entry.text):
            self._order = mentions[0].number
        self._last = last if not entry.listed else []
        if not last:
            self._heading(entry)

    def _sentences(self, entry: Entry) -> list[str]:
        """The sentences of an entry; in a row that counts, a labelled rest behind the count is one of its own."""
        row, rest = without_rest(entry.text, self.words) if entry.listed else (entry.text, "")
        names = [(spot.start, spot.end) for spot in self.scope.spots(row)]
        counts = rest and any(one.counted for one in self.reader.written(row, names))
        return [*sentences(row), *sentences(rest)] if counts else sentences(entry.text)

    def _carry(self, entry: Entry) -> None:
        """The new day may stand in the next line of the paragraph that said what is late."""
        for sentence in sentences(entry.text):
            if not line_refs(sentence, self.words) and "delay" in flags_of(sentence, self.words):
                self._put_off(sentence, self._last)

    def _named(self, text: str) -> list[Mention]:
        """The order numbers in a text that are meant as ours."""
        return [mention for mention in self.numbers.mentions(text, self.words) if not mention.theirs]

    def _heading(self, entry: Entry) -> None:
        """A line that announces a list says whether the list left or is still to come, and in which parcel it is."""
        if names_a_pack(entry.text, self.words):
            self._section = entry.text
            return
        if entry.text.rstrip().endswith(":") or len(entry.text) < SHORT:
            self._open = announces_open(entry.text, self.words)
            self._past = not self._open and announces_past(entry.text, self.words)
            flags, leads = flags_of(entry.text, self.words), entry.text.rstrip().endswith(":")
            priced = leads and not flags & _MOVES and _speaks_of_prices(entry.text, self.words)
            self._priced = priced or (self._priced and "\t" in entry.text)
            self._led = leads and bool((flags | self._before) & _MOVES)
            self._aside = leads and bool(flags & _NO_NEWS or ("negation" in flags and not self._open))
            self._offers = "order_response" in flags
        elif any(hit.meaning == "says.despatch" for hit in self.words.hits(entry.text)):
            self._open = self._past = False
        flags = flags_of(entry.text, self.words)
        self._before = frozenset() if flags & (_SUPPOSED | _PASSING | _AGAINST) else flags

    def _go_on(self, sentence: str, last: list[Claim], entry: Entry) -> None:
        """A sentence without an article: what it says of the rest, a new day or a substitute belongs to what was said before."""
        if not last:
            return
        hits = self.words.hits(sentence)
        names = {hit.meaning for hit in hits}
        if "words.substitute" in names and not has_none_instead(sentence, names):
            last[-1].flags.add("substitute")
        if names & _PROMISING:
            self._put_off(sentence, last)
        if not names & {"words.outstanding", "words.substitute"} and not entry.listed:
            return
        masked = self._masked(sentence, [], [])
        for one in self.reader.written(sentence, masked):
            if "words.outstanding" in around(sentence, one, hits):
                self._leave(last, one.figure)
            elif "words.substitute" in names and one.counted:
                last[-1].add("quantity", one.figure)

    def _put_off(self, sentence: str, last: list[Claim]) -> None:
        """'The new date is the 14th' says when that comes of which the sentence before said that it is late."""
        day = promised(sentence, self.calendar, self.words)
        late = "delay" in flags_of(sentence, self.words)
        for claim in last:
            waits = claim.flags & {"delay", "negation"} or (late and not claim.flags & _MOVES)
            if waits and claim.expected_on is None:
                claim.expected_on = day

    def _leave(self, last: list[Claim], figure: Figure) -> None:
        """Of several articles the rest is that of the one of which so much is left."""
        fitting = [claim for claim in last if self._leaves(claim, figure)] if len(last) > 1 else last
        if len(fitting) == 1:
            fitting[0].add("outstanding", figure)

    def _leaves(self, claim: Claim, figure: Figure) -> bool:
        covered = [one.number.value for one in claim.figures.get("quantity", [])]
        lines = [
            line for text in claim.items for spot in self.scope.spots(text) for line in self.scope.lines_with(spot.key)
        ]
        return any(value + figure.number.value in (line.quantity, line.open) for value in covered[:1] for line in lines)

    def _count_alone(self, sentence: str, entry: Entry, *, after: bool) -> None:
        """'All 6 shipped today' names no article: it counts where the order has only one line, and else makes a question."""
        hits = self.words.hits(sentence)
        flags = flags_of(sentence, self.words)
        if (
            flags & _SUPPOSED
            or only_waits(sentence, self.words)
            or not (after or flags & _MOVES or entry.listed or self.words.everyday(sentence))
        ):
            return
        claim = Claim(part=entry.part, text=sentence.strip()[:500], form="prose", flags={*flags, "alone"})
        for one in self.reader.written(sentence, self._masked(sentence, [], [])):
            names = around(sentence, one, without_own_pack(sentence, one, hits))
            before = fold(sentence[max(one.start - 24, 0) : one.start])
            if "words.outstanding" in names:
                claim.add("outstanding", one.figure)
            elif (one.figure.units and (flags & _AGAINST or not names & _NO_GOODS)) or ends_with(
                before, self.words, "words.all"
            ):
                claim.add("quantity", one.figure)
        claim.flags |= {"against"} if flags & _AGAINST else set()
        if claim.figures.get("quantity") and (
            flags & (_MOVES | _AGAINST) or not flags & {"future", "delay", "order_response"}
        ):
            claim.flags -= {"future", "delay"}
            claim.order = _order_of(self._named(sentence), []) or self._order
            self.claims.append(claim)

    def _say(self, sentence: str, entry: Entry, spots: list[Spot], refs: Sequence[LineRef]) -> list[Claim]:
        mentions, self._answers = self._named(sentence), bool(entry.above)
        pieces = cut(sentence, spots, refs, self.reader)
        waiting = {"waiting"} if only_waits(sentence, self.words) else set()
        said = []
        for start, end in pieces:
            inside = [spot for spot in spots if start <= spot.start < end]
            named = [ref for ref in refs if start <= ref.start < end]
            before = [mention for mention in mentions if mention.start < end]
            earlier = bool(flags_of(sentence[:start], self.words) & _MOVES)
            claim = self._claim(sentence, (start, end), inside, named)
            claim.flags |= self._unverbed(sentence, claim, entry) | self._reserve(claim)
            claim.flags |= waiting | ({"priced"} if self._priced else set())
            claim.flags |= {"doubtful"} if self.scope.has_stranger(sentence) else set()
            self._own_verb(claim, sentence[start:end], earlier=earlier)
            claim.order = _order_of(before, mentions) or self._order
            claim.line_ours = claim.line_ours or _line_of_order(sentence, named, mentions)
            claim.part = entry.part
            claim.grid = self._section
            if entry.above:
                self._point_above(claim, entry.above)
            said.append(claim)
        spread_delay(sentence, said, self.calendar)
        spread_wait(said, _SAYING | _MOVES)
        told = not entry.listed and any(claim.flags & _MOVES for claim in self.claims)
        tear_lists([sentence[start:end] for start, end in pieces], said, self.calendar, left=told)
        self.claims += said
        return said

    def _unverbed(self, sentence: str, claim: Claim, entry: Entry) -> set[str]:
        """A whole sentence without any verb that is known may say anything of its figures; an entry of a list need not say it."""
        everyday = self.words.everyday(self._bare(_ASIDE.sub(" ", sentence)))
        listed = entry.listed and everyday < (_MOST_BESIDE if _COUNTED_ASIDE.search(sentence) else _MOST_LISTED)
        told = claim.flags & (_MOVES | _SAYING) or listed or entry.above or self._led or self._goes_along(sentence)
        least = 1 if sentence.rstrip().endswith((".", "!")) else _LEAST_SENTENCE
        return {"unverbed"} if not told and everyday >= least else set()

    def _goes_along(self, sentence: str) -> bool:
        """'The crucibles are in the same parcel: 36 pcs' goes with that of which it was said before that it left."""
        names = {hit.meaning for hit in self.words.hits(sentence)}
        left = any(claim.flags & _MOVES and not claim.flags & (_PASSING | _SUPPOSED) for claim in self.claims)
        return left and "words.together" in names and not names & _NOT_ALONG

    def _reserve(self, claim: Claim) -> set[str]:
        """What a heading holds back hits what stands below it; under 'we can only confirm' a plain confirmation is none of it."""
        confirms = (
            self._offers and "order_response" in claim.flags and not claim.flags & (_NO_NEWS | _MOVES | {"negation"})
        )
        return {"doubtful"} if self._aside and not confirms else set()

    def _passing(
        self, claim: Claim, sentence: str, said: tuple[str, frozenset[str]], found: list[Written]
    ) -> frozenset[str]:
        """Denied, later or supposed: by what is left when asides and segments with figures of their own are taken out."""
        text, passing = said
        told = {id(figure) for role in ("quantity",) for figure in claim.figures.get(role, [])}
        own = [one for one in found if id(one.figure) in told]
        if not own:
            return flags_of(self._bare(sentence), self.words) & passing
        inside = [segment for segment in segments(text) if any(segment[0] <= one.start < segment[1] for one in own)]
        apart = [one for one in found if id(one.figure) not in told]
        kept = [
            text[start:end]
            for start, end in segments(text)
            if (start, end) in inside or not is_apart(text, (start, end), apart)
        ]
        return flags_of(self._bare(" ".join(kept)), self.words) & passing

    def _bare(self, text: str) -> str:
        """The text without its article numbers, whose letters are no words: 'PAS' in 'PAS-A1400' denies nothing."""
        for spot in self.scope.spots(text):
            text = text[: spot.start] + "#" * (spot.end - spot.start) + text[spot.end :]
        return text

    def _own_verb(self, claim: Claim, text: str, *, earlier: bool) -> None:
        """What is put off in its own stretch did not leave because another stretch of the sentence did."""
        waits, own = claim.flags & {"future", "delay"}, flags_of(text, self.words) & _MOVES
        if not waits or not claim.flags & _MOVES or own:
            return
        claim.flags |= set() if earlier else {"torn"}
        claim.flags -= _MOVES if earlier else set()

    def _point_above(self, claim: Claim, above: str) -> None:
        """An answer inside the quoted order, without an article of its own, speaks of the quoted line above."""
        shown = next((text for text in reversed(above.split("\n")) if self.scope.spots(text)), "")
        spots = self.scope.spots(shown)
        if spots and claim.items and self._goes_with(claim, {spot.key for spot in spots}):
            claim.items, claim.free = [], ""
        if not claim.items and not claim.line:
            claim.items = [shown[spot.start : spot.end] for spot in spots]
            claim.free = claim.free or shown
            claim.flags |= {"inline"} | ({"as_ordered"} if is_plain_yes(claim.text, self.calendar) else set())

    def _goes_with(self, claim: Claim, above: set[str]) -> bool:
        """'OK, 6, goes with the pumps' below the line of the valves: other goods that are only called by a name."""
        named = {spot.key for one in claim.items for spot in self.scope.spots(one)}
        if named & above or self.scope.numbers_in(claim.text):
            return False
        return goes_with(claim.text, min(claim.text.find(one) for one in claim.items), self.words)

    def _claim(self, sentence: str, place: tuple[int, int], spots: list[Spot], refs: Sequence[LineRef]) -> Claim:
        start, end = place
        text = sentence[start:end]
        spots = [Spot(spot.key, spot.start - start, spot.end - start) for spot in spots]
        hits = self.words.hits(text)
        claim = Claim(part="", text=text.strip()[:500], form="prose", free=text)
        claim.items = [text[spot.start : spot.end] for spot in spots]
        claim.line = refs[0].number if refs else ""
        claim.line_ours = refs[0].number if refs and refs[0].ours else ""
        claim.flags |= (
            planned(flags_of(self._bare(sentence), self.words), sentence, self.calendar)
            | ({"open"} if self._open else set())
            | ({"past"} if self._past else set())
        )
        masked = self._masked(text, spots, [(ref.start - start, ref.end - start) for ref in refs])
        found = with_each(text, with_contents(text, self.reader.written(text, masked)), self.reader)
        marks = spots or [Spot("", ref.start - start, ref.end - start) for ref in refs]
        self._figures(claim, text, found, hits, marks)
        passing = _PASSING | (_ENDING if {"quantity", "outstanding"} <= set(claim.figures) else set())
        claim.flags = (claim.flags - passing) | self._passing(claim, sentence, (text, passing), found)
        claim.flags |= {"doubtful"} if hangs(text, found, hits) or is_choice(text, found, hits) else set()
        counts = [one for one in found if any(one.figure is told for told in claim.figures.get("quantity", []))]
        claim.flags |= {"unfinished"} if any(is_unready(text, one, hits) for one in counts) else set()
        claim.expected_on = promised(text, self.calendar, self.words)
        claim.price = price_in(text, self.reader.locale)
        return claim

    def _masked(self, text: str, spots: list[Spot], refs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return masked(text, [(spot.start, spot.end) for spot in spots] + refs, self.calendar, self.numbers)

    def _figures(self, claim: Claim, text: str, found: list[Written], hits: list[Hit], spots: list[Spot]) -> None:
        named = [line.description for spot in spots for line in self.scope.lines_with(spot.key)]
        give(claim, Counts(text, found, hits, spots, self.words, named, self._answers, bool(claim.line)))


def _speaks_of_prices(text: str, words: Lexicon) -> bool:
    return any(hit.meaning in ("titles.quotation", "columns.price", "says.newsletter") for hit in words.hits(text))


def _line_of_order(sentence: str, refs: Sequence[LineRef], mentions: list[Mention]) -> str:
    """'Line 2 of your order 4711' and 'der Bestellung 4711 Pos. 2' call the line ours; the number, or nothing."""
    for ref in refs[:1]:
        for order in mentions:
            first, last = sorted([(ref.start, ref.end), (order.start, order.end)])
            between = sentence[first[1] : last[0]]
            if len(between) <= _OF_ORDER and not re.search(r"[\d,;:()\n]|\.(?=\s)", between):
                return ref.number
    return ""


def _order_of(before: list[Mention], mentions: list[Mention]) -> str:
    chosen = before[-1] if before else (mentions[0] if mentions else None)
    return chosen.number if chosen else ""
