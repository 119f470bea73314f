"""Links lead somewhere, commands exist, pictures have their names, and readers are spared hard words."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.__main__ import app
from handlers.grammar import COMMANDS, parse
from templates import habits

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PICTURES = {
    "approval.png", "delivery.png", "done.png", "failures.png", "fault.png", "history.png", "home.png", "mail.png", "mailroom.png", "order-pdf.png", "page-dark.png", "page-light.png",
    "phone.png",
}  # fmt: skip
"""What ``make pictures`` takes; a page may show these and no other."""

PLAIN = {"operator.md": 7, "approver.md": 7, "storekeeper.md": 7, "supplier.md": 9}
"""Pages for people at their work, and the school grade that they may ask for."""

SCREEN = 75
"""Lines that fit on one printed side."""

OUTSIDE_WORDS = re.compile(
    r"/w[o]rk/|/tmp/|/root/|\bTODO\b|\bFIXME\b|\bAI\b|\bLLM\b|language model|\bco-authored\b|\blorem\b",
    re.IGNORECASE,
)
"""What does not belong into the project: paths of a machine, loose ends, and how it was written."""


def test_every_link_leads_to_a_file_and_a_heading(page: Any) -> None:
    for is_picture, target in page.links:
        if is_picture or re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        where = (page.path.parent / file).resolve() if file else page.path

        assert where.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in type(page)(where).anchors, f"{page.name} links to {target}"


def test_every_picture_is_one_that_is_taken(page: Any) -> None:
    for is_picture, target in page.links:
        if is_picture and not target.startswith("https://"):
            where = (page.path.parent / target).resolve()

            assert where.parent == DOCS / "pictures", f"{page.name} shows {target}"
            assert where.name in PICTURES, f"{page.name} shows {target}"


def test_every_picture_is_shown_and_none_is_left_over(pages: Any) -> None:
    shown = {Path(target).name for page in pages for is_picture, target in page.links if is_picture}

    assert shown >= PICTURES
    assert {path.name for path in (DOCS / "pictures").glob("*") if path.name != "README.md"} <= PICTURES


def test_every_command_that_is_named_exists(page: Any) -> None:
    for words in _command_lines(page):
        command: Any = typer.main.get_command(app)
        rest = words[1:]
        while rest and rest[0] in getattr(command, "commands", {}):
            command, rest = command.commands[rest[0]], rest[1:]
        if named := getattr(command, "by_default", ""):
            command = command.commands[named]
        options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}

        assert words[1:] == [] or not getattr(command, "commands", None), f"{page.name}: {' '.join(words)}"
        for option in [word.partition("=")[0] for word in rest if word.startswith("-")]:
            assert option in options, f"{page.name}: {' '.join(words)} has no {option}"


def _command_lines(page: Any) -> list[list[str]]:
    fenced = [line for kind, text in page.fences if kind in ("", "sh", "console") for line in text.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", page.prose)
    told = [line.strip().removeprefix("$ ").removeprefix(".venv/bin/") for line in [*fenced, *inline]]
    return [shlex.split(line.partition("  #")[0]) for line in told if re.match(r"chargehand(?: [a-z]|$)", line)]


def test_every_make_word_that_is_named_exists(page: Any) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z]+(?: [a-z]+)*)", page.text, re.MULTILINE)

    assert {word for words in named for word in words.split()} <= known, page.name


def test_every_typed_word_in_a_guide_is_understood() -> None:
    for name in PLAIN:
        for typed in re.findall(r"`([a-z]+(?: [^`]+)?)`", (DOCS / name).read_text("utf-8")):
            if typed.split()[0] in COMMANDS:
                assert parse(typed).command == typed.split()[0], f"{name}: {typed}"


def test_every_file_that_is_named_is_there(page: Any) -> None:
    rooms = "bot|handlers|sandbox|storage|templates|orders|tests|docs"
    for named in re.findall(rf"`((?:{rooms})/[\w./*-]+|[\w-]+\.(?:toml|txt))`", page.prose):
        if "NAME" in named or named.startswith("config.toml"):
            continue
        found = list(ROOT.glob(named.rstrip("/")))

        assert found, f"{page.name} names {named}"


def test_the_drawing_names_every_point_at_which_the_process_may_die() -> None:
    said = (DOCS / "architecture.md").read_text("utf-8")
    sources = [
        path.read_text("utf-8") for room in ("bot", "handlers", "storage") for path in (ROOT / room).rglob("*.py")
    ]
    named = {name for source in sources for name in re.findall(r"\bpoint\(f?\"([^\"]+)\"\)", source)}
    wires = {"transmitting {row.wire}": ("slack", "mail")}  # a photo is only fetched, so nothing is ever transmitted

    assert "before commit" in named
    for name in named:
        for wire in wires.get(name, ("slack", "mail", "file")):
            assert f"`{name.replace('{row.wire}', wire)}`" in said


def test_nothing_from_outside_the_project_is_said(page: Any) -> None:
    assert OUTSIDE_WORDS.findall(page.text) == [], page.name


@pytest.mark.parametrize("name", PLAIN)
def test_a_guide_fits_on_one_side_and_is_easy_to_read(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    said = re.sub(r"!\[[^\]]*\]\([^)]*\)|^#.*$|^\|.*$|[*`>]", "", text, flags=re.MULTILINE)

    assert len(text.splitlines()) <= SCREEN
    assert _grade(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", said)) <= PLAIN[name], name


@pytest.mark.parametrize("name", [*PLAIN, "administrator.md"])
def test_a_guide_uses_one_word_for_one_thing(name: str) -> None:
    said = re.compile(r"\b(" + "|".join(re.escape(word) for word in habits_refused()) + r")\b", re.IGNORECASE)

    assert said.findall(re.sub(r"`[^`]*`", "", (DOCS / name).read_text("utf-8"))) == []


def habits_refused() -> list[str]:
    """The words that the word list refuses."""
    listed = (Path(habits.__file__).parent / "words.md").read_text("utf-8")
    rows = [line.split("|") for line in listed.splitlines() if line.startswith("|")]
    return [word.strip() for row in rows[2:] for word in row[3].split(",")]


def test_the_grade_tells_plain_from_stilted() -> None:
    assert _grade("You see a fault. Tell the others. I answer below it.") < 3
    assert _grade("Organisational authorisation necessitates comprehensive verification of documentation.") > 15


def test_the_licence_is_the_one_that_the_project_declares() -> None:
    licence = (ROOT / "LICENSE").read_text("utf-8")

    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_changelog_speaks_to_the_plant_first() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")

    for version in re.split(r"^## ", changes, flags=re.MULTILINE)[1:]:
        assert "**You will notice:**" in version
        assert "**You must do:**" in version


def _grade(said: str) -> float:
    """The school grade by Flesch and Kincaid; names and numbers count as one syllable, a line of its own as a sentence."""
    parts = re.split(r"[.?!:](?:\s+|$)|\n- |\n\d\. |\n\s*\n", said)
    sentences = sum(bool(re.search(r"\w", part)) for part in parts)
    words = re.findall(r"[\w'-]+", said)
    beats = [
        1 if re.search(r"\d", word) else max(1, len(re.findall("[aeiouy]+", word.lower().removesuffix("e"))))
        for word in words
    ]
    return 0.39 * len(words) / max(1, sentences) + 11.8 * sum(beats) / max(1, len(words)) - 15.59
