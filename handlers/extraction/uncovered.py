"""Notices what a mail speaks of and no statement covers: rows, articles and counts of a line that was left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .below import worths
from .columns import QUANTITIES, Table
from .figures import Written
from .identity import OF_ORDER, Scope
from .known import Order, OrderLine
from .masks import masked
from .merging import MOVES, Heard, Statement
from .naming import said_of
from .sentences import announces_past, flags_of, is_asked, line_refs
from .sources import Tools
from .units import PIECES
from .words import words_in

_MOST_SENTENCE = 400
_SHOWN = 120
_LEAST_WORD, _STEM = 4, 3
_SIZES = frozenset({"MMT", "CMT", "INH"})
#: How heavy a sending of pieces is counts none of them.
_WEIGHTS = frozenset({"KGM", "GRM", "TNE"})
#: Columns of a table in which a figure may count its goods.
_COUNTS = QUANTITIES | {"packs", "measure", "amount", ""}
#: What is said so of goods needs no count where others were sent, and none where others are late.
_LATER = frozenset({"future", "delay", "negation", "cancellation", "rejected", "unaffected", "conditional"})


@dataclass(frozen=True)
class Gaps:
    """The open lines that no statement speaks of, of the orders that it names; place is scope and tools."""

    heard: Heard
    kind: str
    orders: list[Order]
    place: tuple[Scope, Tools]

    def doubts(self, tables: Iterable[Table], told: Iterable[str]) -> list[str]:
        """What rows and sentences count of such lines."""
        told = list(told)
        missing = (self._of_rows(tables) or self._of_sentences(told)) if self._missing else []
        return missing or (self.other_counts(told) if self.kind in MOVES else [])

    def other_counts(self, told: Iterable[str]) -> list[str]:
        """Sentences that call the goods of one line by a word of its own and count less or more of them than its row."""
        rows = {" ".join(one.claim.text.split()) for one in self.heard.statements}
        listed = [one for one in self.heard.statements if one.quantity]
        doubts = []
        for sentence in told if len(listed) > 1 else ():
            said = " ".join(sentence.split())
            if len(said) > _MOST_SENTENCE or not any(map(str.isdigit, said)) or any(said[:400] in row for row in rows):
                continue
            if self._is_denied_by(sentence, listed):
                doubts.append(f"another count of goods than in their row: {said[:_SHOWN]}")
        return doubts

    def _is_denied_by(self, sentence: str, listed: list[Statement]) -> bool:
        """Whether a sentence without any number of an article counts goods of just one line, and no figure of that line says so."""
        scope, tools = self.place
        if scope.spots(sentence) or line_refs(sentence, tools.words) or is_asked(sentence, tools.words):
            return False
        said = [word for word in words_in(sentence) if len(word) >= _LEAST_WORD and word.isalpha()]
        said = [word for word in said if not tools.words.little(word)]
        called = [one for one in listed if any(said_of(word, one.line) for word in said)]
        if len(called) != 1 or called[0].by == OF_ORDER:
            return False
        one = called[0]
        light = _WEIGHTS if one.line.unit in PIECES else frozenset[str]()
        counts = [count for count in self._figures(sentence) if count.counted]
        counts = [count for count in counts if set(count.figure.units) - _SIZES - light]
        values = [worths(count, one.line) | {count.figure.number.value} for count in counts]
        sizes = {*one.line.packs.values()}
        known = {value for value in (one.quantity, one.outstanding, one.line.quantity, one.line.open) if value} | sizes
        known |= {value / size for value in known for size in sizes if size}
        known |= {left - one.quantity for left in (one.line.quantity, one.line.open) if one.quantity}
        return any(not value & known and min(value) < one.line.quantity for value in values)

    @cached_property
    def _missing(self) -> list[OrderLine]:
        known = {key for one in self.heard.statements for key in one.line.keys}
        lines = [line for order in self.orders for line in order.lines] if known else []
        return [line for line in lines if line.open and line.keys and not line.keys & known]

    def _of_rows(self, tables: Iterable[Table]) -> list[str]:
        """Rows that name such a line by its number and show a figure where their table counts."""
        scope, tools = self.place
        doubts = []
        for table in tables:
            for row in table.rows if not announces_past(table.heading, tools.words) else ():
                keys = {spot.key for cell in row for spot in scope.numbers_in(cell.own)}
                figures = [cell.own for role, cell in zip(table.roles, row, strict=False) if role in _COUNTS]
                counted = any(digit in text for text in figures for digit in "123456789")
                if counted and any(keys & line.keys for line in self._missing):
                    text = " | ".join(cell.own for cell in row if cell.own.strip())
                    doubts.append(f"a row that was not read: {' '.join(text.split())[:_SHOWN]}")
        return doubts

    def _of_sentences(self, told: Iterable[str]) -> list[str]:
        """Sentences that name such a line and count just what is open or was ordered of it."""
        words, doubts = self.place[1].words, []
        for sentence in told:
            if len(sentence) > _MOST_SENTENCE or not any(map(str.isdigit, sentence)):
                continue
            if (
                not is_asked(sentence, words)
                and not self._needs_none(flags_of(sentence, words))
                and self._counts(sentence)
            ):
                doubts.append(f"goods that are counted and not covered: {' '.join(sentence.split())[:_SHOWN]}")
        return doubts

    def _needs_none(self, flags: frozenset[str]) -> bool:
        """Whether a sentence of this kind of mail may leave its goods to others: what was not sent, or is not late."""
        if self.kind == "delay":
            return bool(flags & (MOVES | {"unaffected"})) and not flags & {"future", "delay"}
        return bool(flags & _LATER) and not flags & MOVES

    def _counts(self, sentence: str) -> bool:
        """Whether a figure that no statement of goods named there explains is just what is open or was ordered of others named there."""
        keys = {spot.key for spot in self.place[0].numbers_in(sentence)}
        said = [word for word in words_in(sentence) if len(word) >= _LEAST_WORD and word.isalpha()]
        said = [word for word in said if not self.place[1].words.little(word)]
        missing = [line for line in self._missing if _is_named(line, keys, said)]
        if not missing:
            return False
        told = [one for one in self.heard.statements if _is_named(one.line, keys, said)]
        explained = {value for one in told for value in (one.quantity, one.outstanding) if value}
        counts = [one for one in self._figures(sentence) if one.figure.number.value not in explained]
        return any({line.open, line.quantity} & worths(count, line) for count in counts for line in missing)

    def _figures(self, sentence: str) -> list[Written]:
        scope, tools = self.place
        taken = [(spot.start, spot.end) for spot in scope.numbers_in(sentence)]
        taken += [(ref.start, ref.end) for ref in line_refs(sentence, tools.words)]
        return tools.reader.written(sentence, masked(sentence, taken, tools.calendar, tools.numbers))


def _is_named(line: OrderLine, keys: set[str], said: list[str]) -> bool:
    """Whether a sentence with these numbers and words may speak of a line, however loosely."""
    named = [word for word in words_in(line.description) if len(word) >= _LEAST_WORD and word.isalpha()]
    alike = any(word[:_STEM] == one[:_STEM] and abs(len(word) - len(one)) <= 1 for word in said for one in named)
    return bool(keys & line.keys) or alike or any(said_of(word, line) for word in said)
