"""A price or a quantity that is confirmed a little otherwise is taken over unasked, by settings, and never beyond what was approved."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import supplier_mail
from orders.budgets import BudgetPolicy, Mode
from storage.tables import Approval, AuditEntry, Budget, CostCentre, OrderRevision, Outgoing, PurchaseOrderLine
from storage.unit_of_work import table

PRICE = 18_400


@pytest.fixture
def lenient(buying: Any) -> Any:
    """A plant that takes over five percent of a price or a quantity, and whose approvals allow as much."""
    settings = {"price_percent": 5, "quantity_percent": 5, "change_tolerance_percent": 5}
    buying.desk.plant = replace(buying.desk.plant, **settings)
    return buying


def confirms(buying: Any, mailbox: Any, quantity: str, price: str = "", **more: Any) -> int:
    """Let the supplier confirm one line at a price of its own."""
    reading = mailbox.reading(
        buying.order(), kind="order_response", response=more.pop("response", "changed"), quantity=quantity, **more
    )
    reading.values["lines"][0] |= {"unit_price": price or None, "expected_on": None}
    mailbox.put(mailbox.letter(f"{quantity} {price} {buying.desk.key('mail')}"))
    (waiting,) = buying.desk.reads(supplier_mail.waiting)
    buying.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=waiting, reading=reading))
    number: int = waiting
    return number


def mails(buying: Any) -> int:
    return len(buying.desk.all(Outgoing, wire="mail"))


def test_a_price_within_the_tolerance_is_taken_over_without_a_press_and_the_buyer_is_told(
    lenient: Any, amendment: Any, mailbox: Any
) -> None:
    order = lenient.sent(4000)
    before = mails(lenient)

    confirms(lenient, mailbox, "4", "189.00")

    now, run = lenient.order(), lenient.desk.all(Approval)[-1]
    said = [json.loads(row.body) for row in lenient.desk.all(Outgoing, wire="slack")]
    assert (now.state, now.revision, now.total) == ("accepted", 2, 4 * 18_900)
    assert (amendment.lines()[0].price, amendment.committed()) == (1_890_000, now.total)
    assert (run.rule, run.revision, run.state) == ("the supplier's change lies within the tolerance", 2, "approved")
    assert mails(lenient) == before
    assert "I took it over, as you allow" in json.dumps(said)
    assert f"po:{order.id}:answer" not in json.dumps(said)
    assert "amend" in [row.action for row in lenient.desk.all(AuditEntry)]


@pytest.mark.parametrize(("quantity", "total"), [("19", 19), ("21", 21)])
def test_a_quantity_within_the_tolerance_is_taken_over_too(
    lenient: Any, mailbox: Any, quantity: str, total: int
) -> None:
    lenient.sent(20_000)

    confirms(lenient, mailbox, quantity)

    now = lenient.order()
    assert (now.state, now.revision, now.total) == ("accepted", 2, total * PRICE)


BEYOND: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a price beyond it": ({}, {"price": "193.21"}),
    "a price far below it": ({}, {"price": "174.00"}),
    "no setting for prices": ({"price_percent": 0}, {"price": "189.00"}),
    "approvals that allow nothing more": ({"change_tolerance_percent": 0}, {"price": "189.00"}),
    "approvals that allow less": ({"change_tolerance_percent": 1}, {"price": "189.00"}),
    "a part now and the rest later": ({}, {"quantity": "15", "outstanding": "5", "price": "189.00"}),
    "a quantity beyond it": ({}, {"quantity": "18"}),
    "an answer that waits for ours": ({}, {"price": "189.00", "action": "ask"}),
}


@pytest.mark.parametrize("case", BEYOND)
def test_whatever_is_beyond_the_tolerance_is_put_before_the_buyer_and_nothing_moves(
    lenient: Any, mailbox: Any, case: str
) -> None:
    settings, said = BEYOND[case]
    lenient.desk.plant = replace(lenient.desk.plant, **settings)
    order = lenient.sent(20_000)

    confirms(lenient, mailbox, **({"quantity": "20"} | said))

    now = lenient.order()
    assert (now.revision, now.total) == (1, order.total)
    assert now.state != "accepted"


def test_a_lower_price_is_taken_over_even_where_approvals_allow_nothing_more(lenient: Any, mailbox: Any) -> None:
    lenient.desk.plant = replace(lenient.desk.plant, change_tolerance_percent=0)
    lenient.sent(4000)

    confirms(lenient, mailbox, "4", "180.00")

    assert (lenient.order().state, lenient.order().total) == ("accepted", 4 * 18_000)


def test_small_changes_are_counted_from_what_was_approved_and_never_add_up(lenient: Any, mailbox: Any) -> None:
    lenient.sent(4000)
    confirms(lenient, mailbox, "4", "191.00")

    confirms(lenient, mailbox, "4", "198.00")

    now = lenient.order()
    assert (now.state, now.revision, now.total) == ("change_proposed", 2, 4 * 19_100)


def test_the_same_answer_twice_changes_the_order_once(lenient: Any, mailbox: Any) -> None:
    lenient.sent(4000)
    confirms(lenient, mailbox, "4", "189.00")

    confirms(lenient, mailbox, "4", "189.00")

    assert (lenient.order().revision, lenient.order().total) == (2, 4 * 18_900)


def test_a_later_day_than_wanted_is_asked_about_however_small_the_price(lenient: Any, mailbox: Any) -> None:
    lenient.sent(4000)
    reading = mailbox.reading(lenient.order(), kind="order_response", response="changed", quantity="4")
    reading.values["lines"][0] |= {"unit_price": "189.00", "expected_on": "2031-01-15"}
    mailbox.put(mailbox.letter("189.00, in 2031"))

    lenient.desk.writes(lambda uow: supplier_mail.settle(uow, mail_id=1, reading=reading))

    assert (lenient.order().state, lenient.order().revision) == ("change_proposed", 1)


def test_a_budget_that_stops_orders_stops_a_small_change_too(
    lenient: Any, mailbox: Any, cost_centre: CostCentre
) -> None:
    order = lenient.sent(4000)
    lenient.desk.plant = replace(lenient.desk.plant, budget=BudgetPolicy(mode=Mode.BLOCK))
    planned = {"cost_centre_id": cost_centre.id, "month": 1, "months": 12, "currency": "EUR", "amount": order.total}
    lenient.desk.writes(lambda uow: uow.run(table(Budget).delete()))
    for year in (2026, 2027):
        lenient.desk.writes(lambda uow, year=year: uow.add(Budget, year=year, **planned))

    confirms(lenient, mailbox, "4", "189.00")

    assert (lenient.order().state, lenient.order().total) == ("change_proposed", order.total)
    assert lenient.desk.all(OrderRevision) == []


def test_a_price_that_was_invoiced_is_not_changed_behind_the_invoice(lenient: Any, mailbox: Any) -> None:
    order, line = lenient.sent(4000), lenient.line()
    lenient.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, billed=1000))

    confirms(lenient, mailbox, "4", "189.00")

    assert (lenient.order().revision, lenient.order().total) == (1, order.total)
