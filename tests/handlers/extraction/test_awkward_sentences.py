"""Sentences that look like deliveries and are none, and some that are: what is proposed, and what is asked."""

from collections.abc import Callable
from typing import Any

import pytest

HARROW = "Harrow Bearings <sales@harrowbearings.example>"
NORDLAGER = "Nordlager <versand@nordlager.example>"

ASKED = [
    (HARROW, "PO-2026-00051: all items were shipped today except HB-SNL518."),
    (HARROW, "PO-2026-00051: HB-H318, 2 pcs shipped 12/11/2026, 2 pcs shipped 19/11/2026."),
    (HARROW, "PO-2026-00051: we shipped 3 pcs HB-H318 today, 1 pc is cancelled."),
    (HARROW, "PO-2026-00051: we have sent back to you 1 pc HB-H318 that you returned for repair."),
    (HARROW, "PO-2026-00051: today we sent 1 sample HB-H318 free of charge."),
    (HARROW, "PO-2026-00051: we shipped 2-3 pcs HB-H318 today."),
    (HARROW, "PO-2026-00051: shipped about 3 pcs HB-H318 today."),
    (HARROW, "PO-2026-00051: 40 pcs HB-H318 in stock, 4 pcs shipped today."),
    (HARROW, "PO-2026-00051: 4 pcs HB-H318 are ready for collection at our warehouse."),
    (HARROW, "PO-2026-00051: 4 pcs HB-H318 were shipped to another customer by mistake."),
    (HARROW, "PO-2026-00051: the parcel with 4 pcs HB-H318 shipped last week was lost by the carrier."),
    (HARROW, "PO-2026-00051: 4 pcs HB-H318 shipped yesterday arrived damaged and come back to us."),
    (HARROW, "PO-2026-00051: The following items could not be shipped:\n\n4 x HB-H318\n2 x HB-SNL518"),
    (HARROW, "PO-2026-00051 shipped today:\nHB-H318   1/3 dozen"),
    (HARROW, "Your order PO-2026-00051\n\nPart        Qty   Backordered\nHB-H318     4     2"),
    (HARROW, "Despatch note 1, PO-2026-00051\n\nPart        Qty   Xyzw\nHB-H318     4     2"),
    (NORDLAGER, "PO-2026-00042: die 20 Stk NL-99812 sind noch nicht versandt worden."),
    (NORDLAGER, "PO-2026-00042: unser Lieferschein über 20 Stk NL-99812 war ein Irrtum, es wurde nichts versandt."),
    (NORDLAGER, "Lieferschein 1\nBestellung PO-2026-00042\n\nPos Artikel  Menge Preis\n2 NL-44120 6 11,90"),
    (
        HARROW,
        "Despatch note 5 PO-2026-00051\n\nPart        Qty   Status\nHB-H318     4     shipped\nHB-SNL518   2     backordered",
    ),
    (
        HARROW,
        "Open order report\n\nPO             Part        Ordered  Shipped  Open\nPO-2026-00051  HB-H318     4        2        2",
    ),
]
PROPOSED = [
    (HARROW, "PO-2026-00051: HB-H318 4 pcs at 18.10 GBP each shipped today, total 72.40.", {"2": "4"}),
    (HARROW, "PO-2026-00051: shipped today 2 pcs HB-H318. Last week we shipped 2 pcs HB-H318.", {"2": "2"}),
    (HARROW, "We confirm PO-2026-00051. We will ship on Friday:\n\nPart      Qty\nHB-H318   4", {"2": "4"}),
    (
        HARROW,
        "Order acknowledgement 5 PO-2026-00051\n\nPart           Qty   Status\nHB-H318        4     confirmed\nHB-SNL518      2     cancelled",
        {"2": "4"},
    ),
    (
        NORDLAGER,
        "Versandbestätigung PO-2026-00042\n\n10x NL-99812 Rillenkugellager je 4,20 EUR\n6x NL-44120 Keilriemen je 11,90 EUR",
        {"1": "10", "2": "6"},
    ),
    (NORDLAGER, "PO-2026-00042: statt 6 Stk NL-44120 haben wir heute nur 4 Stk versandt.", {"2": "4"}),
    (
        NORDLAGER,
        "Lieferschein 1, PO-2026-00042\n\nBereits geliefert:\nArtikel    Menge\nNL-44120   4\n\nMit dieser Sendung versandt:\nArtikel    Menge\nNL-44120   2",
        {"2": "2"},
    ),
]


def mail(letter: Callable[..., bytes], sender: str, text: str) -> bytes:
    domain = sender.rpartition("@")[2].strip(">")
    passed = f"mx.brackwater.example; dmarc=pass header.from={domain}"
    return letter(text + "\n", subject="Your order", authentication_results=passed, **{"from": sender})


@pytest.mark.parametrize(("sender", "text"), ASKED)
def test_what_only_looks_like_a_delivery_is_asked(
    sender: str, text: str, letter: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    said = reading(mail(letter, sender, text))

    assert said["decision"]["action"] == "ask", said


@pytest.mark.parametrize(("sender", "text", "lines"), PROPOSED)
def test_what_is_certain_is_proposed(
    sender: str, text: str, lines: dict[str, str], letter: Callable[..., bytes], reading: Callable[..., Any]
) -> None:
    said = reading(mail(letter, sender, text))

    assert said["decision"]["action"] == "propose", said
    assert {str(line["line"]): line["quantity"] for line in said["lines"] if line["quantity"] != "0"} == lines
