"""Mails with what is known beforehand and what a right reading says: the project's own form, and a folder per case."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from handlers.extraction import Known

OWN = Path(__file__).parents[1] / "tests" / "mails"
NOTHING_TO_TAKE = frozenset({"ignore", "quarantine"})
SILENT = frozenset({"auto_reply", "bounce", "status"})
FIELDS = ("number", "issued_on", "despatched_on", "expected_on", "delivered_on", "tracking", "response")
"""What is compared as a whole where the truth states it; null may be stated too."""

Lines = dict[tuple[str, int], Decimal]
"""Quantities by (order, line)."""


class NoCases(ValueError):  # noqa: N818 - errors are named by what is wrong
    """The folder holds no mail with a truth beside it."""


@dataclass(frozen=True)
class Truth:
    """What a right reading says; None means that the truth does not state it."""

    kinds: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    orders: frozenset[str] | None = None
    lines: Lines | None = None
    optional: Lines = field(default_factory=dict)
    outstanding: dict[tuple[str, int], Decimal | None] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    gives_nothing: bool = False

    @property
    def proposable(self) -> bool:
        """Whether a proposal is right."""
        return "propose" in self.actions


@dataclass(frozen=True)
class Case:
    """One mail to read, what is known beforehand, and its truth."""

    name: str
    raw: bytes
    known: Known
    truth: Truth


def cases_of(folder: Path) -> list[Case]:
    """All cases of a folder, those with the same knowledge together; raises NoCases, OSError or ValueError.

    Either ``NAME.eml`` beside ``NAME.json`` with the plants in ``plants/``, or a folder per case with ``mail.eml``,
    ``orders.json`` and ``expected.json``.
    """
    found = list(_beside(folder)) or list(_foldered(folder))
    if not found:
        raise NoCases(f"{folder} holds neither NAME.eml with NAME.json nor folders with mail.eml and expected.json")
    shared: dict[str, Known] = {}
    cases = [Case(name, raw, _known(shared, knowledge), truth) for name, raw, knowledge, truth in found]
    places = {id(known): place for place, known in enumerate(shared.values())}
    return sorted(cases, key=lambda case: (places[id(case.known)], case.name))


_Found = Iterator[tuple[str, bytes, dict[str, Any], Truth]]


def _known(shared: dict[str, Known], knowledge: dict[str, Any]) -> Known:
    key = json.dumps(knowledge, sort_keys=True)
    if key not in shared:
        shared[key] = Known.from_json(knowledge)
    return shared[key]


def _beside(folder: Path) -> _Found:
    for path in sorted(folder.glob("*.json")):
        mail = path.with_suffix(".eml")
        if mail.is_file():
            case = json.loads(path.read_text("utf-8"))
            plant = json.loads((folder / "plants" / f"{case['plant']}.json").read_text("utf-8"))
            yield path.stem, mail.read_bytes(), _received(plant, case.get("received", {})), own_truth(case)


def _received(plant: dict[str, Any], received: dict[str, str]) -> dict[str, Any]:
    """The plant with what the case says was received before."""
    for order in plant["orders"]:
        for line in order["lines"]:
            line["received"] = received.get(f"{order['number']}/{line['line']}", line["received"])
    return plant


def _foldered(folder: Path) -> _Found:
    for path in sorted(folder.glob("*/expected.json")):
        mail, orders = path.parent / "mail.eml", path.parent / "orders.json"
        if mail.is_file() and orders.is_file():
            truth = foldered_truth(json.loads(path.read_text("utf-8")))
            yield path.parent.name, mail.read_bytes(), json.loads(orders.read_text("utf-8")), truth


def own_truth(case: dict[str, Any]) -> Truth:
    """The truth of NAME.json; what holds only for a proposal counts as stated."""
    said = case["expected"] | case.get("proposed", {})
    actions = said.get("action", [])
    actions = frozenset([actions] if isinstance(actions, str) else actions)
    return Truth(
        kinds=frozenset([said["kind"]] if "kind" in said else []),
        actions=actions,
        orders=frozenset(said["orders"]) if "orders" in said else None,
        lines={_key(key): Decimal(value) for key, value in said["lines"].items()} if "lines" in said else None,
        outstanding={
            _key(key): None if value is None else Decimal(value) for key, value in said.get("outstanding", {}).items()
        },
        fields={name: said[name] for name in FIELDS if name in said},
        gives_nothing=bool(actions) and (actions <= NOTHING_TO_TAKE or said.get("kind") in SILENT),
    )


def _key(written: str) -> tuple[str, int]:
    order, _, line = written.rpartition("/")
    return order, int(line)


def foldered_truth(said: dict[str, Any]) -> Truth:
    """The truth of expected.json."""
    named = {"number": "document_number"}
    stated = {name: said.get(named.get(name, name)) for name in FIELDS}
    return Truth(
        kinds=frozenset(said["kinds"]),
        actions=frozenset(said["actions"]),
        orders=frozenset(said["orders"]),
        lines=_lines(said["lines"]),
        optional=_lines(said.get("optional", [])),
        outstanding=dict(_lines(said.get("outstanding", []), keep_zero=True)),
        fields={name: value for name, value in stated.items() if value},
        gives_nothing=not said["taking"],
    )


def _lines(listed: list[dict[str, Any]], *, keep_zero: bool = False) -> Lines:
    found = {(one["order"], one["line"]): Decimal(str(one["quantity"])) for one in listed if one["line"] is not None}
    return {key: value for key, value in found.items() if value or keep_zero}
