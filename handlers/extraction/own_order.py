"""Finds our own order where a mail repeats it without any mark of a quote: word for word, line by line, with our prices."""

import re
from collections.abc import Iterable
from decimal import Decimal

from .blocks import Line
from .known import Known, Order, OrderLine
from .lexicon import Lexicon
from .numbers import plain
from .words import fold, squash

_MOST_HEADING = 90
_MOST_BETWEEN = 16
_MOST_RECORD = 5
_MOST_ENDING = 40
_NUMBER = re.compile(r"\d+(?:[.,'\u00a0\u202f ]\d{3})*(?:[.,]\d+)?")


def mark(lines: list[Line], known: Known, words: Lexicon) -> None:
    """Marks the lines of every order of ours that stands bare in the mail as quoted."""
    at = 0
    while at < len(lines):
        order = _headed(lines[at], known, words)
        end = _end_of(lines, at, order, words) if order else 0
        if order and end:
            for line in lines[at : _ending(lines, end, known.plant.name)]:
                line.quoted = True
        at = max(end, at + 1)


def _headed(line: Line, known: Known, words: Lexicon) -> Order | None:
    """The order that a heading names; a sentence or the name of another document is no heading of ours."""
    text = line.text.strip()
    if line.quoted or not 0 < len(text) <= _MOST_HEADING:
        return None
    spots = known.numbers.find(text)
    if not spots or _says(text, words):
        return None
    return known.order_by_number[known.number_of[spots[0].key]]


def _says(text: str, words: Lexicon) -> bool:
    """Whether the text tells something: a verb of the trade or the name of a supplier's document."""
    return any(
        hit.meaning.startswith(("says.", "titles.")) and hit.meaning not in ("says.question", "says.portal")
        for hit in words.hits(text)
    )


def _end_of(lines: list[Line], start: int, order: Order, words: Lexicon) -> int:
    """Where the last line of the order ends; 0 where the lines below do not repeat the whole order."""
    at, between = start + 1, _MOST_BETWEEN
    for line in order.lines:
        found = _next(lines, at, between, line)
        if found is None or any(_says(one.text, words) for one in lines[at:found]):
            return 0
        record = _record(lines, found, order)
        if not record or not _repeats(record, line) or any(_names_ours(one.text, words) for one in record):
            return 0
        at, between = found + len(record), 2
    return at if order.lines else 0


def _names_ours(text: str, words: Lexicon) -> bool:
    """'Ihre Nr.: OR-20': so a supplier speaks of our numbers, and never our own order."""
    said = {hit.meaning for hit in words.hits(text)}
    return bool(said & {"columns.item_ours", "columns.line_ours"}) and ":" in text


def _next(lines: list[Line], at: int, between: int, line: OrderLine) -> int | None:
    """The place of the next line that shows this description."""
    wanted = squash(fold(line.description))
    filled = 0
    for place in range(at, len(lines)):
        if lines[place].quoted or filled > between:
            return None
        if wanted and wanted in squash(fold(lines[place].text)):
            return place
        filled += bool(lines[place].text.strip())
    return None


def _record(lines: list[Line], at: int, order: Order) -> list[Line]:
    """The lines of one record: up to a gap or to the description of another line of the order."""
    others = [squash(fold(line.description)) for line in order.lines]
    record = [lines[at]]
    for line in lines[at + 1 : at + _MOST_RECORD]:
        text = squash(fold(line.text))
        if not text or line.quoted or any(other and other in text for other in others):
            break
        record.append(line)
    return record


def _repeats(record: Iterable[Line], line: OrderLine) -> bool:
    """Whether a record shows our part number, the whole quantity ordered and our price."""
    text = " ".join(one.text for one in record)
    shown = {squash(token) for token in re.findall(r"[^\s|]+", text)}
    named = line.sku is None or squash(line.sku) in shown or squash(line.sku) in squash(text)
    figures = {_figure(match.group()) for match in _NUMBER.finditer(text)}
    priced = line.unit_price is not None and plain(line.unit_price) in figures
    return named and priced and plain(line.quantity) in figures


def _figure(text: str) -> str:
    """A written number in its plain form, a last group of one, two or four digits as decimals."""
    digits = re.sub(r"[ '\u00a0\u202f]", "", text)
    match = re.fullmatch(r"(\d+(?:[.,]\d{3})*)(?:[.,](\d{1,2}|\d{4}))?", digits)
    if match is None:
        return digits
    return plain(Decimal(re.sub(r"[.,]", "", match.group(1)) + "." + (match.group(2) or "0")))


def _ending(lines: list[Line], end: int, plant: str) -> int:
    """Our order ends with the plant's name; where that does not follow, with its last line."""
    name = squash(fold(plant))
    for at, line in enumerate(lines[end : end + _MOST_ENDING], end):
        if name and squash(fold(line.text)) == name:
            return at + 1
    return end
