"""Approval rules and rates as they are written become those that orders are held against, or sentences of what is wrong."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from bot.config_errors import dotted
from bot.config_lines import Path as Place
from bot.settings_approvals import RateSettings, RuleSettings
from orders.approval_rules import Rule
from orders.money import Money
from orders.rates import Rate

Origin = Callable[[Place], str]
AMOUNTS = ("above", "up_to")


def rule_of(row: RuleSettings, currency: str) -> Rule:
    """Return a rule with its amounts in the plant's currency; raises ``ValueError`` for digits that it has not."""
    above, up_to = (_amount(written, currency) for written in (row.above, row.up_to))
    return Rule(**row.model_dump(exclude=set(AMOUNTS)), above=above, up_to=up_to)


def _amount(written: str | None, currency: str) -> Money | None:
    return None if written is None else Money.of(written, currency)


def rate_of(row: RateSettings) -> Rate:
    """Return a rate."""
    return Rate(row.currency, Decimal(row.worth), date.fromisoformat(row.on))


def wrong_rules(rows: Sequence[RuleSettings], currency: str, origin: Origin) -> list[str]:
    """Say what of the rules only shows when several settings are looked at together."""
    return [
        sentence for number, row in enumerate(rows) for sentence in _wrong_rule(row, ("approvals", "rules", number), currency, origin)
    ]  # fmt: skip


def _wrong_rule(row: RuleSettings, path: Place, currency: str, origin: Origin) -> Iterator[str]:
    for name in AMOUNTS:
        try:
            _amount(getattr(row, name), currency)
        except ValueError:
            hint = f"write an amount with the digits that {currency} has, for example 5000"
            here = (*path, name)
            yield f'{origin(here)} {dotted(here)} = "{getattr(row, name)}": {hint}.'
    for name, is_wrong, hint in TOGETHER:
        here = (*path, name)
        if is_wrong(row):
            where = origin(here if origin(here) != "default" else path)
            yield f"{where} {dotted(here)}{'' if getattr(row, name) else ' is missing'}: {hint}."


TOGETHER: tuple[tuple[str, Callable[[RuleSettings], bool], str], ...] = (
    ("who", lambda row: not row.who and not row.automatic, 'write for example who = ["owner"]'),
    ("who", lambda row: bool(row.who) and row.automatic, "an automatic rule asks nobody; leave it out"),
    ("notify", lambda row: row.notify and row.automatic, "a rule either tells people or approves by itself"),
    ("kinds", lambda row: row.automatic and not row.kinds, "an automatic rule has to say for which kinds of order"),
    ("up_to", lambda row: row.automatic and row.up_to is None, "an automatic rule has to say up to which amount"),
    ("instead", lambda row: bool(row.instead) and not row.automatic, "only an automatic rule takes another's place"),
    (
        "up_to",
        lambda row: None not in {row.above, row.up_to} and Decimal(row.up_to or 0) <= Decimal(row.above or 0),
        "write an amount larger than above, or the rule never holds",
    ),
)
"""What does not go together in one rule: the setting that is named, when, and what to write."""


def wrong_rates(rows: Sequence[RateSettings], currency: str, origin: Origin) -> list[str]:
    """Say which rates cannot be reckoned with."""
    found = []
    for number, row in enumerate(rows):
        path: Place = ("rates", number)
        for name, is_wrong, hint in (
            ("currency", row.currency in {"", currency}, f"write a currency other than {currency}"),
            ("worth", not row.worth or Decimal(row.worth) == 0, "write a number above 0"),
            ("on", not row.on, "write the day from which on it holds, for example 2026-11-20"),
        ):
            if is_wrong:
                here = (*path, name)
                where = origin(here if getattr(row, name) else path)
                found.append(f"{where} {dotted(here)}: {hint}.")
    return found
