"""What invoices mean for their order: told on its card to whoever may see cost, and looked at before it ends."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handlers import cancelling, invoice_deeds, short_closing
from storage.tables import Invoice, PurchaseOrderLine
from tests.handlers.purchasing.goods import types


def card(charging: Any, order: Any, by: str = "buyer") -> str:
    return json.dumps(types(charging.buying, by, f"order {order.number}").blocks, ensure_ascii=False)


def refusal(charging: Any, work: Any) -> str:
    """Return the sentence in which the buyer is refused something."""
    with pytest.raises(AssertionError) as refused:
        charging.desk.writes(work, by=charging.buying.people["buyer"])
    return str(refused.value)


def test_84_the_order_s_card_says_what_is_invoiced_line_by_line(charging: Any) -> None:
    order = charging.received()
    assert "nvoiced" not in card(charging, order)

    charging.comes(order, ("1", "184.00"), number="R-1")
    charging.comes(order, ("1", "220.00"), number="R-2")

    said = card(charging, order)
    assert "1 invoiced" in said
    assert "held, EUR 184.00 of EUR 368.00" in said
    assert "Invoice R-1, EUR 184.00: fits, not released yet, pay by" in said
    assert "Invoice R-2, EUR 220.00: held (Price too high)" in said


def test_84_the_card_names_disputes_and_what_the_erp_has(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("1", "184.00"), number="R-1")
    charging.release()
    charging.desk.writes(_export)
    charging.comes(order, ("1", "220.00"), number="R-2")
    charging.writes("answer")

    said = card(charging, order)

    assert "Invoice R-2, EUR 220.00: disputed, not answered yet" in said
    assert "1 invoice is with the ERP" in said


def _export(uow: Any) -> Any:
    from handlers import invoice_export

    return invoice_export.exported(uow)


def test_whoever_may_not_see_cost_sees_no_invoices_of_an_order(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))

    said = card(charging, order, "technician")

    assert "nvoice" not in said
    assert "184" not in said


def test_62_an_order_that_is_invoiced_is_not_cancelled(charging: Any) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))

    said = refusal(charging, lambda uow: cancelling.cancel_named(uow, order.number, "We found one"))

    assert f"Invoice R-7781 charges {order.number} (held), so it cannot be cancelled." in said
    assert "Finance has to void it first (`invoice R-7781`)." in said


def test_62_once_finance_voided_the_invoice_the_order_is_cancelled(charging: Any) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))
    charging.submit(invoice_deeds.voided, reason="nothing was delivered")

    told = charging.desk.writes(
        lambda uow: cancelling.cancel_named(uow, order.number, "We found one"), by=charging.buying.people["buyer"]
    )

    assert "asked to agree" in told.private


@pytest.mark.parametrize("decide", ["answer", "credit"])
def test_62_a_disputed_invoice_still_keeps_its_order_from_being_cancelled(charging: Any, decide: str) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))
    charging.writes(decide)

    assert "cannot be cancelled" in refusal(
        charging, lambda uow: cancelling.cancel_named(uow, order.number, "We found one")
    )


def test_81_giving_up_what_a_held_invoice_charges_warns_and_names_it(charging: Any) -> None:
    order = charging.received(2000, "1")
    charging.comes(order, ("2", "184.00"))
    assert charging.named() == ["qty_over_received"]
    form = charging.desk.click(short_closing.close_short, charging.buying.people["buyer"], order.id).modal

    told = charging.desk.writes(
        lambda uow: short_closing.close_named(uow, order.number, "because it is not made any more"),
        by=charging.buying.people["buyer"],
    )

    assert "Invoice R-7781 (held) charges what is given up" in json.dumps(form)
    assert "Invoice R-7781 (held) charges what is given up" in told.private
    assert charging.named() == ["qty_over_ordered"]
    charging.agrees()


def test_81_reopening_an_order_looks_at_its_invoices_again(charging: Any) -> None:
    order, buyer = charging.received(2000, "1"), charging.buying.people["buyer"]
    charging.comes(order, ("2", "184.00"))
    why = "because it is not made any more"
    charging.desk.writes(lambda uow: short_closing.close_named(uow, order.number, why), by=buyer)

    charging.desk.writes(lambda uow: short_closing.reopen_named(uow, order.number, "The rest came"), by=buyer)

    assert charging.named() == ["qty_over_received"]


def test_81_what_an_invoice_alone_settles_is_not_given_up_once_it_is_charged(charging: Any) -> None:
    charging.desk.plant = replace(
        charging.desk.plant, invoices=replace(charging.desk.plant.invoices, accept_services=False)
    )
    order = charging.received(2000, "1")
    line = charging.line()
    charging.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, part_id=None, unit="HUR"))
    charging.comes(order, ("2", "184.00"))
    assert charging.invoice().state == "matched"

    said = refusal(charging, lambda uow: short_closing.close_named(uow, order.number, "because nobody came"))

    assert "1 hour of line 1" in said
    assert "Finance has to void the invoice first" in said
    assert len(charging.desk.all(Invoice)) == 1
