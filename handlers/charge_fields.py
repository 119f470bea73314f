"""The fields of a form in which charges and tax stand, one a line: what they show and what is read from them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import order_taxes
from handlers.happenings import Submission
from handlers.order_changes import HIGHEST_AMOUNT
from handlers.order_content import Dossier
from orders.charges import CHARGES, MOST_CHARGES, RULES, ChargeKind, kind_named, too_much_off
from orders.errors import Refusal
from orders.money import AS_THOUSANDS, Money, exponent
from orders.taxes import tax_named
from orders.typed_amounts import plain
from storage.charges import ChargeLine
from storage.tables import CostCentre
from storage.unit_of_work import UnitOfWork

_LINE = re.compile(r"(?P<kind>\D+?)\s+(?P<amount>\S+)(?:\s*;\s*(?P<centre>[^;]*))?(?:\s*;\s*(?P<tax>[^;]*))?")
_FIGURE = re.compile(r"\d{1,15}(?:\.\d{1,4})?")
ALL = "all"
MOST_TAXES = 2_000
_LINES = re.compile(r"\d{1,5}(?:\s*-\s*\d{1,5})?(?:\s*,\s*\d{1,5}(?:\s*-\s*\d{1,5})?)*")
NOBODY = frozenset({"", "-"})
"""What stands for the cost centre and the tax of the first line."""
Wrong = dict[str, str]


def fields(uow: UnitOfWork, dossier: Dossier) -> dict[str, Any]:
    """Return what the fields show: the charges there are, and the tax of the lines."""
    taxes = order_taxes.taxes_of(uow, dossier)
    kept = [line.line for line in dossier.lines if not line.dropped_in]
    return {
        "charges": "\n".join(written(charge, dossier.order.currency) for charge in dossier.charges),
        "kinds": ", ".join(rule.words[0] for rule in CHARGES),
        "taxes": "\n".join(_grouped({number: taxes[number].written() for number in kept}))[:MOST_TAXES],
    }


def _grouped(taxes: Mapping[int, str]) -> list[str]:
    """Return taxes as they are read back: ``all: 19 %``, or ``1-3, 5: 19 %`` for the lines that are taxed alike."""
    by_words: dict[str, list[int]] = {}
    for number, words in sorted(taxes.items()):
        by_words.setdefault(words, []).append(number)
    if len(by_words) == 1:
        return [f"{ALL}: {words}" for words in by_words]
    return [f"{_ranges(numbers)}: {words}" for words, numbers in by_words.items()]


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def read_taxes(what: Submission, dossier: Dossier, shown: str, wrong: Wrong) -> dict[int, str]:
    """Read the taxes of a form by line number; empty where the field says what it showed, or is not there."""
    if "taxes" not in what.fields or what.field("taxes").strip() == shown.strip():
        return {}
    numbers = [line.line for line in dossier.lines if not line.dropped_in]
    found: dict[int, str] = {}
    for text in filter(None, map(str.strip, what.field("taxes").splitlines())):
        lines, _, tax = text.partition(":")
        try:
            words = tax_named(tax).written()
            found |= dict.fromkeys(_named(lines.strip(), numbers), words)
        except (Refusal, ValueError) as unreadable:
            wrong.setdefault("taxes", str(unreadable))
    return found


def _named(written: str, numbers: Sequence[int]) -> list[int]:
    """Return the lines that ``all`` or ``1-3, 5`` names; raises ``ValueError`` for what the order has not."""
    if written.casefold() == ALL:
        return list(numbers)
    if not _LINES.fullmatch(written):
        raise ValueError("write each tax behind its lines, for instance 1-3: 7 %")
    found = []
    for part in written.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        named = [number for number in numbers if int(first) <= number <= int(last or first)]
        if not named:
            raise ValueError(f"there is no line {part}")
        found += named
    return found


def written(charge: ChargeLine, currency: str) -> str:
    """Return a charge as it is read back: ``Packing 12.50; 430; 19 %``."""
    told = [f"{charge.content.label} {Money(charge.amount, currency).plain()}", charge.cost_centre or "-", charge.tax]
    while told[-1] in NOBODY:
        told.pop()
    return "; ".join(told)


def read(uow: UnitOfWork, what: Submission, dossier: Dossier, wrong: Wrong) -> tuple[ChargeLine, ...]:
    """Read the charges of a form; a form without such a field leaves them as they are."""
    if "charges" not in what.fields:
        return dossier.charges
    found = []
    for number, text in enumerate(filter(None, map(str.strip, what.field("charges").splitlines())), 1):
        try:
            found.append(_line(uow, text, dossier.order.currency))
        except (Refusal, ValueError) as unreadable:
            wrong.setdefault("charges", f"Line {number}: {unreadable}")
    if len(found) > MOST_CHARGES:
        wrong.setdefault("charges", f"An order has at most {MOST_CHARGES} charges")
    if any(charge.content.takes_off for charge in found) and _too_much(dossier, found):
        wrong.setdefault("charges", "The discount is more than what it is taken off")
    return tuple(found)


def _too_much(dossier: Dossier, charges: Sequence[ChargeLine]) -> bool:
    levies = [replace(charge.levy, payer=charge.content.cost_centre) for charge in charges]
    return too_much_off(dossier.content.carriers(), levies)


def _line(uow: UnitOfWork, text: str, currency: str) -> ChargeLine:
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError("write it as Packing 12.50; 430; 19 %")
    kind, amount = kind_named(found["kind"]), _amount(found["amount"], currency)
    centre = (found["centre"] or "").strip()
    row = uow.find(CostCentre, code=centre) if centre not in NOBODY else None
    if row is None and centre not in NOBODY:
        raise ValueError(f"there is no cost centre {centre}")
    return _charge(kind, amount, row, (found["tax"] or "").strip())


def _charge(kind: ChargeKind, amount: int, centre: CostCentre | None, tax: str) -> ChargeLine:
    """Return a charge; a discount is taxed as what it is taken off, so that it says no tax of its own."""
    said = "" if tax in NOBODY else tax_named(tax).written()
    if said and RULES[kind].takes_off:
        raise ValueError("a discount is taxed as the lines are that it is taken off; leave its tax empty")
    return ChargeLine(
        kind, amount, centre.id if centre is not None else None, centre.code if centre is not None else "", said
    )


def _amount(text: str, currency: str) -> int:
    minor = _minor(text, currency)
    if not 0 < minor <= HIGHEST_AMOUNT:
        raise ValueError("write an amount above 0, for example 12.50")
    return minor


def _minor(text: str, currency: str) -> int:
    """Read an amount in minor units, -1 for what is none; raises ``FigureUnclear`` for what could be two."""
    written = plain(text, thirds=exponent(currency) == AS_THOUSANDS)
    try:
        return Money.of(written, currency).minor if _FIGURE.fullmatch(written) else -1
    except ValueError:
        return -1
