"""Which order and which line of it somebody speaks of: by known numbers, never by likeness."""

import re
from dataclasses import dataclass, field

from .claims import Claim
from .goods_names import PlainNames
from .known import Known, Order, OrderLine, Supplier
from .lexicon import Lexicon
from .memory import Memory
from .naming import kin
from .rules import OwnWords
from .spotting import Spot
from .words import squash, words_in

_SUFFIX = re.compile(r"[ \u00a0]([A-Z]{1,2}\d{1,2}|[A-Z]{2}\d?)(?![\w.,-])")
#: A count of what is named next: '24 ', '4 von den '.
_COUNTED = re.compile(r"(?<![\w.,/-])\d{1,6}(?:[.,]\d{3})?\s(?:[^\W\d_]{1,9}\s){0,2}$")
_NAMED = re.compile(r"(?<![\w/.-])[^\W\d_]{2,}[-/.]?[\w./-]*\d[\w/-]*")
_LIKE_A_TAIL = re.compile(r"(?<![\w/.-])[\d][\d/-]{3,20}(?![\w/])")
_TAIL_LEAST = 4
_LABEL_REACH = 12
#: By what the goods of a quoted order are found that nobody calls by a number.
OF_ORDER = "line of the order that it answers"
_YEARS = range(1950, 2100)


@dataclass(frozen=True, slots=True)
class Mention:
    """An order number in a text; labelled when the words before it call it an order, theirs when it is the supplier's own."""

    number: str
    start: int
    end: int
    labelled: bool
    theirs: bool = False


class Numbers:
    """Finds the plant's order numbers as the plant's suppliers write them: whole, or without what all of them begin with."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._tails: dict[str, str] = {}
        doubled: set[str] = set()
        for order in known.orders:
            for tail in _tails(order.number):
                if self._tails.setdefault(tail, order.number) != order.number:
                    doubled.add(tail)
        for tail in doubled:
            del self._tails[tail]
        self._shapes = {_shape(order.number) for order in known.orders if len(squash(order.number)) > _TAIL_LEAST}

    def mentions(self, text: str, words: Lexicon) -> list[Mention]:
        """All known order numbers in the text."""
        return words.once(self, self._mentions, text, words)[:]

    def _mentions(self, text: str, words: Lexicon) -> list[Mention]:
        spots = self._known.numbers.find(text)
        found = [(self._known.number_of[spot.key], spot) for spot in spots]
        found += self._shortened(text, [spot for _, spot in found], words)
        if not found:
            return []
        hits = words.hits(text)
        others = [hit.end for hit in hits if hit.meaning == "labels.not_order"]
        labels = [hit.end for hit in hits if hit.meaning == "labels.order" and hit.end not in others]
        return [
            Mention(
                number,
                spot.start,
                spot.end,
                any(0 <= spot.start - end <= 25 for end in labels),  # noqa: PLR2004
                any(_is_number_of(text[end : spot.start]) for end in others if end <= spot.start),
            )
            for number, spot in sorted(found, key=lambda pair: pair[1].start)
        ]

    def _shortened(self, text: str, taken: list[Spot], words: Lexicon) -> list[tuple[str, Spot]]:
        """Numbers without their beginning, where the word before calls them an order."""
        found: list[tuple[str, Spot]] = []
        numbers = list(_LIKE_A_TAIL.finditer(text))
        hits = words.hits(text) if numbers else []
        ends = [hit.end for hit in hits if hit.meaning == "labels.order"]
        others = [hit.end for hit in hits if hit.meaning == "labels.not_order"]
        for match in numbers if ends else ():
            number = self._tails.get(squash(match.group()))
            near = any(
                0 <= match.start() - end <= _LABEL_REACH
                and text[end : match.start()].strip(" .:#no\u00b0") in ("", "(")
                for end in ends
            )
            chained = any(_is_joint(text[spot.end : match.start()]) for _, spot in found)
            free = all(match.end() <= spot.start or match.start() >= spot.end for spot in taken)
            if (
                number
                and free
                and (near or chained)
                and not any(0 <= match.start() - end <= _LABEL_REACH for end in others)
            ):
                found.append((number, Spot(squash(number), match.start(), match.end())))
        return found

    def strangers(self, text: str, words: Lexicon) -> list[str]:
        """Numbers that look like ours and are called an order, but are none that is known."""
        known = self._known.numbers.keys
        hits = words.hits(text)
        others = {hit.end for hit in hits if hit.meaning == "labels.not_order"}
        ends = [hit.end for hit in hits if hit.meaning == "labels.order" and hit.end not in others]
        found = []
        for match in re.finditer(r"(?<![\w/.-])[^\W_][\w/.-]{3,30}(?<![/.-])", text) if ends else ():
            key = squash(match.group())
            near = any(0 <= match.start() - end <= _LABEL_REACH for end in ends)
            if near and key not in known and key not in self._tails and _shape(match.group()) in self._shapes:
                found.append(match.group())
        return found


def _begins_alike(number: str, key: str) -> bool:
    """Whether two part numbers share their letters in front, and their length or one the whole other."""
    letters = re.match(r"[^\W\d_]{2,}", key)
    same = letters is not None and number.startswith(letters.group()) and number[letters.end() :][:1].isdigit()
    return same and (len(number) == len(key) or number.startswith(key))


def _is_number_of(between: str) -> bool:
    """Whether only 'no.' or a mark stands between a label and the number."""
    return re.fullmatch(r"\W*(?:(?:n[or]?|num(?:ber|mer)?|nummer|numer)\b)?\W{0,3}", between, re.IGNORECASE) is not None


def _is_joint(between: str) -> bool:
    return between.strip(" ,;&/+").lower() in (
        "",
        "and",
        "und",
        "et",
        "y",
        "e",
        "en",
        "i",
        "och",
        "og",
        "ja",
        "a",
        "ve",
        "es",
    )


def _tails(number: str) -> set[str]:
    """What is left of a number without its letters in front, or its last run of digits, when that says enough."""
    runs = re.findall(r"\d+", number)
    whole = "".join(runs)
    found = (
        {whole}
        if not squash(number).isdigit() and squash(number).endswith(whole) and len(whole) >= _TAIL_LEAST
        else set()
    )
    if len(runs) > 1 and len(runs[-1]) >= _TAIL_LEAST and int(runs[-1]) not in _YEARS:
        found.add(runs[-1])
    return {tail for tail in found if tail != squash(number)}


def _shape(number: str) -> str:
    return re.sub(r"\d", "9", re.sub(r"[^\w]", "-", number.upper()))


@dataclass(slots=True)
class Scope:
    """The orders that a mail may speak of, and the supplier whose part numbers count."""

    known: Known
    supplier: Supplier | None
    orders: list[Order] = field(default_factory=list)
    is_reply: bool = False
    words: Lexicon | None = None
    names: PlainNames | None = None
    _memory: Memory = field(default_factory=Memory, repr=False, compare=False)

    def spots(self, text: str) -> list[Spot]:
        """The articles in a text: by their numbers, and those of a quoted order by a name that only one line has."""
        return self._memory.once("spots", self._spots, text)[:]

    def _spots(self, text: str) -> list[Spot]:
        numbers = self.numbers_in(text)
        if self.names is None:
            return numbers
        named = {key for spot in numbers for line in self.lines_with(spot.key) for key in line.keys}
        called = self.names.find(text)
        if numbers:
            called = [spot for spot in called if spot.key not in named and _COUNTED.search(text, 0, spot.start)]
        return sorted([*numbers, *called], key=lambda spot: spot.start)

    def numbers_in(self, text: str) -> list[Spot]:
        """The supplier's part numbers in a text that are meant, not those that go on into another one."""
        return self._memory.once("numbers", self._numbers_in, text)[:]

    def _numbers_in(self, text: str) -> list[Spot]:
        spotter = self.known.parts_of(self.supplier.id if self.supplier else None)
        known = spotter.find(text)
        return [spot for spot in [*known, *self._taught(text, known)] if not self._goes_on(text, spot)]

    def bare(self, text: str) -> str:
        """The text without its article numbers, whose letters are no words: 'LS' in 'LS-2SN16' is no delivery note."""
        for spot in self.spots(text):
            text = text[: spot.start] + "#" * (spot.end - spot.start) + text[spot.end :]
        return text

    def has_stranger(self, text: str) -> bool:
        """Whether a text names an article that is none of ours but looks like one: 'KA-5017' beside our 'KA-5016'."""
        keys = self.known.parts_of(self.supplier.id if self.supplier else None).keys
        named = {squash(found) for found in _NAMED.findall(text)} - keys - self.known.numbers.keys
        return any(_begins_alike(one, key) for one in named for key in keys)

    def _taught(self, text: str, known: list[Spot]) -> list[Spot]:
        """Numbers of the supplier's own that people taught, as our article; never where a known number stands."""
        own = self.words
        if not isinstance(own, OwnWords) or not own.parts.keys:
            return []
        free = [
            spot
            for spot in own.parts.find(text)
            if all(spot.end <= one.start or spot.start >= one.end for one in known)
        ]
        return [Spot(squash(own.taught("part", spot.key) or ""), spot.start, spot.end) for spot in free]

    def _goes_on(self, text: str, spot: Spot) -> bool:
        """'6204-2RS C4' is not the 6204-2RS that was ordered, unless our own description says C4 too."""
        match = _SUFFIX.match(text, spot.end)
        if match is None:
            return False
        said = " ".join(line.description for line in self.lines_with(spot.key)).upper()
        return match.group(1) not in re.findall(r"[^\W_]+", said) and any(
            character.isdigit() for character in match.group(1)
        )

    def lines_with(self, key: str) -> list[OrderLine]:
        """All lines of the supplier's orders with this part number."""
        orders = self.known.orders_of.get(self.supplier.id, ()) if self.supplier else self.known.orders
        return [line for order in orders for line in order.by_key.get(key, ())]


@dataclass(frozen=True, slots=True)
class Match:
    """The line that was found, by what, and what is wrong with it."""

    line: OrderLine | None
    by: str = ""
    trouble: str = ""


def match(claim: Claim, order: Order, scope: Scope) -> Match:
    """The line of this order that the claim speaks of."""
    keys = keys_of(claim, scope)
    found = {line.line: line for key in keys for line in order.by_key.get(key, ())}
    common = [line for line in found.values() if all(key in line.keys for key in keys if key in order.by_key)]
    ours = order.line(int(claim.line_ours)) if claim.line_ours.isdecimal() else None
    if claim.line_ours.isdecimal() and ours is None and int(claim.line_ours):
        return Match(None, trouble=f"the order has no line {claim.line_ours}")
    if found:
        told = _among(common, ours, claim)
        numbered = any(scope.numbers_in(text) for text in (*claim.items, claim.free))
        if numbered or told.line is None:
            return told
        if _whole(claim.line) not in (None, told.line.line):
            return Match(None, trouble=f"line {claim.line} and the goods named beside it do not belong together")
        return Match(told.line, OF_ORDER)
    if keys and claim.items:
        return Match(None, trouble="the article is not on this order")
    return _by_number(claim, order, ours, scope)


def keys_of(claim: Claim, scope: Scope) -> list[str]:
    """The part numbers of the claim, from its article cells or else from its text."""
    keys = [spot.key for text in claim.items for spot in scope.spots(text)]
    return keys or [spot.key for spot in scope.spots(claim.free)]


def _among(found: list[OrderLine], ours: OrderLine | None, claim: Claim) -> Match:
    if ours is not None:
        if ours in found:
            return Match(ours, "line and article")
        return Match(None, trouble=f"line {ours.line} and its article do not belong together")
    if len(found) == 1:
        return Match(found[0], "article")
    if not found:
        return Match(None, trouble="two articles in one row")
    number = _whole(claim.line)
    named = [line for line in found if line.line == number]
    if len(named) == 1:
        return Match(named[0], "article and line")
    return Match(None, trouble="the article stands on two lines of the order")


def _whole(text: str) -> int | None:
    digits = text.strip(" .#:")
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 8 else None  # noqa: PLR2004


def _by_number(claim: Claim, order: Order, ours: OrderLine | None, scope: Scope) -> Match:
    """By our own line number: when it is called ours and no foreign article contradicts, or when the words agree."""
    foreign = any(_names_article(text) for text in claim.items)
    if ours is not None:
        if foreign and ours.supplier_sku and ours.sku:
            return Match(None, trouble=f"another article than ordered on line {ours.line}")
        return Match(ours, "line")
    number = _whole(claim.line)
    line = order.line(number) if number is not None else None
    if line is None or foreign:
        return Match(None, trouble="no article that is on the order")
    by = _by_words(claim, line, order, scope)
    return Match(line, by) if by else Match(None, trouble="no article that is on the order")


def _by_words(claim: Claim, line: OrderLine, order: Order, scope: Scope) -> str:
    """By what a claim that names a line's number speaks of that line; empty where the number could be another document's."""
    said = set(words_in(claim.free))
    prose = claim.form == "prose"
    if _agrees(said, line, order) or (prose and _is_meant(said, line, order)):
        return "line and description"
    if scope.is_reply and not said - set(words_in(line.description)):
        return "line"
    strange = any(kin(said, other) for other in order.lines)
    return OF_ORDER if scope.is_reply and prose and not strange else ""


def _is_meant(said: set[str], line: OrderLine, order: Order) -> bool:
    """Whether a sentence beside a line's number calls the goods of that line by their name, and those of no other line."""
    return kin(said, line) > max((kin(said, other) for other in order.lines if other is not line), default=0)


def _names_article(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _agrees(said: set[str], line: OrderLine, order: Order) -> bool:
    """Whether the words said fit this line's description better than that of any other line."""

    def shared(other: OrderLine) -> int:
        return len(said & {word for word in words_in(other.description) if len(word) > 1})

    best = shared(line)
    return best >= 2 and all(shared(other) < best for other in order.lines if other is not line)  # noqa: PLR2004
