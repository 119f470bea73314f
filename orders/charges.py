"""Charges of an order beyond its lines: their kinds, who bears them, and what a discount takes off each line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.errors import ChargeUnknown
from orders.taxes import Tax


class ChargeKind(StrEnum):
    """What is charged besides the goods, or taken off."""

    FREIGHT = "freight"
    """Bringing the goods."""
    PACKING = "packing"
    """Boxes, pallets and packing them."""
    HANDLING = "handling"
    """Working on the order."""
    SMALL_QUANTITY = "small_quantity"
    """Less is ordered than the supplier usually sells."""
    CUSTOMS = "customs"
    """Duties that the supplier passes on."""
    INSURANCE = "insurance"
    """Insuring the goods on their way."""
    DISCOUNT = "discount"
    """Taken off the goods."""


@dataclass(frozen=True, slots=True)
class ChargeRule:
    """How a kind is called and typed, its code of UN/EDIFACT 7161 (5189 for what is taken off), and whether it is taken off."""

    kind: ChargeKind
    label: str
    words: tuple[str, ...]
    code: str
    takes_off: bool = False


_K = ChargeKind
CHARGES = (
    ChargeRule(_K.FREIGHT, "Freight", ("freight", "shipping", "carriage", "fracht", "versand"), "FC"),
    ChargeRule(_K.PACKING, "Packing", ("packing", "packaging", "verpackung"), "PC"),
    ChargeRule(_K.HANDLING, "Handling", ("handling", "bearbeitung"), "HD"),
    ChargeRule(_K.SMALL_QUANTITY, "Small quantity surcharge", ("small quantity surcharge", "small quantity", "minimum quantity", "surcharge", "mindermengenzuschlag"), "MAC"),
    ChargeRule(_K.CUSTOMS, "Customs", ("customs", "duty", "zoll"), "ABW"),
    ChargeRule(_K.INSURANCE, "Insurance", ("insurance", "versicherung"), "IN"),
    ChargeRule(_K.DISCOUNT, "Discount", ("discount", "rebate", "rabatt", "nachlass"), "95", takes_off=True),
)  # fmt: skip
"""Every kind of charge."""
RULES = {rule.kind: rule for rule in CHARGES}
BY_WORD = {word: rule.kind for rule in CHARGES for word in rule.words}
MOST_CHARGES = 20
"""How many charges one order may have."""


def kind_named(written: str) -> ChargeKind:
    """Return the kind that a word means; raises ``ChargeUnknown``, which names all kinds."""
    found = BY_WORD.get(" ".join(written.split()).casefold())
    if found is None:
        raise ChargeUnknown(written=written, possible=", ".join(rule.words[0] for rule in CHARGES))
    return found


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge: its kind, minor units above zero, the code of whoever pays (None: as the first line), and its tax (empty: as the first line)."""

    kind: ChargeKind
    amount: int
    cost_centre: str | None = None
    tax: str = ""

    @property
    def takes_off(self) -> bool:
        """Whether it makes the order cheaper."""
        return RULES[self.kind].takes_off

    @property
    def signed(self) -> int:
        """What it adds to the order's total, below zero for a discount."""
        return -self.amount if self.takes_off else self.amount

    @property
    def label(self) -> str:
        """How people call it."""
        return RULES[self.kind].label


Payer = int | str | None
"""Whoever pays: a cost centre by its code, or by its row."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A line that may carry charges: its number, who pays for it, and what it costs in minor units."""

    line: int
    payer: Payer
    amount: int


@dataclass(frozen=True, slots=True)
class Levy:
    """A charge to be carried; ``payer`` None: whoever pays for the first line, for a discount all of them."""

    payer: Payer
    amount: int
    takes_off: bool = False


@dataclass(frozen=True, slots=True)
class Burden:
    """What one line carries for one payer: what comes on top of it, and what is taken off it."""

    line: int
    payer: Payer
    extra: int = 0
    off: int = 0


def spread(lines: Sequence[Carrier], levies: Iterable[Levy]) -> tuple[Burden, ...]:
    """Let lines carry what an order costs beyond them, so that nothing is lost: the burdens come to all charges.

    Charges go with the first line, whoever pays them. A discount is taken off every line (of whoever it is
    for) in proportion, and never more than the line costs.
    """
    if not lines:
        return ()
    extra: dict[tuple[int, Payer], int] = {}
    off: dict[int, int] = {}
    first = lines[0]
    for levy in levies:
        if levy.takes_off:
            _take_off(off, lines, levy)
            continue
        payer = first.payer if levy.payer is None else levy.payer
        extra[first.line, payer] = extra.get((first.line, payer), 0) + levy.amount
    found = {(line, payer): Burden(line, payer, amount) for (line, payer), amount in extra.items() if amount}
    for each in lines:
        if off.get(each.line):
            more = found.get((each.line, each.payer), Burden(each.line, each.payer)).extra
            found[each.line, each.payer] = Burden(each.line, each.payer, more, off[each.line])
    return tuple(found.values())


def _take_off(off: dict[int, int], lines: Sequence[Carrier], levy: Levy) -> None:
    """Share a discount over lines by what is left of them; the running total is rounded, so that no cent is lost."""
    among = [each for each in lines if levy.payer is None or each.payer == levy.payer]
    left = [each.amount - off.get(each.line, 0) for each in among]
    whole = sum(left)
    amount = min(levy.amount, whole)
    reached = given = 0
    for each, part in zip(among, left, strict=True):
        reached += part
        now = amount * reached // whole if whole else 0
        off[each.line] = off.get(each.line, 0) + now - given
        given = now


def too_much_off(lines: Sequence[Carrier], levies: Sequence[Levy]) -> bool:
    """Say whether discounts come to more than what they are taken off."""
    wanted = sum(levy.amount for levy in levies if levy.takes_off)
    return wanted > sum(burden.off for burden in spread(lines, [levy for levy in levies if levy.takes_off]))


@dataclass(frozen=True, slots=True)
class Taxed:
    """A part of an order with its tax: the kind of charge (None for a line), and signed minor units."""

    kind: ChargeKind | None
    tax: Tax
    amount: int


def taxed(
    lines: Sequence[tuple[Carrier, Tax]], charges: Sequence[tuple[Levy, ChargeKind, Tax | None]]
) -> tuple[Taxed, ...]:
    """Return every part of an order with its tax; a discount is taxed as the lines are that it is taken off.

    A charge that says nothing of tax is taxed as the first line.
    """
    if not lines:
        return ()
    first = lines[0][1]
    by_line = {carrier.line: tax for carrier, tax in lines}
    found = [Taxed(None, tax, carrier.amount) for carrier, tax in lines]
    off: dict[int, int] = {}
    for levy, kind, tax in charges:
        if not levy.takes_off:
            found.append(Taxed(kind, tax or first, levy.amount))
            continue
        before = dict(off)
        _take_off(off, [carrier for carrier, _ in lines], levy)
        shares: dict[Tax, int] = {}
        for line, now in off.items():
            shares[by_line[line]] = shares.get(by_line[line], 0) + now - before.get(line, 0)
        found += [Taxed(kind, of, -share) for of, share in shares.items() if share]
    return tuple(found)
