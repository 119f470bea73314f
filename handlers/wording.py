"""What people's words tell: impact, kind of task, chatter, commands and failure modes, all read from tables of words."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from orders.work_orders import Impact, TaskType

LANGUAGES = ("en", "de")
Pattern = re.Pattern[str]

_APOSTROPHES = re.compile("[\u2019`]")
MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
"""Somebody's Slack id as Slack writes it into a text."""
_EMOJI = re.compile(r"(?<!\d):[a-z0-9_+\-]+:(?!\d)|[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]")
_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is chosen from a list: the code that is kept, the words that people see, and how it is recognised."""

    code: str
    words: str
    finds: Pattern | None = None


def folded(text: str) -> str:
    """Return text as words are compared: without case, with one kind of apostrophe."""
    return _APOSTROPHES.sub("'", text.casefold())


def bare(text: str) -> str:
    """Return what somebody wrote without mentions, links and emoji, with single spaces."""
    for decoration in (_LINK, MENTION, _EMOJI):
        text = decoration.sub(" ", text)
    return " ".join(text.split())


def impact_of(text: str) -> Impact | None:
    """Return the gravest impact that a word of the text tells, or None when no word tells any."""
    said = _without_all_well(folded(text))
    return next((impact for impact, pattern in _patterns("impact", Impact).items() if pattern.search(said)), None)


def task_type_of(text: str, impact: Impact | None) -> TaskType:
    """Return the kind of task: what hurts people is an emergency, what runs badly a repair, the rest by its words."""
    if impact is Impact.SAFETY:
        return TaskType.EMERGENCY
    if impact in {Impact.STANDS, Impact.REDUCED}:
        return TaskType.REPAIR
    said = folded(text)
    kinds = _patterns("task", (TaskType.CALIBRATION, TaskType.SERVICE, TaskType.INSPECTION))
    return next((kind for kind, pattern in kinds.items() if pattern.search(said)), TaskType.REPAIR)


def is_chatter(text: str, *, names_asset: bool) -> bool:
    """Say whether a message is talk that nobody has to do anything about.

    Marked talk (``fyi …``) always is; a fault word always makes it a report; an asset's name does too, unless somebody
    says thanks or that all is well.
    """
    said = folded(bare(text))
    if not said or _opens(said, "always"):
        return True
    if impact_of(text) is not None:
        return False
    return not names_asset or _opens(said, "thanks") or _pattern("chatter", "all_well").search(said) is not None


def is_thanks(text: str) -> bool:
    """Say whether somebody says thanks, and nothing that anybody has to do."""
    return _opens(folded(bare(text)), "thanks") and impact_of(text) is None


def without_greeting(text: str) -> str:
    """Return a text without the greeting that it opens with."""
    found = re.match(
        _pattern("chatter", "openings").pattern + r"(?:\s+(?:all|everybody|team|zusammen))?[\s,.!:;-]+",
        text,
        re.IGNORECASE,
    )
    return text[found.end() :] if found and found.end() < len(text) else text


@cache
def command_words() -> Mapping[str, str]:
    """Return the command that each typed word means, over all languages; English words win."""
    meant: dict[str, str] = {}
    for language in LANGUAGES:
        for command, words in _table(language)["commands"].items():
            for word in words:
                meant.setdefault(folded(word), command)
    return meant


@cache
def small_words() -> frozenset[str]:
    """Return the words that say nothing about which asset or part is meant."""
    return frozenset(word for language in LANGUAGES for word in _table(language)["small"]["skip"])


@cache
def need_words(kind: str) -> tuple[str, ...]:
    """Return what introduces a part of a typed need in any language: ``by``, ``for``, ``because``, ``project``, ``service``."""
    return tuple(word for language in LANGUAGES for word in _table(language)["need"][kind])


@cache
def choices(kind: str) -> tuple[Choice, ...]:
    """Return the list of one kind: ``mode``, ``cause`` or ``remedy``."""
    return tuple(Choice(row["code"], row["words"], whole(row.get("finds", ()))) for row in _table("failures")[kind])


@cache
def classes() -> tuple[dict[str, Any], ...]:
    """Return the classes of assets with their own short list: ``name``, what ``finds`` the class, and its ``modes``."""
    return tuple(row | {"finds": whole(row["finds"])} for row in _table("failures")["class"])


def words_of(kind: str, code: str) -> str:
    """Return the words for a code of a list; text that is no code stays as it is."""
    return next((choice.words for choice in choices(kind) if choice.code == code), code)


def mode_of(text: str) -> Choice | None:
    """Return the failure mode that the words of a report point to, or None."""
    said = folded(text)
    return next((choice for choice in choices("mode") if choice.finds and choice.finds.search(said)), None)


def _opens(said: str, kind: str) -> bool:
    return _pattern("chatter", kind).match(said) is not None


def _without_all_well(said: str) -> str:
    return _pattern("chatter", "all_well").sub(" ", said)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("handlers").joinpath(f"words/{name}.toml").read_text(encoding="utf-8"))


@cache
def _patterns(section: str, kinds: Iterable[Any]) -> dict[Any, Pattern]:
    return {kind: _pattern(section, kind.value) for kind in kinds}


@cache
def _pattern(section: str, kind: str) -> Pattern:
    words = [word for language in LANGUAGES for word in _table(language)[section].get(kind, ())]
    found = whole(words)
    assert found is not None
    return found


def whole(words: Iterable[str]) -> Pattern | None:
    """Match any of the words as a whole; the longest first, a star for any ending."""
    parts = [re.escape(folded(word)).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True)]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)") if parts else None
