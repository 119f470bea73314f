"""No pattern of the reader takes long over a long line, however the line is made to mislead it."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import extraction

ROOM = Path(extraction.__file__).parent
LONG = 400
MOST_SECONDS = 0.25
"""For one pattern over one line; what doubles with each letter, or grows with its fourth power, would take minutes."""
PIECES = [
    " ", "\t", "\n", "0", "7 ", "1.", "1,", "1'", "1/", "1-", "1 000 ", "a", "a ", "A1-", "x", "1x", "1 x ", "(", "((1)", "[", "=", "=?", "<", "<a ", "<a>",
    ":", ": ", ";", "a:", "-", "--", "_", "|", " | ", ">", "> ", ".", "..", ". ", "a.", "a. ", "@", "a@", "a.a@a.", "\u00a0", " \u00a0", "nr ", "no. ", "n\u00b0",
    "kw 1 ", "1 of ", "de ", "per ", "je ", "EUR ", "1.1.", "19.11.2026", "1 May ", "20261119", "Stk ", "1 Stk ", "PO-1 ", '"', "'", "\\", "\u00bd", "%",
]  # fmt: skip
_CALLS = frozenset({"compile", "match", "search", "fullmatch", "findall", "finditer", "sub", "split"})


def modules() -> list[Any]:
    found = pkgutil.walk_packages(extraction.__path__, f"{extraction.__name__}.")
    return [importlib.import_module(one.name) for one in found if not one.name.endswith("__main__")]


def held(value: Any) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value of a module, tables too."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from held(one)
    elif isinstance(value, dict):
        yield from held(list(value.values()))


def written() -> Iterator[re.Pattern[Any]]:
    """The patterns that stand as plain literals in calls of ``re``."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
                    yield re.compile(first.value)


PATTERNS = {
    f"{pattern.pattern!r:.90}": pattern
    for pattern in [*(one for module in modules() for one in held(list(vars(module).values()))), *written()]
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_quick_over_a_misleading_line(name: str) -> None:
    pattern = PATTERNS[name]
    slow = {}

    for piece in PIECES:
        line = (piece * LONG)[:LONG] + "!"
        asked: Any = line.encode() if isinstance(pattern.pattern, bytes) else line
        begun = time.process_time()
        pattern.search(asked)
        took = time.process_time() - begun
        if took > MOST_SECONDS:
            slow[piece] = took

    assert not slow


def test_there_are_patterns_to_try() -> None:
    assert len(PATTERNS) > 60
