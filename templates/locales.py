"""Days, amounts and quantities in the supplier's language, from the plain strings a document carries."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from templates.said import EXPONENTS


class NotInDocument(ValueError):  # noqa: N818 - errors are named by what is wrong
    """A document lacks a value it cannot be printed without, or the value cannot be read."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language writes numbers and days."""

    locale: str
    zone: str | None = None

    def day(self, value: Any) -> str:
        """27 Nov 2026, or 27.11.2026; nothing for nothing."""
        return format_date(read_day(value), "medium", locale=self.locale) if value else ""

    def moment(self, value: Any) -> str:
        """Day and time in the plant's zone, or in the offset the moment carries, which is then said."""
        if not value:
            return ""
        moment = read_moment(value)
        if self.zone:
            moment = moment.astimezone(ZoneInfo(self.zone))
        clock = format_time(moment.time(), "HH:mm", locale=self.locale)
        said = self.day(moment.date()) + " " + clock
        return said if self.zone else f"{said} {moment.tzname()}"

    def amount(self, value: Any, currency: str, name: str = "amount") -> str:
        """An amount with the currency's decimals, or more where the value has more (a price of 0.0450)."""
        number = read_decimal(value, name)
        places = max(EXPONENTS.get(currency, 2), -int(number.normalize().as_tuple().exponent))
        return format_decimal(number, "#,##0." + "0" * places if places else "#,##0", locale=self.locale)

    def money(self, value: Any, currency: str, name: str = "amount") -> str:
        """An amount with its currency code where the language puts it."""
        said = self.amount(value, currency, name)
        return f"{said} {currency}" if self.locale.startswith("de") else f"{currency} {said}"

    def quantity(self, value: Any, name: str = "quantity") -> str:
        """A quantity without empty decimals."""
        return format_decimal(read_decimal(value, name), "#,##0.######", locale=self.locale)

    def country(self, code: str) -> str:
        """The name of a country in this language; what is no ISO 3166 code is said as it is."""
        return str(_territories(self.locale).get(code.upper(), code))


def country_code(country: str) -> str:
    """The ISO 3166 code of a country given as a code or by its English or German name; empty when unknown."""
    if len(country) == 2:  # noqa: PLR2004 - ISO 3166 alpha-2
        return country.upper()
    for locale in ("en_GB", "de_DE"):
        for code, name in _territories(locale).items():
            if str(name).casefold() == country.casefold():
                return str(code)
    return ""


def read_day(value: Any) -> date:
    """A date from a date, a datetime or ISO text."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError as fault:
        raise NotInDocument(f"{value!r} is no date") from fault


def read_moment(value: Any) -> datetime:
    """An aware moment from a datetime or ISO text."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as fault:
        raise NotInDocument(f"{value!r} is no moment") from fault
    if moment.tzinfo is None:
        raise NotInDocument(f"{value!r} names no time zone")
    return moment


def read_decimal(value: Any, name: str) -> Decimal:
    """A finite decimal from its text."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as fault:
        raise NotInDocument(f"{name}: {value!r} is no number") from fault
    if not number.is_finite():
        raise NotInDocument(f"{name}: {value!r} is no number")
    return number


@cache
def _territories(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)
