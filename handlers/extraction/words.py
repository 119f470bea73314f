"""Folding of letters and cutting of text into words, so that one spelling meets all its variants."""

import re
import unicodedata
from dataclasses import dataclass

INVISIBLE = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x200B,
        0x200C,
        0x200D,
        0x2060,
        0xFEFF,
        *range(0x200E, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
_SPECIAL = {
    "\u0142": "l", "\u0141": "l", "\u00f8": "o", "\u00d8": "o", "\u0111": "d", "\u0110": "d", "\u0131": "i", "\u0130": "i",
    "\u00df": "s", "\u1e9e": "s", "\u00e6": "a", "\u00c6": "a", "\u0153": "o", "\u0152": "o", "\u00f0": "d", "\u00fe": "t",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u2002": " ", "\u2003": " ", "\u3000": " ",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u00d7": "x", "\u00b2": "2", "\u00b3": "3",
}  # fmt: skip
_WIDE = {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss", "\u00e5": "aa", "\u00f8": "oe", "\u00e6": "ae"}
_LATIN_END = 0x250
WORD = re.compile(r"[^\W_]+")


def _base(code: int) -> str:
    character = chr(code)
    base = unicodedata.normalize("NFD", character)[0]
    return base.lower() if base.isalpha() else character


_FOLD = {code: _base(code) for code in range(0xC0, _LATIN_END)}
_FOLD.update({code: chr(code + 32) for code in range(0x41, 0x5B)})
_FOLD.update({ord(key): value for key, value in _SPECIAL.items()})
_FOLD.update({code: _base(code) for code in range(0x1E00, 0x1F00) if code != ord("\u1e9e")})


def fold(text: str) -> str:
    """The text in small letters without accents, character by character: positions stay the same."""
    return text.lower().replace("`", "'") if text.isascii() else text.translate(_FOLD)


def spellings(phrase: str) -> set[str]:
    """The folded spellings under which a phrase is met: with its accents dropped, and written out as in 'ae' for a-umlaut."""
    wide = "".join(_WIDE.get(character, character) for character in phrase.lower())
    return {fold(phrase), fold(wide)}


def squash(text: str) -> str:
    """A part or order number reduced to its letters and digits in capitals: 'po 12/a' becomes 'PO12A'."""
    return "".join(WORD.findall(text)).upper()


def visible(text: str) -> str:
    """The text without characters that show nothing (soft hyphens, zero-width and direction marks)."""
    return text.translate(INVISIBLE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text in order; text is used as it is, so fold it first where that is wanted."""
    return [Token(found.group(), found.start(), found.end()) for found in WORD.finditer(text)]


def words_in(text: str) -> list[str]:
    """The folded words of a text in order, where their places do not matter."""
    return WORD.findall(fold(text))


_MOST_SPACED = 300
#: 'L I E F E R S C H E I N', and further words behind wider gaps.
_SPACED = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){3,}(?:[ \u00a0]{2,}[^\W\d_](?: [^\W\d_])+)*(?!\S)")


def unspaced(text: str) -> str:
    """A text with its spaced capitals as words: 'D E L I V E R Y   N O T E' says 'DELIVERY NOTE'."""

    def joined(match: re.Match[str]) -> str:
        said = match.group()
        return " ".join(word.replace(" ", "") for word in re.split(r"[ \u00a0]{2,}", said)) if said.isupper() else said

    return _SPACED.sub(joined, text) if len(text) <= _MOST_SPACED else text
