"""A count sheet put into words: the ready strings of the paper on which somebody writes at the shelves."""

import tomllib
from functools import cache
from typing import Any

from templates import fonts
from templates.order_sheet import DOCUMENTS, line_of

Sheet = dict[str, Any]
UNPRINTABLE = "?"
COLUMNS = ("bin", "part", "name", "unit")
WIDTHS = {"name": "1fr"}


@cache
def count_words() -> dict[str, dict[str, str]]:
    """The words of a count sheet by language."""
    return tomllib.loads((DOCUMENTS / "count_words.toml").read_text(encoding="utf-8"))


def count_sheet(count: dict[str, Any]) -> Sheet:
    """Every string that stands on a count sheet; a blind one does not say what is booked."""
    language = count["language"] if count["language"] in count_words() else "en"
    words = count_words()[language]
    columns = COLUMNS if count["blind"] else (*COLUMNS, "booked")
    return {
        "language": language,
        "title": words["title"],
        "number": count["number"],
        "store": printable(count["store"]),
        "plant": printable(count["plant"]),
        "by": words["by"],
        "head": [words[name] for name in (*columns, "counted")],
        "widths": [WIDTHS.get(name, "auto") for name in (*columns, "counted")],
        "lines": [[printable(line[name]) for name in columns] for line in count["lines"]],
        "page": words["page"],
    }


def printable(words: str) -> str:
    """Put a mark where no font has a character: one odd name must not keep the sheet from being printed."""
    line = line_of(words)
    missing = set(fonts.missing_characters([line]))
    return "".join(UNPRINTABLE if letter in missing else letter for letter in line)
