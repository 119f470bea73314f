"""Reads lists and sentences: which article, how many, and whether it left, follows, or only might."""

import re
from dataclasses import dataclass, field
from datetime import date

from .blocks import Line
from .claims import Claim
from .dates import Calendar
from .figures import Reader, Written
from .identity import Mention, Numbers, Scope
from .lexicon import Hit, Lexicon
from .spotting import Spot
from .words import fold

_BULLET = re.compile(r"^\s*(?:[-*\u2022\u00b7\u2013\u25cf\u25aa>+]+\s+|\(?\d{1,3}[.)]\s+|\d{1,3}\s*[:|]\s+)")
_SENTENCE = re.compile(r"(?<=[.!?])[\"')]?\s+(?=[^\Wa-z\d_]|\d)|\s*;\s+")
_SEGMENT = re.compile(r"[()\[\];:]|,(?=\s)|\s[-\u2013\u2014]+\s|\.\s")
_WEEK = re.compile(
    r"(?<![\w])(?:kw|cw|wk|week|w/c|w|v|vecka|v\.|uge|uke|vko|viikko|sem|semaine|semana|settimana|sett|tyg|tydzie\u0144|t\u00fdden|h\u00e9t|hafta|kalenderwoche|n\u00b0|nr|tel|fax|gate|rampe|tor|dock)\.?\s?:?\s?#?\d{1,4}(?:\s?/\s?\d{2,4})?(?![\w])",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?\d[\d ()/-]{8,}\d")
_SHORT = 48
_NEAR = 28
_VERBS = ("despatch", "delivery", "order_response", "delay", "cancellation", "rejected")
_OPEN = frozenset({"future", "delay"})


@dataclass(slots=True)
class Entry:
    """A list entry or a paragraph: lines that belong together."""

    text: str
    part: str
    listed: bool
    above: str = ""


@dataclass(slots=True)
class Prose:
    """Reads the lines of one source."""

    scope: Scope
    reader: Reader
    calendar: Calendar
    numbers: Numbers
    claims: list[Claim] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    _order: str = ""
    _open: bool = False

    @property
    def words(self) -> Lexicon:
        """The words of the mail's languages."""
        return self.reader.words

    def read(self, lines: list[Line]) -> None:
        """Adds a claim for everything that the lines say of known articles."""
        for entry in entries(lines, self.words, self.scope):
            self._read_entry(entry)

    def _read_entry(self, entry: Entry) -> None:
        mentions = self.numbers.mentions(entry.text, self.words)
        last: Claim | None = None
        for sentence in sentences(entry.text):
            spots = self.scope.spots(sentence)
            refs = line_refs(sentence, self.words)
            if not spots and not refs and not (entry.above and not last):
                self._go_on(sentence, last, entry)
            else:
                last = self._say(sentence, entry, spots, refs) or last
        if len({mention.number for mention in mentions}) == 1 and not self.scope.spots(entry.text):
            self._order = mentions[0].number
        if last is None:
            self._heading(entry)

    def _heading(self, entry: Entry) -> None:
        """A line that announces a list says whether the list left or is still to come."""
        names = {hit.meaning for hit in self.words.hits(entry.text)}
        if entry.text.rstrip().endswith(":") or len(entry.text) < _SHORT:
            shipped = bool(names & {"says.despatch", "says.delivery"})
            self._open = not shipped and bool(names & {"words.outstanding", "says.future"})
        elif "says.despatch" in names:
            self._open = False

    def _go_on(self, sentence: str, last: Claim | None, entry: Entry) -> None:
        """A sentence without an article: what it says of the rest, or of a substitute, belongs to the last one."""
        if last is None:
            return
        hits = self.words.hits(sentence)
        names = {hit.meaning for hit in hits}
        if "words.substitute" in names:
            last.flags.add("substitute")
        if not names & {"words.outstanding", "words.substitute"} and not entry.listed:
            return
        masked = self._masked(sentence, [], [], [])
        for one in self.reader.written(sentence, masked):
            if "words.outstanding" in _around(sentence, one, hits):
                last.add("outstanding", one.figure)
            elif "words.substitute" in names and one.counted:
                last.add("quantity", one.figure)

    def _say(self, sentence: str, entry: Entry, spots: list[Spot], refs: list["LineRef"]) -> Claim | None:
        mentions = self.numbers.mentions(sentence, self.words)
        pieces = _cut(sentence, spots, refs, self.reader)
        claim = None
        for start, end in pieces:
            inside = [spot for spot in spots if start <= spot.start < end]
            named = [ref for ref in refs if start <= ref.start < end]
            before = [mention for mention in mentions if mention.start < end]
            claim = self._claim(sentence, (start, end), inside, named)
            claim.order = _order_of(before, mentions) or self._order
            claim.part = entry.part
            if entry.above:
                self._point_above(claim, entry.above)
            self.claims.append(claim)
        return claim

    def _point_above(self, claim: Claim, above: str) -> None:
        """An answer inside the quoted order, without an article of its own, speaks of the quoted line above."""
        if not claim.items and not claim.line:
            claim.items = [above[spot.start : spot.end] for spot in self.scope.spots(above)]
            claim.free = claim.free or above
            claim.flags.add("inline")

    def _claim(self, sentence: str, place: tuple[int, int], spots: list[Spot], refs: list["LineRef"]) -> Claim:
        start, end = place
        text = sentence[start:end]
        spots = [Spot(spot.key, spot.start - start, spot.end - start) for spot in spots]
        hits = self.words.hits(text)
        claim = Claim(part="", text=text.strip()[:500], form="prose", free=text)
        claim.items = [text[spot.start : spot.end] for spot in spots]
        claim.line = refs[0].number if refs else ""
        claim.flags |= flags_of(sentence, self.words) | ({"open"} if self._open else set())
        masked = self._masked(text, spots, [(ref.start - start, ref.end - start) for ref in refs], [])
        self._figures(claim, text, self.reader.written(text, masked), hits, spots)
        claim.expected_on = promised(text, self.calendar, self.words)
        return claim

    def _masked(
        self, text: str, spots: list[Spot], refs: list[tuple[int, int]], more: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        masked = [(spot.start, spot.end) for spot in spots] + refs + more
        masked += [(mention.start, mention.end) for mention in self.numbers.mentions(text, self.words)]
        masked += [
            (day.start, day.end)
            for day in self.calendar.days(text)
            if not any(day.start < e and day.end > s for s, e in masked)
        ]
        masked += [match.span() for match in _WEEK.finditer(text)]
        return masked + [
            match.span()
            for match in _PHONE.finditer(text)
            if not any(character.isalpha() for character in match.group())
        ]

    def _figures(self, claim: Claim, text: str, found: list[Written], hits: list[Hit], spots: list[Spot]) -> None:
        """Gives each quantity its meaning by the words of its own segment."""
        told: list[Written] = []
        for one in found:
            names = _around(text, one, hits)
            before = fold(text[max(one.start - 24, 0) : one.start])
            part_of = told[-1] if told and _is_of(text[told[-1].end : one.start], self.words) else None
            if part_of is not None and (one.counted or part_of.counted or _stands_alone(text, part_of, spots)):
                claim.add("ordered", one.figure)
            elif names & {"words.unshipped", "labels.total_row"} and not _touches(text, one, spots):
                continue
            elif "words.outstanding" in names or ("says.future" in names and "says.despatch" not in names and told):
                claim.add("outstanding", one.figure)
            elif _last_is(before, self.words, "words.ordered"):
                claim.add("ordered", one.figure)
            elif "words.total" in names and told:
                claim.add("total", one.figure)
            elif one.counted or _stands_alone(text, one, spots) or _is_first_of(text, one, found, self.words):
                claim.add("quantity", one.figure)
                told.append(one)


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line called by its number in a sentence: 'Pos. 40'."""

    number: str
    start: int
    end: int


def line_refs(text: str, words: Lexicon) -> list[LineRef]:
    """Every 'Pos. 40' in a text."""
    found = []
    for hit in words.hits(text):
        if hit.meaning not in ("columns.line", "columns.line_ours") or hit.end - hit.start < 3:  # noqa: PLR2004
            continue
        match = re.compile(
            r"\.?[ \u00a0]?(?:nr\.?|no\.?|#)?[ \u00a0]?0*(\d{1,6})(?![\w.,]?\d)(?!\w)", re.IGNORECASE
        ).match(text, hit.end)
        if match and not any(ref.start <= hit.start < ref.end for ref in found):
            found.append(LineRef(match.group(1), hit.start, match.end()))
    return found


def entries(lines: list[Line], words: Lexicon, scope: Scope) -> list[Entry]:
    """Joins lines that a margin broke; list entries and short lines stand for themselves."""
    found: list[Entry] = []
    going = False
    for line in lines:
        text = line.text.strip()
        if not text:
            going = False
            continue
        listed = bool(_BULLET.match(line.text)) or bool(_begins_listed(text, words, scope))
        indented = line.text[:1] in " \t" and found and found[-1].listed
        if going and not listed and (indented or (not found[-1].listed and not _ends(found[-1].text, line.text))):
            found[-1].text += " " + text
        else:
            found.append(Entry(text, line.part, listed, line.above))
        going = not text.endswith(":") and (len(text) >= _SHORT or found[-1].listed)
    return found


def _begins_listed(text: str, words: Lexicon, scope: Scope) -> bool:
    refs = line_refs(text[:24], words)
    if refs and refs[0].start == 0:
        return True
    if re.match(r"\d[\d.,\u00a0\u202f'\u2019]*\s?(?:x|\u00d7|[^\W\d_]{1,8}\.?)\s", text) and scope.spots(text):
        return True
    spots = scope.spots(text)
    return bool(spots) and spots[0].start <= 2 and ("  " in text or "\t" in text or ":" in text[: spots[0].end + 3])  # noqa: PLR2004


def _ends(text: str, following: str) -> bool:
    return text.endswith((":", ".", "!", "?")) and not following[:1].islower()


def sentences(text: str) -> list[str]:
    """The sentences of an entry; an abbreviation or a day's number does not end one."""
    found, start = [], 0
    for gap in _SENTENCE.finditer(text):
        before = re.search(r"([^\W_]+)[.]$", text[start : gap.start()])
        if before and (len(before.group(1)) <= 3 or before.group(1).isdigit()):  # noqa: PLR2004
            continue
        found.append(text[start : gap.end()])
        start = gap.end()
    return [*found, text[start:]] if text[start:].strip() else found


def flags_of(sentence: str, words: Lexicon) -> set[str]:
    """What the sentence does: its verbs, and whether it is denied, supposed, asked or still to come."""
    names = {
        hit.meaning.split(".", 1)[1] for hit in words.hits(sentence) if hit.meaning.startswith(("says.", "words."))
    }
    flags = names & {
        "despatch",
        "delivery",
        "order_response",
        "delay",
        "cancellation",
        "rejected",
        "substitute",
        "future",
        "conditional",
        "negation",
        "question",
        "unaffected",
        "everything",
    }
    if sentence.rstrip().endswith("?"):
        flags.add("question")
    return flags


def promised(text: str, calendar: Calendar, words: Lexicon) -> date | None:
    """The day on which something is to come: the last sure one that no 'instead of' precedes."""
    found = None
    for day in calendar.days(text):
        if day.sure and not _last_is(fold(text[max(day.start - 24, 0) : day.start]), words, "words.was"):
            found = day.day
    return found


def _order_of(before: list[Mention], mentions: list[Mention]) -> str:
    chosen = before[-1] if before else (mentions[0] if mentions else None)
    return chosen.number if chosen else ""


def _around(text: str, one: Written, hits: list[Hit]) -> set[str]:
    """The meanings in the segment in which a quantity stands."""
    start = max((cut.end() for cut in _SEGMENT.finditer(text) if cut.end() <= one.start), default=0)
    end = min((cut.start() for cut in _SEGMENT.finditer(text) if cut.start() >= one.end), default=len(text))
    return {hit.meaning for hit in hits if hit.start >= start and hit.end <= end}


def _last_is(before: str, words: Lexicon, meaning: str) -> bool:
    """Whether the text just before a figure ends with words of this meaning, an article or label apart."""
    tail = before.rstrip(" .:(")
    return any(hit.meaning == meaning and len(tail) - hit.end <= 5 for hit in words.hits(tail))  # noqa: PLR2004


def _is_of(between: str, words: Lexicon) -> bool:
    """'6 of the 10', '12 von 14'."""
    said = fold(between).strip(" .")
    return bool(
        re.fullmatch(
            r"(?:[^\W\d_]{1,8}\.? )?(?:of|von|de|sur|su|di|van|van de|z|ze|av|af|out of|of the|of your|of your|von den|von ihren|des|dei|dos|das|de los|de las|de les|sur les|z tych|kpl)",
            said,
        )
    ) or bool(re.fullmatch(r"[^\W\d_ ]{0,8}\.?\s?/", said))


def _stands_alone(text: str, one: Written, spots: list[Spot]) -> bool:
    """A bare number just before an article, or just behind it at the end, counts it."""
    for spot in spots:
        between = text[one.end : spot.start]
        if (
            one.end <= spot.start
            and len(between) <= _NEAR
            and not re.search(r"[\d.;:,]", between)
            and len(between.split()) <= 2
        ):  # noqa: PLR2004
            return True
        after = text[spot.end : one.start]
        if (
            spot.end <= one.start
            and re.fullmatch(r"[\s:=\u2013\u2014-]+", after)
            and not text[one.end :].strip(" .,;)")
        ):
            return True
    return False


def _touches(text: str, one: Written, spots: list[Spot]) -> bool:
    return one.counted and any(0 <= spot.start - one.end <= 2 or 0 <= one.start - spot.end <= 2 for spot in spots)  # noqa: PLR2004


def _is_first_of(text: str, one: Written, found: list[Written], words: Lexicon) -> bool:
    """The first number of 'six of ten' counts although it has no unit."""
    at = found.index(one)
    return at + 1 < len(found) and _is_of(text[one.end : found[at + 1].start], words)


def _cut(sentence: str, spots: list[Spot], refs: list[LineRef], reader: Reader) -> list[tuple[int, int]]:
    """The stretches of a sentence, one article each."""
    marks = [(spot.start, spot.end, spot.key) for spot in spots]
    starts: list[tuple[int, int, str]] = []
    for mark in marks:
        if not starts or not _is_same(sentence, starts[-1], mark, refs):
            starts.append(mark)
    if len(starts) <= 1 and len(refs) <= 1:
        return [(0, len(sentence))]
    if len(starts) <= 1:
        return _cut_at(sentence, [ref.start for ref in refs])
    if len(refs) == len(starts) and all(ref.start < mark[0] for ref, mark in zip(refs, starts, strict=True)):
        return _cut_at(sentence, [ref.start for ref in refs])
    taken = [(start, end) for start, end, _ in marks]
    ahead = any(one.end <= starts[0][0] for one in reader.written(sentence, taken) if starts[0][0] - one.end < _NEAR)
    cuts = [_gap(sentence, first[1], second[0], ahead=ahead) for first, second in zip(starts, starts[1:], strict=False)]
    return list(zip([0, *cuts], [*cuts, len(sentence)], strict=True))


def _is_same(sentence: str, first: tuple[int, int, str], second: tuple[int, int, str], refs: list[LineRef]) -> bool:
    """Two names of one article side by side: ours and the supplier's."""
    between = sentence[first[1] : second[0]]
    near = len(between) <= 4 or re.fullmatch(r"[^\d,;]{0,20}", between) is not None  # noqa: PLR2004
    words = re.search(r"[^\W_]{2,}", between)
    return near and (words is None or "(" in between) and not any(first[1] <= ref.start < second[0] for ref in refs)


def _gap(sentence: str, start: int, end: int, *, ahead: bool) -> int:
    """Where one article's words end and the next one's begin."""
    gaps = [
        start + match.end()
        for match in re.finditer(
            r"[,;](?=\s)|\s(?:and|und|et|y|e|en|i|och|og|ja|a|ve|as well as|sowie|plus)\s|\)", sentence[start:end]
        )
    ]
    if not gaps:
        return start if ahead else end
    return gaps[0] if ahead else gaps[-1]


def _cut_at(sentence: str, starts: list[int]) -> list[tuple[int, int]]:
    return list(zip([0, *starts[1:]], [*starts[1:], len(sentence)], strict=True))
