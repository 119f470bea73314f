"""What documentation tests share: the pages, and what stands on them."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<picture>!?)\[(?P<label>[^\]]*)\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """One Markdown page."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def fences(self) -> list[tuple[str, str]]:
        """Code fences as (language, text)."""
        return [(found["kind"], found["text"]) for found in _FENCE.finditer(self.text)]

    @cached_property
    def prose(self) -> str:
        """The page without its code fences."""
        return _FENCE.sub("", self.text)

    @cached_property
    def links(self) -> list[tuple[bool, str]]:
        """Links as (is a picture, target)."""
        return [(bool(found["picture"]), found["target"]) for found in _LINK.finditer(self.prose)]

    @cached_property
    def anchors(self) -> set[str]:
        """What a link may point at on this page."""
        heads = re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE)
        return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def all_pages() -> list[Page]:
    """Every page of the documentation, and those that stand beside it."""
    beside = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    return [Page(path) for path in [*beside, *sorted(DOCS.rglob("*.md"))] if path.exists()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for ``page`` every page once."""
    if "page" in metafunc.fixturenames:
        pages = all_pages()
        metafunc.parametrize("page", pages, ids=[page.name for page in pages])


@pytest.fixture
def pages() -> list[Page]:
    return all_pages()
