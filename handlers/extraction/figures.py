"""Reads quantities with their units out of cells and running text."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from .lexicon import Lexicon
from .numbers import BLANK_GROUPS, IN_TEXT, Number, parse, with_blanks
from .places import (
    CLOSE,
    GLUED,
    UNIT_APART,
    follows_quantity,
    is_code,
    is_numbering,
    is_share,
    is_size,
    unit_before,
    word_before,
)
from .rules import own_unit
from .spelled import counts_something, spelled
from .twice import said_twice, without_packs
from .units import CODES, COUNTED, PACKS, Figure, Written
from .words import fold

__all__ = ("Reader", "Written")

_NOTHING = re.compile(
    r"[\s\u2013\u2014\u2212.\-/]*|n/?a|nil|nihil|none|keine?|geen|n[e\u00e9]ant|aucune?|nada|ningun[oa]|nessun[oa]|nenhum[a]?|brak|ingen|inget|0+"
)
_UNIT_WORD = re.compile(r"[ \u00a0\u202f]{0,2}([^\W\d_]{1,16}[\u00b2\u00b3]?[23]?)(?![\w])(?!-[^\W\d_]{0,6}\d)(\.?)")
_CONTENT = re.compile(
    r"[ \u00a0]{0,2}[\[(]?[ ]?(?:(?:x|\u00d7|@|\u00e0|a|\u00e1|je|of|de|da|di|von|per|po|zu|zu je|med|van|con|mit|with|ea|each containing|containing|contenant|au|om|\u00e1 |cada|each|per pack)\b[ \u00a0]{0,2})?(?<![\d.,])(\d+(?:[.,'\u2019\u00a0\u202f]\d+)*)[ \u00a0]{0,2}([^\W\d_]{1,12}\.?(?![\w-]))?(?:[ ]?/[ ]?[^\W\d_]{1,10}\.?)?[ ]?[\])]?",
    re.IGNORECASE,
)  # fmt: skip
_MARKED = re.compile(
    r"[ \u00a0]{0,2}(?:[\[(]|(?:x|\u00d7|@|\u00e0|a|\u00e1|je|of|de|da|di|von|per|po|zu|med|van|con|mit|with|au|om|cada|each)\b)",
    re.IGNORECASE,
)
#: "2 x 50 m": so many times so much; a third factor makes it a size.
_PRODUCT = re.compile(
    r"[ \u00a0]?[xX\u00d7*][ \u00a0]?(\d+(?:[.,'\u2019\u00a0\u202f]\d+)*)(?![.,]?\d)(?:[ \u00a0]{0,2}([^\W\d_]{1,12})(?!\w)\.?)?(?![ \u00a0]?[xX\u00d7*/-][ \u00a0]?\d)"
)
_PRODUCT_ENDS = re.compile(r"\s*$|[ \u00a0]{2,}|\t|\n|[,;)]")
_EQUALS = re.compile(r"\s*=\s*(.+)", re.DOTALL)
_LENGTHS = frozenset({"MMT", "CMT", "INH"})
#: Another number with only a blank between: two columns that ran together, or two counts of which neither is the one.
_FURTHER = re.compile(r"\s+\d")
_SIGN = re.compile(r"\s[-\u2212]$")
#: How fine a filter is: a size of the goods in which nothing is counted.
_FINENESS = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)?[ \u00a0]?(?:[\u00b5\u03bc]m?|(?:micron|mikron|micra)[a-z]{0,2})(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reader:
    """How one mail writes quantities: its words and its locale."""

    words: Lexicon
    locale: str

    def cell(self, text: str, head: tuple[str, ...] = ()) -> Figure | None:
        """The quantity of a cell; None for a cell that says nothing or something else. A dash is nothing."""
        text = text.strip(" \u00a0\t\n*+")
        if not text or _NOTHING.fullmatch(text.lower()) or text.startswith("-"):
            return self._nothing(text)
        whole = parse(_spaced(text), self.locale)
        alone = Figure(whole, head, text=text) if whole is not None else said_twice(text, self._leading)
        if alone is not None:
            return alone
        if (times := re.match(r"\d+(?=[ \u00a0]?[xX\u00d7*][ \u00a0]?\d)", text)) is not None:
            return self._multiplied(text, times.end(), head)
        if _TIMES_NAME.match(text):
            named = self.written(text, [])
            return named[0].figure if named and (_is_times(text, named[0]) or _is_packed(named[0])) else None
        found = self._leading(text) or self._in_words(text)
        if found is None:
            return None
        return (
            found
            if found.units or found.strange
            else Figure(found.number, head, found.content, found.content_units, text)
        )

    def _in_words(self, text: str) -> Figure | None:
        """A cell that holds nothing but a count in words, with or without a unit."""
        said = spelled(text, self.words)
        if len(said) != 1 or said[0].start or said[0].doubt or said[0].both:
            return None
        figure, end, _ = self.figure(Number(Decimal(said[0].value)), text, said[0].unit_at)
        return None if text[max(end, said[0].end) :].strip(" .") else replace(figure, text=text, strange="")

    def _multiplied(self, text: str, at: int, head: tuple[str, ...]) -> Figure | None:
        """A cell that says '4 x 12' or '4 x 12 = 48'; None where the result said is another one."""
        number = parse(text[:at], self.locale)
        found = self._product(number, text, at) if number is not None else None
        if found is None:
            return None
        figure, end = found
        said = _EQUALS.match(text, end)
        if said is None:
            return figure if not text[end:].strip(" .)") else None
        result = self.cell(said.group(1), head)
        agrees = result is not None and result.number.value == figure.number.value * (figure.content or 0)
        return result if agrees else None

    def _product(self, number: Number, text: str, at: int) -> tuple[Figure, int] | None:
        """'2 x 50 m' as a figure of packs with their content and where it ends; None for sizes and names."""
        match = _PRODUCT.match(text, at)
        inner = parse(match.group(1), self.locale) if match else None
        if match is None or inner is None or inner.other is not None or number.other is not None:
            return None
        units = self.unit(match.group(2)) if match.group(2) else ()
        if set(units) & _LENGTHS or (not units and (match.group(2) or not self._product_ends(text, match.end()))):
            return None
        return Figure(number, (), inner.value, units, text[max(at - 12, 0) : match.end()].strip()), match.end()

    @staticmethod
    def _product_ends(text: str, at: int) -> bool:
        return _PRODUCT_ENDS.match(text, at) is not None or _EQUALS.match(text, at) is not None

    def _nothing(self, text: str) -> Figure | None:
        return Figure(Number(Decimal(0)), text=text) if text and not re.match(r"-\s?\d", text) else None

    def _leading(self, text: str) -> Figure | None:
        match = re.match(
            r"(?:(?:x|\u00d7)\s?)?(\d{1,3}(?:[ \u00a0\u202f.,'\u2019]\d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,]\d+)?)", text
        )
        if match is None:
            back = re.fullmatch(r"([^\W\d_]{1,12}\.?)\s?(\d[\d.,\u00a0\u202f'\u2019]*)", text)
            number = parse(back.group(2), self.locale) if back else None
            units = self.unit(back.group(1)) if back and number else ()
            return Figure(number, units, text=text) if number and units else None
        number = parse(match.group(1), self.locale)
        rest = text[match.end() :]
        if number is None or rest[:1].isdigit() or (rest[:1].isalpha() and not _UNIT_WORD.match(rest)):
            return None
        if rest and rest[0] in ".,/-:%x\u00d7" and len(rest) > 1 and rest[1].isalnum():
            return None
        figure, end, _ = self.figure(number, text, match.end())
        return None if _FURTHER.match(text, end) else figure

    def unit(self, word: str) -> tuple[str, ...]:
        """What a unit word may mean as UN/ECE codes; empty where it is no unit."""
        found = self.words.meanings_of(word, "units")
        if found:
            return found
        code = word.strip(" .")
        return (code,) if code in CODES else ()

    def figure(self, number: Number, text: str, at: int) -> tuple[Figure, int, bool]:
        """The figure whose number ends at this place: its unit, what a pack holds, where it ends, and whether it is counted."""
        word = self._word_behind(text, at)
        units = self.unit(word.group(1)) if word else ()
        own = own_unit(self.words.taught("unit", word.group(1)) or "") if word else None
        if word and own and own[0] is not None:
            packs = tuple(unit for unit in units if unit in PACKS)
            return (
                Figure(
                    number, packs, own[0], (own[1],), text[max(at - 12, 0) : word.end()].strip(), word=word.group(1)
                ),
                word.end(),
                True,
            )
        if not units:
            strange = word.group(1) if word and not self.words.hits(word.group(1)) and at == word.start(1) else ""
            return Figure(number, text=text[max(at - 12, 0) : at].strip(), strange=strange), at, False
        end = word.end() if word else at
        content, content_units, end = self._content(text, end, units)
        said = word.group(1) if word else ""
        return Figure(number, units, content, content_units, text[max(at - 12, 0) : end].strip(), word=said), end, True

    def _word_behind(self, text: str, at: int) -> re.Match[str] | None:
        """The word that may be the unit; 'other' and 'remaining' may stand before it: 'the 8 other boxes'."""
        word = _UNIT_WORD.match(text, at) or UNIT_APART.match(text, at)
        if (
            word is None
            or self.unit(word.group(1))
            or "outstanding" not in self.words.meanings_of(word.group(1), "words")
        ):
            return word
        further = _UNIT_WORD.match(text, word.end(1))
        return further if further and self.unit(further.group(1)) else word

    def _content(self, text: str, at: int, units: tuple[str, ...]) -> tuple[Decimal | None, tuple[str, ...], int]:
        if not set(units) & PACKS:
            return None, (), at
        found = _CONTENT.match(text, at)
        if found is None or not _MARKED.match(text, at):
            return None, (), at
        number = parse(found.group(1), self.locale)
        inner = self.unit(found.group(2)) if found.group(2) else ()
        verb = bool(found.group(2)) and not inner and self.words.little(fold(found.group(2)))
        strange = found.group(2) and not inner and not verb and found.group(0).strip()[0] not in "(["
        if number is None or _is_either(number) or strange:
            return None, (), at
        return number.value, inner, found.end(1) if verb else at + len(found.group().rstrip())

    def written(self, text: str, masked: list[tuple[int, int]]) -> list[Written]:
        """Every quantity in running text outside the masked places, in figures and in words."""
        masked = masked + [match.span() for match in _FINENESS.finditer(text)]
        worded = self._worded(text, masked)
        masked = masked + [(one.start, one.end) for one in worded]
        grouped = self._with_blanks(text, masked)
        masked = masked + [(one.start, one.end) for one in grouped]
        glued = self._glued(text, masked)
        found = sorted(worded + grouped + glued + self._in_figures(text, masked), key=lambda one: one.start)
        return self._each_of(text, without_packs(text, found, self._is_wrapped))

    def _each_of(self, text: str, found: list[Written]) -> list[Written]:
        """'3 x cable, ring 500 m' counts three: what else is said of its size is said of each."""
        count = next((one for one in found if one.counted and _is_times(text, one)), None)
        if count is None or count.figure.content is not None:
            return found
        word = _UNIT_WORD.match(text, count.end)
        if word and set(self.unit(word.group(1))) & PACKS:
            return self._in_packs(text, found, count, word)
        found = [one for one in found if one is count or not _SIZED.match(text, one.start)]
        sizes = [one for one in found if one is not count and self._is_size_of_each(text, one)]
        if not sizes:
            return found
        said = tuple((one.figure.number.value, one.figure.units, self._is_wrapped(text, one)) for one in sizes)
        shown = text[count.start : count.end] + text[sizes[0].start : sizes[0].end]
        told = replace(count.figure, sizes=said, text=shown)
        return [replace(one, figure=told) if one is count else one for one in found if one not in sizes]

    def _in_packs(self, text: str, found: list[Written], count: Written, word: re.Match[str]) -> list[Written]:
        """'10 x box of 200' with its content; what behind it measures one of the things is no count."""
        units, at, said = self.unit(word.group(1)), word.end(), word.group(1)
        number = _HELD.match(text, at)
        content, inner, end = self._content(text, at, units)
        if content is None and number is not None:
            content, inner, end = self._content(text[: number.end()], at, units)
        told = Figure(count.figure.number, units, content, inner, text[count.start : end].strip(), word=said)
        apart = [one for one in found if one is not count and one.start >= end and not self._is_size_of_each(text, one)]
        return [Written(told, count.start, end, counted=True), *apart]

    def _is_size_of_each(self, text: str, one: Written) -> bool:
        """A measure, or pieces just behind the word of a pack, when another count names the things."""
        units = set(one.figure.units)
        if not one.worded and not units and one.figure.content is None:
            return _JOINED.search(text[: one.start]) is not None and self._is_wrapped(text, one)
        if one.worded or not units or one.figure.content is not None or units & _LENGTHS:
            return False
        return self._is_wrapped(text, one) or not units & (COUNTED | PACKS)

    def _is_wrapped(self, text: str, one: Written) -> bool:
        """Whether the word of a pack stands just before: 'ring 500 m'."""
        before = _WORD_BEFORE.search(text[: one.start])
        return before is not None and bool(set(self.unit(before.group(1))) & PACKS)

    def _glued(self, text: str, masked: list[tuple[int, int]]) -> list[Written]:
        """Counts in a column of their own whose unit stands close to them: '144EA'."""
        found: list[Written] = []
        for match in [*GLUED.finditer(text), *CLOSE.finditer(text)]:
            number, units = parse(match.group(1), self.locale), self.unit(match.group(2))
            taken = [*masked, *((one.start, one.end) for one in found)]
            free = not any(match.start() < end and match.end() > start for start, end in taken)
            free = free and (match.re is GLUED or (bool(units) and set(units) <= COUNTED))
            if number is not None and units and free:
                figure = Figure(number, units, text=match.group())
                found.append(Written(figure, match.start(), match.end(), counted=True))
        return found

    def _with_blanks(self, text: str, masked: list[tuple[int, int]]) -> list[Written]:
        """Numbers with plain blanks between their groups; a digit before or behind them makes them doubtful."""
        found = []
        for match in BLANK_GROUPS.finditer(text):
            number = with_blanks(match.group(), self.locale)
            taken = any(match.start() < end and match.end() > start for start, end in masked)
            if number is None or taken or is_share(text, match.start(), match.end()):
                continue
            figure, end, counted = self.figure(number, text, match.end())
            behind = any(end == match.start() - 1 for _, end in masked)
            loose = (not behind and re.search(r"\d $", text[: match.start()])) or re.match(r" \d", text[match.end() :])
            figure = replace(figure, strange=match.group()) if loose else figure
            found.append(Written(figure, match.start(), end, counted))
        return found

    def _worded(self, text: str, masked: list[tuple[int, int]]) -> list[Written]:
        """The counts in words that count something: a unit follows, or an article stands close behind."""
        said = spelled(text, self.words)
        found = []
        for one in said:
            if any(one.start < end and one.end > start for start, end in masked):
                continue
            figure, end, counted = self.figure(Number(Decimal(one.value)), text, one.unit_at)
            wrapped = set(figure.units) & PACKS and figure.content is None
            sure = counted and not (one.value == 1 and wrapped)
            if not sure and not ((one.plain or one.doubt) and counts_something(one, text, masked, said)):
                continue
            strange = one.doubt or _packed_dozens(figure, text, end, self)
            figure = replace(figure, text=text[one.start : end], strange=strange, whole=one.both)
            found.append(Written(figure, one.start, max(end, one.end), counted, worded=True))
        return found

    def _in_figures(self, text: str, masked: list[tuple[int, int]]) -> list[Written]:
        found: list[Written] = []
        for match in IN_TEXT.finditer(text):
            if any(match.start() < end and match.end() > start for start, end in masked):
                continue
            if found and match.start() < found[-1].end:
                continue
            number = parse(match.group(), self.locale)
            if number is None or is_share(text, match.start(), match.end()) or is_numbering(text, match):
                continue
            if is_code(match.group()):
                continue
            product = None if is_size(text, match.start()) else self._product(number, text, match.end())
            if product and not any(match.start() < last and product[1] > first for first, last in masked):
                found.append(Written(product[0], match.start(), product[1], counted=True))
                continue
            figure, end, counted = self.figure(number, text, match.end())
            if not counted:
                figure, end, counted = self._times(figure, number, text, match)
            if _SIGN.search(text[: match.start()]):
                figure = replace(figure, strange="minus")
            found.append(Written(figure, match.start(), end, counted))
        return found

    def _times(self, figure: Figure, number: Number, text: str, match: re.Match[str]) -> tuple[Figure, int, bool]:
        """'4 x', 'x 4' and 'Qty 4' count without a unit."""
        after = re.match(
            r"[ \u00a0]?(?:x|\u00d7|@)(?=[ \u00a0\[(\u20ac$\u00a3]|$)",
            text[match.end() : match.end() + 4],
            re.IGNORECASE,
        )
        before = re.search(
            r"(?:(?<![\w])(?:x|\u00d7)[ ]?|[:=][ ]?)$", text[max(match.start() - 4, 0) : match.start()], re.IGNORECASE
        )
        if after:
            return Figure(number, text=match.group()), match.end() + after.end(), True
        if before or follows_quantity(text, match, self.words):
            return Figure(number, text=match.group()), match.end(), True
        packs = self.unit(word_before(text, match))
        content, inner, end = self._content(text, match.end(), packs)
        if content is not None:
            return Figure(number, packs, content, inner, text[match.start() : end]), end, True
        units = self.unit(unit_before(text, match))
        return (Figure(number, units, text=match.group()) if units else figure), match.end(), bool(units)


def _is_either(number: Number) -> bool:
    """Whether what a pack holds could be two numbers; '1.000' of a mail that writes commas is a thousand, for less would need no point."""
    return number.other is not None and (number.guessed or number.value < number.other)


def _is_times(text: str, one: Written) -> bool:
    """Whether the count stands with a times sign where an entry begins or ends."""
    leads = (
        not text[: one.start].strip(" \t-*\u2022\u00b7\u2013\u2014>")
        and text[one.start : one.end].rstrip()[-1:] in _SIGNS
    )
    before = text[: one.start]
    ends = _SIGN_BEFORE.search(before) is not None and _FACTOR.search(before) is None
    return leads or (ends and _ENTRY_ENDS.match(text, one.end) is not None)


def _is_packed(one: Written) -> bool:
    """'4 x box of 6': a cell that begins with so many packs."""
    return one.start == 0 and bool(set(one.figure.units) & PACKS)


def _packed_dozens(figure: Figure, text: str, end: int, reader: Reader) -> str:
    """'Two dozen boxes' are no twenty-four pieces; the doubt, or nothing."""
    word = _UNIT_WORD.match(text, end) if "DZN" in figure.units else None
    return word.group(1) if word and set(reader.unit(word.group(1))) & PACKS else ""


def _spaced(text: str) -> str:
    """Plain blanks between groups of three, as some systems write them in cells."""
    return text if not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", text) else text.replace(" ", "\u00a0")


_TIMES_NAME = re.compile(r"\d{1,6}\s?[xX\u00d7]\s+[^\W\d]")
_HELD = re.compile(r"[^\d\n]{1,9}\d[\d.,]*(?![\w])")
#: An entry ends behind its count, or with its article in brackets: 'Ear plugs x 5 (RS-EP37)'.
_ENTRY_ENDS = re.compile(r"[\s.;]*$|\s*[(\[][^\s()\[\]]{2,30}[)\]](?:[\s.;]*$|\s+(?=[A-Z\u00c0-\u00de]))")
_SIGN_BEFORE = re.compile(r"\s[xX\u00d7]\s?$")
#: A number before the sign makes both a size: 'M8 x 40', '3 m x 2'.
_FACTOR = re.compile(r"\d[^\W\d_]{0,3}\s*[xX\u00d7]\s?$")
_SIGNS = ("x", "X", "\u00d7")
_WORD_BEFORE = re.compile(
    r"([^\W\d_]{2,16})\.?[ \u00a0]{0,2}(?:(?:of|\u00e0|\u00e1|a|de|da|zu|je|von|van|di|per|po|om|med|mit|con|com|\u00e1|/)[ \u00a0]?)?$",
    re.IGNORECASE,
)
#: A word that says of a bare figure that a pack holds so many: 'pack of 10'.
_JOINED = re.compile(
    r"(?:\s(?:of|\u00e0|\u00e1|a|de|da|zu|je|von|van|di|per|po|om|med|mit|con|com)\s|/ ?)$", re.IGNORECASE
)
_SIZED = re.compile(r"\d[\d.,]*[ \u00a0]?[xX\u00d7][ \u00a0]?\d[\d.,]*[ \u00a0]?[mc]m(?!\w)")
