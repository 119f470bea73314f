"""Every difference of an invoice as finance meets it: named, with its evidence, and payable only once it fits."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from handlers import amending, invoice_deeds, over_deliveries
from handlers.happenings import Submission
from orders.approvals import Rule
from storage.tables import Invoice, Part, PurchaseOrder, PurchaseOrderLine, Receipt


def test_08_05_an_invoice_for_500_on_a_receipt_of_50_is_an_exception(charging: Any) -> None:
    charging.desk.plant = replace(charging.desk.plant, approval_rules=(Rule("cost centre owner", ("owner",)),))
    order = charging.buying.sent(500_000)
    charging.arrives(order, "50")

    charging.comes(order, ("500", "184.00"))

    assert charging.named() == ["qty_over_received"]
    card = charging.cards()[-1]
    assert "more than received. It is held." in card["text"]
    assert "450 pieces (EUR 82,800.00) too much" in str(card)
    assert charging.line().billed == 0
    charging.agrees()


def test_08_21_rejected_goods_are_not_payable(charging: Any) -> None:
    order = charging.received(2000, "2", "1")

    charging.comes(order, ("2", "184.00"))

    assert charging.named() == ["rejected_goods"]
    assert "invoice.accept" not in str(charging.cards()[-1])


def test_what_was_accepted_of_it_is_payable(charging: Any) -> None:
    order = charging.received(2000, "2", "1")

    charging.comes(order, ("1", "184.00"))

    assert charging.invoice().state == "matched"


def test_an_invoice_before_the_goods_waits_and_fits_by_itself_once_they_are_taken_in(charging: Any) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))
    assert charging.named() == ["not_received"]

    charging.arrives(order, "2")

    assert charging.invoice().state == "matched"
    assert "Release EUR 368.00" in str(
        charging.desk.card(f"invoice:{charging.invoice().id}:{charging.finance.slack_id}")
    )
    charging.agrees()


def test_inspected_parts_take_four_papers(charging: Any) -> None:
    charging.desk.writes(lambda uow: uow.change(Part, charging.buying.seal.id, inspected=True))
    order = charging.received()

    charging.comes(order, ("2", "184.00"))

    assert charging.named() == ["not_inspected"]
    charging.agrees()


def test_goods_that_were_damaged_after_all_hold_the_invoice_again(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))
    assert charging.invoice().state == "matched"

    line = charging.line()
    charging.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, accepted=1000, rejected=1000))
    charging.desk.writes(lambda uow: invoice_deeds.follow_receipt(uow, order.id))

    assert (charging.invoice().state, charging.named()) == ("exception", ["rejected_goods"])
    assert charging.line().billed == 0


def test_a_price_within_the_tolerance_fits_and_the_budget_says_what_was_really_spent(charging: Any) -> None:
    order = charging.received()
    assert charging.spent() == 36800

    charging.comes(order, ("2", "187.00"))

    assert charging.invoice().state == "matched"
    assert (charging.spent(), charging.promised()) == (37400, 0)
    charging.agrees()


def test_a_price_beyond_the_tolerance_is_held_with_the_rule_that_says_so(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "202.40"))

    assert charging.named() == ["price_over"]
    said = str(charging.cards()[-1])
    assert "Line 1 of" in said
    assert "comes to EUR 368.00, not EUR 404.80." in said
    assert "More than the allowed difference (2 % or EUR 10.00, whichever is more)." in said
    assert charging.spent() == 36800


def test_without_both_tolerances_a_cent_is_too_much(charging: Any) -> None:
    order = charging.received()
    charging.desk.plant = replace(
        charging.desk.plant,
        invoices=replace(
            charging.desk.plant.invoices, tolerance=type(charging.desk.plant.invoices.tolerance)(Decimal(2), None)
        ),
    )

    charging.comes(order, ("2", "184.01"))

    assert charging.named() == ["price_over"]


def test_a_second_invoice_for_the_same_goods_is_more_than_ordered(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))

    charging.comes(order, ("2", "184.00"), number="R-7799")

    assert charging.named() == ["closed_po"]
    assert charging.line().billed == 2000


def test_two_partial_invoices_of_two_deliveries_fit_one_after_the_other(charging: Any) -> None:
    order = charging.buying.sent(4000)
    charging.arrives(order, "1")
    charging.comes(order, ("1", "184.00"))
    charging.arrives(order, "3", note="LS-55121")

    charging.comes(order, ("3", "184.00"), number="R-7782")

    assert [row.state for row in charging.desk.all(Invoice)] == ["matched", "matched"]
    assert charging.line().billed == 4000
    charging.agrees()


def test_the_same_invoice_twice_is_one(charging: Any) -> None:
    order = charging.received()
    charging.comes(order, ("2", "184.00"))

    mail = charging.comes(order, ("2", "184.00"), words="Once more.")

    assert mail.state == "duplicate"
    assert len(charging.desk.all(Invoice)) == 1


def test_the_same_number_with_other_figures_can_only_be_disputed_or_voided(charging: Any) -> None:
    order = charging.received(4000, "4")
    charging.comes(order, ("2", "184.00"))

    charging.comes(order, ("1", "184.00"), number="r-7781")

    assert charging.named()[0] == "duplicate_no"
    assert charging.invoice().duplicate_of_id == charging.desk.all(Invoice)[0].id
    assert charging.refusal(invoice_deeds.accept) == "NotAcceptable"


def test_an_invoice_without_an_order_is_held_and_cannot_be_accepted(charging: Any) -> None:
    order = charging.received()
    text = charging.bill(None, ("2", "184.00"))

    mail = charging.mailbox.brings(text, Subject="Invoice R-7781")

    assert mail.state == "settled"
    assert charging.named() == ["no_po"]
    assert charging.refusal(invoice_deeds.accept) == "NotAcceptable"
    assert charging.desk.one(PurchaseOrder, id=order.id).number is not None


def test_an_invoice_in_another_currency_is_held(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "184.00"), currency="USD")

    assert charging.named() == ["currency"]


def test_an_invoice_for_a_cancelled_order_is_held(charging: Any) -> None:
    order, _ = charging.buying.sent(2000), charging.buying.sent(1000)
    charging.desk.writes(lambda uow: uow.change(PurchaseOrder, order.id, state="cancelled"))

    charging.comes(order, ("2", "184.00"))

    assert "closed_po" in charging.named()
    assert charging.refusal(invoice_deeds.accept) == "NotAcceptable"


def test_freight_that_was_not_agreed_is_held_and_may_be_accepted(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "184.00"), freight="18.00")
    assert charging.named() == ["freight"]
    charging.accept()

    assert charging.invoice().state == "variance_accepted"
    assert charging.spent() == 38600
    charging.agrees()


def test_tax_at_a_rate_that_does_not_hold_is_held(charging: Any) -> None:
    charging.desk.plant = replace(
        charging.desk.plant, invoices=replace(charging.desk.plant.invoices, tax_percents=(Decimal(25),))
    )
    order = charging.received()

    charging.comes(order, ("2", "184.00"), tax="69.92")
    assert charging.named() == ["tax"]
    charging.comes(order, ("2", "184.00"), tax="92.00", number="R-7782")

    assert charging.invoice().state == "matched"


@pytest.mark.parametrize("figures", [("-2", "184.00"), ("0", "184.00"), ("2", "-184.00")])
def test_negative_and_zero_figures_are_asked_about(charging: Any, figures: tuple[str, str]) -> None:
    order = charging.received()

    mail = charging.comes(order, figures)

    assert mail.state == "asked"
    assert charging.desk.all(Invoice) == []


def test_an_unproven_sender_charges_nothing(charging: Any) -> None:
    order = charging.received()

    mail = charging.mailbox.brings(
        charging.bill(order, ("2", "184.00")),
        Subject="Invoice R-7781",
        Authentication_Results="mx.halden.example; dmarc=fail header.from=hartmann.example",
    )

    assert mail.state == "quarantined"
    assert charging.desk.all(Invoice) == []


def test_new_bank_details_are_never_taken_with_an_invoice(charging: Any) -> None:
    order = charging.received()

    charging.comes(order, ("2", "184.00"), words="Please note our new bank account: IBAN DE02 1203 0000 0000 2020 51.")

    assert charging.desk.all(Invoice) == []


def test_receiving_after_the_invoice_by_button_wakes_it_once(charging: Any) -> None:
    order = charging.buying.sent(2000)
    charging.comes(order, ("2", "184.00"))
    charging.mailbox.brings(charging.mailbox.table(order, (1, "2", "2")))

    charging.buying.take_in()
    before = charging.invoice().version
    charging.desk.writes(lambda uow: invoice_deeds.follow_receipt(uow, order.id))

    assert (charging.invoice().state, charging.invoice().version) == ("matched", before)


def test_an_invoiced_price_is_not_amended(charging: Any) -> None:
    order = charging.received(4000, "2")
    charging.comes(order, ("2", "184.00"))
    buyer = charging.buying.people["buyer"]
    private = charging.desk.click(amending.amend, buyer, order.id).modal["private_metadata"]
    fields = {"reason": "Steel is dearer", "price_1": "190"}

    told = charging.buying.refused(amending.amended, Submission("amend", buyer.slack_id, "", private, fields))

    assert told == "PriceIsInvoiced"


def service(charging: Any, *, accept: bool) -> PurchaseOrder:
    """Return an order for two hours of somebody's work."""
    policy = replace(charging.desk.plant.invoices, accept_services=accept)
    charging.desk.plant = replace(charging.desk.plant, invoices=policy)
    order = charging.buying.sent(2000)
    line = charging.line()
    charging.desk.writes(lambda uow: uow.change(PurchaseOrderLine, line.id, part_id=None, unit="HUR"))
    return order


def test_a_service_is_payable_once_a_person_has_accepted_it(charging: Any) -> None:
    order = service(charging, accept=True)

    charging.comes(order, ("2", "184.00"))

    assert charging.named() == ["not_received"]


def test_where_services_need_no_acceptance_the_invoice_spends_what_was_promised(charging: Any) -> None:
    order = service(charging, accept=False)
    assert (charging.spent(), charging.promised()) == (0, 36800)

    charging.comes(order, ("1", "184.00"))
    assert (charging.invoice().state, charging.spent(), charging.promised()) == ("matched", 18400, 18400)
    charging.submit(invoice_deeds.voided, reason="meant for another plant")

    assert (charging.spent(), charging.promised()) == (0, 36800)
    charging.agrees()


def test_76_what_the_approver_kept_beyond_the_order_is_payable(charging: Any) -> None:
    order = charging.buying.sent(2000)
    line = charging.line()
    charging.mailbox.brings(charging.mailbox.table(order, (line.line, "2", "2"), note="LS-1"))
    charging.buying.count_lines(line_1="3", also="extra")
    receipt = charging.desk.all(Receipt)[-1]
    charging.desk.click(over_deliveries.keep_all, charging.buying.people["approver"], receipt.id)

    charging.comes(order, ("3", "184.00"), number="R-1")
    assert (charging.invoice().state, charging.line().billed) == ("matched", 3000)

    charging.comes(order, ("1", "184.00"), number="R-2")
    assert charging.named() == ["closed_po"]
    charging.agrees()
