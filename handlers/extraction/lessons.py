"""What a correction teaches: the one smallest set of rules with which a mail reads as the person said, or nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from .decision import QUARANTINE
from .guesses import Case, Corrected, Guess, Key, guesses
from .identity import keys_of
from .known import Known, OrderLine, ReadingRule
from .letter import Letter, opened
from .reader import read
from .reading import Reading
from .statements import MOVES, Statement

MOST_READINGS = 60
MOST_SECONDS = 1.5
MOST_GUESSES = 2
"""How many guesses are tried together."""
TAUGHT_BY = frozenset({*MOVES, "order_response", "delay"})
"""The kinds of mail of which a correction can teach anything."""


def lessons(
    raw: bytes, known: Known, corrected: Corrected, *, clock: Callable[[], float] = time.monotonic
) -> list[ReadingRule]:
    """The rules with which this mail reads exactly as corrected and nothing else of it worse; none where two would do.

    Nothing is learnt of a mail whose sender is not verified.
    """
    base = read(raw, known)
    lines = _lines(known, corrected, base.supplier)
    if not _is_trusted(base) or lines is None or corrected.kind not in TAUGHT_BY:
        return []
    if is_read_so(base, corrected) and not base.problems:
        return []
    try:
        letter = opened(raw, known)
        found = guesses(Case(letter, corrected, {**_named(letter, lines), **lines}))
    except Exception:  # noqa: BLE001 - a mail that cannot be opened teaches nothing
        return []
    return _Search(raw, known, corrected, base, clock).smallest(found)


def is_read_so(reading: Reading, corrected: Corrected) -> bool:
    """Whether a reading says what the person said: kind, lines with their quantities, and the days that were named."""
    told = {(one.order.number, one.line.line): one for one in reading.statements}
    if reading.kind != corrected.kind or not corrected.lines:
        return False
    if corrected.kind == "delay":
        same = set(told) == set(corrected.lines)
    else:
        same = {key: one.quantity for key, one in told.items() if one.quantity} == corrected.quantities()
    days = {key: one.expected_on for key, one in corrected.lines.items() if one.expected_on}
    return same and all(_day(told.get(key), reading) == day for key, day in days.items())


def _day(one: Statement | None, reading: Reading) -> object:
    return one.expected_on if one is not None and one.expected_on else reading.expected_on


def _is_trusted(base: Reading) -> bool:
    return base.trust == "verified" and base.supplier is not None and base.decision.action != QUARANTINE


def _lines(known: Known, corrected: Corrected, supplier: str | None) -> dict[Key, OrderLine] | None:
    """The lines that were spoken of; None where one is no line of this supplier's orders."""
    found: dict[Key, OrderLine] = {}
    for number, line in corrected.lines:
        order = known.order_by_number.get(number)
        meant = order.line(line) if order is not None and order.supplier == supplier else None
        if meant is None:
            return None
        found[number, line] = meant
    return found


def _named(letter: Letter, lines: Mapping[Key, OrderLine]) -> dict[Key, OrderLine]:
    """The other lines of these orders that the mail names: of them, a person says by silence, nothing comes."""
    keys = {key for claim in letter.claims for key in keys_of(claim, letter.scope)}
    orders = {number: letter.known.order_by_number[number] for number, _ in lines}
    return {(number, line.line): line for number, order in orders.items() for line in order.lines if line.keys & keys}


@dataclass(slots=True)
class _Search:
    """The search for the smallest explanation, within a number of readings and a time."""

    raw: bytes
    known: Known
    corrected: Corrected
    base: Reading
    clock: Callable[[], float]
    left: int = MOST_READINGS
    until: float = field(init=False)

    def __post_init__(self) -> None:
        self.until = self.clock() + MOST_SECONDS

    def smallest(self, found: Sequence[Guess]) -> list[ReadingRule]:
        """The rules of the only explanation on the first level that has any; none where the search could not be ended."""
        for many in range(1, MOST_GUESSES + 1):
            explaining: list[tuple[ReadingRule, ...]] = []
            for rules in _together(found, many):
                if self.left <= 0 or self.clock() > self.until:
                    return []
                if self._explains(rules):
                    explaining.append(rules)
            if explaining:
                return list(explaining[0]) if len(explaining) == 1 else []
        return []

    def _explains(self, rules: tuple[ReadingRule, ...]) -> bool:
        self.left -= 1
        reading = read(self.raw, with_more(self.known, self.base.supplier or "", rules))
        if not is_read_so(reading, self.corrected) or _is_worse(self.base, reading, rules):
            return False
        # What had been read rightly, and was in doubt all the same, has to be in less doubt.
        return len(reading.problems) < len(self.base.problems) or not is_read_so(self.base, self.corrected)


def _together(found: Sequence[Guess], many: int) -> Iterator[tuple[ReadingRule, ...]]:
    """All ways to put so many guesses together that do not speak of the same word."""
    for chosen in combinations(found, many):
        rules = tuple(rule for guess in chosen for rule in guess)
        if len({(rule.kind, rule.said) for rule in rules}) == len(rules):
            yield rules


def with_more(known: Known, supplier: str, rules: Sequence[ReadingRule]) -> Known:
    """The knowledge with these rules of a supplier added; a new rule stands for an older one about the same word."""
    said = {(rule.kind, rule.said) for rule in rules}
    own = next((one.rules for one in known.suppliers if one.id == supplier), ())
    return known.with_rules(supplier, (*(rule for rule in own if (rule.kind, rule.said) not in said), *rules))


def _is_worse(base: Reading, reading: Reading, rules: Sequence[ReadingRule]) -> bool:
    """Whether something that was known before is lost: number, parcels or days, or whether something new is in doubt."""
    if any(rule.kind == "dates" for rule in rules):
        days_lost = False
    else:
        before = (base.issued_on, base.despatched_on, base.delivered_on)
        after = (reading.issued_on, reading.despatched_on, reading.delivered_on)
        days_lost = any(old is not None and old != new for old, new in zip(before, after, strict=True))
    number_lost = base.number is not None and base.number != reading.number
    more_trouble = len(reading.problems) > len(base.problems)
    return days_lost or number_lost or more_trouble or base.tracking != reading.tracking
