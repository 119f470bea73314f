"""What the words of one mail could mean otherwise: rules that its own tables, dates, units and numbers suggest."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .blocks import Cell, Grid, Line
from .claims import Claim
from .columns import QUANTITIES, head_text, table_of
from .dates import could_be_ordered
from .identity import keys_of
from .known import OrderLine, ReadingRule
from .letter import Letter
from .numbers import plain
from .rules import ORDERS_OF_DATES, is_lawful, said_of
from .units import CODES, COUNTED, PACKS
from .words import squash

Key = tuple[str, int]
Guess = tuple[ReadingRule, ...]
"""Rules that only make sense together; mostly one."""

_NAMES = frozenset({"item", "item_ours", "gtin"})
_OPEN_ROLES = QUANTITIES | {""}
_SURE = {"despatch": "now", "delivery": "now", "order_response": "confirmed"}
_COUNTED_WORD = re.compile(r"\d[ \u00a0\u202f]{0,2}([^\W\d_]{1,16})")
_PART = re.compile(r"[^\s,;()|]*\d[^\s,;()|]*")
_GAPS = re.compile(r"\s{2,}|\t|\s*\|\s*")
_MOST_WORDS = 6
_MOST_DECIMALS = 6
_LEAST_CELLS = 3
_LEAST_PART = 3
_HEAD_ROWS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What a person said of one order line: the quantity in the order's unit, and for which day where that was said."""

    quantity: Decimal | None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a person said a mail means: its kind, and each order line that it speaks of by order number and line."""

    kind: str
    lines: Mapping[Key, Told] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Corrected":
        """Builds the value from ``{"kind": …, "lines": [{"order", "line", "quantity", "expected_on"}]}``; raises ValueError."""
        try:
            return cls(str(content["kind"]), dict(_told(one) for one in content["lines"]))
        except (KeyError, TypeError, InvalidOperation) as fault:
            raise ValueError(f"this is no correction: {fault!r}") from fault

    def quantities(self) -> dict[Key, Decimal]:
        """The lines of which something is said to come, with how much."""
        return {key: told.quantity for key, told in self.lines.items() if told.quantity}


def _told(one: Mapping[str, Any]) -> tuple[Key, Told]:
    quantity, day = one.get("quantity"), one.get("expected_on")
    said = Told(None if quantity is None else Decimal(str(quantity)), date.fromisoformat(day) if day else None)
    return (str(one["order"]), int(one["line"])), said


@dataclass(frozen=True, slots=True)
class Columns:
    """The heads of one table, what they are taken to mean now, and the texts below them."""

    heads: Sequence[str]
    roles: Sequence[str]
    below: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A mail with what a person said it means, and the order lines that either of them speaks of."""

    letter: Letter
    corrected: Corrected
    lines: Mapping[Key, OrderLine]

    def shipped(self) -> Counter[Decimal]:
        """The quantities that count, as often as they are said."""
        return Counter(self.corrected.quantities().values())

    def ordered(self) -> Counter[Decimal]:
        """What was ordered on these lines."""
        return Counter(line.quantity for line in self.lines.values())

    def left(self) -> Counter[Decimal]:
        """What is then still to come."""
        coming = self.corrected.quantities()
        rest = (line.open - coming.get(key, Decimal(0)) for key, line in self.lines.items())
        return Counter(value for value in rest if value > 0)


def guesses(case: Case) -> list[Guess]:
    """Everything that might explain the correction, each thing once; no guess goes beyond what stands in the mail."""
    found: list[Guess] = []
    for columns in _tables(case.letter):
        found += [(rule,) for rule in _columns(columns, case)]
    found += [(rule,) for rule in _dates(case)]
    found += [(rule,) for rule in _units(case)]
    found += [guess for guess in [_parts(case)] if guess]
    return [guess for guess in dict.fromkeys(found) if all(is_lawful(rule) for rule in guess)]


# -- columns


def _tables(letter: Letter) -> Iterator[Columns]:
    """Every table of the mail, understood or not."""
    for page in letter.pages:
        for table in page.tables:
            if table.heads:
                yield Columns(table.heads, table.roles, _below(table.rows, len(table.heads)))
        for block in page.blocks:
            if isinstance(block, Grid) and not block.quoted and table_of(block, letter.tools.words)[1] is None:
                yield from _unknown(block.rows)
        yield from _unknown(_spaced(page.lines))


def _unknown(rows: Sequence[Sequence[Cell]]) -> Iterator[Columns]:
    """A grid without a head that is understood: the first row of words above a row with figures may be one."""
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        own = [cell.own for cell in row if cell.own.strip()]
        figures = any(character.isdigit() for text in own for character in text)
        if len(own) >= _LEAST_CELLS and not figures and at + 1 < len(rows):
            heads = [head_text([list(row)], column) for column in range(len(row))]
            yield Columns(heads, [""] * len(heads), _below(rows[at + 1 :], len(heads)))
            return


def _below(rows: Iterable[Sequence[Cell]], width: int) -> list[list[str]]:
    told = [[cell.own.strip() for cell in row] + [""] * width for row in rows]
    return [[row[column] for row in told if row[column]] for column in range(width)]


def _spaced(lines: Sequence[Line]) -> list[list[Cell]]:
    """Lines that are set in columns, from the first that could be their head."""
    cut = [[Cell(text) for text in _GAPS.split(line.text.strip(" |")) if text] for line in lines]
    rows = [row for row in cut if len(row) >= _LEAST_CELLS]
    heads = [at for at, row in enumerate(rows) if not any(map(str.isdigit, "".join(cell.text for cell in row)))]
    return rows[heads[0] :] if heads else []


def _columns(columns: Columns, case: Case) -> Iterator[ReadingRule]:
    """At most one meaning per column, by what stands below its head."""
    figures = [_figures(below, case.letter) for below in columns.below]
    certain = any(
        role == _SURE.get(case.corrected.kind) and _covers(values, case.shipped())
        for role, values in zip(columns.roles, figures, strict=True)
    )
    counted = any(_covers(values, case.shipped()) for values in figures)
    for head, role, below, values in zip(columns.heads, columns.roles, columns.below, figures, strict=True):
        if any(map(str.isdigit, head)):
            # What bears a figure is no head, or one for this mail alone.
            continue
        means = _means(below, role, case)
        if not means and role in _OPEN_ROLES and values and len(values) * 2 >= len(below):
            means = _counts(values, role, case, certain=certain, counted=counted)
        if means and means != role:
            yield ReadingRule("column", said_of("column", head), means)


def _figures(below: Sequence[str], letter: Letter) -> list[Decimal]:
    read = (letter.tools.reader.cell(text) for text in below)
    return [figure.number.value for figure in read if figure is not None and figure.number.value]


def _covers(values: Sequence[Decimal], wanted: Counter[Decimal]) -> bool:
    """Whether a column says exactly these figures; one more may be their sum."""
    return bool(wanted) and not wanted - Counter(values) and len(values) <= wanted.total() + 1


def _counts(values: Sequence[Decimal], role: str, case: Case, *, certain: bool, counted: bool) -> str:
    """What a column of figures means beside the correction; a full delivery cannot tell what was shipped from what was ordered."""
    sure = _SURE.get(case.corrected.kind, "")
    if not sure or role in {*_SURE.values()} - {sure}:
        # Were what is confirmed to mean what is shipped, each later confirmation would be taken for goods.
        return ""
    if _covers(values, case.shipped()):
        weak = case.shipped() == case.ordered()
        return "" if weak and role in QUANTITIES else "quantity" if weak else sure
    if _covers(values, case.ordered()):
        return "ordered"
    if _covers(values, case.left()):
        return "outstanding"
    if role in QUANTITIES or certain:
        return "ignore"
    return "" if counted or role else sure


def _means(below: Sequence[str], role: str, case: Case) -> str:
    """What a column of names, numbers, dates or units means, where that is plain from what stands in it."""
    letter = case.letter
    named = [text for text in below if any(line.keys & _keys(text, letter) for line in case.lines.values())]
    if named and len(named) * 2 >= len(below):
        return role if role in _NAMES else "item"
    days = {told.expected_on for told in case.corrected.lines.values() if told.expected_on}
    if days and below and all(days & {day.day for day in letter.tools.calendar.days(text)} for text in below):
        return "date"
    orders = {number for text in below for number in _orders_in(text, letter)}
    if len({order for order, _ in case.lines}) > 1 and orders == {order for order, _ in case.lines}:
        return "order"
    numbers = [int(text) for text in below if text.isdecimal() and text.isascii() and len(text) < 6]  # noqa: PLR2004
    ours = sorted(line for _, line in case.lines)
    if numbers and sorted(numbers) == ours and ours != list(range(1, len(ours) + 1)):
        return "line_ours"
    if below and all(letter.tools.reader.unit(text) for text in below):
        return "unit"
    return ""


def _keys(text: str, letter: Letter) -> set[str]:
    return {spot.key for spot in letter.scope.spots(text)}


def _orders_in(text: str, letter: Letter) -> list[str]:
    return [mention.number for mention in letter.tools.numbers.mentions(text, letter.tools.words)]


# -- dates, units and part numbers


def _dates(case: Case) -> list[ReadingRule]:
    """The orders of day and month that its uncertain dates allow, where the person named a day."""
    if not any(told.expected_on for told in case.corrected.lines.values()):
        return []
    texts = [case.letter.subject, *case.letter.texts, *(claim.text for claim in case.letter.claims)]
    could = {order for text in texts for order in could_be_ordered(text)}
    return [ReadingRule("dates", "*", order) for order in ORDERS_OF_DATES if order in could]


def _units(case: Case) -> list[ReadingRule]:
    """What each word beside a figure may count: all rows that use it must allow that."""
    means: dict[str, set[str]] = {}
    for claim in case.letter.claims:
        for word in _words(claim):
            could = {said for line, quantity in _meant(claim, case) for said in _held(claim, line, quantity)}
            if could:
                means[word] = means[word] & could if word in means else could
    reader = case.letter.tools.reader
    # A word that everybody uses for a unit means that; only what a pack of it holds may be the supplier's own.
    strange = [(word, found) for word, found in means.items() if set(reader.unit(word)) <= PACKS]
    return [ReadingRule("unit", word, said) for word, found in strange[:_MOST_WORDS] for said in sorted(found)]


def _words(claim: Claim) -> list[str]:
    """The words that stand behind figures, then those that stand alone in a cell."""
    alone = [cell.strip() for cell in claim.text.split(" | ")] if claim.form == "table" else []
    found = [*_COUNTED_WORD.findall(claim.text), *(text for text in alone if text.isalpha())]
    return list(dict.fromkeys(said_of("unit", word) for word in found if len(word) <= 16))  # noqa: PLR2004


def _meant(claim: Claim, case: Case) -> list[tuple[OrderLine, Decimal]]:
    """The corrected lines that a row may speak of: those of its article, all of them where it names none."""
    keys = set(keys_of(claim, case.letter.scope))
    told = [(case.lines[key], quantity) for key, quantity in case.corrected.quantities().items()]
    return [(line, quantity) for line, quantity in told if not keys or line.keys & keys]


def _held(claim: Claim, line: OrderLine, quantity: Decimal) -> Iterator[str]:
    """What one of the counted things holds, if the row means this quantity: a pack that the order knows, else a number."""
    for value in {
        figure.number.value for figures in claim.figures.values() for figure in figures if figure.number.value
    }:
        many = (quantity / value).normalize()
        exponent = many.as_tuple().exponent
        exact = many * value == quantity and isinstance(exponent, int) and -exponent <= _MOST_DECIMALS
        if not exact or (many < 1 and line.unit in COUNTED):
            continue
        packs = [code for code, size in line.packs.items() if size == many and code in CODES]
        yield from packs or ([line.unit] if many == 1 else [f"{plain(many)} {line.unit}"])


def _parts(case: Case) -> Guess:
    """The supplier's own numbers in rows whose article is not known, when each row can only mean one line; else nothing."""
    known = {key for claim in case.letter.claims for key in keys_of(claim, case.letter.scope)}
    wanted = {key: line for key, line in case.lines.items() if not line.keys & known and line.sku}
    rows = [claim for claim in case.letter.claims if claim.columns & _NAMES and not keys_of(claim, case.letter.scope)]
    quantities = case.corrected.quantities()
    found: dict[Key, str] = {}
    for claim in rows:
        values = {figure.number.value for figures in claim.figures.values() for figure in figures} | {*claim.unnamed}
        fitting = [key for key in wanted if quantities.get(key) in values]
        token = _own_number(claim, case)
        if len(fitting) != 1 or fitting[0] in found or not token or token in found.values():
            return ()
        found[fitting[0]] = token
    if set(found) != {key for key in wanted if key in quantities}:
        return ()
    return tuple(ReadingRule("part", token, str(wanted[key].sku)) for key, token in found.items())


def _own_number(claim: Claim, case: Case) -> str:
    """The one token of a row's article that can be a number, unless it numbers an order."""
    tokens = {squash(token) for text in claim.items for token in _PART.findall(text)}
    orders = case.letter.known.numbers.keys
    fit = [token for token in tokens if len(token) >= _LEAST_PART and token not in orders]
    return fit[0] if len(fit) == 1 else ""
