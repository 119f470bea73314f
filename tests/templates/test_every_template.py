"""Walks every template with its longest plausible values and holds it against Slack's limits and our own habits."""

import re
from pathlib import Path
from typing import Any

import templates
from templates import habits, slack

FOLDER = Path(templates.__file__).parent
GRADE_MOST = 8


def test_every_card_and_view_has_a_sample(tables: Any) -> None:
    named = set(tables["CARDS"]) | set(tables["VIEWS"])

    assert set(slack.names()) == named, (
        "add values to tests/templates/samples.py, or remove those of a template that is gone"
    )


def test_every_sentence_has_a_sample(tables: Any) -> None:
    assert set(slack.names(".txt")) == set(tables["WORDS"])


def test_every_card_keeps_our_habits(card_sample: Any) -> None:
    name, values = card_sample

    card = templates.card(name, **values)

    assert habits.card_habits(card) == []


def test_every_view_keeps_our_habits(view_sample: Any) -> None:
    name, values = view_sample

    view = templates.view(name, **values)

    assert habits.view_habits(view) == []


def test_every_sentence_is_short_and_whole(words_sample: Any) -> None:
    name, values = words_sample

    said = habits.spoken(templates.words(name, **values))

    assert said
    assert len(said) <= 3000
    assert "\n\n\n" not in said
    assert grade(said) <= GRADE_MOST, said


def grade(text: str) -> float:
    """The school grade by Flesch and Kincaid, syllables counted as groups of vowels; numbers and names of things count as one."""
    sentences = max(1, len(re.findall(r"[.?!](?:\s|$)", text)))
    words = re.findall(r"[\w'-]+", text)
    syllables = sum(
        1 if re.search(r"\d|^[A-Z]", word) else max(1, len(re.findall("[aeiouy]+", re.sub("e$", "", word))))
        for word in words
    )
    return 0.39 * len(words) / sentences + 11.8 * syllables / max(1, len(words)) - 15.59


def test_the_grade_tells_plain_from_stilted() -> None:
    plain = "You cannot approve this order, because you asked for it. Bo has been asked."
    stilted = "Authorisation of the aforementioned requisition necessitates verification by the designated organisational authority."

    assert grade(plain) < 5
    assert grade(stilted) > 15


def forbidden_words() -> list[str]:
    rows = [line.split("|") for line in (FOLDER / "words.md").read_text().splitlines() if line.startswith("|")]
    refused = [word.strip() for row in rows[2:] for word in row[3].split(",")]
    also = re.search(r"Also never: (.+?)\.\n\n", (FOLDER / "words.md").read_text(), re.DOTALL)
    return refused + [word.strip() for word in also[1].replace("\n", " ").split(",")]


def _people_read(source: str) -> str:
    """A template without its comments and without the keys of its JSON, which are Slack's words and not ours."""
    return re.sub(r'\{#.*?#\}|"\w+"\s*:', "", source, flags=re.DOTALL)


def test_no_template_says_a_forbidden_word() -> None:
    said = re.compile(r"\b(" + "|".join(re.escape(word) for word in forbidden_words()) + r")\b", re.IGNORECASE)
    spoken = [path for suffix in ("json.j2", "txt", "html") for path in FOLDER.rglob(f"*.{suffix}")]

    found = [(path.name, hit[0]) for path in spoken for hit in said.finditer(_people_read(path.read_text()))]

    assert found == []
