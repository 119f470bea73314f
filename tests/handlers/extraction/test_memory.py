"""What was found in a mail's texts is found once while the mail is read, and forgotten with it."""

import json
from collections import Counter
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read
from handlers.extraction.lexicon import asked_once, lexicon
from handlers.extraction.memory import Memory
from handlers.extraction.rules import own_words

PLANT = Path(__file__).parents[2] / "mails" / "plants" / "mill.json"
MAIL = (
    b"From: versand@nordlager.example\nSubject: Lieferung\n\n"
    b"Guten Tag,\n\nwir haben heute 6 Stk NL-44120 versandt, der Rest folgt am 27.11.2026.\n\nMit freundlichen Gruessen\n"
)


def test_a_reading_asks_each_text_each_question_once(monkeypatch: pytest.MonkeyPatch) -> None:
    answered: Counter[tuple[object, object, str]] = Counter()
    once = Memory.once

    def counted(memory: Memory, question: Hashable, find: Callable[..., Any], text: str, *more: Any) -> Any:
        def found(*said: Any) -> Any:
            answered[memory, question, text] += 1
            return find(*said)

        return once(memory, question, found, text, *more)

    monkeypatch.setattr(Memory, "once", counted)

    read(MAIL, Known.from_json(json.loads(PLANT.read_text("utf-8"))))

    assert len(answered) > 20
    assert set(answered.values()) == {1}


def test_another_mail_is_read_with_a_memory_of_its_own() -> None:
    asked: list[str] = []

    @asked_once
    def length(text: str, _words: object) -> int:
        asked.append(text)
        return len(text)

    first, second = own_words(lexicon(("en",)), None), own_words(lexicon(("en",)), None)

    told = [length("12 pcs", first), length("12 pcs", first), length("12 pcs", second)]

    assert told == [6, 6, 6]
    assert asked == ["12 pcs", "12 pcs"]


def test_the_words_that_outlive_mails_remember_no_answers() -> None:
    asked: list[str] = []

    @asked_once
    def length(text: str, _words: object) -> int:
        asked.append(text)
        return len(text)

    for _ in range(2):
        length("12 pcs", lexicon(("en",)))

    assert asked == ["12 pcs", "12 pcs"]


def test_a_memory_keeps_no_more_letters_than_an_honest_mail_has() -> None:
    memory = Memory()
    found: list[str] = []

    for at in range(60):
        memory.once("length", found.append, f"{at:02}" + "x" * 9_998)
    memory.once("length", found.append, "00" + "x" * 9_998)

    assert len(found) == 61
