"""Finds the line of a TOML file on which a setting stands, so that an error can name it."""

import re

Path = tuple[str | int, ...]

_TABLE = re.compile(r"^\s*\[(?P<many>\[)?(?P<name>[^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?P<key>[A-Za-z0-9_."'-]+)\s*=""")
_QUOTES = ('"""', "'''")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line of each table and key by its path; a row of an array of tables is named by its number."""
    found: dict[Path, int] = {}
    table: Path = ()
    rows: dict[Path, int] = {}
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        inside, was_inside = _quoted(line, inside), inside
        if was_inside:
            continue
        head, key = _TABLE.match(line), _KEY.match(line)
        if head:
            table = _table(_parts(head["name"]), bool(head["many"]), rows)
            found.setdefault(table, number)
        elif key:
            found.setdefault(table + _parts(key["key"]), number)
    return found


def _table(name: Path, many: bool, rows: dict[Path, int]) -> Path:  # noqa: FBT001
    if many:
        rows[name] = rows.get(name, -1) + 1
        return (*name, rows[name])
    for known, last in rows.items():
        if name[: len(known)] == known:
            return (*known, last, *name[len(known) :])
    return name


def _parts(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _quoted(line: str, inside: str) -> str:
    """Say in which many-line string the next line begins, empty for none."""
    for mark in _QUOTES:
        if mark in line and inside in {"", mark} and line.count(mark) % 2:
            return "" if inside else mark
    return inside


def line_of(path: Path, lines: dict[Path, int]) -> int | None:
    """Return the line of a setting, or of the nearest thing around it; None when nothing of it is in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None
