"""Strict reading of numbers: every mark must be in its place, and what could mean two things says so."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_group_symbol

_SPACES = "\u00a0\u202f\u2009\u2007"
_QUOTES = "'\u2019\u02bc"
_DIGITS_MOST = 15
_GROUP = 3
_SHAPE = re.compile(rf"\d+(?:[.,{_QUOTES}{_SPACES} ]\d+)*")
#: A number in running text: never part of a word, a date, a range or a part number.
IN_TEXT = re.compile(
    rf"(?<![^\W_])(?<![\d.,/'\u2019:_])(?<![^\W_]-)(?<!\d[ ]-)\d+(?:[.,{_QUOTES}{_SPACES}]\d+)*(?:(?=[xX\u00d7](?:\s|$))|(?![^\W_]))(?![.,{_QUOTES}/:_-]\d)(?!-[^\W_])(?!/[^\W_])"
)
#: Groups of three with plain blanks between them in running text: '1 200 kpl' is no '200 kpl'.
BLANK_GROUPS = re.compile(
    r"(?<![^\W_])(?<![.,/'\u2019:_-])\d{1,3}(?: \d{3})+(?:[.,]\d{1,3})?(?![^\W_])(?![.,/:_-]\d)(?!-[^\W_])"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as read by the locale, and the other reading where its shape allows two ('1.200'); guessed without a locale."""

    value: Decimal
    other: Decimal | None = None
    guessed: bool = False


@lru_cache(maxsize=128)
def decimal_mark(locale: str) -> str:
    """The decimal mark of a locale such as 'de_CH'; empty where the locale is not known."""
    try:
        return str(get_decimal_symbol(Locale.parse(locale.replace("-", "_"))))
    except (UnknownLocaleError, ValueError, TypeError):
        return ""


@lru_cache(maxsize=128)
def groups_by_blanks(locale: str) -> bool:
    """Whether a locale such as 'fi_FI' writes a blank between thousands."""
    try:
        return not str(get_group_symbol(Locale.parse(locale.replace("-", "_")))).strip()
    except (UnknownLocaleError, ValueError, TypeError):
        return False


def with_blanks(text: str, locale: str) -> Number | None:
    """A number of running text with plain blanks in it; the other reading is that of its last group alone."""
    whole = parse(text, locale)
    last = parse(text.rpartition(" ")[2], locale)
    if whole is None or last is None or whole.other is not None:
        return None
    return Number(whole.value, other=last.value, guessed=not groups_by_blanks(locale))


def parse(text: str, locale: str) -> Number | None:
    """The number written in a text that holds nothing else, or None where it is none; signs are refused."""
    text = text.strip(" \t" + _SPACES)
    if not _SHAPE.fullmatch(text) or sum(character.isdigit() for character in text) > _DIGITS_MOST:
        return None
    for space in (*_SPACES, *_QUOTES):
        text = text.replace(space, " ")
    points, commas = text.count("."), text.count(",")
    if points and commas:
        return _both_marks(text)
    if points or commas:
        return _one_mark(text, "." if points else ",", locale)
    return _grouped(text.split(" "))


def _both_marks(text: str) -> Number | None:
    mark = "." if text.rfind(".") > text.rfind(",") else ","
    group = "," if mark == "." else "."
    whole, _, fraction = text.rpartition(mark)
    if mark in whole or group in fraction or " " in text:
        return None
    base = _grouped(whole.split(group))
    return _with_fraction(base, fraction)


def _one_mark(text: str, mark: str, locale: str) -> Number | None:
    pieces = text.split(mark)
    if len(pieces) > 2:  # noqa: PLR2004 - a mark met twice can only group
        return _grouped(pieces) if " " not in text else None
    whole, fraction = pieces
    home = decimal_mark(locale)
    as_decimal = _with_fraction(_grouped(whole.split(" ")), fraction)
    if as_decimal is None or " " in whole or len(fraction) != _GROUP or len(whole) > _GROUP or whole[0] == "0":
        return as_decimal
    grouped = Decimal(whole + fraction)
    if home and mark != home:
        return Number(grouped, other=as_decimal.value)
    return Number(as_decimal.value, other=grouped, guessed=not home)


def _grouped(pieces: list[str]) -> Number | None:
    if len(pieces) > 1 and (any(len(piece) != _GROUP for piece in pieces[1:]) or not 0 < len(pieces[0]) <= _GROUP):
        return None
    return Number(Decimal("".join(pieces)))


def _with_fraction(base: Number | None, fraction: str) -> Number | None:
    if base is None or not fraction.isdigit():
        return None
    return Number(Decimal(f"{base.value}.{fraction}"))


def plain(value: Decimal) -> str:
    """A decimal as the reading says it: no exponent, no needless zeros ('1200', '2.5')."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
