"""What a supplier reads of an agreement and of a release from it: title, days, limits, breaks, and nothing of it on other orders."""

from typing import Any

import pytest

import templates
from templates.order_sheet import order_sheet

DAYS = {"first": "2027-01-01", "last": "2027-12-31", "basis": "cumulative", "at_most": "10000.00", "minimum": "200.00"}


def agreed(order: dict[str, Any], kind: str = "blanket", **more: Any) -> dict[str, Any]:
    """Turn an order into an agreement with one line of which nothing is expected."""
    line = order["lines"][0] | {"quantity": "0", "amount": "0.00", "estimate": True}
    line |= {"breaks": [{"from": "50", "price": "172.00"}]}
    return order | {"kind": kind, "agreement": DAYS, "lines": [line]} | more


@pytest.mark.parametrize(
    ("language", "kind", "title"),
    [
        ("en", "blanket", "Blanket order"), ("en", "planned", "Planned order"), ("en", "release", "Release order"),
        ("de", "blanket", "Rahmenbestellung"), ("de", "planned", "Abrufauftrag"), ("de", "release", "Abrufbestellung"),
        ("en", "standard", "Purchase order"), ("de", "standard", "Bestellung"),
    ],
)  # fmt: skip
def test_a_document_is_called_what_it_is(order: dict[str, Any], language: str, kind: str, title: str) -> None:
    assert order_sheet(order | {"kind": kind, "language": language})["title"] == title


def test_a_blanket_order_says_its_days_limits_and_breaks(order: dict[str, Any]) -> None:
    sheet = order_sheet(agreed(order, language="en"))

    facts = {fact["key"]: fact["value"] for fact in sheet["facts"]}
    assert facts["valid"] == "1 Jan 2027 to 31 Dec 2027"
    assert (facts["at_most"], facts["minimum"]) == ("EUR 10,000.00", "EUR 200.00")
    assert sheet["lines"][0]["more"][-2:] == ["From 50: 172.00", "by all releases together"]
    assert (sheet["lines"][0]["quantity"], sheet["lines"][0]["amount"]) == ("as released", "")
    assert [total["value"] for total in sheet["totals"]] == ["EUR 10,000.00"]


def test_a_planned_order_adds_its_lines_up(order: dict[str, Any]) -> None:
    planned = order | {"kind": "planned", "agreement": DAYS | {"at_most": ""}}

    assert order_sheet(planned)["totals"] == order_sheet(order)["totals"]


def test_a_release_names_its_agreement_and_an_order_names_none(order: dict[str, Any]) -> None:
    release = order | {"kind": "release", "parent": "PO-2026-00118"}

    keys = [{fact["key"] for fact in order_sheet(each)["facts"]} for each in (release, order)]

    assert ("agreement" in keys[0], "agreement" in keys[1]) == (True, False)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_mail_and_the_paper_of_an_agreement_can_be_made(order: dict[str, Any], language: str) -> None:
    document = agreed(order, language=language)

    mail = templates.mail("purchase_order", document=document)

    assert mail.subject.startswith(order_sheet(document)["title"])
    assert {"en": "as released", "de": "nach Abruf"}[language] in mail.text
    assert templates.purchase_order_pdf(document, paper="a4").startswith(b"%PDF")
