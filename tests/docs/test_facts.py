"""The pages of facts say what the code says, and nothing of it is missing."""

import re
import sys
import tomllib
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest

from bot.import_columns import FILES

sys.path.insert(0, str(Path(__file__).parent))
import facts

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "docs" / "facts"
ROOMS = sorted({f"orders.{Path(file).stem}" for file, _ in facts.ENUMS.values()})
ENUMS = [
    kind
    for room in map(import_module, ROOMS)
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum and kind.__module__ == room.__name__
]


@pytest.mark.parametrize("name", facts.PAGES)
def test_a_page_of_facts_says_what_the_code_says(name: str) -> None:
    assert (FACTS / name).read_text("utf-8") == facts.PAGES[name](), "run: python tests/docs/facts.py docs/facts"


def test_there_is_no_page_that_nothing_writes() -> None:
    assert {path.name for path in FACTS.iterdir()} == set(facts.PAGES)


def test_every_setting_of_the_example_is_documented() -> None:
    page = (FACTS / "settings.md").read_text("utf-8")
    written = (ROOT / "config.example.toml").read_text("utf-8")

    for group, values in _groups(tomllib.loads(written)):
        heading = re.split(rf"^## `\[+{re.escape(group)}\]+`$", page, flags=re.MULTILINE)[1].partition("\n## ")[0]
        for name in values:
            assert f"| `{name}` |" in heading, f"{group}.{name}"


def _groups(tree: dict[str, object], path: str = "") -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for name, value in tree.items():
        row = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else value
        if isinstance(row, dict):
            where = f"{path}.{name}".lstrip(".")
            found += [(where, [key for key, one in row.items() if not isinstance(one, dict)]), *_groups(row, where)]
    return found


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_status_has_its_sentence(kind: type[StrEnum]) -> None:
    if kind.__name__.endswith("Event"):
        page = (FACTS / "lifecycles.md").read_text("utf-8")
        assert all(f"| {member.value.replace('_', ' ')} |" in page for member in kind)
        return
    _, members = facts.sentences(kind.__module__.replace(".", "/") + ".py", kind.__name__)
    page = (FACTS / "statuses.md").read_text("utf-8")

    assert set(members) == {member.value for member in kind}
    for word, sentence in members.items():
        assert sentence.endswith("."), f"{kind.__name__}.{word}"
        assert f"| `{word}` | {sentence} |" in page


@pytest.mark.parametrize("place", facts.KEPT, ids=lambda place: place[1])
def test_the_states_that_storage_names_are_those_explained(place: tuple[str, str]) -> None:
    named = re.findall(r"``(\w+)``", facts.kept_states(*place))

    assert named == list(facts.KEPT[place])


@pytest.mark.parametrize("lifecycle", facts.LIFECYCLES.values(), ids=lambda one: one.kind)
def test_every_step_of_a_lifecycle_is_listed(lifecycle) -> None:  # type: ignore[no-untyped-def]
    page = (FACTS / "lifecycles.md").read_text("utf-8")

    for step in lifecycle.steps:
        assert f"| `{step.source}` | {step.event.value.replace('_', ' ')} | `{step.target}` |" in page


def test_every_import_file_and_column_is_listed() -> None:
    page = (FACTS / "import-columns.md").read_text("utf-8")

    for shape in FILES:
        section = page.partition(f"## `{shape.name}`")[2].partition("\n## ")[0]
        assert all(f"| `{column.name}` |" in section for column in shape.columns)


def test_a_setting_says_where_it_can_come_from() -> None:
    page = (FACTS / "settings.md").read_text("utf-8")

    assert "`CHARGEHAND_SLACK__BOT_TOKEN`" in page
    assert "`CHARGEHAND_MAIL__IN__PASSWORD`" in page


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert facts.table(["a"], [["x | y"]]).splitlines()[-1] == "| x \\| y |"
