"""Every decision has its five parts and names what enforces it; every dependency has its line."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PARTS = ("**Context.**", "> **Decision.**", "**Consequences.**", "**Enforced by**")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_record_has_all_its_parts_and_one_quotable_line(record: Path) -> None:
    text = record.read_text("utf-8")
    places = [text.find(part) for part in PARTS]

    assert text.startswith(f"# {record.name[:4]} ")
    assert -1 not in places
    assert places == sorted(places)
    assert len(re.findall(r"^> ", text, re.MULTILINE)) == 1
    assert "**Alternatives.**" in text or record.name.startswith("0014")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_the_context_is_two_to_four_sentences(record: Path) -> None:
    context = record.read_text("utf-8").partition("**Context.**")[2].partition("\n")[0]

    assert 1 <= len(re.findall(r"[.?](?:\s|$)", context)) <= 4


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_what_enforces_a_decision_is_there(record: Path) -> None:
    enforced = record.read_text("utf-8").partition("**Enforced by**")[2]

    named = re.findall(r"`([\w/.-]+\.(?:py|toml))`", enforced)

    assert named or "make floors" in enforced
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_list_names_every_record_with_its_title() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")

    titles = [(record.read_text("utf-8").splitlines()[0].removeprefix("# "), record.name) for record in RECORDS]

    assert re.findall(r"^- \[(.+)\]\((.+)\)$", listed, re.MULTILINE) == titles
    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for lines in extras for line in lines)]
    record = (ROOT / "docs" / "decisions" / "0014-dependencies.md").read_text("utf-8")

    named = set(re.findall(r"[a-z][a-z0-9-]+", record))

    assert [name for line in wanted if (name := re.split(r"[\[<>=,; ]", line)[0]) not in named] == []
