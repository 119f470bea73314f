"""Ordering from agreements: counted in one unit, never beyond what was agreed, and given back when it does not happen."""

import json
import threading
from typing import Any

import pytest

from handlers import approvals, call_offs, order_content, people, purchase_orders, receiving
from handlers.ids import value
from storage import agreements as kept
from storage.happenings import Deed, perform
from storage.tables import (
    AgreementEntry,
    ApprovalTask,
    BudgetSum,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    Supplier,
    SupplierPart,
)


def test_a_release_from_a_planned_order_takes_quantity_and_shows_what_is_left(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    said = agreeing.types("PO-1", "10 seal by fri")

    assert "10 of 25 pieces used, 15 left" in said
    assert agreeing.used(order) == (10_000, 184_000)


def test_no_release_goes_beyond_the_planned_quantity(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    agreeing.release(order, "20")

    said = agreeing.types("PO-1", "6 seal")

    assert said.startswith("MoreThanAgreed")
    assert "PO-2026-00001 has 5 of 25 pieces left on line 1, so 6 cannot be ordered from it." in said
    assert agreeing.used(order) == (20_000, 368_000)
    assert len(agreeing.desk.all(PurchaseOrder)) == 2


def test_no_release_goes_beyond_the_amount_limit(agreeing: Any) -> None:
    order = agreeing.active()
    agreeing.release(order, "20")

    said = agreeing.types("PO-1", "8 seal")

    assert "OverTheLimit" in said
    assert "PO-2026-00001 has EUR 1,320.00 left of EUR 5,000.00, so EUR 1,472.00 cannot be ordered from it." in said
    assert agreeing.used(order)[1] == 368_000


def test_a_release_below_the_minimum_is_refused(agreeing: Any) -> None:
    agreeing.active(minimum="500")

    said = agreeing.types("PO-1", "2 seal")

    assert "A release from PO-2026-00001 comes to at least EUR 500.00; this one is EUR 368.00." in said


@pytest.mark.parametrize("quantity", ["0", "-3", "1.5", "1,200"])
def test_absurd_quantities_are_answered_and_take_nothing(agreeing: Any, quantity: str) -> None:
    order = agreeing.active()

    said = agreeing.types("PO-1", f"{quantity} seal")

    assert not said.startswith("Requested"), said
    assert agreeing.used(order) == (0, 0)


def test_what_is_not_on_the_agreement_cannot_be_ordered_from_it(agreeing: Any, bearing: Any) -> None:
    agreeing.active()

    said = agreeing.types("PO-1", "2 bearing")

    assert "NotOnAgreement" in said
    assert "PO-2026-00001 has no line for “bearing”. It has: Mechanical seal 45 mm." in said


def test_an_order_in_boxes_counts_in_pieces(agreeing: Any, add_part: Any) -> None:
    ring = add_part("P-777", "O-ring 20 mm")
    agreeing.desk.writes(
        lambda uow: uow.change(
            SupplierPart,
            uow.find(SupplierPart, part_id=ring.id).id,
            unit="BX",
            pack_unit="BX",
            pack_size=10_000,
            price=0,
        )
    )
    order = agreeing.active("planned", part=ring, quantity="4", price="50.00")

    first = agreeing.types("PO-1", "25 pieces ring")
    second = agreeing.types("PO-1", "2 boxes ring")

    release = agreeing.desk.all(PurchaseOrder)[-1]
    line = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)[0]
    assert (line.unit, line.price, release.total) == ("C62", 50_000, 12_500)
    assert "2.5 of 4 boxes used, 1.5 left" in first
    assert "has 1.5 of 4 boxes left on line 1, so 2 cannot be ordered from it" in second
    assert agreeing.used(order) == (25_000, 12_500)


def test_a_price_that_does_not_come_out_even_in_the_other_unit_is_refused(agreeing: Any, add_part: Any) -> None:
    ring = add_part("P-777", "O-ring 20 mm")
    agreeing.desk.writes(
        lambda uow: uow.change(
            SupplierPart, uow.find(SupplierPart, part_id=ring.id).id, unit="BX", pack_unit="BX", pack_size=7000, price=0
        )
    )
    agreeing.active("planned", part=ring, quantity="4", price="50.00")

    said = agreeing.types("PO-1", "3 pieces ring")

    assert "NoConversion" in said


def test_the_break_table_counts_each_release_by_itself(agreeing: Any) -> None:
    order = agreeing.active(breaks="10: 180.00, 15: 100.00")

    prices = [agreeing.release(order, quantity).total for quantity in ("5", "10")]

    assert prices == [92_000, 180_000]


def test_the_break_table_counts_everything_released_so_far_where_that_was_agreed(agreeing: Any) -> None:
    order = agreeing.active(breaks="10: 180.00, 15: 100.00", basis="cumulative")

    prices = [agreeing.release(order, quantity).total for quantity in ("5", "10")]

    assert prices == [92_000, 100_000]


def race(agreeing: Any, order: PurchaseOrder, quantities: tuple[str, ...]) -> list[str]:
    """Let as many people as there are quantities order at the same moment, each over a connection of their own."""
    start, answers = threading.Barrier(len(quantities)), []
    actor = people.actor(agreeing.buying.people["technician"])

    def orders(number: int, quantity: str) -> None:
        def work(uow: Any) -> dict[str, Any]:
            uow.actor = actor
            return call_offs.typed(uow, order.number or "", f"{quantity} seal").to_json()

        start.wait()
        told = perform(
            agreeing.desk.database, agreeing.desk.plant, Deed(f"race:{number}", "x", quantity, agreeing.desk.now), work
        )
        answers.append(str(told.get("refused") or "ordered"))

    threads = [threading.Thread(target=orders, args=each) for each in enumerate(quantities)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_08_09_two_releases_race_for_the_last_ten_pieces_and_exactly_one_wins(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20")
    agreeing.release(order, "10")

    answers = race(agreeing, order, ("10", "10"))

    assert answers[1] == "ordered"
    assert answers[0] in {"MoreThanAgreed", "AgreementNotOpen"}
    assert agreeing.used(order) == (20_000, 368_000)
    assert agreeing.state(order) == "exhausted"


def test_many_releases_race_and_never_exceed_the_agreement(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20")

    answers = race(agreeing, order, ("3", "4", "5", "6", "7", "8"))

    assert agreeing.used(order)[0] <= 20_000
    assert "ordered" in answers


def test_a_click_that_comes_twice_orders_once(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    line = agreeing.desk.all(PurchaseOrderLine, order_id=order.id)[0]
    fields = {"line": str(line.id), "quantity": "5", "deliver_by": "2026-12-01"}
    from handlers.happenings import Submission

    what = Submission("view:twice", agreeing.buyer.slack_id, "", value(order.id), fields)
    for _ in range(2):
        agreeing.desk.does(call_offs.ordered, what)

    assert agreeing.used(order)[0] == 5000
    assert [row.kind for row in agreeing.desk.all(PurchaseOrder)] == ["planned", "release"]


def test_a_rejected_release_gives_back_what_it_took(agreeing: Any) -> None:
    order = agreeing.active()
    release = agreeing.release(order, "20")
    task = agreeing.desk.all(ApprovalTask)[-1]

    agreeing.desk.submit(
        approvals.rejected, agreeing.buying.people["approver"], release.id, task.id, words="use the spare"
    )

    assert agreeing.order(release).state == "draft"
    assert agreeing.used(order) == (0, 0)
    assert [row.amount for row in agreeing.desk.all(AgreementEntry)] == [368_000, -368_000]


def test_an_unanswered_release_gives_back_what_it_took(agreeing: Any) -> None:
    order = agreeing.active()
    agreeing.release(order, "20")
    agreeing.desk.later(days=30)

    agreeing.desk.writes(approvals.expire_waiting)

    assert agreeing.used(order) == (0, 0)


def test_a_rejected_release_that_is_requested_again_takes_again(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20")
    release = agreeing.release(order, "15")
    task = agreeing.desk.all(ApprovalTask)[-1]
    agreeing.desk.submit(approvals.rejected, agreeing.buying.people["approver"], release.id, task.id, words="later")
    agreeing.release(order, "10")

    refused = agreeing.desk.does(lambda uow, _: approvals.submit(uow, release.id), _typed(agreeing, "technician"))

    assert "has 10 of 20 pieces left on line 1, so 15 cannot be ordered" in refused.private
    assert agreeing.order(release).state == "draft"
    assert agreeing.used(order)[0] == 10_000


def _typed(agreeing: Any, by: str) -> Any:
    from handlers.happenings import Command

    return Command(agreeing.desk.key("typed"), agreeing.buying.people[by].slack_id, "", "/chargehand", "")


def test_a_cancelled_release_gives_back_what_did_not_come(agreeing: Any) -> None:
    order = agreeing.active()
    release = agreeing.release(order, "20")
    agreeing.approve(release)

    def cancel(uow: Any) -> None:
        order_content.change(uow, order_content.locked(uow, release.id), state="cancelled")

    agreeing.desk.writes(cancel, by=agreeing.buyer)

    assert agreeing.used(order) == (0, 0)


def test_a_short_closed_release_gives_back_what_will_not_come(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "20")
    line = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)[0]

    def short_close(uow: Any) -> None:
        uow.change(PurchaseOrderLine, line.id, cancelled=12_000)
        kept.flow_back(uow, release.id)
        kept.flow_back(uow, release.id)

    agreeing.desk.writes(short_close)

    assert agreeing.used(order) == (8000, 147_200)


def test_an_exhausted_agreement_can_be_ordered_from_again_when_something_flows_back(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="20")
    release = agreeing.release(order, "20")
    before = agreeing.state(order)
    task = agreeing.desk.all(ApprovalTask)[-1]

    agreeing.desk.submit(approvals.rejected, agreeing.buying.people["approver"], release.id, task.id, words="no")

    assert (before, agreeing.state(order)) == ("exhausted", "active")
    assert agreeing.desk.audited("PO-2026-00001")[-3:] == ["use up", "flowed back", "flow back"]


def test_an_approver_who_lowers_a_release_gives_the_rest_back(agreeing: Any) -> None:
    from handlers import reducing

    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "20")
    line = agreeing.desk.all(PurchaseOrderLine, order_id=release.id)[0]
    task = agreeing.desk.all(ApprovalTask)[-1]

    agreeing.desk.submit(
        reducing.reduced, agreeing.buying.people["approver"], release.id, task.id,
        **{f"line_{line.id}": "5", "words": "enough for now"},
    )  # fmt: skip

    assert agreeing.order(release).state == "approved"
    assert agreeing.used(order) == (5000, 92_000)


def test_nobody_approves_the_release_that_they_asked_for(agreeing: Any) -> None:
    order = agreeing.active()

    said = agreeing.types(order.number, "2 seal", by="approver")

    assert "Nobody may approve" in said
    assert agreeing.used(order) == (0, 0)


def test_nothing_is_received_on_the_agreement_itself(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    keeper = agreeing.buying.people["storekeeper"]

    told = agreeing.desk.does(lambda uow, _: receiving.count_named(uow, "PO-1", "25"), _typed(agreeing, "storekeeper"))

    assert keeper.name
    assert (
        "PO-2026-00001 is a planned order and buys nothing by itself, so nothing can be received on it." in told.private
    )
    assert agreeing.order(order).receipt_state == "none"


def test_a_release_is_received_and_turns_its_commitment_into_spending(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "2")
    agreeing.approve(release)
    agreeing.buying.relay("leaving", "accepted")

    agreeing.desk.does(lambda uow, _: receiving.count_named(uow, "PO-1-R1", "2"), _typed(agreeing, "storekeeper"))

    sums = agreeing.desk.one(BudgetSum)
    assert (agreeing.order(release).state, sums.committed, sums.actual) == ("closed", 0, 36_800)
    assert agreeing.used(order) == (2000, 36_800)


def test_what_is_planned_is_not_on_order(agreeing: Any) -> None:
    from storage import stock

    agreeing.active("planned", quantity="25")
    seal = agreeing.buying.seal

    assert agreeing.desk.reads(lambda uow: stock.open_on_orders(uow, seal.id)) == 0


def test_a_suppliers_despatch_against_the_agreement_waits_for_a_person(agreeing: Any, mailbox: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    mail = mailbox.brings(mailbox.table(order, (1, "25", "5")))

    assert mail.state == "asked"
    assert agreeing.desk.all(Receipt) == []


def test_a_suppliers_despatch_against_the_release_is_proposed(agreeing: Any, mailbox: Any) -> None:
    order = agreeing.active("planned", quantity="25")
    release = agreeing.release(order, "5")
    agreeing.approve(release)
    agreeing.buying.relay("leaving", "accepted")

    mail = mailbox.brings(mailbox.table(agreeing.order(release), (1, "5", "5")))

    assert (mail.state, mail.order_id) == ("proposed", release.id)


def test_figures_of_money_are_hidden_from_whoever_does_not_decide_on_it(agreeing: Any) -> None:
    order = agreeing.active("planned", quantity="25")

    technician = agreeing.desk.click(call_offs.order, agreeing.buying.people["technician"], order.id)
    buyer = agreeing.desk.click(call_offs.order, agreeing.buyer, order.id)

    assert "0 of 25 pieces used, 25 left" in json.dumps(technician.modal)
    assert "0 of 25 pieces used, 25 left" in json.dumps(buyer.modal)
    assert "EUR" not in json.dumps(technician.modal)


def test_another_supplier_on_the_draft_takes_it_out_of_the_agreement(agreeing: Any) -> None:
    other = agreeing.desk.writes(
        lambda uow: uow.add(Supplier, code="S-2", name="Nordic Seals", email_orders="a@nordic.example", currency="EUR")
    )
    order = agreeing.active()
    requisition = agreeing.buying.short(2000)
    agreeing.desk.submit(
        purchase_orders.edited, agreeing.buying.people["technician"], requisition, supplier=str(other), price="190.00"
    )

    now = agreeing.buying.order()
    assert (now.kind, now.parent_id, agreeing.buying.line().agreement_line_id) == ("standard", None, None)
    assert agreeing.used(order) == (0, 0)


def test_a_price_written_over_the_agreed_one_is_put_right_when_it_is_requested(agreeing: Any) -> None:
    agreeing.active(price="170.00")
    requisition = agreeing.buying.short(2000)
    agreeing.desk.submit(purchase_orders.edited, agreeing.buying.people["technician"], requisition, price="900.00")

    agreeing.buying.request(requisition)

    assert agreeing.buying.line().price == 1_700_000
    assert agreeing.buying.order().total == 34_000
