"""A supplier's figures are kept as receipts are posted, equal to a recount of their facts, and rules go by them."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.verification import damage
from handlers import approvals, scorecards, supplier_figures
from orders.supplier_figures import Gate, Tally
from storage.tables import AuditEntry, PurchaseOrderLine, Supplier, SupplierFact, SupplierMonth


def months(buying: Any) -> dict[tuple[int, str, str, str], Tally]:
    rows = buying.desk.all(SupplierMonth)
    return {(row.supplier_id, row.month, row.figure, row.currency): Tally(row.good, row.total) for row in rows}


def tallies(buying: Any) -> dict[str, Tally]:
    return {figure: tally for (_, _, figure, _), tally in months(buying).items()}


def recounted(buying: Any) -> dict[tuple[int, str, str, str], Tally]:
    found: dict[tuple[int, str, str, str], Tally] = buying.desk.reads(supplier_figures.recount)
    return found


def received(buying: Any, mailbox: Any, count: str = "2", rejected: str = "") -> None:
    """Let an order be sent, announced and counted."""
    order = buying.sent()
    mailbox.brings(mailbox.table(order, (1, "2", "2"), note=f"LS-{order.id}"))
    fields = {"line_1": count} | ({"rejected": rejected} if rejected else {})
    told = buying.count_lines(**fields)
    assert not told.errors, told.errors


def test_a_receipt_counts_towards_its_supplier_in_its_own_transaction(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)

    one = Tally(1, 1)
    price = Tally(36_800, 36_800)
    found = tallies(buying)
    assert {name: found[name] for name in ("quality", "on_time", "in_full", "on_time_in_full")} == dict.fromkeys(
        ("quality", "on_time", "in_full", "on_time_in_full"), one
    )
    assert found["price"] == price
    assert {month for _, month, _, _ in months(buying)} == {"2026-11"}


def test_the_sums_equal_a_recount_of_their_facts_after_many_receipts(buying: Any, mailbox: Any) -> None:
    for count in ("2", "1", "2", "2"):
        received(buying, mailbox, count)
        buying.desk.later(minutes=9)

    assert months(buying) == recounted(buying)
    assert sum(tally.total for (*_, figure, _), tally in months(buying).items() if figure == "quality") == 4


def test_the_sums_stay_as_few_as_months_and_figures_whatever_is_received(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)
    first = len(months(buying))
    for _ in range(3):
        received(buying, mailbox)

    assert len(months(buying)) == first
    assert len(buying.desk.all(SupplierFact)) == 4 * first


def test_a_late_and_short_delivery_counts_against_the_supplier(buying: Any, mailbox: Any) -> None:
    order = buying.sent()
    buying.desk.later(days=14)
    mailbox.brings(mailbox.table(order, (1, "2", "2")))

    buying.count_lines(line_1="1")

    found = tallies(buying)
    assert (found["on_time"], found["in_full"], found["on_time_in_full"]) == (Tally(0, 1), Tally(0, 1), Tally(0, 1))


def test_a_reversed_receipt_counts_no_more_and_the_sums_still_equal_their_facts(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)
    number = buying.desk.all(SupplierFact)[0].source.partition("/")[0]

    buying.desk.writes(lambda uow: supplier_figures.reversed_(uow, number))

    assert set(months(buying).values()) == {Tally()}
    assert months(buying) == recounted(buying)


def test_the_time_to_the_first_answer_is_counted_once_in_working_hours(buying: Any, mailbox: Any) -> None:
    order = buying.sent()
    buying.desk.later(days=1)
    mailbox.brings(f"We confirm your order {order.number} in full as ordered.")
    buying.desk.later(days=1)
    mailbox.brings(f"Once more: we confirm your order {order.number} in full as ordered.")

    assert tallies(buying)["answer"] == Tally(10 * 60, 1)


def test_a_scorecard_shows_figures_a_picture_and_the_picture_in_words(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)

    told = buying.desk.writes(lambda uow: scorecards.typed(uow, "hartmann"), by=buying.people["buyer"])

    blocks = json.dumps(told.blocks)
    kinds = [block["type"] for block in told.blocks]
    assert "1 of 1 order lines came on time and in full: 100%" in told.private
    assert {"data_visualization", "table"} <= set(kinds)
    assert "Percent by month: On time 100.0% in 2026-11" in blocks
    assert "Price against list" in blocks


def test_whoever_is_not_shown_money_is_not_shown_prices(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)

    told = buying.desk.writes(lambda uow: scorecards.typed(uow, "S-1"), by=buying.people["technician"])

    assert "Price against list" not in json.dumps(told.blocks)


def test_a_supplier_without_receipts_has_a_scorecard_too(buying: Any) -> None:
    told = buying.desk.writes(lambda uow: scorecards.typed(uow, "Hartmann Seals"), by=buying.people["buyer"])

    assert "Nothing was received" in told.private


@pytest.mark.parametrize("written", ["", "nobody", "  "])
def test_an_unknown_supplier_is_refused_with_the_names_that_are_known(buying: Any, written: str) -> None:
    from orders.errors import NotKnown

    def works(uow: Any) -> str:
        with pytest.raises(NotKnown) as refused:
            scorecards.typed(uow, written)
        return str(refused.value)

    assert "Hartmann Seals" in buying.desk.writes(works)


def test_many_receipts_that_begin_a_month_at_once_lose_nothing(buying: Any) -> None:
    supplier = buying.desk.all(Supplier)[0].id
    keys = [f"GR-{number}/1" for number in range(8)]

    def counts(source: str) -> None:
        one = Tally(1, 1)
        buying.desk.writes(lambda uow: supplier_figures.note(uow, supplier, "quality", one, source, "posted"))

    with ThreadPoolExecutor(len(keys)) as threads:
        list(threads.map(counts, keys))

    assert tallies(buying)["quality"] == Tally(8, 8)
    assert months(buying) == recounted(buying)


# Rules on new orders


def gated(buying: Any, **rule: Any) -> None:
    gate = Gate("on_time", Decimal(80), least=1, **rule)
    buying.desk.plant = replace(buying.desk.plant, supplier_gates=(gate,))


@pytest.fixture
def late(buying: Any, mailbox: Any) -> None:
    """The supplier has delivered once, and late."""
    order = buying.sent()
    buying.desk.later(days=14)
    mailbox.brings(mailbox.table(order, (1, "2", "2")))
    buying.count_lines(line_1="2")


@pytest.mark.usefixtures("late")
def test_a_rule_that_warns_tells_the_approver_and_lets_the_order_go_on(buying: Any) -> None:
    gated(buying)

    buying.request(buying.short(2000))

    card = json.dumps(buying.desk.said("U0BO"))
    assert buying.order().state == "pending_approval"
    assert "on time in 12 months: 0%; your rule wants at least 80%" in card


@pytest.mark.usefixtures("late")
def test_a_rule_that_blocks_keeps_new_orders_from_being_requested(buying: Any) -> None:
    gated(buying, blocks=True)
    requisition = buying.short(2000)

    assert buying.refuses(approvals.request, "technician", requisition) == "SupplierBelow"
    assert buying.order().state == "draft"


def test_a_rule_says_nothing_about_a_supplier_of_whom_too_little_is_known(buying: Any) -> None:
    gated(buying, blocks=True)

    buying.request(buying.short(2000))

    assert buying.order().state == "pending_approval"
    assert not any("below" in entry.action for entry in buying.desk.all(AuditEntry))
    assert buying.desk.all(Supplier)
    assert buying.desk.all(PurchaseOrderLine)


def test_a_sum_that_somebody_has_changed_and_a_hold_that_nobody_has_made_are_found(buying: Any, mailbox: Any) -> None:
    received(buying, mailbox)
    clean = buying.desk.reads(damage)
    row = buying.desk.all(SupplierMonth, figure="on_time")[0]

    buying.desk.writes(lambda uow: uow.change(SupplierMonth, row.id, good=0))
    buying.desk.writes(lambda uow: uow.change(Supplier, row.supplier_id, held=True))

    assert clean == []
    assert buying.desk.reads(damage) == [
        f"Supplier {row.supplier_id} has 0 of 1, its facts 1 of 1 of on_time in 2026-11.",
        "Hartmann Seals is held back without a hold.",
    ]
