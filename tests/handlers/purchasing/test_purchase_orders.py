"""From a shortage to the mail: drafts, completeness, changing, dropping, and the mail's outcome."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import approvals, needs, purchase_orders
from handlers.order_drafts import Want, draft
from storage.tables import (
    Approval,
    ApprovalTask,
    BudgetSum,
    CostCentre,
    PurchaseOrder,
    PurchaseOrderLine,
    Requisition,
    Supplier,
    SupplierPart,
    WorkOrderHold,
    WorkOrderPart,
)


def test_a_shortage_becomes_a_requisition_and_a_draft_to_the_preferred_supplier(buying: Any, supplier: Any) -> None:
    buying.short(2000)

    requisition, order, line = buying.desk.one(Requisition), buying.order(), buying.line()
    assert (requisition.state, requisition.work_order_id) == ("open", buying.job.id)
    assert (order.state, order.supplier_id, order.number) == ("draft", supplier.id, None)
    assert (line.quantity, line.price, line.supplier_part) == (2000, 1_840_000, "HS-p10231")
    assert (buying.behind(line), line.work_order_id) == ([requisition.id], buying.job.id)
    assert line.deliver_by.isoformat() == "2026-11-27"
    assert order.total == 36800


def test_the_card_of_a_shortage_names_price_and_approver_and_offers_the_request(buying: Any) -> None:
    requisition = buying.short(2000)

    card = buying.desk.card(f"pr:{requisition}")
    told = json.dumps(card, ensure_ascii=False)
    assert card["text"].endswith("Request 2 for EUR 368.00?")
    assert card["thread_ts"] == buying.job.root_ts
    assert "Bo Lindqvist will be asked" in told
    assert '"Request 2"' in told


def test_two_needs_of_one_job_at_one_supplier_are_ordered_together(buying: Any, bearing: Any) -> None:
    first, second = buying.short(2000), buying.short(4000, bearing)

    assert len(buying.desk.all(PurchaseOrder)) == 1
    assert [buying.behind(line) for line in buying.desk.all(PurchaseOrderLine)] == [[first], [second]]
    assert buying.order().total == 36800 + 73600


def test_more_of_the_same_part_raises_the_line_that_is_there(buying: Any) -> None:
    first, again = buying.short(2000), buying.short(1000)

    assert first == again
    assert buying.desk.one(Requisition).quantity == 3000
    assert buying.line().quantity == 3000


def test_11_a_part_bought_in_boxes_is_ordered_in_whole_boxes_and_counts_in_pieces(buying: Any, bearing: Any) -> None:
    offer = buying.desk.one(SupplierPart, part_id=bearing.id)
    pack = {"unit": "BX", "pack_unit": "BX", "pack_size": 10_000, "price": 900_000}
    buying.desk.writes(lambda uow: uow.change(SupplierPart, offer.id, **pack))

    buying.short(12_000, bearing)
    buying.request()
    buying.approve()

    from storage import stock

    figures = buying.desk.reads(lambda uow: stock.figures(uow, bearing.id, "store 2"))
    assert (buying.line().quantity, buying.line().unit) == (2000, "BX")
    assert figures.on_order == 20_000


def test_minimum_and_lot_raise_the_quantity(buying: Any, bearing: Any) -> None:
    offer = buying.desk.one(SupplierPart, part_id=bearing.id)
    buying.desk.writes(lambda uow: uow.change(SupplierPart, offer.id, minimum_quantity=5000, multiple=4000))

    buying.short(2000, bearing)

    assert buying.line().quantity == 8000


def test_a_unit_that_cannot_be_converted_leaves_a_gap_instead_of_losing_the_need(buying: Any, bearing: Any) -> None:
    offer = buying.desk.one(SupplierPart, part_id=bearing.id)
    buying.desk.writes(lambda uow: uow.change(SupplierPart, offer.id, unit="BX", pack_size=0))

    requisition = buying.short(2000, bearing)
    answer = buying.request(requisition)

    assert "it lacks the price of line 1" in answer.private
    assert buying.order().state == "draft"


def test_a_part_without_a_supplier_is_drafted_and_the_gate_names_what_is_missing(buying: Any, seal: Any) -> None:
    offer = buying.desk.one(SupplierPart, part_id=seal.id)
    buying.desk.writes(
        lambda uow: uow.run(SupplierPart.__table__.delete().where(SupplierPart.__table__.c.id == offer.id))
    )

    requisition = buying.short()
    answer = buying.request(requisition)

    assert "a supplier" in answer.private
    assert "Change" in json.dumps(answer.blocks)
    assert buying.order().state == "draft"
    assert buying.desk.audited(buying.order().draft_number)[-1] == "refused"


@pytest.mark.parametrize("address", ["", "no address", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_an_address_that_cannot_stand_in_a_mail_keeps_the_order_a_draft(
    buying: Any, supplier: Any, address: str
) -> None:
    buying.desk.writes(lambda uow: uow.change(Supplier, supplier.id, email_orders=address))
    requisition = buying.short()

    answer = buying.request(requisition)

    assert "the supplier's address for orders" in answer.private
    assert buying.order().state == "draft"


def test_a_blocked_supplier_gets_no_order(buying: Any, supplier: Any) -> None:
    requisition = buying.short()
    buying.desk.writes(lambda uow: uow.change(Supplier, supplier.id, blocked=True))

    answer = buying.request(requisition)

    assert "not blocked" in answer.private


def test_changing_a_draft_writes_new_figures_and_a_new_total(buying: Any) -> None:
    requisition = buying.short()
    form = buying.desk.click(purchase_orders.edit, buying.people["technician"], requisition)

    fields = {"quantity": "3", "price": "190,50", "deliver_by": "2026-12-01"}
    buying.desk.submit(purchase_orders.edited, buying.people["technician"], requisition, **fields)

    assert form.modal["callback_id"] == "edit_purchase_order"
    assert (buying.line().quantity, buying.line().price) == (3000, 1_905_000)
    assert (buying.order().total, buying.order().deliver_by.isoformat()) == (57150, "2026-12-01")


@pytest.mark.parametrize(
    ("field", "written"),
    [
        *(("quantity", text) for text in ("-5", "0", "1000000000000000", "NaN", "two", "1.5")),
        *(("price", text) for text in ("-1", "0", "free", "1.23456")),
        *(("deliver_by", text) for text in ("2026-11-01", "soon")),
        *(("supplier", text) for text in ("99", "x")),
    ],
)
def test_49_what_cannot_be_stands_as_an_error_at_its_field(buying: Any, field: str, written: str) -> None:
    requisition = buying.short()
    before = buying.line()

    answer = buying.desk.submit(purchase_orders.edited, buying.people["technician"], requisition, **{field: written})

    assert list(answer.errors) == [field]
    assert buying.line() == before


def test_another_supplier_takes_one_of_two_lines_to_a_draft_of_its_own(buying: Any, bearing: Any) -> None:
    other = buying.desk.writes(
        lambda uow: uow.add(Supplier, code="S-2", name="Nordlager", email_orders="o@nordlager.example", currency="EUR")
    )
    buying.short()
    requisition = buying.short(4000, bearing)

    buying.desk.submit(purchase_orders.edited, buying.people["buyer"], requisition, supplier=str(other), price="9.00")

    first, second = buying.desk.all(PurchaseOrder)
    assert (second.supplier_id, second.total, first.total) == (other, 3600, 36800)
    assert [line.order_id for line in buying.desk.all(PurchaseOrderLine)] == [first.id, second.id]


def test_a_stranger_to_the_request_may_not_change_or_drop_it(buying: Any) -> None:
    requisition = buying.short()

    assert buying.refuses(purchase_orders.edit, "storekeeper", requisition) == "NotYours"
    assert buying.refuses(needs.not_needed, "storekeeper", requisition) == "NotYours"


def test_what_is_not_needed_is_cancelled_and_the_job_goes_on(buying: Any) -> None:
    from handlers import parts

    form = {"part": str(buying.seal.id), "quantity": "2"}
    buying.desk.submit(parts.needed, buying.people["technician"], buying.job.id, **form)

    buying.desk.click(needs.not_needed, buying.people["technician"], 1)
    again = buying.desk.click(needs.not_needed, buying.people["technician"], 1)

    assert buying.desk.one(Requisition).state == "cancelled"
    assert buying.order().state == "cancelled"
    assert buying.desk.one(WorkOrderHold).released_at is not None
    assert buying.desk.one(WorkOrderPart).needed == 0
    assert "not needed" in again.private


def test_dropping_one_of_two_lines_leaves_the_other(buying: Any, bearing: Any) -> None:
    buying.short()
    requisition = buying.short(4000, bearing)

    buying.desk.click(needs.not_needed, buying.people["technician"], requisition)

    assert buying.line().part_id == buying.seal.id
    assert (buying.order().state, buying.order().total) == ("draft", 36800)


def test_an_approved_order_cannot_be_changed_any_more(buying: Any) -> None:
    requisition = buying.short()
    buying.request(requisition)
    buying.approve()

    assert buying.refuses(purchase_orders.edit, "technician", requisition) == "Unlawful"


def test_three_lines_on_two_cost_centres_commit_both_budgets(
    buying: Any, seal: Any, bearing: Any, approver: Any
) -> None:
    other = buying.desk.writes(lambda uow: uow.add(CostCentre, code="420", name="Filling", owner_id=approver.id))
    centre = buying.desk.one(CostCentre, code="410").id

    def work(uow: Any) -> Any:
        from handlers.approval_plans import staff

        wants = [Want(seal.id, 1000, cost_centre_id=centre), Want(bearing.id, 1000, cost_centre_id=other)]
        return draft(uow, 1, [*wants, Want(seal.id, 2000, cost_centre_id=centre)], reason="stock", known=staff(uow))

    order_id = buying.desk.writes(work, by=buying.people["buyer"]).order.id
    buying.desk.writes(lambda uow: approvals.submit(uow, order_id), by=buying.people["buyer"])
    buying.approve()

    assert {row.cost_centre_id: row.committed for row in buying.desk.all(BudgetSum)} == {centre: 55200, other: 18400}
    assert len(buying.desk.all(ApprovalTask)) == 1
    assert buying.desk.one(Approval).state == "approved"


def test_orders_are_found_by_every_way_of_writing_their_number(buying: Any) -> None:
    order = buying.sent()

    for written in (order.number, order.draft_number.lower(), "PO-1", "po 1", "1", "DR1", "PO-2026-1"):
        found = buying.desk.reads(lambda uow, written=written: purchase_orders.order_named(uow, written))
        assert found.id == order.id


def test_nothing_in_a_name_can_ping_the_plant(buying: Any, seal: Any) -> None:
    from storage.tables import Part

    buying.desk.writes(lambda uow: uow.change(Part, seal.id, name="Seal <!channel> & <script>"))

    requisition = buying.short()

    assert "<!channel>" not in json.dumps(buying.desk.card(f"pr:{requisition}"), ensure_ascii=False)


def test_without_a_purchasing_channel_nothing_is_lost(buying: Any) -> None:
    buying.desk.plant = replace(buying.desk.plant, channels=replace(buying.desk.plant.channels, purchasing=""))

    buying.sent()

    assert buying.order().state == "sent"
