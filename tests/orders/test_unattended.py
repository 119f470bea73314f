"""A delivery is taken in without a person only while every gate holds; each gate alone bars it."""

from dataclasses import replace
from typing import Any

import pytest

from orders.unattended import GATES, Arrival, barred

CERTAIN = Arrival(
    allowed="delivery",
    kind="delivery",
    trust="verified",
    decided="complete",
    problems=0,
    numbered=True,
    revision=1,
    by_number=True,
    same_units=True,
    within=True,
    looked_at=False,
    blind="none",
    undisturbed=True,
    value=50_000,
    limit=50_000,
)
SHUT: dict[str, dict[str, Any]] = {
    "supplier": {"allowed": ""},
    "limit": {"limit": None},
    "kind": {"kind": "despatch"},
    "sender": {"trust": "known"},
    "certain": {"problems": 1},
    "note": {"numbered": False},
    "new": {"revision": 2},
    "numbers": {"by_number": False},
    "units": {"same_units": False},
    "quantity": {"within": False},
    "inspection": {"looked_at": True},
    "blind": {"blind": "claims"},
    "order": {"undisturbed": False},
    "value": {"value": 50_001},
}
"""What shuts each gate while all others hold."""


def test_every_gate_is_tried() -> None:
    assert list(SHUT) == [gate.name for gate in GATES]


def test_a_certain_delivery_passes_every_gate() -> None:
    assert barred(CERTAIN) is None
    assert barred(replace(CERTAIN, allowed="despatch", kind="despatch")) is None


@pytest.mark.parametrize("name", SHUT)
def test_one_gate_alone_bars_a_delivery(name: str) -> None:
    found = barred(replace(CERTAIN, **SHUT[name]))

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "odd", [{"decided": "everything open"}, {"value": None}, {"trust": "forged"}, {"limit": 0}, {"allowed": "always"}]
)
def test_whatever_else_is_odd_bars_it_as_well(odd: dict[str, Any]) -> None:
    assert barred(replace(CERTAIN, **odd)) is not None
