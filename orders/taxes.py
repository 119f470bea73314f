"""Tax on what is ordered: how it is written, what it rests on, and what it comes to by rate, rounded once for each rate."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from orders.errors import TaxRateMissing, TaxReasonMissing, TaxUnknown

RATE_SCALE = 1_000
"""A rate is kept in thousandths of a percent: 19 % is 19_000, 8.875 % is 8_875."""
HIGHEST_RATE = 100 * RATE_SCALE


class TaxCategory(StrEnum):
    """Why a rate is what it is, in the letters of UN/EDIFACT 5305."""

    STANDARD = "S"
    """Taxed at a rate above zero."""
    ZERO = "Z"
    """Taxed at zero."""
    EXEMPT = "E"
    """Free of tax, for a reason that is said."""
    REVERSE = "AE"
    """The buyer owes the tax."""
    COMMUNITY = "K"
    """Supplied between member states of the European Union."""
    EXPORT = "G"
    """Leaves the territory of the tax."""
    OUTSIDE = "O"
    """The tax does not apply at all."""


_C = TaxCategory


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a category without a rate is written, why it holds unless somebody says otherwise, and whether it needs both tax ids."""

    category: TaxCategory
    words: tuple[str, ...]
    reason: str = ""
    both_ids: bool = False


TREATMENTS = (
    Treatment(_C.REVERSE, ("reverse charge", "reverse", "steuerschuldnerschaft", "ae"), "The buyer owes the tax", both_ids=True),
    Treatment(_C.COMMUNITY, ("intra-community", "intracommunity", "eu", "innergemeinschaftlich", "k"), "Supply within the European Union", both_ids=True),
    Treatment(_C.EXPORT, ("export", "ausfuhr", "g"), "Export"),
    Treatment(_C.EXEMPT, ("exempt", "steuerfrei", "befreit", "e")),
    Treatment(_C.OUTSIDE, ("outside", "not taxable", "nicht steuerbar", "o")),
)  # fmt: skip
"""Every way not to be taxed at a rate; without a reason of its own, one has to be written behind a colon."""
BY_WORD = {word: each for each in TREATMENTS for word in each.words}
BY_CATEGORY = {each.category: each for each in TREATMENTS}
_RATE = re.compile(
    r"(?:[sz]\s+)?(?P<sign>-?)(?P<number>\d{1,3}(?:[.,]\d{1,3})?)\s*(?:%|percent|prozent)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Tax:
    """How something is taxed: category, rate in thousandths of a percent, and the reason where there is no rate."""

    category: TaxCategory
    rate: int = 0
    reason: str = ""

    @property
    def percent(self) -> str:
        """The rate as a decimal without needless zeros, for instance ``"19"`` or ``"8.875"``."""
        return f"{(Decimal(self.rate) / RATE_SCALE).normalize():f}"

    @property
    def both_ids(self) -> bool:
        """Whether it holds only between two who both have a tax id."""
        return self.category in BY_CATEGORY and BY_CATEGORY[self.category].both_ids

    def written(self) -> str:
        """Return it as it is kept and read back: ``19 %``, ``reverse charge``, ``exempt: training``."""
        treatment = BY_CATEGORY.get(self.category)
        if treatment is None:
            return f"{self.percent} %"
        return treatment.words[0] + (f": {self.reason}" if self.reason != treatment.reason else "")


def tax_named(written: str) -> Tax:
    """Read ``19``, ``7,7 %``, ``reverse charge`` or ``exempt: training``; raises a refusal that says what is lacking."""
    text = " ".join(written.split())
    rate = _RATE.fullmatch(text)
    if rate is not None:
        return _rated(rate, text)
    word, _, reason = (part.strip() for part in text.partition(":"))
    if word.casefold() in {"s", "standard"}:
        raise TaxRateMissing(written=text)
    treatment = BY_WORD.get(word.casefold())
    if treatment is None:
        raise TaxUnknown(written=text)
    if not (reason or treatment.reason):
        raise TaxReasonMissing(written=text)
    return Tax(treatment.category, reason=reason or treatment.reason)


def _rated(found: re.Match[str], text: str) -> Tax:
    rate = int(Decimal(found["number"].replace(",", ".")) * RATE_SCALE)
    if found["sign"] or rate > HIGHEST_RATE:
        raise TaxUnknown(written=text)
    return Tax(TaxCategory.STANDARD if rate else TaxCategory.ZERO, rate)


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What is taxed alike: the tax, the sum that it rests on, and what it comes to, both in minor units."""

    tax: Tax
    base: int
    amount: int


def tax_rows(parts: Iterable[tuple[Tax, int]]) -> tuple[TaxRow, ...]:
    """Add up what is taxed alike and work out the tax of each sum, rounded half up once (EN 16931, BR-CO-17); the highest rate first."""
    bases: dict[tuple[TaxCategory, int], int] = {}
    reasons: dict[tuple[TaxCategory, int], dict[str, None]] = {}
    for tax, minor in parts:
        key = (tax.category, tax.rate)
        bases[key] = bases.get(key, 0) + minor
        reasons.setdefault(key, {}).update(dict.fromkeys([tax.reason] if tax.reason else []))
    found = [
        TaxRow(Tax(category, rate, "; ".join(reasons[category, rate])), base, _share(base, rate))
        for (category, rate), base in bases.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.tax.rate, row.tax.category)))


def _share(base: int, rate: int) -> int:
    """Return a rate of a sum in minor units; what lies half way is rounded away from zero."""
    whole = HIGHEST_RATE
    rounded = (abs(base) * rate * 2 + whole) // (2 * whole)
    return rounded if base >= 0 else -rounded
