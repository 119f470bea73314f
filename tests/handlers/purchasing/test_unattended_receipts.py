"""Suppliers that the plant trusts: their delivery is taken in by itself, under every gate and never beyond."""

import json
from dataclasses import replace
from typing import Any

import pytest

from storage.tables import Part, Receipt, Supplier
from tests.handlers.purchasing.goods import on_hand, wrong


@pytest.fixture
def trusted(buying: Any) -> Any:
    """An order for two seals from a supplier whose despatch counts, up to five hundred euros."""
    buying.desk.plant = replace(buying.desk.plant, unattended_limit=50_000)
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, unattended="despatch"))
    buying.sent(2000)
    return buying


def test_62_a_trusted_supplier_s_delivery_is_taken_in_by_itself(trusted: Any, mailbox: Any) -> None:
    mail = mailbox.brings(mailbox.table(trusted.order(), (1, "2", "2")))

    receipt = trusted.desk.one(Receipt)
    assert (mail.state, receipt.state, receipt.posted_by_id) == ("settled", "posted", None)
    assert (on_hand(trusted), trusted.order().state) == (2000, "closed")
    assert "take in by itself" in trusted.desk.audited(receipt.number)
    assert "taken in by Chargehand" in trusted.desk.card(f"gr:{receipt.id}")["text"]
    assert wrong(trusted) == []


@pytest.mark.parametrize("gate", ["supplier", "kind", "limit", "blind", "inspected"])
def test_62_where_one_gate_is_shut_a_person_counts(trusted: Any, mailbox: Any, gate: str) -> None:
    changes: dict[str, Any] = {
        "supplier": lambda uow: uow.change(Supplier, 1, unattended=""),
        "kind": lambda uow: uow.change(Supplier, 1, unattended="delivery"),
        "inspected": lambda uow: uow.change(Part, trusted.seal.id, inspected=True),
    }
    plants: dict[str, dict[str, Any]] = {"limit": {"unattended_limit": 36_799}, "blind": {"blind": "claims"}}
    trusted.desk.plant = replace(trusted.desk.plant, **plants.get(gate, {}))
    trusted.desk.writes(changes.get(gate, lambda _: None))

    mail = mailbox.brings(mailbox.table(trusted.order(), (1, "2", "2")))

    receipt = trusted.desk.one(Receipt)
    assert (mail.state, receipt.state, on_hand(trusted)) == ("proposed", "proposed", 0)
    told = json.dumps(trusted.desk.card(f"gr:{receipt.id}"))
    assert ("Not taken in by itself" in told) == (gate != "supplier")


def test_62_a_repeated_note_and_one_that_corrects_it_are_never_taken_in_by_themselves(
    trusted: Any, mailbox: Any
) -> None:
    mailbox.brings(mailbox.table(trusted.order(), (1, "2", "1")))

    again = mailbox.brings(mailbox.table(trusted.order(), (1, "2", "1")), Message_ID="<another@hartmann.example>")
    other = mailbox.brings(mailbox.table(trusted.order(), (1, "2", "2")), Message_ID="<third@hartmann.example>")

    assert (again.state, other.state) == ("duplicate", "asked")
    assert on_hand(trusted) == 1000


def test_62_a_forged_sender_takes_nothing_in(trusted: Any, mailbox: Any) -> None:
    fails = "mx.halden.example; dmarc=fail header.from=hartmann.example"

    mail = mailbox.brings(mailbox.table(trusted.order(), (1, "2", "2")), Authentication_Results=fails)

    assert mail.state == "quarantined"
    assert (trusted.desk.all(Receipt), on_hand(trusted)) == ([], 0)


def test_08_23_a_note_on_an_order_closed_short_makes_a_proposal_to_reopen(buying: Any, mailbox: Any) -> None:
    from handlers import short_closing
    from tests.handlers.purchasing.goods import noticed

    buying.sent(2000)
    noticed(buying, 2000, number="LS-0")
    buying.count_lines(line_1="1")
    form = {"lines": "", "reason": "No longer made", "needed": "yes"}
    buying.desk.submit(short_closing.closed_short, buying.people["buyer"], buying.order().id, **form)

    mail = mailbox.brings(mailbox.table(buying.order(), (1, "2", "1")))

    assert (mail.state, on_hand(buying)) == ("asked", 1000)
    assert "Reopen order" in json.dumps(buying.desk.card(f"po:{buying.order().id}:late"))


def test_08_25_one_note_for_two_orders_is_counted_on_each(buying: Any, mailbox: Any, bearing: Any) -> None:
    first = buying.sent(2000)
    second = buying.sent(4000, bearing)
    rows = "".join(
        f"<tr><td>{order.number}</td><td>1</td><td>{sku}</td><td>{many}</td></tr>"
        for order, sku, many in ((first, "HS-p10231", 2), (second, "HS-p62062", 4))
    )
    text = (
        f"<p>Delivery note LS-9 of 23 Nov 2026 for your orders {first.number} and {second.number}. The goods left today.</p>"
        f"<table><tr><th>Your order</th><th>Pos</th><th>Article</th><th>Shipped</th></tr>{rows}</table>"
    )

    mailbox.brings(text)
    receipts = buying.desk.all(Receipt)
    for receipt in receipts:
        buying.take_in(receipt=receipt.id)

    assert [receipt.order_id for receipt in receipts] == [first.id, second.id]
    assert (on_hand(buying), on_hand(buying, bearing)) == (2000, 4000)
    assert wrong(buying) == []
