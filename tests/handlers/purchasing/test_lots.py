"""Lots and serial numbers: where one came from, where it went, and what keeps no longer than a month."""

import json
from typing import Any

import pytest

from handlers import lots, parts, receipt_reversal
from handlers.happenings import Answer
from orders.errors import NotKnown
from storage.tables import Outgoing, Part, PurchaseOrderLine, Receipt

CHANNEL = "C0STORES"


@pytest.fixture
def tracked(buying: Any, mailbox: Any) -> Any:
    """Two seals that a job waited for and that came with their lots, one of them only good for some weeks."""
    form = {"part": str(buying.seal.id), "quantity": "2"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)
    buying.request()
    buying.approve()
    buying.relay("leaving", "accepted")
    buying.desk.writes(lambda uow: uow.change(Part, buying.seal.id, tracked="lot", expires=True))
    mailbox.brings(mailbox.table(buying.order(), (1, "2", "2")))
    buying.count_lines(line_1="2", lots="L-42 1 2026-12-10, L-43 1 2027-06-30")
    return buying


def told(answer: Answer) -> str:
    return json.dumps(answer.blocks, ensure_ascii=False)


def asks(buying: Any, written: str) -> str:
    return told(buying.desk.reads(lambda uow: lots.typed(uow, written)))


def test_a_lot_says_where_it_came_from_and_that_nothing_was_taken_out(tracked: Any) -> None:
    receipt, order = tracked.desk.one(Receipt), tracked.order()

    said = asks(tracked, "l-42")

    assert "1 piece of" in said
    assert "keeps until 10 Dec 2026" in said
    assert f"with {receipt.number} on {order.number} from Hartmann Seals, delivery note LS-55120" in said
    assert "Went into store 2; nothing was taken out since" in said


def test_what_was_taken_out_since_is_named_with_its_job(tracked: Any) -> None:
    tracked.desk.later(hours=2)
    tracked.desk.writes(
        lambda uow: parts.issue(uow, tracked.job.id, tracked.seal.id, 1000), by=tracked.people["technician"]
    )

    said = asks(tracked, "L-43")

    assert f"1 piece taken out for {tracked.job.number} on 23 Nov" in said
    assert "no lots apart" in said


def test_a_receipt_that_was_taken_back_says_so(tracked: Any) -> None:
    number = tracked.desk.one(Receipt).id
    tracked.desk.submit(receipt_reversal.reversed_, tracked.people["supervisor"], number, reason="It was another one.")

    said = asks(tracked, "L-42")

    assert "was taken back by GR-" in said
    assert "taken out" not in said


@pytest.mark.parametrize("written", ["L-404", "%", "L-4_", "x" * 4000])
def test_a_lot_that_nobody_wrote_down_is_not_known(tracked: Any, written: str) -> None:
    with pytest.raises(NotKnown):
        asks(tracked, written)


def test_without_a_number_the_command_says_what_keeps_no_longer(tracked: Any) -> None:
    said = asks(tracked, " ")

    assert "L-42: 1 piece of" in said
    assert "L-43" not in said


def test_the_store_is_told_what_to_use_first_and_nothing_where_nothing_ends(tracked: Any) -> None:
    def told_now() -> list[str]:
        tracked.desk.writes(lots.tell_week)
        rows = [row for row in tracked.desk.all(Outgoing, wire="slack") if row.subject == lots.SUBJECT]
        return [row.body for row in rows]

    first = told_now()
    line = tracked.desk.one(PurchaseOrderLine)
    tracked.desk.writes(
        lambda uow: parts.issue(uow, tracked.job.id, line.part_id, 2000), by=tracked.people["technician"]
    )
    second = told_now()

    assert len(first) == 1
    assert "L-42" in first[0]
    assert json.loads(first[0])["channel"] == CHANNEL
    assert second == first
