"""What a mail shows to people: its parts line by line as the reader sees them, and where the words stand that it read."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from .blocks import Line, shown
from .dates import Calendar
from .formats.table import FORMATS, Format, Wanted
from .lexicon import lexicon_for
from .mime import Mail, Part
from .words import squash

MOST_LINES = 2_000
_MOST_SAMPLE = 6_000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BEGINNING = 60
_LEAST = 3
HEAVY = frozenset({"pdf", "workbook"})
"""Formats that take long to open; where nobody can wait, only the words that were read of them are shown."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail: its part, its name, its kind and its size in bytes."""

    part: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line as shown, with the part that it stands in and the numbers of the quotations that it holds."""

    part: str
    text: str
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that something was read from, by their number and the part that they stand in."""

    number: int
    part: str
    text: str


def attached(mail: Mail) -> list[Attached]:
    """Return the files that came with a mail."""
    files = [one for one in mail.parts if one.attached or one.name]
    return [Attached(one.number, one.name, one.kind, len(one.content)) for one in files]


def rows_of(mail: Mail, locale: str = "", *, cited: Iterable[str] = (), heavy: bool = True) -> list[Row]:
    """Return what a mail shows, part after part; a text that its HTML twin repeats is left out unless it is ``cited``.

    Whatever the mail holds, rows come back; a file that cannot be opened shows nothing.
    """
    told = [part for part in mail.parts if part.number in cited or not _is_repeated(part, mail)]
    parts = [(part, form) for part in told if (form := _format_of(part)) is not None]
    sample = " ".join(part.text()[:_MOST_SAMPLE] for part, _ in parts if part.kind.startswith("text/"))
    words = lexicon_for(_TAG.sub(" ", sample), locale)
    wanted = Wanted(words, locale, Calendar(locale, words, None))
    rows: list[Row] = []
    for part, form in parts:
        if (heavy or form.name not in HEAVY) and len(rows) < MOST_LINES:
            rows += [Row(part.number, text) for text in _lines(part, form, wanted) if text.strip()]
    return rows[:MOST_LINES]


def _is_repeated(part: Part, mail: Mail) -> bool:
    """Say whether a plain text stands beside the HTML that says the same."""
    above = part.number.rpartition(".")[0]
    twins = [one for one in mail.parts if one.kind == "text/html" and one.number.rpartition(".")[0] == above]
    return part.kind == "text/plain" and not part.attached and "multipart/alternative" in mail.kinds and bool(twins)


def _format_of(part: Part) -> Format | None:
    return next((one for one in FORMATS if one.takes(part)), None)


def _lines(part: Part, form: Format, wanted: Wanted) -> list[str]:
    if form.blocks is None:
        plain = PLAIN.get(form.name)
        return plain(part.text(wanted.locale)).split("\n") if plain is not None else []
    try:
        blocks = form.blocks(part, wanted)
    except Exception:  # noqa: BLE001 - a part that breaks its reader must not hide the others
        return _bare(part.text(wanted.locale)).split("\n") if part.kind.startswith("text/") else []
    lines: list[str] = []
    for block in blocks:
        lines += [block.text] if isinstance(block, Line) else [shown(row) for row in block.rows]
    return lines


def _bare(text: str) -> str:
    """Return the words of a marked-up text, line by line."""
    return re.sub(r"\s*\n\s*", "\n", _TAG.sub("\n", text))


PLAIN: dict[str, Callable[[str], str]] = {
    "edifact": lambda text: text.replace("'", "\n"),
    "x12": lambda text: text.replace("~", "\n"),
    "xml": _bare,
}
"""How a document for machines is shown to people, by its format; of any other only what was read of it is shown."""


def marked(rows: Sequence[Row], quotations: Iterable[Quotation]) -> list[Row]:
    """Return the rows with each quotation's number at the rows that it stands in; one found nowhere is added at the end."""
    found = list(rows)
    for one in quotations:
        places = _places(found, one)
        for at in places:
            found[at] = replace(found[at], marks=tuple(dict.fromkeys((*found[at].marks, one.number))))
        if not places and one.text.strip():
            found.append(Row(one.part, one.text, (one.number,)))
    return found


def _places(rows: Sequence[Row], one: Quotation) -> list[int]:
    """Return the rows that a quotation stands in, of its own part before any other; letters and digits alone count."""
    wanted = squash(one.text)
    if len(wanted) < _LEAST:
        return []
    own = [at for at, row in enumerate(rows) if row.part == one.part]
    # A record whose fields stand one below the other is quoted as one row; its longest field tells where it begins.
    field = max((squash(cell) for cell in one.text.split(" | ")), key=len)
    for indices in (own, range(len(rows))):
        for words in (wanted, wanted[:_BEGINNING], field if len(field) > _LEAST else wanted):
            places = _within(rows, indices, words)
            if places:
                return places
    return []


def _within(rows: Sequence[Row], indices: Iterable[int], wanted: str) -> list[int]:
    spans, text = [], ""
    for at in indices:
        begin, text = len(text), text + squash(rows[at].text)
        spans.append((at, begin, len(text)))
    begin = text.find(wanted)
    if begin < 0:
        return []
    return [at for at, first, last in spans if first < begin + len(wanted) and last > begin and last > first]


def around(rows: Sequence[Row], most: int, *, near: int = 2) -> list[Row]:
    """Return at most so many rows: the marked ones with their neighbours before all others, gaps shown as a row of dots."""
    if len(rows) <= most:
        return list(rows)
    ranked = sorted(range(len(rows)), key=lambda at: (_distance(rows, at, near), at))
    kept = sorted(ranked[:most])
    shortened: list[Row] = []
    for before, at in zip([-1, *kept], kept, strict=False):
        shortened += [Row(rows[at].part, "…")] if at != before + 1 else []
        shortened.append(rows[at])
    return shortened


def _distance(rows: Sequence[Row], at: int, near: int) -> int:
    around_it = range(max(0, at - near), min(len(rows), at + near + 1))
    return min((abs(at - other) for other in around_it if rows[other].marks), default=near + 1)


__all__ = ["Attached", "Quotation", "Row", "around", "attached", "marked", "rows_of"]
