"""An agreement from the form to its end: made, approved, accepted, ordered from, held, ended."""

import json
from datetime import date
from typing import Any

from storage.tables import BudgetEntry, PurchaseOrder, PurchaseOrderLine


def test_a_buyer_makes_a_blanket_order_and_reads_what_it_lacks(agreeing: Any) -> None:
    told = agreeing.make("blanket", limit="10000")

    order = agreeing.newest()
    card = json.dumps(agreeing.desk.card(f"agreement:{order.id}"))
    assert (order.kind, order.state, order.total) == ("blanket", "draft", 1_000_000)
    assert "is a draft" in told.private
    assert "a line" in card
    assert "the cost centre that answers for it" in card
    assert "agreement.request" not in card


def test_a_complete_blanket_order_is_asked_of_whoever_answers_for_it(agreeing: Any) -> None:
    order = agreeing.draft(minimum="200", breaks="50: 172.00, 100: 160.00")

    told = agreeing.request(order)

    assert told.private == f"Requested: {order.draft_number} for EUR 5,000.00. Bo Lindqvist is asked."
    asked = json.dumps(agreeing.desk.said("U0BO")[-1], ensure_ascii=False)
    assert "A blanket order: it buys nothing by itself" in asked
    assert "A release comes to at least EUR 200.00." in asked
    assert "as released pieces" in asked
    assert "184.00; from 50: 172.00; from 100: 160.00" in asked


def test_an_approved_blanket_order_commits_no_budget_and_is_mailed(agreeing: Any) -> None:
    order = agreeing.draft()
    agreeing.request(order)

    agreeing.approve(order)

    now = agreeing.order(order)
    assert (now.state, now.number) == ("approved", "PO-2026-00001")
    assert agreeing.desk.all(BudgetEntry) == []
    assert json.loads(agreeing.buying.mail().body)["to"] == ["orders@hartmann.example"]
    assert agreeing.state(order) == "approved"


def test_it_can_be_ordered_from_once_the_supplier_has_accepted(agreeing: Any) -> None:
    order = agreeing.draft()
    agreeing.request(order)
    agreeing.approve(order)
    agreeing.buying.relay("leaving", "accepted")
    early = agreeing.types("PO-2026-00001", "20 seal by fri")

    agreeing.accepted(order)

    assert "AgreementNotOpen" in early
    assert "waits for its first day or for the supplier's yes" in early
    assert agreeing.state(order) == "active"


def test_a_release_is_numbered_under_its_agreement_and_asked_about_with_the_meter(agreeing: Any) -> None:
    order = agreeing.active()

    said = agreeing.types("PO-1", "20 seal 45 by fri")

    release = agreeing.desk.all(PurchaseOrder)[-1]
    assert said.startswith("Requested: DR-2026-00002 for EUR 3,680.00. Bo Lindqvist is asked.")
    assert (release.kind, release.parent_id, release.state) == ("release", order.id, "pending_approval")
    asked = json.dumps(agreeing.desk.said("U0BO")[-1], ensure_ascii=False)
    assert (
        "A release from PO-2026-00001, a blanket order: EUR 3,680.00 of EUR 5,000.00 used, EUR 1,320.00 left." in asked
    )
    assert "343 days left, to 31 Oct 2027." in asked
    agreeing.approve(release)
    assert agreeing.order(release).number == "PO-2026-00001-R01"
    line = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)[0]
    assert (line.price, line.deliver_by) == (1_840_000, date(2026, 11, 27))
    assert agreeing.used(order) == (20_000, 368_000)
    assert sum(row.amount for row in agreeing.desk.all(BudgetEntry)) == 368_000


def test_the_supplier_reads_what_kind_of_order_it_is_and_on_which_terms(agreeing: Any) -> None:
    order = agreeing.draft(minimum="200", breaks="50: 172.00", basis="cumulative", quantity="300")
    agreeing.request(order)

    agreeing.approve(order)

    body = agreeing.buying.body()
    assert body["subject"] == "Blanket order PO-2026-00001 from Halden Works [PO-2026-00001]"
    for words in (
        "Valid: 1 Nov 2026 to 31 Oct 2027",
        "A release at least: EUR 200.00",
        "At most in all: EUR 5,000.00",
        "Expected quantity, binds nobody · From 50: 172.00 · by all releases together",
        "This order buys nothing by itself.",
        "The number of our release, not PO-2026-00001 alone",
        "our releases will order from it",
    ):
        assert words in body["text"], body["text"]


def test_a_release_names_its_agreement_to_the_supplier(agreeing: Any) -> None:
    order = agreeing.active()
    release = agreeing.release(order)

    agreeing.approve(release)

    body = agreeing.buying.body()
    assert body["subject"] == "Release order PO-2026-00001-R01 from Halden Works [PO-2026-00001-R01]"
    assert "From agreement: PO-2026-00001" in body["text"]
    assert "20 pieces at 184.00 = 3,680.00" in body["text"]
