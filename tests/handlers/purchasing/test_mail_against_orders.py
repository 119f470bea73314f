"""A reading against the orders as they stand: what does not fit is asked, and what is known follows the orders."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import supplier_mail
from storage.tables import (
    DeliveryNotice,
    InboundMail,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Stock,
    Supplier,
)


@pytest.fixture
def order(buying: Any) -> PurchaseOrder:
    """An order for ten seals that the supplier has."""
    return buying.sent(10_000)


@pytest.mark.parametrize("shipped", ["-5", "0", "1000000000000", "NaN", "11", "1.200"])
def test_49_50_an_absurd_or_too_large_quantity_is_asked_or_taken_for_nothing(
    buying: Any, mailbox: Any, order: Any, shipped: str
) -> None:
    mail = mailbox.brings(mailbox.table(order, (1, "10", shipped)))

    assert mail.state in {"asked", "ignored"}
    assert buying.desk.all(Receipt) == []


@pytest.mark.parametrize("state", ["cancelled", "closed", "rejected_by_supplier"])
def test_50_23_a_delivery_of_an_order_that_is_over_is_asked_and_no_stock_moves(
    buying: Any, mailbox: Any, order: Any, state: str
) -> None:
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state=state, version=99))

    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    assert mail.state == "asked"
    assert buying.desk.all(Receipt) == []
    assert buying.order().state == state


def test_23_a_late_delivery_of_a_short_closed_order_asks_for_a_buyer(buying: Any, mailbox: Any, order: Any) -> None:
    line = buying.line()
    buying.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, cancelled=line.quantity))
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="closed", version=99))

    mail = mailbox.brings(mailbox.table(order, (1, "10", "6")))

    assert mail.state == "asked"
    assert buying.desk.all(Stock) == []


def test_50_another_suppliers_order_is_asked(buying: Any, mailbox: Any, order: Any) -> None:
    buying.desk.writes(
        lambda uow: uow.add(
            Supplier,
            code="S-2",
            name="Nordlager",
            email_orders="o@nordlager.example",
            email_domains="nordlager.example",
        )
    )
    passes = "mx.halden.example; dmarc=pass header.from=nordlager.example"

    mail = mailbox.brings(
        mailbox.table(order, (1, "10", "6")), From="v@nordlager.example", Authentication_Results=passes
    )

    assert mail.state == "asked"
    assert buying.desk.all(Receipt) == []


def test_what_changed_between_reading_and_settling_is_noticed(buying: Any, mailbox: Any, order: Any) -> None:
    from handlers import extraction

    mailbox.put(mailbox.letter(mailbox.table(order, (1, "10", "6"))))
    raw, known, _ = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1))
    reading = extraction.read(raw, known)
    buying.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="cancelled", version=99))

    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    assert buying.desk.one(InboundMail).state == "asked"
    assert buying.desk.all(DeliveryNotice) == []
    assert "a buyer has to reopen it" in json.dumps(buying.desk.card("mail:1"))


def test_a_mail_is_settled_once_however_often_it_is_read(buying: Any, mailbox: Any, order: Any) -> None:
    from handlers import extraction

    mailbox.put(mailbox.letter(mailbox.table(order, (1, "10", "6"))))
    raw, known, _ = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1))
    for _ in range(3):
        reading = extraction.read(raw, known)
        buying.desk.writes(lambda uow, reading=reading: supplier_mail.settle(uow, mail_id=1, reading=reading))

    assert len(buying.desk.all(Receipt)) == 1


def test_a_second_delivery_beyond_what_is_already_announced_is_asked(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.brings(mailbox.table(order, (1, "10", "6")))

    mail = mailbox.brings(mailbox.table(order, (1, "10", "6"), note="LS-55121"))

    assert mail.state == "asked"
    assert "already waits to be counted" in json.dumps(buying.desk.card(f"mail:{mail.id}"))


def test_25_two_orders_on_one_note_are_two_proposals(buying: Any, mailbox: Any, order: Any, bearing: Any) -> None:
    second = buying.sent(4000, bearing)
    parts = {line.order_id: line.supplier_part for line in buying.desk.all(PurchaseOrderLine)}
    rows = "".join(
        f"<tr><td>{each.number}</td><td>1</td><td>{parts[each.id]}</td><td>{shipped}</td></tr>"
        for each, shipped in ((order, "10"), (second, "4"))
    )
    head = "<tr><th>Order</th><th>Pos</th><th>Article</th><th>Shipped</th></tr>"

    mail = mailbox.brings(f"<p>Delivery note LS-77, shipped today.</p><table>{head}{rows}</table>")

    if mail.state == "proposed":
        assert [receipt.order_id for receipt in buying.desk.all(Receipt)] == [order.id, second.id]
    else:
        assert (mail.state, buying.desk.all(Receipt)) == ("asked", [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": 7},
        {"orders": ["PO-2026-09999"]},
        {"quantity": "11"},
        {"quantity": "0"},
        {"quantity": "NaN"},
        {"quantity": "-1"},
        {"quantity": "0.0001"},
        {"trust": "known"},
    ],
    ids=str,
)
def test_a_reading_that_does_not_fit_the_orders_is_asked_and_writes_nothing(
    buying: Any, mailbox: Any, order: Any, wrong: dict[str, Any]
) -> None:
    reading = mailbox.reading(order, **({"kind": "despatch", "quantity": "6"} | wrong))
    mailbox.put(mailbox.letter("x"))

    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    assert buying.desk.one(InboundMail).state == "asked"
    assert buying.desk.all(DeliveryNotice) == []
    assert buying.desk.all(Receipt) == []


def test_what_is_known_follows_the_orders(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.put(mailbox.letter("x"))
    first = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])
    same = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])
    mailbox.brings(mailbox.table(order, (1, "10", "6")))
    buying.take_in()
    after = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])

    assert same is first
    assert [str(known.orders[0].lines[0].open) for known in (first, after)] == ["10", "4"]
    assert after.orders[0].status == "sent"


def test_what_is_known_follows_the_suppliers_and_the_day(buying: Any, mailbox: Any, order: Any) -> None:
    mailbox.put(mailbox.letter("x"))
    first = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])
    buying.desk.writes(lambda uow: uow.change(Supplier, 1, email_domains="hartmann.example, seals.example"))
    second = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])
    buying.desk.later(days=1)
    third = buying.desk.reads(lambda uow: supplier_mail.prepare(uow, 1)[1])

    assert first.suppliers[0].domains == ("hartmann.example",)
    assert second.suppliers[0].domains == ("hartmann.example", "seals.example")
    assert (second.plant.today, third.plant.today) != (third.plant.today, second.plant.today)
    assert replace(second.plant, today=None) == replace(third.plant, today=None)
