"""Every mail of tests/mails is read as its expectation says; "proposed" holds only where the reader proposes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from handlers.extraction import Known, read

MAILS = Path(__file__).parents[2] / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))
PLACES = {
    "number": ("document", "number"),
    "issued_on": ("document", "issued_on"),
    "tracking": ("shipment", "tracking"),
    "despatched_on": ("shipment", "despatched_on"),
    "expected_on": ("shipment", "expected_on"),
    "delivered_on": ("shipment", "delivered_on"),
    "trust": ("sender", "trust"),
}


def known_for(case: dict[str, Any]) -> Known:
    """The plant of a case, with what it says was received before."""
    plant = json.loads((MAILS / "plants" / f"{case['plant']}.json").read_text("utf-8"))
    for order in plant["orders"]:
        for line in order["lines"]:
            key = f"{order['number']}/{line['line']}"
            line["received"] = case.get("received", {}).get(key, line["received"])
    return Known.from_json(plant)


def told(reading: dict[str, Any]) -> dict[str, Any]:
    """A reading in the words of an expectation."""
    lines = {f"{line['order']}/{line['line']}": line for line in reading["lines"]}
    found = {name: reading[group][field] for name, (group, field) in PLACES.items()}
    found |= {"kind": reading["kind"], "action": reading["decision"]["action"], "response": reading["response"]}
    found["orders"] = sorted(reading["orders"])
    found["lines"] = {key: line["quantity"] for key, line in lines.items() if Decimal(line["quantity"] or 0)}
    found["outstanding"] = {key: line["outstanding"] for key, line in lines.items()}
    found["invoice"] = charged(reading.get("invoice") or {"lines": []})
    return found


def charged(bill: dict[str, Any]) -> dict[str, Any]:
    """What an invoice charges; its lines as order, our line, quantity and amount."""
    lines = [[line["order"], line["line"], line["quantity"], line["amount"]] for line in bill["lines"]]
    return bill | {"lines": lines}


def agrees(name: str, said: Any, wanted: Any) -> bool:
    """Whether one field is as expected; an action may have several right values."""
    if name == "action" and isinstance(wanted, list):
        return said in wanted
    if name == "orders":
        return bool(said == sorted(wanted))
    if name in ("outstanding", "invoice"):
        return all(said.get(key) == value for key, value in wanted.items())
    return bool(said == wanted)


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_read_as_its_expectation_says(name: str) -> None:
    case = json.loads((MAILS / f"{name}.json").read_text("utf-8"))

    reading = read((MAILS / f"{name}.eml").read_bytes(), known_for(case), source=name).to_json()

    said = told(reading)
    expected = case["expected"] | (case.get("proposed", {}) if said["action"] == "propose" else {})
    wrong = {key: (said[key], value) for key, value in expected.items() if not agrees(key, said[key], value)}
    assert not wrong, f"{case['why']}\n{json.dumps(reading, ensure_ascii=False, indent=1)}"


def test_there_is_an_expectation_beside_every_mail_and_none_alone() -> None:
    expectations = sorted(path.stem for path in MAILS.glob("*.json"))

    assert expectations == NAMES
    assert len(NAMES) >= 40
