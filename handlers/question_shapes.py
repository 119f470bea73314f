"""The grammar of plain questions: which question of the table a sentence is, and what it asks about."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rapidfuzz import fuzz, process

from handlers import wording

LONGEST = 300
"""Longer sentences are no questions of this grammar."""
PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the table: what it is called, what its answer says, its shapes, and examples."""

    name: str
    says: str
    shapes: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that somebody asked, and about what (empty: about nothing in particular)."""

    question: Question
    it: str


@cache
def questions() -> tuple[Question, ...]:
    """Return the whole table, in the order in which it is tried."""
    return tuple(
        Question(
            row["name"], row["says"], tuple(row["shapes"]), tuple(_pattern(each) for each in row["shapes"]),
            tuple(row["examples"]),
        )
        for row in _table()["question"]
    )  # fmt: skip


def asked(text: str) -> Asked | None:
    """Return which question a sentence is as a whole; None for anything else."""
    said = _bare(text)
    if not said or len(said) > LONGEST or not is_question(text):
        return None
    for question in questions():
        for pattern in question.patterns:
            found = pattern.fullmatch(said)
            if found is not None:
                return Asked(question, _thing(found["it"]) if "it" in pattern.groupindex else "")
    return None


def is_question(text: str) -> bool:
    """Say whether a sentence begins as questions do."""
    return _begins().match(_bare(text)) is not None


def nearest(text: str) -> list[str]:
    """Return the examples that are nearest to a sentence, each of another question."""
    examples = {example: question.name for question in questions() for example in question.examples}
    near = process.extract(
        wording.folded(text),
        list(examples),
        scorer=fuzz.token_sort_ratio,
        limit=len(examples),
        processor=wording.folded,
    )
    best: dict[str, str] = {}
    for example, _, _ in near:
        best.setdefault(examples[example], example)
    return list(best.values())[:PROPOSED]


def without_change(it: str) -> tuple[str, str]:
    """Split ``seal change on P-101`` into what was changed and where: ``seal`` and ``P-101``."""
    what, _, where = re.sub(r"\s+(?:on|at|an|bei)\s+", "\n", it, count=1).partition("\n")
    words = what.split()
    ending = re.compile(f"(?:s|n|en)?(?:{'|'.join(map(re.escape, _words('changes')))})$")
    kept = " ".join(filter(None, (ending.sub("", word) for word in words))).removeprefix("of ").removeprefix("von ")
    return _thing(kept), _thing(where)


def means_here(it: str) -> bool:
    """Say whether a question is about whatever it stands under, as in ``who has this?``."""
    return it in _words("here")


def _bare(text: str) -> str:
    """Return a sentence as shapes are compared with it: folded, without marks, greetings and courtesies."""
    said = " ".join(re.sub(r"[?!.…]+$", "", wording.bare(wording.folded(text))).split())
    for short, whole in _table()["short"].items():
        said = re.sub(rf"^{re.escape(short)}\b", whole, said)
    before = None
    while said != before:
        before = said
        said = _edges()[0].sub("", said)
        said = _edges()[1].sub("", said).rstrip(" ,?!.")
    return said


def _thing(written: str) -> str:
    """Return what is asked about without its articles: ``the seal 45`` is ``seal 45``."""
    thing, before = written.strip(" ,\"'“”„`"), None
    while thing != before:
        before = thing
        thing = _articles().sub("", thing)
    return thing


@cache
def _table() -> dict[str, Any]:
    file = resources.files("handlers").joinpath("words/questions.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(_table()[name], key=len, reverse=True))


def _any_of(words: Sequence[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in words) + ")"


@cache
def _edges() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"^{_any_of(_words('openings'))}\b[\s,:-]+"), re.compile(rf"[\s,]+{_any_of(_words('endings'))}$")


@cache
def _articles() -> re.Pattern[str]:
    return re.compile(rf"^{_any_of(_words('articles'))}\s+(?=\S)")


@cache
def _begins() -> re.Pattern[str]:
    begins = {shape.split(" ")[0] for question in questions() for shape in question.shapes if shape[0] != "("}
    return re.compile(
        rf"(?:{_any_of([*_words('begins'), *sorted(begins)])}|any|anything|in which|bis wann|bei wem|woran)\b"
    )


def _pattern(shape: str) -> re.Pattern[str]:
    written = shape.replace("(", "(?:").replace("{it}", "(?P<it>.+?)", 1).replace(" ", r"\s+")
    return re.compile(written)
