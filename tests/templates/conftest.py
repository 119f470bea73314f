"""What template tests share: the sample tables, an order to write, and a way to render a template that stands in the test."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from templates import slack

KINDS = {"CARDS": "card_sample", "VIEWS": "view_sample", "WORDS": "words_sample", "MAILS": "mail_sample"}


def sample_tables() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """All sample files beside this one, merged by kind."""
    tables: dict[str, dict[str, list[dict[str, Any]]]] = {kind: {} for kind in KINDS}
    for path in sorted(Path(__file__).parent.glob("samples*.py")):
        spec = importlib.util.spec_from_file_location(f"template_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for kind in KINDS:
            tables[kind].update(getattr(module, kind, {}))
    return tables


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for card_sample, view_sample, words_sample or mail_sample each sample once."""
    for kind, asked in KINDS.items():
        if asked in metafunc.fixturenames:
            table = sample_tables()[kind]
            cases = [(name, values) for name, sets in sorted(table.items()) for values in sets]
            metafunc.parametrize(asked, cases, ids=[name for name, _ in cases])


@pytest.fixture
def tables() -> dict[str, dict[str, list[dict[str, Any]]]]:
    return sample_tables()


@pytest.fixture
def order() -> dict[str, Any]:
    """A purchase order of three lines to a supplier abroad."""
    return sample_tables()["MAILS"]["purchase_order"][0]["document"]


@pytest.fixture
def render(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Render template source through the engine: render("card", source, **values)."""

    def rendered(kind: str, source: str, **values: Any) -> Any:
        head = '{% import "parts.json.j2" as parts %}\n'
        monkeypatch.setattr(slack, "_template", lambda _: slack._cards().from_string(head + source))
        monkeypatch.setattr(slack, "_sentence", lambda _: slack._sentences().from_string(source))
        return getattr(slack, kind)("here", **values)

    return rendered
