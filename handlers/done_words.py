"""The words by which people say that work is done, in four languages, ready to be looked for."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from handlers.wording import Pattern, folded, whole

LANGUAGES = ("en", "de", "fr", "es")
STRONG, WEAK = "deeds", "weak"


@cache
def _table(language: str) -> dict[str, Any]:
    text = resources.files("handlers").joinpath(f"words/done_{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def phrases(section: str, kind: str) -> tuple[str, ...]:
    """Return the phrases of a section and kind in all languages, folded, the longest first."""
    found = {folded(each) for language in LANGUAGES for each in _table(language)[section].get(kind, ())}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))


@cache
def pattern(section: str, kind: str) -> Pattern:
    """Return what matches any phrase of a section and kind as a whole."""
    found = whole(phrases(section, kind))
    assert found is not None
    return found


@cache
def codes(section: str) -> Mapping[str, Pattern]:
    """Return what matches each code of a section: remedies for ``deeds`` and ``weak``, else causes."""
    kinds = dict.fromkeys(code for language in LANGUAGES for code in _table(language)[section])
    return {code: pattern(section, code) for code in kinds}


@cache
def choice(section: str, kind: str) -> str:
    """Return the phrases of a section and kind as the inside of a pattern, for longer patterns to hold."""
    return "(?:" + "|".join(re.escape(each) for each in phrases(section, kind)) + ")"


@cache
def numbers() -> Mapping[str, Decimal]:
    """Return the number that each number word means."""
    return {
        folded(word): Decimal(str(value))
        for language in LANGUAGES
        for word, value in _table(language)["numbers"].items()
    }


@cache
def number() -> str:
    """Return the inside of a pattern for a number in figures or as a word."""
    words = "|".join(re.escape(word) for word in sorted(numbers(), key=len, reverse=True))
    return rf"(?:\d{{1,6}}(?:[.,]\d{{1,3}})?|(?<!\w)(?:{words})(?!\w))"


def value_of(written: str) -> Decimal:
    """Return what a number means that ``number`` matched."""
    found = numbers().get(written)
    return found if found is not None else Decimal(written.replace(",", "."))
