"""The table of formats: which parts each reader takes, in the order in which they are asked."""

from collections.abc import Callable
from dataclasses import dataclass

from ..blocks import Block
from ..claims import Notice
from ..dates import Calendar
from ..lexicon import Lexicon
from ..mime import Part
from . import csv, html, text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader of a format may use: the words and the locale of the mail, and its calendar."""

    words: Lexicon
    locale: str
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the parts it takes, and its reader, which yields blocks or a whole notice."""

    name: str
    takes: Callable[[Part], bool]
    blocks: Callable[[Part, Wanted], list[Block]] | None = None
    notice: Callable[[Part, Wanted], Notice | None] | None = None


def _ends(part: Part, *endings: str) -> bool:
    return part.name.lower().endswith(endings)


def _is_csv(part: Part) -> bool:
    return _ends(part, ".csv", ".tsv") or part.kind in ("text/csv", "text/tab-separated-values", "application/csv")


def _is_html(part: Part) -> bool:
    return part.kind == "text/html" or _ends(part, ".html", ".htm")


def _is_text(part: Part) -> bool:
    return part.kind == "text/plain" and (not part.attached or _ends(part, ".txt", ".text", ".log"))


FORMATS: tuple[Format, ...] = (
    Format("csv", _is_csv, blocks=lambda part, wanted: csv.blocks_of(part.text(wanted.locale), part.number)),
    Format("html", _is_html, blocks=lambda part, wanted: html.blocks_of(part.text(wanted.locale), part.number)),
    Format(
        "text",
        _is_text,
        blocks=lambda part, wanted: text.blocks_of(
            part.text(wanted.locale), part.number, wanted.words, flowed=part.flowed
        ),
    ),
)
