"""Reads labels and values under each other as rows: 'Item: …', 'Quantity shipped: …', and the next item."""

import re

from .blocks import Cell, Line
from .columns import QUANTITIES, Table, head_of
from .lexicon import Lexicon

_PAIR = re.compile(r"\s*([^:\t]{1,40}?)\s*(?::|\t)\s*(\S.{0,200})$")
_NAMES = frozenset({"item", "item_ours", "gtin"})
_TAKEN = QUANTITIES | _NAMES | {"description", "unit", "line", "line_ours", "lot", "serial", "date"}
_ROLES = ("line", "line_ours", "item", "item_ours", "gtin", "description", "unit", "lot", "serial", "date", *QUANTITIES)


def records_of(lines: list[Line], words: Lexicon) -> tuple[list[Line], Table | None]:
    """The lines that are left, and one table of all records; no table where nothing is counted under a name."""
    found: list[tuple[list[Line], dict[str, str]]] = []
    for line in lines:
        role, value = _pair(line, words)
        if role in _NAMES and (not found or role in found[-1][1] or QUANTITIES & set(found[-1][1])):
            found.append(([], {}))
        if role and found and role not in found[-1][1]:
            found[-1][0].append(line)
            found[-1][1][role] = value
        elif found and line.text.strip() and not role:
            found.append(([], {}))
    kept = [(taken, values) for taken, values in found if QUANTITIES & set(values) and _NAMES & set(values)]
    if not kept:
        return lines, None
    used = {id(line) for taken, _ in kept for line in taken}
    return [line for line in lines if id(line) not in used], _table([values for _, values in kept], lines[0].part)


def _pair(line: Line, words: Lexicon) -> tuple[str, str]:
    """The meaning of the label and its value; nothing where the line is no such pair."""
    match = _PAIR.match(line.text)
    head = head_of(match.group(1), words) if match else None
    roles = [role for role in head.roles if role in _TAKEN] if head and head.whole else []
    return (roles[0], match.group(2).strip()) if match and roles else ("", "")


def _table(records: list[dict[str, str]], part: str) -> Table:
    roles = [role for role in _ROLES if any(role in values for values in records)]
    rows = [[Cell(values.get(role, "")) for role in roles] for values in records]
    return Table(roles, [()] * len(roles), rows, part)
