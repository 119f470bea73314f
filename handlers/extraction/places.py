"""Tells by its place in a line whether a bare number counts something: behind a label, a unit or a gap, or as a bullet."""

import re

from .lexicon import Lexicon

#: A count with its unit close to it, alone between gaps: '144EA'.
GLUED = re.compile(
    r"(?:(?<=[ \u00a0][ \u00a0])|(?<=\t))(\d{1,9}(?:[.,]\d{1,3})?)([^\W\d_]{1,5})\.?(?=[ \u00a0]{2}|\t|\s*$|[,;)])"
)
#: A count with its unit close to it in a sentence: '50pcs'.
CLOSE = re.compile(r"(?<![\w.,/'-])(\d{1,6})([^\W\d_]{2,6})(?![\w-])(?![.,/]\d)")
#: A unit in a column of its own at the end of a row: '10     Stk'.
UNIT_APART = re.compile(r"[ \u00a0]{3,12}([^\W\d_]{1,6})(\.?)[ \u00a0]*$")
_UNIT_BEFORE = re.compile(r"(?:[ \u00a0]{2}|\t|\()([^\W\d_]{1,5})\.?[ \u00a0]{0,3}$")
_WORD_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{2,14})\.?[ \u00a0]?$")
_ALONE = re.compile(r"\s*$|[ \u00a0]{2}|\t|\)")
_BULLET = re.compile(r"[.)]\s+\S")
_REACH = 20
MONEY = frozenset({"EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "TRY", "BRL"})


def is_numbering(text: str, match: re.Match[str]) -> bool:
    """Whether the number only numbers a list: '1) Filter'."""
    first = not text[: match.start()].strip(" \u00a0\t(")
    return first and len(match.group()) <= 3 and _BULLET.match(text, match.end()) is not None  # noqa: PLR2004


def unit_before(text: str, match: re.Match[str]) -> str:
    """The word between a gap and the number that ends its column: 'NR 1.000'; empty where there is none."""
    return word_before(text, match) if _ALONE.match(text, match.end()) else ""


def word_before(text: str, match: re.Match[str]) -> str:
    """The word between a gap and a number, whatever follows: 'CF 10 da 50 pz'."""
    word = _UNIT_BEFORE.search(text[max(match.start() - _REACH, 0) : match.start()])
    return word.group(1) if word else ""


def is_code(number: str) -> bool:
    """'0071882' is the number of something: nobody counts with noughts in front."""
    return number[:1] == "0" and number[1:2].isdigit()


def follows_quantity(text: str, match: re.Match[str], words: Lexicon) -> bool:
    """Whether a word for quantity, which is no unit, stands just before the number: 'Qty 10'."""
    word = _WORD_BEFORE.search(text[max(match.start() - _REACH, 0) : match.start()])
    if word is None or words.meanings_of(word.group(1), "units"):
        return False
    return "quantity" in words.meanings_of(word.group(1), "columns")


def is_size(text: str, start: int) -> bool:
    """Whether a factor stands before the number: '60 x 40 x 30'."""
    return re.search(r"\d[ \u00a0]?[xX\u00d7*/][ \u00a0]?$", text[max(start - 4, 0) : start]) is not None


def is_share(text: str, start: int, end: int) -> bool:
    """Percentages, sums of money and hashes are no quantities."""
    after = text[end : end + 6].lstrip(" \u00a0")
    before = text[max(start - 5, 0) : start].rstrip(" \u00a0")
    return (
        after[:1] in ("%", "\u20ac", "$", "\u00a3", "\u00b0")
        or (after[:3].upper() in MONEY and re.match(r"-[^\W\d_]", after[3:]) is None)
        or before[-1:] in ("\u20ac", "$", "\u00a3", "#", "+")
        or before[-3:].upper() in MONEY
    )
