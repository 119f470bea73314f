"""Plain letters to our own people: templates/notes/NAME.txt with values in, a subject and a text out."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orders.units import measured, quantity_text
from templates.locales import Speech
from templates.order_sheet import UNIT_WORDS
from templates.said import money, worded

FOLDER = Path(__file__).parent / "notes"
SUBJECT_MOST = 150
RULE = "\n---\n"
"""What stands between the subject and the text of a note."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a letter to one of our own people says, as plain text."""

    subject: str
    text: str


def note(name: str, /, *, language: str = "en", **values: Any) -> Note:
    """Return the letter of templates/notes/NAME.txt; a token in brackets at the end of its subject is never cut off.

    In a language that we have no words of, the letter is English.
    """
    given = {**values, "language": language, "say": partial(note_said, name, language)}
    head, _, body = _environment().get_template(f"{name}.txt").render(given).partition(RULE)
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return Note(_one_line(head), re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n")


def note_said(name: str, language: str, key: str, /, **values: Any) -> str:
    """Return what a note says under a key, in a person's language."""
    spoken = note_words()
    return spoken[language if language in spoken else "en"][name][key].format(**values)


def note_day(day: date, language: str) -> str:
    """Return a day as a person writes it: 27 Nov 2026, or 27.11.2026."""
    return Speech(language if language != "en" else "en_GB").day(day.isoformat())


def note_quantity(quantity: int, unit: str, language: str) -> str:
    """Return thousandths of a unit as a person writes them: 2 pieces, or 2 Stück."""
    word = UNIT_WORDS.get(language, {}).get(unit)
    return f"{quantity_text(quantity)} {word}" if word else measured(quantity, unit)


@cache
def note_words() -> dict[str, dict[str, dict[str, str]]]:
    """Return the words of all notes by language, note and key."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def note_names() -> list[str]:
    """Return the names of all notes."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    words, bracket, token = line.rpartition(" [")
    if len(line) <= SUBJECT_MOST or not bracket:
        return line[:SUBJECT_MOST]
    return f"{words[: SUBJECT_MOST - len(token) - 3]}… [{token}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701  # plain text: nothing reads markup in it
        undefined=StrictUndefined,
        finalize=worded,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["money"] = money
    return environment
