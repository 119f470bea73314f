"""The museum of broken mails: whatever the bytes are, a reading comes back soon, within its memory, and proposes nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read
from tests.museum import MUSEUM
from tests.museum.making import HEAD

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 6.0
"""Three times what is promised of a mail, for a machine under load; ``make bench ONLY=museum`` holds the promise itself."""
MOST_MEMORY = 300 * 1024**2


@pytest.fixture(scope="session")
def visited() -> dict[str, dict[str, Any]]:
    """What came of each specimen, read in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tests.museum"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


@pytest.fixture
def known() -> Known:
    """The knowledge of the mill."""
    plant = ROOT / "tests" / "mails" / "plants" / "mill.json"
    return Known.from_json(json.loads(plant.read_text("utf-8")))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", MUSEUM)
def test_a_broken_mail_is_read_soon_and_small_and_nothing_is_proposed(name: str, visited: dict[str, Any]) -> None:
    found = visited[name]

    assert "died" not in found, found
    assert found["rule"] != "fault", found["problems"]
    assert found["action"] != "propose"
    assert found["took"] < MOST_SECONDS
    assert found["memory"] < MOST_MEMORY


def test_the_museum_is_large() -> None:
    assert len(MUSEUM) >= 300


def test_a_broken_mail_does_not_harm_the_next_one(known: Known) -> None:
    read(MUSEUM["two hundred thousand parts"](), known)

    reading = read(HEAD + b"\nWir haben heute 20 St\xc3\xbcck NL-99812 versandt.\n", known).to_json()

    assert [line["quantity"] for line in reading["lines"]] == ["20"]


def test_a_fault_of_the_reader_itself_becomes_a_question(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("handlers.extraction.reader.opened", broken)

    reading = read(b"From: a@b.example\n\nx\n", known).to_json()

    assert (reading["decision"]["action"], reading["decision"]["rule"]) == ("ask", "fault")
