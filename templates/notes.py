"""Plain letters to our own people: templates/notes/NAME.txt with values in, a subject and a text out."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

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


def note(name: str, /, **values: Any) -> Note:
    """Return the letter of templates/notes/NAME.txt; a token in brackets at the end of its subject is never cut off."""
    head, _, body = _environment().get_template(f"{name}.txt").render(values).partition(RULE)
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return Note(_one_line(head), re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n")


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
